/* Questions and lines to type, what was answered before (prompt.c), and paths in them (path_prompt.c). */
#ifndef LACUNA_UI_PROMPT_H
#define LACUNA_UI_PROMPT_H

#include "keymap.h"
#include "lacuna/base.h"

struct popup;
struct ui;

struct prompt {
    bool active;
    char label[160];
    struct buffer text;
    size_t cursor;
    const char *letters; /* a question: the letters that answer it; NULL: a line of text */
    void (*done)(struct ui *, const char *answer); /* a letter's string, or the line. NULL answer: given up */
    void (*changed)(struct ui *);                  /* may be NULL */
    void (*step)(struct ui *, int direction);      /* prompt-next and -previous; may be NULL */
    /* Tab: what could stand in place of [*start, cursor) of the line, one a line, added to *out in the order
     * to show. May be NULL. */
    void (*complete)(struct ui *, const char *line, size_t cursor, size_t *start, struct buffer *out);
    void (*pick)(struct ui *, int direction); /* prompt-older and -newer: in a list; may be NULL */
    struct history *history;                  /* may be NULL */
    size_t history_at;
    bool offers;               /* a question: Enter is its "1", and keys of the page alone end it */
    bool finds;                /* its text is a pattern */
    bool chosen;               /* its text is selected: what is typed takes its place */
    char note[96];             /* on the right */
    const struct popup *popup; /* above; may be NULL */
    struct buffer choices;     /* what it said; shown above the line while it is being chosen from */
    size_t choice_start;       /* in the line */
    int choice, choice_count;  /* the one in the line; -1: what they begin with */
};
/* What was answered before, the newest last. */
enum { HISTORY_FIND, HISTORY_REPLACE, HISTORY_COMMAND, HISTORY_PATH, HISTORIES, HISTORY_LINES = 100 };
struct history {
    char *lines[HISTORY_LINES];
    size_t count, fresh; /* fresh: the last of them, that the file of answers has not */
};
/* ---- answers.c */
void answers_add(struct history *history, const char *line);
void answers_load(struct ui *ui); /* those of earlier sessions, before an older one is shown */
void answers_keep(struct ui *ui); /* for the next */
void answers_free(struct history *history);

void prompt_line(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_question(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                     const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_key(struct ui *ui, ui_key key); /* a key that is bound to nothing */
void prompt_insert(struct ui *ui, const char *bytes, size_t size);
void prompt_paint(struct ui *ui, int row, int *cursor_column);
void prompt_free(struct prompt *prompt);

char *path_expand(const char *typed) MUST_USE; /* ~ and ~user; NULL: no memory; the caller frees */
void encoding_complete(struct ui *ui, const char *begun, size_t size, size_t *start, struct buffer *out);
void path_complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out);
void path_prompt(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label);

#endif
