/* Proposals: what lies over a blank until the writer accepts or discards it. */
#include "ui_internal.h"

#include <string.h>

static void free_candidate(struct candidate *candidate)
{
    buffer_free(&candidate->text);
    mem_free(candidate->tokens);
    *candidate = (struct candidate){0};
}

struct proposal *proposal_find(const struct doc *doc, uint32_t blank)
{
    for (size_t i = 0; blank && i < doc->proposal_count; i++)
        if (doc->proposals[i].blank == blank) return &doc->proposals[i];
    return NULL;
}

struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank)
{
    for (size_t i = 0; i < doc->proposal_count; i++)
        if (text_blank_get(doc->text, doc->proposals[i].blank, blank) && blank->start <= at &&
            at <= blank->end)
            return &doc->proposals[i];
    return NULL;
}

struct proposal *proposal_make(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank);
    if (p) return p;
    if (!mem_grow(&doc->proposals, &doc->proposal_capacity, doc->proposal_count + 1, sizeof *doc->proposals))
        return NULL;
    p = &doc->proposals[doc->proposal_count++];
    *p = (struct proposal){.blank = blank};
    return p;
}

struct candidate *proposal_add(struct proposal *p, uint64_t seed)
{
    if (!mem_grow(&p->candidates, &p->capacity, p->count + 1, sizeof *p->candidates)) return NULL;
    struct candidate *candidate = &p->candidates[p->count];
    *candidate = (struct candidate){.seed = seed};
    p->chosen = p->count++;
    return candidate;
}

static void remove_at(struct doc *doc, size_t index)
{
    struct proposal *p = &doc->proposals[index];
    for (size_t i = 0; i < p->count; i++) free_candidate(&p->candidates[i]);
    mem_free(p->candidates);
    doc->proposal_count--;
    memmove(p, p + 1, (doc->proposal_count - index) * sizeof *p);
}

void proposal_remove(struct doc *doc, uint32_t blank)
{
    struct proposal *p = proposal_find(doc, blank);
    if (p) remove_at(doc, (size_t)(p - doc->proposals));
}

void proposal_drop_last(struct doc *doc, struct proposal *p)
{
    p->job = 0;
    if (p->count) free_candidate(&p->candidates[--p->count]);
    if (!p->count)
        remove_at(doc, (size_t)(p - doc->proposals));
    else if (p->chosen >= p->count)
        p->chosen = p->count - 1;
}

void proposals_free(struct doc *doc)
{
    while (doc->proposal_count) remove_at(doc, doc->proposal_count - 1);
    mem_free(doc->proposals);
    doc->proposals = NULL;
    doc->proposal_capacity = 0;
}

bool candidate_take(struct candidate *candidate, const struct fill_view *view)
{
    struct fill_token *tokens = mem_alloc_array(view->count ? view->count : 1, sizeof *tokens);
    struct buffer text = {0};
    if (!tokens || !buffer_append(&text, view->text.data ? view->text.data : "", view->text.size)) {
        mem_free(tokens);
        return false;
    }
    memcpy(tokens, view->tokens, view->count * sizeof *tokens);
    free_candidate(&(struct candidate){.text = candidate->text, .tokens = candidate->tokens});
    candidate->text = text;
    candidate->tokens = tokens;
    candidate->count = view->count;
    return true;
}
