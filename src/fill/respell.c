/* Non-words. A network that spells words out of pieces sometimes draws pieces that make no word, and it draws
 * pieces in any order, so no set of allowed ids could prevent that. When everything is drawn, words that are
 * neither in the dictionary nor in the draft are masked and drawn again given all others: rejection, word by
 * word (redraw.c). */
#include "respell.h"
#include "blank_view.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lexicon.h"
#include "run_state.h"

#include <string.h>

enum {
    MOST_REDRAWS = 8, /* of a window; remaining non-words then stay */
    EDGE_BYTES = 64   /* the most bytes of the draft that a word at a blank's edge extends into */
};

/* Dictionaries contain every single letter as a word. In a text "d" is a piece of a word, unless the draft
 * has it (Polish "w"). */
static bool is_piece(struct slice text, size_t start, size_t end)
{
    char c = text.data[start];
    bool dotted =
        (end < text.size && text.data[end] == '.') || (start && text.data[start - 1] == '.'); /* p.m. */
    return end - start == 1 && c >= 'a' && c <= 'z' && !strchr("aeiouy", c) && !dotted;
}

static bool is_known(struct fill_run *run, struct slice text, size_t start, size_t end)
{
    struct slice word = {text.data + start, end - start};
    return (!is_piece(text, start, end) && fill_lexicon_knows(&run->lexicon, word)) ||
           fill_draft_has((struct slice){run->text.data, run->text.size}, word);
}

/* The window's blanks and the words between and beside them, as the writer will see them. */
struct passage {
    struct buffer text;
    struct fill_view *views; /* per blank of the window */
    size_t *starts;          /* the range of each in `text` */
    uint32_t count;
};

static void passage_free(struct passage *p)
{
    for (uint32_t b = 0; p->views && b < p->count; b++) fill_view_free(&p->views[b]);
    buffer_free(&p->text);
    mem_free(p->views);
    mem_free(p->starts);
}

static bool add_edge(const struct run_candidate *c, struct passage *p, size_t from, size_t to)
{
    return from >= to || buffer_append(&p->text, c->local.data + from, to - from);
}

static bool passage_make(const struct fill_run *run, uint32_t k, struct passage *p)
{
    const struct run_candidate *c = &run->candidates[k];
    uint32_t first = fill_run_first(run), count = fill_run_last(run) - first;
    p->views = mem_zalloc_array(count, sizeof *p->views);
    p->starts = mem_alloc_array(count, sizeof *p->starts);
    p->count = count;
    if (!p->views || !p->starts) return false;
    size_t at = c->blanks[0].start > EDGE_BYTES ? c->blanks[0].start - EDGE_BYTES : 0;
    for (uint32_t b = 0; b < count; b++) {
        if (!add_edge(c, p, at, c->blanks[b].start) || !fill_view_make(run, k, first + b, &p->views[b]))
            return false;
        p->starts[b] = p->text.size;
        at = c->blanks[b].end;
        if (!buffer_append(&p->text, p->views[b].text.data ? p->views[b].text.data : "",
                           p->views[b].text.size))
            return false;
    }
    return add_edge(c, p, at, c->limit - at > EDGE_BYTES ? at + EDGE_BYTES : c->limit);
}

/* Counts the drawn tokens of the word [start, end) of the passage, and masks them on request. */
static enum status take_word(struct fill_run *run, uint32_t k, const struct passage *p, bool mask,
                             size_t *tokens, size_t start, size_t end, struct error *error)
{
    const struct fill_window *w = &run->candidates[k].window;
    uint32_t first = fill_run_first(run), seen = 0, before = UINT32_MAX;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; !status && i < w->slot_count; i++) {
        const struct sedd_slot *slot = &w->slots[i];
        seen = slot->blank == before ? seen + 1 : 0;
        before = slot->blank;
        uint32_t b = slot->blank - first;
        const struct fill_token *token = &p->views[b].tokens[seen];
        if (token->state == FILL_PINNED || token->state == FILL_MASKED ||
            p->starts[b] + token->start >= end || p->starts[b] + token->end <= start)
            continue;
        ++*tokens;
        /* at temperature 0 the same tokens would be drawn again */
        if (mask && run->options.temperature == 0) status = fill_run_ban(run, k, i, token->id, error);
        if (mask && !status) status = fill_run_mask_slot(run, k, slot->blank, slot->index, error);
    }
    return status;
}

enum status fill_respell_look(struct fill_run *run, uint32_t k, bool mask, size_t *tokens,
                              struct error *error)
{
    const struct run_candidate *c = &run->candidates[k];
    if (c->rounds >= MOST_REDRAWS || !run->lexicon.count) return STATUS_OK;
    struct passage p = {0};
    size_t start, end;
    bool digits;
    enum status status = passage_make(run, k, &p)
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for a fill");
    struct slice text = {p.text.data, p.text.size};
    for (size_t at = 0; !status && fill_next_word(text, at, &start, &end, &digits); at = end) {
        bool drawn = false;
        for (uint32_t b = 0; b < p.count; b++)
            drawn = drawn || (start < p.starts[b] + p.views[b].text.size && end > p.starts[b]);
        if (!drawn || digits || is_known(run, text, start, end)) continue;
        status = take_word(run, k, &p, mask, tokens, start, end, error);
    }
    passage_free(&p);
    return status;
}
