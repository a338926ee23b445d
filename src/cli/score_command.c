/* lacuna score: the raw mathematics on tensors, for researchers and tests. Always float32. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"

#include <math.h>
#include <unistd.h>

enum { MODEL, GRAD, THREADS };

static const struct cli_option options[] = {
    [MODEL] = ROW_MODEL,
    [GRAD] = {"grad", 'g', NULL, "also write grad_of_mean_loss.NAME for every weight (needs x0)"},
    [THREADS] = ROW_THREADS,
    {0},
};

struct score_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    bool grad;
};

static void default_score_settings(void *opaque)
{
    ((struct score_settings *)opaque)->model = model_options_default();
}

static bool set_score_option(void *opaque, int option, const char *value)
{
    (void)value;
    return option == GRAD && (((struct score_settings *)opaque)->grad = true);
}

/* The inputs and outputs of the computation. */
struct score_work {
    struct sedd_model *model;
    const struct sedd_config *config;
    struct sedd_tensors *in;
    uint32_t rows, length;
    uint32_t *xt, *x0; /* (B, L); x0 may be NULL */
    float *t;          /* (B) */
    double step;       /* NAN: not given */
    float *sigma, *dsigma;
    float *log_score, *analytic, *euler, *denoise; /* (B, L, S); denoise without the mask column */
    float *entropy, *loss;
    float *gradients;
    struct sedd_layout layout;
    struct sedd_tensor out[512];
    size_t out_count;
};

static void work_free(struct score_work *w)
{
    void *all[] = {w->xt,       w->x0,    w->t,       w->sigma,   w->dsigma, w->log_score,
                   w->analytic, w->euler, w->denoise, w->entropy, w->loss,   w->gradients};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) mem_free(all[i]);
    sedd_layout_free(&w->layout);
    sedd_tensors_close(w->in);
    sedd_model_free(w->model);
}

/* (B, L) int64 ids below `states`. */
static uint32_t *read_ids(const struct sedd_tensors *file, const char *name, uint32_t states,
                          struct score_work *w, struct error *error)
{
    const struct sedd_tensor *tensor = sedd_tensors_find(file, name);
    if (!tensor || tensor->dtype != SEDD_I64 || tensor->dims != 2 || tensor->elements == 0)
        return error_set(error, STATUS_FORMAT, "%s is required: int64, (B, L)", name), NULL;
    if (tensor->shape[0] > 1 << 16 || tensor->shape[1] > 1 << 16)
        return error_set(error, STATUS_LIMIT, "%s has a dimension above 65,536", name), NULL;
    if (w->rows && (tensor->shape[0] != w->rows || tensor->shape[1] != w->length))
        return error_set(error, STATUS_FORMAT, "%s must have the shape of xt", name), NULL;
    w->rows = (uint32_t)tensor->shape[0];
    w->length = (uint32_t)tensor->shape[1];
    uint32_t *ids = mem_alloc_array(tensor->elements, sizeof *ids);
    if (!ids) return error_set(error, STATUS_NO_MEMORY, "not enough memory for %s", name), NULL;
    int64_t some[512];
    enum status status = STATUS_OK;
    for (size_t at = 0; at < tensor->elements && !status; at += ARRAY_SIZE(some)) {
        size_t n = tensor->elements - at < ARRAY_SIZE(some) ? tensor->elements - at : ARRAY_SIZE(some);
        status = sedd_tensors_read(file, tensor, at, n, some, error);
        for (size_t i = 0; i < n && !status; i++) {
            if (some[i] < 0 || some[i] >= states)
                status = error_set(error, STATUS_FORMAT, "%s holds %lld, outside [0, %u)", name,
                                   (long long)some[i], states);
            ids[at + i] = (uint32_t)some[i];
        }
    }
    if (!status) return ids;
    mem_free(ids);
    return NULL;
}

static enum status read_inputs(struct score_work *w, bool grad, struct error *error)
{
    w->xt = read_ids(w->in, "xt", sedd_states(w->config), w, error);
    if (!w->xt) return error->code;
    const struct sedd_tensor *t = sedd_tensors_find(w->in, "t"),
                             *step = sedd_tensors_find(w->in, "step_size");
    if (!t || t->dims != 1 || t->elements != w->rows || t->dtype != SEDD_F32)
        return error_set(error, STATUS_FORMAT, "t is required: float32, (B)");
    w->t = mem_alloc_array(w->rows, sizeof *w->t);
    if (!w->t) return error_set(error, STATUS_NO_MEMORY, "not enough memory for t");
    enum status status = sedd_tensors_read_f32(w->in, t, 0, t->elements, w->t, error);
    for (uint32_t b = 0; b < w->rows && !status; b++)
        if (!(w->t[b] > 0 && w->t[b] <= 1)) status = error_set(error, STATUS_FORMAT, "t must be in (0, 1]");
    w->step = NAN;
    if (step && !status) {
        float value = 0;
        if (step->elements != 1 || step->dtype != SEDD_F32)
            return error_set(error, STATUS_FORMAT, "step_size must be float32, (1)");
        status = sedd_tensors_read_f32(w->in, step, 0, 1, &value, error);
        w->step = (double)value;
        for (uint32_t b = 0; b < w->rows && !status; b++)
            if (!(value > 0 && value <= w->t[b]))
                status = error_set(error, STATUS_FORMAT, "step_size must be in (0, t]");
    }
    if (status) return status;
    if (sedd_tensors_find(w->in, "x0") && !(w->x0 = read_ids(w->in, "x0", w->config->tokens, w, error)))
        return error->code;
    if (grad && !w->x0) return error_set(error, STATUS_ARGUMENT, "--grad needs x0");
    return STATUS_OK;
}

static enum status allocate_outputs(struct score_work *w, struct error *error)
{
    size_t m = (size_t)w->rows * w->length, s = sedd_states(w->config);
    w->sigma = mem_alloc_array(w->rows, sizeof(float));
    w->dsigma = mem_alloc_array(w->rows, sizeof(float));
    w->log_score = mem_alloc_array(m * s, sizeof(float));
    bool ok = w->sigma && w->dsigma && w->log_score;
    if (isfinite(w->step)) {
        w->analytic = mem_alloc_array(m * s, sizeof(float));
        w->euler = mem_alloc_array(m * s, sizeof(float));
        w->denoise = mem_alloc_array(m * w->config->tokens, sizeof(float));
        ok = ok && w->analytic && w->euler && w->denoise;
    }
    if (w->x0) {
        w->entropy = mem_alloc_array(m, sizeof(float));
        w->loss = mem_zalloc_array(w->rows, sizeof(float));
        ok = ok && w->entropy && w->loss;
    }
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the outputs");
}

static enum status evaluate_rows(struct score_work *w, int threads, struct error *error)
{
    size_t columns = sedd_head_columns(w->config), states = sedd_states(w->config);
    struct pool *pool = pool_new(threads, error);
    struct sedd_net *net = pool ? sedd_net_new(w->model, pool, error) : NULL;
    float *f = mem_alloc_array((size_t)w->length * columns, sizeof *f);
    enum status status =
        net && f ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory to evaluate");
    for (uint32_t b = 0; b < w->rows && !status; b++) {
        const uint32_t *ids = w->xt + (size_t)b * w->length;
        w->sigma[b] = (float)sedd_sigma_bar(w->config, (double)w->t[b]);
        w->dsigma[b] = (float)sedd_sigma(w->config, (double)w->t[b]);
        struct sedd_sequence q = {.ids = ids, .length = w->length, .sigma_bar = w->sigma[b]};
        status = sedd_net_evaluate_raw(net, &q, 1, f, NULL, error);
        for (uint32_t i = 0; i < w->length && !status; i++)
            sedd_log_score(w->config, f + i * columns, ids[i], (double)w->sigma[b],
                           w->log_score + ((size_t)b * w->length + i) * states);
    }
    mem_free(f);
    sedd_net_free(net);
    pool_free(pool);
    return status;
}

static enum status derive_outputs(struct score_work *w, struct error *error)
{
    const struct sedd_config *c = w->config;
    size_t s = sedd_states(c);
    double *row = mem_alloc_array(s, sizeof *row);
    if (!row) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a row");
    for (size_t m = 0; m < (size_t)w->rows * w->length; m++) {
        size_t b = m / w->length;
        double t = (double)w->t[b], level = sedd_sigma_bar(c, t);
        const float *scores = w->log_score + m * s;
        if (w->analytic) {
            sedd_analytic_weights(c, scores, w->xt[m], level - sedd_sigma_bar(c, t - w->step), row);
            for (size_t y = 0; y < s; y++) w->analytic[m * s + y] = (float)row[y];
            sedd_euler_weights(c, scores, w->xt[m], w->step * sedd_sigma(c, t), row);
            for (size_t y = 0; y < s; y++) w->euler[m * s + y] = (float)row[y];
            sedd_denoise_weights(c, scores, w->xt[m], level, row);
            for (size_t y = 0; y < c->tokens; y++) w->denoise[m * c->tokens + y] = (float)row[y];
        }
        if (w->x0) {
            w->entropy[m] = (float)sedd_score_entropy(c, scores, w->xt[m], w->x0[m], level, NULL);
            w->loss[b] += w->dsigma[b] * w->entropy[m];
        }
    }
    mem_free(row);
    return STATUS_OK;
}

static void add_tensor(struct score_work *w, const char *name, const float *data, uint32_t dims, uint64_t a,
                       uint64_t b, uint64_t c)
{
    if (!data || w->out_count == ARRAY_SIZE(w->out)) return;
    w->out[w->out_count++] = (struct sedd_tensor){
        .name = name, .dtype = SEDD_F32, .dims = dims, .shape = {a, b, c, 1}, .data = (const uint8_t *)data};
}

/* Reads the weights again into one flat array, and runs the training pass. */
static enum status compute_gradient(struct score_work *w, const char *folder, char (*names)[96],
                                    struct error *error)
{
    enum status status = sedd_layout_init(&w->layout, w->config, error);
    if (status) return status;
    float *weights = mem_zalloc_array(w->layout.size, sizeof *weights);
    w->gradients = mem_zalloc_array(w->layout.size, sizeof *w->gradients);
    struct sedd_tensors *file = sedd_tensors_open_model(folder, error);
    if (!weights || !w->gradients || !file)
        status = error->code ? error->code
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for the gradient");
    if (!status) status = sedd_weights_read(&w->layout, file, weights, error);
    if (!status)
        status = train_gradient(w->config, &w->layout, weights, w->rows, w->length, w->xt, w->x0, w->sigma,
                                w->dsigma, w->gradients, error);
    for (size_t i = 0; i < w->layout.count && !status; i++) {
        const struct sedd_layout_entry *e = &w->layout.entries[i];
        snprintf(names[i], sizeof names[i], "grad_of_mean_loss.%s", e->name);
        add_tensor(w, names[i], w->gradients + e->offset, e->columns ? 2 : 1, e->rows,
                   e->columns ? e->columns : 1, 1);
    }
    sedd_tensors_close(file);
    mem_free(weights);
    return status;
}

/* Scores and losses may be infinite, but NaN is useless. */
static enum status check_values(const struct score_work *w, struct error *error)
{
    for (size_t i = 0; i < w->out_count; i++) {
        const struct sedd_tensor *out = &w->out[i];
        const float *values = (const float *)(const void *)out->data;
        size_t count = out->shape[0] * out->shape[1] * out->shape[2];
        for (size_t j = 0; j < count; j++)
            if (isnan(values[j]))
                return error_set(error, STATUS_FORMAT,
                                 "%s contains NaN: values overflow in the network, or t is too small",
                                 out->name);
    }
    return STATUS_OK;
}

static enum status write_outputs(struct score_work *w, const char *path, struct error *error)
{
    uint64_t b = w->rows, l = w->length, s = sedd_states(w->config);
    add_tensor(w, "sigma", w->sigma, 1, b, 1, 1);
    add_tensor(w, "dsigma", w->dsigma, 1, b, 1, 1);
    add_tensor(w, "log_score", w->log_score, 3, b, l, s);
    add_tensor(w, "analytic_probs", w->analytic, 3, b, l, s);
    add_tensor(w, "euler_probs", w->euler, 3, b, l, s);
    add_tensor(w, "denoise_probs", w->denoise, 3, b, l, w->config->tokens);
    add_tensor(w, "score_entropy", w->entropy, 2, b, l, 1);
    add_tensor(w, "dwdse_loss", w->loss, 1, b, 1, 1);
    enum status status = check_values(w, error);
    return status ? status : sedd_tensors_write(path, w->out, w->out_count, error);
}

static bool check_files(const char *model, char **operands)
{
    struct outputs all = {0};
    outputs_read(&all, operands[0]);
    outputs_read_model(&all, model);
    outputs_write(&all, operands[1]);
    return outputs_check(&all);
}

/* A pipe is copied to a file first: tensors are read in any order. */
static struct sedd_tensors *open_input(const char *path, struct error *error)
{
    char *temporary;
    if (file_spool(path, &temporary, error)) return NULL;
    struct sedd_tensors *file = sedd_tensors_open(temporary ? temporary : path, error);
    if (temporary) unlink(temporary);
    mem_free(temporary);
    return file;
}

static int run_score(void *opaque, int count, char **operands)
{
    struct score_settings *s = opaque;
    struct error error = {0};
    if (count != 2) return cli_fail("needs IN.safetensors and OUT.safetensors"), EXIT_USAGE;
    char *folder = model_path(s->model.model, &error);
    if (!check_files(folder, operands)) return mem_free(folder), EXIT_USAGE;
    struct score_work *w = folder ? mem_zalloc(sizeof *w) : NULL;
    char(*names)[96] = mem_alloc_array(ARRAY_SIZE(w->out), sizeof *names);
    int status = EXIT_SOME_FAILED;
    if (!folder || !w || !names ||
        !(w->model = sedd_model_load(folder, SEDD_PRECISION_F32, NULL, NULL, &error))) {
        cli_fail("%s", error.message);
        status = EXIT_MODEL;
    } else {
        w->config = sedd_model_config(w->model);
        enum status done = (w->in = open_input(operands[0], &error)) ? STATUS_OK : error.code;
        if (!done && (done = read_inputs(w, s->grad, &error))) error_prefix(&error, "%s", operands[0]);
        if (!done) done = allocate_outputs(w, &error);
        if (!done) done = evaluate_rows(w, s->model.threads, &error);
        if (!done) done = derive_outputs(w, &error);
        if (!done && s->grad) done = compute_gradient(w, folder, names, &error);
        if (!done) done = write_outputs(w, operands[1], &error);
        if (done) cli_fail("%s", error.message);
        status = done ? EXIT_SOME_FAILED : EXIT_DONE;
    }
    if (w) work_free(w);
    mem_free(w);
    mem_free(names);
    mem_free(folder);
    return status;
}

const struct cli_command command_score = {
    .name = "score",
    .summary = "compute scores, transitions, losses and gradients on tensors",
    .usage = "score [OPTION…] IN.safetensors OUT.safetensors",
    .options = options,
    .set = set_score_option,
    .settings_size = sizeof(struct score_settings),
    .defaults = default_score_settings,
    .run = run_score,
};
