/* A job's text: the draft as the model should see it, without markup, with proposals of other blanks in their places. */
#ifndef LACUNA_UI_FILLING_TEXT_H
#define LACUNA_UI_FILLING_TEXT_H

#include "lacuna/base.h"

struct doc;
struct fill_blank;

struct excerpt {
    struct buffer text;
    struct fill_blank *blanks; /* those that are filled, as they stand in it */
    size_t count;
    uint32_t about;  /* a blank that is not filled, or 0 */
    size_t about_at; /* where its words begin */
};
/* The bytes of a document that a job for these blanks (ids, ascending, at least one) sees: all of it if it is not large. */
void excerpt_range(const struct doc *doc, const uint32_t *wanted, size_t count, size_t *from, size_t *to);
/* Appends these bytes of a document to an excerpt, with what stands in blanks that are not wanted. False: no memory. */
bool excerpt_build(const struct doc *doc, const uint32_t *wanted, size_t count, size_t from, size_t to,
                   struct excerpt *e) MUST_USE;
void excerpt_free(struct excerpt *e); /* what it holds */

/* Appends the draft as the model should see it, with every proposal in place, or an excerpt around a blank. *at: where
 * that blank's words begin in it. False: no memory, or there is no such blank. */
bool filling_text(const struct doc *doc, uint32_t blank, size_t *at, struct buffer *out) MUST_USE;

#endif
