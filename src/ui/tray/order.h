/* The order of a proposal's candidates: the worker is asked how they compare, all in one question, so that candidates that
 * were drawn in different jobs, put together by the writer or kept from an earlier session have the same masks. */
#ifndef LACUNA_UI_ORDER_H
#define LACUNA_UI_ORDER_H

#include "lacuna/base.h"

struct doc;
struct fill_event;
struct proposal;
struct ui;

struct order {
    uint64_t asked; /* the question; 0: none */
    /* What the last question was about: it is not asked again about the same candidates in the same text. */
    const struct doc *doc;
    uint32_t blank;
    uint64_t version, candidates; /* of the text; a hash of all their tokens */
};

/* Asks if candidates of this proposal were not compared yet and the model is loaded; takes back a question that is not
 * about them. */
void order_update(struct ui *ui, const struct proposal *proposal);
/* Whether an answer about it is coming: until then nothing is moved. */
bool order_comes(const struct ui *ui, const struct proposal *proposal);
/* The answer. False: the event belongs to something else. */
bool order_take(struct ui *ui, struct fill_event *event);
void order_close(struct ui *ui);

#endif
