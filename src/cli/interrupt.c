/* Stops when the user asks for it. */
#define _GNU_SOURCE /* pipe2 */
#include "interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

static struct interrupt interrupt = {.wake = -1};
static int wake_end = -1; /* written to in order to wake waiting code */

static void on_interrupt(int number)
{
    (void)number;
    int before = errno;
    atomic_store(&interrupt.requested, true);
    /* the pipe is full: it is readable already */
    if (wake_end >= 0 && write(wake_end, "", 1) < 0) errno = before;
    errno = before;
}

const struct interrupt *interrupt_take(int flags)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) interrupt.wake = ends[0], wake_end = ends[1];
    struct sigaction action = {.sa_handler = on_interrupt,
                               .sa_flags = flags & INTERRUPT_TWICE_KILLS ? (int)SA_RESETHAND : 0};
    sigaction(SIGINT, &action, NULL);
    if (flags & INTERRUPT_TERM) sigaction(SIGTERM, &action, NULL);
    if (flags & INTERRUPT_QUIT) sigaction(SIGQUIT, &action, NULL);
    return &interrupt;
}
