/* Choosing a command by its name (palette.c), and keys that are recorded and played (macro.c). */
#ifndef LACUNA_UI_PALETTE_H
#define LACUNA_UI_PALETTE_H

#include "view.h"

struct ui;

struct palette {
    struct popup popup;
    unsigned context; /* where it was called */
};
/* The keys that may follow keys[0, count), and what they run. */
bool which_key_list(const struct ui_keymap *map, unsigned contexts, const ui_key *keys, size_t count,
                    struct popup *popup);

struct macro {
    ui_key *keys;
    size_t count, capacity;
};
struct macros {
    struct macro plain, named[26];
    struct macro *recording; /* NULL: none is */
    int playing;             /* how deep */
    bool broken;             /* something failed: the rest is not played */
};
void macro_take(struct ui *ui, ui_key key); /* every key that was typed passes here */
void macro_begin(struct ui *ui, struct macro *macro);
void macro_end(struct ui *ui, size_t keys); /* without the last so many keys */
bool macro_play(struct ui *ui, const struct macro *macro, size_t times);
void macro_fail(struct ui *ui); /* a command came to nothing */
void macros_free(struct macros *macros);

#endif
