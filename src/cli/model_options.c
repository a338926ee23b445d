/* The options that choose the model and how it draws. */
#include "model_options.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"

#include <math.h>

enum { MOST_STEPS = 1 << 20, MOST_THREADS = 256, HIGHEST_TEMPERATURE = 100 };

struct model_options model_options_default(void)
{
    int threads = cpu_count();
    return (struct model_options){.steps = 32,
                                  .method = SEDD_ANALYTIC,
                                  .temperature = NAN,
                                  .top_p = NAN,
                                  .threads = threads < MOST_THREADS ? threads : MOST_THREADS};
}

double model_option_or(double given, double otherwise)
{
    return isnan(given) ? otherwise : given;
}

bool model_option_model(void *settings, const char *value)
{
    struct model_options *o = settings;
    o->model = value;
    return true;
}

bool model_option_seed(void *settings, const char *value)
{
    struct model_options *o = settings;
    int64_t number = 0;
    if (!cli_int("seed", value, 0, (int64_t)FILL_SEED_LIMIT - 1, &number)) return false;
    o->seed = (uint64_t)number;
    return true;
}

bool model_parse_steps(const char *value, int *out)
{
    int64_t number = 0;
    if (!cli_int("steps", value, 1, MOST_STEPS, &number)) return false;
    *out = (int)number;
    return true;
}

bool model_option_steps(void *settings, const char *value)
{
    struct model_options *o = settings;
    return model_parse_steps(value, &o->steps);
}

bool model_parse_sampler(const char *value, enum sedd_method *out)
{
    return sedd_method_parse(value, out) || cli_fail("--sampler: unknown sampler \"%s\"", value);
}

bool model_option_sampler(void *settings, const char *value)
{
    struct model_options *o = settings;
    return model_parse_sampler(value, &o->method);
}

bool model_parse_temperature(const char *value, double *out)
{
    return cli_double("temperature", value, 0, HIGHEST_TEMPERATURE, out);
}

bool model_option_temperature(void *settings, const char *value)
{
    struct model_options *o = settings;
    return model_parse_temperature(value, &o->temperature);
}

bool model_parse_top_p(const char *value, double *out)
{
    return cli_double("top-p", value, 0, 1, out) && (*out > 0 || cli_fail("--top-p: must be above 0"));
}

bool model_option_top_p(void *settings, const char *value)
{
    struct model_options *o = settings;
    return model_parse_top_p(value, &o->top_p);
}

bool model_option_precision(void *settings, const char *value)
{
    struct model_options *o = settings;
    return sedd_precision_parse(value, &o->precision) ||
           cli_fail("--precision: \"%s\" is not f32, bf16, int8 or int16", value);
}

bool model_option_threads(void *settings, const char *value)
{
    struct model_options *o = settings;
    int64_t number = 0;
    if (!cli_int("threads", value, 1, MOST_THREADS, &number)) return false;
    o->threads = (int)number;
    return true;
}
