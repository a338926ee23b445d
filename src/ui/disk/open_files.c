#include "open_files.h"
#include "file_commands.h"
#include "history_files.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "leave.h"
#include "leaving.h"
#include "lock.h"
#include "open_document.h"
#include "recovery.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/name_score.h"
#include "ui/prompt/popup.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/place.h"
#include "ui/settings/settings.h"

#include <stdlib.h>
#include <string.h>

static void file_go(struct ui *ui, size_t index)
{
    if (index != ui->documents->current) ui->modal->leave_selection(ui);
    ui_show_doc(ui, index);
    ui_say(ui->message, "%zu of %zu: %s", ui->documents->current + 1, ui->documents->count,
           doc_name(ui->doc));
    lock_look(ui);
    recovery_look(ui);
}

static void turn(struct ui *ui, size_t by)
{
    if (ui->documents->count < 2)
        ui_say(ui->message, "no other file is open");
    else
        file_go(ui, (ui->documents->current + by) % ui->documents->count);
}

void do_next_file(struct ui *ui)
{
    turn(ui, 1);
}

void do_previous_file(struct ui *ui)
{
    turn(ui, ui->documents->count - 1);
}

void do_last_file(struct ui *ui)
{
    size_t index = 0;
    while (index < ui->documents->count && ui->documents->list[index] != ui->documents->last) index++;
    if (index < ui->documents->count && index != ui->documents->current)
        file_go(ui, index);
    else
        turn(ui, 1);
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static bool add_file(const struct documents *documents, struct popup *popup, size_t index)
{
    const struct doc *doc = documents->list[index];
    const char *path = text_path(doc->text), *slash = path ? strrchr(path, '/') : NULL;
    size_t waiting = proposals_waiting(doc);
    char proposals[48] = "";
    if (waiting) snprintf(proposals, sizeof proposals, "  %zu not accepted", waiting);
    return buffer_printf(&popup->lines, "%zu  %s%s\t%.*s%s%s%s\n", index + 1, doc_name(doc),
                         text_dirty(doc->text) ? " *" : "", slash ? (int)(slash - path + 1) : 0,
                         slash ? path : "", doc->read_only ? "  [read-only]" : "", proposals,
                         index == documents->current ? "  (here)" : "");
}

static void list(struct ui *ui)
{
    struct popup *popup = &ui->file_list->popup;
    const char *typed = ui->prompt->text.data ? ui->prompt->text.data : "";
    popup->lines.size = 0;
    popup->count = popup->chosen = 0;
    for (size_t i = 0; i < ui->documents->count && popup->count < MOST_LISTED; i++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", i + 1);
        bool fits =
            !*typed || strcmp(typed, number) == 0 || name_score(typed, doc_name(ui->documents->list[i])) > 0;
        if (!fits) continue;
        if (!add_file(ui->documents, popup, i)) return;
        if (!*typed && ui->documents->list[i] == ui->documents->last) popup->chosen = popup->count;
        ui->file_list->documents[popup->count++] = i;
    }
    snprintf(ui->prompt->note, sizeof ui->prompt->note, popup->count ? "%d" : "no open file matches",
             popup->count);
}

static void pick(struct ui *ui, int direction)
{
    (void)popup_pick(&ui->file_list->popup, direction);
}

static void file_chosen(struct ui *ui, const char *answer)
{
    struct popup *popup = &ui->file_list->popup;
    int count = popup->count;
    popup->count = 0;
    if (!answer) return;
    if (count && popup->chosen >= 0 && ui->file_list->documents[popup->chosen] < ui->documents->count)
        file_go(ui, ui->file_list->documents[popup->chosen]);
    else
        ui_complain(ui->message, "no open file matches \"%.80s\"", answer);
}

void do_files(struct ui *ui)
{
    prompt_line(ui, "", file_chosen, "File: ");
    ui->prompt->changed = list;
    ui->prompt->pick = pick;
    ui->prompt->popup = &ui->file_list->popup;
    list(ui);
}

/* By its number, its name or a unique part of its name. */
void line_buffer(struct ui *ui, const char *arguments)
{
    char *end;
    unsigned long number = strtoul(arguments, &end, 10);
    size_t found = 0, fits = 0;
    if (!*arguments) {
        do_files(ui);
        return;
    }
    if (end != arguments && !*end) {
        fits = number >= 1 && number <= ui->documents->count;
        found = number - 1;
    }
    for (size_t i = 0; *end && i < ui->documents->count; i++) {
        bool same = strcmp(doc_name(ui->documents->list[i]), arguments) == 0;
        if (!same && !strstr(doc_name(ui->documents->list[i]), arguments)) continue;
        fits = same ? 1 : fits + 1;
        found = i;
        if (same) break;
    }
    if (fits == 1)
        file_go(ui, found);
    else
        ui_complain(ui->message,
                    fits ? "several open files match \"%.80s\"" : "no open file matches \"%.80s\"",
                    arguments);
}

/* ---- closing one --------------------------------------------------------------------------------------- */

/* Closing the last one leaves an empty page, as in editors with tabs: closing a text does not mean the end of
 * the work, and ^Q is as near. */
static void file_close_now(struct ui *ui)
{
    struct error error = {0};
    struct doc *doc = ui->doc, *page = NULL;
    size_t kept;
    char name[128], proposals[48] = "";
    snprintf(name, sizeof name, "%.100s", doc_name(doc));
    (void)leave_loses(ui, doc, &kept);
    if (kept)
        snprintf(proposals, sizeof proposals, ", its %s kept", kept == 1 ? "proposal is" : "proposals are");
    if (ui->documents->count == 1) page = doc_open(ui, NULL, &error);
    if (ui->documents->count == 1 && !page) {
        ui_complain(ui->message, "%s", error.message);
        return;
    }
    doc_detach(ui, doc);
    if (ui->settings->reopen) place_keep(doc);
    history_leave(ui->settings, doc);
    text_journal_end(doc->text, false);
    if (page) {
        ui->documents->list[0] = page;
        journal_open(ui, page);
    } else {
        size_t behind = --ui->documents->count - ui->documents->current;
        memmove(ui->documents->list + ui->documents->current,
                ui->documents->list + ui->documents->current + 1, behind * sizeof *ui->documents->list);
    }
    ui_show_doc(ui, ui->documents->current < ui->documents->count ? ui->documents->current
                                                                  : ui->documents->count - 1);
    doc_close(doc);
    if (page)
        ui_say(ui->message, "%s is closed%s", name, proposals);
    else
        ui_say(ui->message, "%s is closed%s; %zu of %zu: %s", name, proposals, ui->documents->current + 1,
               ui->documents->count, doc_name(ui->doc));
    lock_look(ui);
    recovery_look(ui);
}

static void file_close_on(struct ui *ui);

static void save_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'n') {
        ui->leaving->lost = ui->doc;
        file_close_on(ui);
    } else if (answer && *answer == 'y') {
        file_save(ui); /* leave_go_on follows */
    } else {
        leave_stay(ui->leaving);
    }
}

static void file_close_on(struct ui *ui)
{
    bool lost = ui->leaving->lost == ui->doc;
    size_t kept;
    if (!lost && text_dirty(ui->doc->text))
        prompt_question(ui, "yn", save_answered, "Save %.80s before closing it? (y/n, Esc: keep it open) ",
                        doc_name(ui->doc));
    else if (!lost && leave_asks_proposals(ui, leave_loses(ui, ui->doc, &kept)))
        return;
    else {
        bool quits = ui->leaving->quits && ui->documents->count == 1;
        leave_stay(ui->leaving);
        if (quits)
            leave_quit(ui);
        else
            file_close_now(ui);
    }
}

void do_close(struct ui *ui)
{
    *ui->leaving = (struct leaving){.go_on = file_close_on, .closes = true};
    file_close_on(ui);
}

void do_close_or_quit(struct ui *ui)
{
    *ui->leaving = (struct leaving){.go_on = file_close_on, .closes = true, .quits = true};
    file_close_on(ui);
}

void line_close(struct ui *ui, const char *arguments)
{
    if (strcmp(arguments, "!") == 0)
        file_close_now(ui);
    else if (*arguments)
        ui_complain(ui->message, "bdelete closes the current file and takes no argument");
    else
        do_close(ui);
}
