#include "paste.h"
#include "clipboard.h"
#include "commands.h"

static void begin(struct ui *ui)
{
    paste_end(ui);
    ui->acts++;
    if (ui->modal->context(ui) != UI_EDIT && !ui->prompt.active) ui->modal->write(ui);
    if (ui->prompt.active || ui->compare.active) return;
    text_break_group(ui->doc->text);
    text_group_begin(ui->doc->text);
    ui->pasting = ui->doc->text;
}

void paste_end(struct ui *ui)
{
    if (!ui->pasting) return;
    text_group_end(ui->pasting);
    text_break_group(ui->pasting);
    ui->pasting = NULL;
}

void paste_piece(struct ui *ui, const struct input *in)
{
    if (in->paste_begins) begin(ui);
    if (ui->prompt.active)
        prompt_insert(ui, in->pasted.data, in->pasted.size);
    else if (!ui->compare.active && in->pasted.size)
        clipboard_paste(ui, in->pasted.data, in->pasted.size);
    if (in->paste_ends) paste_end(ui);
}
