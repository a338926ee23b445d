/* Second stage of training: which pairs to merge.
 *
 * The definition: count every adjacent pair in every word (overlapping ones too: "aaa" has (a, a) twice),
 * times the word's count; merge the pair with the highest count everywhere, from left to right; repeat. Here
 * the counts are kept up to date instead: a merge at one place removes three pairs and adds two, and each
 * pair has a list of the words to look in. The queue holds (count, pair) at the time of pushing. Counts
 * mostly fall, so an entry is checked when it comes up and pushed again if it is out of date.
 * tests/unit/test_bpe_train.c contains the definition itself as the oracle. */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

struct word {
    uint32_t *symbols; /* (size), in `storage` */
    uint32_t size;
    uint64_t count;
};

struct pair {
    uint32_t left, right;
    uint64_t count;
    uint32_t *words; /* words that had this pair at some time; never the same word twice in a row */
    size_t word_count, word_capacity;
    bool grown; /* is in `grown`: its count rose since the last merge */
};

struct candidate {
    uint64_t count;
    uint32_t left, right, pair;
};

struct token {
    size_t start, size; /* in `bytes` */
};

struct learner {
    const struct bpe_train_options *options;
    uint32_t *storage;
    struct word *words;
    size_t word_count;
    struct pair *pairs;
    size_t pair_count, pair_capacity;
    uint32_t *slots; /* open addressing from (left, right) to a pair; UINT32_MAX: free */
    size_t slot_mask;
    struct candidate *queue; /* binary heap */
    size_t queue_count, queue_capacity;
    uint32_t *grown; /* pairs */
    size_t grown_count, grown_capacity;
    struct buffer bytes; /* of all tokens */
    struct token *tokens;
    size_t token_count, token_capacity;
    uint32_t *token_slots; /* open addressing from bytes to a token */
    size_t token_mask;
};

/* ---- the queue ---------------------------------------------------------------------------------------- */

static bool better(struct candidate a, struct candidate b)
{
    if (a.count != b.count) return a.count > b.count;
    if (a.left != b.left) return a.left < b.left;
    return a.right < b.right;
}

static bool queue_push(struct learner *learner, uint32_t index)
{
    if (!mem_grow(&learner->queue, &learner->queue_capacity, learner->queue_count + 1,
                  sizeof *learner->queue))
        return false;
    const struct pair *pair = &learner->pairs[index];
    struct candidate new = {pair->count, pair->left, pair->right, index}, *queue = learner->queue;
    size_t at = learner->queue_count++;
    for (; at > 0 && better(new, queue[(at - 1) / 2]); at = (at - 1) / 2) queue[at] = queue[(at - 1) / 2];
    queue[at] = new;
    return true;
}

static struct candidate queue_pop(struct learner *learner)
{
    struct candidate *queue = learner->queue, top = queue[0], moved = queue[--learner->queue_count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < learner->queue_count; at = child) {
        if (child + 1 < learner->queue_count && better(queue[child + 1], queue[child])) child++;
        if (!better(queue[child], moved)) break;
        queue[at] = queue[child];
    }
    queue[at] = moved;
    return top;
}

/* ---- pairs and their counts --------------------------------------------------------------------------- */

static size_t pair_slot(const struct learner *learner, uint32_t left, uint32_t right)
{
    size_t at = (size_t)bpe_hash_pair(left, right) & learner->slot_mask;
    for (;; at = (at + 1) & learner->slot_mask) {
        uint32_t index = learner->slots[at];
        if (index == UINT32_MAX) return at;
        if (learner->pairs[index].left == left && learner->pairs[index].right == right) return at;
    }
}

static bool grow_pair_slots(struct learner *learner)
{
    size_t count = learner->slots ? 2 * (learner->slot_mask + 1) : 1 << 16;
    uint32_t *slots = mem_alloc_array(count, sizeof *slots);
    if (!slots) return false;
    memset(slots, 0xFF, count * sizeof *slots);
    mem_free(learner->slots);
    learner->slots = slots;
    learner->slot_mask = count - 1;
    for (size_t i = 0; i < learner->pair_count; i++)
        slots[pair_slot(learner, learner->pairs[i].left, learner->pairs[i].right)] = (uint32_t)i;
    return true;
}

static bool pair_gain(struct learner *learner, uint32_t left, uint32_t right, uint32_t word)
{
    size_t at = pair_slot(learner, left, right);
    if (learner->slots[at] == UINT32_MAX) {
        if (learner->pair_count >= UINT32_MAX - 1 ||
            !mem_grow(&learner->pairs, &learner->pair_capacity, learner->pair_count + 1,
                      sizeof *learner->pairs))
            return false;
        learner->slots[at] = (uint32_t)learner->pair_count;
        learner->pairs[learner->pair_count++] = (struct pair){.left = left, .right = right};
        if (2 * learner->pair_count > learner->slot_mask && !grow_pair_slots(learner)) return false;
        at = pair_slot(learner, left, right);
    }
    uint32_t index = learner->slots[at];
    struct pair *pair = &learner->pairs[index];
    pair->count += learner->words[word].count;
    if (pair->word_count == 0 || pair->words[pair->word_count - 1] != word) {
        if (!mem_grow(&pair->words, &pair->word_capacity, pair->word_count + 1, sizeof *pair->words))
            return false;
        pair->words[pair->word_count++] = word;
    }
    if (pair->grown) return true;
    pair->grown = true;
    if (!mem_grow(&learner->grown, &learner->grown_capacity, learner->grown_count + 1,
                  sizeof *learner->grown))
        return false;
    learner->grown[learner->grown_count++] = index;
    return true;
}

static void pair_lose(struct learner *learner, uint32_t left, uint32_t right, uint64_t count)
{
    learner->pairs[learner->slots[pair_slot(learner, left, right)]].count -= count;
}

static uint64_t min_count(const struct learner *learner)
{
    return learner->options->min_count ? learner->options->min_count : 2;
}

/* Queues the pairs whose count rose since the last time. Pairs that are too rare, which are most, stay
 * out. */
static bool queue_grown(struct learner *learner)
{
    for (size_t i = 0; i < learner->grown_count; i++) {
        struct pair *pair = &learner->pairs[learner->grown[i]];
        pair->grown = false;
        if (pair->count >= min_count(learner) && !queue_push(learner, learner->grown[i])) return false;
    }
    learner->grown_count = 0;
    return true;
}

/* ---- tokens ------------------------------------------------------------------------------------------- */

/* The id of the bytes of left and right together; an existing one if there is one. Two merges that give the
 * same bytes are rare but possible, and a vocabulary cannot have the same bytes twice. */
static bool make_token(struct learner *learner, uint32_t left, uint32_t right, uint32_t *id)
{
    struct token a = learner->tokens[left], b = learner->tokens[right];
    struct token new = {learner->bytes.size, a.size + b.size};
    struct buffer joined = {0};
    bool ok = buffer_append(&joined, learner->bytes.data + a.start, a.size) &&
              buffer_append(&joined, learner->bytes.data + b.start, b.size);
    size_t at = ok ? (size_t)hash_bytes(joined.data, joined.size, 0) & learner->token_mask : 0;
    for (; ok && learner->token_slots[at] != UINT32_MAX; at = (at + 1) & learner->token_mask) {
        struct token old = learner->tokens[learner->token_slots[at]];
        if (old.size == joined.size && memcmp(learner->bytes.data + old.start, joined.data, old.size) == 0) {
            *id = learner->token_slots[at];
            buffer_free(&joined);
            return true;
        }
    }
    ok = ok && buffer_append(&learner->bytes, joined.data, joined.size) &&
         mem_grow(&learner->tokens, &learner->token_capacity, learner->token_count + 1,
                  sizeof *learner->tokens);
    buffer_free(&joined);
    if (!ok) return false;
    *id = (uint32_t)learner->token_count;
    learner->token_slots[at] = *id;
    learner->tokens[learner->token_count++] = new;
    return true;
}

static bool start_tokens(struct learner *learner, uint32_t size)
{
    size_t slots = 1024;
    while (slots < 2 * (size_t)size) slots *= 2;
    learner->token_mask = slots - 1;
    learner->token_slots = mem_alloc_array(slots, sizeof *learner->token_slots);
    if (!learner->token_slots) return false;
    memset(learner->token_slots, 0xFF, slots * sizeof *learner->token_slots);
    for (uint32_t id = 0; id < 256; id++) {
        if (!buffer_append_char(&learner->bytes, (char)bpe_byte_of_id(id)) ||
            !mem_grow(&learner->tokens, &learner->token_capacity, id + 1, sizeof *learner->tokens))
            return false;
        learner->tokens[id] = (struct token){id, 1};
    }
    learner->token_count = 256;
    return true; /* single bytes are never a product, so they need no slots */
}

/* ---- words -------------------------------------------------------------------------------------------- */

static enum status start_words(struct learner *learner, const struct bpe_words *words, struct error *error)
{
    uint32_t id_of_byte[256];
    for (uint32_t id = 0; id < 256; id++) id_of_byte[bpe_byte_of_id(id)] = id;
    size_t symbols = 0;
    for (size_t i = 0; i < words->count; i++) {
        if (words->words[i].bytes.size >= UINT32_MAX)
            return error_set(error, STATUS_LIMIT, "a single word of %zu bytes is too long",
                             words->words[i].bytes.size);
        symbols += words->words[i].bytes.size;
    }
    learner->storage = mem_alloc_array(symbols, sizeof *learner->storage);
    learner->words = mem_alloc_array(words->count, sizeof *learner->words);
    bool ok = learner->storage && learner->words && grow_pair_slots(learner);
    uint32_t *next = learner->storage;
    for (size_t i = 0; ok && i < words->count; i++) {
        const struct bpe_word *from = &words->words[i];
        struct word *word = &learner->words[i];
        *word = (struct word){next, (uint32_t)from->bytes.size, from->count};
        next += word->size;
        for (uint32_t k = 0; ok && k < word->size; k++) {
            word->symbols[k] = id_of_byte[(uint8_t)from->bytes.data[k]];
            if (k > 0) ok = pair_gain(learner, word->symbols[k - 1], word->symbols[k], (uint32_t)i);
        }
    }
    learner->word_count = words->count;
    return ok ? STATUS_OK
              : error_set(error, STATUS_NO_MEMORY, "not enough memory for %zu different words", words->count);
}

/* Merges every left-right in one word. At each place the pairs of the sequence at that moment (rewritten up
 * to here, not yet rewritten after) lose three and gain two, so the counts are exact after every step. */
static bool merge_in_word(struct learner *learner, uint32_t index, uint32_t left, uint32_t right, uint32_t id)
{
    struct word *word = &learner->words[index];
    uint32_t *s = word->symbols, to = 0;
    for (uint32_t from = 0; from < word->size; to++) {
        if (from + 1 == word->size || s[from] != left || s[from + 1] != right) {
            s[to] = s[from++];
            continue;
        }
        bool more = from + 2 < word->size;
        pair_lose(learner, left, right, word->count);
        if (to > 0) pair_lose(learner, s[to - 1], left, word->count);
        if (more) pair_lose(learner, right, s[from + 2], word->count);
        s[to] = id;
        if (to > 0 && !pair_gain(learner, s[to - 1], id, index)) return false;
        if (more && !pair_gain(learner, id, s[from + 2], index)) return false;
        from += 2;
    }
    word->size = to;
    return true;
}

static bool merge_pair(struct learner *learner, uint32_t pair, uint32_t id)
{
    uint32_t left = learner->pairs[pair].left, right = learner->pairs[pair].right;
    /* the pair itself may appear again, with a list of its own */
    uint32_t *words = learner->pairs[pair].words;
    size_t count = learner->pairs[pair].word_count;
    learner->pairs[pair].words = NULL;
    learner->pairs[pair].word_count = learner->pairs[pair].word_capacity = 0;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) ok = merge_in_word(learner, words[i], left, right, id);
    mem_free(words);
    return ok && queue_grown(learner);
}

/* ---- all stages ------------------------------------------------------------------------------------- */

static enum status learn(struct learner *learner, uint32_t size, struct bpe_learnt *out, struct error *error)
{
    bool ok = queue_grown(learner);
    while (ok && learner->token_count < size && learner->queue_count > 0) {
        struct candidate top = queue_pop(learner);
        uint64_t count = learner->pairs[top.pair].count;
        if (count != top.count) {
            if (count < top.count && count >= min_count(learner)) ok = queue_push(learner, top.pair);
            continue;
        }
        uint32_t id = 0;
        size_t before = learner->token_count;
        ok = make_token(learner, top.left, top.right, &id) &&
             mem_grow(&out->merges, &out->capacity, out->count + 1, sizeof *out->merges);
        if (!ok) break;
        out->merges[out->count++] = (struct bpe_learnt_merge){top.left, top.right, id};
        ok = merge_pair(learner, top.pair, id);
        if (!ok || learner->token_count == before || learner->token_count % 256) continue;
        if (learner->options->progress &&
            !learner->options->progress(learner->options->context, "merging", learner->token_count, size))
            return error_set(error, STATUS_CANCELLED, "stopped at %zu tokens", learner->token_count);
    }
    out->size = (uint32_t)learner->token_count;
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for more tokens");
}

enum status bpe_learn(const struct bpe_train_options *options, const struct bpe_words *words, uint32_t size,
                      struct bpe_learnt *out, struct error *error)
{
    struct learner learner = {.options = options};
    enum status status = start_words(&learner, words, error);
    if (status == STATUS_OK && !start_tokens(&learner, size))
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory for %u tokens", size);
    if (status == STATUS_OK) status = learn(&learner, size, out, error);
    for (size_t i = 0; i < learner.pair_count; i++) mem_free(learner.pairs[i].words);
    mem_free(learner.pairs);
    mem_free(learner.slots);
    mem_free(learner.queue);
    mem_free(learner.grown);
    mem_free(learner.words);
    mem_free(learner.storage);
    mem_free(learner.tokens);
    mem_free(learner.token_slots);
    buffer_free(&learner.bytes);
    return status;
}
