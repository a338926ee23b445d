/* Several files: going from one to another, a list of them, closing one. */
#include "vi.h"

#include <stdlib.h>
#include <string.h>

void file_go(struct ui *ui, size_t index)
{
    if (index != ui->current && vi_is_visual(ui)) vi_leave_visual(ui);
    ui_show_doc(ui, index);
    ui_say(ui, "%zu of %zu: %s", ui->current + 1, ui->doc_count, doc_name(ui->doc));
    lock_look(ui);
    recovery_look(ui);
}

static void turn(struct ui *ui, size_t by)
{
    if (ui->doc_count < 2)
        ui_say(ui, "no other file is open");
    else
        file_go(ui, (ui->current + by) % ui->doc_count);
}

void do_next_file(struct ui *ui)
{
    turn(ui, 1);
}

void do_previous_file(struct ui *ui)
{
    turn(ui, ui->doc_count - 1);
}

/* ---- closing one ----------------------------------------------------------------------------------------
 */

/* The last one leaves an empty page, as in editors with tabs: who closes a text has not said that the work is
 * over, and ^Q is as near. */
void file_close_now(struct ui *ui)
{
    struct error error = {0};
    struct doc *doc = ui->doc, *page = NULL;
    char name[128];
    snprintf(name, sizeof name, "%.100s", doc_name(doc));
    if (ui->doc_count == 1) page = doc_open(ui, NULL, &error);
    if (ui->doc_count == 1 && !page) {
        ui_complain(ui, "%s", error.message);
        return;
    }
    (void)filling_cancel_all(ui, doc);
    search_forget(ui);
    if (ui->settings.reopen) place_keep(doc);
    history_leave(ui, doc);
    text_journal_end(doc->text, false);
    ui->vi.step_open = false;
    if (page) {
        ui->docs[0] = page;
        journal_open(ui, page);
    } else {
        size_t behind = --ui->doc_count - ui->current;
        memmove(ui->docs + ui->current, ui->docs + ui->current + 1, behind * sizeof *ui->docs);
    }
    ui_show_doc(ui, ui->current < ui->doc_count ? ui->current : ui->doc_count - 1);
    doc_free(doc);
    if (page)
        ui_say(ui, "%s is closed", name);
    else
        ui_say(ui, "%s is closed; %zu of %zu: %s", name, ui->current + 1, ui->doc_count, doc_name(ui->doc));
    lock_look(ui);
    recovery_look(ui);
}

static void save_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'n') {
        ui->leaving.lost = ui->doc;
        file_close_on(ui);
    } else if (answer && *answer == 'y') {
        file_save(ui); /* leave_go_on follows */
    } else {
        leave_stay(ui);
    }
}

static void proposals_answered(struct ui *ui, const char *answer)
{
    ui->leaving.proposals_go = true;
    leave_go_on(ui, answer && *answer == 'y');
}

void file_close_on(struct ui *ui)
{
    bool lost = ui->leaving.lost == ui->doc;
    if (!lost && text_dirty(ui->doc->text))
        prompt_question(ui, "yn", save_answered, "Save %.80s before it is closed? (y/n, Esc: keep it open) ",
                        doc_name(ui->doc));
    else if (!lost && leave_asks_proposals(ui, proposals_waiting(ui->doc), proposals_answered))
        return;
    else {
        bool quits = ui->leaving.quits && ui->doc_count == 1;
        leave_stay(ui);
        if (quits)
            ui->quitting = true;
        else
            file_close_now(ui);
    }
}

void do_close(struct ui *ui)
{
    ui->leaving = (struct leaving){.what = LEAVE_FILE};
    file_close_on(ui);
}

void do_close_or_quit(struct ui *ui)
{
    ui->leaving = (struct leaving){.what = LEAVE_FILE, .quits = true};
    file_close_on(ui);
}
