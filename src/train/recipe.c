/* Recipes: JSON; every field has a default, except the shape. */
#include "checkpoint.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

const char *const recipe_known[] = {
    "name",       "about",           "hidden_size", "n_blocks",     "n_heads",        "length",
    "vocabulary", "parametrisation", "graph",       "noise",        "tie_embeddings", "objective",
    "rows",       "micro_rows",      "steps",       "warmup",       "decay",          "learning_rate",
    "beta1",      "beta2",           "epsilon",     "weight_decay", "clip",           "ema",
    "init_std",   "embedding_std",   "gate",        "short_rows",   "span_rows",      "mask_power",
    "seed",       "dialect",         "optimiser",   "momentum",     "delete_rows",    "ar_steps",
    "muon_rate",  "rows_ramp",       "ar_every",    "qk_norm",      "output_std",     NULL,
};

static enum status check_known(const json_t *root, struct error *error)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)root, key, value)
    {
        bool found = false;
        for (size_t i = 0; recipe_known[i]; i++) found |= strcmp(recipe_known[i], key) == 0;
        if (!found) return error_set(error, STATUS_FORMAT, "\"%s\" is not a field of a recipe", key);
    }
    return STATUS_OK;
}

static enum status get_word(const json_t *root, const char *key, const char *first, const char *second,
                            int *out, struct error *error)
{
    const char *text = NULL;
    enum status status = json_get_string(root, key, &text, error);
    if (status || !text) return status;
    if (strcmp(text, first) && strcmp(text, second))
        return error_set(error, STATUS_FORMAT, "\"%s\" must be \"%s\" or \"%s\"", key, first, second);
    *out = strcmp(text, second) == 0;
    return STATUS_OK;
}

static enum status read_reals(const json_t *root, struct train_recipe *r, struct error *error)
{
    struct {
        const char *key;
        double *out, low, high;
    } reals[] = {
        {"decay", &r->decay, 0, 1},
        {"learning_rate", &r->learning_rate, 0, 1},
        {"muon_rate", &r->muon_rate, 0, 1},
        {"beta1", &r->beta1, 0, 1},
        {"beta2", &r->beta2, 0, 1},
        {"epsilon", &r->epsilon, 0, 1},
        {"momentum", &r->momentum, 0, 1},
        {"clip", &r->clip, 0, 1e9},
        {"weight_decay", &r->weight_decay, 0, 10},
        {"ema", &r->ema, 0, 1},
        {"init_std", &r->init_std, 0, 1},
        {"output_std", &r->output_std, 0, 1},
        {"embedding_std", &r->embedding_std, 0, 10},
        {"gate", &r->gate, 0, 10},
        {"short_rows", &r->short_rows, 0, 1},
        {"span_rows", &r->span_rows, 0, 1},
        {"delete_rows", &r->delete_rows, 0, 1},
        {"mask_power", &r->mask_power, 0, 1},
    };
    for (size_t i = 0; i < ARRAY_SIZE(reals); i++) {
        enum status status = json_get_double(root, reals[i].key, reals[i].out, error);
        if (status) return status;
        if (isnan(*reals[i].out)) continue; /* not given, and its default is another field */
        if (!(*reals[i].out >= reals[i].low && *reals[i].out <= reals[i].high))
            return error_set(error, STATUS_FORMAT, "\"%s\" is outside %g to %g", reals[i].key, reals[i].low,
                             reals[i].high);
    }
    return STATUS_OK;
}

static enum status read_integers(const json_t *root, struct train_recipe *r, struct error *error)
{
    struct {
        const char *key;
        int64_t low, high;
        uint32_t *narrow;
        uint64_t *wide;
    } integers[] = {
        {"hidden_size", 2, 1 << 14, &r->config.hidden_size, NULL},
        {"n_blocks", 1, 256, &r->config.n_blocks, NULL},
        {"n_heads", 1, 256, &r->config.n_heads, NULL},
        {"length", 8, 1 << 14, &r->config.length, NULL},
        {"vocabulary", 259, 65535, &r->vocabulary, NULL},
        {"rows", 1, 1 << 16, &r->rows, NULL},
        {"micro_rows", 1, 1 << 12, &r->micro_rows, NULL},
        {"steps", 1, INT64_C(1) << 40, NULL, &r->steps},
        {"warmup", 0, INT64_C(1) << 40, NULL, &r->warmup},
        {"ar_steps", 0, INT64_C(1) << 40, NULL, &r->ar_steps},
        {"ar_every", 0, INT64_C(1) << 31, &r->ar_every, NULL},
        {"seed", 0, INT64_C(1) << 53, NULL, &r->seed},
    };
    for (size_t i = 0; i < ARRAY_SIZE(integers); i++) {
        int64_t value = integers[i].narrow ? (int64_t)*integers[i].narrow : (int64_t)*integers[i].wide;
        enum status status =
            json_get_int(root, integers[i].key, integers[i].low, integers[i].high, &value, error);
        if (status) return status;
        if (integers[i].narrow)
            *integers[i].narrow = (uint32_t)value;
        else
            *integers[i].wide = (uint64_t)value;
    }
    return STATUS_OK;
}

static enum status read_ramp(const json_t *root, struct train_recipe *r, struct error *error)
{
    const json_t *ramp = json_object_get(root, "rows_ramp");
    if (!ramp) return STATUS_OK;
    bool ok = json_is_array(ramp) && json_array_size(ramp) <= TRAIN_RAMP_MAX;
    double before = 0;
    for (size_t i = 0; ok && i < json_array_size(ramp); i++) {
        const json_t *pair = json_array_get(ramp, i), *share = json_array_get(pair, 0),
                     *rows = json_array_get(pair, 1);
        ok = json_array_size(pair) == 2 && json_is_number(share) && json_is_integer(rows) &&
             json_number_value(share) > before && json_number_value(share) < 1 &&
             json_integer_value(rows) >= 1 && json_integer_value(rows) <= 1 << 16;
        if (ok)
            r->ramp[r->ramp_count++] =
                (struct train_ramp){before = json_number_value(share), (uint32_t)json_integer_value(rows)};
    }
    if (ok) return STATUS_OK;
    return error_set(error, STATUS_FORMAT,
                     "\"rows_ramp\" must be up to %d pairs [share, rows], shares ascending between 0 and 1",
                     TRAIN_RAMP_MAX);
}

static enum status check_rows(const struct train_recipe *r, struct error *error)
{
    bool whole = r->rows % r->micro_rows == 0;
    for (uint32_t i = 0; i < r->ramp_count; i++) whole = whole && r->ramp[i].rows % r->micro_rows == 0;
    if (whole) return STATUS_OK;
    return error_set(error, STATUS_FORMAT, "rows must be multiples of \"micro_rows\" (%u)", r->micro_rows);
}

double train_usual_output_std(const struct train_recipe *r)
{
    return r->init_std / sqrt(2.0 * r->config.n_blocks);
}

static enum status check_recipe(struct train_recipe *r, struct error *error)
{
    struct sedd_config *c = &r->config;
    if (!c->hidden_size || !c->n_blocks || !c->n_heads || !c->length || !r->vocabulary || !r->steps ||
        !r->rows)
        return error_set(error, STATUS_FORMAT,
                         "hidden_size, n_blocks, n_heads, length, vocabulary, rows and steps are required");
    if (c->hidden_size % c->n_heads || c->hidden_size / c->n_heads % 2)
        return error_set(error, STATUS_FORMAT, "\"hidden_size\" must be an even multiple of \"n_heads\"");
    if ((r->objective == TRAIN_DWDSE) != (c->parametrisation == SEDD_SCORE))
        return error_set(error, STATUS_FORMAT,
                         "k-form and ar need the time-free form, and dwdse needs the score form");
    if (c->parametrisation == SEDD_TIME_FREE && c->graph != SEDD_ABSORB)
        return error_set(error, STATUS_FORMAT, "the time-free form needs the absorbing graph");
    if (c->tie_embeddings && c->parametrisation != SEDD_TIME_FREE)
        return error_set(error, STATUS_FORMAT, "\"tie_embeddings\" needs the time-free form");
    if (r->delete_rows > 0 && r->objective != TRAIN_K_FORM)
        return error_set(error, STATUS_FORMAT, "\"delete_rows\" needs the k-form");
    if (r->ar_steps && r->objective != TRAIN_K_FORM)
        return error_set(error, STATUS_FORMAT, "\"ar_steps\" needs the k-form");
    if (r->ar_every && r->objective != TRAIN_K_FORM)
        return error_set(error, STATUS_FORMAT, "\"ar_every\" needs the k-form");
    if (r->ar_every == 1)
        return error_set(error, STATUS_FORMAT,
                         "\"ar_every\" must be 0 or at least 2: 1 would leave no other steps");
    if (r->ar_steps >= r->steps)
        return error_set(error, STATUS_FORMAT, "\"ar_steps\" must be less than \"steps\"");
    c->sizes_blanks = r->delete_rows > 0;
    if (!r->micro_rows) r->micro_rows = c->length >= 2048 ? 1 : 2048 / c->length;
    c->tokens = r->vocabulary;
    c->endoftext = (int64_t)r->vocabulary - 3;
    c->delete_id = (int64_t)r->vocabulary - 2;
    c->expand_id = (int64_t)r->vocabulary - 1;
    if (isnan(r->muon_rate)) r->muon_rate = r->learning_rate;
    if (isnan(r->output_std)) r->output_std = train_usual_output_std(r);
    return check_rows(r, error);
}

static const char *const objective_names[] = {"k-form", "dwdse", "ar"};
static_assert(ARRAY_SIZE(objective_names) == TRAIN_AR + 1, "every objective has a name");

static enum status get_objective(const json_t *root, int otherwise, int *out, struct error *error)
{
    const char *text = NULL;
    enum status status = json_get_string(root, "objective", &text, error);
    *out = otherwise;
    for (int i = 0; !status && text && i < 3; i++)
        if (strcmp(text, objective_names[i]) == 0) return *out = i, STATUS_OK;
    if (status || !text) return status;
    return error_set(error, STATUS_FORMAT, "\"objective\" must be \"k-form\", \"dwdse\" or \"ar\"");
}

enum status train_recipe_set_objective(struct train_recipe *r, const char *objective, struct error *error)
{
    bool ar = strcmp(objective, "ar") == 0, same = strcmp(objective, objective_names[r->objective]) == 0;
    if (same) return STATUS_OK;
    if (r->config.parametrisation != SEDD_TIME_FREE || (!ar && strcmp(objective, "k-form")))
        return error_set(error, STATUS_ARGUMENT, "this recipe's network cannot be trained with \"%s\"",
                         objective);
    r->objective = ar ? TRAIN_AR : TRAIN_K_FORM;
    r->config.causal = ar;
    if (ar) r->delete_rows = 0, r->config.sizes_blanks = false; /* it has no blanks */
    r->ar_steps = r->ar_every = 0;
    return STATUS_OK;
}

struct train_recipe train_recipe_at(const struct train_recipe *r, uint64_t step)
{
    struct train_recipe stage = *r;
    if (step < r->ar_steps && train_recipe_set_objective(&stage, "ar", NULL)) return *r; /* cannot fail */
    stage.ar_steps = 0;
    return stage;
}

struct train_recipe train_recipe_of_step(const struct train_recipe *r, uint64_t step)
{
    struct train_recipe one = train_recipe_at(r, step);
    bool causal = one.ar_every && step % one.ar_every == 0;
    if (causal && train_recipe_set_objective(&one, "ar", NULL)) return *r; /* cannot fail */
    one.ar_every = 0;
    return one;
}

static enum status read_recipe(const json_t *root, struct train_recipe *r, struct error *error)
{
    enum status status;
    int graph = 0, noise = 0, form = 1, optimiser = 0, objective;
    if (!json_is_object(root)) return error_set(error, STATUS_FORMAT, "a recipe is a JSON object");
    if ((status = check_known(root, error))) return status;
    if ((status = read_reals(root, r, error)) || (status = read_integers(root, r, error))) return status;
    if ((status = read_ramp(root, r, error))) return status;
    if ((status = get_word(root, "graph", "absorb", "uniform", &graph, error))) return status;
    if ((status = get_word(root, "noise", "loglinear", "geometric", &noise, error))) return status;
    if ((status = get_word(root, "parametrisation", "score", "time_free", &form, error))) return status;
    if ((status = get_word(root, "optimiser", "adamw", "muon", &optimiser, error))) return status;
    r->optimiser = (enum train_optimiser)optimiser;
    if ((status = get_objective(root, form ? TRAIN_K_FORM : TRAIN_DWDSE, &objective, error))) return status;
    r->config.graph = (enum sedd_graph)graph;
    r->config.noise = (enum sedd_noise)noise;
    r->config.parametrisation = form ? SEDD_TIME_FREE : SEDD_SCORE;
    r->config.scale_by_sigma = !form && graph == SEDD_ABSORB;
    r->objective = (enum train_objective)objective;
    r->config.causal = objective == TRAIN_AR;
    r->config.tie_embeddings = form;
    if ((status = json_get_bool(root, "tie_embeddings", &r->config.tie_embeddings, error))) return status;
    if ((status = json_get_bool(root, "qk_norm", &r->config.qk_norm, error))) return status;
    const char *name = NULL, *dialect = "plain";
    if ((status = json_get_string(root, "name", &name, error))) return status;
    if ((status = json_get_string(root, "dialect", &dialect, error))) return status;
    if (!name) name = "unnamed";
    utf8_copy(r->config.name, sizeof r->config.name, name, strlen(name));
    snprintf(r->config.dialect, sizeof r->config.dialect, "%s", dialect);
    return check_recipe(r, error);
}

struct train_recipe train_recipe_default(void)
{
    return (struct train_recipe){
        .config = {.sigma_min = 1e-4, .sigma_max = 20, .cond_dim = 128},
        .warmup = 200,
        .decay = 0.2,
        .learning_rate = 6e-4,
        .beta1 = 0.9,
        .beta2 = 0.95,
        .epsilon = 1e-8,
        .weight_decay = 0.1,
        .clip = 1,
        .ema = 0.999,
        .muon_rate = NAN, /* like learning_rate */
        .momentum = 0.95,
        .init_std = 0.02,
        .output_std = NAN, /* train_usual_output_std */
        .embedding_std = 0.02,
        .gate = 1,
        .short_rows = 0.3,
        .span_rows = 0.3,
        .mask_power = 0.5,
    };
}

enum status train_recipe_load(const char *path, struct train_recipe *recipe, struct error *error)
{
    *recipe = train_recipe_default();
    json_t *root = json_parse_file(path, error);
    if (!root) return error && error->code ? error->code : STATUS_FORMAT;
    enum status status = read_recipe(root, recipe, error);
    if (status) error_prefix(error, "%s", path);
    json_decref(root);
    return status;
}

/* The share of its full rate that a step learns with: warm-up, stable, linear decay. */
static double rate_share(const struct train_recipe *r, uint64_t step)
{
    double decay_steps = r->decay * (double)r->steps, left = (double)r->steps - (double)step;
    uint64_t in_stage = step < r->ar_steps ? step : step - r->ar_steps;
    double rise = in_stage < r->warmup ? (double)(in_stage + 1) / (double)r->warmup : 1;
    double fall = left < decay_steps ? left / decay_steps : 1;
    return rise < fall ? rise : fall;
}

double train_learning_rate(const struct train_recipe *r, uint64_t step)
{
    return r->learning_rate * rate_share(r, step);
}

double train_muon_rate(const struct train_recipe *r, uint64_t step)
{
    return r->muon_rate * rate_share(r, step);
}

uint32_t train_batch_rows(const struct train_recipe *r, uint64_t step)
{
    uint32_t rows = r->rows;
    for (uint32_t i = 0; i < r->ramp_count && (double)step >= r->ramp[i].share * (double)r->steps; i++)
        rows = r->ramp[i].rows;
    return rows;
}

uint32_t train_most_rows(const struct train_recipe *r)
{
    uint32_t most = r->rows;
    for (uint32_t i = 0; i < r->ramp_count; i++)
        if (r->ramp[i].rows > most) most = r->ramp[i].rows;
    return most;
}

double train_flop_per_token(const struct train_recipe *r)
{
    double d = r->config.hidden_size, blocks = r->config.n_blocks, v = r->vocabulary,
           length = r->config.length;
    double share = r->objective == TRAIN_K_FORM ? 0.5 : 1; /* of the positions that the head sees */
    double flop = 6 * (12 * blocks * d * d + share * v * d) + 12 * blocks * length * d;
    /* five steps of X Xᵀ, A A and B X: four square matrices and two of (4D, D) per block, once per batch */
    double muon = 5 * blocks * (4 * 6 + 2 * (2 * 2 * 4 + 2)) * d * d * d;
    return flop + (r->optimiser == TRAIN_MUON ? muon / r->rows / length : 0);
}

/* The first step after `step` with another stage or batch size; UINT64_MAX if there is none. */
static uint64_t next_change(const struct train_recipe *r, uint64_t step)
{
    uint64_t next = step < r->ar_steps ? r->ar_steps : UINT64_MAX;
    for (uint32_t i = 0; i < r->ramp_count; i++) {
        uint64_t at = (uint64_t)ceil(r->ramp[i].share * (double)r->steps);
        if (at > step && at < next) next = at;
    }
    return next;
}

/* How many multiples of n are in [0, end). */
static uint64_t multiples(uint64_t end, uint64_t n)
{
    return (end + n - 1) / n;
}

double train_flop(const struct train_recipe *r, uint64_t steps)
{
    double flop = 0;
    for (uint64_t at = 0, next; at < steps; at = next) {
        struct train_recipe stage = train_recipe_at(r, at);
        stage.rows = train_batch_rows(r, at);
        next = next_change(r, at) < steps ? next_change(r, at) : steps;
        struct train_recipe other =
            train_recipe_of_step(&stage, 0); /* one of those that `ar_every` chooses */
        uint64_t others =
            stage.ar_every ? multiples(next, stage.ar_every) - multiples(at, stage.ar_every) : 0;
        double each = (double)stage.rows * stage.config.length;
        flop += each * ((double)(next - at - others) * train_flop_per_token(&stage) +
                        (double)others * train_flop_per_token(&other));
    }
    return flop;
}
