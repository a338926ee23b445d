/* Choosing among proposals, accepting and discarding them. */
#ifndef LACUNA_UI_PROPOSAL_COMMANDS_H
#define LACUNA_UI_PROPOSAL_COMMANDS_H

struct ui;

void proposal_discard(struct ui *ui); /* the finished one at the cursor */
void proposal_needed(struct ui *ui);  /* reports that there is none at the cursor, and how to get one */

/* Commands; session/commands.h says what they do. */
void do_accept(struct ui *ui);
void do_accept_all(struct ui *ui);
void do_discard(struct ui *ui);
void do_next_candidate(struct ui *ui);
void do_previous_candidate(struct ui *ui);
void do_again(struct ui *ui);

#endif
