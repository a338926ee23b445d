/* Choosing a command or a setting from a list that narrows during typing; and the keys that can follow those
 * typed so far. */
#ifndef LACUNA_UI_PALETTE_H
#define LACUNA_UI_PALETTE_H

#include "lacuna/base.h"
#include "ui/prompt/popup.h"
#include "ui/terminal/key_names.h"

struct setting;
struct ui;
struct ui_keymap;

/* What matches the typed text. */
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

/* Lists the keys that can follow keys[0, count), and their commands. */
bool which_key_list(const struct ui_keymap *map, unsigned contexts, const ui_key *keys, size_t count,
                    struct popup *popup);

/* Commands; session/commands.h says what they do. */
void do_palette(struct ui *ui);

#endif
