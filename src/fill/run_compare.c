/* The bounds of a run's candidates, by which they are put in order. */
#include "run_compare.h"
#include "lacuna/rescore.h"

static enum status add_bounds(struct fill_run *run, const struct rescore_text *texts, double *ln_q,
                              const atomic_bool *cancel, struct error *error)
{
    uint32_t count = run->options.candidates;
    enum status status = rescore_texts(run->engine, texts, count, ln_q, &run->evaluations, cancel, error);
    for (uint32_t k = 0; !status && k < count; k++) {
        run->candidates[k].bound_sum += ln_q[k];
        run->candidates[k].bound_tokens += texts[k].count;
    }
    return status;
}

enum status fill_run_compare(struct fill_run *run, const atomic_bool *cancel, struct error *error)
{
    uint32_t count = run->options.candidates, slots = 0, used = 0;
    for (uint32_t k = 0; k < count; k++) slots += run->candidates[k].window.slot_count;
    struct rescore_text *texts = mem_alloc_array(count, sizeof *texts);
    uint32_t *positions = mem_alloc_array(slots, sizeof *positions);
    double *ln_q = mem_alloc_array(count, sizeof *ln_q);
    enum status status = texts && positions && ln_q ? STATUS_OK : no_memory_for_fill(error);
    for (uint32_t k = 0; !status && k < count; k++) {
        const struct fill_window *w = &run->candidates[k].window;
        texts[k] = (struct rescore_text){sedd_sampler_ids(run->sampler, k), w->length, positions + used,
                                         w->slot_count};
        for (uint32_t i = 0; i < w->slot_count; i++) positions[used++] = w->slots[i].position;
    }
    if (!status) status = add_bounds(run, texts, ln_q, cancel, error);
    run->compares = false;
    run->compared = true;
    mem_free(texts);
    mem_free(positions);
    mem_free(ln_q);
    return status;
}
