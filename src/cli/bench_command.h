/* Inside cli/: what `lacuna bench` measures besides a network's evaluation. */
#ifndef LACUNA_CLI_BENCH_H
#define LACUNA_CLI_BENCH_H

#include "lacuna/sedd.h"

struct bench_settings {
    const char *shape;
    enum sedd_precision precision;
    int64_t tokens, masked, threads, repeats, steps;
    bool json;
};

/* One blank in the middle of a window, from text to text, the model loaded before: milliseconds until all is
 * drawn, and until the first token is. Returns the exit status. */
int bench_fill(const struct bench_settings *settings);
/* The training loop on random tokens, against the rate of its largest product alone. */
int bench_train(const struct bench_settings *settings);

/* Prints a line of JSON and lets go of it. False, and said, when json_pack made none: it has no figure that
 * is not finite. */
bool bench_print(struct json_t *line);

/* Sorts the values. */
double bench_median(double *values, size_t count);

#endif
