/* Every setting once: its name in C and outside, its type, its default, its range, the subject whose hook runs
 * after a change, and what it does. The file `config`, `:set`, `lacuna config` and lacuna-config(5) use this table; the rest of
 * the editor reads ui->settings.NAME. */
#ifndef LACUNA_UI_SETTINGS_H
#define LACUNA_UI_SETTINGS_H

#include "lacuna/base.h"

/* The kinds of rows, and their types in C:
 *   SWITCH(field, name, on or off, changed, help)               bool
 *   NUMBER(field, name, default, least, most, changed, help)    int
 *   REAL(field, name, default, least, most, changed, help)      double
 *   CHOICE(field, name, default, "one other …", changed, help)  int: its index in the list, from 0
 *   STRING(field, name, "default", changed, help)               char *, never NULL
 * `changed`: the subject whose hook (hooks.h) runs when the value changes while the editor runs, but not when it
 * is first read. */
enum setting_subject {
    SETTING_ALONE, /* no hook */
    SETTING_LAYOUT,
    SETTING_THEME,
    SETTING_COLOR,
    SETTING_SPELL,
    SETTING_MOUSE,
    SETTING_JOURNAL,
    SETTING_KEYMAP,
    SETTING_MODEL,
    SETTING_SUBJECTS
};
#define UI_SETTINGS(SWITCH, NUMBER, REAL, CHOICE, STRING)                                                    \
    NUMBER(width, "width", 88, 0, 10000, SETTING_LAYOUT,                                                     \
           "wrap lines at this many cells, centred on a wide screen; 0: the whole screen")                   \
    NUMBER(tab_width, "tab-width", 4, 1, 32, SETTING_LAYOUT, "cells from one tab stop to the next")          \
    SWITCH(show_unseen, "show-unseen", off, SETTING_LAYOUT,                                                  \
           "draw a dotted circle for characters without width: joiners, direction marks, zero-width spaces") \
    SWITCH(hints, "hints", on, SETTING_ALONE, "show the keys that are useful now on the bottom line")        \
    NUMBER(                                                                                                  \
        key_help_delay, "key-help-delay", 500, 0, 60000, SETTING_ALONE,                                      \
        "milliseconds after the first key of a sequence until the keys that can follow are shown; 0: never") \
    NUMBER(goal, "goal", 0, 0, 1000000, SETTING_ALONE,                                                       \
           "words to write in a session; the status line shows the progress; 0: none")                       \
    SWITCH(typewriter, "typewriter", off, SETTING_LAYOUT,                                                    \
           "keep the cursor's row in the middle of the screen")                                              \
    CHOICE(focus, "focus", off, "off paragraph sentence", SETTING_ALONE,                                     \
           "fade everything but the current paragraph or sentence")                                          \
    SWITCH(reopen, "reopen", on, SETTING_ALONE, "open a file where it was left")                             \
    SWITCH(smart_quotes, "smart-quotes", off, SETTING_ALONE,                                                 \
           "turn typed \" and ' into quotation marks and apostrophes; one undo makes them plain again")      \
    STRING(quotes, "quotes", "“”‘’", SETTING_ALONE,                                                          \
           "quotation marks: opening, closing, inner opening, inner closing")                                \
    CHOICE(                                                                                                  \
        smart_dashes, "smart-dashes", off, "off em en-em", SETTING_ALONE,                                    \
        "em: -- becomes an em dash; en-em: -- becomes an en dash and --- an em dash; one undo makes them "   \
        "plain again")                                                                                       \
    NUMBER(reflow_width, "reflow-width", 72, 10, 1000, SETTING_ALONE,                                        \
           "width in cells of the lines that `reflow` makes")                                                \
    SWITCH(spell, "spell", on, SETTING_SPELL,                                                                \
           "underline words that are not in the dictionary, if there is one")                                \
    STRING(language, "language", "", SETTING_SPELL,                                                          \
           "language of the dictionary, such as en_GB; empty: the locale's, else en_US")                     \
    STRING(theme, "theme", "auto", SETTING_THEME,                                                            \
           "auto (dark or light, by the terminal's background), dark, light, mono, the name of a theme "     \
           "that is installed or in the folder themes beside this file, or a path")                          \
    SWITCH(mouse, "mouse", on, SETTING_MOUSE,                                                                \
           "click to place the cursor, drag to select, scroll with the wheel; with Shift held, the "         \
           "terminal handles the mouse")                                                                     \
    SWITCH(plain, "plain", off, SETTING_LAYOUT,                                                              \
           "for screen readers: nothing moves by itself, and a fill is shown only when it is done")          \
    SWITCH(color, "color", on, SETTING_COLOR,                                                                \
           "use colours if the terminal has them and NO_COLOR is not set")                                   \
    CHOICE(search_case, "search-case", smart, "smart exact any", SETTING_ALONE,                              \
           "case in searches; smart: it matters if the pattern has a capital")                               \
    SWITCH(search_words, "search-words", off, SETTING_ALONE, "find whole words only")                        \
    SWITCH(search_regex, "search-regex", off, SETTING_ALONE, "patterns are regular expressions, as in Perl") \
    SWITCH(journal, "journal", on, SETTING_JOURNAL,                                                          \
           "write every change to a journal at once, so that a crash loses nothing")                         \
    SWITCH(backup, "backup", off, SETTING_ALONE, "keep the old version as FILE~ when a file is first saved") \
    NUMBER(history, "history", 4, 0, 1000, SETTING_ALONE,                                                    \
           "megabytes of undo history kept for each saved file; 0: none")                                    \
    SWITCH(keep_answers, "keep-answers", on, SETTING_ALONE,                                                  \
           "keep patterns, replacements, commands and paths for the next session")                           \
    STRING(keymap, "keymap", "", SETTING_KEYMAP,                                                             \
           "a keymap file, or the name of an installed one; empty: the file keys beside this file, "         \
           "else the built-in keys")                                                                         \
    STRING(model, "model", "", SETTING_MODEL,                                                                \
           "the model that fills: a folder or a name; empty: $LACUNA_MODEL, else the bundled one")           \
    STRING(voice, "voice", "", SETTING_MODEL,                                                                \
           "a model that the command voice fine-tuned on your texts: a folder or a name; empty: none")       \
    REAL(voice_weight, "voice-weight", 0.75, 0, 1, SETTING_MODEL,                                            \
         "weight of the voice in fills: 0 is the model alone, 1 is the voice alone")                         \
    REAL(voice_minutes, "voice-minutes", 60, 0.01, 10000, SETTING_ALONE,                                     \
         "minutes of training for the command voice")                                                        \
    NUMBER(voice_nice, "voice-nice", 19, 0, 19, SETTING_ALONE,                                               \
           "niceness of the training of a voice; 19 is the lowest priority")                                 \
    NUMBER(steps, "steps", 32, 1, 100000, SETTING_ALONE, "reverse steps of a fill")                          \
    CHOICE(sampler, "sampler", analytic, "analytic euler first-hitting confidence entropy remasking",        \
           SETTING_ALONE, "how a fill draws words: lacuna-fill(1) describes the samplers")                   \
    NUMBER(candidates, "candidates", 8, 1, 64, SETTING_LAYOUT,                                               \
           "proposals drawn for a blank, and listed below the page; 1: one at a time, without a list")       \
    REAL(temperature, "temperature", 1, 0, 100, SETTING_ALONE,                                               \
         "1 draws from the model's own distribution, 0 takes the likeliest tokens")                          \
    REAL(                                                                                                    \
        top_p, "top-p", 0, 0, 1, SETTING_ALONE,                                                              \
        "draw from the likeliest tokens with this total probability; 1: all; 0: what the model suggests if " \
        "the temperature is 1, else all")                                                                    \
    CHOICE(lens, "lens", off, "off surprise odds owed", SETTING_LAYOUT,                                      \
           "show the model's view of your words: how unexpected each is, what else is likely at the "        \
           "cursor, or how much the later text needs each sentence")                                         \
    SWITCH(fill_details, "fill-details", off, SETTING_ALONE,                                                 \
           "show noise level, times, temperature, top-p and probability of fills in the status line")        \
    SWITCH(real_words, "real-words", on, SETTING_ALONE,                                                      \
           "draw words again that are neither in the dictionary nor in the draft")                           \
    SWITCH(record, "record", off, SETTING_ALONE,                                                             \
           "write accepted proposals, and how they were drawn, to FILE.record.jsonl")                        \
    SWITCH(show_drawn, "show-drawn", off, SETTING_LAYOUT,                                                    \
           "show words that a model drew in a separate look until you edit them")                            \
    STRING(author, "author", "", SETTING_ALONE, "your name, for the authorship notes of save-annotated")     \
    NUMBER(pace, "pace", 40, 0, 10000, SETTING_ALONE,                                                        \
           "show each step of a fill for at least this many milliseconds; 0: no minimum")                    \
    CHOICE(precision, "precision", auto, "auto f32 bf16 int8 int16", SETTING_MODEL,                          \
           "number type of matrix products; auto: chosen for the CPU")                                       \
    NUMBER(threads, "threads", 0, 0, 256, SETTING_MODEL, "threads of the model; 0: one per CPU")

struct settings {
#define SWITCH(field, name, value, changed, help)              bool field;
#define NUMBER(field, name, value, least, most, changed, help) int field;
#define REAL(field, name, value, least, most, changed, help)   double field;
#define CHOICE(field, name, value, choices, changed, help)     int field;
#define STRING(field, name, value, changed, help)              char *field;
    UI_SETTINGS(SWITCH, NUMBER, REAL, CHOICE, STRING)
#undef SWITCH
#undef NUMBER
#undef REAL
#undef CHOICE
#undef STRING
};

enum setting_type { SETTING_SWITCH, SETTING_NUMBER, SETTING_REAL, SETTING_CHOICE, SETTING_STRING };
struct setting {
    const char *name, *help;
    enum setting_type type;
    size_t offset;        /* in struct settings */
    const char *standard; /* the default, as it is written */
    double least, most;   /* numbers */
    const char *choices;  /* words separated by single spaces */
    enum setting_subject subject;
};
extern const struct setting ui_settings[]; /* ends with a NULL name */

const struct setting *setting_find(const char *name, size_t size);
/* Sets all defaults. False: out of memory. Zero-initialise before; free with settings_free. */
bool settings_init(struct settings *settings) MUST_USE;
void settings_free(struct settings *settings);
/* Reads a written value. STATUS_ARGUMENT says what is wrong with it; then nothing changes. */
enum status setting_set(struct settings *settings, const struct setting *setting, const char *value,
                        struct error *error) MUST_USE;
/* The value as it is written, at most `size` bytes with the NUL. */
void setting_value(const struct settings *settings, const struct setting *setting, char *out, size_t size);
/* "on or off", "0 to 256", "auto, f32, bf16 or int8". */
void setting_range(const struct setting *setting, char *out, size_t size);

#endif
