/* Insert and replace mode: their start and end, and the commands in them. */
#ifndef LACUNA_UI_VI_INSERT_H
#define LACUNA_UI_VI_INSERT_H

#include "lacuna/base.h"
#include "vi_state.h"

struct vi;
struct doc;
struct ui;

bool vi_type_over(struct ui *ui, const char *bytes, size_t size);
void vi_insert(struct vi *vi, struct doc *doc, enum vi_mode mode); /* starts inserting at the cursor */
void vi_leave_insert(struct ui *ui);                               /* to normal mode */

/* Commands; session/commands.h says what they do. */
void do_vi_insert(struct ui *ui);
void do_vi_insert_start(struct ui *ui);
void do_vi_insert_column_one(struct ui *ui);
void do_vi_insert_last(struct ui *ui);
void do_vi_append(struct ui *ui);
void do_vi_append_end(struct ui *ui);
void do_vi_open(struct ui *ui);
void do_vi_replace_mode(struct ui *ui);
void do_vi_open_above(struct ui *ui);
void do_vi_insert_backspace(struct ui *ui);
void do_vi_insert_register(struct ui *ui);
void do_vi_insert_delete_word(struct ui *ui);
void do_vi_insert_delete_line(struct ui *ui);
void do_vi_insert_indent(struct ui *ui);
void do_vi_insert_unindent(struct ui *ui);

#endif
