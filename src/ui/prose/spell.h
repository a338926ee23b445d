/* Spelling. A dictionary takes longer to load than all the rest of the start, so a thread does
 * it when the first page stands. What it says about a word is kept; the words of a page are looked up between
 * keys. */
#ifndef LACUNA_UI_SPELL_H
#define LACUNA_UI_SPELL_H

#include "lacuna/base.h"
#include "lacuna/dictionary.h"

struct ui;

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

/* Commands; session/commands.h says what they do. */
void do_spell(struct ui *ui);
void do_spell_add(struct ui *ui);
void do_spell_ignore(struct ui *ui);

#endif
