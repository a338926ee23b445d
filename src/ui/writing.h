/* What helps with prose: words and their count, spelling, quotes and dashes. */
#ifndef LACUNA_UI_WRITING_H
#define LACUNA_UI_WRITING_H

#include "documents.h"
#include "keymap.h"

struct ui;

/* ---- move_commands.c */
size_t word_end_from(const struct text *text, size_t at); /* of the word at `at`, else of the next one */

/* ---- typography.c */
void typography_typed(struct ui *ui,
                      ui_key key); /* that character, or a line break, was put in before the cursor */
/* ---- spell.c: the words of the page, by enchant, which is loaded when the first page stands */
int spell_timeout(const struct ui *ui); /* ms until spell_tick has something to do; -1: it has not */
bool spell_tick(struct ui *ui, size_t start,
                size_t end); /* looks words of what is shown up; true: there is something new to paint */
void spell_setting_changed(struct ui *ui);
/* Misspelt words of [start, end), while it is painted: each as [*from, *to), the next after *to; false: no
 * more.
 */
bool spell_next(struct ui *ui, size_t start, size_t end, size_t *from, size_t *to);
unsigned spell_generation(void); /* another number when words look otherwise than before */
/* The tag of the language that words are looked up in: the setting, else the locale, else en_US. */
void spell_language(const struct ui *ui, char out[DICTIONARY_TAG]);
enum status spell_try(const char *language, struct error *error); /* whether there is such a dictionary */
void spell_close(void);

/* ---- words.c */
extern const struct doc_watcher words_watcher; /* keeps the count, or marks it as stale */
bool words_counted(const struct doc *doc);
int words_timeout(const struct ui *ui); /* ms until words_tick has something to do; -1: it has not */
void words_tick(struct ui *ui);
size_t words_between(struct doc *doc, size_t start, size_t end);

#endif
