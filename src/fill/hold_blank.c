/* A blank with conditions inside its window, and which blanks are tied. */
#include "hold_blank.h"
#include "hold.h"

#include <string.h>

uint32_t hold_first_slot(const struct fill_window *window, uint32_t blank)
{
    uint32_t i = 0;
    while (i < window->slot_count && window->slots[i].blank != blank) i++;
    return i;
}

uint32_t hold_count_slots(const struct fill_window *window, uint32_t blank)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < window->slot_count; i++) n += window->slots[i].blank == blank;
    return n;
}

enum status hold_blank_new(const struct fill_run *run, uint32_t blank, const struct fill_site *site,
                           const struct fill_window *window, struct hold_blank *out, struct error *error)
{
    const struct fill_blank *range = &site->blanks[blank - site->first];
    uint32_t first = hold_first_slot(window, blank), before = blank - site->first;
    size_t start = before ? site->blanks[before - 1].end : 0;
    *out = (struct hold_blank){
        .engine = run->engine,
        .conditions = &run->conditions[blank],
        .frame = &window->frames[before],
        .dialect = &run->dialect,
        .before = {site->text.data + start, range->start - start},
        .after = {site->text.data + range->end, site->limit > range->end ? site->limit - range->end : 0},
        .spaced = window->spaced[before],
        .words = (fill_engine_config(run->engine)->tokens + 63) / 64};
    if (before + 1 < site->count) out->after.size = site->blanks[before + 1].start - range->end;
    uint32_t count = hold_count_slots(window, blank);
    out->sets = mem_zalloc_array(count, sizeof *out->sets);
    for (uint32_t i = 0; out->sets && i < count; i++) {
        out->sets[i] = mem_alloc_array(out->words, sizeof **out->sets);
        if (!out->sets[i]) break;
        memcpy(out->sets[i], window->slots[first + i].allowed, out->words * sizeof **out->sets);
        out->count++;
    }
    return out->sets && out->count == count ? STATUS_OK : no_memory_for_fill(error);
}

void hold_blank_free(struct hold_blank *blank)
{
    for (uint32_t i = 0; blank->sets && i < blank->count; i++) mem_free(blank->sets[i]);
    mem_free(blank->sets);
    blank->sets = NULL;
}

/* ---- ties ----------------------------------------------------------------------------------------------- */

bool hold_is_tied(const struct fill_conditions *c)
{
    return c->tie && *c->tie;
}

uint32_t fill_hold_leader(const struct fill_run *run, uint32_t blank)
{
    if (run->conditions && hold_is_tied(&run->conditions[blank]))
        for (uint32_t b = 0; b < blank; b++)
            if (hold_is_tied(&run->conditions[b]) &&
                strcmp(run->conditions[b].tie, run->conditions[blank].tie) == 0)
                return b;
    return blank;
}
