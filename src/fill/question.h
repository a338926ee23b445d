/* Private to fill/: questions to a worker other than jobs. */
#ifndef LACUNA_FILL_QUESTION_H
#define LACUNA_FILL_QUESTION_H

#include "lacuna/fill.h"

enum question_kind { QUESTION_PLACE, QUESTION_WORDS, QUESTION_FILLS };
/* A question of one of the kinds, which owns what it points to. */
struct question {
    enum question_kind kind;
    struct fill_place place;
    struct fit_question words;
    struct rescore_question fills;
    struct fill_dialect dialect; /* if has_dialect */
    bool has_dialect;
};
bool question_about_place(const struct fill_place *place, struct question *out) MUST_USE;
bool question_about_words(const struct fit_question *words, struct question *out) MUST_USE;
bool question_about_fills(const struct rescore_question *fills, struct question *out) MUST_USE;
void question_free(struct question *question);
/* Puts the answer into an event of the kind FILL_EVENT_ANSWER. */
enum status question_answer(struct fill_engine *engine, const struct question *question,
                            struct fill_event *event, const atomic_bool *cancel,
                            struct error *error) MUST_USE;

#endif
