/* A document, and how its text is edited. */
#ifndef LACUNA_UI_DOCUMENT_H
#define LACUNA_UI_DOCUMENT_H

#include "lacuna/text.h"
#include "proposal.h"

struct text_blank;
struct error;
struct proposal_past;
struct text;
struct ui;
struct blank_conditions;

/* What anchor and cursor select: the text between them including the character at the later one, whole lines,
 * or the columns between them. */
enum selecting { SELECT_PLAIN, SELECT_CHARACTERS, SELECT_LINES, SELECT_BLOCK };

/* Nodes of the history that are undone and redone together: the changes of one vi command, or of one play of
 * a macro. */
struct step {
    size_t from, to, child; /* child: the first of them */
    size_t first, cursor;   /* vi: the first changed place (SIZE_MAX: not known), and the cursor before */
};

/* Places in the text, the newest last; `at` is the current one, `count` if it is after the last. */
enum { PLACES = 100 };

struct places {
    text_mark marks[PLACES];
    size_t count, at;
};

/* The most tokens that the model takes in one blank; larger markup is not a blank. */
struct token_limit {
    uint32_t (*most)(struct ui *ui); /* NULL: no limit */
    struct ui *ui;
};

/* Whether what is filled in a document is recorded. */
enum recording { RECORD_AS_SET, RECORD_ON, RECORD_OFF };

struct doc {
    struct text *text;
    const struct token_limit *limit;
    size_t cursor, anchor;
    bool selecting, sticky; /* sticky: plain motions extend the selection */
    bool typing;            /* the last action was an edit here, not a motion */
    int goal;               /* the column that up and down aim at; -1: the cursor's */
    text_mark top;          /* the row that contains it, and */
    int top_skip;           /* this many rows on, is the first on the screen */
    bool follow;            /* the page must show the cursor */
    uint32_t focus;         /* the blank that the cursor was moved to; 0: none */
    size_t kept_node;       /* of the history, as in its file */
    size_t first_node;      /* undo stops here: the blanks of the file's markup are not the writer's edits */
    struct proposal *proposals;
    size_t proposal_count, proposal_capacity;
    struct proposal set_aside; /* discarded last; no candidates: there is none */
    size_t set_aside_at;       /* in the history: undo from here brings it back */
    struct proposal removed;   /* candidates that were removed from one, in this order */
    size_t removed_at;         /* in the history: undo from here puts them back */
    uint32_t dial; /* the blank under the dial that varies words, which is not the writer's; 0: none */
    struct blank_conditions *conditions; /* conditions of blanks, blank_conditions.h */
    size_t conditions_count, conditions_capacity;
    struct proposal_past *pasts; /* proposals that steps of undo change, proposal_past.h */
    size_t past_count, past_capacity;
    size_t pasts_at;          /* the node of the history that they follow */
    uint32_t brought_back;    /* its blank, when undo did: redo discards it again, */
    uint64_t brought_back_at; /* while the text is at this version */
    size_t words;             /* as counted last */
    size_t words_begun;       /* when the session began */
    bool words_stale, words_known, goal_said;
    /* an edit in progress: the words from `start` on, up to `tail` bytes before the end */
    struct words_around {
        size_t start, tail, words;
        bool holds;
    } words_around;
    struct word_count {
        uint64_t version;
        size_t start, at, words;
    } count, selected;           /* in progress; of a selection */
    bool read_only;              /* it cannot be changed here */
    bool disk_differs;           /* another program changed the file */
    bool disk_asked;             /* the user was asked what to do about it */
    bool attributes_said;        /* that some of the file's attributes were lost */
    bool backed_up;              /* FILE~ was made */
    int lock;                    /* of lock_name; -1: none */
    char *lock_name, *lock_path; /* the lock file of this document, and its path */
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
    bool journal_trouble; /* and it was reported */
    uint64_t kept_hash;   /* of the companion that the history's file has, kept.h */
    enum recording record;
    struct buffer record_lines; /* that wait for the document to have a file */
};

/* A document for a text, which it owns (also on failure). NULL: out of memory. */
struct doc *doc_new(struct text *text, const struct token_limit *limit, struct error *error);
/* Makes blanks from the markup of a text just opened. Undo stops at that state, unless its history continues
 * from an earlier session. */
void doc_mark_blanks(struct doc *doc, bool history_goes_on);
void doc_free(struct doc *doc);
bool doc_selection(const struct doc *doc, size_t *start, size_t *end); /* false: nothing is selected */
const char *doc_name(const struct doc *doc);
/* The blank that contains `at`, its start included and its end excluded, since text is typed after it. 0:
 * none. */
uint32_t doc_blank_at(const struct doc *doc, size_t at);
bool doc_has_blank(const struct doc *doc, size_t start, size_t end); /* a part of one is in [start, end) */
/* Where a cursor that should go to `at` ends up: beside a proposal, never inside one. */
size_t doc_beside(const struct doc *doc, size_t at);
/* Moves the cursor there and ends a coalescing run of edits. */
void doc_move(struct doc *doc, size_t at, bool extend);
bool doc_writable(struct ui *ui); /* false: this text is read-only, and a message said so */
/* Every edit of the page goes through here. It cancels jobs that the edit touches, keeps blanks with markup
 * in step with their text, and puts the cursor after the inserted text. False: a message gave the reason. */
bool doc_replace(struct ui *ui, size_t start, size_t end, const char *bytes, size_t size);
/* Many changes in [start, end) as one undo step, at the cost of one; the cursor stays in its place in the
 * text. */
bool doc_replace_many(struct ui *ui, size_t start, size_t end, text_next_edit *next, void *context,
                      size_t *count);
/* A blank written at [start, start + *length): its wanted length. Markup with more tokens than the model takes is not
 * a blank. */
bool doc_markup_at(const struct text *text, const struct token_limit *limit, size_t start, size_t *length,
                   uint32_t *min, uint32_t *max);
bool doc_blank_is_markup(const struct doc *doc, const struct text_blank *blank);
/* Replaces the text by that of another, as one undo step; in equal parts the cursor stays with its words. */
bool doc_make_like(struct ui *ui, const struct text *like);
/* Adds the blanks of a text with the same bytes; those with markup exist already. */
void doc_copy_blanks(struct ui *ui, const struct text *like);
/* it then has those of `like`, and no others */
bool doc_has_blanks(const struct doc *doc, const struct text *like);

#endif
