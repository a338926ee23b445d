/* Finds the ids of a vocabulary that spell a word or a part of one, ignoring case. */
#include "token_words.h"
#include "chars.h"
#include "fold.h"

#include <stdlib.h>
#include <string.h>

struct token_words {
    struct buffer bytes;
    uint32_t *starts; /* (count + 1) offsets in `bytes` */
    struct entry {
        struct slice folded;
        uint32_t id;
    } * sorted;
    uint64_t *parting, *spaced;
    uint32_t count;
};

static int compare_slices(struct slice a, struct slice b)
{
    size_t n = a.size < b.size ? a.size : b.size;
    int order = n ? memcmp(a.data, b.data, n) : 0;
    return order ? order : a.size < b.size ? -1 : a.size > b.size;
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = compare_slices(x->folded, y->folded);
    return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

struct token_words *token_words_new(const struct fill_engine *engine, struct error *error)
{
    const struct bpe *bpe = fill_engine_bpe(engine);
    size_t size = (fill_engine_config(engine)->tokens + 63) / 64;
    struct token_words *w = mem_zalloc(sizeof *w);
    bool ok = w != NULL;
    if (ok) w->count = bpe_size(bpe);
    ok = ok && (w->starts = mem_alloc_array((size_t)w->count + 1, sizeof *w->starts)) &&
         (w->sorted = mem_alloc_array(w->count, sizeof *w->sorted)) &&
         (w->parting = mem_zalloc_array(size, sizeof *w->parting)) &&
         (w->spaced = mem_zalloc_array(size, sizeof *w->spaced));
    for (uint32_t id = 0; ok && id < w->count; id++) {
        w->starts[id] = (uint32_t)w->bytes.size;
        ok = fill_fold(bpe_token_bytes(bpe, id), &w->bytes);
    }
    if (!ok) {
        token_words_free(w);
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the words of a vocabulary");
        return NULL;
    }
    w->starts[w->count] = (uint32_t)w->bytes.size;
    for (uint32_t id = 0; id < w->count; id++) {
        struct slice folded = token_words_of(w, id);
        w->sorted[id] = (struct entry){folded, id};
        if (fill_parts_words(fill_char_before(folded, folded.size, NULL))) set_add(w->parting, id);
        if (folded.size > 1 && folded.data[0] == ' ') set_add(w->spaced, id);
    }
    qsort(w->sorted, w->count, sizeof *w->sorted, compare_entries);
    return w;
}

void token_words_free(struct token_words *w)
{
    if (!w) return;
    buffer_free(&w->bytes);
    mem_free(w->starts);
    mem_free(w->sorted);
    mem_free(w->parting);
    mem_free(w->spaced);
    mem_free(w);
}

struct slice token_words_of(const struct token_words *w, uint32_t id)
{
    if (id >= w->count) return (struct slice){"", 0};
    return (struct slice){w->bytes.data + w->starts[id], w->starts[id + 1] - w->starts[id]};
}

const uint64_t *token_words_parting(const struct token_words *w)
{
    return w->parting;
}

const uint64_t *token_words_spaced(const struct token_words *w)
{
    return w->spaced;
}

static bool has_other(const uint64_t *set, uint32_t id, uint32_t count)
{
    bool any = false;
    for (uint32_t w = 0; !any && w < (count + 63) / 64; w++)
        any = set[w] & ~(w == id / 64 ? UINT64_C(1) << (id % 64) : 0);
    return any;
}

void token_words_remove(const struct token_words *w, struct slice folded, uint64_t *set)
{
    uint32_t low = 0, high = w->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_slices(w->sorted[middle].folded, folded) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < w->count && compare_slices(w->sorted[low].folded, folded) == 0; low++) {
        uint32_t id = w->sorted[low].id;
        if (set_has(set, id) && has_other(set, id, w->count)) set_remove(set, id);
    }
}

bool set_meets(const uint64_t *set, const uint64_t *other, bool inside, size_t words)
{
    for (size_t w = 0; w < words; w++)
        if (set[w] & (inside ? other[w] : ~other[w])) return true;
    return false;
}

bool set_narrow(uint64_t *set, const uint64_t *other, bool inside, size_t words)
{
    if (!set_meets(set, other, inside, words)) return false;
    for (size_t w = 0; w < words; w++) set[w] &= inside ? other[w] : ~other[w];
    return true;
}
