/* Ranges of lines before commands of the : line, and the patterns in them. */
#ifndef LACUNA_UI_EX_RANGE_H
#define LACUNA_UI_EX_RANGE_H

#include "lacuna/base.h"

struct doc;
struct buffer;
struct ex_range;
struct ui;

/* Reads a range from the start of *line, and moves *line past it. False: after a message. */
bool ex_range(struct ui *ui, const char **line, struct ex_range *out);
/* One address, relative to *line. 1: read; 0: there is none; -1: it is outside the text. */
int ex_address(struct ui *ui, const char **p, size_t *line);
/* "3": the range becomes that many lines from its last one on. Without a number it is unchanged. */
void ex_count(struct ex_range *range, struct doc *doc, const char *p);
/* The part of "/pattern/rest" up to the next delimiter without a backslash before it; returns the rest. A
 * backslash before the delimiter is dropped. */
const char *ex_take_part(const char *from, char delimiter, struct buffer *out);
bool ex_set_pattern(struct ui *ui, const struct buffer *pattern, bool ignore_case, bool exact);
void ex_go_line(struct doc *doc, size_t at);
void ex_go(struct ui *ui); /* to the range */

#endif
