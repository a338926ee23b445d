/* Internal to cli/: the memory that a model needs, and its milliseconds per step on this machine. */
#ifndef LACUNA_CLI_MODEL_COST_H
#define LACUNA_CLI_MODEL_COST_H

#include "lacuna/base.h"
#include "lacuna/sedd.h"

/* A step: one evaluation of COST_TOKENS positions with COST_MASKED masked, on all CPUs. */
enum { COST_TOKENS = 256, COST_MASKED = 16 };

struct model_cost {
    uint64_t memory; /* bytes of the whole process after a fill */
    double ms;
    enum sedd_precision precision;
    double load_seconds; /* 0: an estimate, nothing was loaded */
};

/* Estimates the cost without loading the model. Memory is computed. For the time, a few blocks of the model's width
 * with random weights are run, and their time is scaled by the ratio of arithmetic. Takes about half a second. */
enum status model_cost_estimate(const struct sedd_config *config, struct model_cost *out,
                                struct error *error) MUST_USE;
/* Loads the model and runs it. */
enum status model_cost_measure(const char *folder, struct model_cost *out, struct error *error) MUST_USE;
/* Bytes of this machine's physical memory; 0: not known. */
uint64_t model_cost_machine_memory(void);

#endif
