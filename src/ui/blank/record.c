#include "record.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/io.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* NULL: the document has no file yet, or no memory. The caller frees. */
static char *record_path(const struct doc *doc)
{
    struct buffer path = {0};
    const char *own = text_path(doc->text);
    if (!own || buffer_printf(&path, "%s.record.jsonl", own)) return path.data;
    buffer_free(&path);
    return NULL;
}

static bool has_record(const struct doc *doc)
{
    char *path = record_path(doc);
    bool has = path && file_exists(path);
    mem_free(path);
    return has;
}

bool record_wanted(const struct settings *settings, const struct doc *doc)
{
    if (doc->record != RECORD_AS_SET) return doc->record == RECORD_ON;
    return settings->record || has_record(doc);
}

/* Whole lines at the end of the file, in one piece: another lacuna may write to it too. */
static bool append_lines(const char *path, const struct buffer *lines, struct error *error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool good = fd >= 0 && io_write_all(fd, lines->data, lines->size);
    int why = errno;
    if (fd >= 0 && close(fd) && good) good = false, why = errno;
    if (!good) error_set(error, STATUS_IO, "%s: %s", path, strerror(why));
    return good;
}

void record_flush(struct message *message, struct doc *doc)
{
    struct error error = {0};
    char *path = doc->record_lines.size ? record_path(doc) : NULL;
    if (path && append_lines(path, &doc->record_lines, &error)) doc->record_lines.size = 0;
    if (error.code) ui_complain(message, "not recorded: %.400s", error.message);
    mem_free(path);
}

void record_accepted(struct ui *ui, const struct candidate *c, struct slice words)
{
    struct doc *doc = ui->doc;
    if (!record_wanted(ui->settings, doc)) return;
    const char *path = text_path(doc->text), *slash = path ? strrchr(path, '/') : NULL;
    struct fill_accepted accepted = {.seconds = (int64_t)time(NULL),
                                     .file = slash ? slash + 1 : path,
                                     .blank = c->place,
                                     .words = words,
                                     .model_hash = c->trace ? c->trace->model_hash : 0,
                                     .temperature = c->temperature,
                                     .top_p = c->top_p};
    struct slice trace = {c->trace ? c->trace->lines.data : NULL, c->trace ? c->trace->lines.size : 0};
    if (!fill_record_line(trace, &accepted, &doc->record_lines))
        ui_complain(ui->message, "accepted, but not recorded: the steps in which it was drawn were not kept");
    else
        record_flush(ui->message, doc);
}

void do_record(struct ui *ui)
{
    struct doc *doc = ui->doc;
    bool on = !record_wanted(ui->settings, doc);
    char *path = record_path(doc);
    const char *slash = path ? strrchr(path, '/') : NULL;
    doc->record = on ? RECORD_ON : RECORD_OFF;
    if (!on)
        ui_say(ui->message, "accepted proposals are no longer recorded");
    else if (path)
        ui_say(ui->message, "accepted proposals are recorded in %.200s", slash ? slash + 1 : path);
    else
        ui_say(ui->message, "accepted proposals will be recorded once this page has a file");
    mem_free(path);
}
