/* The file of settings: INI, read by inih. A line that cannot be understood is a warning, never the end. */
#ifndef LACUNA_UI_SETTINGS_FILE_H
#define LACUNA_UI_SETTINGS_FILE_H

#include "lacuna/base.h"

struct settings;

/* Reads `path`, or (NULL) $XDG_CONFIG_HOME/lacuna/config if there is one. What is wrong is skipped, with a
 * line "PATH:LINE: why" added to *warnings. */
void config_read(const char *path, struct settings *settings, struct buffer *warnings);
/* The same from the bytes of such a file; `name` is what warnings call it. */
void config_read_bytes(const char *name, struct slice bytes, struct settings *settings,
                       struct buffer *warnings);

#endif
