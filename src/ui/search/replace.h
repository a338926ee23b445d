/* Replacing matches: one after the other with a question each, or all at once. */
#ifndef LACUNA_UI_REPLACE_H
#define LACUNA_UI_REPLACE_H

#include "lacuna/base.h"
#include "lacuna/text.h"

struct text;
struct ui;

enum replace_style { REPLACE_LITERAL, REPLACE_DOLLAR /* $1 */, REPLACE_VI /* \\1 and & */ };

struct replace_request {
    size_t start, end; /* matches in [start, end) */
    const char *with;
    enum replace_style style;
    bool first_of_line, only_count;
    bool beyond; /* matches may end after `end`: those of lines include the text after them */
};

struct replace_edit {
    size_t start, end, from, size; /* [start, end) becomes bytes[from, from + size) */
};

struct replace_edits {
    struct replace_edit *list;
    size_t count, capacity;
    struct buffer bytes;
};

struct replacing {
    bool active, grouped, wrapped, first_of_line;
    enum replace_style style;
    struct buffer with;
    size_t range_start, from,
        at;        /* the start of the range; where the first match was looked for; where the next one is */
    text_mark end; /* of the range */
    size_t start, end_of_match; /* that is asked about */
    size_t done;
};

/* All matches of the search's pattern, as one undo step; *edits tells what changed. */
bool replace_all(struct ui *ui, const struct replace_request *request, struct replace_edits *edits);
void replace_ask(struct ui *ui, const struct replace_request *request); /* one after the other */
void replace_edits_free(struct replace_edits *edits);

/* Commands; session/commands.h says what they do. */
void do_replace(struct ui *ui);

#endif
