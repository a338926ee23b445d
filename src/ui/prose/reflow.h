/* Filling and joining lines, as changes to a text. */
#ifndef LACUNA_UI_REFLOW_H
#define LACUNA_UI_REFLOW_H

#include "lacuna/base.h"
#include "lacuna/text.h"

struct ui;

struct text;

/* A place to change: [start, end) becomes a line break and the prefix of the next line, a space, or
 * nothing. */
struct reflow_gap {
    size_t start, end;
    enum reflow_gap_kind { GAP_BREAK, GAP_SPACE, GAP_NOTHING } kind;
    size_t prefix; /* GAP_BREAK: in `prefixes`, ended by a NUL */
};
struct reflow {
    const struct text *text;
    int width;               /* of the lines in cells; 0: a paragraph becomes one line */
    int fill;                /* used as the width if `width` is 0: longer lines were never filled */
    bool unchecked;          /* whether paragraphs would merge */
    bool loose;              /* as in vim: breaks at any white space, joins whatever the indentation */
    struct reflow_gap *gaps; /* in order; some may need no change */
    size_t count, capacity, next;
    size_t kept; /* runs of lines that stay as they are: joined again they would be something else */
    struct buffer prefixes, with;
    /* How a block of lines without an empty one shows where a paragraph begins: not at all, by less
     * indentation than others (all but the first lines are indented), or by more. */
    enum reflow_style { STYLE_NONE, STYLE_HANGING, STYLE_INDENTED } style;
    int least_indent;     /* their least indentation */
    const char *line_end; /* of the document */
};
/* Finds the changes that fill, or join, the paragraphs that [start, end] touches; `whole` false: only their
 * lines in [start, end]. Zero the other members before. False: out of memory. */
bool reflow_plan(struct reflow *r, size_t start, size_t end, bool whole) MUST_USE;
text_next_edit reflow_next_edit; /* gives the changes to text_replace_many, with a struct reflow as context */
void reflow_free(struct reflow *r);

/* The lines that [start, end) consists of, without its last line break, filled to reflow-width; lines of
 * their paragraphs before and after are not changed. Loosely: for vi's operator. */
void reflow_lines(struct ui *ui, size_t start, size_t end);

/* Commands; session/commands.h says what they do. */
void do_reflow(struct ui *ui);
void do_unwrap(struct ui *ui);

#endif
