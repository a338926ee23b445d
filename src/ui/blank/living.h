/* A running fill uses edits of the text: after a change it continues, from its next step on, with its present
 * tokens and the changed text. */
#ifndef LACUNA_UI_LIVING_H
#define LACUNA_UI_LIVING_H

#include "lacuna/base.h"

struct job;
struct ui;

/* Called after a step of a job: continues with the changed text, if it has changed. */
void living_step(struct ui *ui, struct job *job);
/* Continues with more words that must appear in a blank of the job. False: the tokens that are still masked
 * have no room for them, or it failed. */
bool living_must(struct ui *ui, struct job *job, uint32_t blank, const char *words);

/* Command; session/commands.h says what it does. */
void do_type_into(struct ui *ui);

#endif
