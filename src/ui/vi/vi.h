/* Internal to vi/: what motions and operators pass to each other. Positions are byte offsets between
 * clusters. As in vi a position may be the line break itself ("the end"), and the text after a last line
 * break is not a line. */
#ifndef LACUNA_UI_VI_H
#define LACUNA_UI_VI_H

#include "lacuna/base.h"

struct ui;

struct vi_range {
    size_t from, to;
    bool lines, inclusive, object;
    bool exact;           /* from here to there, even if that is the start of a line */
    bool extend;          /* set by the caller: a selection continues from here */
    bool to_register_one; /* deletions go to register 1 */
    bool wanted;          /* a vertical motion: its target column is kept */
    bool jump;            /* '' returns here */
    bool to_end;          /* $: the column is the end of every line */
    bool failed_op;       /* fails, but an operator still uses the range */
};

typedef bool vi_motion(struct ui *ui, struct vi_range *r); /* false: no such target */

/* The command of the motion with that name. */
#define VI_MOTION(name)                                                                                      \
    void do_vi_##name(struct ui *ui)                                                                         \
    {                                                                                                        \
        vi_move(ui, name);                                                                                   \
    }

enum vi_operator {
    VI_NONE,
    VI_DELETE,
    VI_CHANGE,
    VI_YANK,
    VI_SHIFT_RIGHT,
    VI_SHIFT_LEFT,
    VI_LOWER,
    VI_UPPER,
    VI_SWAP_CASE,
    VI_REFLOW,
    VI_REFLOW_STAY, /* the cursor stays at its words */
    VI_FILTER
};

#endif
