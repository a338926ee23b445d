/* Macros: recorded keys, played as if they were typed. */
#ifndef LACUNA_UI_MACRO_H
#define LACUNA_UI_MACRO_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct ui;

struct macro {
    ui_key *keys;
    size_t count, capacity;
};

struct macros {
    struct macro plain, named[26];
    struct macro *recording; /* NULL: none */
    int playing;             /* nesting depth */
    bool broken;             /* something failed: the rest is not played */
};

void macro_take(const struct macros *m, ui_key key); /* every typed key passes through here */
void macro_begin(struct macros *macros, struct macro *macro);
void macro_end(struct macros *m, size_t keys); /* without the last `keys` keys */
bool macro_play(struct ui *ui, const struct macro *macro, size_t times);
void macro_fail(struct macros *macros); /* a command failed */
void macros_free(struct macros *macros);

/* Commands; session/commands.h says what they do. */
void do_macro_record(struct ui *ui);
void do_macro_play(struct ui *ui);
void do_macro_play_times(struct ui *ui);

#endif
