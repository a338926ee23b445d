/* The lens: how the model sees the writer's own words. Off unless the setting `lens` says otherwise.
 *
 * What it shows is asked of the worker, one paragraph of the screen at a time, while nothing is being filled and
 * nobody types in it. Answers are kept by the bytes of their paragraph, so that an edit asks for that one alone
 * again: what it changes for its neighbours is not looked at until they change too. */
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

/* What is known of a paragraph; its words' offsets count from the paragraph's start. */
struct lens_paragraph {
    uint64_t hash; /* of its bytes; 0: free */
    size_t size;
    bool left;   /* ln_q_left is known */
    size_t used; /* when it was looked at last */
    struct fit fit;
};

/* A paragraph of the screen. */
struct lens_place {
    size_t start, end;
    uint64_t hash;
    struct lens_paragraph *known; /* NULL: not yet */
    /* What was known before it was edited, while it is not known anew: that of its words outside of what has
     * changed, which begins at `from` and ends at `to` of the text now. NULL: nothing. */
    struct lens_paragraph *old;
    size_t from, to;
};

/* Markup of a blank, which the model is not shown. */
struct lens_cut {
    size_t at, size; /* where it was in the text that went with a question; bytes */
};

struct lens {
    struct lens_paragraph kept[LENS_KEPT];
    size_t uses;
    struct lens_place seen[LENS_SEEN];
    size_t seen_count;
    size_t shown;     /* documents->shown then */
    uint64_t version; /* of the text that `seen` is of */
    const struct doc *doc;
    double changed_at;                  /* when that was last another */
    uint64_t asked;                     /* the question; 0: none */
    struct lens_place about[LENS_SEEN]; /* what it is about, */
    size_t about_count, from;           /* and where the text that went with it begins */
    struct lens_cut cuts[LENS_CUTS];
    size_t cut_count;
    bool about_left, failed;
    unsigned generation; /* another one: what is shown may be another */
};

/* What is known of the word that holds an offset, or that it ends; NULL: nothing. *start: its paragraph's. */
const struct fit_word *lens_word(const struct lens *lens, size_t at, size_t *start);
/* All of the screen comes from one evaluation: the ratios p(y)/p(x) at the lowest noise of a uniform graph. */
bool lens_has_ratios(const struct filling *filling);
/* How a word looks in the lens by its odds: LOOK_PLAIN, LOOK_LENS_LOW, _MIDDLE or _HIGH. */
enum look lens_surprise_look(double ln_q);
enum look lens_look(const struct lens *lens, const struct settings *settings, size_t at);
/* The sentence that holds an offset: how much better both sides expect its words than the left alone, in nats a
 * word. NAN: not known. */
double lens_owed(const struct lens *lens, const struct doc *doc, size_t at);
enum look lens_owed_look(double owed);

/* After anything happened: looks at what the screen shows, asks for what is missing, takes back what nobody
 * waits for. `start`, `end`: of the page. */
void lens_tick(struct ui *ui, size_t start, size_t end);
int lens_timeout(const struct ui *ui); /* ms until that is worth while; -1: it is not */
bool lens_busy(const struct ui *ui);   /* something is asked, or about to be */
filling_taker lens_take;
/* forgets everything, and takes its question back */
void lens_close(struct lens *lens, struct filling *filling);

#endif
