#include "file_commands.h"
#include "disk.h"
#include "history_files.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "leaving.h"
#include "lock.h"
#include "open_document.h"
#include "recovery.h"
#include "ui/blank/record.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/path_prompt.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/terminal/signals.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- saving -------------------------------------------------------------------------------------------- */

static void go_on_leaving(struct ui *ui, bool saved)
{
    mem_free(ui->saving->path);
    ui->saving->path = NULL;
    leave_go_on(ui, saved);
}

/* Users who may read the file may read its copy: its group or, if the group cannot be set, at most
 * everybody's rights. */
static void give_mode(const char *copy, const struct stat *file)
{
    mode_t mode = file->st_mode & 0777;
    if (chown(copy, (uid_t)-1, file->st_gid)) mode = (mode & 0707) | (mode & 07) << 3;
    (void)chmod(copy, mode);
}

/* The old file, beside it as FILE~. Only its owner can read it until it has the file's mode. */
static enum status back_up(const char *path, struct error *error)
{
    struct stat info;
    struct file_map map;
    struct buffer name = {0};
    if (stat(path, &info) || !S_ISREG(info.st_mode)) return STATUS_OK; /* there is nothing yet */
    enum status status = file_map_open(path, &map, error);
    if (status) return status;
    mode_t mask = umask(077);
    if (!buffer_printf(&name, "%s~", path))
        status = error_set(error, STATUS_NO_MEMORY, "out of memory");
    else
        status = file_write_atomic(name.data, map.data, map.size, error);
    umask(mask);
    if (!status) give_mode(name.data, &info);
    buffer_free(&name);
    file_map_close(&map);
    return status;
}

/* "path: why". If a narrow screen would cut off the reason, the folders are left out instead. */
static void complain_of_file(struct ui *ui, const struct error *error)
{
    const char *message = error->message, *why = strstr(message, ": ");
    bool fits = screen_cells(message) + 2 <= ui->picture->columns;
    for (const char *slash = fits ? NULL : strchr(message, '/'); slash && slash < why;
         slash = strchr(message, '/'))
        message = slash + 1;
    ui_complain(ui->message, "%s", message);
}

static void save_rest(struct ui *ui, const char *path)
{
    struct error error = {0};
    size_t lost;
    if (text_save_rest(ui->doc->text, path, &lost, &error))
        complain_of_file(ui, &error);
    else if (lost)
        ui_complain(ui->message,
                    "another program truncated %.100s: %zu bytes are lost, the rest is in %.300s",
                    doc_name(ui->doc), lost, path);
    else
        ui_complain(ui->message,
                    "another program wrote to %.200s: its new content with your changes is in %.200s",
                    doc_name(ui->doc), path);
    go_on_leaving(ui, false);
}

static void save_now(struct ui *ui)
{
    struct error error = {0};
    struct doc *doc = ui->doc;
    const char *path = ui->saving->path, *target = path ? path : text_path(doc->text);
    text_break_group(doc->text);
    if (path && text_backing(doc->text) != TEXT_BACKING_WHOLE) {
        save_rest(ui, path);
        return;
    }
    bool gone = !path && !text_is_new(doc->text) && !file_exists(target);
    struct stat written;
    enum status status = STATUS_OK;
    if (ui->settings->backup && !gone && !doc->backed_up) status = back_up(target, &error);
    if (!status) status = text_save_over(doc->text, path, &ui->saving->seen, &error);
    if (status) {
        complain_of_file(ui, &error);
        text_set_encoding(doc->text, ui->saving->encoding_before);
        go_on_leaving(ui, false);
        return;
    }
    doc->backed_up = true;
    doc->disk_asked = doc->disk_differs = false;
    history_keep(ui->settings, doc);
    bool known = stat(text_path(doc->text), &written) == 0; /* its encoding may not be the text's */
    ui_say(ui->message, "%s %s, %zu bytes", gone ? "it was gone: saved again" : "saved", text_path(doc->text),
           known ? (size_t)written.st_size : text_size(doc->text));
    if (!text_attributes_kept(doc->text) && !doc->attributes_said) {
        doc->attributes_said = true;
        ui_say(ui->message, "saved, but not all extended attributes of %.200s could be kept",
               text_path(doc->text));
    }
    record_flush(ui->message, doc); /* a complaint is more important than that it was saved */
    if (path) doc->read_only = false;
    if (path) lock_look(ui);
    go_on_leaving(ui, true);
}

/* ---- characters that the file's encoding lacks
 * ----------------------------------------------------------- */

static void encoding_answered(struct ui *ui, const char *answer)
{
    if (answer) {
        text_set_encoding(ui->doc->text, *answer == 'u' ? TEXT_UTF8 : TEXT_WINDOWS_1252);
        save_now(ui);
        return;
    }
    doc_move(ui->doc, ui->saving->unfit_at, false);
    ui_say(ui->message, "not saved; the cursor is at the character");
    go_on_leaving(ui, false);
}

static void save_encoded(struct ui *ui)
{
    const struct text *text = ui->doc->text;
    enum text_encoding encoding = text_encoding(text);
    struct text_cluster cluster;
    char character[16] = "?";
    size_t ignored;
    ui->saving->encoding_before = encoding;
    if (!text_unfit(text, encoding, &ui->saving->unfit_at)) {
        save_now(ui);
        return;
    }
    if (text_cluster_at(text, ui->saving->unfit_at, &cluster) && cluster.kind == TEXT_CLUSTER_NORMAL)
        character[utf8_put(cluster.code_point, character)] = '\0';
    bool windows = encoding == TEXT_LATIN1 && !text_unfit(text, TEXT_WINDOWS_1252, &ignored);
    prompt_question(ui, windows ? "uw" : "u", encoding_answered,
                    "\"%s\" in line %zu is not in %s: save as (u)TF-8%s, Esc: do not save ", character,
                    text_line_of(text, ui->saving->unfit_at) + 1, text_encoding_name(encoding),
                    windows ? ", (w)indows-1252" : "");
}

/* ---- folders, other files, other programs ---- */

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash > path ? mem_strndup(path, (size_t)(slash - path)) : NULL;
}

static void make_folder(struct ui *ui, const char *answer)
{
    struct error error = {0};
    const char *target = ui->saving->path ? ui->saving->path : text_path(ui->doc->text);
    char *folder = folder_of(target);
    bool made = answer && *answer == 'y' && folder && !file_make_folders(folder, &error);
    if (answer && *answer == 'y' && !made) ui_complain(ui->message, "%s", error.message);
    mem_free(folder);
    if (made)
        save_encoded(ui);
    else
        go_on_leaving(ui, false);
}

static void save_into_folder(struct ui *ui)
{
    char *folder = folder_of(ui->saving->path ? ui->saving->path : text_path(ui->doc->text));
    if (folder && !file_exists(folder))
        prompt_question(ui, "yn", make_folder, "The folder %.110s does not exist. Create it? (y/n) ", folder);
    else
        save_encoded(ui);
    mem_free(folder);
}

static void overwrite_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'y')
        save_encoded(ui);
    else
        go_on_leaving(ui, false);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    if (!a || !b) return false;
    if (strcmp(a, b) == 0) return true;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void file_save_as(struct ui *ui, const char *typed)
{
    struct stat info;
    char *path = path_expand(typed);
    mem_free(ui->saving->path);
    ui->saving->path = path;
    if (!path) return;
    ui->saving->seen = text_file_seen(path);
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
        ui_complain(ui->message, "%.200s is a folder", path);
        go_on_leaving(ui, false);
    } else if (stat(path, &info) == 0 && !same_file(text_path(ui->doc->text), path)) {
        prompt_question(ui, "yn", overwrite_answered, "%.100s exists. Overwrite it? (y/n) ", path);
    } else {
        save_into_folder(ui);
    }
}

static void name_given(struct ui *ui, const char *answer)
{
    if (answer && *answer)
        file_save_as(ui, answer);
    else
        go_on_leaving(ui, false);
}

static void changed_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'o') {
        save_encoded(ui);
        return;
    }
    go_on_leaving(ui, false);
    if (answer && *answer == 'r') disk_reload(ui);
    if (answer && *answer == 'c') disk_compare(ui);
}

void file_save(struct ui *ui)
{
    struct doc *doc = ui->doc;
    const char *path = text_path(doc->text);
    mem_free(ui->saving->path);
    ui->saving->path = NULL;
    ui->saving->seen = text_file_seen(path);
    if (!path)
        path_prompt(ui, "", name_given, "Save as: ");
    else if (doc->read_only || text_backing(doc->text) != TEXT_BACKING_WHOLE)
        path_prompt(ui, path, name_given,
                    doc->read_only ? "Read-only. Save as: " : "Another program wrote to the file. Save as: ");
    else if (file_exists(path) && disk_changed(doc))
        prompt_question(ui, "orc", changed_answered,
                        "%.80s was changed by another program: (o)verwrite (r)eload (c)ompare ",
                        doc_name(doc));
    else
        save_into_folder(ui);
}

void do_save(struct ui *ui)
{
    leave_stay(ui->leaving);
    file_save(ui);
}

void do_save_as(struct ui *ui)
{
    const char *path = text_path(ui->doc->text);
    leave_stay(ui->leaving);
    path_prompt(ui, path ? path : "", name_given, "Save as: ");
}

void line_save_as(struct ui *ui, const char *path)
{
    if (*path)
        file_save_as(ui, path);
    else
        do_save_as(ui);
}

/* ---- reading only ---- */

void do_toggle_read_only(struct ui *ui)
{
    ui->doc->read_only = !ui->doc->read_only;
    ui_say(ui->message,
           ui->doc->read_only ? "read-only: the text cannot be changed" : "the text can be changed");
}

void do_reload(struct ui *ui)
{
    disk_reload(ui);
}

void do_compare(struct ui *ui)
{
    disk_compare(ui);
}

/* ---- opening ------------------------------------------------------------------------------------------ */

static void arrive(struct ui *ui)
{
    if (text_is_new(ui->doc->text)) ui_say(ui->message, "a new file");
    lock_look(ui);
    recovery_look(ui);
}

/* An unused page makes room. */
static bool unused(const struct doc *doc)
{
    return !text_path(doc->text) && text_size(doc->text) == 0 && !text_dirty(doc->text) &&
           text_history_count(doc->text) <= 1;
}

/* or goes to it, if it is open */
static void file_open(struct ui *ui, const char *typed)
{
    struct error error = {0};
    char *path = path_expand(typed);
    if (!path) return;
    for (size_t i = 0; i < ui->documents->count; i++)
        if (same_file(text_path(ui->documents->list[i]->text), path)) {
            ui_show_doc(ui, i);
            ui_say(ui->message, "already open");
            mem_free(path);
            return;
        }
    struct doc *doc = doc_open(ui, path, &error);
    mem_free(path);
    if (!doc || (!unused(ui->doc) && !ui_add_doc(ui, doc))) {
        ui_complain(ui->message, "%s", error.message[0] ? error.message : "out of memory");
        doc_close(doc);
        return;
    }
    if (unused(ui->doc) && ui->documents->list[ui->documents->count - 1] != doc) {
        doc_detach(ui, ui->doc);
        doc_close(ui->doc);
        ui->documents->list[ui->documents->current] = doc;
        journal_open(ui, doc);
        ui_show_doc(ui, ui->documents->current);
    } else {
        ui_show_doc(ui, ui->documents->count - 1);
    }
    arrive(ui);
}

static void path_given(struct ui *ui, const char *answer)
{
    if (answer && *answer) file_open(ui, answer);
}

void do_open(struct ui *ui)
{
    path_prompt(ui, "", path_given, "Open: ");
}

void line_open(struct ui *ui, const char *path)
{
    if (*path)
        file_open(ui, path);
    else
        do_open(ui);
}

/* ---- the screen ---------------------------------------------------------------------------------------- */

void do_suspend(struct ui *ui)
{
    screen_suspend();
    signals_stop_self();
    screen_resume();
    ui->picture->stale = true;
}

void do_toggle_hints(struct ui *ui)
{
    ui->settings->hints = !ui->settings->hints;
}

void do_redraw(struct ui *ui)
{
    (void)ui;
    screen_redraw();
}
