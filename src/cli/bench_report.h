/* Inside cli/: what the parts of `lacuna bench` share. */
#ifndef LACUNA_CLI_BENCH_REPORT_H
#define LACUNA_CLI_BENCH_REPORT_H

#include "model_options.h"

struct bench_settings {
    struct model_options model; /* the first: its options are set by model_options.c */
    const char *shape;
    int64_t tokens, masked, repeats;
    bool json;
};

/* Prints a line of JSON and lets go of it. False, and said, when json_pack made none: it has no figure that
 * is not finite. */
bool bench_print(struct json_t *line);

/* Sorts the values. */
double bench_median(double *values, size_t count);

#endif
