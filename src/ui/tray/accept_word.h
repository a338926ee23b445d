/* Accepting a proposal word by word. */
#ifndef LACUNA_UI_ACCEPT_WORD_H
#define LACUNA_UI_ACCEPT_WORD_H

struct ui;

/* Command; session/commands.h says what it does. */
void do_accept_word(struct ui *ui);

#endif
