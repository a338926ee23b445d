/* Sentences: where one ends, and which full stops do not end one. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"

#include <string.h>
#include <utf8proc.h>

/* ---- marks ---------------------------------------------------------------------------------------- */

static bool ends_sentence(uint32_t c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002 || c == 0xff01 || c == 0xff1f ||
           c == 0x203d;
}

/* Quotes and brackets that close before the space: »…«, “…”, (…). */
static bool closes(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 || c == 0xbb ||
           c == 0xab || c == 0x201c || c == 0x300d || c == 0x300f;
}

static bool space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || (c >= 0x2000 && c <= 0x200a) ||
           c == 0x202f || c == 0x3000;
}

static bool wide_stop(uint32_t c)
{
    return c == 0x3002 || c == 0xff01 || c == 0xff1f; /* no space follows these */
}

/* ---- full stops that do not end a sentence ---------------------------------------------------------- */

enum stop {
    STOP_ENDS,
    STOP_GOES_ON,      /* Mr. Smith; J. R. R. Tolkien; e.g. This */
    STOP_BEFORE_DIGIT, /* No. 5 continues, "No. Never." does not */
    STOP_AFTER_I       /* I. M. Pei, but "It was I. He left." */
};

/* The last word read, as far as abbreviations need it. */
struct last_word {
    char letters[8]; /* ASCII, lower case; inner full stops are kept: "e.g" */
    size_t size;     /* > sizeof letters: too long, or not ASCII */
    size_t run;      /* letters since the last inner full stop */
    bool capital;    /* the run began with one */
    bool dotted;     /* every run before this one was a single letter: "U.S", "J.R.R" */
    bool ended;      /* another character came after it */
};

static bool is_letter(uint32_t c)
{
    if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

static void add_to_word(struct last_word *word, uint32_t c)
{
    bool letter = is_letter(c);
    if (word->ended || (!letter && c != '.')) *word = (struct last_word){.ended = !letter};
    if (word->ended) return;
    if (letter && word->run++ == 0)
        word->capital = utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LU;
    if (!letter) { /* an inner full stop: a letter may follow */
        word->dotted = word->run == 1 && (word->dotted || word->size == 1);
        word->run = 0;
    }
    if (word->size < sizeof word->letters && c < 0x80)
        word->letters[word->size++] = (char)(letter ? c | 0x20 : c);
    else
        word->size = sizeof word->letters + 1;
}

static bool one_of(const struct last_word *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (word->size == strlen(list[i]) && memcmp(word->letters, list[i], word->size) == 0) return true;
    return false;
}

/* What a full stop after this word means. */
static enum stop stop_after(const struct last_word *word)
{
    static const char *const go_on[] = {
        "mr",  "mrs", "ms",   "mx",   "dr",   "prof", "st", "rev",    "hon", "gen",  "col", "capt",
        "lt",  "sgt", "cpl",  "maj",  "adm",  "cmdr", "fr", "messrs", "mme", "mlle", "mt",  "gov",
        "sen", "rep", "pres", "supt", "insp", "det",  "vs", "viz",    "cf",  "e.g",  "i.e", "bros"};
    static const char *const before_digit[] = {"no",  "nos",  "p",   "pp",  "vol", "ch",  "fig", "sec",
                                               "art", "jan",  "feb", "mar", "apr", "jun", "jul", "aug",
                                               "sep", "sept", "oct", "nov", "dec", "ca",  "c"};
    if (word->ended || word->run == 0) return STOP_ENDS;
    if (one_of(word, go_on, ARRAY_SIZE(go_on))) return STOP_GOES_ON;
    if (word->capital && word->run == 1 && (word->dotted || word->size != 1 || word->letters[0] != 'i'))
        return word->dotted || word->size == 1 || word->size > sizeof word->letters ? STOP_GOES_ON
                                                                                    : STOP_ENDS;
    if (word->capital && word->run == 1) return STOP_AFTER_I;
    return one_of(word, before_digit, ARRAY_SIZE(before_digit)) ? STOP_BEFORE_DIGIT : STOP_ENDS;
}

static bool goes_on(struct text_reader *reader, enum stop stop, uint32_t next, size_t after_next)
{
    if (stop == STOP_BEFORE_DIGIT) return next >= '0' && next <= '9';
    if (stop == STOP_AFTER_I)
        return utf8proc_category((utf8proc_int32_t)next) == UTF8PROC_CATEGORY_LU &&
               reader_byte(reader, after_next) == '.';
    return stop == STOP_GOES_ON;
}

/* ---- walking -------------------------------------------------------------------------------------- */

struct sentence {
    enum stop stop;
    bool stopped, wide, spaced, any;
    int newlines;
    struct last_word word;
};

/* Whether a sentence begins at the code point c, which is not a space. */
static bool begins_at(struct text_reader *reader, const struct sentence *s, uint32_t c, bool valid,
                      size_t after)
{
    if (s->any && s->newlines > 1) return true;
    if (!s->stopped || (!s->spaced && !s->wide) || (valid && closes(c) && !s->spaced)) return false;
    bool small = valid && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LL;
    return !small && !(valid && ends_sentence(c)) &&
           !(valid && s->spaced && goes_on(reader, s->stop, c, after));
}

static void take_character(struct sentence *s, uint32_t c, bool valid)
{
    s->any = true;
    if (valid && ends_sentence(c)) {
        s->stop = c == '.' ? stop_after(&s->word) : STOP_ENDS;
        s->stopped = true;
        s->wide = wide_stop(c);
    } else if (!(s->stopped && !s->spaced && valid && closes(c))) {
        s->stopped = s->wide = false;
    } else {
        s->stop = STOP_ENDS; /* "… Mr." in quotes */
    }
    if (s->spaced) s->word = (struct last_word){0};
    add_to_word(&s->word, valid ? c : 0);
    s->spaced = false;
    s->newlines = 0;
}

/* The start of the sentence after the one that contains `at`, no further than `limit`. A full stop counts if
 * a space follows it and no lower-case letter follows that ("e.g. this" continues), and not after titles,
 * initials and other common English abbreviations; an empty line always ends a sentence. */
static size_t sentence_after(const struct text *text, size_t at, size_t limit)
{
    struct text_reader reader = text_reader_new(text);
    struct sentence s = {.word.ended = true};
    uint32_t c;
    bool valid;
    size_t length;
    for (; at < limit && (length = reader_next(&reader, at, &c, &valid)) > 0; at += length) {
        if (valid && space(c)) {
            s.spaced = true;
            s.newlines += c == '\n';
            continue;
        }
        if (begins_at(&reader, &s, c, valid, at + length)) return at;
        take_character(&s, c, valid);
    }
    return limit;
}

/* A log file may be a single sentence of a gigabyte: the search ends here, at the start of a cluster. */
enum { SENTENCE_BEHIND = 64 << 10, SENTENCE_AHEAD = 1 << 20 };

static size_t after_space(const struct text *text, size_t at, size_t limit)
{
    struct text_reader reader = text_reader_new(text);
    uint32_t c;
    bool valid;
    size_t length;
    while (at < limit && (length = reader_next(&reader, at, &c, &valid)) > 0 && valid && space(c))
        at += length;
    return at;
}

size_t text_next_sentence(const struct text *text, size_t at)
{
    size_t size = text_size(text), limit = size;
    if (at >= size) return size;
    if (size - at > SENTENCE_AHEAD) limit = cluster_boundary_from(text, at + SENTENCE_AHEAD);
    /* The walk starts where this sentence does: if it started inside a full stop with closing quotes, it
     * would miss that stop. */
    size_t start = text_previous_sentence(text, at + 1);
    if (start == 0) start = after_space(text, 0, limit); /* no sentence begins before the first one */
    while (start <= at) {
        size_t next = sentence_after(text, start, limit);
        if (next <= start) return limit;
        start = next;
    }
    return start;
}

bool empty_line(const struct text *text, size_t start)
{
    int c = text_byte(text, start);
    return c == '\n' || c < 0 || (c == '\r' && text_byte(text, start + 1) == '\n');
}

/* The start of the paragraph before `at`, or as far back as SENTENCE_BEHIND allows. */
static size_t paragraph_near(const struct text *text, size_t at)
{
    size_t floor = at > SENTENCE_BEHIND ? cluster_boundary_from(text, at - SENTENCE_BEHIND) : 0;
    size_t line = at;
    bool words = false;
    while (line > floor) {
        size_t above = text_this_line_start(text, line - 1);
        bool empty = empty_line(text, above);
        if (words && empty) return line;
        words |= !empty;
        line = above;
    }
    return floor;
}

/* The start of the last sentence that begins before `at`. Walks from the paragraph's start, since only the
 * text after a full stop tells it from an abbreviation. */
size_t text_previous_sentence(const struct text *text, size_t at)
{
    if (at > text_size(text)) at = text_size(text);
    size_t seen = at; /* only white space from here to `at` */
    for (size_t paragraph = at; paragraph > 0; seen = paragraph) {
        paragraph = paragraph_near(text, paragraph);
        size_t here = after_space(text, paragraph, seen);
        if (here >= seen) continue;
        for (size_t next; (next = sentence_after(text, here, at)) < at && next > here;) here = next;
        return here;
    }
    return 0;
}
