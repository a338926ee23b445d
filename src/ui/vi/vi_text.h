/* Places in the text as vi counts them. */
#ifndef LACUNA_UI_VI_TEXT_H
#define LACUNA_UI_VI_TEXT_H

#include "lacuna/base.h"

struct layout;
struct doc;
struct text;

size_t vi_line_start(const struct text *text, size_t at);
size_t vi_line_end(const struct text *text, size_t at); /* of its line break, or of the text */
bool vi_line_empty(const struct text *text, size_t at);
size_t vi_first_nonblank(const struct text *text, size_t at); /* of the line; its end when all is blank */
size_t vi_last_line(const struct text *text);                 /* its start */
bool vi_next_line(const struct text *text, size_t at, size_t *start);
bool vi_previous_line(const struct text *text, size_t at, size_t *start);
size_t vi_after_line(const struct text *text, size_t at); /* after its line break */
/* One character forward or back, past line breaks. 0: in the line; 1: to another line; 2: (forward) to the
 * end of the line; -1: no more. */
int vi_inc(const struct text *text, size_t *at);
int vi_dec(const struct text *text, size_t *at);
int vi_incl(const struct text *text, size_t *at); /* the same, past the end of a line that is not empty */
int vi_decl(const struct text *text, size_t *at);
uint32_t vi_char(const struct text *text, size_t at); /* 0 at the end of a line */
bool vi_is_white(uint32_t c);
bool vi_is_one_of(uint32_t c, const char *set);             /* of ASCII characters */
int vi_class(const struct text *text, size_t at, bool big); /* 0: white; letters and the rest are apart */
/* cells from the start of its line */
int vi_column(const struct layout *layout, const struct doc *doc, size_t at);
size_t vi_at_column(const struct layout *layout, const struct doc *doc, size_t line, int column);
size_t vi_clamp(const struct text *text, size_t at); /* moves off the end of its line, unless it is empty */
const char *vi_line_break(const struct doc *doc);    /* of the document */

#endif
