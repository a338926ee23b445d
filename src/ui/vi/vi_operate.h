/* What an operator does to a range of bytes, or of whole lines. */
#ifndef LACUNA_UI_VI_OPERATE_H
#define LACUNA_UI_VI_OPERATE_H

#include "lacuna/base.h"
#include "vi.h"

struct ui;

void vi_operate_lines(struct ui *ui, enum vi_operator op, size_t first, size_t behind);
void vi_operate_characters(struct ui *ui, enum vi_operator op, size_t start, size_t end);

#endif
