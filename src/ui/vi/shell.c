#include "shell.h"
#include "ex_range.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "ui/page/help.h"
#include "ui/terminal/input.h"
#include "ui/terminal/signals.h"
#include "vi_state.h"
#include "vi_text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN, OUT, ERR, PIPES };
enum {
    MOST_OUTPUT = 64 * 1024 * 1024,
    NOTICE = 200,
    /* ms until a message says that it is running */ GRACE = 300
};

struct run {
    pid_t pid;
    int ends[PIPES]; /* ours; -1: closed */
    struct buffer out, err;
    size_t written;
    bool stopped, too_much;
};

static void close_end(int *end)
{
    if (*end >= 0) close(*end);
    *end = -1;
}

/* Calls only functions that are allowed between fork and exec. A new session: it has no terminal to wait for,
 * and all its children can be ended. */
static void become(const char *command, int in, int out, int err)
{
    sigset_t none;
    struct sigaction standard = {.sa_handler = SIG_DFL};
    (void)setsid();
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(127);
    for (int fd = 3; fd < 256; fd++) close(fd);
    sigemptyset(&none);
    sigemptyset(&standard.sa_mask);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sigaction(SIGPIPE, &standard, NULL);
    sigaction(SIGXFSZ, &standard, NULL);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static bool start(struct run *run, const char *command, struct error *error)
{
    int pipes[PIPES][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    bool good = true;
    for (int i = 0; i < PIPES && good; i++) good = pipe(pipes[i]) == 0;
    run->pid = good ? fork() : -1;
    if (run->pid == 0) become(command, pipes[IN][0], pipes[OUT][1], pipes[ERR][1]);
    if (run->pid < 0) error_set(error, STATUS_IO, "the shell: %s", strerror(errno));
    for (int i = 0; i < PIPES; i++) {
        int own = i == IN ? 1 : 0;
        close_end(&pipes[i][!own]);
        if (run->pid < 0) close_end(&pipes[i][own]);
        run->ends[i] = pipes[i][own];
        if (run->ends[i] >= 0) fcntl(run->ends[i], F_SETFL, O_NONBLOCK);
    }
    return run->pid > 0;
}

static void stop(struct run *run)
{
    run->stopped = true;
    kill(-run->pid, SIGTERM);
}

static void feed(struct run *run, struct slice input)
{
    size_t left = input.size - run->written;
    ssize_t n = left ? write(run->ends[IN], input.data + run->written, left) : 0;
    if (n > 0) run->written += (size_t)n;
    /* A command need not read all of its input. */
    if (run->written == input.size || (n < 0 && errno != EAGAIN && errno != EINTR)) close_end(&run->ends[IN]);
}

static void drain(struct run *run, int which)
{
    char bytes[65536];
    struct buffer *to = which == OUT ? &run->out : &run->err;
    ssize_t n = read(run->ends[which], bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        close_end(&run->ends[which]);
    } else if (to->size > MOST_OUTPUT || !buffer_append(to, bytes, (size_t)n)) {
        run->too_much = true;
        stop(run);
    }
}

/* Until all of its output is here. */
static void attend(struct ui *ui, struct run *run, struct slice input)
{
    double began = clock_seconds(), deadline = 0;
    bool said = false;
    while (run->ends[OUT] >= 0 || run->ends[ERR] >= 0) {
        struct pollfd fds[] = {{.fd = run->ends[IN], .events = POLLOUT},
                               {.fd = run->ends[OUT], .events = POLLIN},
                               {.fd = run->ends[ERR], .events = POLLIN},
                               {.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = signals_fd(), .events = POLLIN}};
        bool asked = ui->macros->playing == 0 || said;
        if (!asked) fds[3].fd = -1;
        int ready = poll(fds, ARRAY_SIZE(fds), NOTICE / 4);
        if (ready > 0 && fds[0].revents) feed(run, input);
        for (int i = OUT; ready > 0 && i <= ERR; i++)
            if (fds[i].revents) drain(run, i);
        double now = clock_seconds();
        if (asked && now - began > NOTICE / 1000.0 && input_stops()) stop(run);
        if (ready > 0 && fds[4].revents) stop(run); /* the loop handles it */
        if (!said && now - began > NOTICE / 1000.0) {
            ui_say(ui->message, "the command is running; Esc stops it");
            ui->hooks->paint(ui);
            said = true;
        }
        if (run->stopped && deadline <= 0) deadline = now + GRACE / 1000.0;
        if (deadline > 0 && now > deadline) {
            kill(-run->pid, SIGKILL);
            return;
        }
    }
}

/* The first line of its error output. */
static void first_line(const struct buffer *from, char *out, size_t size)
{
    size_t length = 0;
    while (length < from->size && from->data[length] != '\n') length++;
    snprintf(out, size, "%.*s", (int)(length > 200 ? 200 : length), from->data ? from->data : "");
}

static enum status judge(const struct run *run, int how, const char *command, struct error *error)
{
    char why[256];
    first_line(&run->err, why, sizeof why);
    if (run->too_much) return error_set(error, STATUS_LIMIT, "%.80s wrote more than 64 MB: stopped", command);
    if (run->stopped) return error_set(error, STATUS_CANCELLED, "stopped; nothing was changed");
    if (WIFSIGNALED(how))
        return error_set(error, STATUS_IO, "%.80s: ended by signal %d", command, WTERMSIG(how));
    if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return STATUS_OK;
    return error_set(error, STATUS_IO, *why ? "%.80s: exit %d: %s" : "%.80s: exit %d%s", command,
                     WEXITSTATUS(how), why);
}

/* The output of a command for this input. Anything but success gives an error and no text. */
static enum status run_command(struct ui *ui, const char *command, struct slice input, bool both,
                               struct buffer *out, struct error *error)
{
    struct run run = {.ends = {-1, -1, -1}};
    int how = 0;
    if (!start(&run, command, error)) return error->code;
    attend(ui, &run, input);
    for (int i = 0; i < PIPES; i++) close_end(&run.ends[i]);
    while (waitpid(run.pid, &how, 0) < 0 && errno == EINTR) continue;
    enum status status = judge(&run, how, command, error);
    ui->message->text[0] = '\0';
    if (both && run.err.size && !buffer_append(&run.out, run.err.data, run.err.size)) run.err.size = 0;
    if (!status || both) {
        *out = run.out;
        run.out = (struct buffer){0};
    }
    buffer_free(&run.out);
    buffer_free(&run.err);
    return status;
}

/* ---- its uses
 * ------------------------------------------------------------------------------------------- */

/* Replaces the lines of the range by the command's output for them. */
static void filter(struct ui *ui, const char *command)
{
    struct buffer in = {0}, out = {0};
    struct error error = {0};
    const struct text *text = ui->doc->text;
    size_t start = ui->range->first, end = vi_after_line(text, ui->range->last);
    if (!doc_writable(ui)) return;
    bool ended = end > start && text_byte(text, end - 1) == '\n';
    if (!text_append_to(text, start, end, &in) || (!ended && !buffer_append_char(&in, '\n'))) {
        ui_complain(ui->message, "out of memory");
    } else if (run_command(ui, command, (struct slice){in.data, in.size}, false, &out, &error)) {
        ui_complain(ui->message, "%s", error.message);
    } else {
        if (!ended && out.size && out.data[out.size - 1] == '\n') out.size--;
        size_t lines = 0;
        for (size_t i = 0; i < in.size; i++) lines += in.data[i] == '\n';
        if (doc_replace(ui, start, end, out.data ? out.data : "", out.size)) ex_go_line(ui->doc, start);
        ui_say(ui->message, "%zu %s filtered", lines, lines == 1 ? "line" : "lines");
    }
    buffer_free(&in);
    buffer_free(&out);
}

static void show(struct ui *ui, const char *command)
{
    struct buffer out = {0};
    struct error error = {0};
    char line[256];
    enum status status = run_command(ui, command, (struct slice){"", 0}, true, &out, &error);
    if (!status && !out.size) ui_say(ui->message, "done, without output");
    if (out.size && memchr(out.data, '\n', out.size - 1) && help_show(ui->help, &out))
        status = STATUS_OK;
    else if (out.size && !status) {
        first_line(&out, line, sizeof line);
        ui_say(ui->message, "%s", line);
    }
    if (status) ui_complain(ui->message, "%s", error.message);
    buffer_free(&out);
}

void ex_filter(struct ui *ui, const char *arguments)
{
    if (!*arguments)
        ui_complain(ui->message, "! needs a shell command");
    else if (ui->range->addresses)
        filter(ui, arguments);
    else
        show(ui, arguments);
}

bool shell_read(struct ui *ui, const char *command, struct buffer *out)
{
    struct error error = {0};
    if (!*command) return ui_complain(ui->message, "r! needs a shell command"), false;
    if (!run_command(ui, command, (struct slice){"", 0}, false, out, &error)) return true;
    ui_complain(ui->message, "%s", error.message);
    return false;
}
