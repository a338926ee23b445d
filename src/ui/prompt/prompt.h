/* Questions on the bottom line: a line of text, or one of several letters. The main loop goes on
 * meanwhile. */
#ifndef LACUNA_UI_PROMPT_H
#define LACUNA_UI_PROMPT_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct picture;
struct history;
struct popup;
struct ui;

struct prompt {
    bool active;
    char label[160];
    struct buffer text;
    size_t cursor;
    const char *letters; /* a question: the letters that answer it; NULL: a line of text */
    /* receives a question's letter, or the line. NULL answer: cancelled */
    void (*done)(struct ui *, const char *answer);
    void (*changed)(struct ui *);             /* may be NULL */
    void (*step)(struct ui *, int direction); /* prompt-next and -previous; may be NULL */
    /* Tab: the possible replacements of [*start, cursor) of the line, one per line, added to *out in the
     * order to show. May be NULL. */
    void (*complete)(struct ui *, const char *line, size_t cursor, size_t *start, struct buffer *out);
    void (*pick)(struct ui *, int direction); /* prompt-older and -newer: in a list; may be NULL */
    struct history *history;                  /* may be NULL */
    size_t history_at;
    bool offers;               /* a question: Enter is its "1", and keys that only work on the page end it */
    bool counts_matches;       /* the pattern of a search; opening a question clears it */
    bool finds;                /* its text is a pattern */
    bool chosen;               /* its text is selected: typed text replaces it */
    char note[96];             /* on the right */
    const struct popup *popup; /* above; may be NULL */
    struct buffer choices;     /* the message; shown above the line while choosing */
    size_t choice_start;       /* in the line */
    int choice, choice_count;  /* the one in the line; -1: what they begin with */
};

void prompt_line(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_question(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                     const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_key(struct ui *ui, ui_key key); /* a key that is not bound */
void prompt_insert(struct ui *ui, const char *bytes, size_t size);
void prompt_paint(const struct prompt *p, const struct picture *picture, int row, int *cursor_column);
void prompt_free(struct prompt *prompt);

/* Commands; session/commands.h says what they do. */
void do_prompt_accept(struct ui *ui);
void do_prompt_cancel(struct ui *ui);
void do_prompt_left(struct ui *ui);
void do_prompt_right(struct ui *ui);
void do_prompt_start(struct ui *ui);
void do_prompt_end(struct ui *ui);
void do_prompt_backspace(struct ui *ui);
void do_prompt_delete(struct ui *ui);
void do_prompt_delete_word(struct ui *ui);
void do_prompt_clear(struct ui *ui);
void do_prompt_next(struct ui *ui);
void do_prompt_previous(struct ui *ui);
void do_prompt_older(struct ui *ui);
void do_prompt_newer(struct ui *ui);
void do_prompt_complete(struct ui *ui);
void do_prompt_complete_back(struct ui *ui);

#endif
