/* Which blank a command means. */
#ifndef LACUNA_UI_MEANT_BLANK_H
#define LACUNA_UI_MEANT_BLANK_H

#include "lacuna/base.h"

struct doc;
struct text_blank;
struct ui;

/* The blank that a command means: the one that the cursor was moved to, else the one at the cursor or just
 * before it. */
bool blank_meant(const struct doc *doc, struct text_blank *out);
/* The same for a command that is about a fill: if no blank is at the cursor, the first one of the fill that runs in this
 * text. The bottom line offers such commands while the writer is elsewhere. */
bool blank_meant_or_running(const struct ui *ui, struct text_blank *out);
bool blank_running(const struct ui *ui, struct text_blank *out); /* the first one of that fill */
void blank_needed(struct ui *ui);                                /* reports that there is none */
/* Puts the cursor on it: from now on it is meant. */
void blank_go_to(struct doc *doc, const struct text_blank *blank);

#endif
