/* ui: the editor on a terminal. Owns the screen from ui_run until it returns; uses text/ and fill/. Also
 * prints keymaps for `lacuna keys` and the manual. */
#ifndef LACUNA_UI_H
#define LACUNA_UI_H

#include "lacuna/base.h"

/* A setting by name (src/ui/settings/settings.h, lacuna-config(5)) and its value as written in the file. */
struct ui_override {
    const char *setting, *value;
};
struct ui_options {
    const char *config; /* file of settings; NULL: $XDG_CONFIG_HOME/lacuna/config, if there is one */
    const struct ui_override *overrides; /* from the command line; they override the file */
    size_t override_count;
    /* The folder of the model with this name or path, "" for the default; called when it is needed. The
     * caller frees; NULL if there is none, and the message says why. */
    char *(*find_model)(const char *name, struct error *error);
    uint64_t seed;
    const size_t
        *lines; /* per file the line where it opens, from 1; 0: at the start. NULL: all at the start */
    const size_t *columns; /* per file the character of that line, from 1; 0: its start */
    bool read_only;        /* nothing can be changed until the writer allows it */
    bool fill;             /* fill all blanks at once */
    bool tour;             /* begin with the tour, a page without a file */
    const char
        *encoding; /* of files that are not UTF-8: a name that text_encoding_find knows; NULL: detected */
};

/* Edits the files (none: an empty page; "-": standard input, with keys from /dev/tty). Returns the exit
 * status: 0; 1 if a file could not be opened; 2 if there is no terminal to edit on (reported on standard
 * error); 128 + n if signal n ended it. */
int ui_run(const struct ui_options *options, char *const *files, size_t count);

/* Checks that there is such a setting and that it can have this value. STATUS_ARGUMENT says what is wrong. */
enum status ui_setting_check(const char *setting, const char *value, struct error *error) MUST_USE;

/* Prints all settings with their values from the file (config, as above), else their defaults: as such a
 * file, or (man) as mdoc source with the defaults only. Warnings about the file, one per line, are appended
 * to *warnings. */
enum status ui_settings_print(const char *config, bool man, FILE *out, struct buffer *warnings,
                              struct error *error) MUST_USE;

/* Prints the current keys in columns or (man) as mdoc source. STATUS_FORMAT: the keymap is wrong, and the
 * message names file, line and column; STATUS_IO: it cannot be read. */
enum status ui_keys_print(const char *keymap, bool man, FILE *out, struct error *error) MUST_USE;
/* Prints the commands of the : line and their arguments, in columns or (man) as mdoc items. */
void ui_line_commands_print(bool man, FILE *out);

/* How a theme draws a look (lacuna-theme(5)), for pictures of fills. Colours are 0xRRGGBB, -1: the terminal's own. */
struct ui_colours {
    int fore, back;
    bool bold, dim, italic, reverse, underline;
};
/* `theme` as for the setting of that name, except "auto". STATUS_ARGUMENT: there is no such look; else the theme
 * cannot be read. */
enum status ui_theme_colours(const char *theme, const char *look, struct ui_colours *out,
                             struct error *error) MUST_USE NONNULL(1, 2, 3);

#endif
