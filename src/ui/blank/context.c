#include "context.h"
#include "lacuna/text.h"
#include "timeline.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/prompt/prompt.h"

enum ui_context ui_context_now(const struct ui *ui)
{
    return ui->prompt->active ? UI_PROMPT : ui_context_under(ui);
}

enum ui_context ui_context_under(const struct ui *ui)
{
    const struct doc *doc = ui->doc;
    struct text_blank b;
    if (ui->prompt->active && ui->prompt->popup) return UI_PROMPT;
    enum ui_context page = ui->modal->context(ui);
    if (page & (UI_VISUAL | UI_OPERATOR)) return page;
    if (!doc->focus || doc->selecting || !text_blank_get(doc->text, doc->focus, &b)) return page;
    const struct proposal *p = proposal_find(doc, doc->focus);
    if (p && p->count && timeline_active(ui->timeline, ui->doc)) return UI_TIMELINE;
    return p && p->count ? UI_BLANK : page;
}
