/* Reporting that a fill still goes on. */
#ifndef LACUNA_UI_FILLING_SAY_H
#define LACUNA_UI_FILLING_SAY_H

#include "lacuna/base.h"

struct message;
struct ui;

/* reports that a fill still goes on, and which key stops it, until it is over */
void filling_say(struct ui *ui);
void filling_unsay(struct ui *ui); /* after the end of a job: takes that message back if nothing goes on */
/* True, after a message, if the key was meant to stop a fill that has just ended; it should then do nothing
 * else. */
bool filling_too_late(struct ui *ui);

/* Reports an error of a job in the words in which conditions are typed, and without the number of a blank. */
void filling_complain(struct message *message, const char *why);

#endif
