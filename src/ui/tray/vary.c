#include "vary.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/blank/blank_commands.h"
#include "ui/blank/context.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_pace.h"
#include "ui/blank/filling_say.h"
#include "ui/blank/record.h"
#include "ui/blank/say_with_key.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/document/undo.h"
#include "ui/editor_state.h"
#include "ui/lens/ripple.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

enum {
    TURN = 10,  /* per cent */
    BEGIN = 30, /* the first position of the dial */
    STEPS = 12  /* at most, so that the words follow the dial quickly */
};

static bool is_there(const struct vary *vary)
{
    struct text_blank b;
    return text_blank_get(vary->doc->text, vary->blank, &b);
}

enum ui_context vary_context(const struct ui *ui)
{
    const struct vary *v = ui->vary;
    bool here = v->active && v->doc == ui->doc && v->blank == ui->doc->focus;
    return here && ui_context_under(ui) == UI_BLANK ? UI_VARY : 0;
}

bool vary_holds(const struct vary *vary, const struct doc *doc, const struct proposal *proposal)
{
    return vary->active && vary->doc == doc && proposal && proposal->blank == vary->blank;
}

/* ---- drawing ------------------------------------------------------------------------------------------- */

static void stop(struct ui *ui)
{
    const struct proposal *p = proposal_find(ui->vary->doc, ui->vary->blank);
    if (p && p->job) filling_cancel(ui->filling, ui->picture, p->job);
    proposal_remove(ui->vary->doc, ui->vary->blank);
    ui->picture->stale = true;
}

static void draw(struct ui *ui)
{
    struct vary *v = ui->vary;
    struct fill_conditions conditions = {.vary = true, .noise = v->percent / 100.0};
    struct filling_how how = filling_how(ui->settings, v->seed);
    if (how.steps > STEPS) how.steps = STEPS;
    how.conditions = &conditions;
    stop(ui);
    if (!filling_submit_so(ui, v->doc, &v->blank, 1, &how)) {
        vary_close(ui);
        return;
    }
    struct proposal *p = proposal_find(v->doc, v->blank);
    if (p) p->asked = true; /* one candidate for each position of the dial is enough */
    v->doc->focus = v->blank;
}

/* Removes the blank. Undo and redo then do what they would have done before the blank was made. */
static void take_back(struct ui *ui)
{
    struct vary *v = ui->vary;
    stop(ui);
    if (!undo_forget(v->doc, v->node) && is_there(v)) text_blank_remove(v->doc->text, v->blank);
}

void vary_close(struct ui *ui)
{
    if (!ui->vary->active) return;
    if (doc_is_open(ui->documents, ui->vary->doc)) {
        take_back(ui);
        ui->vary->doc->dial = 0;
        kept_note(ui->vary->doc);
    }
    if (ui->doc == ui->vary->doc && ui->doc->focus == ui->vary->blank) ui->doc->focus = 0;
    *ui->vary = (struct vary){0};
    ui->doc->follow = true;
}

void vary_make_way(struct ui *ui, const struct ui_command *command)
{
    enum { ANYWHERE = UI_EDIT | UI_BLANK | UI_NORMAL | UI_VISUAL };
    bool stays = command->contexts & (UI_VARY | UI_PROMPT) || (command->contexts & ANYWHERE) == ANYWHERE;
    if (command->run == do_undo) return; /* it takes the blank back, and no more */
    if (!stays || command->run == do_ripple_draw) vary_close(ui);
}

void vary_update(struct ui *ui)
{
    const struct vary *v = ui->vary;
    if (!v->active) return;
    bool here = ui->doc == v->doc && ui->doc->focus == v->blank && is_there(v);
    if (!here || !proposal_find(v->doc, v->blank))
        vary_close(ui);
    else
        filling_hurry(ui); /* the dial shows its result without pacing the steps */
}

/* ---- the dial ------------------------------------------------------------------------------------------ */

void do_vary(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t start, end;
    if (!doc_selection(doc, &start, &end)) {
        ui_say(ui->message, "first select the words to vary");
        return;
    }
    if (doc_has_blank(doc, start, end)) {
        ui_say(ui->message, "the selection contains a blank: only words of the text can be varied");
        return;
    }
    if (!doc_writable(ui) || filling_holds_up(ui)) return;
    uint32_t id = blank_of_words(ui, start, end);
    if (!id) return;
    *ui->vary = (struct vary){.active = true,
                              .doc = doc,
                              .blank = id,
                              .node = text_history_at(doc->text),
                              .percent = BEGIN,
                              .before = BEGIN,
                              .seed = ui->filling->next_seed};
    doc->dial = id;
    kept_note(doc);
    draw(ui);
}

static void turn_to(struct ui *ui, int percent)
{
    if (!ui->vary->active) return;
    ui->vary->percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    draw(ui);
}

void do_vary_less(struct ui *ui)
{
    turn_to(ui, ui->vary->percent - TURN);
}

void do_vary_more(struct ui *ui)
{
    turn_to(ui, ui->vary->percent + TURN);
}

void do_vary_original(struct ui *ui)
{
    struct vary *v = ui->vary;
    int percent = v->percent ? 0 : v->before;
    if (v->percent) v->before = v->percent;
    turn_to(ui, percent);
}

void do_vary_again(struct ui *ui)
{
    ui->vary->seed = ui->filling->next_seed;
    turn_to(ui, ui->vary->percent);
}

void do_vary_leave(struct ui *ui)
{
    vary_close(ui);
    ui_say(ui->message, "the original words are kept");
}

void do_vary_accept(struct ui *ui)
{
    struct vary *v = ui->vary;
    struct text_blank b;
    struct buffer words = {0};
    const struct proposal *p = v->active ? proposal_find(v->doc, v->blank) : NULL;
    if (!p || !text_blank_get(v->doc->text, v->blank, &b)) return;
    if (p->job) {
        filling_say(ui);
        return;
    }
    const struct buffer *from = &p->candidates[p->chosen].words.text;
    record_accepted(ui, &p->candidates[p->chosen], (struct slice){from->data, from->size});
    bool copied = buffer_append(&words, from->data ? from->data : "", from->size);
    vary_close(ui);
    text_break_group(ui->doc->text);
    if (copied && doc_replace(ui, b.start, b.end, words.data, words.size)) {
        text_drawn_mark(ui->doc->text, b.start, b.start + words.size);
        kept_note(ui->doc);
        say_with_key(ui, "accepted", "undo", "brings your words back");
    }
    text_break_group(ui->doc->text);
    buffer_free(&words);
}
