/* Authorship in plain text: a copy of the text with a block at its end that tells who wrote what, in the format of iA's
 * Markdown Annotations, version 0.1 (https://github.com/iainc/Markdown-Annotations). */
#ifndef LACUNA_UI_ANNOTATIONS_H
#define LACUNA_UI_ANNOTATIONS_H

#include "lacuna/base.h"

struct text;
struct ui;

/* Appends the text and its block. Words that a model drew and nobody edited are attributed to `model`, all others to
 * `writer`, which may be "". False: no memory. */
bool annotations_append(const struct text *text, const char *writer, const char *model,
                        struct buffer *out) MUST_USE;

/* Commands of the : line; line/command_line.h says what they do. */
void line_save_annotated(struct ui *ui, const char *arguments);

#endif
