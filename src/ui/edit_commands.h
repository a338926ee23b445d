/* Deleting, as keys do it (edit_commands.c). */
#ifndef LACUNA_UI_EDIT_COMMANDS_H
#define LACUNA_UI_EDIT_COMMANDS_H

#include <stddef.h>

struct ui;

/* Deletes the selection, else what is between the cursor and `to`: as far as a proposal, and from there it
 * goes to the proposal and says so. */
void delete_to(struct ui *ui, size_t to);

#endif
