/* Text objects: words, sentences, paragraphs, quotes, brackets, tags. */
#ifndef LACUNA_UI_VI_OBJECT_H
#define LACUNA_UI_VI_OBJECT_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_inner_word(struct ui *ui);
void do_vi_a_word(struct ui *ui);
void do_vi_inner_big_word(struct ui *ui);
void do_vi_a_big_word(struct ui *ui);
void do_vi_inner_sentence(struct ui *ui);
void do_vi_a_sentence(struct ui *ui);
void do_vi_inner_paragraph(struct ui *ui);
void do_vi_a_paragraph(struct ui *ui);
void do_vi_inner_double(struct ui *ui);
void do_vi_a_double(struct ui *ui);
void do_vi_inner_single(struct ui *ui);
void do_vi_a_single(struct ui *ui);
void do_vi_inner_backtick(struct ui *ui);
void do_vi_a_backtick(struct ui *ui);
void do_vi_inner_parens(struct ui *ui);
void do_vi_a_parens(struct ui *ui);
void do_vi_inner_squares(struct ui *ui);
void do_vi_a_squares(struct ui *ui);
void do_vi_inner_braces(struct ui *ui);
void do_vi_a_braces(struct ui *ui);
void do_vi_inner_angles(struct ui *ui);
void do_vi_a_angles(struct ui *ui);

#endif
