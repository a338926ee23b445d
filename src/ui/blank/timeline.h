/* The timeline: every state that a proposal has gone through, to go back and forth in, and to go on from.
 *
 * A moment is one event of the fill: the state of the blank after a step. What is shown is a moment with the
 * writer's marks over it: a pinned word stands at every moment, an opened one at none. What is shown is also
 * what a fill goes on from: its words are kept, its gaps are drawn anew. */
#ifndef LACUNA_UI_TIMELINE_H
#define LACUNA_UI_TIMELINE_H

#include "lacuna/base.h"
#include "ui/document/moments.h"

struct words;
struct candidate;
struct doc;
struct fill_token;
struct ui;

struct slot_mark {
    enum { MARK_NONE, MARK_PINNED, MARK_OPEN } mark;
    size_t from; /* MARK_PINNED: the moment whose token it is */
};

struct timeline {
    bool active;
    const struct doc *doc;
    uint32_t blank;
    size_t candidate; /* of its proposal */
    size_t at;        /* the moment that is shown */
    bool follows;     /* the newest one, as they come */
    uint64_t holds;   /* the job that was paused for it; 0: none */
    double play_at;   /* when the next moment is shown; 0: it stands still */
    uint32_t word;    /* a token of the chosen word */
    struct slot_mark *marks;
    uint32_t count; /* tokens, each with its mark */
    struct words shown;
};

bool timeline_active(const struct timeline *t, const struct doc *doc);
/* The words to lay over that blank of the document on the page instead of its candidate's; NULL: its own. */
const struct words *timeline_words(const struct timeline *t, const struct doc *doc, uint32_t blank);
/* it is of the chosen word */
bool timeline_is_chosen(const struct timeline *timeline, const struct doc *doc, uint32_t token);
bool timeline_is_whole(const struct timeline *timeline); /* nothing is open in what is shown */
/* After anything happened: closes when what it showed is gone, goes along when there is more to show. */
void timeline_update(struct ui *ui);
void timeline_close(struct ui *ui);
/* ms until timeline_tick has something to do; -1: it has not */
int timeline_timeout(const struct timeline *timeline);
void timeline_tick(struct ui *ui);
/* Inside timeline*.c */
/* NULL: not active */
struct candidate *timeline_candidate(const struct timeline *timeline, const struct doc *doc);
const struct fill_token *timeline_token(const struct timeline *t, const struct doc *doc, uint32_t token,
                                        const struct words **words);
void timeline_word_at(const struct timeline *timeline, const struct doc *doc, uint32_t token, uint32_t *first,
                      uint32_t *end);
void timeline_go(struct ui *ui, size_t moment);
/* The step at which what a token is at a moment was drawn; of a masked one, at which it is drawn next. 0: at
 * none that is remembered. */
uint32_t timeline_drawn_at(const struct candidate *candidate, size_t moment, uint32_t token);
/* The step that draws it for good, when that is another, later one; else 0. */
uint32_t timeline_drawn_again(const struct candidate *candidate, size_t moment, uint32_t token);

#endif
