#include "proposal_past.h"
#include "document.h"
#include "lacuna/base.h"
#include "lacuna/text.h"

void proposal_past_add(struct doc *doc, struct proposal old, uint32_t now)
{
    size_t kept = 0; /* a new change after undo ends the undone branch */
    for (size_t i = 0; i < doc->past_count; i++)
        if (doc->pasts[i].undone)
            proposal_free(&doc->pasts[i].other);
        else
            doc->pasts[kept++] = doc->pasts[i];
    doc->past_count = kept;
    if (!mem_grow(&doc->pasts, &doc->past_capacity, kept + 1, sizeof *doc->pasts)) {
        proposal_free(&old);
        return;
    }
    doc->pasts[doc->past_count++] =
        (struct proposal_past){.after = text_history_at(doc->text), .other = old, .now = now};
    doc->pasts_at = text_history_at(doc->text);
}

static void swap(struct doc *doc, struct proposal_past *past)
{
    struct proposal there = proposal_take_off(doc, past->now), other = past->other;
    past->now = other.blank;
    past->other = there;
    past->undone = !past->undone;
    proposal_lay(doc, other);
}

bool proposal_pasts_follow(struct doc *doc)
{
    bool any = false;
    if (!doc->past_count || doc->pasts_at == text_history_at(doc->text)) return false;
    doc->pasts_at = text_history_at(doc->text);
    for (size_t i = doc->past_count; i-- > 0;)
        if (!doc->pasts[i].undone && !text_history_contains(doc->text, doc->pasts[i].after))
            swap(doc, &doc->pasts[i]), any = true;
    for (size_t i = 0; i < doc->past_count; i++)
        if (doc->pasts[i].undone && text_history_contains(doc->text, doc->pasts[i].after))
            swap(doc, &doc->pasts[i]), any = true;
    return any;
}

void proposal_pasts_free(struct doc *doc)
{
    for (size_t i = 0; i < doc->past_count; i++) proposal_free(&doc->pasts[i].other);
    mem_free(doc->pasts);
    doc->pasts = NULL;
    doc->past_count = doc->past_capacity = 0;
}
