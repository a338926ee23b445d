/* Spelling. A dictionary takes longer to load than the rest of the start, so a thread loads it after the
 * first page is painted. Its answers are kept; the words of a page are looked up between keys. */
#ifndef LACUNA_UI_SPELL_H
#define LACUNA_UI_SPELL_H

#include "lacuna/base.h"
#include "lacuna/dictionary.h"

#include <pthread.h>

struct settings;
struct ui;

enum { SPELL_SUGGESTIONS = 9, SPELL_TABLE = 1 << 14, SPELL_BESIDE = 8 };

struct spelling {
    /* The dictionary, and the thread that loads it. */
    _Atomic int state;
    pthread_t thread;
    bool has_thread, seen;
    char language[DICTIONARY_TAG];
    const char *script; /* that it is written in */
    struct dictionary *dictionary;
    /* What is known about words. */
    struct known_word {
        uint64_t hash; /* 64 bits of hash stand for the word: one pair in 10^11 of a novel's words collides */
        uint8_t verdict;
    } table[SPELL_TABLE + SPELL_BESIDE];
    unsigned turn;       /* which of a word's slots is overwritten next */
    unsigned generation; /* changes whenever words look different */
    bool page_unknown;   /* painted words of the page that are not looked up yet */
    /* The word for which corrections are offered. */
    struct {
        size_t start, end;
        char *words[SPELL_SUGGESTIONS];
        int count;
    } suggested;
    char letters[SPELL_SUGGESTIONS + 3]; /* that answer */
    /* Goes around the text from here, word by word. */
    struct {
        size_t origin;
        bool wrapped;
        size_t act; /* the last command that offered a word */
    } around;
};

/* ms until spell_tick has something to do; -1: nothing */
int spell_timeout(const struct spelling *spelling, const struct settings *settings);
/* looks up words of the page; true: there is something new to paint */
bool spell_tick(struct ui *ui, size_t start, size_t end);
void spell_setting_changed(struct ui *ui);
/* Misspelt words of [start, end), for painting: each as [*from, *to), the next after *to; false: no more. */
bool spell_next(struct ui *ui, size_t start, size_t end, size_t *from, size_t *to);
/* The tag of the language for looking up words: the setting, else the locale, else en_US. */
void spell_language(const struct settings *settings, char out[DICTIONARY_TAG]);
/* whether there is such a dictionary */
enum status spell_try(struct spelling *spelling, const char *language, struct error *error);
void spell_close(struct spelling *spelling);

/* Commands; session/commands.h says what they do. */
void do_spell(struct ui *ui);
void do_spell_add(struct ui *ui);
void do_spell_ignore(struct ui *ui);

#endif
