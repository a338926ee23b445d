/* A running fill sees the text as it is now: when the text has changed, it goes on from its present tokens with the
 * text of now, at its next step. */
#ifndef LACUNA_UI_LIVING_H
#define LACUNA_UI_LIVING_H

#include "lacuna/base.h"

struct job;
struct ui;

/* After a step of a job: goes on with the text of now if it has changed. */
void living_step(struct ui *ui, struct job *job);
/* Goes on with words that must stand in a blank of it besides what is asked of it already. False: there is no room among
 * the tokens that are not drawn; or it failed, which was said. */
bool living_must(struct ui *ui, struct job *job, uint32_t blank, const char *words);

/* Command; session/commands.h says what it does. */
void do_type_into(struct ui *ui);

#endif
