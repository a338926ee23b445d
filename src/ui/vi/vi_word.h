/* Motions by words, sentences and paragraphs, as in vi, which differ from the editor's. */
#ifndef LACUNA_UI_VI_WORD_H
#define LACUNA_UI_VI_WORD_H

#include "lacuna/base.h"

struct text;
struct ui;

bool vi_word_forward(const struct text *text, size_t *at, size_t count, bool big, bool stop_at_end);
bool vi_word_end(const struct text *text, size_t *at, size_t count, bool big, bool stop, bool empty);
bool vi_sentence(const struct text *text, size_t *at, size_t count, bool forward);

/* Commands; session/commands.h says what they do. */
void do_vi_next_word(struct ui *ui);
void do_vi_next_big_word(struct ui *ui);
void do_vi_word_end(struct ui *ui);
void do_vi_big_word_end(struct ui *ui);
void do_vi_previous_word(struct ui *ui);
void do_vi_previous_big_word(struct ui *ui);
void do_vi_previous_word_end(struct ui *ui);
void do_vi_previous_big_word_end(struct ui *ui);
void do_vi_next_sentence(struct ui *ui);
void do_vi_previous_sentence(struct ui *ui);
void do_vi_next_paragraph(struct ui *ui);
void do_vi_previous_paragraph(struct ui *ui);
void do_vi_reflow_stay_line(struct ui *ui);

#endif
