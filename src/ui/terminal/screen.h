/* Output to the terminal: taking it, giving it back, showing the picture of cells.h. */
#ifndef LACUNA_UI_SCREEN_H
#define LACUNA_UI_SCREEN_H

#include "lacuna/base.h"

struct theme;

enum status screen_open(bool no_color, struct error *error) MUST_USE;
void screen_use_colors(bool wanted); /* if it has them and NO_COLOR is not set; then a theme must be set */
bool screen_has_colors(void);        /* wanted and available */
void screen_set_theme(const struct theme *theme); /* from now on; before that nothing has a look */
void screen_close(void);
void screen_suspend(void); /* gives the terminal back */
void screen_resume(void);  /* and takes it again */
void screen_retake(void);  /* after a shell may have changed its state */
bool screen_resize(void);  /* asks the terminal for its size; false: out of memory, the size is unchanged */
void screen_redraw(void);  /* everything, at the next screen_show */
/* paints the changes; the cursor is there, or (row < 0) hidden */
void screen_show(int row, int column);
/* Asks the terminal, after the first page, for its background and for synchronised output (DEC 2026). It does
 * not wait: input.c reads the answers, if any come. */
void screen_ask(void);
void screen_answered(bool background);
/* A test asked (CSI ? 7773 ; number n): everything before the question was processed and is on the screen.
 * `busy` names the remaining work. Answered as OSC 7773 ; number ; busy BEL if $LACUNA_SYNC is set. */
void screen_answer_sync(unsigned number, const char *busy);
void screen_synchronise(void); /* frames are marked from now on */
void screen_mouse(bool on);    /* whether it reports the mouse, if it can */

/* Sends all of it to the terminal's clipboard, if it has one (OSC 52), or nothing. */
enum { SCREEN_COPY_MOST = 74994 }; /* bytes, the limit of the strictest terminals */

enum screen_copied { COPIED, COPIED_TOO_LONG, COPIED_NOWHERE };

enum screen_copied screen_copy(const char *bytes, size_t size);
const char *screen_masked(void); /* a masked token: "░░░" or "___" */

#endif
