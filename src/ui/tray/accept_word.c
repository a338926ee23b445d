/* Accepts only the next word: it goes into the text before the blank, and the rest remains a proposal.
 * Candidates that begin with another word are removed; undo brings all of them back. */
#include "accept_word.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "tray.h"
#include "ui/blank/meant_blank.h"
#include "ui/blank/proposal_commands.h"
#include "ui/blank/proposal_walk.h"
#include "ui/blank/record.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/document/proposal_past.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* The bytes that go into the text: the word and the space after it. */
static size_t word_size(const struct words *words, uint32_t tokens)
{
    return tokens < words->count ? words->tokens[tokens].start + 1u : words->text.size;
}

static bool begins_so(const struct words *words, const struct words *with, uint32_t tokens)
{
    size_t size = word_size(with, tokens);
    return words->count > tokens && words_next_spaced(words, 0) == tokens &&
           word_size(words, tokens) == size && memcmp(words->text.data, with->text.data, size) == 0;
}

/* Copies a candidate without its first tokens. Steps with another number of tokens are dropped. False: no
 * memory. */
static bool behead(const struct candidate *from, uint32_t tokens, struct candidate *to)
{
    uint32_t count = from->words.count;
    *to = *from;
    to->words = to->coming = (struct words){0};
    to->moments = NULL;
    to->moment_count = to->moment_capacity = 0;
    to->written = tokens < 64 ? from->written >> tokens : 0;
    if (to->trace) to->trace->users++;
    to->alone = false;
    for (size_t i = 0; i < from->moment_count; i++) {
        const struct moment *m = &from->moments[i];
        if (m->words.count != count || !words_copy(&to->words, &m->words.text, m->words.tokens, count))
            continue;
        words_behead(&to->words, tokens);
        moments_add(to, m->step, m->steps, m->sigma_bar);
    }
    if (!words_copy(&to->words, &from->words.text, from->words.tokens, count)) return false;
    words_behead(&to->words, tokens);
    candidate_rate(to);
    to->bounded = 0; /* the rest is compared anew */
    to->rank_score = 0;
    return true;
}

static void add_beheaded(const struct proposal *old, uint32_t tokens, struct proposal *new)
{
    const struct words *chosen = &old->candidates[old->chosen].words;
    for (size_t i = 0; i < old->count; i++) {
        struct candidate made;
        if (!begins_so(&old->candidates[i].words, chosen, tokens)) continue;
        bool good = behead(&old->candidates[i], tokens, &made);
        size_t kept = new->chosen;
        struct candidate *c = good ? proposal_add(new, made.seed) : NULL;
        if (c)
            *c = made;
        else
            candidate_free(&made);
        if (i != old->chosen) new->chosen = kept;
    }
}

/* Reduces the wanted length of the blank by the number of accepted tokens. */
static bool shorten(struct ui *ui, const struct text_blank *b, uint32_t tokens)
{
    struct doc *doc = ui->doc;
    uint32_t min = b->min > tokens ? b->min - tokens : 1, max = b->max > tokens ? b->max - tokens : 1;
    char length[32];
    if (b->min == 1 && b->max == FILL_ANY_TOKENS) return true;
    if (b->start == b->end || !doc_blank_is_markup(doc, b))
        return text_blank_set_length(doc->text, b->id, min, max);
    snprintf(length, sizeof length, min == max ? "%u" : "%u-%u", min, max);
    return doc_replace(ui, b->start + 2, b->end - 2, length, strlen(length));
}

/* Puts the word into the text as one step of undo. */
static bool put_word(struct ui *ui, const struct candidate *c, uint32_t tokens, struct text_blank *b)
{
    struct doc *doc = ui->doc;
    size_t size = word_size(&c->words, tokens), at = b->start;
    text_break_group(doc->text);
    text_group_begin(doc->text);
    bool done = doc_replace(ui, at, at, c->words.text.data, size) && text_blank_get(doc->text, b->id, b) &&
                shorten(ui, b, tokens);
    text_group_end(doc->text);
    text_break_group(doc->text);
    return done && text_blank_get(doc->text, doc_blank_at(doc, at + size), b);
}

void do_accept_word(struct ui *ui)
{
    struct doc *doc = ui->doc;
    struct text_blank b;
    proposals_passed(ui, 0);
    const struct proposal *p = tray_needed(ui);
    if (!p || !text_blank_get(doc->text, doc->focus, &b)) return;
    const struct words *words = &p->candidates[p->chosen].words;
    uint32_t tokens = words_next_spaced(words, 0);
    if (tokens >= words->count) { /* only one word is left */
        do_accept(ui);
        return;
    }
    if (!doc_writable(ui)) return;
    size_t before = text_history_at(doc->text), size = word_size(words, tokens);
    struct proposal old = proposal_take_off(doc, b.id);
    if (!put_word(ui, &old.candidates[old.chosen], tokens, &b)) {
        proposal_lay(doc, old);
        return;
    }
    const struct candidate *taken = &old.candidates[old.chosen];
    record_accepted(ui, taken, (struct slice){taken->words.text.data, size});
    struct proposal new = {.blank = b.id, .asked = true};
    add_beheaded(&old, tokens, &new);
    proposal_past_add(doc, before, old, b.id);
    proposal_lay(doc, new);
    text_drawn_mark(doc->text, b.start - size, b.start);
    kept_note(doc);
    blank_go_to(doc, &b);
    doc->words_stale = true;
    ui->picture->stale = true;
}
