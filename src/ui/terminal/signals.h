/* Signals: a pipe makes ordinary ones readable in the main loop. A crash gives the terminal back with write
 * and tcsetattr, the only calls that are safe then. */
#ifndef LACUNA_UI_SIGNALS_H
#define LACUNA_UI_SIGNALS_H

#include "lacuna/base.h"

struct error;

enum status signals_open(struct error *error) MUST_USE;
void signals_close(void);
int signals_fd(void);
int signals_next(void); /* the number of one that came, or 0 */
/* Bytes that give the terminal back, written when the program crashes. Copied. */
void signals_on_crash(const char *bytes, size_t size);
void signals_stop_self(void); /* stops like a program that does not handle SIGTSTP; returns when continued */

#endif
