/* ui: the editor on a terminal. Owns the screen from ui_run until it returns; knows text/ and fill/. Also the
 * keymap as data, for `lacuna keys` and the manual. */
#ifndef LACUNA_UI_H
#define LACUNA_UI_H

#include "lacuna/base.h"

/* A setting by name (src/ui/settings/settings.h, lacuna-config(5)) and a value as it is written in the file.
 */
struct ui_override {
    const char *setting, *value;
};
struct ui_options {
    const char *config; /* file of settings; NULL: $XDG_CONFIG_HOME/lacuna/config, if there is one */
    const struct ui_override *overrides; /* what the command line says; stronger than the file */
    size_t override_count;
    /* The folder of a model with this name or path, "" for the usual one; called when it is needed. The
     * caller frees; NULL when there is none, and the message says why. */
    char *(*find_model)(const char *name, struct error *error);
    uint64_t seed;
    const size_t
        *lines; /* for each file the line where it opens, from 1; 0: where it begins. NULL: all of them */
    const size_t *columns; /* as lines: the character of the line, from 1; 0: its beginning */
    bool read_only;        /* nothing can be changed, until the writer says otherwise */
    bool fill;             /* fill all blanks at once */
    const char
        *encoding; /* of files that are not UTF-8, a name that text_encoding_find knows; NULL: recognised */
};

/* Edits the files (none: an empty page; "-": what comes through standard input, keys then from /dev/tty).
 * Returns the exit status: 0; 1 when a file could not be opened and 2 when there is no terminal to edit on
 * (said on standard error); 128 + n when signal n ended it. */
int ui_run(const struct ui_options *options, char *const *files, size_t count);

/* Whether there is such a setting and it can have this value. STATUS_ARGUMENT says what is wrong. */
enum status ui_setting_check(const char *setting, const char *value, struct error *error) MUST_USE;

/* All settings as the file (config, as above) has them, else their defaults: as such a file, or (man) as mdoc
 * source with the defaults alone. Warnings about the file, a line each, are added to *warnings. */
enum status ui_settings_print(const char *config, bool man, FILE *out, struct buffer *warnings,
                              struct error *error) MUST_USE;

/* The keys in force, in columns or (man) as mdoc source. STATUS_FORMAT: the keymap is wrong, and the message
 * names file, line and column; STATUS_IO: it cannot be read. */
enum status ui_keys_print(const char *keymap, bool man, FILE *out, struct error *error) MUST_USE;
/* The commands of the : line and what they take, in columns or (man) as mdoc items. */
void ui_line_commands_print(bool man, FILE *out);

#endif
