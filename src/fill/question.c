/* Questions to a worker other than jobs: alternatives of a word, how words fit, how fills compare. */
#include "question.h"

#include <string.h>

static bool copy_question(struct slice *text, const struct fill_dialect **dialect, struct question *out)
{
    char *bytes = mem_alloc(text->size + 1);
    if (!bytes) return false;
    if (text->size) memcpy(bytes, text->data, text->size);
    text->data = bytes;
    if (*dialect) out->dialect = **dialect;
    *dialect = NULL; /* question_answer sets it to the copy, since a question may be moved */
    return true;
}

bool question_about_place(const struct fill_place *place, struct question *out)
{
    *out = (struct question){.place = *place, .has_dialect = place->dialect != NULL};
    return copy_question(&out->place.text, &out->place.dialect, out);
}

bool question_about_words(const struct fit_question *words, struct question *out)
{
    *out = (struct question){.kind = QUESTION_WORDS, .words = *words, .has_dialect = words->dialect != NULL};
    return copy_question(&out->words.text, &out->words.dialect, out);
}

static uint32_t *copy_numbers(const uint32_t *from, size_t count)
{
    uint32_t *copy = mem_alloc_array(count, sizeof *copy);
    if (copy && count) memcpy(copy, from, count * sizeof *copy);
    return copy;
}

bool question_about_fills(const struct rescore_question *fills, struct question *out)
{
    size_t tokens = 0;
    for (size_t i = 0; i < fills->count; i++) tokens += fills->counts[i];
    *out = (struct question){.kind = QUESTION_FILLS, .fills = *fills, .has_dialect = fills->dialect != NULL};
    out->fills.text = (struct slice){0};
    out->fills.counts = copy_numbers(fills->counts, fills->count);
    out->fills.ids = copy_numbers(fills->ids, tokens);
    struct slice text = fills->text;
    bool ok = out->fills.counts && out->fills.ids && copy_question(&text, &out->fills.dialect, out);
    if (ok) out->fills.text = text;
    if (!ok) question_free(out);
    return ok;
}

void question_free(struct question *question)
{
    mem_free((void *)(uintptr_t)question->fills.text.data);
    mem_free((void *)(uintptr_t)question->fills.ids);
    mem_free((void *)(uintptr_t)question->fills.counts);
    mem_free((void *)(uintptr_t)question->place.text.data);
    mem_free((void *)(uintptr_t)question->words.text.data);
    *question = (struct question){0};
}

enum status question_answer(struct fill_engine *engine, const struct question *question,
                            struct fill_event *event, const atomic_bool *cancel, struct error *error)
{
    struct fill_place place = question->place;
    struct fit_question words = question->words;
    struct rescore_question fills = question->fills;
    if (question->has_dialect) place.dialect = words.dialect = fills.dialect = &question->dialect;
    if (question->kind == QUESTION_WORDS) return fit_words(engine, &words, &event->fit, cancel, error);
    if (question->kind == QUESTION_FILLS)
        return rescore_fills(engine, &fills, &event->rescored, cancel, error);
    return fill_alternatives_find(engine, &place, &event->alternatives, cancel, error);
}
