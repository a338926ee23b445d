/* Inside cli/: stopping when the user asks for it. */
#ifndef LACUNA_CLI_INTERRUPT_H
#define LACUNA_CLI_INTERRUPT_H

#include <stdatomic.h>

/* What SIGINT leaves behind. */
struct interrupt {
    atomic_bool requested;
    int wake; /* a descriptor that is readable from then on, so that no wait misses it; -1: there is none */
};
enum {
    INTERRUPT_TWICE_KILLS = 1, /* a second one ends the program at once */
    INTERRUPT_TERM = 2         /* SIGTERM counts as well */
};
/* From now on an interrupt is noted here instead of ending the program; calls of the system that it meets are
 * not begun again. */
const struct interrupt *interrupt_take(int flags);

#endif
