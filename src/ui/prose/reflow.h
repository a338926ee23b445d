/* Filling lines and joining them, as changes to a text. */
#ifndef LACUNA_UI_REFLOW_H
#define LACUNA_UI_REFLOW_H

#include "lacuna/base.h"
#include "lacuna/text.h"

struct ui;

struct text;

/* A place that is to look otherwise: [start, end) becomes a line break and what the next line begins with, a
 * space, or nothing. */
struct reflow_gap {
    size_t start, end;
    enum reflow_gap_kind { GAP_BREAK, GAP_SPACE, GAP_NOTHING } kind;
    size_t prefix; /* GAP_BREAK: in `prefixes`, ended by a NUL */
};
struct reflow {
    const struct text *text;
    int width;               /* of the lines in cells; 0: a paragraph becomes one line */
    int fill;                /* what `width` is when it is not 0: what is longer was never filled */
    bool unchecked;          /* whether paragraphs grow together */
    bool loose;              /* as vim does it: breaks at any white space, joins whatever the indentation */
    struct reflow_gap *gaps; /* in order; some may be as they should be */
    size_t count, capacity, next;
    size_t kept; /* runs of lines that stay as they are: joined again they would be something else */
    struct buffer prefixes, with;
    /* How the lines that no empty one parts show where a paragraph begins: not at all, by less indentation
     * than others (all but the first lines are indented), or by more. */
    enum reflow_style { STYLE_NONE, STYLE_HANGING, STYLE_INDENTED } style;
    int least_indent;     /* the least indentation of them */
    const char *line_end; /* of the document */
};
/* Finds what filling, or joining, the paragraphs that [start, end] touches would change; `whole` false: of
 * them the lines in [start, end] alone. Zero the other members before. False: no memory. */
bool reflow_plan(struct reflow *r, size_t start, size_t end, bool whole) MUST_USE;
text_next_edit reflow_next_edit; /* gives the changes to text_replace_many, with a struct reflow as context */
void reflow_free(struct reflow *r);

/* The lines that [start, end) is, without its last line break, filled to reflow-width; lines of their
 * paragraphs before and behind stay as they are. Loosely: for vi's operator. */
void reflow_lines(struct ui *ui, size_t start, size_t end);

/* Commands; session/commands.h says what they do. */
void do_reflow(struct ui *ui);
void do_unwrap(struct ui *ui);

#endif
