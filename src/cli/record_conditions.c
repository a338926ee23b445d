/* The conditions of a record's blanks: "must", "not", "begins", "ends", "max_words", "sentence", "tie", "no_repeat"
 * and "noise". */
#include "record_conditions.h"

#include <jansson.h>
#include <string.h>

static enum status no_memory_for_conditions(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a record");
}

/* A string without a NUL inside, which would end it; else NULL. */
static const char *word_of(const json_t *item)
{
    const char *word = json_string_value(item);
    return word && strlen(word) == json_string_length(item) ? word : NULL;
}

/* A word, or an object with a word and its number. */
static enum status read_must(const json_t *item, struct fill_must *must, struct error *error)
{
    int64_t at = 0;
    if ((must->text = word_of(item))) return STATUS_OK;
    if (!json_is_object(item) || !(must->text = word_of(json_object_get(item, "text"))))
        return error_set(error, STATUS_FORMAT, "\"must\" must be a list of words or {\"text\", \"at\"}");
    enum status status = json_get_int(item, "at", 1, UINT32_MAX, &at, error);
    must->at = (uint32_t)at;
    return status;
}

static enum status read_musts(const json_t *item, struct fill_conditions *c, struct error *error)
{
    const json_t *list = json_object_get(item, "must"), *word;
    size_t i, count = json_array_size(list);
    if (!list) return STATUS_OK;
    if (!json_is_array(list)) return error_set(error, STATUS_FORMAT, "\"must\" must be a list");
    struct fill_must *musts = mem_zalloc_array(count + 1, sizeof *musts);
    if (!musts) return no_memory_for_conditions(error);
    c->must = musts;
    c->must_count = count;
    json_array_foreach((json_t *)(uintptr_t)list, i, word)
    {
        enum status status = read_must(word, &musts[i], error);
        if (status) return status;
    }
    return STATUS_OK;
}

static enum status read_without(const json_t *item, struct fill_conditions *c, struct error *error)
{
    const json_t *list = json_object_get(item, "not"), *word;
    size_t i, count = json_array_size(list);
    if (!list) return STATUS_OK;
    if (!json_is_array(list)) return error_set(error, STATUS_FORMAT, "\"not\" must be a list");
    const char **words = mem_zalloc_array(count + 1, sizeof *words);
    if (!words) return no_memory_for_conditions(error);
    c->without = words;
    c->without_count = count;
    json_array_foreach((json_t *)(uintptr_t)list, i, word)
    {
        if (!(words[i] = word_of(word)))
            return error_set(error, STATUS_FORMAT, "\"not\" must be a list of words");
    }
    return STATUS_OK;
}

static enum status read_noise(const json_t *item, struct slice text, bool recorded, struct fill_blank *blank,
                              struct fill_conditions *c, struct error *error)
{
    enum status status = json_get_double(item, "noise", &c->noise, error);
    if (status || !json_object_get(item, "noise")) return status;
    bool has_length =
        json_object_get(item, "tokens") || json_object_get(item, "min") || json_object_get(item, "max");
    if (has_length && !recorded)
        return error_set(
            error, STATUS_ARGUMENT,
            "\"noise\" keeps the length, so it cannot be given with \"tokens\", \"min\" or \"max\"");
    c->vary = true;
    fill_trim(text, &blank->start, &blank->end);
    return STATUS_OK;
}

static enum status read_rest(const json_t *item, struct fill_conditions *c, struct error *error)
{
    int64_t max_words = 0, no_repeat = 0;
    bool sentence = false;
    enum status status = json_get_string(item, "begins", &c->begins, error);
    if (!status) status = json_get_string(item, "ends", &c->ends, error);
    if (!status) status = json_get_string(item, "tie", &c->tie, error);
    if (!status) status = json_get_int(item, "max_words", 1, UINT32_MAX, &max_words, error);
    if (!status) status = json_get_int(item, "no_repeat", 0, UINT32_MAX, &no_repeat, error);
    if (!status) status = json_get_bool(item, "sentence", &sentence, error);
    if (json_object_get(item, "sentence"))
        c->sentence = sentence ? FILL_SENTENCE_ENDS : FILL_SENTENCE_GOES_ON;
    c->max_words = (uint32_t)max_words;
    c->no_repeat = (uint32_t)no_repeat;
    return status;
}

enum status record_conditions_add(struct record_conditions *all, const json_t *item, struct slice text,
                                  bool recorded, struct fill_blank *blank, struct error *error)
{
    if (!mem_grow(&all->list, &all->capacity, all->count + 1, sizeof *all->list))
        return no_memory_for_conditions(error);
    struct fill_conditions *c = &all->list[all->count++];
    *c = (struct fill_conditions){0};
    enum status status = read_musts(item, c, error);
    if (!status) status = read_without(item, c, error);
    if (!status) status = read_rest(item, c, error);
    if (!status) status = read_noise(item, text, recorded, blank, c, error);
    return status;
}

void record_conditions_free(struct record_conditions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        mem_free((void *)(uintptr_t)all->list[i].must);
        mem_free((void *)(uintptr_t)all->list[i].without);
    }
    mem_free(all->list);
    *all = (struct record_conditions){0};
}
