#include "paste.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/beside/covered_text.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/clipboard.h"
#include "ui/terminal/input_parser.h"

static void begin(struct ui *ui)
{
    paste_end(ui->clipboard);
    ui->typed->acts++;
    if (ui->prompt->active || text_is_covered(ui)) return;
    if (ui->modal->context(ui) != UI_EDIT) ui->modal->write(ui);
    text_break_group(ui->doc->text);
    text_group_begin(ui->doc->text);
    ui->clipboard->pasting = ui->doc->text;
}

void paste_end(struct clipboard *clipboard)
{
    if (!clipboard->pasting) return;
    text_group_end(clipboard->pasting);
    text_break_group(clipboard->pasting);
    clipboard->pasting = NULL;
}

void paste_piece(struct ui *ui, const struct input *in)
{
    if (in->paste_begins) begin(ui);
    if (ui->prompt->active)
        prompt_insert(ui, in->pasted.data, in->pasted.size);
    else if (!text_is_covered(ui) && in->pasted.size)
        clipboard_paste(ui, in->pasted.data, in->pasted.size);
    if (in->paste_ends) paste_end(ui->clipboard);
}
