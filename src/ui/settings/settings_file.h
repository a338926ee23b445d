/* The configuration file: INI, read by inih. An invalid line gives a warning and is skipped. */
#ifndef LACUNA_UI_SETTINGS_FILE_H
#define LACUNA_UI_SETTINGS_FILE_H

#include "lacuna/base.h"

struct settings;

/* Reads `path`, or (NULL) $XDG_CONFIG_HOME/lacuna/config if it exists. Invalid lines are skipped, with a line
 * "PATH:LINE: why" added to *warnings. */
void config_read(const char *path, struct settings *settings, struct buffer *warnings);
/* The same from the bytes of such a file; `name` is what warnings call it. */
void config_read_bytes(const char *name, struct slice bytes, struct settings *settings,
                       struct buffer *warnings);

#endif
