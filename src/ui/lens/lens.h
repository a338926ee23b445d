/* The lens: shows how the model sees the writer's own words. The setting `lens` turns it on.
 *
 * It asks the worker about one paragraph of the screen at a time while nothing is being filled, and about a paragraph
 * with the cursor only after a pause in typing. Answers are kept by a hash of the paragraph's bytes, so that an edit
 * costs one question. The effect of an edit on neighbouring paragraphs is ignored until they change too. */
#ifndef LACUNA_UI_LENS_H
#define LACUNA_UI_LENS_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/blank/filling.h"
#include "ui/terminal/looks.h"

struct fit_word;
struct filling;
struct doc;
struct settings;
struct ui;

enum lens_kind { LENS_OFF, LENS_SURPRISE, LENS_ODDS, LENS_OWED }; /* settings.lens */

enum { LENS_KEPT = 128, LENS_SEEN = 64, LENS_INSTEAD = 16, LENS_CUTS = 64 };

/* What is known about a paragraph. Offsets of words count from the start of the paragraph. */
struct lens_paragraph {
    uint64_t hash; /* of its bytes; 0: the entry is free */
    size_t size;
    bool left;   /* ln_q_left is known */
    size_t used; /* lens.uses at the last use */
    struct fit fit;
};

/* A paragraph that is on the screen. */
struct lens_place {
    size_t start, end;
    uint64_t hash;
    struct lens_paragraph *known; /* NULL: nothing yet */
    /* The answer from before an edit, used until there is a new one: valid for words outside the change, which is
     * [from, to) of the text now. NULL: none. */
    struct lens_paragraph *old;
    size_t from, to;
};

/* Markup of a blank that was left out of a question's text. */
struct lens_cut {
    size_t at, size; /* its place in the text of the question, and its size; bytes */
};

struct lens {
    struct lens_paragraph kept[LENS_KEPT];
    size_t uses;
    struct lens_place seen[LENS_SEEN];
    size_t seen_count;
    size_t shown;     /* documents->shown when `seen` was made */
    uint64_t version; /* of the text when `seen` was made */
    const struct doc *doc;
    double changed_at;                  /* when `version` last changed */
    uint64_t asked;                     /* number of the open question; 0: none */
    struct lens_place about[LENS_SEEN]; /* the paragraphs that it asks about */
    size_t about_count, from;           /* `from`: where its text begins in the document */
    struct lens_cut cuts[LENS_CUTS];
    size_t cut_count;
    bool about_left, failed;
    unsigned generation; /* changes whenever the looks may have changed */
};

/* What is known about the word at an offset of the document; NULL: nothing. *start: start of its paragraph. */
const struct fit_word *lens_word(const struct lens *lens, size_t at, size_t *start);
/* Whether the model has a uniform graph. One evaluation at its lowest noise then gives the ratios p(y)/p(x) of the
 * whole screen, and there are no left-context probabilities. */
bool lens_has_ratios(const struct filling *filling);
/* The look of a word by its ln q: LOOK_PLAIN, LOOK_LENS_LOW, _MIDDLE or _HIGH. */
enum look lens_surprise_look(double ln_q);
enum look lens_look(const struct lens *lens, const struct settings *settings, size_t at);
/* For the sentence at an offset: how much more likely its words are given both sides than given the left side alone,
 * in nats per word. NAN: not known. */
double lens_owed(const struct lens *lens, const struct doc *doc, size_t at);
enum look lens_owed_look(double owed);

/* Call it after every event: finds the paragraphs on the screen, asks about a missing one, and cancels a question that
 * is no longer needed. `start`, `end`: the text range of the page. */
void lens_tick(struct ui *ui, size_t start, size_t end);
int lens_timeout(const struct ui *ui); /* ms until lens_tick has something to do; -1: never */
bool lens_busy(const struct ui *ui);   /* a question is open, or will be asked */
filling_taker lens_take;
/* Frees all answers and cancels the open question. */
void lens_close(struct lens *lens, struct filling *filling);

#endif
