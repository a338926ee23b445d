/* What outlives a session: words that were not saved (the journals of texts that are open, and those that an
 * earlier end left behind), and undo. */
#include "ui_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char *journal_folder(void)
{
    return path_own("STATE", "journal");
}

/* ---- keeping them
 * --------------------------------------------------------------------------------------------- */

void journal_open(struct ui *ui, struct doc *doc)
{
    if (!ui->settings.journal) return;
    char *folder = journal_folder();
    if (!folder || !text_journal_begin(doc->text, folder)) ui_complain(ui, "no memory to keep a journal");
    mem_free(folder);
}

static void added(struct ui *ui, struct doc *doc)
{
    journal_open(ui, doc);
}

const struct doc_watcher journal_watcher = {.added = added};

void journal_setting_changed(struct ui *ui)
{
    for (size_t i = 0; i < ui->doc_count; i++) {
        if (ui->settings.journal)
            journal_open(ui, ui->docs[i]);
        else
            text_journal_end(ui->docs[i]->text, false);
    }
}

void journal_watch(struct ui *ui)
{
    char why[200];
    for (size_t i = 0; i < ui->doc_count; i++) {
        struct doc *doc = ui->docs[i];
        bool trouble = text_journal_trouble(doc->text, why, sizeof why);
        if (trouble && !doc->journal_trouble && !ui->prompt.active)
            ui_complain(ui, "%.100s: changes cannot be kept safe (%s): save it", doc_name(doc), why);
        else if (!trouble && doc->journal_trouble)
            ui_say(ui, "%.100s: changes are kept safe again", doc_name(doc));
        if (!trouble || !ui->prompt.active) doc->journal_trouble = trouble;
    }
}

/* ---- undo from one session to the next
 * ---------------------------------------------------------------------- */

bool history_open(struct ui *ui, struct doc *doc)
{
    char *folder = ui->settings.history ? path_own("STATE", "history") : NULL;
    bool there = folder && text_history_load(doc->text, folder, &doc->first_node);
    mem_free(folder);
    return there;
}

/* A history that cannot be kept is no reason to bother a writer whose words are saved. */
void history_keep(struct ui *ui, struct doc *doc)
{
    char *folder = ui->settings.history ? path_own("STATE", "history") : NULL;
    struct error error;
    size_t limit = (size_t)ui->settings.history << 20;
    if (folder && text_history_save(doc->text, folder, limit, doc->first_node, &error))
        error.code = STATUS_OK;
    doc->kept_node = text_history_at(doc->text);
    mem_free(folder);
}

void history_leave(struct ui *ui, struct doc *doc)
{
    if (text_path(doc->text) && !text_dirty(doc->text) && text_history_at(doc->text) != doc->kept_node)
        history_keep(ui, doc);
}

/* ---- offering them
 * -------------------------------------------------------------------------------------------- */

static void offer(struct ui *ui);

static void forget(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    text_recovered_free(&r->found);
    text_journals_free(r->list, r->count);
    *r = (struct recovery){0};
}

void recovery_free(struct ui *ui)
{
    forget(ui);
}

static void next_journal(struct ui *ui)
{
    text_recovered_free(&ui->recovery.found);
    ui->recovery.index++;
    offer(ui);
}

/* The old journal goes when the new one has what it had. */
static void recovered(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    struct doc *doc = ui->doc;
    text_break_group(doc->text);
    if (!text_path(doc->text)) doc_move(ui, text_size(doc->text), false); /* all of it was being written */
    if (ui->settings.journal ? text_journal_flush(doc->text) : !text_dirty(doc->text))
        unlink(r->list[r->index].file);
    ui_say(ui, "recovered; undo goes back to what was saved");
    next_journal(ui);
}

/* Without the text that they belong to, the words get a page of their own. */
static void recover_fragments(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    struct error error = {0};
    struct doc *doc = doc_open(ui, NULL, &error);
    if (!doc || !ui_add_doc(ui, doc)) {
        ui_complain(ui, "%s", error.message[0] ? error.message : "no memory");
        doc_close(doc);
        forget(ui);
        return;
    }
    ui_show_doc(ui, ui->doc_count - 1);
    if (doc_become(ui, r->found.text)) recovered(ui);
}

static void recover(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    if (r->found.fragments) {
        recover_fragments(ui);
        return;
    }
    struct doc *doc = ui->doc;
    bool read_only = doc->read_only; /* what is not saved comes back all the same */
    doc->read_only = false;
    text_break_group(doc->text);
    text_group_begin(doc->text);
    bool done = doc_become(ui, r->found.text);
    if (done && r->found.blanks) doc_become_blanks(ui, r->found.text);
    text_group_end(doc->text);
    doc->read_only = read_only;
    if (done)
        recovered(ui);
    else
        forget(ui); /* for another time */
}

static void discard_answered(struct ui *ui, const char *answer)
{
    struct recovery *r = &ui->recovery;
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
    struct recovery *r = &ui->recovery;
    if (r->index >= r->count) return;
    if (!answer) {
        ui_say(ui, "kept for the next time");
        forget(ui);
    } else if (*answer == 'r') {
        recover(ui);
    } else if (*answer == 'd') {
        /* A letter would do it by accident: whoever starts an editor begins to type. */
        prompt_line(ui, "", discard_answered, "To throw these words away for good type yes: ");
    } else if (!compare_open(ui, ui->doc->text, r->found.text,
                             "- as it is on the disk    + with what was not saved",
                             "r recover   d discard   Esc later   arrows and PgDn scroll", "rd", answered)) {
        forget(ui);
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

/* One that gives nothing back any more is kept out of the way, not thrown away: it may be worth a look. */
static void set_aside(const char *file)
{
    struct buffer name = {0};
    if (buffer_printf(&name, "%s.damaged", file)) rename(file, name.data);
    buffer_free(&name);
}

static void ask(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    char when[64] = "";
    time_t seconds = (time_t)r->list[r->index].seconds;
    struct tm parts;
    if (localtime_r(&seconds, &parts)) strftime(when, sizeof when, "%e %b %H:%M", &parts);
    if (r->found.fragments)
        prompt_question(ui, "rsd", answered,
                        "%.60s changed since; words of %s can be had alone: (r)ecover (s)how (d)iscard ",
                        doc_name(ui->doc), when);
    else if (r->blanks_alone)
        prompt_question(ui, "rd", answered, "%.60s: blanks marked on %s were not saved: (r)ecover (d)iscard ",
                        doc_name(ui->doc), when);
    else
        prompt_question(ui, "rsd", answered,
                        "%.60s: changes of %s were not saved: (r)ecover (s)how (d)iscard ", doc_name(ui->doc),
                        when);
}

/* The first of those left that has something to give. */
static void offer(struct ui *ui)
{
    struct recovery *r = &ui->recovery;
    for (; r->index < r->count; r->index++) {
        struct error error = {0};
        const char *file = r->list[r->index].file;
        if (!r->found.text && text_recover(file, &r->found, &error)) {
            if (error.code == STATUS_FORMAT) set_aside(file);
            continue;
        }
        bool blanks = r->found.blanks && !doc_has_blanks(ui->doc, r->found.text);
        bool same = !r->found.fragments && same_text(r->found.text, ui->doc->text);
        r->blanks_alone = same && blanks;
        if ((same && !blanks) || text_size(r->found.text) == 0) {
            unlink(file); /* it was saved after all */
            text_recovered_free(&r->found);
            continue;
        }
        ask(ui);
        return;
    }
    forget(ui);
}

/* Pages without a name are offered when there is no file to look at. */
static void mention_pages(struct ui *ui)
{
    struct text_journal *list = NULL;
    size_t count = 0;
    char *folder = journal_folder();
    if (folder && text_journals_find(folder, NULL, &list, &count) && count)
        ui_say(ui, "a page without a name was not saved: lacuna without a file offers it");
    text_journals_free(list, count);
    mem_free(folder);
}

void recovery_look(struct ui *ui)
{
    struct doc *doc = ui->doc;
    struct recovery *r = &ui->recovery;
    if (doc->recovery_looked || ui->prompt.active || r->count) return;
    doc->recovery_looked = true;
    char *folder = journal_folder();
    bool piped = !text_path(doc->text) && text_size(doc->text) > 0; /* a page that has words already */
    if (folder && !piped && !text_journals_find(folder, text_path(doc->text), &r->list, &r->count))
        r->count = 0;
    mem_free(folder);
    if (r->count) offer(ui);
    if (r->count) return;
    rescue_look(ui);
    if (!ui->message[0] && (text_path(doc->text) || piped)) mention_pages(ui);
}
