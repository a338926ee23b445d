#include "blank_commands.h"
#include "condition_commands.h"
#include "filling.h"
#include "filling_say.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "meant_blank.h"
#include "proposal_walk.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/search/search.h"
#include "ui/terminal/picture.h"

#include <math.h>
#include <string.h>

/* ---- making them --------------------------------------------------------------------------------------- */

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

/* The old words stay until others are accepted. They give a guess for the length: a word is about one token
 * and a third. */
uint32_t blank_of_words(struct ui *ui, size_t start, size_t end)
{
    struct doc *doc = ui->doc;
    if (!doc_writable(ui)) return 0;
    if (!trimmed(doc, &start, &end)) return ui_say(ui->message, "only white space is selected"), 0;
    double tokens = 4.0 / 3 * (double)text_count_words(doc->text, start, end) + 1;
    uint32_t min = (uint32_t)fmax(1, floor(0.6 * tokens)), max = (uint32_t)fmax(2, ceil(1.5 * tokens));
    filling_touch(ui, doc, start, end);
    text_break_group(doc->text);
    text_group_begin(doc->text); /* one step of undo */
    for (size_t i = text_blank_count(doc->text); i-- > 0;) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < end && start < b.end) text_blank_remove(doc->text, b.id);
    }
    uint32_t id = text_blank_add(doc->text, start, end, min, max);
    text_group_end(doc->text);
    ui->picture->stale = true;
    if (!id) return ui_complain(ui->message, "a blank cannot be made here"), 0;
    doc->sticky = false;
    doc_move(ui->doc, start, false);
    doc->focus = id;
    return id;
}

static bool is_letter_like(int byte)
{
    return byte >= 0x80 || (byte > ' ' && !strchr("([{<\"'-/", byte));
}

enum { MARKUP = 64 }; /* bytes of the markup of a blank */

static void complain_length(struct ui *ui, const char *length_asked)
{
    uint32_t most = filling_most_tokens(ui);
    if (most < UINT32_MAX)
        ui_complain(ui->message, "\"%s\" is not a length: enter 8, 4-20 or nothing, at most %u", length_asked,
                    most);
    else
        ui_complain(ui->message, "\"%s\" is not a length: enter 8, 4-20 or nothing", length_asked);
}

/* The markup of a blank with a typed length. False, after a message: it is not a length. */
static bool read_length(struct ui *ui, const char *asked, char markup[MARKUP], uint32_t *min, uint32_t *max)
{
    size_t length;
    snprintf(markup, MARKUP, "[[%.40s]]", asked);
    struct text *trial = text_from_bytes(markup, strlen(markup), NULL);
    bool good = trial && doc_markup_at(trial, &ui->documents->limit, 0, &length, min, max) &&
                length == strlen(markup);
    text_free(trial);
    if (!good) complain_length(ui, asked);
    return good;
}

/* Writes the markup at the cursor, with the spaces that a word there would have. */
static void insert_markup(struct ui *ui, const char *length_asked)
{
    struct doc *doc = ui->doc;
    char markup[MARKUP], spaced[MARKUP + 2];
    size_t cursor = doc->cursor;
    uint32_t min, max;
    int before = cursor ? text_byte(doc->text, cursor - 1) : '\n', after = text_byte(doc->text, cursor);
    bool lead = is_letter_like(before);
    bool trail =
        after >= 0x80 || (after >= '0' && after <= '9') || ((after | 0x20) >= 'a' && (after | 0x20) <= 'z');
    if (!read_length(ui, length_asked, markup, &min, &max)) return;
    snprintf(spaced, sizeof spaced, "%s%s%s", lead ? " " : "", markup, trail ? " " : "");
    text_break_group(doc->text);
    /* After the blank, where the writer continues. */
    if (doc_replace(ui, cursor, cursor, spaced, strlen(spaced)))
        doc_move(ui->doc, cursor + strlen(spaced) - trail, false);
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
        blank_of_words(ui, start, end);
    else
        prompt_line(ui, "", length_for_new,
                    "Length of the blank in tokens (8, 4-20, or nothing: any length): ");
}

void do_blank_remove(struct ui *ui)
{
    struct text_blank b;
    struct doc *doc = ui->doc;
    if (!blank_meant(ui->doc, &b)) {
        blank_needed(ui);
        return;
    }
    if (!doc_writable(ui)) return;
    const struct proposal *p = proposal_find(doc, b.id);
    if (p && p->job) filling_cancel(ui->filling, ui->picture, p->job);
    proposal_remove(doc, b.id);
    if (doc_blank_is_markup(doc, &b)) {
        doc_replace(ui, b.start, b.end, "", 0); /* without its markup the blank is empty */
    } else {
        text_blank_remove(doc->text, b.id);
        ui->picture->stale = true;
        doc_move(ui->doc, doc->cursor, false);
    }
}

static void length_for_old(struct ui *ui, const char *answer)
{
    struct text_blank b;
    struct doc *doc = ui->doc;
    if (!answer || !blank_meant(ui->doc, &b) || !doc_writable(ui)) return;
    char markup[MARKUP];
    uint32_t min, max;
    if (!read_length(ui, answer, markup, &min, &max)) return;
    if (b.start < b.end && doc_blank_is_markup(doc, &b)) {
        if (doc_replace(ui, b.start + 2, b.end - 2, answer, strlen(answer)))
            doc_move(ui->doc, b.start, false);
    } else {
        text_blank_set_length(doc->text, b.id, min, max);
        ui_say(ui->message, "length of the blank: %s%s", *answer ? answer : "any", *answer ? " tokens" : "");
    }
}

void do_blank_length(struct ui *ui)
{
    struct text_blank b;
    if (blank_meant(ui->doc, &b))
        prompt_line(ui, "", length_for_old, "Length in tokens (8, 4-20, or nothing: any length): ");
    else
        blank_needed(ui);
}

/* ---- going to them ------------------------------------------------------------------------------------- */

void do_next_blank(struct ui *ui)
{
    struct doc *doc = ui->doc;
    proposals_passed(ui, 0);
    size_t count = text_blank_count(doc->text);
    struct text_blank b;
    if (!count) {
        blank_needed(ui);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        text_blank_at(doc->text, i, &b);
        if (b.start > doc->cursor || (b.start == doc->cursor && !doc->focus)) {
            blank_go_to(ui->doc, &b);
            return;
        }
    }
    text_blank_at(doc->text, 0, &b);
    blank_go_to(ui->doc, &b);
}

void do_previous_blank(struct ui *ui)
{
    struct doc *doc = ui->doc;
    proposals_passed(ui, 0);
    size_t count = text_blank_count(doc->text);
    struct text_blank b;
    if (!count) {
        blank_needed(ui);
        return;
    }
    for (size_t i = count; i-- > 0;) {
        text_blank_at(doc->text, i, &b);
        if (b.start < doc->cursor) {
            blank_go_to(ui->doc, &b);
            return;
        }
    }
    text_blank_at(doc->text, count - 1, &b);
    blank_go_to(ui->doc, &b);
}

/* ---- filling them -------------------------------------------------------------------------------------- */

/* From after a blank, and while there is nothing to choose from, the cursor stays: a writer who goes on
 * typing writes the next words. filling_events.c moves the cursor to the proposal when it is done. */
static void watch_from_behind(struct doc *doc, const struct text_blank *b)
{
    doc->sticky = false;
    doc_move(doc, doc->cursor, false);
    doc->focus = b->id;
}

void blank_fill(struct ui *ui, const struct text_blank *b)
{
    const struct proposal *p = proposal_find(ui->doc, b->id);
    bool behind = !p && b->start < b->end && ui->doc->cursor >= b->end &&
                  !(ui->modal->context(ui) & (UI_NORMAL | UI_OPERATOR));
    if (p && p->job) {
        filling_say(ui);
        return;
    }
    enum { MOST_TIED = 64 };
    uint32_t tied[MOST_TIED];
    size_t count = blanks_tied(ui->doc, b->id, tied, MOST_TIED);
    if (!filling_submit(ui, ui->doc, tied, count)) return;
    if (behind)
        watch_from_behind(ui->doc, b);
    else
        blank_go_to(ui->doc, b);
}

/* The blank that was written last, with only spaces after it. */
static bool blank_before(const struct doc *doc, struct text_blank *out)
{
    size_t at = doc->cursor;
    while (at > 0 && text_byte(doc->text, at - 1) == ' ') at--;
    return text_blank_get(doc->text, text_blank_find(doc->text, at), out);
}

void do_fill(struct ui *ui)
{
    size_t start, end;
    struct text_blank b;
    if (doc_selection(ui->doc, &start, &end)) {
        uint32_t id = blank_of_words(ui, start, end);
        if (id && text_blank_get(ui->doc->text, id, &b)) blank_fill(ui, &b);
    } else if (blank_meant(ui->doc, &b) || blank_before(ui->doc, &b)) {
        blank_fill(ui, &b);
    } else {
        blank_needed(ui);
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
        if (!proposal_find(doc, b.id)) ids[wanted++] = b.id;
    }
    if (wanted) {
        struct text_blank first;
        if (filling_submit(ui, doc, ids, wanted) && !doc->focus && text_blank_get(doc->text, ids[0], &first))
            blank_go_to(ui->doc, &first);
    } else if (count && filling_current(ui->filling)) {
        filling_say(ui);
    } else {
        char key[UI_SEQUENCE_NAME];
        ui_keymap_key_or_name(ui->keymap, count ? "accept-all" : "blank", UI_EDIT, key);
        ui_say(ui->message,
               count ? "every blank has a proposal; %s accepts all" : "there are no blanks; %s makes one",
               key);
    }
    mem_free(ids);
}

void do_cancel(struct ui *ui)
{
    struct doc *doc = ui->doc;
    if (filling_cancel_all(ui->filling, ui->picture, NULL)) {
        ui_say(ui->message, "stopped");
        return;
    }
    ui->search->lit = false;
    doc->sticky = false;
    doc_move(ui->doc, doc->cursor, false);
}
