/* Internal to cli/: `lacuna bench fill`. */
#ifndef LACUNA_CLI_BENCH_FILL_H
#define LACUNA_CLI_BENCH_FILL_H

#include "bench_report.h"

/* Fills one blank in the middle of a window, with the model already loaded: milliseconds until the filled
 * text is there, and until the first token is drawn. Returns the exit status. */
int bench_fill(const struct bench_settings *settings);

#endif
