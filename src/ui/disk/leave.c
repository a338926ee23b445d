#include "leave.h"
#include "file_commands.h"
#include "lacuna/text.h"
#include "leaving.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"

static void quit_on(struct ui *ui);

static void save_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'n') {
        ui->leaving->index++;
        quit_on(ui);
    } else if (answer && *answer == 'y') {
        file_save(ui); /* leave_go_on follows */
    } else {
        leave_stay(ui->leaving);
    }
}

/* Proposals that would be lost with the editor; *first: of that document. Discarding a text also discards its
 * proposals. */
static size_t lost_proposals(struct ui *ui, size_t *first)
{
    size_t count = 0, kept;
    for (size_t i = ui->documents->count; i-- > 0;) {
        size_t here = leave_loses(ui, ui->documents->list[i], &kept);
        if (here) *first = i;
        count += here;
    }
    return count;
}

static void quit_on(struct ui *ui)
{
    struct leaving *leaving = ui->leaving;
    for (; leaving->index < ui->documents->count; leaving->index++) {
        const struct doc *doc = ui->documents->list[leaving->index];
        if (!text_dirty(doc->text) || doc == leaving->lost) continue;
        if (doc != ui->doc) ui_show_doc(ui, leaving->index);
        prompt_question(ui, "yn", save_answered, "Save %.80s before quitting? (y/n, Esc: stay) ",
                        doc_name(doc));
        return;
    }
    size_t first = 0, kept, count = leaving->proposals_go ? 0 : lost_proposals(ui, &first);
    if (count && !leave_loses(ui, ui->doc, &kept)) ui_show_doc(ui, first);
    if (!leave_asks_proposals(ui, count)) leave_quit(ui);
}

void do_quit(struct ui *ui)
{
    *ui->leaving = (struct leaving){.go_on = quit_on};
    quit_on(ui);
}

void leave_saving(struct ui *ui)
{
    *ui->leaving = (struct leaving){.go_on = quit_on};
    file_save(ui);
}

void leave_without_saving(struct ui *ui)
{
    *ui->leaving = (struct leaving){.go_on = quit_on, .lost = ui->doc, .proposals_go = true};
    quit_on(ui);
}

/* ---- all open files ------------------------------------------------------------------------------------ */

static void save_on(struct ui *ui)
{
    struct leaving *leaving = ui->leaving;
    while (leaving->index < ui->documents->count) {
        size_t index = leaving->index++;
        if (!text_dirty(ui->documents->list[index]->text)) continue;
        leaving->saved++;
        if (index != ui->documents->current) ui_show_doc(ui, index);
        file_save(ui); /* leave_go_on follows */
        return;
    }
    size_t saved = leaving->saved;
    if (leaving->quits) {
        do_quit(ui);
        return;
    }
    if (leaving->back < ui->documents->count && leaving->back != ui->documents->current)
        ui_show_doc(ui, leaving->back);
    leave_stay(ui->leaving);
    if (saved != 1) ui_say(ui->message, saved ? "%zu files are saved" : "nothing to save", saved);
}

static void save_all(struct ui *ui, bool quits)
{
    *ui->leaving = (struct leaving){.go_on = save_on, .quits = quits, .back = ui->documents->current};
    save_on(ui);
}

void do_save_all(struct ui *ui)
{
    save_all(ui, false);
}

void line_save_all(struct ui *ui, const char *arguments)
{
    (void)arguments;
    save_all(ui, false);
}

void line_save_all_and_quit(struct ui *ui, const char *arguments)
{
    (void)arguments;
    save_all(ui, true);
}

void line_quit_all(struct ui *ui, const char *arguments)
{
    if (*arguments == '!')
        ui->ending->quitting = true;
    else
        do_quit(ui);
}
