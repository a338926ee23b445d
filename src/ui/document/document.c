/* A document in the editor: opening it with its blanks, the cursor, and edits. */
#include "document.h"
#include "blank_conditions.h"
#include "documents.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "proposal.h"
#include "proposal_past.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/terminal/picture.h"

#include <string.h>

enum {
    ANY_MODEL_TAKES = 64, /* tokens of a blank: blanks up to this size need no check with the model */
    MARKUP_LENGTH = 24,   /* bytes of the longest meaningful [[4-20]] */
    MARKUP_UP_TO =
        64 * 1024 * 1024 /* larger files stay on disk, and reading them through would defeat that */
};

/* ---- markup -------------------------------------------------------------------------------------------- */

/* Markup that no model could fill is text, not a blank: a year between wiki brackets. */
static bool is_too_long(const struct token_limit *limit, uint32_t min)
{
    return min > ANY_MODEL_TAKES && limit->most && min > limit->most(limit->ui);
}

bool doc_markup_at(const struct text *text, const struct token_limit *limit, size_t start, size_t *length,
                   uint32_t *min, uint32_t *max)
{
    int third = text_byte(text, start + 2);
    if (text_byte(text, start) != '[' || text_byte(text, start + 1) != '[') return false;
    if (third != ']' && third != '-' && (third < '0' || third > '9')) return false;
    if (start && text_byte(text, start - 1) == '\\') return false;
    char bytes[MARKUP_LENGTH];
    size_t size = 0;
    do {
        int byte = text_byte(text, start + size);
        if (byte < 0 || byte == '\n' || size == sizeof bytes) return false;
        bytes[size++] = (char)byte;
    } while (size < 4 || bytes[size - 1] != ']' || bytes[size - 2] != ']');
    struct fill_markup parsed = {0};
    bool good = !fill_parse(bytes, size, &parsed, NULL) && parsed.count == 1 && parsed.text.size == 0 &&
                !is_too_long(limit, parsed.blanks[0].min);
    if (good) {
        *length = size;
        *min = parsed.blanks[0].min;
        *max = parsed.blanks[0].max;
    }
    fill_markup_free(&parsed);
    return good;
}

bool doc_blank_is_markup(const struct doc *doc, const struct text_blank *blank)
{
    size_t length;
    uint32_t min, max;
    if (blank->start == blank->end) return true;
    return doc_markup_at(doc->text, doc->limit, blank->start, &length, &min, &max) &&
           blank->start + length == blank->end;
}

/* Adds a blank for each markup in [start, end) that has none. */
static void add_blanks(struct text *text, const struct token_limit *limit, size_t start, size_t end)
{
    for (size_t at = start; at < end;) {
        size_t first, length;
        uint32_t min, max;
        struct slice run = text_run(text, at, &first);
        size_t skip = at - first, room = run.size - skip < end - at ? run.size - skip : end - at;
        const char *bracket = room ? memchr(run.data + skip, '[', room) : NULL;
        if (!bracket) {
            if (!room) return;
            at += room;
            continue;
        }
        at = first + (size_t)(bracket - run.data);
        if (!doc_markup_at(text, limit, at, &length, &min, &max)) {
            at++;
            continue;
        }
        struct text_blank b;
        bool there = text_blank_around(text, at + 1, &b) && b.start == at && b.end == at + length;
        if (!there)
            text_blank_add(text, at, at + length, min, max);
        else if (b.min != min || b.max != max)
            text_blank_set_length(text, b.id, min, max);
        at += length;
    }
}

/* ---- opening and closing ------------------------------------------------------------------------------ */

struct doc *doc_new(struct text *text, const struct token_limit *limit, struct error *error)
{
    struct doc *doc = mem_zalloc(sizeof *doc);
    if (!doc) {
        error_set(error, STATUS_NO_MEMORY, "out of memory");
        text_free(text);
        return NULL;
    }
    doc->text = text;
    doc->limit = limit;
    doc->lock = -1;
    doc->goal = -1;
    doc->words_stale = true;
    doc->top = text_mark_add(doc->text, 0, TEXT_BEFORE);
    return doc;
}

void doc_mark_blanks(struct doc *doc, bool goes_on)
{
    if (text_size(doc->text) <= MARKUP_UP_TO) {
        text_group_begin(doc->text);
        add_blanks(doc->text, doc->limit, 0, text_size(doc->text));
        text_group_end(doc->text);
    }
    text_break_group(doc->text);
    if (!goes_on) doc->first_node = text_history_at(doc->text);
    doc->kept_node = text_history_at(doc->text);
}

void doc_free(struct doc *doc)
{
    if (!doc) return;
    proposals_free(doc);
    proposal_pasts_free(doc);
    blank_conditions_free(doc);
    mem_free(doc->steps);
    buffer_free(&doc->record_lines);
    text_free(doc->text);
    mem_free(doc);
}

const char *doc_name(const struct doc *doc)
{
    const char *path = text_path(doc->text), *slash = path ? strrchr(path, '/') : NULL;
    return !path ? "[no name]" : slash ? slash + 1 : path;
}

/* ---- cursor and selection ------------------------------------------------------------------------------ */

bool doc_selection(const struct doc *doc, size_t *start, size_t *end)
{
    if (!doc->selecting || (doc->anchor == doc->cursor && doc->select == SELECT_PLAIN)) return false;
    *start = doc->anchor < doc->cursor ? doc->anchor : doc->cursor;
    *end = doc->anchor < doc->cursor ? doc->cursor : doc->anchor;
    if (doc->select == SELECT_CHARACTERS) *end = text_next_cluster(doc->text, *end);
    if (doc->select != SELECT_LINES && doc->select != SELECT_BLOCK) return *start < *end;
    *start = text_this_line_start(doc->text, *start);
    *end = text_next_cluster(doc->text, text_this_line_end(doc->text, *end));
    return true;
}

uint32_t doc_blank_at(const struct doc *doc, size_t at)
{
    size_t count = text_blank_count(doc->text);
    for (size_t i = 0; i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start > at) break;
        if (at < b.end || b.start == b.end) return b.id;
    }
    return 0;
}

bool doc_has_blank(const struct doc *doc, size_t start, size_t end)
{
    struct text_blank b;
    for (size_t i = 0; i < text_blank_count(doc->text); i++) {
        text_blank_at(doc->text, i, &b);
        if (b.start < end && start < b.end) return true;
    }
    return false;
}

size_t doc_beside(const struct doc *doc, size_t at)
{
    struct text_blank b;
    if (at > text_size(doc->text)) at = text_size(doc->text);
    if (!proposal_at(doc, at, &b) || at <= b.start || at >= b.end) return at;
    return at > doc->cursor ? b.end : b.start;
}

void doc_move(struct doc *doc, size_t at, bool extend)
{
    at = doc_beside(doc, at);
    extend = extend || doc->sticky;
    if (extend && !doc->selecting) doc->anchor = doc->cursor;
    doc->selecting = extend;
    if (!extend) doc->select = SELECT_PLAIN;
    if (at != doc->cursor) text_break_group(doc->text);
    doc->cursor = at;
    doc->typing = false;
    doc->goal = -1;
    doc->focus = extend ? 0 : doc_blank_at(doc, at);
    doc->follow = true;
}

/* ---- changing text ------------------------------------------------------------------------------------- */

enum { MOST_TOUCHED = 32 };

/* The blanks written as markup that this change touches. */
static size_t touched_markup(const struct doc *doc, size_t start, size_t end, uint32_t ids[MOST_TOUCHED])
{
    size_t count = 0, blanks = text_blank_count(doc->text);
    for (size_t i = 0; i < blanks && count < MOST_TOUCHED; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start > end) break;
        if (b.end >= start && b.start < b.end && doc_blank_is_markup(doc, &b)) ids[count++] = b.id;
    }
    return count;
}

/* Markup that was destroyed becomes plain text; new markup becomes a blank. */
static void settle_markup(struct doc *doc, const uint32_t *ids, size_t count, size_t start, size_t end)
{
    struct text_blank b;
    for (size_t i = 0; i < count; i++)
        if (text_blank_get(doc->text, ids[i], &b) && !doc_blank_is_markup(doc, &b))
            text_blank_remove(doc->text, ids[i]);
    size_t size = text_size(doc->text);
    add_blanks(doc->text, doc->limit, start > MARKUP_LENGTH ? start - MARKUP_LENGTH : 0,
               size - end > MARKUP_LENGTH ? end + MARKUP_LENGTH : size);
}

/* After [[ and digits: one digit more or less can make or unmake a blank. */
static bool in_brackets(const struct text *text, size_t at)
{
    size_t least = at > MARKUP_LENGTH ? at - MARKUP_LENGTH : 0;
    for (; at > least; at--) {
        int byte = text_byte(text, at - 1);
        if (byte == '[') return at > 1 && text_byte(text, at - 2) == '[';
        if (byte != '-' && (byte < '0' || byte > '9')) return false;
    }
    return false;
}

static enum status replace(struct doc *doc, size_t start, size_t end, const char *bytes, size_t size,
                           struct error *error)
{
    uint32_t ids[MOST_TOUCHED];
    size_t count = touched_markup(doc, start, end, ids);
    bool settles =
        count || memchr(bytes, ']', size) || memchr(bytes, '[', size) || in_brackets(doc->text, start);
    if (!settles) {
        /* A group of its own, so that typing is undone word by word. */
        if (start == end) return text_insert(doc->text, start, bytes, size, error);
        return size ? text_replace(doc->text, start, end, bytes, size, error)
                    : text_delete(doc->text, start, end, error);
    }
    text_group_begin(doc->text);
    enum status status = text_replace(doc->text, start, end, bytes, size, error);
    if (!status) settle_markup(doc, ids, count, start, start + size);
    text_group_end(doc->text);
    return status;
}

bool doc_writable(struct ui *ui)
{
    if (!ui->doc->read_only) return true;
    char key[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "toggle-read-only", UI_EDIT, key);
    ui_say(ui->message, "%.100s is read-only; %s changes that", doc_name(ui->doc), key);
    return false;
}

/* Records where a command started to change the text. */
static void note_change(struct doc *doc, size_t start)
{
    if (doc->change_first == SIZE_MAX) doc->change_cursor = doc->cursor;
    if (start < doc->change_first) doc->change_first = start;
    doc->change_last = start;
}

bool doc_replace(struct ui *ui, size_t start, size_t end, const char *bytes, size_t size)
{
    struct doc *doc = ui->doc;
    if (!doc_writable(ui)) return false;
    struct error error = {0};
    doc_tell_before(ui, doc, start, end);
    note_change(doc, start);
    struct doc_edit edit = {text_version(doc->text), start, end, size};
    enum status status = replace(doc, start, end, bytes, size, &error);
    ui->picture->stale = true;
    if (status) return ui_complain(ui->message, "%s", error.message), false;
    doc->cursor = start + size;
    doc->typing = true;
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    doc->goal = -1;
    doc->focus = 0; /* after typing, the cursor is not choosing on a blank */
    ui->doc->follow = true;
    doc_tell_after(ui, doc, &edit);
    return true;
}

/* The ids of the blanks written as markup. */
static uint32_t *all_markup(const struct doc *doc, size_t *count)
{
    size_t blanks = text_blank_count(doc->text);
    uint32_t *ids = mem_alloc_array(blanks + 1, sizeof *ids);
    *count = 0;
    for (size_t i = 0; ids && i < blanks; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < b.end && doc_blank_is_markup(doc, &b)) ids[(*count)++] = b.id;
    }
    return ids;
}

static enum status replace_many(struct doc *doc, size_t start, size_t end, text_next_edit *next,
                                void *context, size_t *count, struct error *error)
{
    size_t before = text_size(doc->text);
    size_t marked;
    uint32_t *ids = all_markup(doc, &marked);
    if (!ids) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    text_break_group(doc->text);
    text_group_begin(doc->text);
    enum status status = text_replace_many(doc->text, next, context, count, error);
    struct text_blank b;
    for (size_t i = 0; !status && i < marked; i++)
        if (text_blank_get(doc->text, ids[i], &b) && !doc_blank_is_markup(doc, &b))
            text_blank_remove(doc->text, ids[i]);
    size_t size = text_size(doc->text);
    end = end + size - before + MARKUP_LENGTH; /* a change made elsewhere creates no markup here */
    start = start > MARKUP_LENGTH ? start - MARKUP_LENGTH : 0;
    if (!status && size <= MARKUP_UP_TO) add_blanks(doc->text, doc->limit, start, end < size ? end : size);
    text_group_end(doc->text);
    text_break_group(doc->text);
    mem_free(ids);
    return status;
}

struct difference_walk {
    const struct text *like, *text;
    const struct text_difference *list;
    size_t count, index;
    struct buffer bytes;
};

static enum status next_difference(void *context, struct text_edit *edit, bool *more, struct error *error)
{
    struct difference_walk *b = context;
    *more = b->index < b->count;
    if (!*more) return STATUS_OK;
    struct text_difference d = b->list[b->index++];
    text_diff_trim(b->text, b->like, &d);
    b->bytes.size = 0;
    if (!text_append_to(b->like, d.b_start, d.b_end, &b->bytes))
        return error_set(error, STATUS_NO_MEMORY, "out of memory");
    *edit = (struct text_edit){d.a_start, d.a_end, b->bytes.data, b->bytes.size};
    return STATUS_OK;
}

bool doc_make_like(struct ui *ui, const struct text *like)
{
    struct difference_walk b = {.like = like, .text = ui->doc->text};
    struct text_difference *list = NULL;
    struct error error = {0};
    size_t changes;
    if (text_diff(b.text, like, &list, &b.count, &error))
        return ui_complain(ui->message, "%s", error.message), false;
    b.list = list;
    bool done = !b.count || doc_replace_many(ui, 0, text_size(b.text), next_difference, &b, &changes);
    mem_free(list);
    buffer_free(&b.bytes);
    return done;
}

/* ---- blanks of another text ------------------------------------------------------------------------- */

static bool same_blank(const struct text_blank *a, const struct text_blank *b)
{
    return a->start == b->start && a->end == b->end && a->min == b->min && a->max == b->max;
}

static bool has_blank(const struct text *text, const struct text_blank *blank)
{
    struct text_blank b;
    for (size_t i = 0; i < text_blank_count(text); i++) {
        text_blank_at(text, i, &b);
        if (same_blank(&b, blank)) return true;
    }
    return false;
}

/* The first blank of `text`, from *index on, that `other` lacks; markup is ignored. */
static bool next_missing(const struct text *text, const struct text *other, const struct token_limit *limit,
                         size_t *index, struct text_blank *out)
{
    const struct doc doc = {.text = (struct text *)text, .limit = limit};
    for (; *index < text_blank_count(text); ++*index) {
        text_blank_at(text, *index, out);
        if (!(out->start < out->end && doc_blank_is_markup(&doc, out)) && !has_blank(other, out)) return true;
    }
    return false;
}

bool doc_has_blanks(const struct doc *doc, const struct text *like)
{
    struct text_blank b;
    size_t i = 0, j = 0;
    return !next_missing(doc->text, like, doc->limit, &i, &b) &&
           !next_missing(like, doc->text, doc->limit, &j, &b);
}

void doc_copy_blanks(struct ui *ui, const struct text *like)
{
    struct text *text = ui->doc->text;
    struct text_blank b;
    size_t at = 0;
    while (next_missing(text, like, ui->doc->limit, &at, &b)) {
        doc_tell_before(ui, ui->doc, b.start, b.end);
        if (!text_blank_remove(text, b.id)) at++;
    }
    for (at = 0; next_missing(like, text, ui->doc->limit, &at, &b); at++)
        if (!text_blank_add(text, b.start, b.end, b.min, b.max)) ui_complain(ui->message, "out of memory");
    ui->picture->stale = true;
}

bool doc_replace_many(struct ui *ui, size_t start, size_t end, text_next_edit *next, void *context,
                      size_t *count)
{
    struct doc *doc = ui->doc;
    struct error error = {0};
    if (!doc_writable(ui)) return false;
    text_mark cursor = text_mark_add(doc->text, doc->cursor, TEXT_BEFORE);
    doc_tell_before(ui, doc, start, end);
    note_change(doc, start);
    struct doc_edit edit = {text_version(doc->text), start, end, SIZE_MAX};
    enum status status = replace_many(doc, start, end, next, context, count, &error);
    if (cursor) doc->cursor = text_mark_get(doc->text, cursor);
    if (doc->cursor > text_size(doc->text)) doc->cursor = text_size(doc->text);
    text_mark_remove(doc->text, cursor);
    ui->picture->stale = true;
    if (status) return ui_complain(ui->message, "%s", error.message), false;
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    doc->goal = -1;
    doc->focus = 0;
    ui->doc->follow = true;
    doc_tell_after(ui, doc, &edit);
    return true;
}
