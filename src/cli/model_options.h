/* Internal to cli/: the options that choose the model and how it draws, equal in all commands that have them.
 * A command takes its rows from here, and its settings begin with a struct model_options, which receives the
 * values. */
#ifndef LACUNA_CLI_MODEL_OPTIONS_H
#define LACUNA_CLI_MODEL_OPTIONS_H

#include "lacuna/sedd.h"

struct model_options {
    const char *model; /* NULL: $LACUNA_MODEL, else the bundled one */
    uint64_t seed;     /* below 2^53 */
    int steps;
    enum sedd_method method;
    double temperature, top_p; /* NAN: not given */
    enum sedd_precision precision;
    int threads;
};
/* Seed 0, 32 steps, analytic, no temperature and no top-p, precision chosen for the CPU, one thread per
 * CPU. */
struct model_options model_options_default(void);
/* `given`, or `otherwise` if it was not given. */
double model_option_or(double given, double otherwise);

/* Each sets one option and reports an invalid value. `settings` begins with a struct model_options. */
bool model_option_model(void *settings, const char *value);
bool model_option_seed(void *settings, const char *value);
bool model_option_steps(void *settings, const char *value);
bool model_option_sampler(void *settings, const char *value);
bool model_option_temperature(void *settings, const char *value);
bool model_option_top_p(void *settings, const char *value);
bool model_option_precision(void *settings, const char *value);
bool model_option_threads(void *settings, const char *value);

/* The same for commands that take a list. */
bool model_parse_steps(const char *value, int *out);
bool model_parse_sampler(const char *value, enum sedd_method *out);
bool model_parse_temperature(const char *value, double *out);
bool model_parse_top_p(const char *value, double *out);

/* Name, letter and argument, for commands that set them another way. */
#define NAME_MODEL       "model", 'm', "NAME|DIR"
#define NAME_SEED        "seed", 's', "N"
#define NAME_STEPS       "steps", 'n', "N"
#define NAME_TEMPERATURE "temperature", 't', "T"
#define NAME_TOP_P       "top-p", 'p', "P"
#define NAME_PRECISION   "precision", 0, "P"
#define NAME_THREADS     "threads", 0, "N"
#define HELP_PRECISION   "f32, bf16, int8 or int16 (default: chosen for the CPU)"

/* Rows for a command's table. */
#define ROW_MODEL                                                                                            \
    {                                                                                                        \
        NAME_MODEL, "the model (default: $LACUNA_MODEL, else the bundled one)", model_option_model           \
    }
#define ROW_SEED(help)                                                                                       \
    {                                                                                                        \
        NAME_SEED, help, model_option_seed                                                                   \
    }
#define ROW_STEPS(help)                                                                                      \
    {                                                                                                        \
        NAME_STEPS, help, model_option_steps                                                                 \
    }
#define ROW_SAMPLER                                                                                          \
    {                                                                                                        \
        "sampler", 0, "NAME", "analytic (default), euler, first-hitting, confidence, entropy, remasking",    \
            model_option_sampler                                                                             \
    }
#define ROW_TEMPERATURE(help)                                                                                \
    {                                                                                                        \
        NAME_TEMPERATURE, help, model_option_temperature                                                     \
    }
#define ROW_TOP_P(help)                                                                                      \
    {                                                                                                        \
        NAME_TOP_P, help, model_option_top_p                                                                 \
    }
#define ROW_PRECISION                                                                                        \
    {                                                                                                        \
        NAME_PRECISION, HELP_PRECISION, model_option_precision                                               \
    }
#define ROW_THREADS                                                                                          \
    {                                                                                                        \
        NAME_THREADS, "threads (default: one per CPU)", model_option_threads                                 \
    }

#endif
