#include "input_parser.h"
#include "key_names.h"
#include "lacuna/base.h"

#include <stdlib.h>
#include <string.h>

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a };

/* The first bytes of the rest. */
enum shape {
    WHOLE,     /* size bytes of it are an event, or nothing at all */
    OPEN,      /* the rest must still come */
    UNCERTAIN, /* the rest may still come: see input_parser_waits */
};
struct token {
    enum shape shape;
    enum input_wait wait; /* of an UNCERTAIN one */
    size_t size;
    struct input input;
};

void input_parser_add_key(struct input_parser *p, const char *string, ui_key key)
{
    size_t size = strlen(string);
    if (size == 0 || size >= INPUT_STRING || p->string_count == INPUT_KEY_STRINGS) return;
    struct input_key_string *s = &p->strings[p->string_count++];
    memcpy(s->bytes, string, size + 1);
    s->size = size;
    s->key = key;
}

void input_parser_free(struct input_parser *p)
{
    mem_free(p->bytes);
    *p = (struct input_parser){0};
}

bool input_parser_feed(struct input_parser *p, const char *bytes, size_t size)
{
    if (!size) return true;
    if (p->at) {
        memmove(p->bytes, p->bytes + p->at, p->end - p->at);
        p->end -= p->at;
        p->searched = p->searched > p->at ? p->searched - p->at : 0;
        p->at = 0;
    }
    if (!mem_grow(&p->bytes, &p->capacity, p->end + size, 1)) return false;
    memcpy(p->bytes + p->end, bytes, size);
    p->end += size;
    return true;
}

/* ---- tokens ------------------------------------------------------------------------------------------- */

static struct token whole(size_t size, enum input_kind kind)
{
    return (struct token){.shape = WHOLE, .size = size, .input = {.kind = kind}};
}

static struct token key_of(size_t size, ui_key key)
{
    struct token token = whole(size, INPUT_KEY);
    token.input.key = key;
    return token;
}

static struct token uncertain(enum input_wait wait, size_t size, ui_key otherwise)
{
    struct token token = otherwise ? key_of(size, otherwise) : whole(size, INPUT_IGNORED);
    token.shape = UNCERTAIN;
    token.wait = wait;
    return token;
}

static const struct token open_token = {.shape = OPEN};

static ui_key key_of_character(uint32_t c)
{
    switch (c) {
    case 0:
        return UI_KEY_CTRL | ' ';
    case '\t':
        return UI_SPECIAL(UI_TAB);
    case '\r':
        return UI_SPECIAL(UI_ENTER);
    case ESC:
        return UI_SPECIAL(UI_ESC);
    case 0x7f:
        return UI_SPECIAL(UI_BACKSPACE);
    default:
        return c < ' ' ? UI_KEY_CTRL | (ui_key)(c + '@') : (ui_key)c & UI_KEY_CODE;
    }
}

/* The length of a UTF-8 character with this first byte; 0: not a first byte. */
static size_t length_of(unsigned char lead)
{
    return lead < 0x80                   ? 1
           : lead >= 0xc2 && lead < 0xe0 ? 2
           : (lead & 0xf0) == 0xe0       ? 3
           : lead >= 0xf0 && lead < 0xf5 ? 4
                                         : 0;
}

/* Whether s[0, n) is the beginning of a character whose other bytes are still to come. */
static bool is_cut(const char *s, size_t n)
{
    uint32_t code;
    char filled[4];
    size_t length = n ? length_of((unsigned char)s[0]) : 0;
    if (n >= length) return false;
    /* valid with some continuation; testing the highest and the lowest is enough, since ranges are bounded on
     * one side */
    memcpy(filled, s, n);
    memset(filled + n, 0xbf, 4 - n);
    if (utf8_decode(filled, length, &code) == (int)length) return true;
    memset(filled + n, 0x80, 4 - n);
    return utf8_decode(filled, length, &code) == (int)length;
}

/* A character, with Alt if an ESC of `escape` bytes comes before it. An invalid byte is shown as U+FFFD, so
 * that nothing sent disappears without a trace. */
static struct token character(const char *s, size_t n, size_t escape)
{
    uint32_t code = 0xfffd;
    ui_key alt = escape ? UI_KEY_ALT : 0;
    if (is_cut(s + escape, n - escape)) return open_token;
    int length = utf8_decode(s + escape, n - escape, &code);
    if (!length) return key_of(escape + 1, 0xfffd | alt);
    return key_of(escape + (size_t)length, key_of_character(code) | alt);
}

/* ---- CSI ---------------------------------------------------------------------------------------------- */

enum { MOST_PARAMETERS = 8, LONGEST_SEQUENCE = 64 };
struct csi {
    char private;                    /* '<', '=', '>' or '?', else 0 */
    int parameters[MOST_PARAMETERS]; /* 0: left out */
    size_t count;
    char intermediate, final;
};

static struct csi parse_csi(const char *s, size_t n)
{
    struct csi c = {.final = s[n - 1]};
    size_t i = 0;
    if (s[0] >= '<' && s[0] <= '?') c.private = s[i++];
    for (; i + 1 < n; i++) {
        if (s[i] >= '0' && s[i] <= '9') {
            if (!c.count) c.count = 1;
            int *value = &c.parameters[c.count - 1];
            if (*value < 1000000) *value = 10 * *value + (s[i] - '0');
        } else if (s[i] == ';' || s[i] == ':') {
            if (!c.count) c.count = 1;
            if (c.count < MOST_PARAMETERS) c.count++;
        } else {
            c.intermediate = s[i];
        }
    }
    return c;
}

static ui_key special_of_letter(char final)
{
    static const struct {
        char final;
        enum ui_special special;
    } letters[] = {{'A', UI_UP},     {'B', UI_DOWN},   {'C', UI_RIGHT}, {'D', UI_LEFT},
                   {'H', UI_HOME},   {'F', UI_END},    {'P', UI_F1},    {'Q', UI_F1 + 1},
                   {'R', UI_F1 + 2}, {'S', UI_F1 + 3}, {'M', UI_ENTER}};
    for (size_t i = 0; i < ARRAY_SIZE(letters); i++)
        if (letters[i].final == final) return UI_SPECIAL(letters[i].special);
    return 0;
}

/* CSI number ~, numbered as on the VT220; 1, 4, 7 and 8 are as on later terminals. */
static ui_key special_of_number(int number)
{
    static const uint8_t specials[] = {
        [1] = UI_HOME,      [2] = UI_INSERT,  [3] = UI_DELETE,  [4] = UI_END,      [5] = UI_PAGE_UP,
        [6] = UI_PAGE_DOWN, [7] = UI_HOME,    [8] = UI_END,     [11] = UI_F1,      [12] = UI_F1 + 1,
        [13] = UI_F1 + 2,   [14] = UI_F1 + 3, [15] = UI_F1 + 4, [17] = UI_F1 + 5,  [18] = UI_F1 + 6,
        [19] = UI_F1 + 7,   [20] = UI_F1 + 8, [21] = UI_F1 + 9, [23] = UI_F1 + 10, [24] = UI_F1 + 11};
    if (number < 0 || (size_t)number >= ARRAY_SIZE(specials) || !specials[number]) return 0;
    return UI_SPECIAL(specials[number]);
}

/* xterm's modifier parameter: 1 + Shift 1, Alt 2, Ctrl 4, Meta 8. */
static ui_key modifiers_of(int parameter)
{
    int bits = parameter > 1 ? parameter - 1 : 0;
    return (bits & 1 ? UI_KEY_SHIFT : 0) | (bits & (2 | 8) ? UI_KEY_ALT : 0) | (bits & 4 ? UI_KEY_CTRL : 0);
}

/* A character with modifiers, as terminals that distinguish them report it (CSI code ; modifiers u, and
 * xterm's CSI 27 ; modifiers ; code ~), in the form of a keymap. */
static ui_key modified_character(int code, ui_key modifiers)
{
    char bytes[4];
    if (code <= 0 || !utf8_put((uint32_t)code, bytes)) return 0;
    ui_key key = key_of_character((uint32_t)code);
    if (key & (UI_KEY_SPECIAL | UI_KEY_CTRL)) return key | modifiers;
    ui_key others = modifiers & ~(UI_KEY_SHIFT | UI_KEY_CTRL);
    if (!(modifiers & UI_KEY_CTRL)) return key | others;
    if (key >= 'a' && key <= 'z') key = key - 'a' + 'A';
    bool has_control = (key >= '@' && key <= '_') || key == ' ';
    return has_control ? UI_KEY_CTRL | others | key : key | others;
}

static struct input mouse_input(const struct csi *c)
{
    enum { SHIFT = 4, MOVES = 32, WHEEL = 64 };
    int code = c->parameters[0];
    struct input in = {.kind = INPUT_MOUSE,
                       .row = c->parameters[2] - 1,
                       .column = c->parameters[1] - 1,
                       .extends = code & SHIFT};
    if (c->count < 3 || in.row < 0 || in.column < 0) return (struct input){.kind = INPUT_IGNORED};
    if (code & WHEEL)
        in.mouse = (code & 3) == 0 ? MOUSE_WHEEL_UP : (code & 3) == 1 ? MOUSE_WHEEL_DOWN : MOUSE_OTHER;
    else if ((code & 3) != 0)
        in.mouse = MOUSE_OTHER;
    else
        in.mouse = c->final == 'm' ? MOUSE_RELEASE : code & MOVES ? MOUSE_DRAG : MOUSE_PRESS;
    return in;
}

static struct input private_input(const struct csi *c)
{
    if (c->private == '<' && (c->final == 'M' || c->final == 'm')) return mouse_input(c);
    if (c->private == '?' && c->final == 'y' && c->intermediate == '$' && c->parameters[0] == 2026)
        return (struct input){.kind = INPUT_MODE,
                              .knows_mode = c->parameters[1] == 1 || c->parameters[1] == 2};
    if (c->private == '?' && c->final == 'n' && c->parameters[0] == 7773)
        return (struct input){.kind = INPUT_SYNC, .number = (unsigned)c->parameters[1]};
    return (struct input){.kind = INPUT_IGNORED};
}

static ui_key csi_key(const struct csi *c)
{
    ui_key key = 0, modifiers = modifiers_of(c->parameters[1]);
    if (c->final == '~' && c->parameters[0] == 27) return modified_character(c->parameters[2], modifiers);
    if (c->final == 'u') return modified_character(c->parameters[0], modifiers);
    if (c->final == 'Z') return UI_SPECIAL(UI_TAB) | UI_KEY_SHIFT;
    if (c->final == '~')
        key = special_of_number(c->parameters[0]);
    else if (c->final != 'M' && c->parameters[0] <= 1)
        key = special_of_letter(c->final);
    return key ? key | modifiers : 0;
}

/* The bytes after ESC [. A control character ends a sequence; an ESC starts another. */
static struct token csi(const char *s, size_t n)
{
    enum { BEGIN = 2 };
    if (n > BEGIN && s[BEGIN] == '[')
        return n > BEGIN + 1 ? whole(BEGIN + 2, INPUT_IGNORED) : open_token; /* Linux console */
    if (n > BEGIN && s[BEGIN] == 'M')
        return n >= BEGIN + 4 ? whole(BEGIN + 4, INPUT_IGNORED) : open_token; /* X10 mouse */
    for (size_t i = BEGIN; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool breaks = c < ' ' || c >= 0x7f;
        if (breaks && i == BEGIN) return key_of(BEGIN, '[' | UI_KEY_ALT);
        if (breaks) return whole(c == CAN || c == SUB ? i + 1 : i, INPUT_IGNORED);
        if (c < '@') continue;
        if (i >= LONGEST_SEQUENCE) return whole(i + 1, INPUT_IGNORED);
        struct csi sequence = parse_csi(s + BEGIN, i + 1 - BEGIN);
        struct token token = whole(i + 1, INPUT_IGNORED);
        if (sequence.private)
            token.input = private_input(&sequence);
        else if (!sequence.intermediate && csi_key(&sequence))
            token = key_of(i + 1, csi_key(&sequence));
        return token;
    }
    return n == BEGIN ? uncertain(INPUT_WAIT_SEQUENCE, BEGIN, '[' | UI_KEY_ALT) : open_token;
}

/* ESC O letter; a modifier may come before the letter. Other characters were typed after Alt-O. */
static struct token ss3(const char *s, size_t n)
{
    size_t i = 2;
    if (n > i && s[i] >= '1' && s[i] <= '8') i++;
    if (i >= n) return i > 2 ? open_token : uncertain(INPUT_WAIT_SEQUENCE, 2, 'O' | UI_KEY_ALT);
    bool letter = (s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z');
    if (!letter) return key_of(2, 'O' | UI_KEY_ALT);
    ui_key key = special_of_letter(s[i]);
    if (key && i > 2) key |= modifiers_of(s[2] - '0');
    return key ? key_of(i + 1, key) : whole(i + 1, INPUT_IGNORED);
}

/* ---- strings ------------------------------------------------------------------------------------------ */

/* "rgb:RRRR/GGGG/BBBB", with one to four digits each. */
static struct input background(const char *text)
{
    struct input in = {.kind = INPUT_BACKGROUND};
    char digits[3][5];
    double part[3];
    if (sscanf(text, "rgb:%4[0-9a-fA-F]/%4[0-9a-fA-F]/%4[0-9a-fA-F]", digits[0], digits[1], digits[2]) != 3)
        return (struct input){.kind = INPUT_IGNORED};
    for (int i = 0; i < 3; i++)
        part[i] = (double)strtoul(digits[i], NULL, 16) / (double)((1ul << (4 * strlen(digits[i]))) - 1);
    in.light = 0.299 * part[0] + 0.587 * part[1] + 0.114 * part[2] > 0.5;
    return in;
}

static struct token string_end(const char *s, size_t body_end, size_t size)
{
    static const char background_reply[] = "]11;";
    char text[32];
    struct token token = whole(size, INPUT_IGNORED);
    size_t from = 1 + sizeof background_reply - 1;
    if (body_end < from || memcmp(s + 1, background_reply, sizeof background_reply - 1) != 0) return token;
    size_t length = body_end - from < sizeof text ? body_end - from : sizeof text - 1;
    memcpy(text, s + from, length);
    text[length] = '\0';
    token.input = background(text);
    return token;
}

/* Whether the bytes after ESC ], ESC P or ESC _ are a terminal's string, and not typed. */
static bool looks_like_reply(const char *s, size_t n)
{
    if (n < 3) return false;
    if (s[1] == ']') return s[2] >= '0' && s[2] <= '9';
    if (s[1] == '_') return s[2] == 'G';
    return s[1] == 'P' && (s[2] == '>' || s[2] == '!' || s[2] == '$' || (s[2] >= '0' && s[2] <= '9'));
}

static struct token string(const char *s, size_t n)
{
    ui_key alone = (ui_key)s[1] | UI_KEY_ALT;
    if (n == 2) return uncertain(INPUT_WAIT_ESCAPE, 2, alone);
    if (!looks_like_reply(s, n)) return key_of(2, alone);
    for (size_t i = 2; i < n; i++) {
        if (s[i] == BEL) return string_end(s, i, i + 1);
        if (s[i] == ESC && i + 1 < n && s[i + 1] == '\\') return string_end(s, i, i + 2);
        if (s[i] == ESC && i + 1 < n) return whole(i, INPUT_IGNORED);
    }
    return uncertain(INPUT_WAIT_REPLY, n, 0);
}

/* ---- sequences that begin with ESC ------------------------------------------------------------------- */

static struct token sequence(const struct input_parser *p, const char *s, size_t n);

/* Of two ESC the first is the key; but before a function key's sequence it is Alt with that key, as rxvt
 * writes it. */
static struct token two_escapes(const struct input_parser *p, const char *s, size_t n)
{
    if (n == 2) return uncertain(INPUT_WAIT_ESCAPE, 1, UI_SPECIAL(UI_ESC));
    if (s[2] != '[' && s[2] != 'O') return key_of(1, UI_SPECIAL(UI_ESC));
    struct token inner = sequence(p, s + 1, n - 1);
    if (inner.shape == OPEN && n <= LONGEST_SEQUENCE) return inner;
    if (inner.shape == UNCERTAIN) return uncertain(inner.wait, 1, UI_SPECIAL(UI_ESC));
    bool function_key = inner.input.kind == INPUT_KEY && inner.input.key & UI_KEY_SPECIAL;
    if (!function_key) return key_of(1, UI_SPECIAL(UI_ESC));
    return key_of(inner.size + 1, inner.input.key | UI_KEY_ALT);
}

static struct token escape(const struct input_parser *p, const char *s, size_t n)
{
    if (n == 1) return uncertain(INPUT_WAIT_ESCAPE, 1, UI_SPECIAL(UI_ESC));
    switch (s[1]) {
    case ESC:
        return two_escapes(p, s, n);
    case '[':
        return csi(s, n);
    case 'O':
        return ss3(s, n);
    case ']':
    case 'P':
    case '_':
        return string(s, n);
    default:
        return character(s, n, 1);
    }
}

static struct token sequence(const struct input_parser *p, const char *s, size_t n)
{
    const struct input_key_string *best = NULL;
    bool more = false;
    for (size_t i = 0; i < p->string_count; i++) {
        const struct input_key_string *k = &p->strings[i];
        if (k->size <= n && memcmp(k->bytes, s, k->size) == 0 && (!best || k->size > best->size)) best = k;
        if (k->size > n && memcmp(k->bytes, s, n) == 0) more = true;
    }
    if (best && !more) return key_of(best->size, best->key);
    struct token token = s[0] == ESC ? escape(p, s, n) : character(s, n, 0);
    if (best) return uncertain(INPUT_WAIT_ESCAPE, best->size, best->key);
    /* the beginning of a string that only this terminal has */
    if (more && token.shape == WHOLE) token.shape = UNCERTAIN, token.wait = INPUT_WAIT_ESCAPE;
    return token;
}

/* ---- pasted text --------------------------------------------------------------------------------------- */

static const char start_of_paste[] = "\033[200~", end_of_paste[] = "\033[201~";
enum { MARK = sizeof end_of_paste - 1 };

/* The place of the end mark in s[from, n), or of its possible beginning; n if neither is there. */
static size_t find_mark(const char *s, size_t from, size_t n, bool *found)
{
    *found = false;
    for (const char *e; from < n && (e = memchr(s + from, ESC, n - from)) != NULL;
         from = (size_t)(e - s) + 1) {
        size_t at = (size_t)(e - s), have = n - at < MARK ? n - at : MARK;
        if (memcmp(e, end_of_paste, have) != 0) continue;
        *found = have == MARK;
        return at;
    }
    return n;
}

/* As much of s[0, n) as does not cut a character, or a CR from its LF. */
static size_t whole_characters(const char *s, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++)
        if (is_cut(s + n - back, back)) return n - back;
    return n && s[n - 1] == '\r' ? n - 1 : n;
}

static struct input next_of_paste(struct input_parser *p)
{
    const char *s = p->bytes + p->at;
    size_t n = p->end - p->at, from = p->searched > p->at ? p->searched - p->at : 0;
    bool ends;
    size_t mark = find_mark(s, from, n, &ends), size = ends ? mark : whole_characters(s, mark);
    if (!ends && size == 0) {
        p->searched = p->at + mark;
        return (struct input){.kind = INPUT_NONE};
    }
    struct input in = {
        .kind = INPUT_PASTE, .pasted = {s, size}, .paste_begins = !p->paste_begun, .paste_ends = ends};
    p->paste_begun = true;
    p->at += size + (ends ? MARK : 0);
    p->searched = p->at;
    if (ends) p->pasting = p->paste_begun = false;
    return in;
}

/* ---- the next event ------------------------------------------------------------------------------------ */

static struct token first_token(const struct input_parser *p)
{
    return sequence(p, p->bytes + p->at, p->end - p->at);
}

/* A CSI sequence that is longer than any known one means nothing, but its bytes are not typed text: they are skipped as
 * they come, up to its final byte or a control character. */
static bool is_endless(const struct input_parser *p, const struct token *token)
{
    return token->shape == OPEN && p->end - p->at > LONGEST_SEQUENCE;
}

static struct input skip_sequence(struct input_parser *p)
{
    bool open = true;
    while (open && p->at < p->end) {
        unsigned char c = (unsigned char)p->bytes[p->at];
        bool control = c < ' ' || c >= 0x7f;
        open = !control && c < '@';
        if (!control || c == CAN || c == SUB) p->at++;
    }
    p->skipping = open;
    return (struct input){.kind = open ? INPUT_NONE : INPUT_IGNORED};
}

struct input input_parser_next(struct input_parser *p, bool time_is_over)
{
    if (p->pasting) return next_of_paste(p);
    if (p->at == p->end) {
        if (time_is_over) p->skipping = false; /* its end does not come: what comes now is typed */
        return (struct input){.kind = INPUT_NONE};
    }
    if (p->skipping) return skip_sequence(p);
    if (p->end - p->at >= MARK && memcmp(p->bytes + p->at, start_of_paste, MARK) == 0) {
        p->at += MARK;
        p->pasting = true;
        p->paste_begun = false;
        p->searched = p->at;
        return next_of_paste(p);
    }
    struct token token = first_token(p);
    if (is_endless(p, &token)) {
        p->at = p->end;
        p->skipping = true;
        return (struct input){.kind = INPUT_NONE};
    }
    bool waits = token.shape == OPEN || (token.shape == UNCERTAIN && !time_is_over);
    if (waits) return (struct input){.kind = INPUT_NONE};
    p->at += token.size;
    return token.input;
}

enum input_wait input_parser_waits(const struct input_parser *p)
{
    if (p->skipping) return INPUT_WAIT_REPLY;
    if (p->pasting || p->at == p->end) return INPUT_WAIT_NOTHING;
    struct token token = first_token(p);
    return token.shape == UNCERTAIN ? token.wait : INPUT_WAIT_NOTHING;
}
