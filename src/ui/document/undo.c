#include "undo.h"
#include "document.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/terminal/picture.h"

void undo_arrive(struct doc *doc, struct picture *picture, size_t at)
{
    doc->words_stale = true;
    doc->selecting = doc->sticky = false;
    picture->stale = true;
    doc_move(doc, at, false);
}

/* ---- several nodes as one step ------------------------------------------------------------------------- */

struct step step_begin(const struct doc *doc)
{
    return (struct step){
        .from = text_history_at(doc->text), .child = text_history_count(doc->text), .first = SIZE_MAX};
}

/* A command that made no node, or ended at an older one (it moved through the history itself), is not a
 * step. */
void step_end(struct doc *doc, struct step step)
{
    step.to = text_history_at(doc->text);
    if (step.to == step.from || step.to < step.child) return;
    text_break_group(doc->text);
    if (mem_grow(&doc->steps, &doc->step_capacity, doc->step_count + 1, sizeof *doc->steps))
        doc->steps[doc->step_count++] = step;
}

bool undo_forget(struct doc *doc, size_t node)
{
    size_t kept = 0;
    if (!text_history_forget(doc->text, node)) return false;
    for (size_t i = 0; i < doc->step_count; i++)
        if (doc->steps[i].to != node) doc->steps[kept++] = doc->steps[i];
    doc->step_count = kept;
    if (doc->kept_node == node) doc->kept_node = SIZE_MAX;
    return true;
}

bool step_undo(struct doc *doc, const struct step **step, size_t *at)
{
    size_t now = text_history_at(doc->text);
    *step = NULL;
    if (now == doc->first_node) return false;
    for (size_t i = doc->step_count; i-- > 0 && !*step;)
        if (doc->steps[i].to == now) *step = &doc->steps[i];
    return *step ? text_history_go(doc->text, (*step)->from, at) : text_undo(doc->text, at);
}

/* Redo follows the newest branch; if that is not the step's, it is a node of another step. */
bool step_redo(struct doc *doc, const struct step **step, size_t *at)
{
    size_t now = text_history_at(doc->text);
    *step = NULL;
    for (size_t i = doc->step_count; i-- > 0 && !*step;)
        if (doc->steps[i].from == now) *step = &doc->steps[i];
    bool moved = text_redo(doc->text, at);
    if (*step && moved && text_history_at(doc->text) != (*step)->child) *step = NULL;
    if (!*step || text_history_at(doc->text) == (*step)->to) return moved;
    return text_history_go(doc->text, (*step)->to, at);
}

/* ---- a discarded proposal ---------------------------------------------------------------------------- */

static void to_blank(struct ui *ui, uint32_t blank, const char *what)
{
    struct text_blank b;
    if (!text_blank_get(ui->doc->text, blank, &b)) return;
    undo_arrive(ui->doc, ui->picture, b.start);
    ui->doc->focus = blank;
    ui_say(ui->message, "%s", what);
}

bool undo_discarding(struct ui *ui)
{
    uint32_t blank = proposal_bring_back(ui->doc);
    if (blank) {
        to_blank(ui, blank, "the discarded proposal is back");
        return true;
    }
    blank = proposal_restore(ui->doc);
    if (blank) to_blank(ui, blank, "the removed proposal is back");
    return blank;
}

bool redo_discarding(struct ui *ui)
{
    uint32_t blank = proposal_set_aside_again(ui->doc);
    if (blank) to_blank(ui, blank, "the proposal is discarded again");
    return blank;
}

/* ---- the commands -------------------------------------------------------------------------------------- */

void do_undo(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t at;
    const struct step *step;
    if (!doc_writable(ui) || undo_discarding(ui)) return;
    if (step_undo(doc, &step, &at))
        undo_arrive(ui->doc, ui->picture, at);
    else
        ui_say(ui->message, "nothing to undo");
}

void do_redo(struct ui *ui)
{
    size_t at;
    const struct step *step;
    if (!doc_writable(ui) || redo_discarding(ui)) return;
    if (step_redo(ui->doc, &step, &at))
        undo_arrive(ui->doc, ui->picture, at);
    else
        ui_say(ui->message, "nothing to redo");
}
