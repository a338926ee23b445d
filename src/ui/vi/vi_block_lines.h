/* Where a block lies in its lines, and text that is inserted into all of them. */
#ifndef LACUNA_UI_VI_BLOCK_LINES_H
#define LACUNA_UI_VI_BLOCK_LINES_H

#include "lacuna/base.h"

struct doc;
struct layout;
struct ui;
struct vi_block;

bool vi_block_get(const struct ui *ui, struct vi_block *out); /* false: no block is selected */
bool vi_block_contains(const struct ui *ui, size_t at);       /* of the selected block */
/* Its part of a line; false: the line is too short to have one. */
bool vi_block_line(const struct layout *layout, const struct doc *doc, const struct vi_block *block,
                   size_t line, size_t *start, size_t *end);
/* Adds spaces to a line until it reaches the column. False: the text cannot be changed. */
bool vi_block_pad(struct ui *ui, size_t line, int column);
/* Insert mode is over: what was typed in the first line of a block goes into the others. */
void vi_block_inserted(struct ui *ui);

#endif
