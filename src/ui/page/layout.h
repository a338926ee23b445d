/* Rows of the page, with the overlays of blanks. */
#ifndef LACUNA_UI_LAYOUT_H
#define LACUNA_UI_LAYOUT_H

#include "lacuna/text.h"
#include "ui/document/documents.h"
#include "ui/terminal/looks.h"

struct buffer;
struct candidate;
struct doc;
struct ui;
struct words;

struct overlay;
struct text;

struct shown; /* a line with overlays in it */
struct row {
    const struct text *text;   /* the document, or the composed line */
    const struct shown *shown; /* NULL: the document itself */
    size_t line;               /* document: where the shown line begins */
    size_t start, end;         /* in `text` */
    bool last;                 /* of the line */
};
struct layout {
    struct text_wrap wrap;
    struct overlay *overlays; /* of the current document, ascending */
    size_t overlay_count, overlay_capacity;
    struct shown **lines;
    size_t line_count, line_capacity;
    struct laid_row {
        const struct text *text;
        struct text_row row;
    } rows[256]; /* rows that were wrapped since the last change */
    size_t row_count, row_next, row_hint;
    uint64_t version; /* version of the text of these rows */
    const struct text *row_text;
    struct text_wrap row_wrap;
    size_t shown; /* ui->documents->shown at that time */
};
extern const struct doc_watcher layout_watcher;
void layout_free(struct layout *layout);
void layout_row_of(struct ui *ui, size_t at, struct row *out);
bool layout_next_row(struct ui *ui, const struct row *row, struct row *out);
bool layout_previous_row(struct ui *ui, const struct row *row, struct row *out);
int layout_column_of(const struct layout *layout, const struct row *row, size_t at);
size_t layout_at_column(const struct layout *layout, const struct row *row, int column);
/* Appends a candidate's words at some moment, and their looks, one per byte; differences from `other` (may be
 * NULL) are marked. False: out of memory. */
bool layout_words(const struct candidate *from, const struct words *words, const struct words *other,
                  struct buffer *text, struct buffer *looks);
/* Document offset of an offset in the row's text, and its look without selection and matches. */
size_t layout_origin(const struct row *row, size_t shown_offset);
enum look layout_look(const struct doc *doc, const struct row *row, size_t shown_offset);

#endif
