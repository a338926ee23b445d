/* The model's input: the blanks, and as much of the text around them as fits. Every piece of text between two
 * blanks is mapped and encoded separately, so that its tokens never extend into a blank. */
#include "window.h"
#include "chars.h"
#include "engine.h"
#include "frame.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/sedd.h"

#include <string.h>

/* Encoding starts this many tokens before the first that is kept: at the cut, a word or a run of spaces may
 * be torn, and its tokens would not be those of running text. */
enum { SLACK = 16 };

struct window_piece {
    struct fill_mapped mapped;
    struct bpe_ids ids;
    size_t base; /* where the mapped excerpt begins in the text */
    bool spaced; /* a space at its end was left to the blank's first token */
};

static void piece_free(struct window_piece *piece)
{
    fill_mapped_free(&piece->mapped);
    bpe_ids_free(&piece->ids);
}

void fill_window_free(struct fill_window *window)
{
    mem_free(window->ids);
    mem_free(window->slots);
    mem_free(window->spaced);
    mem_free(window->frames);
    *window = (struct fill_window){0};
}

/* ---- encoding a piece ------------------------------------------------------------------------------- */

static size_t token_size(const struct fill_site *site, uint32_t id)
{
    return bpe_token_bytes(fill_engine_bpe(site->engine), id).size;
}

/* Encodes text before a word as it would be encoded with the word: the pattern cuts "\n\nNext" as \n, \n,
 * Next, but a final "\n\n" as one piece. So `word` is appended, and its tokens are dropped again. */
static enum status encode_before(const struct fill_site *site, struct window_piece *piece, size_t size,
                                 const char *word, struct error *error)
{
    struct buffer text = {0};
    size_t extra = strlen(word), dropped = 0;
    enum status status;
    if (!buffer_append(&text, piece->mapped.text.data, size) || !buffer_append_string(&text, word)) {
        buffer_free(&text);
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for a window");
    }
    status = bpe_encode_cached(fill_engine_cache(site->engine), text.data, text.size, &piece->ids, error);
    size_t keep = piece->ids.count;
    while (!status && dropped < extra && keep > 0) dropped += token_size(site, piece->ids.ids[--keep]);
    piece->ids.count = keep;
    if (!status && dropped > extra) { /* one token spans the boundary: then the text is encoded alone */
        piece->ids.count = 0;
        status = bpe_encode_cached(fill_engine_cache(site->engine), text.data, size, &piece->ids, error);
    }
    buffer_free(&text);
    return status;
}

/* The tokens of a mapped piece that a blank follows. */
static enum status encode_left_of_blank(const struct fill_site *site, struct window_piece *piece,
                                        struct error *error)
{
    struct slice text = {piece->mapped.text.data, piece->mapped.text.size};
    piece->spaced = text.size && text.data[text.size - 1] == ' ';
    size_t size = text.size - (piece->spaced ? 1 : 0);
    if (piece->spaced) return encode_before(site, piece, size, " a", error);
    /* In the middle of a word the fill continues it: no letter may be merged into the last token. */
    bool word = fill_is_word(fill_char_before(text, size, NULL));
    return encode_before(site, piece, size, word ? "" : "a", error);
}

/* A text that ends in a line break has ended its paragraph; in the plain dialect that is a blank line, cut as
 * if the next paragraph followed. */
static enum status encode_to_end(const struct fill_site *site, struct window_piece *piece,
                                 struct error *error)
{
    struct buffer *text = &piece->mapped.text;
    size_t size = text->size;
    bool feed = false, trimmed = false;
    while (site->dialect->map && size && (text->data[size - 1] == ' ' || text->data[size - 1] == '\n')) {
        if (text->data[--size] == '\n') feed = true;
        trimmed = true;
    }
    /* A hard wrap at the very end was mapped to a space. */
    if (trimmed && !feed) {
        size_t end = site->text.size;
        feed = end && site->text.data[end - 1] == '\n';
    }
    if (!trimmed || !feed) return encode_before(site, piece, text->size, "", error);
    text->size = size;
    if (!buffer_append(text, "\n\n", 2))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for a window");
    /* The two line feeds may be one byte longer than the text they come from. */
    if (!mem_grow(&piece->mapped.origin, &piece->mapped.capacity, size + 3, sizeof *piece->mapped.origin))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for a window");
    uint32_t end = (uint32_t)(site->text.size - piece->base);
    for (size_t i = size ? size : 1; i < size + 3; i++) piece->mapped.origin[i] = end;
    return encode_before(site, piece, size + 2, "a", error);
}

static enum status map_piece(const struct fill_site *site, size_t start, size_t end,
                             struct window_piece *piece, struct error *error)
{
    piece_free(piece);
    *piece = (struct window_piece){.base = start};
    struct slice text = {site->text.data + start, end - start};
    if (end == start) text.data = "";
    return fill_dialect_to_model(site->dialect, text, &piece->mapped, error);
}

/* ---- the two sides ---------------------------------------------------------------------------------- */

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Everything before the first blank, or enough of it that the last `want` tokens are those of running
 * text. */
static enum status encode_left(const struct fill_site *site, uint32_t want, struct window_piece *piece,
                               struct error *error)
{
    size_t end = site->blanks[0].start;
    for (size_t reach = 6 * (size_t)want + 256;; reach *= 2) {
        size_t start = end > reach ? end - reach : 0;
        while (start > 0 && start < end && continues_character(site->text.data[start])) start++;
        enum status status = map_piece(site, start, end, piece, error);
        if (!status) status = encode_left_of_blank(site, piece, error);
        if (status || start == 0 || piece->ids.count >= want + SLACK) return status;
    }
}

static enum status encode_right(const struct fill_site *site, uint32_t want, struct window_piece *piece,
                                struct error *error)
{
    size_t start = site->blanks[site->count - 1].end;
    for (size_t reach = 6 * (size_t)want + 256;; reach *= 2) {
        size_t end = site->limit - start > reach ? start + reach : site->limit;
        while (end < site->limit && end > start && continues_character(site->text.data[end])) end--;
        enum status status = map_piece(site, start, end, piece, error);
        bool last = end == site->text.size;
        if (!status) {
            if (last)
                status = encode_to_end(site, piece, error);
            else if (end == site->limit)
                status = encode_left_of_blank(site, piece, error); /* up to an unfilled blank */
            else
                status = encode_before(site, piece, piece->mapped.text.size, "", error);
        }
        if (status || end == site->limit || piece->ids.count >= want + SLACK) return status;
    }
}

/* ---- putting it together ---------------------------------------------------------------------------- */

static bool add_ids(struct fill_window *window, const uint32_t *ids, size_t count, uint32_t room)
{
    if (count > room - window->length) return false;
    if (count) memcpy(window->ids + window->length, ids, count * sizeof *ids);
    window->length += (uint32_t)count;
    return true;
}

static const uint64_t *allowed_at(const struct fill_site *site, const struct fill_window *window,
                                  uint32_t blank, uint32_t index, uint32_t length, struct error *error)
{
    enum fill_allowed kind = FILL_ALLOW_INNER;
    const struct fill_frame *frame = &window->frames[blank];
    unsigned marks = frame->inside;
    if (index == 0)
        kind = window->spaced[blank] ? FILL_ALLOW_SPACED : FILL_ALLOW_JOINED;
    else if (site->paragraphs && index + 1 < length)
        kind = FILL_ALLOW_PARAGRAPHS;
    if (index == 0) marks |= frame->first;
    if (index + 1 == length) marks |= frame->last;
    return fill_engine_without(site->engine, fill_engine_allowed(site->engine, kind), marks, error);
}

static bool add_slots(const struct fill_site *site, struct fill_window *window, uint32_t blank,
                      uint32_t length, struct error *error)
{
    window->frames[blank] = fill_frame_at(site, blank);
    for (uint32_t i = 0; i < length; i++) {
        const uint64_t *allowed = allowed_at(site, window, blank, i, length, error);
        if (!allowed) return false;
        window->slots[window->slot_count++] = (struct sedd_slot){
            .position = window->length, .blank = site->first + blank, .index = i, .allowed = allowed};
        window->ids[window->length++] = 0;
    }
    return true;
}

/* How many tokens for each side: half the room each; what one side does not need goes to the other. */
static void share_room(uint32_t room, size_t left_has, size_t right_has, uint32_t *left, uint32_t *right)
{
    uint32_t half = room / 2;
    *left = left_has < half ? (uint32_t)left_has : half;
    *right = right_has < room - *left ? (uint32_t)right_has : room - *left;
    *left = left_has < room - *right ? (uint32_t)left_has : room - *right;
}

static size_t bytes_of(const struct fill_site *site, const uint32_t *ids, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++) size += token_size(site, ids[i]);
    return size;
}

struct assembly {
    struct window_piece *pieces; /* count + 1: left, between …, right */
    uint32_t slots;              /* Σ lengths */
    uint32_t between;            /* Σ tokens between blanks */
    uint32_t room;               /* remaining for the two sides */
};

static enum status encode_all(const struct fill_site *site, const uint32_t *lengths, struct assembly *a,
                              struct error *error)
{
    uint32_t limit = fill_engine_config(site->engine)->length;
    uint64_t needed = 0;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < site->count; i++) needed += lengths[i];
    a->slots = (uint32_t)(needed < UINT32_MAX ? needed : UINT32_MAX);
    for (uint32_t i = 1; !status && needed <= limit && i < site->count; i++) {
        status = map_piece(site, site->blanks[i - 1].end, site->blanks[i].start, &a->pieces[i], error);
        if (!status) status = encode_left_of_blank(site, &a->pieces[i], error);
        needed += a->pieces[i].ids.count;
    }
    if (status) return status;
    if (needed > limit)
        return error_set(error, STATUS_LIMIT, "a blank of %u tokens is larger than the model's window of %u",
                         a->slots, limit);
    a->between = (uint32_t)needed - a->slots;
    a->room = limit - (uint32_t)needed;
    status = encode_left(site, a->room, &a->pieces[0], error);
    return status ? status : encode_right(site, a->room, &a->pieces[site->count], error);
}

static enum status assemble_window(const struct fill_site *site, const uint32_t *lengths,
                                   const struct assembly *a, struct fill_window *out, struct error *error)
{
    const struct window_piece *left = &a->pieces[0], *right = &a->pieces[site->count];
    uint32_t from_left, from_right;
    share_room(a->room, left->ids.count, right->ids.count, &from_left, &from_right);
    uint32_t total = from_left + from_right + a->between + a->slots;
    out->ids = mem_alloc_array(total, sizeof *out->ids);
    out->slots = mem_alloc_array(a->slots, sizeof *out->slots);
    out->spaced = mem_zalloc_array(site->count, sizeof *out->spaced);
    out->frames = mem_zalloc_array(site->count, sizeof *out->frames);
    if (!out->ids || !out->slots || !out->spaced || !out->frames)
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for a window");
    size_t skip = left->ids.count - from_left;
    bool ok = add_ids(out, left->ids.ids + (skip ? skip : 0), from_left, total);
    for (uint32_t i = 0; ok && i < site->count; i++) {
        if (i > 0) ok = add_ids(out, a->pieces[i].ids.ids, a->pieces[i].ids.count, total);
        out->spaced[i] = a->pieces[i].spaced;
        if (ok && !add_slots(site, out, i, lengths[i], error)) return STATUS_NO_MEMORY;
    }
    if (ok) add_ids(out, right->ids.ids, from_right, total);
    out->start = left->base + left->mapped.origin[bytes_of(site, left->ids.ids, skip)];
    out->end = right->base + right->mapped.origin[bytes_of(site, right->ids.ids, from_right)];
    return STATUS_OK;
}

enum status fill_window_build(const struct fill_site *site, const uint32_t *lengths, struct fill_window *out,
                              struct error *error)
{
    *out = (struct fill_window){0};
    struct assembly a = {.pieces = mem_zalloc_array((size_t)site->count + 1, sizeof *a.pieces)};
    if (!a.pieces) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a window");
    enum status status = encode_all(site, lengths, &a, error);
    if (!status) status = assemble_window(site, lengths, &a, out, error);
    if (status) fill_window_free(out);
    for (uint32_t i = 0; i <= site->count; i++) piece_free(&a.pieces[i]);
    mem_free(a.pieces);
    return status;
}

enum status fill_gap_tokens(struct fill_engine *engine, const struct fill_dialect *dialect,
                            struct slice piece, uint32_t *tokens, struct error *error)
{
    /* Prose never has tokens of 16 bytes on average. */
    *tokens = UINT32_MAX;
    if (piece.size / 16 > fill_engine_config(engine)->length) return STATUS_OK;
    struct fill_mapped mapped = {0};
    struct bpe_ids ids = {0};
    enum status status = fill_dialect_to_model(dialect, piece, &mapped, error);
    if (!status)
        status =
            bpe_encode_cached(fill_engine_cache(engine), mapped.text.data, mapped.text.size, &ids, error);
    if (!status) *tokens = (uint32_t)ids.count;
    bpe_ids_free(&ids);
    fill_mapped_free(&mapped);
    return status;
}
