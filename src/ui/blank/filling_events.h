/* What becomes of the worker's events: the words of a step go into the proposals of its job. */
#ifndef LACUNA_UI_FILLING_EVENTS_H
#define LACUNA_UI_FILLING_EVENTS_H

#include "lacuna/base.h"

struct candidate;
struct doc;
struct fill_candidate;
struct fill_event;
struct fill_result;
struct filling_how;
struct trace;
struct ui;

void filling_take(struct ui *ui, struct fill_event *event); /* of a job that is over: has no effect */
/* Makes a candidate from what a job drew for one of its blanks; the caller owns its contents. False: no
 * memory. */
bool filling_candidate(const struct fill_result *result, const struct fill_candidate *from, size_t blank,
                       const struct filling_how *how, struct candidate *out) MUST_USE;
/* The trace of a finished job, taken from its last event; the caller is its first user. NULL: not kept. */
struct trace *filling_trace(struct ui *ui, const struct doc *doc, struct fill_event *event);

#endif
