/* The merge loop: the ids of one pre-token.
 *
 * Definition (GPT-2's encoder.py): while some adjacent pair is in the list, take the pair of lowest rank and
 * replace all its occurrences from left to right. Each rank belongs to one pair, so comparing ranks compares
 * pairs. Words are short, and applying the definition directly to two small arrays is the fastest way. It is
 * quadratic, so beyond SHORT symbols a queue of candidates is used. */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

enum { SHORT = 64 }; /* symbols; also the bits of `fresh` */

static enum status append(struct bpe_ids *out, const uint32_t *ids, size_t count, struct error *error)
{
    if (!mem_grow(&out->ids, &out->capacity, out->count + count, sizeof *out->ids))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu tokens", out->count + count);
    memcpy(out->ids + out->count, ids, count * sizeof *ids);
    out->count += count;
    return STATUS_OK;
}

static enum status merge_short(const struct bpe *bpe, const char *bytes, size_t n, struct bpe_ids *out,
                               struct error *error)
{
    uint32_t ids[SHORT];
    struct bpe_merge pairs[SHORT]; /* pairs[i] merges ids[i] with ids[i + 1]; the last one has no rank */
    for (size_t i = 0; i < n; i++) ids[i] = bpe->byte_ids[(uint8_t)bytes[i]];
    for (size_t i = 0; i + 1 < n; i++) pairs[i] = bpe_find_merge(bpe, ids[i], ids[i + 1]);
    while (n > 1) {
        size_t first = 0;
        pairs[n - 1].rank = BPE_NO_RANK;
        for (size_t i = 1; i + 1 < n; i++)
            if (pairs[i].rank < pairs[first].rank) first = i;
        struct bpe_merge best = pairs[first];
        if (best.rank == BPE_NO_RANK) break;
        uint64_t fresh = 0; /* bit i: ids[i] is a new product */
        size_t to = first;
        for (size_t from = first; from < n; to++) {
            if (pairs[from].rank == best.rank) {
                ids[to] = best.id;
                fresh |= UINT64_C(1) << to;
                from += 2;
            } else {
                ids[to] = ids[from];
                pairs[to] = pairs[from];
                from++;
            }
        }
        n = to;
        for (size_t i = first ? first - 1 : 0; i + 1 < n; i++)
            if (fresh >> i & 3) pairs[i] = bpe_find_merge(bpe, ids[i], ids[i + 1]);
    }
    return append(out, ids, n, error);
}

/* ---- long pre-tokens: a linked list of symbols and a binary heap of (rank, place) ---------------------- */

static const uint32_t NONE = UINT32_MAX;

struct symbol {
    uint32_t id; /* NONE: merged into the symbol on its left */
    uint32_t previous, next;
};

struct heap {
    uint64_t *keys; /* rank << 32 | place: the smallest is the leftmost pair of lowest rank */
    size_t count, capacity;
};

static bool heap_push(struct heap *heap, uint64_t key)
{
    if (!mem_grow(&heap->keys, &heap->capacity, heap->count + 1, sizeof *heap->keys)) return false;
    size_t at = heap->count++;
    for (; at > 0 && heap->keys[(at - 1) / 2] > key; at = (at - 1) / 2)
        heap->keys[at] = heap->keys[(at - 1) / 2];
    heap->keys[at] = key;
    return true;
}

static uint64_t heap_pop(struct heap *heap)
{
    uint64_t top = heap->keys[0], key = heap->keys[--heap->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap->count; at = child) {
        if (child + 1 < heap->count && heap->keys[child + 1] < heap->keys[child]) child++;
        if (heap->keys[child] >= key) break;
        heap->keys[at] = heap->keys[child];
    }
    heap->keys[at] = key;
    return top;
}

struct chain {
    const struct bpe *bpe;
    struct symbol *symbols;
    struct heap heap;
};

static struct bpe_merge merge_at(const struct chain *chain, uint32_t place)
{
    const struct symbol *s = &chain->symbols[place];
    if (s->id == NONE || s->next == NONE) return (struct bpe_merge){BPE_NO_RANK, 0};
    return bpe_find_merge(chain->bpe, s->id, chain->symbols[s->next].id);
}

static bool push_candidate(struct chain *chain, uint32_t place)
{
    if (place == NONE) return true;
    struct bpe_merge merge = merge_at(chain, place);
    return merge.rank == BPE_NO_RANK || heap_push(&chain->heap, (uint64_t)merge.rank << 32 | place);
}

static void join(struct chain *chain, uint32_t place, uint32_t id)
{
    struct symbol *s = &chain->symbols[place], *swallowed = &chain->symbols[s->next];
    s->id = id;
    s->next = swallowed->next;
    if (s->next != NONE) chain->symbols[s->next].previous = place;
    swallowed->id = NONE;
}

/* A product may start a pair of *lower* rank than its own (two merges can give the same token), but by the
 * definition all occurrences of the present rank come first. So the occurrences of one rank are taken out
 * together, in order of position, and only then are the new neighbours examined. An entry may be out of date
 * after other merges; looking the pair up again shows it. */
static bool merge_all(struct chain *chain)
{
    uint32_t *batch = NULL;
    size_t capacity = 0;
    bool ok = true;
    while (ok && chain->heap.count > 0) {
        uint32_t rank = (uint32_t)(chain->heap.keys[0] >> 32);
        size_t count = 0;
        while (ok && chain->heap.count > 0 && (uint32_t)(chain->heap.keys[0] >> 32) == rank) {
            uint32_t place = (uint32_t)heap_pop(&chain->heap);
            struct bpe_merge merge = merge_at(chain, place);
            if (merge.rank != rank) continue;
            join(chain, place, merge.id);
            ok = mem_grow(&batch, &capacity, count + 1, sizeof *batch);
            if (ok) batch[count++] = place;
        }
        for (size_t i = 0; ok && i < count; i++) {
            uint32_t before = chain->symbols[batch[i]].previous;
            ok = push_candidate(chain, batch[i]);
            /* if the left neighbour is in this batch too, it has already pushed the pair */
            if (ok && (i == 0 || before != batch[i - 1])) ok = push_candidate(chain, before);
        }
    }
    mem_free(batch);
    return ok;
}

static enum status merge_long(const struct bpe *bpe, const char *bytes, size_t n, struct bpe_ids *out,
                              struct error *error)
{
    if (n >= NONE) return error_set(error, STATUS_LIMIT, "a single word of %zu bytes is too long", n);
    struct chain chain = {.bpe = bpe, .symbols = mem_alloc_array(n, sizeof *chain.symbols)};
    bool ok = chain.symbols != NULL;
    for (size_t i = 0; ok && i < n; i++) {
        uint32_t place = (uint32_t)i;
        chain.symbols[i] = (struct symbol){bpe->byte_ids[(uint8_t)bytes[i]], i ? place - 1 : NONE,
                                           i + 1 < n ? place + 1 : NONE};
    }
    for (size_t i = 0; ok && i < n; i++) ok = push_candidate(&chain, (uint32_t)i);
    ok = ok && merge_all(&chain);
    size_t before = out->count;
    for (uint32_t i = 0; ok && i != NONE; i = chain.symbols[i].next)
        ok = append(out, &chain.symbols[i].id, 1, NULL) == STATUS_OK;
    mem_free(chain.symbols);
    mem_free(chain.heap.keys);
    if (ok) return STATUS_OK;
    out->count = before;
    return error_set(error, STATUS_NO_MEMORY, "not enough memory to encode a word of %zu bytes", n);
}

enum status bpe_merge_pretoken(const struct bpe *bpe, const char *bytes, size_t size, struct bpe_ids *out,
                               struct error *error)
{
    return (size <= SHORT ? merge_short : merge_long)(bpe, bytes, size, out, error);
}
