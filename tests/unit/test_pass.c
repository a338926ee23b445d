/* The training pass against the reference tensors: `score` checks log scores; here losses and gradients of
 * every weight, in float32 on each back end, and in bf16 within its rounding. */
#include "fixtures.h"
#include "lacuna/matmul.h"
#include "train/pass.h"

#include <unistd.h>

/* Gradient of mean over B of the diffusion-weighted loss, as the fixtures define it. */
static void gradients_of(struct fixture *f, const struct matmul_backend *backend, bool bf16, float *gradients,
                         double *loss)
{
    const struct sedd_config *c = &f->config;
    struct error error = {0};
    uint32_t rows, length;
    uint32_t *x0 = fixture_ids(f, "x0", &rows, &length), *xt = fixture_ids(f, "case1.xt", &rows, &length);
    const float *sigma = fixture_floats(f, "case1.sigma"), *dsigma = fixture_floats(f, "case1.dsigma");
    float *weights = calloc((size_t)rows * length, sizeof *weights);
    for (uint32_t m = 0; m < rows * length; m++) {
        double w = (double)dsigma[m / length] / rows;
        /* time-free: −r ln q, r = 1/(e^σ̄ − 1), in place of the general loss */
        if (c->parametrisation == SEDD_TIME_FREE) w /= expm1((double)sigma[m / length]);
        weights[m] = c->graph == SEDD_ABSORB && xt[m] != c->tokens ? 0 : (float)w;
    }
    enum train_loss kind = c->parametrisation == SEDD_TIME_FREE ? TRAIN_CROSS_ENTROPY : TRAIN_SCORE_ENTROPY;
    struct train_pass *pass = train_pass_new(c, &f->layout, backend, bf16, rows, length, kind, false, &error);
    if (!pass) fail_msg("%s", error.message);
    uint16_t *low = malloc(f->layout.size * sizeof *low);
    for (size_t i = 0; i < f->layout.size; i++) low[i] = sedd_f32_to_bf16(f->weights[i]);
    struct train_batch batch = {.ids = xt, .targets = x0, .weights = weights, .sigma_bar = sigma};
    train_pass_run(pass, f->weights, low, &batch, gradients, loss, NULL);
    train_pass_free(pass);
    free(low);
    free(weights);
    free(x0);
    free(xt);
}

static void check_gradients(const char *name, const char *backend_name, bool bf16, double tolerance)
{
    setenv("LACUNA_BACKEND", backend_name, 1);
    enum sedd_precision precision = bf16 ? SEDD_PRECISION_BF16 : SEDD_PRECISION_F32;
    struct error error = {0};
    const struct matmul_backend *backend = matmul_backend(&precision, &error);
    if (!backend) {
        print_message("%s: %s\n", backend_name, error.message);
        skip();
    }
    struct fixture f;
    fixture_open(&f, name);
    float *gradients = calloc(f.layout.size, sizeof *gradients);
    double loss = 0, expected_loss = 0;
    gradients_of(&f, backend, bf16, gradients, &loss);
    uint32_t rows, length;
    free(fixture_ids(&f, "x0", &rows, &length));
    const float *losses = fixture_floats(&f, "case1.dwdse_loss");
    for (uint32_t b = 0; b < rows; b++) expected_loss += (double)losses[b] / rows;
    if (fabs(loss - expected_loss) > tolerance * fabs(expected_loss))
        fail_msg("%s: loss %.8g, expected %.8g", name, loss, expected_loss);
    for (size_t i = 0; i < f.layout.count; i++) {
        char key[128];
        snprintf(key, sizeof key, "case1.grad_of_mean_loss.%s", f.layout.entries[i].name);
        double off = fixture_distance(&f, key, gradients + f.layout.entries[i].offset);
        if (!(off <= tolerance)) fail_msg("%s %s: off by %.3g of the largest", name, key, off);
    }
    free(gradients);
    fixture_close(&f);
}

#define FORMS(backend, bf16, tolerance)                                                                      \
    check_gradients("tiny-absorb", backend, bf16, tolerance);                                                \
    check_gradients("tiny-uniform", backend, bf16, tolerance);                                               \
    check_gradients("tiny-time-free", backend, bf16, tolerance);                                             \
    check_gradients("tiny-qk-norm", backend, bf16, tolerance);                                               \
    check_gradients("long-absorb", backend, bf16, tolerance)

static void gradients_agree_in_plain_c(void **state)
{
    (void)state;
    FORMS("plain", false, 5e-5);
}

static void gradients_agree_with_openblas(void **state)
{
    (void)state;
    FORMS("openblas", false, 5e-5);
}

static void gradients_agree_with_native(void **state)
{
    (void)state;
    FORMS("native", false, 5e-5);
}

static void gradients_agree_with_onednn(void **state)
{
    (void)state;
    FORMS("onednn", false, 5e-5);
}

static void bf16_gradients_are_close(void **state)
{
    (void)state;
    FORMS("onednn", true, 6e-2);
}

/* A model folder of these weights, loaded. */
static struct sedd_model *model_of(const struct sedd_config *config, const struct sedd_layout *layout,
                                   const float *weights)
{
    char folder[] = "/tmp/lacuna-pass-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model.safetensors", folder);
    assert_int_equal(sedd_config_save(folder, config, NULL), STATUS_OK);
    assert_int_equal(sedd_weights_write(layout, weights, SEDD_F32, path, NULL), STATUS_OK);
    struct sedd_model *model = sedd_model_load(folder, SEDD_PRECISION_F32, NULL, NULL, NULL);
    unlink(path);
    snprintf(path, sizeof path, "%s/config.json", folder);
    unlink(path);
    rmdir(folder);
    return model;
}

/* The baseline: the trainer's causal pass and the evaluator's causal network are one network, and the
 * gradient is that of its loss. */
static void the_causal_pass_is_the_causal_network(void **state)
{
    (void)state;
    enum { LENGTH = 13 };
    setenv("LACUNA_BACKEND", "plain", 1);
    struct fixture f;
    fixture_open(&f, "tiny-time-free");
    struct sedd_config c = f.config;
    c.causal = true;
    uint32_t ids[LENGTH], targets[LENGTH], columns = sedd_head_columns(&c);
    float weights[LENGTH], token_loss[LENGTH], sigma = 0;
    for (uint32_t i = 0; i < LENGTH; i++) {
        ids[i] = i * 37 % c.tokens;
        targets[i] = (i + 1) * 37 % c.tokens;
        weights[i] = 1.0f / LENGTH;
    }
    struct train_pass *pass =
        train_pass_new(&c, &f.layout, &matmul_plain, false, 1, LENGTH, TRAIN_CROSS_ENTROPY, true, NULL);
    struct train_batch batch = {.ids = ids, .targets = targets, .weights = weights, .sigma_bar = &sigma};
    float *gradients = calloc(f.layout.size, sizeof *gradients);
    double loss = 0, up = 0, down = 0;
    train_pass_run(pass, f.weights, NULL, &batch, gradients, &loss, token_loss);
    struct sedd_model *model = model_of(&c, &f.layout, f.weights);
    struct pool *pool = pool_new(1, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    struct sedd_sequence q = {.ids = ids, .length = LENGTH};
    float *row = malloc(LENGTH * columns * sizeof *row);
    assert_int_equal(sedd_net_evaluate(net, &q, 1, row, NULL, NULL), STATUS_OK);
    for (uint32_t i = 0; i < LENGTH; i++) {
        double sum = 0;
        for (uint32_t y = 0; y < columns; y++) sum += exp((double)row[i * columns + y]);
        assert_true(fabs(log(sum) - (double)row[i * columns + targets[i]] - (double)token_loss[i]) < 2e-5);
    }
    /* along one weight of the first block's attention, by finite differences */
    float *w = f.weights;
    size_t at = f.layout.blocks[0].qkv + 5;
    float kept = w[at], step = 1e-2f;
    w[at] = kept + step;
    train_pass_run(pass, w, NULL, &batch, NULL, &up, NULL);
    w[at] = kept - step;
    train_pass_run(pass, w, NULL, &batch, NULL, &down, NULL);
    w[at] = kept;
    assert_true(fabs((up - down) / (2 * (double)step) - (double)gradients[at]) < 1e-4);
    free(row), free(gradients);
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
    train_pass_free(pass);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_agree_in_plain_c),
        cmocka_unit_test(gradients_agree_with_openblas),
        cmocka_unit_test(gradients_agree_with_native),
        cmocka_unit_test(gradients_agree_with_onednn),
        cmocka_unit_test(the_causal_pass_is_the_causal_network),
        cmocka_unit_test(bf16_gradients_are_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
