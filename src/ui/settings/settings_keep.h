/* Writes settings that were changed while the editor runs into the configuration file: the lines of the file that
 * say something else stay as they are, with their comments. */
#ifndef LACUNA_UI_SETTINGS_KEEP_H
#define LACUNA_UI_SETTINGS_KEEP_H

#include "lacuna/base.h"

struct setting;
struct settings;

/* The written value of every setting at the start or when it was last kept. Zero-initialise. */
enum { MOST_SETTINGS = 128 };
struct noted_settings {
    char *values[MOST_SETTINGS]; /* in the order of ui_settings; NULL: not noted */
};

/* Notes all settings as they are now. False: no memory. */
bool settings_note(struct noted_settings *noted, const struct settings *settings) MUST_USE;
void settings_notes_free(struct noted_settings *noted);
bool setting_changed(const struct noted_settings *noted, const struct settings *settings,
                     const struct setting *setting);

/* Writes "name = value" into a file's bytes. It replaces the last line that sets the name and keeps its comment; if there
 * is none, it is appended. STATUS_ARGUMENT: the file format cannot hold the value. */
enum status settings_put(struct buffer *bytes, const struct setting *setting, const char *value,
                         struct error *error) MUST_USE;

/* Writes the changed settings (or `only`, if not NULL) into the file at `path`, which is created if necessary. Notes
 * them, and appends "name = value" of each to *kept, separated by ", ". */
enum status settings_keep(const char *path, struct noted_settings *noted, const struct settings *settings,
                          const struct setting *only, struct buffer *kept, struct error *error) MUST_USE;

#endif
