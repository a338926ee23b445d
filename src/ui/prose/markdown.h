/* Kinds of lines in plain text and Markdown, so that reflow and smart typing leave alone what is not
 * prose. */
#ifndef LACUNA_UI_MARKDOWN_H
#define LACUNA_UI_MARKDOWN_H

#include "lacuna/base.h"

struct text;

enum markdown_kind {
    MARKDOWN_EMPTY,   /* only white space and quotation markers */
    MARKDOWN_TEXT,    /* begins or continues a paragraph */
    MARKDOWN_ITEM,    /* begins an item of a list, a definition or a footnote */
    MARKDOWN_HEADING, /* # */
    MARKDOWN_RULE,    /* --- or * * *; also what underlines a heading */
    MARKDOWN_FENCE,   /* ``` or ~~~ */
    MARKDOWN_ROW,     /* of a table: |, or +-- */
    MARKDOWN_LINK     /* [name]: target */
};
struct markdown_line {
    enum markdown_kind kind;
    size_t start, end, next; /* end: without white space and the line break; next: after that */
    size_t indented;         /* after quotation markers and indentation: the item's marker starts here, */
    size_t words;            /* and its words here */
    int quotes;              /* quotation markers: > */
    int indent;              /* cells of the indentation after them; a tab is four */
    bool breaks;             /* the line break after it is deliberate: two spaces, or a backslash */
    bool numbered, first;    /* an item with a number, and that is 1 */
    bool bars;               /* it contains a | */
};
/* Examines at most the first kilobyte of it. */
struct markdown_line markdown_line_at(const struct text *text, size_t start);
/* Whether the line separates the head of a table without outer bars from its body: --|--. */
bool markdown_parts_table(const struct text *text, const struct markdown_line *line);
/* Whether text from `at` on would be something else than text at the beginning of a line. */
bool markdown_begins(const struct text *text, size_t at);

/* Whether a line is between fences, or is front matter: --- at the very start of a text, and the lines up to
 * the next. Fences are looked for from the start of the text, or a megabyte before. */
enum markdown_block { MARKDOWN_PROSE, MARKDOWN_CODE, MARKDOWN_FRONT };
enum markdown_block markdown_block_at(const struct text *text, size_t line);
/* Whether text at `at` is prose for readers: not in such a block, between backticks, in a comment, a tag or
 * an address. */
bool markdown_is_prose(const struct text *text, size_t at);

#endif
