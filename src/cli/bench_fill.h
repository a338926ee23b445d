/* Internal to cli/: `lacuna bench fill`. */
#ifndef LACUNA_CLI_BENCH_FILL_H
#define LACUNA_CLI_BENCH_FILL_H

#include "bench_report.h"

/* One blank in the middle of a window, from text to text, with the model already loaded: milliseconds until
 * everything is drawn, and until the first token is. Returns the exit status. */
int bench_fill(const struct bench_settings *settings);

#endif
