/* While the writer types, the worker leaves one CPU to the editor and to the terminal that draws its picture: they would
 * have to wait until a computing thread has used its slice of time. */
#ifndef LACUNA_UI_SPARE_H
#define LACUNA_UI_SPARE_H

struct doc;
struct filling;

/* Compares the text with that of the last call: a change is typing. */
void spare_tick(struct filling *filling, const struct doc *doc);
/* The writer asks for a fill and waits for it: the worker gets the CPU back until the next change. */
void spare_end(struct filling *filling, const struct doc *doc);
int spare_timeout(const struct filling *filling); /* ms until the worker gets the CPU back; -1: it has it */

#endif
