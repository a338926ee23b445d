/* Which words a dictionary can know: those in the script of its language, except names for machines. */
#include "spell_words.h"
#include "lacuna/base.h"
#include "lacuna/text.h"

#include <string.h>
#include <unictype.h>

/* ---- scripts ------------------------------------------------------------------------------------------ */

static const struct {
    const char *script, *languages; /* each with a space on both sides */
} scripts[] = {{"Cyrillic", " ab av ba be bg ce cv kk ky mk mn os ru rue sah sr tg tt uk "},
               {"Greek", " el grc "},
               {"Hebrew", " he iw yi "},
               {"Arabic", " ar ckb fa ks ps sd ug ur "},
               {"Devanagari", " bho hi kok mai mr ne sa "},
               {"Bengali", " as bn mni "},
               {"Gurmukhi", " pa "},
               {"Gujarati", " gu "},
               {"Oriya", " or "},
               {"Tamil", " ta "},
               {"Telugu", " te "},
               {"Kannada", " kn "},
               {"Malayalam", " ml "},
               {"Sinhala", " si "},
               {"Thai", " th "},
               {"Lao", " lo "},
               {"Tibetan", " bo dz "},
               {"Myanmar", " my shn "},
               {"Georgian", " ka xmf "},
               {"Armenian", " hy hyw "},
               {"Ethiopic", " am gez ti "},
               {"Khmer", " km "},
               {"Hangul", " ko "},
               {"Han", " ja zh "}};

static const struct {
    const char *in_tag, *script;
} said[] = {{"Latn", "Latin"},         {"@latin", "Latin"},    {"Cyrl", "Cyrillic"},
            {"@cyrillic", "Cyrillic"}, {"Deva", "Devanagari"}, {"@devanagari", "Devanagari"},
            {"Arab", "Arabic"}};

const char *spell_script(const char *language)
{
    char own[16];
    for (size_t i = 0; i < ARRAY_SIZE(said); i++)
        if (strstr(language, said[i].in_tag)) return said[i].script;
    snprintf(own, sizeof own, " %.*s ", (int)strcspn(language, "_-.@"), language);
    for (size_t i = 0; i < ARRAY_SIZE(scripts); i++)
        if (strstr(scripts[i].languages, own)) return scripts[i].script;
    return "Latin";
}

/* Characters inside words of any script: apostrophes, hyphens and the like. */
static bool is_joiner(uint32_t c)
{
    return c == '\'' || c == '-' || c == 0x2019 || c == 0x02bc || c == 0xb7 || c == 0xad || c == 0x2010 ||
           c == 0x2011 || c == 0x200c || c == 0x200d;
}

/* Full-width and mathematical letters are symbols, not letters of words. */
static bool is_of_script(uint32_t c, const char *script)
{
    if (c >= 0xff00 && c < 0xfff0) return false;
    const uc_script_t *its = uc_script((ucs4_t)c);
    return its && (strcmp(its->name, script) == 0 || strcmp(its->name, "Inherited") == 0);
}

/* Whether all letters are of that script. Digits, emoji and other signs belong to none. */
static bool is_written_in(const char *word, size_t size, const char *script)
{
    bool latin = strcmp(script, "Latin") == 0;
    uint32_t c;
    for (size_t at = 0; at < size;) {
        int length = utf8_decode(word + at, size - at, &c);
        if (length == 0) return false;
        at += (size_t)length;
        if (is_joiner(c)) continue;
        bool ascii_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        if (c < 0x80 ? !(latin && ascii_letter) : !is_of_script(c, script)) return false;
    }
    return true;
}

/* ---- addresses ----------------------------------------------------------------------------------------- */

static bool is_space_or_end(int byte)
{
    return byte <= ' ';
}

/* Whether the text between spaces around [start, end) is a web or mail address. */
static bool in_address(const struct text *text, size_t start, size_t end)
{
    enum { AROUND = 300 };
    char token[2 * AROUND + SPELL_WORD_MAX + 1];
    size_t from = start, to = end;
    while (from > 0 && start - from < AROUND && !is_space_or_end(text_byte(text, from - 1))) from--;
    while (to - end < AROUND && !is_space_or_end(text_byte(text, to))) to++;
    text_copy(text, from, to, token);
    token[to - from] = '\0';
    const char *at = strchr(token, '@');
    if (at && at > token && at[1]) return true;
    const char *www = strstr(token, "www.");
    return strstr(token, "://") || (www && www - token <= 2);
}

/* Characters beside a part of an address. */
static bool is_beside_address(int byte)
{
    return byte > 0 && strchr("/\\@:?=&#%~+-_.", byte) != NULL;
}

/* ---- a word -------------------------------------------------------------------------------------------- */

bool spell_is_checked(const struct text *text, size_t start, size_t end, const char *word, const char *script)
{
    size_t size = end - start, capitals = 0, letters = 0;
    if (size < 2 || size >= SPELL_WORD_MAX || !is_written_in(word, size, script)) return false;
    for (size_t i = 0; i < size; i++) {
        capitals += word[i] >= 'A' && word[i] <= 'Z';
        letters += ((unsigned char)word[i] & 0xc0) != 0x80;
    }
    if (letters < 2 || capitals == size) return false; /* an initial; an abbreviation */
    int before = start ? text_byte(text, start - 1) : ' ', after = text_byte(text, end);
    if (before == '@' || before == '/' || before == '\\' || after == '@' || after == '/') return false;
    return !(is_beside_address(before) || is_beside_address(after)) || !in_address(text, start, end);
}
