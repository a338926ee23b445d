/* The jump list and the change list: going back and forth in them. And the states of the text in order of
 * time. */
#ifndef LACUNA_UI_VI_JUMPS_H
#define LACUNA_UI_VI_JUMPS_H

#include "lacuna/base.h"

struct doc;
struct ui;

void vi_jump_from(struct doc *doc, size_t at); /* '' and ^O return here */
void vi_changed_at(struct doc *doc, size_t at);

/* Commands; session/commands.h says what they do. */
void do_vi_older_place(struct ui *ui);
void do_vi_newer_place(struct ui *ui);
void do_vi_older_change(struct ui *ui);
void do_vi_newer_change(struct ui *ui);
void do_vi_earlier(struct ui *ui);
void do_vi_later(struct ui *ui);
void do_vi_character(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void ex_earlier(struct ui *ui, const char *arguments);
void ex_later(struct ui *ui, const char *arguments);

#endif
