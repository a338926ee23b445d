#include "recovery.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "open_document.h"
#include "rescue.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/kept.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/page/compare.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *journal_folder(void)
{
    return path_own("STATE", "journal");
}

/* ---- keeping journals
 * ------------------------------------------------------------------------------------- */

void journal_open(struct ui *ui, struct doc *doc)
{
    if (!ui->settings->journal) return;
    char *folder = journal_folder();
    if (!folder || !text_journal_begin(doc->text, folder))
        ui_complain(ui->message, "not enough memory to keep a journal");
    mem_free(folder);
}

static void added(struct ui *ui, struct doc *doc)
{
    journal_open(ui, doc);
}

const struct doc_watcher journal_watcher = {.added = added};

void journal_setting_changed(struct ui *ui)
{
    for (size_t i = 0; i < ui->documents->count; i++) {
        if (ui->settings->journal)
            journal_open(ui, ui->documents->list[i]);
        else
            text_journal_end(ui->documents->list[i]->text, false);
    }
}

void journal_watch(struct ui *ui)
{
    char why[200];
    for (size_t i = 0; i < ui->documents->count; i++) {
        struct doc *doc = ui->documents->list[i];
        kept_note(doc);
        bool trouble = text_journal_trouble(doc->text, why, sizeof why);
        if (trouble && !doc->journal_trouble && !ui->prompt->active)
            ui_complain(ui->message, "%.100s: the journal cannot be written (%s): save the file",
                        doc_name(doc), why);
        else if (!trouble && doc->journal_trouble)
            ui_say(ui->message, "%.100s: the journal is written again", doc_name(doc));
        if (!trouble || !ui->prompt->active) doc->journal_trouble = trouble;
    }
}

/* ---- offering recovery
 * -------------------------------------------------------------------------------------- */

static void offer(struct ui *ui);

static void forget_recovery(struct recovery *r)
{
    text_recovered_free(&r->found);
    text_journals_free(r->list, r->count);
    *r = (struct recovery){0};
}

void recovery_free(struct recovery *recovery)
{
    forget_recovery(recovery);
}

static void next_journal(struct ui *ui)
{
    text_recovered_free(&ui->recovery->found);
    ui->recovery->index++;
    offer(ui);
}

static const struct text_journal *current(const struct recovery *recovery)
{
    return &recovery->list[recovery->index];
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The old journal is removed when the new one has its content. */
static void recovered(struct ui *ui)
{
    struct doc *doc = ui->doc;
    text_break_group(doc->text);
    if (!text_path(doc->text))
        doc_move(ui->doc, text_size(doc->text), false); /* all of it was being written */
    if (ui->settings->journal ? text_journal_flush(doc->text) : !text_dirty(doc->text))
        unlink(current(ui->recovery)->file);
    if (current(ui->recovery)->path && !text_path(doc->text))
        ui_say(ui->message, "recovered from %.100s: save it under the file's current name",
               base_name(current(ui->recovery)->path));
    else
        ui_say(ui->message, "recovered; undo goes back to the saved text");
    next_journal(ui);
}

/* ---- proposals ---- */

/* The blank of this document that was `then` when the journal was written: the one in the same place. */
struct blank_way {
    const struct text_recovered *from;
    const struct text *to;
};

static uint32_t blank_now(void *context, uint32_t then)
{
    const struct blank_way *way = context;
    struct text_blank was, is;
    bool known = false;
    for (size_t i = 0; i < way->from->id_count && !known; i++)
        known =
            way->from->ids[i].then == then && text_blank_get(way->from->text, way->from->ids[i].now, &was);
    for (size_t i = 0; known && i < text_blank_count(way->to); i++) {
        text_blank_at(way->to, i, &is);
        if (is.start == was.start && is.end == was.end) return is.id;
    }
    return 0;
}

static size_t restore_kept(struct doc *doc, const struct text_recovered *found)
{
    struct blank_way way = {found, doc->text};
    struct slice bytes = {found->companion.data ? found->companion.data : "", found->companion.size};
    size_t waiting = kept_restore(doc, bytes, blank_now, &way);
    kept_note(doc);
    return waiting;
}

/* The words equal those of the file, so there is no question. The old journal is removed when the new one has
 * its content. */
static void take_kept(struct ui *ui)
{
    struct recovery *r = ui->recovery;
    struct doc *doc = ui->doc;
    if (!r->found.companion.size) return;
    size_t waiting = restore_kept(doc, &r->found);
    ui->picture->stale = true;
    (void)text_journal_flush(doc->text);
    doc_say_back(ui, waiting);
}

/* Where to put it. Without their original text, words get a new page; so does a page without a name, if this
 * one is not empty. */
static bool go_to_page(struct ui *ui)
{
    const struct doc *here = ui->doc;
    bool empty = !text_size(here->text) && !text_dirty(here->text);
    if (!ui->recovery->found.fragments && (text_path(here->text) || empty)) return true;
    struct error error = {0};
    struct doc *doc = doc_open(ui, NULL, &error);
    if (!doc || !ui_add_doc(ui, doc)) {
        ui_complain(ui->message, "%s", error.message[0] ? error.message : "out of memory");
        doc_close(doc);
        return false;
    }
    ui_show_doc(ui, ui->documents->count - 1);
    return true;
}

static void recover(struct ui *ui)
{
    struct recovery *r = ui->recovery;
    if (!go_to_page(ui)) {
        forget_recovery(ui->recovery);
        return;
    }
    struct doc *doc = ui->doc;
    bool read_only = doc->read_only; /* unsaved changes come back all the same */
    doc->read_only = false;
    text_break_group(doc->text);
    text_group_begin(doc->text);
    bool done = doc_make_like(ui, r->found.text);
    if (done && r->found.blanks) doc_copy_blanks(ui, r->found.text);
    text_group_end(doc->text);
    doc->read_only = read_only;
    if (done) restore_kept(doc, &r->found);
    if (done)
        recovered(ui);
    else
        forget_recovery(ui->recovery); /* for another time */
}

static void discard_answered(struct ui *ui, const char *answer)
{
    struct recovery *r = ui->recovery;
    if (r->index >= r->count) return;
    if (!answer || strcmp(answer, "yes") != 0) {
        offer(ui);
        return;
    }
    unlink(r->list[r->index].file);
    next_journal(ui);
}

static void answered(struct ui *ui, const char *answer)
{
    struct recovery *r = ui->recovery;
    if (r->index >= r->count) return;
    if (!answer) {
        ui_say(ui->message, "kept for the next start");
        forget_recovery(ui->recovery);
    } else if (*answer == 'r') {
        recover(ui);
    } else if (*answer == 'd') {
        /* A letter could delete it by accident: users start typing as soon as the editor is open. */
        prompt_line(ui, "", discard_answered, "Type yes to delete these words permanently: ");
    } else if (!compare_open(ui, ui->doc->text, r->found.text, "- on the disk    + with unsaved changes",
                             "r recover   d discard   Esc later   arrows and PgDn scroll", "rd", answered)) {
        forget_recovery(ui->recovery);
    }
}

static bool same_text(const struct text *a, const struct text *b)
{
    struct text_difference *list;
    size_t count;
    bool same = text_size(a) == text_size(b) && !text_diff(a, b, &list, &count, NULL) && count == 0;
    if (same) mem_free(list);
    return same;
}

/* A journal from which nothing can be recovered is renamed, not deleted: its bytes may still be useful. */
static void set_aside(const char *file)
{
    struct buffer name = {0};
    if (buffer_printf(&name, "%s.damaged", file)) rename(file, name.data);
    buffer_free(&name);
}

static void ask_about_journal(struct ui *ui)
{
    struct recovery *r = ui->recovery;
    char when[64] = "";
    time_t seconds = (time_t)r->list[r->index].seconds;
    struct tm parts;
    if (localtime_r(&seconds, &parts)) strftime(when, sizeof when, "%e %b %H:%M", &parts);
    if (current(ui->recovery)->path && !text_path(ui->doc->text))
        prompt_question(ui, "rsd", answered,
                        "%.60s is gone: unsaved words from %s: (r)ecover (s)how (d)iscard ",
                        base_name(current(ui->recovery)->path), when);
    else if (r->found.fragments)
        prompt_question(ui, "rsd", answered,
                        "%.60s has changed; typed words from %s: (r)ecover (s)how (d)iscard ",
                        doc_name(ui->doc), when);
    else if (r->blanks_alone)
        prompt_question(ui, "rd", answered, "%.60s: unsaved blanks from %s: (r)ecover (d)iscard ",
                        doc_name(ui->doc), when);
    else
        prompt_question(ui, "rsd", answered, "%.60s: unsaved changes from %s: (r)ecover (s)how (d)iscard ",
                        doc_name(ui->doc), when);
}

/* The editor was killed while words were varied: they were not marked as a blank by the writer. */
static void remove_dial(const struct text_recovered *found)
{
    struct slice bytes = {found->companion.data ? found->companion.data : "", found->companion.size};
    uint32_t dial = kept_dial(bytes);
    for (size_t i = 0; dial && i < found->id_count; i++)
        if (found->ids[i].then == dial) text_blank_remove(found->text, found->ids[i].now);
}

/* The first remaining one with content. */
static void offer(struct ui *ui)
{
    struct recovery *r = ui->recovery;
    for (; r->index < r->count; r->index++) {
        struct error error = {0};
        const char *file = r->list[r->index].file;
        const char *path = current(ui->recovery)->path ? text_path(ui->doc->text) : NULL;
        if (!r->found.text && text_recover(file, path, &r->found, &error)) {
            if (error.code == STATUS_FORMAT) set_aside(file);
            continue;
        }
        remove_dial(&r->found);
        bool blanks = r->found.blanks && !doc_has_blanks(ui->doc, r->found.text);
        bool same = !r->found.fragments && same_text(r->found.text, ui->doc->text);
        r->blanks_alone = same && blanks;
        if (same && !blanks) take_kept(ui);
        if ((same && !blanks) || text_size(r->found.text) == 0) {
            unlink(file); /* it was saved after all */
            text_recovered_free(&r->found);
            continue;
        }
        ask_about_journal(ui);
        return;
    }
    forget_recovery(ui->recovery);
}

/* ---- looking for journals
 * ----------------------------------------------------------------------------------- */

/* Journals of files that are no longer where they were: without a file all of them, else those whose changes
 * start from this very text, which now has another name. */
static void add_gone(const struct doc *doc, struct recovery *r, const char *folder)
{
    struct text_journal *list = NULL;
    size_t count = 0, capacity = r->count;
    const struct text *text = doc->text;
    if (!text_journals_find_named(folder, true, &list, &count)) return;
    for (size_t i = 0; i < count; i++) {
        if (text_path(text) && !text_journal_fits(list[i].file, text)) continue;
        if (!mem_grow(&r->list, &capacity, r->count + 1, sizeof *r->list)) break;
        r->list[r->count++] = list[i];
        list[i] = (struct text_journal){0};
    }
    text_journals_free(list, count);
}

/* Journals without a file to look at are offered when lacuna starts without a file. */
static void mention_others(struct message *message, const char *folder)
{
    struct text_journal *list = NULL;
    size_t count = 0;
    if (text_journals_find(folder, NULL, &list, &count) && count)
        ui_say(message, "unsaved page without a name: start lacuna without a file to recover it");
    text_journals_free(list, count);
    if (message->text[0] || !text_journals_find_named(folder, true, &list, &count)) return;
    if (count)
        ui_say(message, "unsaved words of %.100s, which is gone: start lacuna without a file to recover them",
               base_name(list[0].path));
    text_journals_free(list, count);
}

/* Files whose changes will be offered when they are opened. */
static void name_files(struct message *message, const char *folder)
{
    struct text_journal *list = NULL;
    size_t count = 0;
    struct buffer names = {0};
    if (!text_journals_find_named(folder, false, &list, &count)) return;
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t j = 0; j < i; j++) again = again || strcmp(list[i].path, list[j].path) == 0;
        if (!again && !buffer_printf(&names, "%s%s", names.size ? ", " : "", list[i].path)) break;
    }
    if (names.size) ui_say(message, "files with unsaved changes to recover: %.500s", names.data);
    buffer_free(&names);
    text_journals_free(list, count);
}

void recovery_look(struct ui *ui)
{
    struct doc *doc = ui->doc;
    struct recovery *r = ui->recovery;
    if (doc->recovery_looked || ui->prompt->active || r->count) return;
    doc->recovery_looked = true;
    char *folder = journal_folder();
    bool named = text_path(doc->text), piped = !named && text_size(doc->text) > 0; /* it has words already */
    if (folder && !piped) {
        if (!text_journals_find(folder, text_path(doc->text), &r->list, &r->count)) r->count = 0;
        add_gone(ui->doc, r, folder);
    }
    if (r->count) offer(ui);
    if (!r->count) rescue_look(ui);
    if (!r->count && !ui->message->text[0] && folder) {
        if (named || piped)
            mention_others(ui->message, folder);
        else
            name_files(ui->message, folder);
    }
    mem_free(folder);
}
