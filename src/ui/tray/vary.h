/* Varying words of the writer's own: a dial says how large a part of their tokens is masked and drawn again. The words of a
 * smaller part are among those of a larger one, so that turning the dial goes on with what is there.
 *
 * The selection is a blank for as long as it is varied. Whatever ends that takes the blank back, so that accepting is one
 * step of undo, and leaving is none. */
#ifndef LACUNA_UI_VARY_H
#define LACUNA_UI_VARY_H

#include "lacuna/base.h"
#include "ui/keymap/keymap.h"

struct doc;
struct proposal;
struct ui;
struct ui_command;

struct vary {
    bool active;
    struct doc *doc;
    uint32_t blank;
    size_t node;         /* of the history, with the blank */
    int percent, before; /* of the tokens; what it was before the original was shown */
    uint64_t seed;
};

enum ui_context vary_context(const struct ui *ui); /* UI_VARY while words are varied, else 0 */
/* Whether the proposal is what the dial shows. */
bool vary_holds(const struct vary *vary, const struct doc *doc, const struct proposal *proposal);
void vary_update(struct ui *ui); /* after anything happened */
void vary_close(struct ui *ui);  /* the original words stay */
/* Before a command: closes the dial if the command is about the text or its blanks, among which the words under the dial
 * do not count. */
void vary_make_way(struct ui *ui, const struct ui_command *command);

/* Commands; session/commands.h says what they do. */
void do_vary(struct ui *ui);
void do_vary_less(struct ui *ui);
void do_vary_more(struct ui *ui);
void do_vary_original(struct ui *ui);
void do_vary_again(struct ui *ui);
void do_vary_accept(struct ui *ui);
void do_vary_leave(struct ui *ui);

#endif
