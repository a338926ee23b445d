#include "disk.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lock.h"
#include "open_document.h"
#include "recovery.h"
#include "ui/beside/covered_text.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/page/compare.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"

/* A large document reads from its file. If another program wrote to that, the old content is gone: the
 * document is opened again, without a history. The journal has the unsaved words and then offers them. */
static void open_anew(struct ui *ui, const char *answer)
{
    struct error error = {0};
    struct doc *old = ui->doc;
    if (!answer || *answer != 'y') {
        ui_say(ui->message, "not reloaded");
        return;
    }
    struct doc *doc = doc_open(ui, text_path(old->text), &error);
    if (!doc) {
        ui_complain(ui->message, "%s", error.message);
        return;
    }
    doc_detach(ui, old);
    doc->cursor = old->cursor < text_size(doc->text) ? old->cursor : text_size(doc->text);
    doc->read_only = old->read_only;
    ui->documents->list[ui->documents->current] = doc;
    text_journal_end(old->text, text_dirty(old->text));
    doc_close(old);
    journal_open(ui, doc);
    ui_show_doc(ui, ui->documents->current);
    lock_look(ui);
    ui_say(ui->message, "reloaded");
    recovery_look(ui);
}

/* Before anything is lost. */
static void ask_anew(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    bool dirty = text_dirty(text);
    if (!dirty && text_history_count(text) <= 1) {
        open_anew(ui, "y");
        return;
    }
    prompt_question(ui, "yn", open_anew, "%.60s was replaced: reloading cannot be undone%s. Reload? (y/n) ",
                    doc_name(ui->doc),
                    !dirty                  ? ""
                    : ui->settings->journal ? ", and your words move to a new page"
                                            : ", and unsaved changes are lost");
}

/* An edit that turns the text into the file's copies the differences, twice for a moment. */
static bool takes_too_much(const struct text *text, const struct text *fresh)
{
    enum { MOST_COMPARED = 256 << 20 };
    struct text_difference *list;
    size_t count, sum = 0;
    if (text_size(fresh) <= MOST_COMPARED || text_diff(text, fresh, &list, &count, NULL)) return false;
    for (size_t i = 0; i < count; i++) sum += list[i].b_end - list[i].b_start;
    mem_free(list);
    return sum > MOST_COMPARED;
}

/* Turns the text into the one just read, which it frees. */
static void take_fresh(struct ui *ui, struct text *fresh, const struct error *error)
{
    struct doc *doc = ui->doc;
    bool read_only = doc->read_only;
    doc->read_only = false;
    if (!fresh || text_is_new(fresh))
        ui_complain(ui->message, "%s", fresh ? "the file no longer exists" : error->message);
    else if (takes_too_much(doc->text, fresh))
        ask_anew(ui);
    else if (doc_make_like(ui, fresh)) {
        text_take_file(doc->text, fresh);
        doc->disk_asked = doc->disk_differs = false;
        ui_say(ui->message, "reloaded; undo brings back your text");
    }
    doc->read_only = read_only;
    text_free(fresh);
}

static bool has_file(struct ui *ui)
{
    if (text_path(ui->doc->text)) return true;
    ui_say(ui->message, "this page has no file yet");
    return false;
}

/* The file as it is now; a chosen encoding is kept. */
static struct text *open_fresh(const struct doc *doc, struct error *error)
{
    enum text_encoding said = text_encoding(doc->text);
    struct text *fresh = text_open(text_path(doc->text), error);
    bool unsure = fresh && (text_has_strays(fresh) || text_encoding_guessed(fresh));
    if (!unsure || said < TEXT_OTHER_ENCODINGS || text_encoding_guessed(doc->text)) return fresh;
    text_free(fresh);
    return text_open_as(text_path(doc->text), said, error);
}

void disk_reload(struct ui *ui)
{
    struct error error = {0};
    if (!has_file(ui)) return;
    if (text_backing(ui->doc->text) != TEXT_BACKING_WHOLE)
        ask_anew(ui);
    else
        take_fresh(ui, open_fresh(ui->doc, &error), &error);
}

void disk_read_as(struct ui *ui, enum text_encoding encoding)
{
    struct error error = {0};
    if (!has_file(ui)) return;
    take_fresh(ui, text_open_as(text_path(ui->doc->text), encoding, &error), &error);
    if (!ui->message->is_error)
        ui_say(ui->message, "read as %s; undo brings back the old text", text_encoding_name(encoding));
}

/* It stays marked, and saving asks again: a single letter overwrites nothing. */
static void keep(struct ui *ui)
{
    text_mark_dirty(ui->doc->text);
    ui_say(ui->message, "kept; saving asks before it overwrites the other version");
}

static void compared(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'r') disk_reload(ui);
    if (answer && *answer == 'k') keep(ui);
}

void disk_compare(struct ui *ui)
{
    struct error error = {0};
    if (!has_file(ui)) return;
    struct text *fresh = open_fresh(ui->doc, &error);
    if (!fresh)
        ui_complain(ui->message, "%s", error.message);
    else
        (void)compare_open(ui, fresh, ui->doc->text, "- on the disk    + here",
                           "r reload   k keep   Esc back   arrows and PgDn scroll", "rk", compared);
    text_free(fresh);
}

static void answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'c')
        disk_compare(ui);
    else
        compared(ui, answer);
}

static void ask_about_change(struct ui *ui)
{
    prompt_question(ui, "rkc", answered, "%.80s was changed by another program: (r)eload (k)eep (c)ompare ",
                    doc_name(ui->doc));
}

bool disk_changed(const struct doc *doc)
{
    return text_path(doc->text) && text_changed_on_disk(doc->text) &&
           (!text_is_new(doc->text) || file_exists(text_path(doc->text)));
}

/* Only marks it: a question in the middle of a word would take its letters for the answer. */
void disk_watch(struct doc *doc)
{
    doc->disk_differs = disk_changed(doc);
}

void disk_check(struct ui *ui)
{
    struct doc *doc = ui->doc;
    disk_watch(ui->doc);
    if (!doc->disk_differs) {
        doc->disk_asked = false;
        return;
    }
    if (doc->disk_asked || ui->prompt->active || text_is_covered(ui)) return;
    doc->disk_asked = true;
    if (!file_exists(text_path(doc->text)))
        ui_say(ui->message, "%.200s is no longer on the disk; saving writes it again", doc_name(doc));
    else
        ask_about_change(ui);
}
