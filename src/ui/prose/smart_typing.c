#include "smart_typing.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "markdown.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"
#include "ui/terminal/key_names.h"

#include <string.h>

#define APOSTROPHE "\u2019"
enum { DASHES_OFF, DASHES_EM, DASHES_EN_EM }; /* settings.smart_dashes */

static uint32_t code_before(const struct text *text, size_t at)
{
    char bytes[4];
    uint32_t code = 0;
    if (at == 0) return 0;
    size_t start = at - 1;
    while (start > 0 && at - start < 4 && (text_byte(text, start) & 0xc0) == 0x80) start--;
    text_copy(text, start, at, bytes);
    return utf8_decode(bytes, at - start, &code) == (int)(at - start) ? code : 0xfffd;
}

/* The nth (from 0) mark of the setting `quotes`; false: there are fewer. */
static bool mark(const char *quotes, int n, char out[8])
{
    size_t size = strlen(quotes);
    uint32_t code;
    for (int length; (length = utf8_decode(quotes, size, &code)) > 0;
         n--, quotes += length, size -= (size_t)length)
        if (n == 0) {
            memcpy(out, quotes, (size_t)length);
            out[length] = '\0';
            return true;
        }
    return false;
}

/* ---- the direction of a mark --------------------------------------------------------------------------- */

static bool is_letter(uint32_t c)
{
    return (c < 0x80 && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) ||
           (c >= 0xc0 && c != 0xd7 && c != 0xf7 && (c < 0x2000 || c >= 0x2c00));
}

/* The character of one of the four marks; 0: none. */
static uint32_t code_of(const char *quotes, int n)
{
    char bytes[8];
    uint32_t code = 0;
    if (mark(quotes, n, bytes)) (void)utf8_decode(bytes, strlen(bytes), &code);
    return code;
}

/* Whether in this paragraph, up to `at`, such a quotation was opened and not closed. A mark before a letter,
 * or after a space, is an apostrophe and closes nothing. */
static bool is_open(const struct text *text, const char *quotes, bool is_double, size_t at)
{
    enum { LOOK_BACK = 4096 };
    uint32_t opening = code_of(quotes, is_double ? 0 : 2), closing = code_of(quotes, is_double ? 1 : 3);
    size_t here = text_this_line_start(text, at);
    if (at - here > LOOK_BACK) here = at - LOOK_BACK;
    struct text_reader reader = text_reader_new(text);
    struct text_cluster c;
    bool open = false, ends = false; /* closes, unless a letter follows */
    uint32_t before = ' ';
    for (; here < at && text_reader_cluster(&reader, here, &c); here = c.end) {
        if (ends && !is_letter(c.code_point)) open = false;
        ends = c.code_point == closing && closing != opening && before != ' ';
        if (c.code_point == opening) open = true;
        before = c.code_point;
    }
    return open && !ends;
}

/* Where the tag that ends at `at` begins; `at`: there is none. */
static size_t before_tag(const struct text *text, size_t at)
{
    enum { LONGEST = 200 };
    if (at == 0 || text_byte(text, at - 1) != '>') return at;
    for (size_t start = at - 1; start > 0 && at - start < LONGEST; start--) {
        int byte = text_byte(text, start - 1), next = text_byte(text, start);
        if (byte == '\n' || byte == '>') return at;
        if (byte == '<')
            return next == '/' || ((next | 0x20) >= 'a' && (next | 0x20) <= 'z') ? start - 1 : at;
    }
    return at;
}

/* Skips marks that make words bold or italic, tags, and <: the text between them is quoted as without
 * them. */
static size_t before_markers(const struct text *text, size_t at)
{
    for (size_t start = at;; at = start) {
        while (start > 0 && text_byte(text, start - 1) > 0 && strchr("*_~<", text_byte(text, start - 1)))
            start--;
        start = before_tag(text, start);
        if (start == at) return at;
    }
}

/* Whether only quotation markers come before it in its line: >"So". */
static bool begins_line(const struct text *text, size_t at)
{
    size_t start = text_this_line_start(text, at);
    while (start < at && strchr("> \t", text_byte(text, start))) start++;
    return start == at;
}

/* A quotation mark after these characters, and after an opening one, opens; after all others it closes, or is
 * an apostrophe. After a dash it closes an open quotation: "I was only--". */
static bool opens_at(const struct text *text, const char *quotes, bool is_double, size_t at)
{
    static const uint32_t before[] = {0,   ' ', '\n', '\t', '\r',   '(',   '[',
                                      '{', '|', '/',  0xa0, 0x202f, 0x3000};
    at = before_markers(text, at);
    uint32_t c = code_before(text, at);
    for (size_t i = 0; i < ARRAY_SIZE(before); i++)
        if (before[i] == c) return true;
    if (c == '>') return begins_line(text, at);
    if (c == '-' || c == 0x2013 || c == 0x2014) return !is_open(text, quotes, is_double, at);
    return c == code_of(quotes, 0) || c == code_of(quotes, 2);
}

/* Replaces the typed [start, cursor) by its typographic form, in prose for readers. */
static void print_instead(struct ui *ui, size_t start, const char *printed)
{
    if (!markdown_is_prose(ui->doc->text, start)) return;
    text_break_group(ui->doc->text);
    doc_replace(ui, start, ui->doc->cursor, printed, strlen(printed));
    text_break_group(ui->doc->text);
}

static void quote(struct ui *ui, bool is_double)
{
    const char *quotes = ui->settings->quotes;
    const struct text *text = ui->doc->text;
    size_t at = ui->doc->cursor - 1;
    char printed[8] = APOSTROPHE;
    bool opens = opens_at(text, quotes, is_double, at);
    if (!mark(quotes, (is_double ? 0 : 2) + !opens, printed)) return;
    /* If single quotations do not end with an apostrophe, a closing one without an opening one is an
     * apostrophe. */
    if (!is_double && !opens && !is_open(text, quotes, false, at)) strcpy(printed, APOSTROPHE);
    print_instead(ui, at, printed);
}

/* ---- apostrophes taken for quotation marks ------------------------------------------------------------- */

/* This shows when the word after it is known. */

static const char *const elided[] = {"bout", "cause", "cos",    "coz",   "cuz",   "em",     "ere",  "gainst",
                                     "n",    "neath", "nother", "nuff",  "round", "til",    "till", "tis",
                                     "twas", "tween", "twere",  "twill", "twixt", "twould", "un"};
/* Before a second mark: 'em' is a word in quotation marks, but these words are not. */
static const char *const twice[] = {"n", "tisn", "twasn", "tweren", "twouldn"};

static bool is_among(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0) return true;
    return false;
}

/* The opening single mark at `at` becomes an apostrophe; the text between it and the cursor stays. */
static void turn(struct ui *ui, size_t at, size_t size)
{
    char printed[64] = APOSTROPHE;
    size_t used = strlen(printed), start = at + size, end = ui->doc->cursor;
    if (end - start >= sizeof printed - used) return;
    text_copy(ui->doc->text, start, end, printed + used);
    printed[used + end - start] = '\0';
    print_instead(ui, at, printed);
}

/* The size of an opening single mark directly before `at`, else 0. */
static size_t opening_before(const struct doc *doc, const struct settings *settings, size_t at)
{
    char opening[8], there[8];
    if (!mark(settings->quotes, 2, opening)) return 0;
    size_t size = strlen(opening);
    if (at < size) return 0;
    text_copy(doc->text, at - size, at, there);
    return memcmp(there, opening, size) == 0 ? size : 0;
}

/* The word before `end` was ended by the typed character after it. */
static void word_ended(struct ui *ui, size_t end, bool by_quote)
{
    enum { LONGEST = 8 };
    char word[LONGEST];
    size_t start = end, size;
    while (start > 0 && end - start < LONGEST && is_letter((uint32_t)text_byte(ui->doc->text, start - 1)))
        start--;
    if (start == end || end - start >= LONGEST || (size = opening_before(ui->doc, ui->settings, start)) == 0)
        return;
    for (size_t i = start; i < end; i++) word[i - start] = (char)(text_byte(ui->doc->text, i) | 0x20);
    word[end - start] = '\0';
    bool found =
        by_quote ? is_among(twice, ARRAY_SIZE(twice), word) : is_among(elided, ARRAY_SIZE(elided), word);
    if (found) turn(ui, start - size, size);
}

/* '90s */
static void digit(struct ui *ui)
{
    size_t at = ui->doc->cursor - 1, size = opening_before(ui->doc, ui->settings, at);
    if (size) turn(ui, at - size, size);
}

/* A letter after a closing mark that follows a letter: geht's. */
static void letter(struct ui *ui)
{
    char closing[8], there[8], printed[16];
    size_t at = ui->doc->cursor - 1, size;
    if (!mark(ui->settings->quotes, 3, closing) || strcmp(closing, APOSTROPHE) == 0) return;
    size = strlen(closing);
    if (at <= size) return;
    text_copy(ui->doc->text, at - size, at, there);
    if (memcmp(there, closing, size) != 0 || !is_letter(code_before(ui->doc->text, at - size))) return;
    snprintf(printed, sizeof printed, "%s%c", APOSTROPHE, text_byte(ui->doc->text, at));
    print_instead(ui, at - size, printed);
}

/* ---- dashes -------------------------------------------------------------------------------------------- */

/* Whether the text before `at` in its line may be the beginning of a rule, of front matter or of a table's
 * separator. */
static bool may_be_rule(const struct text *text, size_t at)
{
    for (size_t start = text_this_line_start(text, at); start < at; start++)
        if (!strchr("-:|+=*_> \t", text_byte(text, start))) return false;
    return true;
}

static const char *printed_dash(const struct settings *settings)
{
    return settings->smart_dashes == DASHES_EM ? "\u2014" : "\u2013";
}

static void dash(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    size_t cursor = ui->doc->cursor;
    uint32_t before = code_before(text, cursor - 1), further;
    if (ui->settings->smart_dashes == DASHES_EN_EM && before == 0x2013) {
        print_instead(ui, cursor - 4, "\u2014");
        return;
    }
    if (before != '-') return;
    further = code_before(text, cursor - 2);
    /* A rule of dashes; a blank's markup; <!-- */
    if (further == '-' || further == '[' || further == '!' || may_be_rule(text, cursor - 2)) return;
    print_instead(ui, cursor - 2, printed_dash(ui->settings));
}

/* A dash at the start of a line is recognised by the text after it: --Yes. */
static void dash_began(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    char printed[16], *follows = printed + 3; /* both dashes have three bytes */
    size_t cursor = ui->doc->cursor, end = text_previous_cluster(text, cursor), start = end;
    int first = text_byte(text, end);
    if (first <= ' ' || strchr("->|:=+", first) || cursor - end >= sizeof printed - 3) return;
    while (start > 0 && text_byte(text, start - 1) == '-') start--;
    bool three = end - start == 3 && ui->settings->smart_dashes == DASHES_EN_EM;
    if ((end - start != 2 && !three) || !begins_line(text, start)) return;
    memcpy(printed, three ? "\u2014" : printed_dash(ui->settings), 3);
    text_copy(text, end, cursor, follows);
    follows[cursor - end] = '\0';
    print_instead(ui, start, printed);
}

static void print_quotes(struct ui *ui, ui_key key)
{
    if (key == '"' || key == '\'')
        quote(ui, key == '"');
    else if (key >= '0' && key <= '9')
        digit(ui);
    else if (is_letter(key))
        letter(ui);
    if (!is_letter(key)) word_ended(ui, text_previous_cluster(ui->doc->text, ui->doc->cursor), key == '\'');
}

void typography_typed(struct ui *ui, ui_key key)
{
    size_t cursor = ui->doc->cursor;
    bool there = cursor > 0 && text_byte(ui->doc->text, cursor - 1) == (int)key;
    if (cursor == 0 || (key < 0x80 && !there)) return;
    if (ui->settings->smart_quotes && key < 0x80) print_quotes(ui, key);
    if (ui->settings->smart_dashes == DASHES_OFF) return;
    if (key == '-')
        dash(ui);
    else
        dash_began(ui);
}
