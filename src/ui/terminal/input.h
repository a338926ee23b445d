/* What comes from the terminal: bytes are read here and parsed by input_parser.h. Curses reads nothing. */
#ifndef LACUNA_UI_INPUT_H
#define LACUNA_UI_INPUT_H

#include "input_parser.h"
#include "lacuna/base.h"

/* Once the terminal is known: its key strings from terminfo, and how long a lone ESC waits for what may
 * follow
 * ($ESCDELAY in milliseconds; 25 when unset). */
void input_open(void);
void input_close(void);
/* The next event; reads what there is and never waits. INPUT_NONE: nothing more for now. */
struct input input_next(void);
/* Milliseconds until something incomplete is taken for what it is, whatever comes or not; -1: nothing waits.
 */
int input_timeout(void);
/* Whether Esc or ^C has come. Then it is taken together with all that came before it; otherwise what has come
 * stays for input_next: keys typed while something runs are not lost. */
bool input_stops(void);
/* Forgets what was read: the terminal was somebody else's for a while. */
void input_drop(void);

#endif
