/* Files: saving, opening, going from one to another, leaving; and the commands of the screen. */
#include "commands.h"

#include <string.h>

/* ---- saving
 * ------------------------------------------------------------------------------------------------ */

static char *wanted_path; /* while a question about it is open */

static void go_on_leaving(struct ui *ui, bool saved)
{
    if (!ui->leaving) return;
    if (saved)
        ui_quit(ui);
    else
        ui->leaving = false;
}

static void save_now(struct ui *ui, const char *path)
{
    struct error error = {0};
    text_break_group(ui->doc->text);
    enum status status = text_save(ui->doc->text, path, &error);
    if (!status) history_keep(ui, ui->doc);
    if (status)
        ui_complain(ui, "%s", error.message);
    else
        ui_say(ui, "saved %s, %zu bytes", text_path(ui->doc->text), text_size(ui->doc->text));
    go_on_leaving(ui, !status);
}

static void overwrite_other(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'y')
        save_now(ui, wanted_path);
    else
        go_on_leaving(ui, false);
    mem_free(wanted_path);
    wanted_path = NULL;
}

static void name_given(struct ui *ui, const char *answer)
{
    const char *own = text_path(ui->doc->text);
    if (!answer || !*answer) {
        go_on_leaving(ui, false);
        return;
    }
    if (file_exists(answer) && (!own || strcmp(own, answer) != 0)) {
        mem_free(wanted_path);
        wanted_path = mem_strdup(answer);
        if (wanted_path)
            prompt_question(ui, "yn", overwrite_other, "%.100s exists. Overwrite it? (y/n) ", answer);
        return;
    }
    save_now(ui, answer);
}

static void overwrite_changed(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'y')
        save_now(ui, NULL);
    else
        go_on_leaving(ui, false);
}

static void save(struct ui *ui)
{
    if (!text_path(ui->doc->text))
        prompt_line(ui, "", name_given, "Save as: ");
    else if (text_changed_on_disk(ui->doc->text))
        prompt_question(ui, "yn", overwrite_changed,
                        "%.80s was changed by another program. Overwrite it? (y/n) ", doc_name(ui->doc));
    else
        save_now(ui, NULL);
}

void do_save(struct ui *ui)
{
    ui->leaving = false;
    save(ui);
}

void do_save_as(struct ui *ui)
{
    const char *path = text_path(ui->doc->text);
    ui->leaving = false;
    prompt_line(ui, path ? path : "", name_given, "Save as: ");
}

/* ---- several files
 * ------------------------------------------------------------------------------------------- */

static void path_given(struct ui *ui, const char *answer)
{
    struct error error = {0};
    if (!answer || !*answer) return;
    struct doc *doc = doc_open(ui, answer, &error);
    if (!doc || !ui_add_doc(ui, doc)) {
        ui_complain(ui, "%s", error.message[0] ? error.message : "no memory");
        doc_free(doc);
        return;
    }
    ui_show_doc(ui, ui->doc_count - 1);
    recovery_look(ui);
}

void do_open(struct ui *ui)
{
    prompt_line(ui, "", path_given, "Open: ");
}

static void turn(struct ui *ui, size_t by)
{
    if (ui->doc_count < 2) {
        ui_say(ui, "no other file is open");
        return;
    }
    ui_show_doc(ui, (ui->current + by) % ui->doc_count);
    ui_say(ui, "%zu of %zu: %s", ui->current + 1, ui->doc_count, doc_name(ui->doc));
    recovery_look(ui);
}

void do_next_file(struct ui *ui)
{
    turn(ui, 1);
}

void do_previous_file(struct ui *ui)
{
    turn(ui, ui->doc_count - 1);
}

/* ---- leaving
 * ----------------------------------------------------------------------------------------------------- */

static void quit_answered(struct ui *ui, const char *answer)
{
    if (answer && *answer == 'n') {
        ui->leave_index++;
        ui_quit(ui);
    } else if (answer && *answer == 'y') {
        save(ui); /* go_on_leaving follows */
    } else {
        ui->leaving = false;
    }
}

void ui_quit(struct ui *ui)
{
    if (!ui->leaving) ui->leave_index = 0;
    ui->leaving = true;
    for (; ui->leave_index < ui->doc_count; ui->leave_index++) {
        if (!text_dirty(ui->docs[ui->leave_index]->text)) continue;
        ui_show_doc(ui, ui->leave_index);
        prompt_question(ui, "yn", quit_answered, "Save %.80s before leaving? (y/n, Esc: stay) ",
                        doc_name(ui->doc));
        return;
    }
    ui->quitting = true;
}

void do_quit(struct ui *ui)
{
    ui->leaving = false;
    ui_quit(ui);
}

/* ---- the screen
 * ----------------------------------------------------------------------------------------------------- */

void do_suspend(struct ui *ui)
{
    screen_suspend();
    signals_stop_self();
    screen_resume();
    layout_invalidate(ui);
}

void do_toggle_hints(struct ui *ui)
{
    ui->settings.hints = !ui->settings.hints;
}

void do_redraw(struct ui *ui)
{
    (void)ui;
    screen_redraw();
}
