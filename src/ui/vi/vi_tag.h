/* The objects `it` and `at`: the text between <p> and </p>, without and with the tags. */
#ifndef LACUNA_UI_VI_TAG_H
#define LACUNA_UI_VI_TAG_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_inner_tag(struct ui *ui);
void do_vi_a_tag(struct ui *ui);

#endif
