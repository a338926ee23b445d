/* The timeline: every state of a proposal, to go back and forth in, and to continue from.
 *
 * A moment is one event of the fill: the state of the blank after a step. A moment is shown with the writer's
 * marks over it: a pinned word is present at every moment, a word marked to be drawn again at none. A fill
 * continues from what is shown: its words are kept, its gaps are drawn. */
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
    size_t from; /* MARK_PINNED: the moment that has its token */
};

struct timeline {
    bool active;
    const struct doc *doc;
    uint32_t blank;
    size_t candidate; /* of its proposal */
    size_t at;        /* the shown moment */
    bool follows;     /* follows the newest one */
    uint64_t holds;   /* the job that was paused for it; 0: none */
    bool held_before; /* the writer had held it already, and it stays so afterwards */
    double play_at;   /* when the next moment is shown; 0: not playing */
    uint32_t word;    /* a token of the chosen word */
    struct slot_mark *marks;
    uint32_t count; /* tokens, each with its mark */
    struct words shown;
};

bool timeline_active(const struct timeline *t, const struct doc *doc);
/* The words to show over that blank of the document instead of its candidate's; NULL: its own. */
const struct words *timeline_words(const struct timeline *t, const struct doc *doc, uint32_t blank);
/* the token belongs to the chosen word */
bool timeline_is_chosen(const struct timeline *timeline, const struct doc *doc, uint32_t token);
bool timeline_is_whole(const struct timeline *timeline); /* no shown word is marked to be drawn again */
/* After any event: closes if its proposal is gone, follows if there is more to show. */
void timeline_update(struct ui *ui);
void timeline_close(struct ui *ui);
/* ms until timeline_tick has something to do; -1: nothing */
int timeline_timeout(const struct timeline *timeline);
void timeline_tick(struct ui *ui);
/* Internal to timeline*.c */
/* NULL: not active */
struct candidate *timeline_candidate(const struct timeline *timeline, const struct doc *doc);
const struct fill_token *timeline_token(const struct timeline *t, const struct doc *doc, uint32_t token,
                                        const struct words **words);
void timeline_word_at(const struct timeline *timeline, const struct doc *doc, uint32_t token, uint32_t *first,
                      uint32_t *end);
void timeline_go(struct ui *ui, size_t moment);
/* The step that drew a token at a moment; for a masked one, the step that draws it next. 0: no recorded
 * step. */
uint32_t timeline_drawn_at(const struct candidate *candidate, size_t moment, uint32_t token);
/* The later step that draws it finally; 0: there is none. */
uint32_t timeline_drawn_again(const struct candidate *candidate, size_t moment, uint32_t token);

#endif
