/* A document, and the one way that its text is changed. */
#ifndef LACUNA_UI_DOCUMENT_H
#define LACUNA_UI_DOCUMENT_H

#include "lacuna/text.h"
#include "proposal.h"

struct text_blank;
struct error;
struct proposal_past;
struct text;
struct ui;
struct wish;

/* What anchor and cursor stand for: what is between them, with the character at the later one, whole lines,
 * or the columns between them. */
enum selecting { SELECT_PLAIN, SELECT_CHARACTERS, SELECT_LINES, SELECT_BLOCK };

/* Nodes of the history that are undone and redone together: what one command of vi changed, or one play of a
 * macro. */
struct step {
    size_t from, to, child; /* child: the first of them */
    size_t first, cursor; /* vi: the first place that changed (SIZE_MAX: not known), and the cursor before */
};

/* Places in the text, the newest last; `at` is where one is among them, `count` behind the last. */
enum { PLACES = 100 };

struct places {
    text_mark marks[PLACES];
    size_t count, at;
};

/* How many tokens the model takes in one blank: what wants more is no blank. */
struct token_limit {
    uint32_t (*most)(struct ui *ui); /* NULL: as many as one likes */
    struct ui *ui;
};

struct doc {
    struct text *text;
    const struct token_limit *limit;
    size_t cursor, anchor;
    bool selecting, sticky; /* sticky: plain motions extend the selection */
    bool typing;            /* the last thing done was an edit here, not a motion */
    int goal;               /* column that up and down aim at; -1: where the cursor is */
    text_mark top;          /* the row that holds it, and */
    int top_skip;           /* so many rows on, is the first on the screen */
    bool follow;            /* the page must show the cursor */
    uint32_t focus;         /* the blank that the cursor was moved to; 0: none */
    size_t kept_node;       /* of the history, as its file has it */
    size_t first_node;      /* undo stops here: the blanks of the file's markup are not the writer's edits */
    struct proposal *proposals;
    size_t proposal_count, proposal_capacity;
    struct proposal set_aside; /* discarded last; no candidates: there is none */
    size_t set_aside_at;       /* in the history: undo from here brings it back */
    struct wish *wishes;       /* what is asked of blanks' words, wishes.h */
    size_t wish_count, wish_capacity;
    struct proposal_past *pasts; /* proposals that steps of undo change, proposal_past.h */
    size_t past_count, past_capacity;
    uint32_t brought_back;    /* its blank, when undo did: redo discards it again, */
    uint64_t brought_back_at; /* while the text is at this version */
    size_t words;             /* as counted last */
    size_t words_begun;       /* when the session began */
    bool words_stale, words_known, goal_said;
    struct words_around { /* an edit that is going on: the words from `start` on, up to `tail` bytes before
                             the end */
        size_t start, tail, words;
        bool holds;
    } words_around;
    struct word_count {
        uint64_t version;
        size_t start, at, words;
    } count, selected;           /* going on; of a selection */
    bool read_only;              /* it cannot be changed here */
    bool disk_differs;           /* another program changed the file */
    bool disk_asked;             /* what to do about it */
    bool attributes_said;        /* that some of the file's were lost */
    bool backed_up;              /* FILE~ was made */
    int lock;                    /* of lock_name; -1: none */
    char *lock_name, *lock_path; /* the file that says that this one is open, and for which path */
    enum selecting select;
    text_mark marks[40];          /* a to z and a few more, vi_mark.c; 0: not set */
    struct places jumps, changes; /* vi_jumps.c */
    struct step *steps;
    size_t step_count, step_capacity;
    struct step play; /* while a macro is played */
    bool played;
    size_t change_first, change_last,
        change_cursor; /* the first place changed since SIZE_MAX was put there, and the cursor then */
    bool rescue_looked, recovery_looked;
    bool journal_trouble; /* and it was said */
};

/* A document of a text, which it takes (also when it fails). NULL: no memory. */
struct doc *doc_new(struct text *text, const struct token_limit *limit, struct error *error);
/* Blanks that are written as markup in a text just opened. Undo stops at what is there then, unless its
 * history goes on from an earlier session. */
void doc_mark_blanks(struct doc *doc, bool history_goes_on);
void doc_free(struct doc *doc);
bool doc_selection(const struct doc *doc, size_t *start, size_t *end); /* false: nothing is selected */
const char *doc_name(const struct doc *doc);
/* The blank that begins at `at` or goes on there: behind its end one writes. 0: there is none. */
uint32_t doc_blank_at(const struct doc *doc, size_t at);
/* Where the cursor lands that is to go to `at`: beside a proposal, never inside one. */
size_t doc_beside(const struct doc *doc, size_t at);
/* Moves the cursor there and ends a coalescing run of edits. */
void doc_move(struct doc *doc, size_t at, bool extend);
bool doc_writable(struct ui *ui); /* false: this text is read only, and that was said */
/* Every edit of the page goes through here: cancels jobs that it touches, keeps blanks that are written as
 * markup in step with their text, and puts the cursor after what was put in. False: said on the message line.
 */
bool doc_replace(struct ui *ui, size_t start, size_t end, const char *bytes, size_t size);
/* Many changes in [start, end) as one step of undo, at the cost of one; the cursor stays where it is in the
 * text. */
bool doc_replace_many(struct ui *ui, size_t start, size_t end, text_next_edit *next, void *context,
                      size_t *count);
/* A blank written at [start, start + *length): its wish. One that wants more tokens than the model takes is
 * none. */
bool doc_markup_at(const struct text *text, const struct token_limit *limit, size_t start, size_t *length,
                   uint32_t *min, uint32_t *max);
bool doc_blank_is_markup(const struct doc *doc, const struct text_blank *blank);
/* Makes the text that of another, as one step of undo; where they are alike, the cursor stays with its words.
 */
bool doc_make_like(struct ui *ui, const struct text *like);
/* Gives it the blanks of a text with the same bytes; those that are written as markup it has by itself. */
void doc_copy_blanks(struct ui *ui, const struct text *like);
bool doc_has_blanks(const struct doc *doc,
                    const struct text *like); /* it has those of `like`, and no others */

#endif
