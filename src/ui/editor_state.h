/* What the rooms of the editor share: pointers to the state of each, and what belongs to none of them. The
 * loop owns all of it. */
#ifndef LACUNA_UI_EDITOR_STATE_H
#define LACUNA_UI_EDITOR_STATE_H

#include "lacuna/base.h"

struct compare;
struct doc;
struct doc_watchers;
struct ex_range;
struct fill_worker;
struct help;
struct history;
struct job;
struct layout;
struct leaving;
struct macros;
struct modal;
struct palette;
struct popup;
struct prompt;
struct recovery;
struct replacing;
struct search;
struct settings;
struct text;
struct timeline;
struct ui_hooks;
struct ui_keymap;
struct ui_options;
struct vi;
struct waiting;

struct ui {
    const struct ui_options *options;
    struct ui_hooks *hooks;
    struct settings *settings;
    struct ui_keymap *keymap;
    struct doc **docs, *doc;
    const struct doc *last_doc; /* that was shown before this one; perhaps it is gone */
    size_t doc_count, doc_capacity, current;
    struct doc_watchers *watchers;
    size_t shown; /* changes whenever another document is shown */
    bool stale;   /* what lies over the page, or the text, is other than what is laid out */
    const struct modal *modal;
    struct fill_worker *worker;
    uint32_t most_tokens;    /* filling_most_tokens; 0: not asked yet */
    struct job *jobs;        /* FILL_QUEUE of them */
    struct waiting *waiting; /* events that were taken from the worker and not shown yet */
    struct waiting *last_waiting;
    double next_step; /* when the next of them is due */
    struct timeline *timeline;
    uint64_t next_seed;
    struct layout *layout;
    struct prompt *prompt;
    struct history *history; /* HISTORIES of them */
    bool answers_loaded;
    struct search *search;
    bool counts_matches; /* a search wants its matches counted; a question that opens ends that */
    struct replacing *replacing;
    struct help *help;
    struct compare *compare;
    struct recovery *recovery;
    bool keep_journals; /* at the end: a signal ended it */
    struct palette *palette;
    struct macros *macros;
    struct vi *vi;
    struct ex_range *range; /* of the running command of the : line */
    struct buffer substitute_with;
    bool clipboard_lines;    /* it holds whole lines */
    struct popup *which_key; /* keys that may follow */
    struct popup *open_list; /* documents that are open */
    double which_key_at;     /* when it is to be shown; 0: never */
    size_t last_keys;        /* that the running command was called with */
    char *display_path;      /* the next screen is written there; NULL: not */
    struct buffer clipboard;
    struct text *pasting;  /* a paste into it has begun and not ended; NULL: none has */
    unsigned sync;         /* number of a request for a sign of life that is not answered; 0: there is none */
    size_t acts, taken_at; /* commands, keys and other input so far; the last one that took a line away */
    uint32_t *pending;     /* UI_SEQUENCE of them (ui_key): keys that were typed and are not a command yet */
    size_t pending_count;
    char message[640];
    bool message_is_error;
    bool follow; /* the page must show the cursor */
    bool light;  /* the terminal's background */
    double painted_at;
    int rows, columns;
    bool quitting;
    int exit_status;
    struct leaving *leaving;
    struct buffer farewell; /* printed when the terminal is given back */
};

#endif
