/* Proposals: choosing among them, accepting and discarding them, and going from one to the next. */
#include "proposal_commands.h"
#include "blank_commands.h"
#include "filling.h"
#include "filling_pace.h"
#include "filling_say.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "meant_blank.h"
#include "proposal_walk.h"
#include "record.h"
#include "say_with_key.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/modal.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

void proposal_needed(struct ui *ui)
{
    say_with_key(ui, "no proposal at the cursor", "fill", "draws one for a blank");
}

/* ---- going through them -------------------------------------------------------------------------------- */

/* The next finished one after `from`, else the first in the text. */
static bool next_finished(const struct doc *doc, size_t from, struct text_blank *out)
{
    size_t count = text_blank_count(doc->text);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        const struct proposal *p = proposal_find(doc, b.id);
        if (!p || p->job || !p->count || (found && b.start < from)) continue;
        *out = b;
        found = true;
        if (b.start >= from) break;
    }
    return found;
}

/* ---- choosing ----------------------------------------------------------------------------------------- */

/* A hash of the shown words; 0 while some are masked. */
static uint64_t words_shown(const struct proposal *p)
{
    const struct words *words = p && p->count ? &p->candidates[p->count - 1].words : NULL;
    return words && words_whole(words) ? hash_bytes(words->text.data, words->text.size, 1) | 1 : 0;
}

static struct proposal *finished(struct ui *ui, struct text_blank *b)
{
    struct proposal *p = blank_meant(ui->doc, b) ? proposal_find(ui->doc, b->id) : NULL;
    if (p && !p->job && p->count) return p;
    if (p && p->count > 1) { /* keys pressed in advance must not choose what nobody has seen */
        filling_say(ui);
        return NULL;
    }
    uint64_t seen = words_shown(p);
    filling_hurry(ui); /* shows the words that have arrived */
    p = blank_meant(ui->doc, b) ? proposal_find(ui->doc, b->id) : NULL;
    if (p && !p->job) return seen && seen == words_shown(p) ? p : NULL; /* exactly these words were seen */
    if (p)
        filling_say(ui);
    else
        proposal_needed(ui);
    return NULL;
}

/* One edit, and so one undo step. The proposal is kept, so undo restores the blank with all its candidates. */
static bool put_into_text(struct ui *ui, struct proposal *p, const struct text_blank *b, size_t *end)
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
    if (status) return ui_complain(ui->message, "%s", error.message), false;
    text_tag_group(doc->text, c->seed, (uint32_t)c->steps);
    *end = b->start + words->size;
    text_drawn_mark(doc->text, b->start, *end);
    record_accepted(ui, c, (struct slice){c->words.text.data, c->words.text.size});
    doc->words_stale = true;
    ui->picture->stale = true;
    return true;
}

/* After the last proposal, goes to the next blank that is not filled, if there is one. */
static void go_to_unfilled(struct ui *ui, size_t from)
{
    const struct doc *doc = ui->doc;
    for (size_t i = 0; i < text_blank_count(doc->text); i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < from || proposal_find(doc, b.id)) continue;
        blank_go_to(ui->doc, &b);
        ui->proposal_walk->led = true;
        char undo[UI_SEQUENCE_NAME], fill[UI_SEQUENCE_NAME];
        ui_keymap_keys(ui->keymap, "undo", UI_EDIT, undo);
        ui_keymap_keys(ui->keymap, "fill", UI_EDIT, fill);
        if (*undo && *fill)
            ui_note(ui->message, "accepted; %s brings the blank back, %s fills the next", undo, fill);
        else
            say_with_key(ui, "accepted", "undo", "brings the blank back");
        return;
    }
    say_with_key(ui, "accepted", "undo", "brings the blank back");
}

void do_accept(struct ui *ui)
{
    struct text_blank b;
    size_t end = 0;
    struct proposal *p = finished(ui, &b);
    if (!p) return;
    text_break_group(ui->doc->text);
    text_group_begin(ui->doc->text);
    bool taken = put_into_text(ui, p, &b, &end);
    text_group_end(ui->doc->text);
    if (!taken) return;
    kept_note(ui->doc);
    proposals_passed(ui, 1);
    struct doc *doc = ui->doc;
    doc_move(ui->doc, end, false);
    doc->focus = 0;
    if (!next_finished(doc, end, &b)) {
        go_to_unfilled(ui, end);
        return;
    }
    blank_go_to(ui->doc, &b);
    size_t left = proposals_waiting(doc);
    ui_note(ui->message,
            left == 1 ? "accepted; this is the last blank with a proposal"
                      : "accepted; %zu blanks with proposals are left",
            left);
}

void do_accept_all(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t count = 0, end, cursor = doc->cursor;
    if (!doc_writable(ui)) return;
    text_mark mark = text_mark_add(doc->text, cursor, TEXT_AFTER);
    text_break_group(doc->text);
    text_group_begin(doc->text);
    for (size_t i = text_blank_count(doc->text); i-- > 0;) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        struct proposal *p = proposal_find(doc, b.id);
        if (p && !p->job && p->count && put_into_text(ui, p, &b, &end)) count++;
    }
    text_group_end(doc->text);
    kept_note(doc);
    if (mark) cursor = text_mark_get(doc->text, mark);
    text_mark_remove(doc->text, mark);
    doc_move(ui->doc, cursor, false);
    if (count) {
        char said[48];
        snprintf(said, sizeof said, "%zu accepted", count);
        say_with_key(ui, said, "undo", "brings the blanks back");
    } else {
        say_with_key(ui, "no finished proposal", "fill-all", "fills every blank");
    }
}

void do_discard(struct ui *ui)
{
    /* The hints say "stop filling" wherever the cursor is. */
    if (filling_cancel_all(ui->filling, ui->picture, NULL)) {
        ui_say(ui->message, "stopped");
        return;
    }
    proposal_discard(ui);
}

void proposal_discard(struct ui *ui)
{
    struct text_blank b;
    const struct proposal *p = finished(ui, &b);
    if (!p || filling_too_late(ui)) return;
    proposals_passed(ui, 1);
    proposal_set_aside(ui->doc, b.id);
    kept_note(ui->doc);
    ui->picture->stale = true;
    blank_go_to(ui->doc, &b);
    if (b.start < b.end && !doc_blank_is_markup(ui->doc, &b))
        say_with_key(ui, "discarded; your words are still a blank", "blank-remove", "makes them plain");
    else
        say_with_key(ui, "discarded; the blank is kept", "fill", "draws another");
}

static void show_candidate(struct doc *doc, struct proposal *p, size_t index)
{
    p->chosen = index;
    kept_note(doc);
}

void do_next_candidate(struct ui *ui)
{
    struct text_blank b;
    struct proposal *p = finished(ui, &b);
    proposals_passed(ui, 0);
    if (!p) return;
    if (p->chosen + 1 < p->count)
        show_candidate(ui->doc, p, p->chosen + 1);
    else
        blank_fill(ui, &b);
    ui->picture->stale = true;
}

void do_previous_candidate(struct ui *ui)
{
    struct text_blank b;
    struct proposal *p = finished(ui, &b);
    proposals_passed(ui, 0);
    if (!p) return;
    if (p->chosen > 0)
        show_candidate(ui->doc, p, p->chosen - 1);
    else
        say_with_key(ui, "this is the first proposal", "again", "draws another");
    ui->picture->stale = true;
}

void do_again(struct ui *ui)
{
    struct text_blank b;
    proposals_passed(ui, 0);
    if (blank_meant(ui->doc, &b))
        blank_fill(ui, &b);
    else
        blank_needed(ui);
}
