/* Looking for a pattern (search.c), and replacing what it finds (replace.c). */
#ifndef LACUNA_UI_SEARCH_H
#define LACUNA_UI_SEARCH_H

#include "documents.h"

struct ui;

/* Starts of matches, counted from the start of the text between keys. */
struct matches {
    const struct text *text; /* which text, at which node of its history and size, was counted */
    size_t node, size;
    size_t *starts, count, capacity;
    size_t at; /* counted up to here */
    bool complete;
};
enum { SEARCH_SMART, SEARCH_EXACT, SEARCH_ANY }; /* settings.search_case */
struct search {
    struct buffer pattern;
    struct buffer last;   /* the one that was looked for last */
    bool lit;             /* matches are painted */
    bool said;            /* the count stands on the message line */
    char said_words[640]; /* as they stand there */
    bool backwards, wrapped;
    bool forced; /* forced_flags, not the settings, say how the pattern is meant */
    int forced_flags;
    bool prompt_back, vi_prompt;
    size_t origin;     /* where the cursor was when the search began */
    size_t at;         /* the match that was gone to */
    const char *what;  /* what the question is called */
    char trouble[160]; /* of the pattern */
    struct matches matches;
};
int search_flags(const struct ui *ui);                       /* how the pattern is meant */
int search_flags_to_replace(const struct ui *ui, int flags); /* those flags, when what is found is replaced */
bool search_set(struct ui *ui, const char *pattern, size_t size) MUST_USE;
void search_forget(struct ui *ui);   /* pattern, switches or text are others: what was counted */
void search_remember(struct ui *ui); /* as the last pattern */
/* The first match that begins in [low, high). */
bool search_between(struct ui *ui, size_t low, size_t high, size_t *start, size_t *end);
/* The first that begins at or after `from`, or (backwards) the last that begins before it; *wrapped: around
 * the end of the text. */
bool search_from(struct ui *ui, size_t from, bool backwards, bool *wrapped, size_t *start, size_t *end);
void search_again(struct ui *ui, bool backwards);
/* Asks for a pattern and goes to its matches while it is typed. */
void search_prompt(struct ui *ui, const char *what, void (*when_done)(struct ui *, const char *));
void search_label(struct ui *ui, char *out, size_t size, const char *what);
void search_say(struct ui *ui); /* "3 of 17" on the message line */
void search_describe(struct ui *ui, char *out, size_t size);
int search_timeout(const struct ui *ui); /* ms until search_tick has something to do; -1: it has not */
void search_tick(struct ui *ui);         /* counts for a few milliseconds */
extern const struct doc_watcher search_watcher;
void search_free(struct search *search);

/* ---- replace.c */
enum replace_style { REPLACE_LITERAL, REPLACE_DOLLAR /* $1 */, REPLACE_VI /* \\1 and & */ };
struct replace_wish {
    size_t low, high; /* matches in [low, high) */
    const char *with;
    enum replace_style style;
    bool first_of_line, only_count;
    bool beyond; /* matches may end behind `high`: those of lines take in what follows them */
};
struct replace_edit {
    size_t start, end, from, size; /* [start, end) becomes bytes[from, from + size) */
};
struct replace_edits {
    struct replace_edit *list;
    size_t count, capacity;
    struct buffer bytes;
};
struct replacing {
    bool active, grouped, wrapped, first_of_line;
    enum replace_style style;
    struct buffer with;
    size_t low, from, at;       /* the range begins, the first was looked for, the next is looked for here */
    text_mark end;              /* of the range */
    size_t start, end_of_match; /* that is asked about */
    size_t done;
};
/* What the match that was found last becomes. */
bool replace_expand(const struct text *text, const char *with, enum replace_style style, struct buffer *out);
/* All matches of the search's pattern, as one step of undo; *edits says what was changed. */
bool replace_all(struct ui *ui, const struct replace_wish *wish, struct replace_edits *edits);
void replace_ask(struct ui *ui, const struct replace_wish *wish); /* one after the other */
void replace_edits_free(struct replace_edits *edits);
uint32_t letter_upper(uint32_t code_point); /* letters.c */
uint32_t letter_lower(uint32_t code_point);

#endif
