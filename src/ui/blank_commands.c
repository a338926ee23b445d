/* Blanks: making them, going to them, filling them, and what becomes of proposals. */
#include "commands.h"

#include <math.h>
#include <string.h>

/* The blank that a command means: the one that the cursor was moved to, else one that it touches. */
bool blank_meant(const struct ui *ui, struct text_blank *out)
{
    const struct doc *doc = ui->doc;
    if (doc->focus && text_blank_get(doc->text, doc->focus, out)) return true;
    return text_blank_get(doc->text, text_blank_find(doc->text, doc->cursor), out);
}

static void need_blank(struct ui *ui)
{
    char make[UI_SEQUENCE_NAME], next[UI_SEQUENCE_NAME];
    ui_keymap_keys(&ui->keymap, "blank", UI_EDIT, make);
    ui_keymap_keys(&ui->keymap, "next-blank", UI_EDIT, next);
    ui_say(ui, "no blank at the cursor: %s makes one, %s goes to the next", make, next);
}

/* ---- making them ----------------------------------------------------------------------------------------
 */

static size_t trimmed(const struct doc *doc, size_t *start, size_t *end)
{
    struct buffer words = {0};
    size_t from = 0, to = 0;
    if (text_append_to(doc->text, *start, *end, &words) && words.data) {
        to = words.size;
        fill_trim((struct slice){words.data, words.size}, &from, &to);
    }
    buffer_free(&words);
    *end = *start + to;
    *start += from;
    return to - from;
}

/* The words that stand there stay until others are accepted. They are a guess at the length: a word is about
 * one token and a third. */
static uint32_t mark_selection(struct ui *ui, size_t start, size_t end)
{
    struct doc *doc = ui->doc;
    if (!doc_writable(ui)) return 0;
    if (!trimmed(doc, &start, &end)) return ui_say(ui, "nothing but white space is selected"), 0;
    double tokens = 4.0 / 3 * (double)text_count_words(doc->text, start, end) + 1;
    uint32_t min = (uint32_t)fmax(1, floor(0.6 * tokens)), max = (uint32_t)fmax(2, ceil(1.5 * tokens));
    filling_touch(ui, doc, start, end);
    size_t count = text_blank_count(doc->text);
    for (size_t i = count; i-- > 0;) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < end && start < b.end) text_blank_remove(doc->text, b.id);
    }
    uint32_t id = text_blank_add(doc->text, start, end, min, max);
    layout_invalidate(ui);
    if (!id) return ui_complain(ui, "this cannot be a blank"), 0;
    doc->sticky = false;
    doc_move(ui, start, false);
    doc->focus = id;
    return id;
}

static bool is_letter_like(int byte)
{
    return byte >= 0x80 || (byte > ' ' && !strchr("([{<\"'-/", byte));
}

/* Writes the markup at the cursor, with the spaces that a word there would have. */
static void insert_markup(struct ui *ui, const char *wish)
{
    struct doc *doc = ui->doc;
    struct text *trial;
    char markup[64];
    size_t length, cursor = doc->cursor;
    uint32_t min, max;
    int before = cursor ? text_byte(doc->text, cursor - 1) : '\n', after = text_byte(doc->text, cursor);
    bool lead = is_letter_like(before);
    bool trail =
        after >= 0x80 || (after >= '0' && after <= '9') || ((after | 0x20) >= 'a' && (after | 0x20) <= 'z');
    snprintf(markup, sizeof markup, "[[%.40s]]", wish);
    trial = text_from_bytes(markup, strlen(markup), NULL);
    bool good = trial && doc_markup_at(trial, 0, &length, &min, &max) && length == strlen(markup);
    text_free(trial);
    if (!good) {
        ui_complain(ui, "\"%s\" is not a length: 8, 4-20 or nothing", wish);
        return;
    }
    snprintf(markup, sizeof markup, "%s[[%.40s]]%s", lead ? " " : "", wish, trail ? " " : "");
    text_break_group(doc->text);
    if (doc_replace(ui, cursor, cursor, markup, strlen(markup))) doc_move(ui, cursor + lead, false);
}

static void length_for_new(struct ui *ui, const char *answer)
{
    if (answer) insert_markup(ui, answer);
}

void do_blank(struct ui *ui)
{
    size_t start, end;
    if (!doc_writable(ui)) return;
    if (doc_selection(ui->doc, &start, &end))
        mark_selection(ui, start, end);
    else
        prompt_line(ui, "", length_for_new, "Blank of how many tokens (8, 4-20, or nothing: what fits): ");
}

void do_blank_remove(struct ui *ui)
{
    struct text_blank b;
    struct doc *doc = ui->doc;
    if (!blank_meant(ui, &b)) {
        need_blank(ui);
        return;
    }
    if (!doc_writable(ui)) return;
    const struct proposal *p = proposal_find(doc, b.id);
    if (p && p->job) filling_cancel(ui, p->job);
    proposal_remove(doc, b.id);
    if (doc_blank_is_markup(doc, &b)) {
        doc_replace(ui, b.start, b.end, "", 0); /* without its markup nothing is left of it */
    } else {
        text_blank_remove(doc->text, b.id);
        layout_invalidate(ui);
        doc_move(ui, doc->cursor, false);
    }
}

static void length_for_old(struct ui *ui, const char *answer)
{
    struct text_blank b;
    struct doc *doc = ui->doc;
    if (!answer || !blank_meant(ui, &b) || !doc_writable(ui)) return;
    char markup[64];
    size_t length;
    uint32_t min, max;
    snprintf(markup, sizeof markup, "[[%.40s]]", answer);
    struct text *trial = text_from_bytes(markup, strlen(markup), NULL);
    bool good = trial && doc_markup_at(trial, 0, &length, &min, &max) && length == strlen(markup);
    text_free(trial);
    if (!good) {
        ui_complain(ui, "\"%s\" is not a length: 8, 4-20 or nothing", answer);
        return;
    }
    if (b.start < b.end && doc_blank_is_markup(doc, &b)) {
        proposal_remove(doc, b.id);
        if (doc_replace(ui, b.start + 2, b.end - 2, answer, strlen(answer))) doc_move(ui, b.start, false);
    } else {
        text_blank_set_wish(doc->text, b.id, min, max);
        ui_say(ui, "%u to %u tokens", min, max);
    }
}

void do_blank_length(struct ui *ui)
{
    struct text_blank b;
    if (blank_meant(ui, &b))
        prompt_line(ui, "", length_for_old, "How many tokens (8, 4-20, or nothing: what fits): ");
    else
        need_blank(ui);
}

/* ---- going to them ----------------------------------------------------------------------------------------
 */

void blank_go_to(struct ui *ui, const struct text_blank *b)
{
    ui->doc->sticky = false;
    doc_move(ui, b->start, false);
    ui->doc->focus = b->id;
}

void do_next_blank(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t count = text_blank_count(doc->text);
    struct text_blank b;
    if (!count) {
        need_blank(ui);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        text_blank_at(doc->text, i, &b);
        if (b.start > doc->cursor || (b.start == doc->cursor && !doc->focus)) {
            blank_go_to(ui, &b);
            return;
        }
    }
    text_blank_at(doc->text, 0, &b);
    blank_go_to(ui, &b);
}

void do_previous_blank(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t count = text_blank_count(doc->text);
    struct text_blank b;
    if (!count) {
        need_blank(ui);
        return;
    }
    for (size_t i = count; i-- > 0;) {
        text_blank_at(doc->text, i, &b);
        if (b.start < doc->cursor) {
            blank_go_to(ui, &b);
            return;
        }
    }
    text_blank_at(doc->text, count - 1, &b);
    blank_go_to(ui, &b);
}

/* ---- filling them
 * -------------------------------------------------------------------------------------------- */

static void fill_one(struct ui *ui, const struct text_blank *b)
{
    const struct proposal *p = proposal_find(ui->doc, b->id);
    if (p && p->job) {
        ui_say_filling(ui);
        return;
    }
    if (filling_submit(ui, ui->doc, &b->id, 1)) blank_go_to(ui, b);
}

void do_fill(struct ui *ui)
{
    size_t start, end;
    struct text_blank b;
    if (doc_selection(ui->doc, &start, &end)) {
        uint32_t id = mark_selection(ui, start, end);
        if (id && text_blank_get(ui->doc->text, id, &b)) fill_one(ui, &b);
    } else if (blank_meant(ui, &b)) {
        fill_one(ui, &b);
    } else {
        need_blank(ui);
    }
}

void do_fill_all(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t count = text_blank_count(doc->text), wanted = 0;
    uint32_t *ids = mem_alloc_array(count ? count : 1, sizeof *ids);
    for (size_t i = 0; ids && i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        bool overlaps = wanted && i && ids[wanted - 1] == b.id;
        if (!overlaps && !proposal_find(doc, b.id)) ids[wanted++] = b.id;
    }
    if (wanted) {
        struct text_blank first;
        if (filling_submit(ui, doc, ids, wanted) && !doc->focus && text_blank_get(doc->text, ids[0], &first))
            blank_go_to(ui, &first);
    } else {
        ui_say(ui, count ? "every blank has its proposal" : "there are no blanks");
    }
    mem_free(ids);
}

void do_cancel(struct ui *ui)
{
    struct doc *doc = ui->doc;
    if (filling_cancel_all(ui, NULL)) {
        ui_say(ui, "stopped");
        return;
    }
    ui->search.lit = false;
    doc->sticky = false;
    doc_move(ui, doc->cursor, false);
}

void do_again(struct ui *ui)
{
    struct text_blank b;
    if (blank_meant(ui, &b))
        fill_one(ui, &b);
    else
        need_blank(ui);
}

/* ---- proposals
 * -------------------------------------------------------------------------------------------------- */

static struct proposal *finished(struct ui *ui, struct text_blank *b)
{
    struct proposal *p = blank_meant(ui, b) ? proposal_find(ui->doc, b->id) : NULL;
    if (p && !p->job && p->count) return p;
    if (p && p->count > 1) { /* keys pressed ahead must not choose what nobody has seen */
        ui_say_filling(ui);
        return NULL;
    }
    filling_hurry(ui); /* who is in a hurry sees what there is */
    p = blank_meant(ui, b) ? proposal_find(ui->doc, b->id) : NULL;
    if (p && !p->job) return NULL;
    if (p)
        ui_say_filling(ui);
    else
        ui_say(ui, "there is no proposal at the cursor");
    return NULL;
}

/* One edit, and with it one step of undo. The proposal is kept: undo brings the blank back, and with it the
 * choice between its candidates. */
static bool take(struct ui *ui, struct proposal *p, const struct text_blank *b, size_t *end)
{
    struct doc *doc = ui->doc;
    const struct candidate *c = &p->candidates[p->chosen];
    const struct buffer *words = &c->words.text;
    struct error error = {0};
    if (!doc_writable(ui)) return false;
    enum status status =
        text_replace(doc->text, b->start, b->end, words->data ? words->data : "", words->size, &error);
    struct text_blank still;
    if (!status && text_blank_get(doc->text, b->id, &still)) text_blank_remove(doc->text, b->id);
    if (status) return ui_complain(ui, "%s", error.message), false;
    text_tag_group(doc->text, c->seed, (uint32_t)ui->settings.steps);
    *end = b->start + words->size;
    doc->words_stale = true;
    layout_invalidate(ui);
    return true;
}

void do_accept(struct ui *ui)
{
    struct text_blank b;
    size_t end = 0;
    struct proposal *p = finished(ui, &b);
    if (!p) return;
    text_break_group(ui->doc->text);
    text_group_begin(ui->doc->text);
    bool taken = take(ui, p, &b, &end);
    text_group_end(ui->doc->text);
    if (!taken) return;
    doc_move(ui, end, false);
    ui->doc->focus = 0;
    ui_say(ui, "accepted");
}

void do_accept_all(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t count = 0, end, cursor = doc->cursor;
    text_mark mark = text_mark_add(doc->text, cursor, TEXT_AFTER);
    text_break_group(doc->text);
    text_group_begin(doc->text);
    for (size_t i = text_blank_count(doc->text); i-- > 0;) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        struct proposal *p = proposal_find(doc, b.id);
        if (p && !p->job && p->count && take(ui, p, &b, &end)) count++;
    }
    text_group_end(doc->text);
    if (mark) cursor = text_mark_get(doc->text, mark);
    text_mark_remove(doc->text, mark);
    doc_move(ui, cursor, false);
    ui_say(ui, count ? "%zu accepted" : "there is no finished proposal", count);
}

void do_discard(struct ui *ui)
{
    struct text_blank b;
    /* The hints say "stop filling" wherever the cursor is. */
    if (filling_cancel_all(ui, NULL)) {
        ui_say(ui, "stopped");
        return;
    }
    const struct proposal *p = finished(ui, &b);
    if (!p) return;
    proposal_set_aside(ui->doc, b.id);
    layout_invalidate(ui);
    blank_go_to(ui, &b);
    ui_say(ui, "discarded; the blank stays");
}

void do_next_candidate(struct ui *ui)
{
    struct text_blank b;
    struct proposal *p = finished(ui, &b);
    if (!p) return;
    if (p->chosen + 1 < p->count)
        p->chosen++;
    else
        fill_one(ui, &b);
    layout_invalidate(ui);
}

void do_previous_candidate(struct ui *ui)
{
    struct text_blank b;
    struct proposal *p = finished(ui, &b);
    if (!p) return;
    if (p->chosen > 0)
        p->chosen--;
    else
        ui_say(ui, "this is the first");
    layout_invalidate(ui);
}
