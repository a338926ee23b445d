/* What lines of plain text and of Markdown are, so that reflow and smart typing leave alone what is not
 * prose. */
#ifndef LACUNA_UI_MARKDOWN_H
#define LACUNA_UI_MARKDOWN_H

#include "lacuna/base.h"

struct text;

enum markdown_kind {
    MARKDOWN_EMPTY,   /* nothing but white space, and marks of quoting */
    MARKDOWN_TEXT,    /* begins a paragraph or goes on with one */
    MARKDOWN_ITEM,    /* begins an item of a list, a definition or a footnote */
    MARKDOWN_HEADING, /* # */
    MARKDOWN_RULE,    /* --- or * * *; also what underlines a heading */
    MARKDOWN_FENCE,   /* ``` or ~~~ */
    MARKDOWN_ROW,     /* of a table: |, or +-- */
    MARKDOWN_LINK     /* [name]: where it leads */
};
struct markdown_line {
    enum markdown_kind kind;
    size_t start, end, next; /* end: without white space and the line break; next: behind that */
    size_t indented;         /* behind marks of quoting and indentation: there is the item's marker, */
    size_t words;            /* and here what it says */
    int quotes;              /* marks of quoting: > */
    int indent;              /* cells of the indentation behind them; a tab is four */
    bool breaks;             /* the line break behind it is meant: two spaces, or a backslash */
    bool numbered, first;    /* an item with a number, and that is 1 */
    bool bars;               /* it holds a | */
};
/* Looks at no more than the first kilobyte of it. */
struct markdown_line markdown_line_at(const struct text *text, size_t start);
/* The line parts the head of a table without outer bars from its body: --|--. */
bool markdown_parts_table(const struct text *text, const struct markdown_line *line);
/* Text from `at` on would, at the beginning of a line, be something else than text. */
bool markdown_begins(const struct text *text, size_t at);

/* Whether a line is between fences, or is front matter: --- at the very start of a text, and what follows up
 * to the next. Fences are looked for from the start of the text, or a megabyte before. */
enum markdown_block { MARKDOWN_PROSE, MARKDOWN_CODE, MARKDOWN_FRONT };
enum markdown_block markdown_block_at(const struct text *text, size_t line);
/* What is written at `at` is read by people: it is in no block of those, nor between backticks, in a comment,
 * in a tag or in an address. */
bool markdown_is_prose(const struct text *text, size_t at);

#endif
