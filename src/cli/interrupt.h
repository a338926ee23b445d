/* Internal to cli/: stops when the user asks for it. */
#ifndef LACUNA_CLI_INTERRUPT_H
#define LACUNA_CLI_INTERRUPT_H

#include <stdatomic.h>

/* The effects of SIGINT. */
struct interrupt {
    atomic_bool requested;
    int wake; /* a descriptor that is readable afterwards, so that no wait misses it; -1: none */
};
enum {
    INTERRUPT_TWICE_KILLS = 1, /* a second one ends the program at once */
    INTERRUPT_TERM = 2,        /* SIGTERM counts too */
    INTERRUPT_QUIT = 4         /* SIGQUIT, too: for programs that must restore the terminal */
};
/* From now on an interrupt is noted here and does not end the program; interrupted system calls are not
 * restarted. */
const struct interrupt *interrupt_take(int flags);

#endif
