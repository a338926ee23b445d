/* ui: the editor on a terminal. Owns the screen from ui_run until it returns; knows text/ and fill/. Also the
 * keymap as data, for `lacuna keys` and the manual. */
#ifndef LACUNA_UI_H
#define LACUNA_UI_H

#include "lacuna/base.h"
#include "lacuna/sedd.h"

struct ui_options {
    const char *model;    /* model folder, loaded at the first fill; NULL: none was found, and a fill says */
    const char *no_model; /* this instead: why there is none */
    const char
        *keymap; /* a file, or the name of an installed keymap; NULL: the user's own, else the built-in */
    const char *trouble; /* shown as the first message; NULL: none */
    uint64_t seed;
    int steps; /* reverse steps of a fill, ≥ 1 */
    double temperature,
        top_p; /* 1, 1: the model's own distribution; anything else shows in the status line */
    int pace;  /* ms that a step of a fill is shown at least, unless a job would take over a second for it */
    int width; /* cells that prose is wrapped to at most; 0: the whole screen */
    int threads; /* of the model; 0: one per CPU */
    enum sedd_precision precision;
    size_t line;   /* the first file opens here, from 1; 0: where it begins */
    bool no_color; /* attributes only */
    bool fill;     /* fill all blanks at once */
};

/* Edits the files (none: an empty page). Returns the exit status: 0; 1 when a file could not
 * be opened and 2 when there is no terminal to edit on (said on standard error); 128 + n when signal n ended
 * it. */
int ui_run(const struct ui_options *options, char *const *files, size_t count);

/* The keys in force, in columns or (man) as mdoc source. STATUS_FORMAT: the keymap is wrong, and the message
 * names file, line and column; STATUS_IO: it cannot be read. */
enum status ui_keys_print(const char *keymap, bool man, FILE *out, struct error *error) MUST_USE;

#endif
