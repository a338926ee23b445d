/* Internal to cli/: finds model folders. */
#ifndef LACUNA_CLI_MODEL_PATH_H
#define LACUNA_CLI_MODEL_PATH_H

#include "lacuna/base.h"

/* The bundled model, which is the default. */
#define MODEL_DEFAULT "starter"

/* The folder of a model: `name` (from --model; an empty one is an error), if NULL $LACUNA_MODEL, else the
 * bundled one. A path to a folder is used directly; a bare name is looked for in
 * $XDG_DATA_HOME/lacuna/models, beside the program and in the install prefix. The caller frees; NULL if not
 * found, and the message lists the places. */
char *model_path(const char *name, struct error *error) MUST_USE;

#endif
