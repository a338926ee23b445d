/* Clicks place the cursor, drags select, the wheel scrolls. */
#ifndef LACUNA_UI_MOUSE_H
#define LACUNA_UI_MOUSE_H

struct ui;

struct input;

void mouse_apply(struct ui *ui); /* the setting */
void mouse_event(struct ui *ui, const struct input *in);

#endif
