/* Internal to cli/: `lacuna bench train`. */
#ifndef LACUNA_CLI_BENCH_TRAIN_H
#define LACUNA_CLI_BENCH_TRAIN_H

#include "bench_report.h"

/* The training loop on random tokens, relative to the rate of its largest product alone. Returns the exit
 * status. */
int bench_train(const struct bench_settings *settings);

#endif
