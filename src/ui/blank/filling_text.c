#include "filling_text.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"

enum { WHOLE = 1024 * 1024 }; /* larger drafts are sent as excerpts */

static bool is_wanted(uint32_t id, const uint32_t *blanks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (blanks[i] == id) return true;
    return false;
}

/* "the [[8]] castle" should stay "the castle". */
static size_t skip_space(const struct doc *doc, const struct buffer *out, size_t at)
{
    bool space_before = out->size == 0 || out->data[out->size - 1] == ' ' || out->data[out->size - 1] == '\n';
    return space_before && text_byte(doc->text, at) == ' ' ? at + 1 : at;
}

/* A blank that is not filled now: its proposal, else its words, else nothing. */
static bool append_other(const struct doc *doc, const struct text_blank *b, struct buffer *out, size_t *next)
{
    const struct proposal *p = proposal_find(doc, b->id);
    *next = b->end;
    if (p && !p->job && p->count) {
        const struct buffer *words = &p->candidates[p->chosen].words.text;
        return !words->size || buffer_append(out, words->data, words->size);
    }
    if (!doc_blank_is_markup(doc, b)) return text_append_to(doc->text, b->start, b->end, out);
    *next = skip_space(doc, out, b->end);
    return true;
}

static bool append_wanted(const struct doc *doc, const struct text_blank *b, struct excerpt *e)
{
    struct fill_blank *f = &e->blanks[e->count++];
    *f = (struct fill_blank){.start = e->text.size, .min = b->min, .max = b->max};
    /* Old words in a blank are hidden from the model, but their typography counts for the dialect. */
    if (!doc_blank_is_markup(doc, b) && !text_append_to(doc->text, b->start, b->end, &e->text)) return false;
    f->end = e->text.size;
    return true;
}

bool excerpt_build(const struct doc *doc, const uint32_t *wanted, size_t count, size_t from, size_t to,
                   struct excerpt *e)
{
    size_t at = from, blanks = text_blank_count(doc->text);
    e->blanks = mem_alloc_array(count ? count : 1, sizeof *e->blanks);
    if (!e->blanks) return false;
    for (size_t i = 0; i < blanks; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < at || b.end > to) continue;
        if (!text_append_to(doc->text, at, b.start, &e->text)) return false;
        size_t next = b.end;
        if (b.id == e->about) e->about_at = e->text.size;
        if (is_wanted(b.id, wanted, count) ? !append_wanted(doc, &b, e)
                                           : !append_other(doc, &b, &e->text, &next))
            return false;
        at = next;
    }
    return text_append_to(doc->text, at < to ? at : to, to, &e->text);
}

void excerpt_range(const struct doc *doc, const uint32_t *wanted, size_t count, size_t *from, size_t *to)
{
    struct text_blank first, last;
    *from = 0;
    *to = text_size(doc->text);
    if (*to <= WHOLE || !text_blank_get(doc->text, wanted[0], &first) ||
        !text_blank_get(doc->text, wanted[count - 1], &last))
        return;
    if (first.start > FILL_EXCERPT) *from = text_this_line_start(doc->text, first.start - FILL_EXCERPT);
    if (first.start - *from > WHOLE) *from = first.start - WHOLE; /* a single very long line */
    if (*to - last.end > FILL_EXCERPT) *to = last.end + FILL_EXCERPT;
}

void excerpt_free(struct excerpt *e)
{
    buffer_free(&e->text);
    mem_free(e->blanks);
}

bool filling_text(const struct doc *doc, uint32_t blank, size_t *at, struct buffer *out)
{
    struct excerpt e = {.about = blank, .about_at = SIZE_MAX};
    size_t from, to;
    excerpt_range(doc, &blank, 1, &from, &to);
    bool done = excerpt_build(doc, NULL, 0, from, to, &e) && e.about_at != SIZE_MAX &&
                buffer_append(out, e.text.data ? e.text.data : "", e.text.size);
    *at = e.about_at;
    excerpt_free(&e);
    return done;
}
