#define _GNU_SOURCE /* POSIX_SPAWN_SETSID */
#include "voice.h"
#include "lacuna/base.h"
#include "lacuna/ui.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/path_prompt.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- its process ----------------------------------------------------------------------------------------- */

/* Whether the process still trains into that folder: after a restart of the machine another one may have its number. */
static bool is_training(const struct voice_run *run)
{
    char name[64];
    struct buffer line = {0};
    if (run->process <= 0) return false;
    if (run->child) return true;
    snprintf(name, sizeof name, "/proc/%ld/cmdline", run->process);
    bool is = !file_read(name, &line, NULL) && line.size &&
              memmem(line.data, line.size, run->folder, strlen(run->folder));
    buffer_free(&line);
    return is;
}

/* ---- which run: $XDG_STATE_HOME/lacuna/voice, "PROCESS FOLDER" ------------------------------------------ */

static void remember(const struct voice_run *run)
{
    char *state = path_own("STATE", ""), *path = path_own("STATE", "voice");
    struct buffer line = {0};
    struct error ignored = {0};
    if (!run->folder && path)
        unlink(path);
    else if (state && path && !file_make_folders(state, &ignored) &&
             buffer_printf(&line, "%ld %s\n", run->process, run->folder) &&
             file_write_atomic(path, line.data, line.size, &ignored))
        ignored.code = STATUS_OK; /* then only this editor knows the run */
    buffer_free(&line);
    mem_free(state);
    mem_free(path);
}

void voice_free(struct voice_run *run)
{
    mem_free(run->folder);
    *run = (struct voice_run){0};
}

static void forget(struct voice_run *run)
{
    voice_free(run);
    remember(run);
}

/* The folder for the next voice, among the user's own models. The caller frees; NULL: no memory. */
static char *new_folder(void)
{
    char name[64];
    time_t now = time(NULL);
    struct tm parts;
    if (!localtime_r(&now, &parts) || !strftime(name, sizeof name, "models/voice-%Y%m%d-%H%M%S", &parts))
        return NULL;
    return path_own("DATA", name);
}

/* ---- starting it ---------------------------------------------------------------------------------------- */

/* Starts it without a terminal and in its own session, so that keys that end the editor do not end it. The link is
 * not resolved: it is this program even if an upgrade has replaced its file. */
static bool start(const char *const *arguments, pid_t *process)
{
    static const char program[] = "/proc/self/exe";
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd ? O_WRONLY : O_RDONLY, 0);
    int why =
        posix_spawn(process, program, &actions, &attributes, (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = why;
    return !why;
}

static void start_learning(struct ui *ui, const char *texts)
{
    struct voice_run *run = ui->voice;
    struct error error = {0};
    char minutes[16], niceness[8], *path = path_expand(texts),
                                   *base = ui->options->find_model(ui->settings->model, &error);
    snprintf(niceness, sizeof niceness, "%d", (int)ui->settings->voice_nice);
    snprintf(minutes, sizeof minutes, "%g", ui->settings->voice_minutes);
    run->folder = new_folder();
    const char *arguments[] = {"lacuna",    "voice", path,     "--out",  run->folder, "--model", base,
                               "--minutes", minutes, "--nice", niceness, "--quiet",   NULL};
    pid_t process = 0;
    if (path && base && run->folder && start(arguments, &process)) {
        *run = (struct voice_run){.folder = run->folder, .process = process, .child = true};
        snprintf(run->progress, sizeof run->progress, "voice: starting");
        remember(run);
        ui_say(ui->message, "learning in the background, %s minutes: go on writing", minutes);
    } else {
        if (base)
            ui_complain(ui->message, "the training of a voice cannot be started: %s", strerror(errno));
        else
            ui_complain(ui->message, "%s", error.message);
        voice_free(run);
    }
    mem_free(path);
    mem_free(base);
}

static void ask_now(struct ui *ui);

void line_voice(struct ui *ui, const char *arguments)
{
    if (ui->voice->ready)
        ask_now(ui);
    else if (ui->voice->folder)
        ui_say(ui->message, "%s; the command voice-stop ends it", ui->voice->progress);
    else if (!*arguments)
        do_voice(ui);
    else
        start_learning(ui, arguments);
}

static void texts_given(struct ui *ui, const char *answer)
{
    if (answer && *answer) line_voice(ui, answer);
}

void do_voice(struct ui *ui)
{
    if (ui->voice->folder)
        line_voice(ui, "");
    else
        path_prompt(ui, "", texts_given, "Folder of texts to learn my voice from: ");
}

void do_voice_stop(struct ui *ui)
{
    if (!ui->voice->folder) {
        ui_say(ui->message, "no voice is being trained");
        return;
    }
    if (is_training(ui->voice)) kill((pid_t)ui->voice->process, SIGTERM);
    forget(ui->voice);
    ui_say(ui->message, "stopped; the model is unchanged");
}

/* ---- watching it ---------------------------------------------------------------------------------------- */

/* The number after "KEY": in what `lacuna voice` wrote, from `from` on; -1: there is none. */
static double number_of(const char *from, const char *key)
{
    char quoted[40];
    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *found = from ? strstr(from, quoted) : NULL;
    return found ? strtod(found + strlen(quoted), NULL) : -1;
}

static bool read_progress(const struct voice_run *run, struct buffer *out)
{
    char *path = path_join(run->folder, "voice.json");
    bool ok = path && file_exists(path) && !file_read(path, out, NULL) && buffer_append_char(out, '\0');
    mem_free(path);
    return ok;
}

static bool phase_is(const char *text, const char *phase)
{
    const char *found = strstr(text, "\"phase\": \"");
    return found && strncmp(found + strlen("\"phase\": \""), phase, strlen(phase)) == 0;
}

/* An adopted voice is used from now on; like any setting, it is saved only on request. */
static void adopt(struct ui *ui, const char *answer)
{
    char line[PATH_MAX + 16];
    const char *slash = ui->voice->folder ? strrchr(ui->voice->folder, '/') : NULL;
    snprintf(line, sizeof line, "set voice=%s", slash ? slash + 1 : "");
    forget(ui->voice);
    if (answer && *answer == 'y' && slash)
        ui->hooks->line_run(ui, line);
    else
        ui_say(ui->message, "not adopted; :set voice=%.60s adopts it later",
               slash ? line + strlen("set voice=") : "");
}

/* The question comes first, and the figures are short: all must fit into 80 columns. */
static void ask(struct ui *ui, const char *figures)
{
    const char *before = strstr(figures, "\"before\""), *after = strstr(figures, "\"after\"");
    double was = number_of(before, "bits_per_byte"), now = number_of(after, "bits_per_byte");
    prompt_question(
        ui, "yn", adopt,
        now < was ? "Adopt the voice? (y/n)  bits/byte %.3f, now %.3f; words %.1f, now %.1f %% "
                  : "No gain. Adopt it? (y/n)  bits/byte %.3f, now %.3f; words %.1f, now %.1f %% ",
        was, now, 100 * number_of(before, "word_accuracy"), 100 * number_of(after, "word_accuracy"));
}

static void offer(struct ui *ui)
{
    char key[UI_SEQUENCE_NAME];
    ui_keymap_keys(ui->keymap, "voice", UI_EDIT, key);
    ui->voice->ready = true;
    snprintf(ui->voice->progress, sizeof ui->voice->progress, "voice ready: %.40s", *key ? key : ":voice");
    ui_say(ui->message, "your voice is trained: %s shows its figures and asks whether to adopt it",
           *key ? key : ":voice");
}

static void ask_now(struct ui *ui)
{
    struct buffer text = {0};
    if (read_progress(ui->voice, &text))
        ask(ui, text.data);
    else
        ui_complain(ui->message, "the figures of the voice cannot be read: %s", ui->voice->folder);
    buffer_free(&text);
}

/* A folder in which only the failure was noted would be listed among the models. */
static void remove_empty(const char *folder)
{
    char *weights = path_join(folder, "model.safetensors"), *notes = path_join(folder, "voice.json");
    if (weights && notes && !file_exists(weights) && !unlink(notes)) (void)rmdir(folder);
    mem_free(weights);
    mem_free(notes);
}

static void say_failure(struct ui *ui, const char *text)
{
    const char *message = text ? strstr(text, "\"message\": \"") : NULL;
    message = message ? message + strlen("\"message\": \"") : "the training ended without a message";
    ui_complain(ui->message, "no voice: %.*s", (int)strcspn(message, "\""), message);
    remove_empty(ui->voice->folder);
    forget(ui->voice);
}

static bool is_over(const struct voice_run *run)
{
    int status;
    if (run->child) return waitpid((pid_t)run->process, &status, WNOHANG) != 0;
    return !is_training(run);
}

static void take_progress(struct ui *ui, const char *text, bool over)
{
    struct voice_run *run = ui->voice;
    if (text && phase_is(text, "done")) {
        if (!ui->prompt->active) offer(ui);
    } else if (over || (text && phase_is(text, "failed"))) {
        if (!ui->prompt->active) say_failure(ui, text);
    } else if (text) {
        double share = number_of(text, "share");
        if (phase_is(text, "training"))
            snprintf(run->progress, sizeof run->progress, "voice %.0f %%", 100 * share);
        else
            snprintf(run->progress, sizeof run->progress, "voice: measuring%s", share > 0 ? " again" : "");
    }
}

void voice_tick(struct ui *ui)
{
    struct voice_run *run = ui->voice;
    struct buffer text = {0};
    double now = clock_seconds();
    if (!run->folder || run->ready || now < run->looked + 1) return;
    run->looked = now;
    bool over = is_over(run); /* checked first, so that the last progress it wrote is read */
    if (over) run->process = 0, run->child = false;
    take_progress(ui, read_progress(run, &text) ? text.data : NULL, over);
    buffer_free(&text);
}

void voice_look(struct ui *ui)
{
    struct buffer line = {0};
    char *path = path_own("STATE", "voice"), *end;
    if (path && file_exists(path) && !file_read(path, &line, NULL) && buffer_append_char(&line, '\0')) {
        long process = strtol(line.data, &end, 10);
        end[strcspn(end, "\n")] = '\0';
        if (*end == ' ' && process >= 0)
            *ui->voice = (struct voice_run){.folder = mem_strdup(end + 1), .process = process};
    }
    buffer_free(&line);
    mem_free(path);
}
