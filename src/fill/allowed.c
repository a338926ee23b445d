/* Which ids are allowed where: score masks that prevent a fill from doubling a space or breaking a
 * character. */
#include "chars.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"

/* The properties of a token's bytes that the sets depend on. */
struct token_shape {
    /* whole UTF-8 characters, none of them a control character, a line break or a replacement character */
    bool text;
    bool feeds;  /* only line feeds */
    bool spaced; /* one space, then something else than white space */
    bool space_first, space_last;
    bool goes_on; /* continues the word before it */
};

static struct token_shape shape_of(struct slice bytes)
{
    struct token_shape s = {.text = bytes.size > 0, .feeds = bytes.size > 0};
    uint32_t c, before = 0;
    for (size_t at = 0; at < bytes.size;) {
        int n = utf8_decode(bytes.data + at, bytes.size - at, &c);
        if (n == 0) return (struct token_shape){0};
        bool space = fill_is_space(c);
        /* U+FEFF and U+FFFD come from faults in the training text. */
        if (fill_is_control(c) || c == 0x2028 || c == 0x2029 || c == 0xFEFF || c == 0xFFFD) s.text = false;
        if (c != '\n') s.feeds = false;
        if (at == 0) s.space_first = space, s.goes_on = fill_is_word(c);
        if (at == 1) s.spaced = before == ' ' && !space;
        s.space_last = space;
        before = c;
        at += (size_t)n;
    }
    return s;
}

static bool belongs_in_set(struct token_shape s, enum fill_allowed kind)
{
    bool plain = s.text && !s.space_last;
    switch (kind) {
    case FILL_ALLOW_SPACED:
        return plain && s.spaced;
    case FILL_ALLOW_JOINED:
        return plain && !s.space_first;
    case FILL_ALLOW_INNER:
        return plain;
    case FILL_ALLOW_PARAGRAPHS:
        return plain || s.feeds;
    case FILL_ALLOW_APART:
        return plain && !s.goes_on;
    case FILL_ALLOWED:
        break;
    }
    return false;
}

uint64_t *fill_allowed_new(const struct bpe *bpe, uint32_t tokens, enum fill_allowed kind,
                           struct error *error)
{
    uint64_t *set = mem_zalloc_array((tokens + 63) / 64, sizeof *set);
    if (!set) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for %u ids", tokens);
        return NULL;
    }
    for (uint32_t id = 0; id < bpe_size(bpe) && id < tokens; id++)
        if (!bpe_is_special(bpe, id) && belongs_in_set(shape_of(bpe_token_bytes(bpe, id)), kind))
            set[id / 64] |= UINT64_C(1) << (id % 64);
    return set;
}
