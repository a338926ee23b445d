/* Searching for a pattern: matches, their count, and going to them. */
#ifndef LACUNA_UI_SEARCH_H
#define LACUNA_UI_SEARCH_H

#include "lacuna/base.h"
#include "ui/document/documents.h"

struct doc;
struct text;
struct ui;

/* Starts of matches, counted from the start of the text between keys. */
struct matches {
    const struct text *text; /* the text, the node of its history and its size at the time of counting */
    size_t node, size;
    size_t *starts, count, capacity;
    size_t at; /* counted up to here */
    bool complete;
};

enum { SEARCH_SMART, SEARCH_EXACT, SEARCH_ANY }; /* settings.search_case */

struct search {
    struct buffer pattern;
    struct buffer last;   /* the last pattern */
    bool lit;             /* matches are highlighted */
    bool said;            /* the count is on the message line */
    char said_words[640]; /* as they stand there */
    bool backwards, wrapped;
    bool forced; /* forced_flags, not the settings, decide how the pattern is read */
    int forced_flags;
    bool prompt_back, vi_prompt;
    size_t origin;     /* where the cursor was when the search started */
    size_t at;         /* the last match */
    const char *what;  /* the name of the question */
    char trouble[160]; /* of the pattern */
    struct matches matches;
};

int search_flags(const struct ui *ui); /* how to read the pattern */
/* those flags, for replacing */
int search_flags_to_replace(const struct search *search, int flags);
bool search_set(struct search *search, const struct doc *doc, const char *pattern, size_t size) MUST_USE;
/* pattern, switches or text have changed: discards the count */
void search_forget(struct search *search, const struct doc *doc);
void search_remember(struct search *search); /* as the last pattern */
/* The first match that starts in [from, to). */
bool search_between(struct ui *ui, size_t from, size_t to, size_t *start, size_t *end);
/* The first that starts at or after `from`, or (backwards) the last that starts before it; *wrapped: around
 * the end of the text. */
bool search_from(struct ui *ui, size_t from, bool backwards, bool *wrapped, size_t *start, size_t *end);
/* Asks for a pattern and goes to its matches while it is typed. */
void search_prompt(struct ui *ui, const char *what, void (*when_done)(struct ui *, const char *));
void search_say(struct ui *ui);          /* "3 of 17" on the message line */
int search_timeout(const struct ui *ui); /* ms until search_tick has something to do; -1: nothing */
void search_tick(struct ui *ui);         /* counts for a few milliseconds */
extern const struct doc_watcher search_watcher;
void search_free(struct search *search);

/* Commands; session/commands.h says what they do. */
void do_find(struct ui *ui);
void do_find_next(struct ui *ui);
void do_find_previous(struct ui *ui);
void do_search_case(struct ui *ui);
void do_search_words(struct ui *ui);
void do_search_regex(struct ui *ui);
void do_unlight(struct ui *ui);

#endif
