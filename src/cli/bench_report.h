/* Internal to cli/: functions shared by the parts of `lacuna bench`. */
#ifndef LACUNA_CLI_BENCH_REPORT_H
#define LACUNA_CLI_BENCH_REPORT_H

#include "model_options.h"

struct bench_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    const char *shape;
    int64_t tokens, masked, repeats;
    bool json;
};

/* Prints a line of JSON and frees it. False, after a message, if json_pack made none because a figure is not
 * finite. */
bool bench_print(struct json_t *line);

/* Sorts the values. */
double bench_median(double *values, size_t count);

#endif
