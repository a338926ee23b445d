/* Inside cli/: what a model asks of this machine: memory, and milliseconds for a step. */
#ifndef LACUNA_CLI_MODEL_COST_H
#define LACUNA_CLI_MODEL_COST_H

#include "lacuna/base.h"
#include "lacuna/sedd.h"

/* A step: one evaluation of COST_TOKENS positions with COST_MASKED masked, on all CPUs. */
enum { COST_TOKENS = 256, COST_MASKED = 16 };

struct model_cost {
    uint64_t memory; /* bytes of the whole process, once a blank is filled */
    double ms;
    enum sedd_precision precision;
    double load_seconds; /* 0: nothing was loaded, this is an estimate */
};

/* An estimate: memory is computed; the time is that of a few blocks of the model's width with random weights, run
 * here and now, times the model's arithmetic over theirs. Takes about half a second. */
enum status model_cost_estimate(const struct sedd_config *config, struct model_cost *out,
                                struct error *error) MUST_USE;
/* Loads the model and runs it. */
enum status model_cost_measure(const char *folder, struct model_cost *out, struct error *error) MUST_USE;
/* Bytes of memory that this machine has in all; 0: not known. */
uint64_t model_cost_machine_memory(void);

#endif
