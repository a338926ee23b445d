/* The terminal as it is written to: taking it, giving it back, showing the picture that cells.h holds. */
#ifndef LACUNA_UI_SCREEN_H
#define LACUNA_UI_SCREEN_H

#include "lacuna/base.h"

struct theme;

enum status screen_open(bool no_color, struct error *error) MUST_USE;
void screen_use_colors(bool wanted); /* where it has them and NO_COLOR is not set; then a theme must be set */
bool screen_has_colors(void);        /* wanted and there */
void screen_set_theme(const struct theme *theme); /* from now on; before that nothing has a look */
void screen_close(void);
void screen_suspend(void); /* gives the terminal back */
void screen_resume(void);  /* and takes it again */
void screen_retake(void);  /* when it may be as a shell has left it */
bool screen_resize(void);  /* asks the terminal for its size; false: no memory, it stays as it was */
void screen_redraw(void);  /* everything, at the next screen_show */
/* paints what changed; the cursor stands there, or (row < 0) is hidden */
void screen_show(int row, int column);
/* Asks the terminal, once it shows the page, for its background and for synchronised output (DEC 2026).
 * Nobody waits: input.c takes the answers, if there are any. */
void screen_ask(void);
void screen_answered(bool background);
/* A test asked (CSI ? 7773 ; number n): everything before the question was dealt with and is on the screen.
 * `busy` names what still goes on. Answered as OSC 7773 ; number ; busy BEL when $LACUNA_SYNC is set. */
void screen_answer_sync(unsigned number, const char *busy);
void screen_synchronise(void); /* frames are marked from now on */
void screen_mouse(bool on);    /* whether it reports the mouse, where it can */

/* To the terminal's clipboard, where it has one (OSC 52): all of it, or nothing. */
enum { SCREEN_COPY_MOST = 74994 }; /* bytes, what the pickiest terminals take */

enum screen_copied { COPIED, COPIED_TOO_LONG, COPIED_NOWHERE };

enum screen_copied screen_copy(const char *bytes, size_t size);
const char *screen_masked(void); /* how a masked token is drawn: "░░░" or "___" */

#endif
