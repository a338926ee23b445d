/* Internal to bpe/: the layout of a vocabulary, the merge loop, and what the trainer's files share. */
#ifndef LACUNA_BPE_INTERNAL_H
#define LACUNA_BPE_INTERNAL_H

#include "lacuna/base.h"
#include "lacuna/bpe.h"

/* ---- bpe_symbols.c: GPT-2 writes each byte as one printable character ------------------------------- */

/* Byte → code point, for all 256 bytes: printable Latin-1 stands for itself, the others are U+0100 …
 * U+0143. */
uint32_t bpe_symbol_of_byte(uint8_t byte);
/* GPT-2 gives id 0..255 to the byte symbols in this order: '!'..'~', U+00A1.., U+00AE.., then the rest. */
uint8_t bpe_byte_of_id(uint32_t id);
/* Converts symbols[0, size) into bytes, appended to `out`. False if a character is not a byte symbol (then
 * `out` is unchanged) or memory runs out, which *no_memory tells. */
bool bpe_symbols_to_bytes(const char *symbols, size_t size, struct buffer *out, bool *no_memory);

/* ---- bpe_load.c ------------------------------------------------------------------------------------- */

enum { BPE_NO_RANK = UINT32_MAX };

/* The result of merging a pair. */
struct bpe_merge {
    uint32_t rank; /* index in merges.txt; BPE_NO_RANK: this pair is not merged */
    uint32_t id;   /* the product */
};

struct bpe_merge_slot {
    uint32_t left, right;
    struct bpe_merge merge; /* rank == BPE_NO_RANK: the slot is free */
};

struct bpe {
    uint32_t size;
    char *bytes;     /* of all tokens, one after the other */
    size_t *offsets; /* (size + 1): token id is bytes[offsets[id], offsets[id + 1]) */
    bool *special;   /* (size) */
    uint32_t byte_ids[256];
    struct bpe_merge_slot *merges; /* open addressing, a power of two of slots, at most half full */
    size_t merge_mask;
    uint32_t *by_bytes; /* open addressing from bytes to id; UINT32_MAX: free */
    size_t by_bytes_mask;
};

static inline uint64_t bpe_hash_pair(uint32_t left, uint32_t right)
{
    uint64_t h = ((uint64_t)left << 32 | right) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

static inline struct bpe_merge bpe_find_merge(const struct bpe *bpe, uint32_t left, uint32_t right)
{
    size_t at = (size_t)bpe_hash_pair(left, right) & bpe->merge_mask;
    for (;; at = (at + 1) & bpe->merge_mask) {
        const struct bpe_merge_slot *slot = &bpe->merges[at];
        if (slot->merge.rank == BPE_NO_RANK || (slot->left == left && slot->right == right))
            return slot->merge;
    }
}

/* ---- bpe_merge.c ------------------------------------------------------------------------------------ */

/* Merges one pre-token, which is not empty, and appends its ids. On failure `out` is unchanged. */
enum status bpe_merge_pretoken(const struct bpe *bpe, const char *bytes, size_t size, struct bpe_ids *out,
                               struct error *error) MUST_USE;

/* ---- the trainer: bpe_count.c → bpe_learn.c → bpe_write.c -------------------------------------------- */

/* A distinct pre-token; `bytes` borrows from the texts. */
struct bpe_word {
    struct slice bytes;
    uint64_t hash, count;
};
struct bpe_words {
    struct bpe_word *words; /* open addressing while counting, then packed in order of first appearance */
    size_t count, capacity;
};
enum status bpe_count_words(const struct bpe_train_options *options, const struct slice *texts,
                            size_t text_count, struct bpe_words *out, struct error *error) MUST_USE;

/* Learned ids: [0, 256) are byte symbols, id 256 + i is the product of parts[i] … */
struct bpe_learnt {
    struct bpe_learnt_merge {
        uint32_t left, right, id; /* `id` was new, or an id that already had the same bytes */
    } * merges;
    size_t count, capacity;
    uint32_t size; /* ids so far */
};
/* Learns until there are `size` ids or no remaining pair is frequent enough. */
enum status bpe_learn(const struct bpe_train_options *options, const struct bpe_words *words, uint32_t size,
                      struct bpe_learnt *out, struct error *error) MUST_USE;

enum status bpe_write(const struct bpe_train_options *options, const struct bpe_learnt *learnt,
                      const char *folder, struct error *error) MUST_USE;

#endif
