#include "signals.h"
#include "lacuna/base.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int ends[2] = {-1, -1};
static struct termios modes;
static bool have_modes;
static char crash_bytes[256];
static size_t crash_size;

static const int handled[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGHUP, SIGTERM, SIGINT, SIGQUIT};
static const int fatal[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
static struct sigaction before_handled[ARRAY_SIZE(handled)], before_fatal[ARRAY_SIZE(fatal)], before_pipe,
    before_size;

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    if (write(ends[1], &byte, 1) < 0) errno = 0; /* full: then plenty are waiting to be seen */
    errno = saved;
}

static void on_crash(int number)
{
    if (write(STDOUT_FILENO, crash_bytes, crash_size) < 0) errno = 0;
    if (have_modes) tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    /* SA_RESETHAND restored the default action: the process dies of the signal, with its core. */
    raise(number);
}

static bool make_pipe(void)
{
    if (pipe(ends)) return false;
    for (int i = 0; i < 2; i++) {
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    }
    return true;
}

enum status signals_open(struct error *error)
{
    if (!make_pipe()) return error_set(error, STATUS_IO, "pipe: %s", strerror(errno));
    have_modes = tcgetattr(STDIN_FILENO, &modes) == 0;
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_SIZE(handled); i++) sigaction(handled[i], &action, &before_handled[i]);
    /* A separate stack: the crash may be an overflow of the other one. */
    static char stack[16384];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    bool own_stack = sigaltstack(&other, NULL) == 0;
    action = (struct sigaction){.sa_handler = on_crash};
    action.sa_flags = (int)((unsigned)SA_RESETHAND | SA_NODEFER | (own_stack ? SA_ONSTACK : 0u));
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) sigaction(fatal[i], &action, &before_fatal[i]);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before_pipe);
    sigaction(SIGXFSZ, &ignore, &before_size); /* the write fails, and is reported */
    return STATUS_OK;
}

void signals_close(void)
{
    if (ends[0] < 0) return;
    for (size_t i = 0; i < ARRAY_SIZE(handled); i++) sigaction(handled[i], &before_handled[i], NULL);
    for (size_t i = 0; i < ARRAY_SIZE(fatal); i++) sigaction(fatal[i], &before_fatal[i], NULL);
    sigaction(SIGPIPE, &before_pipe, NULL);
    sigaction(SIGXFSZ, &before_size, NULL);
    close(ends[0]);
    close(ends[1]);
    ends[0] = ends[1] = -1;
}

void signals_on_crash(const char *bytes, size_t size)
{
    crash_size = size < sizeof crash_bytes ? size : sizeof crash_bytes;
    memcpy(crash_bytes, bytes, crash_size);
}

int signals_fd(void)
{
    return ends[0];
}

int signals_next(void)
{
    unsigned char number = 0;
    return read(ends[0], &number, 1) == 1 ? number : 0;
}

void signals_stop_self(void)
{
    struct sigaction ours, ours_continued, standard = {.sa_handler = SIG_DFL};
    sigemptyset(&standard.sa_mask);
    sigaction(SIGTSTP, &standard, &ours);
    sigaction(SIGCONT, &standard, &ours_continued); /* the caller takes the terminal again */
    /* The whole group, as the terminal does: the parent waits for us as one job. */
    kill(0, SIGTSTP);
    sigaction(SIGCONT, &ours_continued, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}
