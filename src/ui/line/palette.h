/* Choosing a command or a setting from a list that narrows while one types; and the keys that may follow
 * those typed so far. */
#ifndef LACUNA_UI_PALETTE_H
#define LACUNA_UI_PALETTE_H

#include "lacuna/base.h"
#include "ui/prompt/popup.h"
#include "ui/terminal/key_names.h"

struct setting;
struct ui;
struct ui_keymap;

/* What fits what is typed. */
struct hit {
    const char *name, *help;
    const struct setting *setting; /* NULL: a command */
    int score, place;
};
enum { MOST_HITS = 600 };

struct palette {
    struct popup popup;
    struct hit hits[MOST_HITS];
    unsigned context; /* where it was called */
};

/* The keys that may follow keys[0, count), and what they run. */
bool which_key_list(const struct ui_keymap *map, unsigned contexts, const ui_key *keys, size_t count,
                    struct popup *popup);

/* Commands; session/commands.h says what they do. */
void do_palette(struct ui *ui);

#endif
