/* Questions to a worker other than jobs: alternatives of a word, and how words fit. */
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
    *out = (struct question){.fit = true, .words = *words, .has_dialect = words->dialect != NULL};
    return copy_question(&out->words.text, &out->words.dialect, out);
}

void question_free(struct question *question)
{
    mem_free((void *)(uintptr_t)question->place.text.data);
    mem_free((void *)(uintptr_t)question->words.text.data);
    *question = (struct question){0};
}

enum status question_answer(struct fill_engine *engine, const struct question *question,
                            struct fill_event *event, const atomic_bool *cancel, struct error *error)
{
    struct fill_place place = question->place;
    struct fit_question words = question->words;
    if (question->has_dialect) place.dialect = words.dialect = &question->dialect;
    if (question->fit) return fit_words(engine, &words, &event->fit, cancel, error);
    return fill_alternatives_find(engine, &place, &event->alternatives, cancel, error);
}
