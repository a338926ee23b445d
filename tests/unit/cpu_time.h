/* Processor time, for tests of how work grows: other load on the machine must not count. */
#ifndef LACUNA_TESTS_CPU_TIME_H
#define LACUNA_TESTS_CPU_TIME_H

#include <time.h>

/* Processor seconds of the calling thread. */
static inline double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif
