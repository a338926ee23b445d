/* Motions to a search target: a character of the line, the matching bracket, a pattern. */
#ifndef LACUNA_UI_VI_FIND_H
#define LACUNA_UI_VI_FIND_H

#include "lacuna/base.h"

struct text;
struct ui;

bool vi_matching(const struct text *text, size_t at, size_t *out);

/* Commands; session/commands.h says what they do. */
void do_vi_find(struct ui *ui);
void do_vi_find_back(struct ui *ui);
void do_vi_till(struct ui *ui);
void do_vi_till_back(struct ui *ui);
void do_vi_search(struct ui *ui);
void do_vi_search_back(struct ui *ui);
void do_vi_find_repeat(struct ui *ui);
void do_vi_find_reverse(struct ui *ui);
void do_vi_matching(struct ui *ui);
void do_vi_next_match(struct ui *ui);
void do_vi_previous_match(struct ui *ui);
void do_vi_word_next(struct ui *ui);
void do_vi_word_previous(struct ui *ui);
void do_vi_part_next(struct ui *ui);
void do_vi_part_previous(struct ui *ui);

#endif
