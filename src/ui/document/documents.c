#include "documents.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/terminal/picture.h"

bool ui_add_doc(struct ui *ui, struct doc *doc)
{
    if (!mem_grow(&ui->documents->list, &ui->documents->capacity, ui->documents->count + 1,
                  sizeof *ui->documents->list))
        return false;
    ui->documents->list[ui->documents->count++] = doc;
    for (size_t i = 0; i < ui->documents->watchers.count; i++)
        if (ui->documents->watchers.list[i]->added) ui->documents->watchers.list[i]->added(ui, doc);
    return true;
}

void ui_show_doc(struct ui *ui, size_t index)
{
    if (ui->doc != ui->documents->list[index]) ui->documents->last = ui->doc;
    ui->documents->current = index;
    ui->doc = ui->documents->list[index];
    ui->doc->follow = true;
    ui->documents->shown++;
    ui->picture->stale = true;
}

bool doc_is_open(const struct documents *documents, const struct doc *doc)
{
    size_t i = 0;
    while (i < documents->count && documents->list[i] != doc) i++;
    return i < documents->count;
}

void doc_watch(struct documents *documents, const struct doc_watcher *watcher)
{
    if (documents->watchers.count < DOC_WATCHERS)
        documents->watchers.list[documents->watchers.count++] = watcher;
}

void doc_tell_before(struct ui *ui, struct doc *doc, size_t start, size_t end)
{
    for (size_t i = 0; i < ui->documents->watchers.count; i++)
        if (ui->documents->watchers.list[i]->before)
            ui->documents->watchers.list[i]->before(ui, doc, start, end);
}

void doc_tell_after(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    for (size_t i = 0; i < ui->documents->watchers.count; i++)
        if (ui->documents->watchers.list[i]->after) ui->documents->watchers.list[i]->after(ui, doc, edit);
}
