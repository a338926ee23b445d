/* Varying the writer's own words: a dial sets the share of their tokens that is masked and drawn again. The
 * tokens of a smaller share are among those of a larger one, so a turn of the dial changes words gradually.
 *
 * The selection is a blank while it is varied. The blank is removed at the end, so that accepting is one step
 * of undo and leaving is none. */
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
    size_t node;         /* node of the history that has the blank */
    int percent, before; /* share of the tokens; its value before the original was shown */
    uint64_t seed;
};

enum ui_context vary_context(const struct ui *ui); /* UI_VARY while words are varied, else 0 */
/* Whether the dial shows this proposal. */
bool vary_holds(const struct vary *vary, const struct doc *doc, const struct proposal *proposal);
void vary_update(struct ui *ui); /* called after every event */
void vary_close(struct ui *ui);  /* keeps the original words */
/* Called before a command: closes the dial if the command works on the text or its blanks; the words under
 * the dial are not one of them. */
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
