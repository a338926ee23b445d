/* Changes of ranges of text: other letters, indents, joined lines. */
#ifndef LACUNA_UI_VI_CHANGE_H
#define LACUNA_UI_VI_CHANGE_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"
#include "vi.h"

struct ui;

void vi_change_case(struct ui *ui, enum vi_operator op, size_t start, size_t end);
/* Replaces each character of [start, end) by one character; *last is the start of the last one. */
bool vi_put_over(struct ui *ui, size_t start, size_t end, ui_key key, size_t *last);
void vi_shift(struct ui *ui, size_t start, size_t end, int by);
bool vi_join(struct ui *ui, size_t lines, bool spaces); /* from the cursor's line on */

#endif
