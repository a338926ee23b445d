/* First stage of training: counts each distinct pre-token. */
#define _GNU_SOURCE /* memmem */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

enum { FIRST_SLOTS = 1 << 16, REPORT_EVERY = 1 << 24 /* bytes */ };

/* words[] is in order of first appearance, so no result depends on the hash; slots[] indexes it. */
struct counter {
    struct bpe_words *words;
    uint32_t *slots; /* index into words; UINT32_MAX: free */
    size_t mask;
    const struct bpe_train_options *options;
    uint64_t done, total, reported; /* bytes */
};

static bool grow_slots(struct counter *counter)
{
    size_t count = counter->slots ? 2 * (counter->mask + 1) : FIRST_SLOTS;
    uint32_t *slots = mem_alloc_array(count, sizeof *slots);
    if (!slots) return false;
    memset(slots, 0xFF, count * sizeof *slots);
    mem_free(counter->slots);
    counter->slots = slots;
    counter->mask = count - 1;
    for (size_t i = 0; i < counter->words->count; i++) {
        size_t at = (size_t)counter->words->words[i].hash & counter->mask;
        while (slots[at] != UINT32_MAX) at = (at + 1) & counter->mask;
        slots[at] = (uint32_t)i;
    }
    return true;
}

static bool count_word(struct counter *counter, struct slice bytes)
{
    struct bpe_words *words = counter->words;
    uint64_t hash = hash_bytes(bytes.data, bytes.size, 0);
    size_t at = (size_t)hash & counter->mask;
    for (; counter->slots[at] != UINT32_MAX; at = (at + 1) & counter->mask) {
        struct bpe_word *word = &words->words[counter->slots[at]];
        if (word->hash == hash && word->bytes.size == bytes.size &&
            memcmp(word->bytes.data, bytes.data, bytes.size) == 0) {
            word->count++;
            return true;
        }
    }
    if (words->count >= UINT32_MAX - 1 ||
        !mem_grow(&words->words, &words->capacity, words->count + 1, sizeof *words->words))
        return false;
    counter->slots[at] = (uint32_t)words->count;
    words->words[words->count++] = (struct bpe_word){bytes, hash, 1};
    return 2 * words->count <= counter->mask || grow_slots(counter);
}

static enum status count_document(struct counter *counter, struct slice text, struct error *error)
{
    for (size_t at = 0, end; at < text.size; at = end) {
        end = bpe_pretoken_end(text.data, text.size, at);
        if (!count_word(counter, (struct slice){text.data + at, end - at}))
            return error_set(error, STATUS_NO_MEMORY, "not enough memory for more than %zu different words",
                             counter->words->count);
        counter->done += end - at;
        if (counter->done < counter->reported + REPORT_EVERY) continue;
        counter->reported = counter->done;
        if (counter->options->progress &&
            !counter->options->progress(counter->options->context, "counting", counter->done, counter->total))
            return error_set(error, STATUS_CANCELLED, "stopped while counting words");
    }
    return STATUS_OK;
}

/* The end of the document that starts at `start`, and the start of the next: a separator line lies between
 * them. */
static size_t document_end(struct slice text, size_t start, size_t *next)
{
    static const char separator[] = BPE_SEPARATOR;
    const size_t length = sizeof separator - 1;
    for (size_t at = start; text.size - at >= length;) {
        const char *hit = memmem(text.data + at, text.size - at, separator, length);
        if (!hit) break;
        size_t found = (size_t)(hit - text.data), after = found + length;
        bool whole_line = (found == 0 || hit[-1] == '\n') && (after == text.size || text.data[after] == '\n');
        if (whole_line) {
            *next = after == text.size ? after : after + 1;
            return found;
        }
        at = after;
    }
    *next = text.size;
    return text.size;
}

enum status bpe_count_words(const struct bpe_train_options *options, const struct slice *texts,
                            size_t text_count, struct bpe_words *out, struct error *error)
{
    struct counter counter = {.words = out, .options = options};
    for (size_t i = 0; i < text_count; i++) counter.total += texts[i].size;
    enum status status = grow_slots(&counter)
                             ? STATUS_OK
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory to count words");
    for (size_t i = 0; i < text_count; i++)
        for (size_t start = 0, next; status == STATUS_OK && start < texts[i].size; start = next) {
            size_t end = document_end(texts[i], start, &next);
            status = count_document(&counter, (struct slice){texts[i].data + start, end - start}, error);
        }
    mem_free(counter.slots);
    return status;
}
