/* Inside cli/: where a model folder is. */
#ifndef LACUNA_CLI_MODEL_PATH_H
#define LACUNA_CLI_MODEL_PATH_H

#include "lacuna/base.h"

/* The bundled model that is used when nobody names one. */
#define MODEL_DEFAULT "starter"

/* The folder of a model: `name` (from --model; an empty one is an error), or if NULL $LACUNA_MODEL, or else
 * the bundled one. A folder is taken as it is; a bare name is looked for in $XDG_DATA_HOME/lacuna/models,
 * beside the program and in the install prefix. The caller frees; NULL when there is none, and the message
 * says where was looked. */
char *model_path(const char *name, struct error *error) MUST_USE;

#endif
