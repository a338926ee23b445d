/* Clicks place the cursor, drags select, the wheel scrolls. */
#ifndef LACUNA_UI_MOUSE_H
#define LACUNA_UI_MOUSE_H

struct ui;

struct input;

void mouse_apply(struct ui *ui); /* the setting */
void mouse_event(struct ui *ui, const struct input *in);
/* While a drag is held at the upper or lower edge the page scrolls on by itself. */
int mouse_timeout(const struct ui *ui); /* ms until mouse_tick has something to do; -1: it has not */
void mouse_tick(struct ui *ui);
void mouse_let_go(void); /* something else happened: nobody drags any more */

#endif
