/* Going from one proposal to the next, and what Enter means then. */
#ifndef LACUNA_UI_PROPOSAL_COMMANDS_H
#define LACUNA_UI_PROPOSAL_COMMANDS_H

#include "lacuna/base.h"

#include <stdbool.h>

#include <stddef.h>

struct ui;

/* The running command belongs to going through proposals, and has accepted or discarded so many. */
void proposals_passed(struct ui *ui, size_t settled);
/* Enter, pressed for one proposal too many: true when it is not to break the line, which was said. */
bool proposals_take_enter(struct ui *ui);

/* Commands; session/commands.h says what they do. */
void do_accept(struct ui *ui);
void do_accept_all(struct ui *ui);
void do_discard(struct ui *ui);
void do_next_candidate(struct ui *ui);
void do_previous_candidate(struct ui *ui);
void do_again(struct ui *ui);

#endif
