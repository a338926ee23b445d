/* Input from the terminal: bytes are read here and parsed by input_parser.h. Curses reads nothing. */
#ifndef LACUNA_UI_INPUT_H
#define LACUNA_UI_INPUT_H

#include "input_parser.h"
#include "lacuna/base.h"

/* Call once the terminal is known: reads its key strings from terminfo, and how long a lone ESC waits for
 * more ($ESCDELAY in milliseconds; 25 if unset). */
void input_open(void);
void input_close(void);
/* The next event; reads the available bytes and never waits. INPUT_NONE: nothing more for now. */
struct input input_next(void);
/* Milliseconds until an incomplete sequence is taken as it is; -1: none is waiting. */
int input_timeout(void);
/* Whether Esc or ^C has come. If so, it and all input before it are removed; otherwise the input stays for
 * input_next, so that keys typed while something runs are not lost. */
bool input_stops(void);
/* Discards what was read, after another program has used the terminal. */
void input_drop(void);

#endif
