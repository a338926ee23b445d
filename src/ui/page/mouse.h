/* Clicks place the cursor, drags select, the wheel scrolls. */
#ifndef LACUNA_UI_MOUSE_H
#define LACUNA_UI_MOUSE_H

#include "lacuna/base.h"

struct ui;

struct input;

struct mouse_state {
    struct mouse_click {
        double when;
        int row, column, count;
        bool pressed;
        size_t start, end; /* the unit that was pressed first */
    } click;
    /* A drag at the upper (-1) or lower edge (1), where terminals report no further movement. */
    struct mouse_edge {
        int direction, column;
        double next; /* when it scrolls next */
    } edge;
};

void mouse_apply(struct ui *ui); /* the setting `mouse` has changed */
void mouse_event(struct ui *ui, const struct input *in);
/* While a drag is held at the upper or lower edge, the page keeps scrolling. */
/* ms until mouse_tick has something to do; -1: nothing */
int mouse_timeout(const struct mouse_state *mouse);
void mouse_tick(struct ui *ui);
void mouse_let_go(struct mouse_state *mouse); /* called at another event: the drag has ended */

#endif
