/* A drag that is held at an edge of the page scrolls on (mouse.c). */
#ifndef LACUNA_UI_MOUSE_H
#define LACUNA_UI_MOUSE_H

struct ui;

int mouse_timeout(const struct ui *ui); /* ms until mouse_tick has something to do; -1: it has not */
void mouse_tick(struct ui *ui);
void mouse_let_go(void); /* something else happened: nobody drags any more */

#endif
