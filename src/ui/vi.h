/* Inside the vi part of ui/ only: modal editing. Positions are byte offsets between clusters; as in vi a
 * position may be the line break itself ("the end"), and the text after a last line break is no line.
 *
 * A key goes to vi_take first: digits of a count, and the character that a command such as `f` waits for. All
 * other keys are looked up in the keymap, in the contexts normal, visual and operator. */
#ifndef LACUNA_UI_VI_H
#define LACUNA_UI_VI_H

#include "commands.h"

/* ---- vi_text.c: places ------------------------------------------------------------------------------- */

size_t vi_line_start(const struct text *text, size_t at);
size_t vi_line_end(const struct text *text, size_t at); /* of its line break, or of the text */
bool vi_line_empty(const struct text *text, size_t at);
size_t vi_first_nonblank(const struct text *text, size_t at); /* of the line; its end when all is blank */
size_t vi_last_line(const struct text *text);                 /* its start */
bool vi_next_line(const struct text *text, size_t at, size_t *start);
bool vi_previous_line(const struct text *text, size_t at, size_t *start);
size_t vi_after_line(const struct text *text, size_t at); /* behind its line break */
/* One character on or back, past line breaks. 0: in the line; 1: to another line; 2: (on) to the end of the
 * line; -1: there is nothing more. */
int vi_inc(const struct text *text, size_t *at);
int vi_dec(const struct text *text, size_t *at);
int vi_incl(const struct text *text, size_t *at); /* the same, past the end of a line that is not empty */
int vi_decl(const struct text *text, size_t *at);
uint32_t vi_char(const struct text *text, size_t at); /* 0 at the end of a line */
bool vi_is_white(uint32_t c);
bool vi_is_one_of(uint32_t c, const char *set);             /* of ASCII characters */
int vi_class(const struct text *text, size_t at, bool big); /* 0: white; letters and the rest are apart */
int vi_column(const struct ui *ui, size_t at);              /* cells from the start of its line */
size_t vi_at_column(const struct ui *ui, size_t line, int column);
size_t vi_clamp(const struct text *text, size_t at); /* off the end of its line, where there is something */
const char *vi_line_break(const struct ui *ui);      /* of the document */

/* ---- vi_motion.c: what a motion or a text object covers ---------------------------------------------- */

struct vi_range {
    size_t from, to;
    bool lines, inclusive, object;
    bool exact;     /* from here to there, also when that is the start of a line */
    bool extend;    /* set by the caller: a selection goes on from here */
    bool reg_one;   /* deletions go to register 1 */
    bool wanted;    /* a vertical motion: the column that it aims at is kept */
    bool jump;      /* '' comes back */
    bool to_end;    /* $: the column is the end of every line */
    bool failed_op; /* fails, but an operator goes on with it */
};
typedef bool vi_motion(struct ui *ui, struct vi_range *r); /* false: there is nothing there */
void vi_move(struct ui *ui, vi_motion *motion);
void vi_off_the_end(struct ui *ui, struct vi_range *r);
bool vi_nonblank_of_line(struct ui *ui, struct vi_range *r); /* the range ends there, and is whole lines */
/* The command of a motion that has its name. */
#define VI_MOTION(name)                                                                                      \
    void do_vi_##name(struct ui *ui)                                                                         \
    {                                                                                                        \
        vi_move(ui, name);                                                                                   \
    }

/* ---- vi_word.c, vi_find.c ---------------------------------------------------------------------------- */

bool vi_word_forward(const struct text *text, size_t *at, size_t count, bool big, bool stop_at_end);
bool vi_word_end(const struct text *text, size_t *at, size_t count, bool big, bool stop, bool empty);
bool vi_sentence(const struct text *text, size_t *at, size_t count, bool forward);
bool vi_matching(const struct text *text, size_t at, size_t *out);

/* ---- vi_operator.c ----------------------------------------------------------------------------------- */

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
    VI_REFLOW_STAY, /* the cursor stays with its words */
    VI_FILTER
};
void vi_operate(struct ui *ui, struct vi_range *r); /* the pending operator */
void vi_operate_lines(struct ui *ui, enum vi_operator op, size_t first, size_t behind);
void vi_operate_characters(struct ui *ui, enum vi_operator op, size_t start, size_t end);
void vi_change_case(struct ui *ui, enum vi_operator op, size_t start, size_t end);
void vi_shift(struct ui *ui, size_t start, size_t end, int by);
bool vi_join(struct ui *ui, size_t lines, bool spaces); /* from the cursor's line on */

/* ---- vi_block.c -------------------------------------------------------------------------------------- */

bool vi_block_get(const struct ui *ui, struct vi_block *out); /* false: no block is selected */
bool vi_block_line(const struct ui *ui, const struct vi_block *block, size_t line, size_t *start,
                   size_t *end);
void vi_operate_block(struct ui *ui, enum vi_operator op);
bool vi_block_put_over(struct ui *ui, ui_key key);
void vi_block_inserted(struct ui *ui); /* inserting is over */
void vi_block_put(struct ui *ui, const struct buffer *block, size_t times, bool before);
/* One character in place of each of [start, end); *last is where the last one begins. */
bool vi_put_over(struct ui *ui, size_t start, size_t end, ui_key key, size_t *last);

/* ---- vi_register.c ----------------------------------------------------------------------------------- */

bool vi_register_exists(uint32_t name);
void vi_registers_show(struct ui *ui);
void vi_macro_from_register(struct ui *ui, int place);
const struct vi_register *vi_register_get(struct ui *ui, uint32_t name); /* NULL: empty, or there is none */
void vi_yank(struct ui *ui, size_t start, size_t end, enum vi_shape shape, bool deleted, bool reg_one);
void vi_yank_bytes(struct ui *ui, const char *bytes, size_t size, enum vi_shape shape, bool deleted,
                   bool reg_one);

/* ---- vi_mode.c --------------------------------------------------------------------------------------- */

size_t vi_count(const struct ui *ui); /* at least 1 */
bool vi_counted(const struct ui *ui);
void vi_fail(struct ui *ui);
void vi_set_mode(struct ui *ui, enum vi_mode mode);
void vi_command_over(struct ui *ui); /* forgets count, register, operator and what was typed */
void vi_await(struct ui *ui, void (*then)(struct ui *, ui_key));
void vi_place(struct ui *ui, size_t at); /* the cursor, without a selection */
void vi_repeatable(struct ui *ui);       /* the running command is what `.` does again */
void vi_prompt_begins(struct ui *ui);    /* a question that is part of a command: count and operator wait */
void vi_prompt_over(struct ui *ui);

/* ---- vi_visual.c ------------------------------------------------------------------------------------- */

bool vi_is_visual(const struct ui *ui);
void vi_leave_visual(struct ui *ui);
bool vi_visual_range(struct ui *ui, size_t *start, size_t *end);
void vi_select_extent(struct ui *ui); /* as much as the last command of visual mode had */
void vi_operate_visual(struct ui *ui, enum vi_operator op); /* the selection, which ends */
void vi_operate_visual_lines(struct ui *ui, enum vi_operator op);

/* ---- vi_insert.c ------------------------------------------------------------------------------------- */

void vi_insert(struct ui *ui, enum vi_mode mode); /* begins to insert at the cursor */
void vi_leave_insert(struct ui *ui);              /* to normal mode */

/* ---- vi_mark.c --------------------------------------------------------------------------------------- */

void vi_mark_set(struct ui *ui, uint32_t name, size_t at);
bool vi_mark_get(const struct ui *ui, uint32_t name, size_t *at);

/* ---- vi_jumps.c -------------------------------------------------------------------------------------- */

void vi_jump_from(struct ui *ui, size_t at); /* '' and ^O come back */
void vi_changed_at(struct ui *ui, size_t at);
bool vi_go_in_time(struct ui *ui, size_t count, bool back);

/* ---- shell.c ----------------------------------------------------------------------------------------- */

/* What a command of the shell writes. False: said why. */
bool shell_read(struct ui *ui, const char *command, struct buffer *out);

/* ---- vi_repeat.c ------------------------------------------------------------------------------------- */

/* Between these, what changes is one step of undo. */
void vi_step_begin(struct ui *ui);
void vi_step_end(struct ui *ui);
void vi_remember_command(struct ui *ui); /* for `.` */

/* ---- ex_range.c: what may stand in front of and behind commands of the : line ------------------------ */

/* Reads a range from the start of *line, and leaves *line behind it. False: said why. */
bool ex_range(struct ui *ui, const char **line, struct ex_range *out);
/* One address: *line is where it counts from. 1: read; 0: there is none; -1: it leads nowhere. */
int ex_address(struct ui *ui, const char **p, size_t *line);
/* "3": the range becomes so many lines from its last one on. Without a number it stays. */
void ex_count(struct ui *ui, const char *p);
/* The part of "/pattern/rest" up to the next delimiter that no backslash stands before; the rest is returned.
 * A backslash before the delimiter is dropped. */
const char *ex_take_part(const char *from, char delimiter, struct buffer *out);
bool ex_set_pattern(struct ui *ui, const struct buffer *pattern, bool ignore_case, bool exact);
void ex_go_line(struct ui *ui, size_t at);
void ex_go(struct ui *ui); /* to the range */

#endif
