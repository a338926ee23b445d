#include "documents.h"
#include "document.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"

bool ui_add_doc(struct ui *ui, struct doc *doc)
{
    if (!mem_grow(&ui->docs, &ui->doc_capacity, ui->doc_count + 1, sizeof *ui->docs)) return false;
    ui->docs[ui->doc_count++] = doc;
    for (size_t i = 0; i < ui->watchers->count; i++)
        if (ui->watchers->list[i]->added) ui->watchers->list[i]->added(ui, doc);
    return true;
}

void ui_show_doc(struct ui *ui, size_t index)
{
    if (ui->doc != ui->docs[index]) ui->last_doc = ui->doc;
    ui->current = index;
    ui->doc = ui->docs[index];
    ui->follow = true;
    ui->shown++;
    ui->stale = true;
}

void doc_watch(struct ui *ui, const struct doc_watcher *watcher)
{
    if (ui->watchers->count < DOC_WATCHERS) ui->watchers->list[ui->watchers->count++] = watcher;
}

void doc_tell_before(struct ui *ui, struct doc *doc, size_t start, size_t end)
{
    for (size_t i = 0; i < ui->watchers->count; i++)
        if (ui->watchers->list[i]->before) ui->watchers->list[i]->before(ui, doc, start, end);
}

void doc_tell_after(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    for (size_t i = 0; i < ui->watchers->count; i++)
        if (ui->watchers->list[i]->after) ui->watchers->list[i]->after(ui, doc, edit);
}
