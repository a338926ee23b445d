/* The differences of two texts, on a page of its own: each changed paragraph before and after, with the
 * changes highlighted, and letters for what to do. */
#ifndef LACUNA_UI_COMPARE_H
#define LACUNA_UI_COMPARE_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct lit;
struct text;
struct ui;

struct compare {
    bool active;
    struct text *page;
    struct lit *lit; /* the changes inside its lines, in order */
    size_t lit_count, top;
    char title[160], keys[160];
    const char *letters;                           /* the keys that answer, in lower case */
    void (*done)(struct ui *, const char *answer); /* NULL: Esc */
};

bool compare_open(struct ui *ui, const struct text *a, const struct text *b, const char *title,
                  const char *keys, const char *letters, void (*done)(struct ui *, const char *answer));
void compare_close(struct compare *compare);
void compare_key(struct ui *ui, ui_key key);
void compare_paint(struct ui *ui);

#endif
