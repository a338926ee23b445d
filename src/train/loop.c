/* The training loop. Each of T shards passes its rows of a batch through its own pass into its own gradient
 * array, so shards never wait for each other within a step; then one update follows. */
#include "checkpoint.h"
#include "lacuna/base.h"
#include "lacuna/matmul.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"
#include "optimiser.h"
#include "pass.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

struct shard {
    struct train_pass *pass;
    float *gradients;
    double loss;
};

struct loop {
    const struct train_recipe *recipe;
    struct train_recipe paced; /* copy for a run with a time limit, whose steps change */
    const struct train_data *data, *validation_data; /* the second may be NULL */
    struct train_recipe stage;                       /* the recipe of the present steps: train_recipe_at */
    uint64_t stage_begin, stage_end;                 /* its steps; equal: none yet */
    struct json_t *fields;                           /* the description of the run */
    struct sedd_layout layout;
    struct optimiser optimiser;
    struct shard *shards;
    int shard_count;
    struct pool *pool;
    struct train_rows rows, validation_rows;
    struct train_sampler *sampler, *validation;
    struct train_sampler *causal_sampler; /* for the steps that `ar_every` chooses; NULL without them */
    bool backward;
    const float *weights; /* of the running pass: the network, or its average */
    const uint16_t *weights_bf16;
    const struct train_rows *current;
    enum sedd_precision precision;
    const struct matmul_backend *backend;
};

static void run_shard(void *context, int index, int worker)
{
    struct loop *loop = context;
    struct shard *shard = &loop->shards[index];
    const struct train_rows *rows = loop->current;
    uint32_t length = rows->length, micro = loop->recipe->micro_rows;
    (void)worker;
    shard->loss = 0;
    /* micro-batches are distributed in turn: shard 0 takes 0, T, 2T, … */
    for (uint32_t r = (uint32_t)index * micro; r < rows->rows; r += (uint32_t)loop->shard_count * micro) {
        size_t at = (size_t)r * length;
        struct train_batch batch = {rows->ids + at,           rows->targets + at,     rows->weights + at,
                                    rows->segment_start + at, rows->segment_end + at, rows->sigma_bar + r};
        train_pass_run(shard->pass, loop->weights, loop->weights_bf16, &batch,
                       loop->backward ? shard->gradients : NULL, &shard->loss, NULL);
    }
}

static double run_batch(struct loop *loop, const struct train_rows *rows, const float *weights,
                        const uint16_t *weights_bf16, bool backward)
{
    double loss = 0;
    loop->current = rows;
    loop->weights = weights;
    loop->weights_bf16 = weights_bf16;
    loop->backward = backward;
    pool_run(loop->pool, loop->shard_count, run_shard, loop);
    for (int i = 0; i < loop->shard_count; i++) loss += loop->shards[i].loss;
    return loss;
}

/* ---- setup -------------------------------------------------------------------------------------------- */

static void make_shard(void *context, int index, int worker)
{
    struct loop *loop = context;
    const struct train_recipe *r = &loop->stage;
    struct shard *shard = &loop->shards[index];
    (void)worker; /* on its own thread, so that its memory is on the nearest node */
    enum train_loss loss = r->objective == TRAIN_DWDSE ? TRAIN_SCORE_ENTROPY : TRAIN_CROSS_ENTROPY;
    shard->pass =
        train_pass_new(&r->config, &loop->layout, loop->backend, loop->precision == SEDD_PRECISION_BF16,
                       r->micro_rows, r->config.length, loss, r->config.causal, NULL);
    if (!shard->gradients) shard->gradients = mem_big_alloc(loop->layout.size * sizeof(float));
}

static void leave_stage(struct loop *loop)
{
    for (int i = 0; loop->shards && i < loop->shard_count; i++) {
        train_pass_free(loop->shards[i].pass);
        loop->shards[i].pass = NULL;
    }
    train_sampler_free(loop->sampler);
    train_sampler_free(loop->validation);
    train_sampler_free(loop->causal_sampler);
    loop->sampler = loop->validation = loop->causal_sampler = NULL;
}

static void loop_free(struct loop *loop)
{
    leave_stage(loop);
    for (int i = 0; loop->shards && i < loop->shard_count; i++)
        mem_big_free(loop->shards[i].gradients, loop->layout.size * sizeof(float));
    mem_free(loop->shards);
    train_rows_free(&loop->rows);
    train_rows_free(&loop->validation_rows);
    optimiser_free(&loop->optimiser);
    sedd_layout_free(&loop->layout);
    json_decref(loop->fields);
}

enum { VALIDATION_BATCHES = 4 };

static enum status loop_init(struct loop *loop, const struct train_recipe *recipe,
                             const struct train_data *data, const struct train_data *validation,
                             struct pool *pool, bool f32, struct error *error)
{
    enum status status;
    *loop = (struct loop){
        .recipe = recipe,
        .data = data,
        .validation_data = validation,
        .pool = pool,
        .precision = f32 ? SEDD_PRECISION_F32 : SEDD_PRECISION_AUTO,
    };
    loop->backend = matmul_backend(&loop->precision, error);
    if (!loop->backend) return STATUS_UNSUPPORTED;
    uint32_t most = train_most_rows(recipe);
    int micro_batches = (int)(most / recipe->micro_rows);
    loop->shard_count = pool_threads(pool) < micro_batches ? pool_threads(pool) : micro_batches;
    if (!(loop->fields = run_fields(recipe, data)))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the description of the run");
    if ((status = sedd_layout_init(&loop->layout, &recipe->config, error))) return status;
    if ((status = optimiser_init(&loop->optimiser, &loop->layout, recipe, pool_threads(pool), error)))
        return status;
    if ((status = train_rows_init(&loop->rows, most, recipe->config.length, error))) return status;
    if ((status = train_rows_init(&loop->validation_rows, most, recipe->config.length, error))) return status;
    loop->shards = mem_zalloc_array((size_t)loop->shard_count, sizeof *loop->shards);
    return loop->shards ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the shards");
}

/* Prepares what the steps from this one on need, if it is not there yet. */
static enum status enter_stage(struct loop *loop, uint64_t step, struct error *error)
{
    const struct train_recipe *r = loop->recipe;
    if (step >= loop->stage_begin && step < loop->stage_end) return STATUS_OK;
    leave_stage(loop);
    loop->stage = train_recipe_at(r, step);
    loop->stage_begin = step < r->ar_steps ? 0 : r->ar_steps;
    loop->stage_end = step < r->ar_steps ? r->ar_steps : UINT64_MAX;
    if (!(loop->sampler = train_sampler_new(loop->data, &loop->stage, error)))
        return error ? error->code : STATUS_NO_MEMORY;
    if (loop->stage.ar_every) {
        struct train_recipe causal = train_recipe_of_step(&loop->stage, 0);
        if (!(loop->causal_sampler = train_sampler_new(loop->data, &causal, error)))
            return error ? error->code : STATUS_NO_MEMORY;
    }
    if (loop->validation_data) {
        struct train_recipe plain =
            loop->stage; /* what the bound measures: whole windows, independent masks */
        plain.short_rows = plain.span_rows = plain.delete_rows = plain.mask_power = 0;
        plain.seed = 0;
        if (!(loop->validation = train_sampler_new(loop->validation_data, &plain, error)))
            return error ? error->code : STATUS_NO_MEMORY;
    }
    pool_run(loop->pool, loop->shard_count, make_shard, loop);
    for (int i = 0; i < loop->shard_count; i++)
        if (!loop->shards[i].pass || !loop->shards[i].gradients)
            return error_set(error, STATUS_NO_MEMORY,
                             "cannot set up a training pass (memory, or back end %s)", loop->backend->name);
    return STATUS_OK;
}

static void set_causal(struct loop *loop, bool causal)
{
    for (int i = 0; i < loop->shard_count; i++) train_pass_set_causal(loop->shards[i].pass, causal);
}

/* Loss of the moving average on the same fixed batches every time. */
static double validation_loss(struct loop *loop, uint16_t *weights_bf16)
{
    struct train_position position = {0};
    double loss = 0;
    for (size_t i = 0; i < loop->layout.size; i++)
        weights_bf16[i] = sedd_f32_to_bf16(loop->optimiser.average[i]);
    set_causal(loop, loop->stage.objective == TRAIN_AR);
    for (int i = 0; i < VALIDATION_BATCHES; i++) {
        train_sampler_draw(loop->validation, &position, &loop->validation_rows);
        loss += run_batch(loop, &loop->validation_rows, loop->optimiser.average, weights_bf16, false);
    }
    return loss / VALIDATION_BATCHES;
}

static enum status resume_run(struct loop *loop, const struct train_options *options,
                              struct checkpoint *state, struct error *error)
{
    bool checked = true;
    enum status status =
        checkpoint_read(options->out, loop->fields, &loop->optimiser, state, &checked, error);
    if (!status && !checked && options->note)
        options->note(options->context, "the checkpoint has an older format, which cannot be checked for "
                                        "damage, or against this data and recipe");
    optimiser_refresh_low(&loop->optimiser);
    return status;
}

static enum status start_run(struct loop *loop, const struct train_options *options, struct checkpoint *state,
                             struct error *error)
{
    struct optimiser *o = &loop->optimiser;
    if (options->resume) return resume_run(loop, options, state, error);
    optimiser_random(o, &loop->layout, loop->recipe);
    if (!options->initial) return STATUS_OK;
    struct sedd_tensors *file = sedd_tensors_open_model(options->initial, error);
    if (!file) return error ? error->code : STATUS_IO;
    enum status status = sedd_weights_read(&loop->layout, file, o->weights, error);
    sedd_tensors_close(file);
    memcpy(o->average, o->weights, o->size * sizeof(float));
    optimiser_refresh_low(o);
    return status;
}

/* Reports a run that has diverged, with the figures that show why. `step` counts from 0. */
static enum status not_finite(const struct loop *loop, uint64_t step, const char *what, struct error *error)
{
    double largest = 0;
    for (size_t i = 0; i < loop->layout.size; i++) {
        double size = fabs((double)loop->optimiser.weights[i]);
        largest = isfinite(size) ? fmax(largest, size) : (double)INFINITY;
        if (!isfinite(size)) break;
    }
    return error_set(error, STATUS_FORMAT,
                     "step %llu: %s is not finite, with %s of %.3g and a learning rate of %.3g; the last "
                     "checkpoint is kept",
                     (unsigned long long)step + 1, what,
                     isfinite(largest) ? "a largest weight" : "an overflowed weight", largest,
                     train_learning_rate(loop->recipe, step));
}

/* Draws the rows of the next step and sets the passes to its attention. Returns whether that is causal. */
static bool begin_step(struct loop *loop, struct checkpoint *state)
{
    bool causal = train_recipe_of_step(&loop->stage, state->step).objective == TRAIN_AR;
    bool other = causal && loop->stage.objective != TRAIN_AR;
    loop->rows.rows = train_batch_rows(loop->recipe, state->step);
    train_sampler_draw(other ? loop->causal_sampler : loop->sampler, &state->position, &loop->rows);
    set_causal(loop, causal);
    return causal;
}

/* The moving average of the stage's own loss; steps of another objective leave it as it is. `state` is after the
 * step. */
static double smooth(const struct loop *loop, struct checkpoint *state, double loss, bool causal)
{
    uint64_t in_stage = state->step - loop->stage_begin;
    uint64_t every = loop->stage.ar_every; /* the first step of a stage can be one of the others */
    bool first = in_stage == 1 || (in_stage == 2 && every && loop->stage_begin % every == 0);
    double blend = 1.0 / (double)(in_stage < 50 ? in_stage : 50);
    if (causal != (loop->stage.objective == TRAIN_AR)) return state->smoothed;
    return state->smoothed = first ? loss : state->smoothed + blend * (loss - state->smoothed);
}

static enum status train_some(struct loop *loop, const struct train_options *options,
                              struct checkpoint *state, struct train_progress *progress, double begun,
                              struct error *error)
{
    float *gradients[256];
    for (int i = 0; i < loop->shard_count; i++) gradients[i] = loop->shards[i].gradients;
    bool causal = begin_step(loop, state);
    double loss = run_batch(loop, &loop->rows, loop->optimiser.weights, loop->optimiser.weights_bf16, true);
    if (!isfinite(loss)) return not_finite(loop, state->step, "the loss", error);
    progress->learning_rate = train_learning_rate(loop->recipe, state->step);
    progress->gradient_norm =
        optimiser_step(&loop->optimiser, loop->recipe, state->step, gradients, loop->shard_count, loop->pool);
    if (!isfinite(progress->gradient_norm)) return not_finite(loop, state->step, "the gradient", error);
    state->step++;
    state->tokens += (uint64_t)loop->rows.rows * loop->rows.length;
    progress->step = state->step;
    progress->tokens = state->tokens;
    progress->flop = train_flop(loop->recipe, state->step);
    progress->loss = loss;
    progress->smoothed = smooth(loop, state, loss, causal);
    double seconds = clock_seconds() - begun;
    uint64_t done = state->tokens - state->tokens_before;
    progress->tokens_per_second = (double)done / seconds;
    double flop_done = progress->flop - train_flop(loop->recipe, state->steps_before);
    progress->seconds_left =
        (train_flop(loop->recipe, loop->recipe->steps) - progress->flop) * seconds / flop_done;
    if (options->report) options->report(options->context, progress);
    return STATUS_OK;
}

/* Saves the state, with a validation if one is due. Weights that overflowed in the last step do not show in a
 * loss yet. */
static enum status save_state(struct loop *loop, const struct train_options *options,
                              const struct checkpoint *state, struct train_progress *progress, bool validates,
                              uint16_t *scratch, struct error *error)
{
    for (size_t i = 0; i < loop->layout.size; i++)
        if (!isfinite(loop->optimiser.weights[i]) || !isfinite(loop->optimiser.average[i]))
            return not_finite(loop, state->step - 1, "a weight", error);
    progress->validation = validates ? validation_loss(loop, scratch) : (double)NAN;
    if (validates && !isfinite(progress->validation))
        return not_finite(loop, state->step - 1, "the loss on the validation text", error);
    enum status status = checkpoint_write(options->out, &loop->stage, loop->fields, &loop->layout,
                                          &loop->optimiser, state, progress, error);
    if (validates && options->report) options->report(options->context, progress);
    return status;
}

/* A run that ends before its second checkpoint also gets a curve: about twenty lines, but at most one per
 * LEAST steps. */
static bool logs(const struct train_recipe *recipe, uint64_t step)
{
    enum { LINES = 20, LEAST = 30 /* steps between them */ };
    uint64_t between = (uint64_t)recipe->steps / LINES;
    return step % (between > LEAST ? between : LEAST) == 0;
}

/* In a run with a time limit: the number of steps that fit into it, at the pace so far. */
static void keep_pace(struct loop *loop, const struct train_options *options, double begun, uint64_t done)
{
    double gone = clock_seconds() - begun, left = options->seconds - gone;
    if (options->seconds <= 0 || !done) return;
    double steps = left > 0 ? left * (double)done / gone : 0;
    loop->paced.steps = done + (uint64_t)steps;
}

static enum status run_loop(struct loop *loop, const struct train_options *options, uint16_t *scratch,
                            struct error *error)
{
    struct checkpoint state = {0};
    enum status status = start_run(loop, options, &state, error);
    if (status) return status;
    state.tokens_before = state.tokens;
    state.steps_before = state.step;
    struct train_progress progress = {
        .steps = loop->recipe->steps, .flop = train_flop(loop->recipe, state.step), .validation = NAN};
    double begun = clock_seconds(), saved = begun, validated = begun;
    uint64_t first = state.step;
    while (state.step < loop->recipe->steps && !status) {
        bool stop = (options->stop && atomic_load(options->stop)) ||
                    (options->stop_after && state.step - first >= options->stop_after);
        if ((status = enter_stage(loop, state.step, error))) break;
        if (state.step == loop->stage_begin) /* the earlier values are no average of this stage's loss */
            memcpy(loop->optimiser.average, loop->optimiser.weights, loop->layout.size * sizeof(float));
        if (!stop && (status = train_some(loop, options, &state, &progress, begun, error))) break;
        keep_pace(loop, options, begun, state.step - first);
        progress.steps = loop->recipe->steps;
        bool last = state.step == loop->recipe->steps;
        if (stop || last || clock_seconds() - saved >= options->checkpoint_seconds) {
            bool validates =
                loop->validation && (last || clock_seconds() - validated >= options->validation_seconds);
            status = save_state(loop, options, &state, &progress, validates, scratch, error);
            saved = clock_seconds();
            if (validates) validated = saved;
        } else if (logs(loop->recipe, state.step)) {
            progress.validation = NAN;
            status = checkpoint_log(options->out, &state, &progress, error);
        }
        if (stop && !status)
            return options->stop && atomic_load(options->stop)
                       ? error_set(error, STATUS_CANCELLED, "stopped at step %llu; --resume continues",
                                   (unsigned long long)state.step)
                       : STATUS_OK;
    }
    return status;
}

enum status train_run(const struct train_recipe *recipe, const struct train_data *data,
                      const struct train_data *validation, struct pool *pool,
                      const struct train_options *options, struct error *error)
{
    struct loop loop;
    enum status status = file_make_folders(options->out, error);
    if (status) return status;
    status = loop_init(&loop, recipe, data, validation, pool, options->f32, error);
    if (!status && options->seconds > 0) {
        loop.paced = *recipe;
        loop.recipe = &loop.paced;
    }
    uint16_t *scratch = !status ? mem_big_alloc(loop.layout.size * sizeof *scratch) : NULL;
    if (!status)
        status = scratch ? run_loop(&loop, options, scratch, error)
                         : error_set(error, STATUS_NO_MEMORY, "not enough memory for validation");
    mem_big_free(scratch, loop.layout.size * sizeof *scratch);
    loop_free(&loop);
    return status;
}
