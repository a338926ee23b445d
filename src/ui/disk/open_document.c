#include "open_document.h"
#include "history_files.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "lock.h"
#include "pipe.h"
#include "ui/blank/filling.h"
#include "ui/blank/timeline.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/lens/ripple.h"
#include "ui/message/message.h"
#include "ui/prose/place.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/tray/instead.h"
#include "ui/tray/tray.h"
#include "ui/tray/vary.h"

#include <sys/stat.h>
#include <unistd.h>

/* Also for root, who could write: the mode shows the intention. */
static bool is_protected(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 &&
           (!(info.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) || access(path, W_OK) != 0);
}

/* The detected encoding is a guess, and the user chose another (`word`, NULL or empty: none). */
static bool encoding_said(const struct text *text, const char *word, enum text_encoding *out)
{
    enum text_encoding is = text_encoding(text);
    bool guessed = text_has_strays(text) || text_encoding_guessed(text);
    return word && *word && guessed && text_encoding_find(word, out) && *out != is;
}

/* A chosen encoding replaces the detected one: from the command line, or from when the file was last open. */
static struct text *read_as_said(const struct ui *ui, struct text *text)
{
    enum text_encoding encoding;
    char *left = ui->settings->reopen ? place_encoding(text) : NULL;
    const char *word = ui->options->encoding ? ui->options->encoding : left;
    struct text *fresh = NULL;
    if (encoding_said(text, word, &encoding)) fresh = text_open_as(text_path(text), encoding, NULL);
    mem_free(left);
    if (!fresh) return text;
    text_free(text);
    return fresh;
}

/* Where a guess may surprise: what has a mark, or few letters that are not ASCII, shows in the status line alone. */
static void say_guess(struct message *message, const struct text *text)
{
    if (text_encoding_guessed(text) && text_encoding(text) >= TEXT_OTHER_ENCODINGS)
        ui_say(message, "detected as %s; the command read-as reads it in another encoding",
               text_encoding_name(text_encoding(text)));
}

void doc_say_back(struct ui *ui, size_t count)
{
    char key[UI_SEQUENCE_NAME];
    if (!count) return;
    ui_keymap_keys(ui->keymap, "next-blank", UI_EDIT, key);
    ui_say(ui->message, "%zu %s of the last session %s back; %s goes to the next", count,
           count == 1 ? "proposal" : "proposals", count == 1 ? "is" : "are", *key ? key : ":next-blank");
}

struct doc *doc_open(struct ui *ui, const char *path, struct error *error)
{
    bool piped = path && pipe_is(path);
    struct text *text = piped ? pipe_read(ui, path, error) : path ? text_open(path, error) : text_new(error);
    if (text && text_path(text)) text = read_as_said(ui, text);
    if (text) say_guess(ui->message, text);
    struct doc *doc = text ? doc_new(text, &ui->documents->limit, error) : NULL;
    if (!doc) return NULL;
    doc->read_only = ui->options->read_only || (text_path(doc->text) && is_protected(path));
    bool goes_on = text_path(doc->text) && history_open(ui->settings, doc);
    doc_mark_blanks(doc, goes_on);
    doc_say_back(ui, proposals_waiting(doc));
    if (path && ui->settings->reopen) place_find(doc);
    return doc;
}

void doc_detach(struct ui *ui, struct doc *doc)
{
    (void)filling_cancel_all(ui->filling, ui->picture, doc);
    if (ui->timeline->active) timeline_close(ui);
    if (ui->vary->doc == doc) vary_close(ui);
    if (ui->instead->doc == doc) instead_close(ui);
    if (ui->tray->doc == doc || ui->tray->order.doc == doc) tray_close(ui);
    ripple_forget(ui, doc);
    search_forget(ui->search, NULL);
    ui->modal->document_goes(ui);
}

void doc_close(struct doc *doc)
{
    if (!doc) return;
    lock_release(doc);
    doc_free(doc);
}
