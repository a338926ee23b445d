#include "open_document.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "lock.h"
#include "pipe.h"
#include "recovery.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/prose/place.h"
#include "ui/settings/settings.h"

#include <sys/stat.h>
#include <unistd.h>

/* Also to root, who could write: the mode says what is meant. */
static bool is_protected(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 &&
           (!(info.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) || access(path, W_OK) != 0);
}

struct doc *doc_open(struct ui *ui, const char *path, struct error *error)
{
    bool piped = path && pipe_is(path);
    struct text *text = piped ? pipe_read(ui, path, error) : path ? text_open(path, error) : text_new(error);
    struct doc *doc = text ? doc_new(text, error) : NULL;
    if (!doc) return NULL;
    doc->read_only = ui->options->read_only || (text_path(doc->text) && is_protected(path));
    bool goes_on = text_path(doc->text) && history_open(ui, doc);
    doc_mark_blanks(doc, goes_on);
    if (path && ui->settings->reopen) place_find(doc);
    return doc;
}

void doc_close(struct doc *doc)
{
    if (!doc) return;
    lock_release(doc);
    doc_free(doc);
}
