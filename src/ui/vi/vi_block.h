/* Blocks: the same columns of several lines. */
#ifndef LACUNA_UI_VI_BLOCK_H
#define LACUNA_UI_VI_BLOCK_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"
#include "vi.h"

struct buffer;
struct ui;
struct vi_block;

void vi_operate_block(struct ui *ui, enum vi_operator op);
bool vi_block_put_over(struct ui *ui, ui_key key);
void vi_block_put(struct ui *ui, const struct buffer *block, size_t times, bool before);

/* Commands; session/commands.h says what they do. */
void do_vi_block_insert(struct ui *ui);
void do_vi_block_append(struct ui *ui);

#endif
