/* Motions by rows of the screen, and scrolling. */
#ifndef LACUNA_UI_VI_SCREEN_H
#define LACUNA_UI_VI_SCREEN_H

struct ui;

/* Commands; session/commands.h says what they do. */
void do_vi_half_down(struct ui *ui);
void do_vi_half_up(struct ui *ui);
void do_vi_page_down(struct ui *ui);
void do_vi_page_up(struct ui *ui);
void do_vi_row_to_top(struct ui *ui);
void do_vi_row_to_bottom(struct ui *ui);
void do_vi_row_down(struct ui *ui);
void do_vi_row_up(struct ui *ui);
void do_vi_row_start(struct ui *ui);
void do_vi_row_end(struct ui *ui);
void do_vi_screen_top(struct ui *ui);
void do_vi_screen_middle(struct ui *ui);
void do_vi_screen_bottom(struct ui *ui);

#endif
