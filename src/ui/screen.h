/* The terminal as it is written to: taking it, giving it back (screen.c), the picture (cells.c), and the
 * theme in force (appearance.c). */
#ifndef LACUNA_UI_SCREEN_H
#define LACUNA_UI_SCREEN_H

#include "lacuna/text.h"
#include "theme.h"

struct ui;

enum status screen_open(bool no_color, struct error *error) MUST_USE;
void screen_use_colors(bool wanted); /* where it has them and NO_COLOR is not set; then a theme must be set */
bool screen_has_colors(void);        /* wanted and there */
void screen_set_theme(const struct theme *theme); /* from now on; before that nothing has a look */
void screen_close(void);
void screen_suspend(void); /* gives the terminal back */
void screen_resume(void);  /* and takes it again */
void screen_retake(void);  /* when it may be as a shell has left it */
bool screen_resize(void);  /* asks the terminal for its size; false: no memory, it stays as it was */
/* The picture, in cells.c. */
void screen_size(int *rows, int *columns);
void screen_clear(void);
void screen_redraw(void); /* everything, at the next screen_show */
/* A line cut after `width` cells, control characters as ^X; returns the cells painted. */
int screen_text(int row, int column, int width, enum look look, const char *text);
void screen_fill_row(int row, int column, int width, enum look look);
/* One cluster; whoever calls has made room for its cells. */
void screen_cluster(int row, int column, const struct text *text, const struct text_cluster *cluster,
                    enum look look);
int screen_cells(const char *text); /* of a UTF-8 string */
/* The text, or as much of its beginning as leaves room for an ellipsis, in at most so many cells and bytes.
 */
void screen_shorten(const char *text, int cells, char *out, size_t size);
void screen_keep_row(int row); /* as it is now, until the size changes */
void screen_restore_row(int row);
void screen_show(int row,
                 int column); /* paints what changed; the cursor stands there, or (row < 0) is hidden */
bool screen_text_at(int row, struct buffer *out) MUST_USE; /* a row as it is shown, and a line end */
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

/* ---- appearance.c: the theme in force */
void appearance_guess(struct ui *ui);
void appearance_apply(struct ui *ui);              /* the theme of the settings */
void appearance_apply_color(struct ui *ui);        /* and whether colours are wanted */
void appearance_learnt(struct ui *ui, bool light); /* the terminal's background */

#endif
