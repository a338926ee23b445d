/* bpe: byte-level byte-pair encoding, equal to GPT-2's on every byte string. Text to ids and back, and a
 * trainer that writes GPT-2's two tokenizer files. Depends on base/, jansson and utf8proc.
 *
 * What "equal to GPT-2's" means
 *   - Text is cut into pre-tokens by GPT-2's pattern
 *         's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *     with \s as in Python's `regex` module, which GPT-2 imports: Unicode's White_Space, U+0009-000D 0020
 *     0085 00A0 1680 2000-200A 2028 2029 202F 205F 3000 (not U+001C-001F, which Python's `re` adds; not
 *     U+FEFF, which JavaScript adds). \p{L} and \p{N} come from utf8proc's tables: a letter that is newer
 *     than the tables counts as a symbol.
 *   - Inside a pre-token, bytes are merged: repeatedly the adjacent pair that comes first in
 *     merges.txt, at all its occurrences from left to right, until no pair of the word is in the list.
 *   - GPT-2 accepts only valid UTF-8. Here a byte outside any valid sequence counts as one character
 *     that is not a space, letter or number, so decode(encode(x)) == x for every byte string x.
 *   - Encoding text never gives special tokens ("<|endoftext|>"), even if the text contains their names. */
#ifndef LACUNA_BPE_H
#define LACUNA_BPE_H

#include "lacuna/base.h"

/* ---- a vocabulary ----------------------------------------------------------------------------- */

/* Immutable once loaded; any number of threads may use one at once. About 100 bytes per id. */
struct bpe;

/* Reads vocab.json and merges.txt. Errors name the file and the line or key: ids that are not exactly 0 ..
 * count-1, once each; a missing byte symbol; merges that are malformed or repeated, or whose parts or product
 * are not in the vocabulary. NULL on failure; the caller frees with bpe_free. */
struct bpe *bpe_load(const char *vocab_json_path, const char *merges_path, struct error *error) MUST_USE;
/* The same for FOLDER/vocab.json and FOLDER/merges.txt. */
struct bpe *bpe_load_folder(const char *model_folder, struct error *error) MUST_USE NONNULL(1);
void bpe_free(struct bpe *bpe);

/* Number of ids, special tokens included: ids are [0, bpe_size). */
uint32_t bpe_size(const struct bpe *bpe);

/* The bytes of an id; for a special token its literal name. An id out of range gives an empty slice. Borrowed
 * from the vocabulary. O(1). */
struct slice bpe_token_bytes(const struct bpe *bpe, uint32_t id) NONNULL(1);

/* Special token: an entry of vocab.json that is neither one of the 256 byte symbols nor the product of a
 * merge. */
bool bpe_is_special(const struct bpe *bpe, uint32_t id);
/* The id of the special token with that name; -1 if there is none. O(special tokens). */
int64_t bpe_find_special(const struct bpe *bpe, const char *name);
/* The id whose bytes are exactly these; special tokens are not found; -1 if there is none. O(size). */
int64_t bpe_find(const struct bpe *bpe, const char *bytes, size_t size);

/* ---- text to ids and back --------------------------------------------------------------------- */

/* A growing list of ids. Zero-initialise; bpe_ids_free resets it to that. */
struct bpe_ids {
    uint32_t *ids;
    size_t count, capacity;
};
void bpe_ids_free(struct bpe_ids *ids);

/* Appends the ids of bytes[0, size) to `out`. The lengths of their bytes (bpe_token_bytes) add up to `size`,
 * so offsets need no function of their own. Fails only if memory runs out (or on a single pre-token of 4
 * GiB); then `out` is unchanged. O(size) on prose, O(n log n) in the length n of one pre-token. */
enum status bpe_encode(const struct bpe *bpe, const char *bytes, size_t size, struct bpe_ids *out,
                       struct error *error) MUST_USE NONNULL(1, 4);

/* Remembers how words were encoded, since words repeat. bpe_encode makes a cache for itself if the text is
 * long. A caller that encodes many short texts should keep one (about 1 MB); it saves most of the work. A
 * cache belongs to one vocabulary and to one thread at a time; results never depend on it. */
struct bpe_cache;
struct bpe_cache *bpe_cache_new(const struct bpe *bpe, struct error *error) MUST_USE NONNULL(1);
void bpe_cache_free(struct bpe_cache *cache);
/* bpe_encode with the vocabulary of the cache. */
enum status bpe_encode_cached(struct bpe_cache *cache, const char *bytes, size_t size, struct bpe_ids *out,
                              struct error *error) MUST_USE NONNULL(1, 4);

/* Appends the bytes of the ids to `out`; special tokens give their literal names. An id out of range is
 * STATUS_ARGUMENT and the message names its index; then `out` is unchanged. */
enum status bpe_decode(const struct bpe *bpe, const uint32_t *ids, size_t count, struct buffer *out,
                       struct error *error) MUST_USE NONNULL(1, 4);

/* The end of the pre-token that starts at bytes[start]: start < end ≤ size for start < size. One match of the
 * pattern above; `start` must be 0 or the end of a pre-token. */
size_t bpe_pretoken_end(const char *bytes, size_t size, size_t start);

/* ---- training --------------------------------------------------------------------------------- */

/* A line that is exactly this separates two documents of a corpus; it is never learned from. */
#define BPE_SEPARATOR "<|endoftext|>"

struct bpe_train_options {
    uint32_t size; /* ids in all: 256 byte symbols, then products of merges, then special tokens */
    const char *const *specials; /* their names; they get the last ids, in this order */
    size_t special_count;
    uint64_t min_count; /* a pair seen fewer times is not merged; 0 means 2 */
    /* Called now and then; returning false stops with STATUS_CANCELLED. May be NULL. `stage` is "counting"
     * (in bytes of text) or "merging" (in ids). */
    bool (*progress)(void *context, const char *stage, uint64_t done, uint64_t total);
    void *context;
};

/* Learns merges from the texts and writes vocab.json and merges.txt, in GPT-2's format, into `folder` (made
 * if missing). Deterministic: the pair with the highest count is merged first; among equal counts the one
 * with the smaller left id, then the smaller right id, where byte symbols have GPT-2's ids 0..255 and
 * products follow in the order in which they were made. The files then hold exactly options->size ids, or the
 * call fails: STATUS_ARGUMENT if the texts have too few frequent pairs for that size. Memory: about 100 bytes
 * per distinct pre-token, besides the texts. 300 MB of English take a few seconds. */
enum status bpe_train(const struct bpe_train_options *options, const struct slice *texts, size_t text_count,
                      const char *folder, struct error *error) MUST_USE NONNULL(1, 4);

/* ---- corpora ------------------------------------------------------------------------------------ */

/* Steps through the documents of a corpus. *position starts at 0; false at the end. The line break before a
 * separator line, or at the end of the file, belongs to no document. Borrowed from `bytes`. */
bool bpe_next_document(const char *bytes, size_t size, size_t *position, struct slice *document);
/* Appends the ids of all documents, with `separator` after each. *counted (may be NULL) grows by the bytes of
 * the documents, without separators. */
enum status bpe_encode_documents(const struct bpe *bpe, const char *bytes, size_t size, uint32_t separator,
                                 struct bpe_ids *out, size_t *counted, struct error *error) MUST_USE
    NONNULL(1, 5);

#endif
