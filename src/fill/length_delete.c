/* Chooses the length of a blank with a model that was trained on blanks padded with <|delete|>: docs/SEDD.md
 * (8.3). */
#include "length_delete.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"

#include <math.h>

/* q(delete) of one row, among the ids allowed there and <|delete|> itself. */
static double delete_probability(const float *f, const uint64_t *allowed, uint32_t tokens, uint32_t delete_id)
{
    double top = (double)f[delete_id], sum = 0;
    for (uint32_t y = 0; y < tokens; y++)
        if ((allowed[y / 64] >> (y % 64) & 1) && (double)f[y] > top) top = (double)f[y];
    for (uint32_t y = 0; y < tokens; y++)
        if (allowed[y / 64] >> (y % 64) & 1) sum += exp((double)f[y] - top);
    double own = exp((double)f[delete_id] - top);
    return own / (sum + own);
}

/* P(at most n tokens | between min and max of them) from q(delete) at the blank's positions: position n is
 * padding exactly if at most n tokens belong there. Made monotone, which the network's output need not be. */
static void cumulate(double *q, uint32_t min, uint32_t max)
{
    double below = min > 1 ? q[min - 1] : 0, sofar = 0; /* P(≤ min − 1) */
    for (uint32_t n = min; n <= max; n++) {
        double p = n < max ? (q[n] - below) / (1 - below) : 1;
        if (!(p > sofar)) p = sofar;
        q[n] = sofar = p > 1 ? 1 : p;
    }
}

/* The network learned lengths from rows with one blank and nothing else hidden; beside other hidden tokens it
 * predicts the largest length. So it gets the window as if the other blanks were empty: their tokens are left
 * out of `ids`, and the blank's rows are renumbered. Returns the new length. */
static uint32_t leave_out_others(const struct fill_window *window, uint32_t own, uint32_t *ids,
                                 uint32_t *rows, const struct sedd_slot **slots, uint32_t *row_count)
{
    uint32_t length = 0, slot = 0;
    *row_count = 0;
    for (uint32_t at = 0; at < window->length; at++) {
        const struct sedd_slot *here =
            slot < window->slot_count && window->slots[slot].position == at ? &window->slots[slot++] : NULL;
        if (here && here->blank != own) continue;
        if (here) {
            slots[*row_count] = here;
            rows[(*row_count)++] = length;
        }
        ids[length++] = window->ids[at];
    }
    return length;
}

static enum status evaluate_deletes(const struct fill_site *site, const struct fill_window *window,
                                    uint32_t blank, double *q, const atomic_bool *cancel, struct error *error)
{
    const struct sedd_config *config = fill_engine_config(site->engine);
    size_t columns = sedd_head_columns(config);
    uint32_t n = 0, length = 0;
    uint32_t *ids = mem_alloc_array(window->length, sizeof *ids);
    uint32_t *rows = mem_alloc_array(window->slot_count, sizeof *rows);
    const struct sedd_slot **slots = mem_alloc_array(window->slot_count, sizeof *slots);
    if (ids && rows && slots) {
        for (uint32_t i = 0; i < window->slot_count; i++)
            window->ids[window->slots[i].position] = config->tokens;
        length = leave_out_others(window, site->first + blank, ids, rows, slots, &n);
    }
    float *f = n ? mem_alloc_array(n * columns, sizeof *f) : NULL;
    struct sedd_sequence sequence = {.ids = ids, .length = length, .rows = rows, .row_count = n};
    enum status status =
        f ? sedd_net_evaluate(fill_engine_net(site->engine), &sequence, 1, f, cancel, error)
          : error_set(error, STATUS_NO_MEMORY, "not enough memory for the length of a blank");
    for (uint32_t i = 0; !status && i < n; i++)
        q[i] = delete_probability(f + i * columns, slots[i]->allowed, config->tokens,
                                  (uint32_t)config->delete_id);
    mem_free(ids);
    mem_free(rows);
    mem_free(slots);
    mem_free(f);
    return status;
}

enum status fill_length_distribution(const struct fill_site *site, uint32_t *lengths, uint32_t blank,
                                     uint32_t min, uint32_t max, double *below, uint64_t *evaluations,
                                     const atomic_bool *cancel, struct error *error)
{
    struct fill_window window;
    uint32_t before = lengths[blank];
    lengths[blank] = max;
    enum status status = fill_window_build(site, lengths, &window, error);
    lengths[blank] = before;
    if (status) return status;
    status = evaluate_deletes(site, &window, blank, below, cancel, error);
    fill_window_free(&window);
    if (status) return status;
    if (evaluations) ++*evaluations;
    cumulate(below, min, max);
    return STATUS_OK;
}

enum status fill_length_by_delete(const struct fill_site *site, uint32_t *lengths, uint32_t blank,
                                  uint32_t min, uint32_t max, double quantile, uint64_t *evaluations,
                                  const atomic_bool *cancel, struct error *error)
{
    uint32_t n = min;
    double *below = mem_zalloc_array((size_t)max + 1, sizeof *below);
    if (!below) return error_set(error, STATUS_NO_MEMORY, "not enough memory for the length of a blank");
    enum status status =
        fill_length_distribution(site, lengths, blank, min, max, below, evaluations, cancel, error);
    while (!status && n < max && below[n] < quantile) n++;
    /* this many do not fit beside the other words: the minimum then */
    lengths[blank] = n;
    mem_free(below);
    return status == STATUS_LIMIT ? STATUS_OK : status;
}
