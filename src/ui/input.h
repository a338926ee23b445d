/* What comes to the editor: keys, pasted text and the mouse (input.c, mouse.c), and signals (signals.c). */
#ifndef LACUNA_UI_INPUT_H
#define LACUNA_UI_INPUT_H

#include "keymap.h"
#include "lacuna/base.h"

struct ui;

void input_define_keys(void); /* once curses is up */
enum input_kind {
    INPUT_NONE,
    INPUT_KEY,
    INPUT_PASTE,
    INPUT_RESIZE,
    INPUT_MOUSE,
    INPUT_BACKGROUND, /* the terminal's, as it was asked */
    INPUT_ANSWER      /* another one, which is dealt with */
};
enum mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_OTHER };
struct input {
    enum input_kind kind;
    ui_key key;
    struct slice pasted; /* borrowed until the next input_next */
    enum mouse mouse;
    int row, column; /* of the mouse, from 0 */
    bool extends;    /* with Shift */
    bool light;      /* the background */
};
void mouse_event(struct ui *ui, const struct input *in); /* mouse.c */
struct input input_next(void);                           /* never waits (but 25 ms after an Esc) */

/* ---- signals.c */

enum status signals_open(struct error *error) MUST_USE;
void signals_close(void);
int signals_fd(void);
int signals_next(void); /* the number of one that came, or 0 */
/* Bytes that give the terminal back, written when the program crashes. Copied. */
void signals_on_crash(const char *bytes, size_t size);
void signals_stop_self(void); /* stops like a program that does not handle SIGTSTP; returns when continued */

#endif
