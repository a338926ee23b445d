/* Alternatives to a word of the proposal at the cursor, given all other words, with their probabilities.
 * While they are listed, one word of the proposal is chosen. */
#ifndef LACUNA_UI_INSTEAD_H
#define LACUNA_UI_INSTEAD_H

#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "ui/blank/filling.h"
#include "ui/keymap/keymap.h"

struct doc;
struct ui;
struct words;

enum { INSTEAD_MOST = 8 };
struct instead {
    bool active;
    const struct doc *doc;
    uint32_t blank;
    uint32_t token;                 /* of the chosen word */
    uint64_t asked;                 /* the question; 0: none */
    double asked_at, seconds;       /* when it was asked; how long the answer took */
    uint64_t about;                 /* identifies what the answer is about; 0: no answer */
    struct fill_alternatives found; /* at most INSTEAD_MOST */
    size_t at;                      /* index of the alternative that Enter takes */
    struct error trouble;           /* why there is no answer; zero: no error */
};

/* UI_ALTERNATIVES while they are listed, else 0. */
enum ui_context instead_context(const struct ui *ui);
/* Whether a token of that blank belongs to the chosen word. */
bool instead_is_chosen(const struct ui *ui, uint32_t blank, uint32_t token);
/* The words that are shown. NULL: nothing is listed. */
const struct words *instead_words(const struct ui *ui);
void instead_update(struct ui *ui); /* called after every event */
bool instead_busy(const struct instead *instead);
filling_taker instead_take;
void instead_close(struct ui *ui);

/* Commands; session/commands.h says what they do. */
void do_alternatives(struct ui *ui);
void do_alternatives_close(struct ui *ui);
void do_alternatives_next_word(struct ui *ui);
void do_alternatives_previous_word(struct ui *ui);
void do_alternatives_choose(struct ui *ui);
void do_alternatives_up(struct ui *ui);
void do_alternatives_down(struct ui *ui);
void do_alternatives_put(struct ui *ui);
void do_alternatives_write(struct ui *ui);

#endif
