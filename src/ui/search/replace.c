#include "replace.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "letters.h"
#include "search.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/answers.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"

#include <string.h>

/* ---- the replacement of a match ----------------------------------------------------------------------- */

enum casing { AS_IT_IS, UPPER, LOWER };
struct expansion {
    const struct text *text;
    struct buffer *out;
    enum casing all, next; /* until \E; of the next character */
    bool ok;
};

static void put(struct expansion *e, const char *bytes, size_t size)
{
    for (size_t at = 0; at < size && e->ok;) {
        uint32_t code;
        char folded[4];
        int length = utf8_decode(bytes + at, size - at, &code);
        enum casing wanted = e->next ? e->next : e->all;
        if (!length || wanted == AS_IT_IS) {
            size_t plain = length ? (size_t)length : 1;
            e->ok = buffer_append(e->out, bytes + at, plain);
            at += plain;
        } else {
            int made = utf8_put(wanted == UPPER ? letter_upper(code) : letter_lower(code), folded);
            e->ok = buffer_append(e->out, folded, (size_t)made);
            at += (size_t)length;
        }
        e->next = AS_IT_IS;
    }
}

static void put_group(struct expansion *e, int group)
{
    size_t start, end;
    struct buffer bytes = {0};
    if (!text_search_group(e->text, group, &start, &end)) return;
    e->ok = e->ok && text_append_to(e->text, start, end, &bytes);
    if (e->ok && bytes.size) put(e, bytes.data, bytes.size);
    buffer_free(&bytes);
}

/* The escape after a backslash. Returns the number of bytes read. */
static size_t put_escape(struct expansion *e, const char *p, bool vi)
{
    const char *line_end = text_line_ending(e->text) == TEXT_CRLF ? "\r\n" : "\n";
    switch (*p) {
    case 'n':
    case 'r':
        put(e, line_end, strlen(line_end));
        return 1;
    case 't':
        put(e, "\t", 1);
        return 1;
    case 'U':
        return e->all = UPPER, 1;
    case 'L':
        return e->all = LOWER, 1;
    case 'E':
    case 'e':
        return e->all = AS_IT_IS, 1;
    case 'u':
        return e->next = UPPER, 1;
    case 'l':
        return e->next = LOWER, 1;
    case '\0':
        put(e, "\\", 1);
        return 0;
    default:
        if (*p >= '0' && *p <= '9')
            put_group(e, *p - '0');
        else if (vi && *p == '&')
            put(e, "&", 1);
        else
            put(e, p, 1);
        return 1;
    }
}

/* $1, ${12}, $$. Returns the number of bytes read after the dollar; 0: it is a literal dollar. */
static size_t put_dollar(struct expansion *e, const char *p)
{
    bool braces = *p == '{';
    size_t used = braces;
    int group = 0, digits = 0;
    if (*p == '$') return put(e, "$", 1), 1;
    for (; p[used] >= '0' && p[used] <= '9' && digits < (braces ? 3 : 1); used++, digits++)
        group = 10 * group + (p[used] - '0');
    if (!digits || (braces && p[used] != '}')) return 0;
    put_group(e, group);
    return used + braces;
}

/* The replacement of the last match. */
static bool replace_expand(const struct text *text, const char *with, enum replace_style style,
                           struct buffer *out)
{
    struct expansion e = {.text = text, .out = out, .ok = true};
    out->size = 0;
    if (style == REPLACE_LITERAL) return buffer_append_string(out, with);
    for (const char *p = with; *p && e.ok;) {
        uint32_t code;
        int length = utf8_decode(p, strlen(p), &code);
        size_t used = 0;
        if (*p == '\\') {
            p += 1 + put_escape(&e, p + 1, style == REPLACE_VI);
        } else if (*p == '&' && style == REPLACE_VI) {
            put_group(&e, 0);
            p++;
        } else if (*p == '$' && style == REPLACE_DOLLAR && (used = put_dollar(&e, p + 1))) {
            p += 1 + used;
        } else {
            put(&e, p, length ? (size_t)length : 1);
            p += length ? length : 1;
        }
    }
    return e.ok;
}

/* ---- all at once ------------------------------------------------------------------------------------- */

static void add_edit(struct replace_edits *edits, size_t start, size_t end, const struct buffer *with,
                     bool *ok)
{
    *ok = *ok && mem_grow(&edits->list, &edits->capacity, edits->count + 1, sizeof *edits->list);
    if (!*ok) return;
    edits->list[edits->count++] =
        (struct replace_edit){.start = start, .end = end, .from = edits->bytes.size, .size = with->size};
    *ok = buffer_append(&edits->bytes, with->data ? with->data : "", with->size);
}

/* As in vi, the line break after the last line belongs to that line. */
static bool is_last_line_end(const struct text *text, size_t start, size_t end)
{
    size_t size = text_size(text), from = size && text_byte(text, size - 1) == '\n' ? size - 1 : size;
    if (from > 0 && text_byte(text, from - 1) == '\r' && from < size) from--;
    return end == size && start >= from;
}

/* Every match that starts in the range. With `lines`, only the first of each line. */
static bool collect(struct ui *ui, const struct replace_request *request, struct replace_edits *edits)
{
    const struct text *text = ui->doc->text;
    struct buffer with = {0};
    size_t at = request->start, start, end;
    bool ok = true;
    while (ok && at <= request->end && search_between(ui, at, request->end + 1, &start, &end)) {
        if (end > request->end && !(request->beyond && !is_last_line_end(text, start, end))) break;
        if (start == request->end && request->end > request->start && text_byte(text, start - 1) == '\n')
            break;
        ok = replace_expand(text, request->with, request->style, &with);
        add_edit(edits, start, end, &with, &ok);
        at = end > start ? end : text_next_cluster(text, end);
        size_t below = text_this_line_end(text, start) + 1;
        if (request->first_of_line && at < below) at = below;
        if (at <= start) break; /* an empty match at the end */
    }
    buffer_free(&with);
    return ok;
}

struct edit_source {
    const struct replace_edits *edits;
    size_t next;
};

static enum status next_edit(void *context, struct text_edit *out, bool *more, struct error *error)
{
    struct edit_source *s = context;
    (void)error;
    *more = s->next < s->edits->count;
    if (!*more) return STATUS_OK;
    const struct replace_edit *e = &s->edits->list[s->next++];
    const char *bytes = s->edits->bytes.data ? s->edits->bytes.data + e->from : "";
    *out = (struct text_edit){.start = e->start, .end = e->end, .bytes = bytes, .size = e->size};
    return STATUS_OK;
}

/* The only place that makes many changes; they are one undo step. */
static bool apply(struct ui *ui, const struct replace_edits *edits)
{
    struct edit_source source = {.edits = edits};
    size_t count, start = edits->list[0].start, end = edits->list[edits->count - 1].end;
    return doc_replace_many(ui, start, end, next_edit, &source, &count);
}

bool replace_all(struct ui *ui, const struct replace_request *request, struct replace_edits *edits)
{
    *edits = (struct replace_edits){0};
    bool ok = collect(ui, request, edits);
    if (ok && request->only_count) return true;
    if (!ok) ui_complain(ui->message, "not enough memory to replace that much");
    ok = ok && (!edits->count || apply(ui, edits));
    return ok;
}

void replace_edits_free(struct replace_edits *edits)
{
    mem_free(edits->list);
    buffer_free(&edits->bytes);
}

/* ---- one after the other ------------------------------------------------------------------------------- */

static void ask_about_next(struct ui *ui);

static void finish(struct ui *ui)
{
    struct replacing *r = ui->replacing;
    struct doc *doc = ui->doc;
    size_t count = r->done;
    if (!r->active) return;
    if (r->grouped) text_group_end(doc->text);
    text_break_group(doc->text);
    text_mark_remove(doc->text, r->end);
    buffer_free(&r->with);
    *r = (struct replacing){0};
    ui->prompt->counts_matches = false;
    if (!count)
        ui_say(ui->message, "nothing was replaced");
    else
        ui_say(ui->message, "replaced %zu %s", count, count == 1 ? "match" : "matches");
}

static size_t end_of(const struct replacing *replacing, const struct doc *doc)
{
    return text_mark_get(doc->text, replacing->end);
}

static void replace_rest(struct ui *ui)
{
    struct replacing *r = ui->replacing;
    struct replace_edits edits;
    struct replace_request request = {.start = r->at,
                                      .end = r->wrapped ? r->from : end_of(ui->replacing, ui->doc),
                                      .with = r->with.data ? r->with.data : "",
                                      .style = r->style,
                                      .first_of_line = r->first_of_line};
    for (int round = 0; round < 2; round++) {
        if (replace_all(ui, &request, &edits)) r->done += edits.count;
        replace_edits_free(&edits);
        if (r->wrapped || r->range_start == r->from) break;
        r->wrapped = true; /* and the text before the starting place */
        request.start = r->range_start;
        request.end = r->from;
    }
    finish(ui);
}

static void replace_this(struct ui *ui)
{
    struct replacing *r = ui->replacing;
    size_t start, end, before = text_size(ui->doc->text);
    struct buffer with = {0};
    /* Searches again, since the groups belong to the last search. */
    if (search_between(ui, r->start, r->start + 1, &start, &end) &&
        replace_expand(ui->doc->text, r->with.data ? r->with.data : "", r->style, &with)) {
        if (!r->grouped) text_group_begin(ui->doc->text);
        r->grouped = true;
        if (doc_replace(ui, start, end, with.data ? with.data : "", with.size)) r->done++;
        r->at = start + with.size + (end == start);
        if (r->wrapped) r->from += text_size(ui->doc->text) - before;
    }
    ui->search->lit = true;
    buffer_free(&with);
}

static void answered(struct ui *ui, const char *answer)
{
    struct replacing *r = ui->replacing;
    char letter = answer ? *answer : 'q';
    if (letter == 'y' || letter == '.') replace_this(ui);
    if (letter == 'n') r->at = r->end_of_match > r->start ? r->end_of_match : r->start + 1;
    if (r->first_of_line && letter && strchr("yn", letter))
        r->at = text_this_line_end(ui->doc->text, r->at) + 1;
    if (letter == 'a')
        replace_rest(ui);
    else if (letter == 'q' || letter == '.')
        doc_move(ui->doc, ui->doc->cursor, false), finish(ui);
    else
        ask_about_next(ui);
}

/* Finds the next match and asks; after the end it continues from the start, up to the starting place. */
static void ask_about_next(struct ui *ui)
{
    struct replacing *r = ui->replacing;
    size_t start, end, high = r->wrapped ? r->from : end_of(ui->replacing, ui->doc);
    bool found =
        search_between(ui, r->at, high + 1, &start, &end) && end <= high && !(r->wrapped && start >= r->from);
    if (!found && !r->wrapped && r->from > r->range_start) {
        r->wrapped = true;
        r->at = r->range_start;
        ask_about_next(ui);
        return;
    }
    if (!found) {
        doc_move(ui->doc, ui->doc->cursor, false);
        finish(ui);
        return;
    }
    r->start = ui->search->at = start;
    r->end_of_match = end;
    doc_move(ui->doc, start, false);
    doc_move(ui->doc, end, true);
    prompt_question(ui, "yna.q", answered, "Replace%s? y yes, n no, a all, . this one and stop, q stop ",
                    r->wrapped ? " (from the start again)" : "");
    ui->prompt->counts_matches = true;
    search_tick(ui);
}

static void with_given(struct ui *ui, const char *answer)
{
    struct replacing *r = ui->replacing;
    if (!answer || !buffer_append(&r->with, answer, strlen(answer))) {
        r->active = true;
        finish(ui);
        ui_say(ui->message, "nothing was replaced");
        return;
    }
    r->active = true;
    r->style = ui->settings->search_regex ? REPLACE_DOLLAR : REPLACE_LITERAL;
    ui->search->lit = true;
    search_remember(ui->search);
    ask_about_next(ui);
}

static void pattern_given(struct ui *ui, const char *answer)
{
    struct replacing *r = ui->replacing;
    struct search *s = ui->search;
    doc_move(ui->doc, s->origin, false);
    ui->prompt->counts_matches = false;
    if (answer && !*answer && s->last.size && !search_set(ui->search, ui->doc, s->last.data, s->last.size))
        return;
    if (!answer || !s->pattern.size || s->trouble[0]) {
        s->lit = false;
        if (answer && s->trouble[0]) ui_complain(ui->message, "%s", s->trouble);
        text_mark_remove(ui->doc->text, r->end);
        r->end = 0;
        return;
    }
    prompt_line(ui, "", with_given, "Replace \"%.60s\" with: ", s->pattern.data);
    ui->prompt->history = &ui->answers->history[HISTORY_REPLACE];
}

void replace_ask(struct ui *ui, const struct replace_request *request)
{
    struct replacing *r = ui->replacing;
    if (!doc_writable(ui)) return;
    buffer_free(&r->with);
    *r = (struct replacing){.active = true,
                            .range_start = request->start,
                            .from = request->start,
                            .at = request->start,
                            .style = request->style,
                            .first_of_line = request->first_of_line,
                            .end = text_mark_add(ui->doc->text, request->end, TEXT_AFTER)};
    if (!r->end || !buffer_append_string(&r->with, request->with)) {
        ui_complain(ui->message, "not enough memory to replace");
        return;
    }
    ui->search->lit = true;
    ask_about_next(ui);
}

void do_replace(struct ui *ui)
{
    struct replacing *r = ui->replacing;
    size_t start = 0, end = text_size(ui->doc->text);
    bool selected = doc_selection(ui->doc, &start, &end);
    if (!doc_writable(ui)) return;
    buffer_free(&r->with);
    *r = (struct replacing){.range_start = start, .at = selected ? start : ui->doc->cursor};
    r->from = r->at;
    r->end = text_mark_add(ui->doc->text, end, TEXT_AFTER);
    if (!r->end) {
        ui_complain(ui->message, "not enough memory to replace");
        return;
    }
    if (selected) doc_move(ui->doc, start, false);
    search_prompt(ui, selected ? "Replace in the selection" : "Replace", pattern_given);
}
