/* Weights that others published under other names, and weights as 8-bit integers. */
#include "fixtures.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *const layouts[] = {"layout-radd", "layout-mdlm"};
static char folder[] = "/tmp/lacuna-weights-XXXXXX";

static const char *in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(in_folder("model.safetensors"));
    unlink(in_folder("config.json"));
    return rmdir(folder);
}

/* f of every position, H floats each; the caller frees. */
static float *evaluate(const char *from, const char *backend, enum sedd_precision precision,
                       const uint32_t *ids, uint32_t rows, uint32_t length)
{
    struct error error = {0};
    setenv("LACUNA_BACKEND", backend, 1);
    struct sedd_model *model = sedd_model_load(from, precision, NULL, NULL, &error);
    unsetenv("LACUNA_BACKEND");
    if (!model && error.code == STATUS_UNSUPPORTED) skip();
    if (!model) fail_msg("%s", error.message);
    size_t columns = sedd_head_columns(sedd_model_config(model));
    struct pool *pool = pool_new(2, NULL);
    struct sedd_net *net = sedd_net_new(model, pool, NULL);
    struct sedd_sequence *q = calloc(rows, sizeof *q);
    for (uint32_t r = 0; r < rows; r++)
        q[r] = (struct sedd_sequence){.ids = ids + (size_t)r * length, .length = length, .sigma_bar = 1};
    float *f = malloc((size_t)rows * length * columns * sizeof *f);
    if (sedd_net_evaluate(net, q, rows, f, NULL, &error)) fail_msg("%s", error.message);
    sedd_net_free(net);
    pool_free(pool);
    sedd_model_free(model);
    free(q);
    return f;
}

static void log_softmax(float *f, size_t n)
{
    double top = (double)f[0], sum = 0;
    for (size_t i = 1; i < n; i++) top = fmax(top, (double)f[i]);
    for (size_t i = 0; i < n; i++) sum += exp((double)f[i] - top);
    for (size_t i = 0; i < n; i++) f[i] = (float)((double)f[i] - top - log(sum));
}

static void check_layouts(const char *backend, enum sedd_precision precision, double tolerance)
{
    for (size_t k = 0; k < ARRAY_SIZE(layouts); k++) {
        struct fixture x;
        fixture_open(&x, layouts[k]);
        uint32_t rows, length, states = sedd_states(&x.config), tokens = x.config.tokens;
        uint32_t *ids = fixture_ids(&x, "xt", &rows, &length);
        const float *t = fixture_floats(&x, "t");
        float *f = evaluate(x.folder, backend, precision, ids, rows, length);
        float *scores = malloc((size_t)rows * length * states * sizeof *scores);
        for (uint32_t m = 0; m < rows * length; m++) {
            sedd_log_score(&x.config, f + (size_t)m * tokens, ids[m],
                           sedd_sigma_bar(&x.config, (double)t[m / length]), scores + (size_t)m * states);
            log_softmax(f + (size_t)m * tokens, tokens);
        }
        double off = fixture_distance(&x, "log_q", f), off_score = fixture_distance(&x, "log_score", scores);
        if (!(off <= tolerance)) fail_msg("%s: log_q is off by %.3g", layouts[k], off);
        if (!(off_score <= tolerance)) fail_msg("%s: log_score is off by %.3g", layouts[k], off_score);
        free(scores);
        free(f);
        free(ids);
        fixture_close(&x);
    }
}

static void radd_and_mdlm_agree_with_their_definition_in_plain_c(void **state)
{
    (void)state;
    check_layouts("plain", SEDD_PRECISION_F32, 5e-6);
}

static void radd_and_mdlm_agree_with_their_definition_with_native(void **state)
{
    (void)state;
    check_layouts("native", SEDD_PRECISION_F32, 5e-6);
}

static void radd_and_mdlm_agree_with_their_definition_with_onednn(void **state)
{
    (void)state;
    check_layouts("onednn", SEDD_PRECISION_F32, 5e-6);
}

static void radd_and_mdlm_are_close_in_bf16_and_int8(void **state)
{
    (void)state;
    check_layouts("plain", SEDD_PRECISION_BF16, 2e-2);
    check_layouts("plain", SEDD_PRECISION_INT8, 3e-2);
}

/* The folded weights under our names, as `lacuna model convert` writes them. */
static void a_folded_network_written_as_ours_is_the_same_to_the_bit(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(layouts); k++) {
        struct fixture x;
        struct sedd_config again;
        fixture_open(&x, layouts[k]);
        assert_int_equal(sedd_config_save(folder, &x.config, NULL), STATUS_OK);
        assert_int_equal(
            sedd_weights_write(&x.layout, x.weights, SEDD_F32, in_folder("model.safetensors"), NULL),
            STATUS_OK);
        assert_int_equal(sedd_config_load(folder, &again, NULL), STATUS_OK);
        assert_int_equal(again.parametrisation, SEDD_TIME_FREE);
        assert_int_equal(again.tokens, x.config.tokens);
        uint32_t rows, length;
        uint32_t *ids = fixture_ids(&x, "xt", &rows, &length);
        float *a = evaluate(x.folder, "plain", SEDD_PRECISION_F32, ids, rows, length),
              *b = evaluate(folder, "plain", SEDD_PRECISION_F32, ids, rows, length);
        assert_memory_equal(a, b, (size_t)rows * length * x.config.tokens * sizeof *a);
        free(a);
        free(b);
        free(ids);
        fixture_close(&x);
    }
}

static void configs_of_others_say_what_they_are(void **state)
{
    (void)state;
    static const char mdlm[] =
        "{\"model_type\": \"mdlm\", \"vocab_size\": 50258, \"model_length\": 1024, \"hidden_dim\": 768, "
        "\"cond_dim\": 128, \"n_blocks\": 12, \"n_heads\": 12, \"time_conditioning\": %s}";
    static const char radd[] =
        "{\"tokens\": 50257, \"noise\": {\"type\": \"loglinear\"}, \"model\": {\"type\": "
        "\"%s\", \"hidden_size\": 1024, \"length\": 1024, \"n_blocks\": 24, \"n_heads\": 16}"
        "%s}";
    struct sedd_config c;
    struct error error = {0};
    char text[512];
    snprintf(text, sizeof text, mdlm, "false");
    assert_int_equal(sedd_config_parse(text, strlen(text), &c, &error), STATUS_OK);
    assert_true(c.tokens == 50257 && c.hidden_size == 768 && c.n_blocks == 12 && c.n_heads == 12 &&
                c.length == 1024 && c.graph == SEDD_ABSORB && c.noise == SEDD_LOGLINEAR &&
                c.parametrisation == SEDD_TIME_FREE && c.endoftext == 50256 && !c.tie_embeddings);
    snprintf(text, sizeof text, mdlm, "true");
    assert_int_equal(sedd_config_parse(text, strlen(text), &c, &error), STATUS_UNSUPPORTED);
    assert_non_null(strstr(error.message, "time_conditioning"));
    snprintf(text, sizeof text, radd, "ddit_wot", "");
    assert_int_equal(sedd_config_parse(text, strlen(text), &c, &error), STATUS_OK);
    assert_true(c.tokens == 50257 && c.hidden_size == 1024 && c.n_blocks == 24 && c.graph == SEDD_ABSORB &&
                c.parametrisation == SEDD_TIME_FREE && c.endoftext == 50256);
    snprintf(text, sizeof text, radd, "ddit", ", \"training\": {\"loss_type\": \"lambda_DCE\"}");
    assert_int_equal(sedd_config_parse(text, strlen(text), &c, &error), STATUS_OK);
    assert_int_equal(c.parametrisation, SEDD_TIME_FREE);
    snprintf(text, sizeof text, radd, "ddit", "");
    assert_int_equal(sedd_config_parse(text, strlen(text), &c, &error), STATUS_FORMAT);
}

/* ---- 8-bit integers ------------------------------------------------------------------------------------ */

static const char *const folders[] = {"tiny-absorb", "tiny-time-free", "layout-radd", "layout-mdlm"};

static void write_integers(struct fixture *x)
{
    assert_int_equal(sedd_config_save(folder, &x->config, NULL), STATUS_OK);
    assert_int_equal(
        sedd_weights_write(&x->layout, x->weights, SEDD_I8, in_folder("model.safetensors"), NULL), STATUS_OK);
}

/* The weights of the folder, flat; the caller frees. */
static float *read_back(const struct fixture *x, struct error *error)
{
    struct sedd_tensors *file = sedd_tensors_open_model(folder, error);
    float *weights = file ? calloc(x->layout.size, sizeof *weights) : NULL;
    if (file && sedd_weights_read(&x->layout, file, weights, error)) {
        free(weights);
        weights = NULL;
    }
    sedd_tensors_close(file);
    return weights;
}

static void check_entry(const struct sedd_layout_entry *e, const float *w, const float *v)
{
    size_t columns = e->columns ? e->columns : 1;
    for (size_t r = 0; r < e->rows; r++, w += columns, v += columns) {
        double top = 0, off = 0, size = 0, plain = 0;
        for (size_t i = 0; i < columns; i++) top = fmax(top, fabs((double)w[i]));
        for (size_t i = 0; i < columns; i++) {
            double step = top / 127, nearest = step > 0 ? step * nearbyint((double)w[i] / step) : 0;
            off += pow((double)w[i] - (double)v[i], 2);
            plain += pow((double)w[i] - nearest, 2);
            size += pow((double)w[i], 2);
        }
        /* vectors are bf16; a matrix's row is as near as with the largest scale, or nearer */
        if (!e->columns)
            assert_true(off <= size * 0x1p-16);
        else if (off > plain * (1 + 1e-4) + 1e-12 * size)
            fail_msg("%s, row %zu: error %g, with the plain scale %g", e->name, r, off, plain);
    }
}

static void integers_are_as_near_as_their_scale_allows(void **state)
{
    (void)state;
    for (size_t k = 0; k < ARRAY_SIZE(folders); k++) {
        struct fixture x;
        struct error error = {0};
        fixture_open(&x, folders[k]);
        write_integers(&x);
        float *again = read_back(&x, &error);
        if (!again) fail_msg("%s", error.message);
        for (size_t i = 0; i < x.layout.count; i++)
            check_entry(&x.layout.entries[i], x.weights + x.layout.entries[i].offset,
                        again + x.layout.entries[i].offset);
        free(again);
        fixture_close(&x);
    }
}

static void integers_take_half_of_bf16(void **state)
{
    (void)state;
    struct fixture x;
    struct stat as_integers, as_bf16;
    fixture_open(&x, "long-absorb");
    write_integers(&x);
    assert_int_equal(stat(in_folder("model.safetensors"), &as_integers), 0);
    assert_int_equal(
        sedd_weights_write(&x.layout, x.weights, SEDD_BF16, in_folder("model.safetensors"), NULL), STATUS_OK);
    assert_int_equal(stat(in_folder("model.safetensors"), &as_bf16), 0);
    assert_true(as_integers.st_size < as_bf16.st_size * 2 / 3);
    fixture_close(&x);
}

/* Every back end and precision reads them: its log scores are those of the floats that they stand for. */
static void every_back_end_reads_integers(void **state)
{
    (void)state;
    static const struct {
        const char *backend;
        enum sedd_precision precision;
        double tolerance;
    } kinds[] = {{"plain", SEDD_PRECISION_F32, 1e-6},
                 {"native", SEDD_PRECISION_F32, 5e-6},
                 {"plain", SEDD_PRECISION_BF16, 2e-2},
                 {"plain", SEDD_PRECISION_INT8, 3e-2},
                 {"plain", SEDD_PRECISION_INT16, 5e-3}};
    struct fixture x;
    struct error error = {0};
    fixture_open(&x, "layout-radd");
    write_integers(&x);
    float *again = read_back(&x, &error);
    uint32_t rows, length;
    uint32_t *ids = fixture_ids(&x, "xt", &rows, &length);
    size_t count = (size_t)rows * length * x.config.tokens;
    float *f[ARRAY_SIZE(kinds)];
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        f[i] = evaluate(folder, kinds[i].backend, kinds[i].precision, ids, rows, length);
    assert_int_equal(sedd_weights_write(&x.layout, again, SEDD_F32, in_folder("model.safetensors"), NULL),
                     STATUS_OK);
    float *expected = evaluate(folder, "plain", SEDD_PRECISION_F32, ids, rows, length);
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        double off = 0, top = 0;
        for (size_t j = 0; j < count; j++) {
            off = fmax(off, fabs((double)f[i][j] - (double)expected[j]));
            top = fmax(top, fabs((double)expected[j]));
        }
        if (!(off <= kinds[i].tolerance * top)) fail_msg("kind %zu is off by %g", i, off / top);
        free(f[i]);
    }
    free(expected);
    free(again);
    free(ids);
    fixture_close(&x);
}

/* A file that was converted once loses nothing when it is converted again. */
static void integers_stay_what_they_are(void **state)
{
    (void)state;
    struct fixture x;
    struct error error = {0};
    fixture_open(&x, "tiny-time-free");
    write_integers(&x);
    float *first = read_back(&x, &error);
    assert_non_null(first);
    memcpy(x.weights, first, x.layout.size * sizeof *first);
    write_integers(&x);
    float *second = read_back(&x, &error);
    assert_non_null(second);
    for (size_t i = 0; i < x.layout.size; i++)
        assert_true(fabsf(first[i] - second[i]) <= 1e-6f * fabsf(first[i]));
    free(first);
    free(second);
    fixture_close(&x);
}

static void write_one(const char *left_out, const char *name, float scale)
{
    static float scales[300];
    static int8_t integers[300 * 64];
    static float numbers[300 * 64];
    struct fixture x;
    struct sedd_tensor all[64];
    char names[64][80];
    size_t count = 0;
    fixture_open(&x, "tiny-time-free");
    for (size_t i = 0; i < ARRAY_SIZE(scales); i++) scales[i] = 0.01f;
    scales[3] = scale;
    for (size_t i = 0; i < x.layout.count; i++) {
        const struct sedd_layout_entry *e = &x.layout.entries[i];
        bool integer = e->columns == 64;
        size_t columns = e->columns ? e->columns : 1;
        all[count++] =
            (struct sedd_tensor){.name = e->name,
                                 .dtype = integer ? SEDD_I8 : SEDD_F32,
                                 .dims = e->columns ? 2 : 1,
                                 .shape = {e->rows, columns, 1, 1},
                                 .data = integer ? (const uint8_t *)integers : (const uint8_t *)numbers};
        snprintf(names[i], sizeof names[i], "%s.scale", e->name);
        if (!integer || strcmp(names[i], left_out) == 0) continue;
        all[count++] = (struct sedd_tensor){.name = names[i],
                                            .dtype = SEDD_F32,
                                            .dims = 1,
                                            .shape = {e->rows - (strcmp(names[i], name) == 0), 1, 1, 1},
                                            .data = (const uint8_t *)scales};
    }
    assert_int_equal(sedd_tensors_write(in_folder("model.safetensors"), all, count, NULL), STATUS_OK);
    fixture_close(&x);
}

static void check_refused(const char *left_out, const char *cut, float scale, const char *says)
{
    struct fixture x;
    struct error error = {0};
    fixture_open(&x, "tiny-time-free");
    write_one(left_out, cut, scale);
    float *weights = read_back(&x, &error);
    if (weights) fail_msg("nobody minded; it should say \"%s\"", says);
    assert_int_equal(error.code, STATUS_FORMAT);
    if (!strstr(error.message, says)) fail_msg("\"%s\" does not say \"%s\"", error.message, says);
    fixture_close(&x);
}

static void integers_without_a_good_scale_are_refused(void **state)
{
    (void)state;
    struct fixture x;
    fixture_open(&x, "tiny-time-free");
    write_one("", "", 0.01f);
    float *weights = read_back(&x, NULL);
    assert_non_null(weights);
    free(weights);
    fixture_close(&x);
    check_refused("blocks.0.attn_qkv.weight.scale", "", 0.01f, "blocks.0.attn_qkv.weight.scale is missing");
    check_refused("", "blocks.0.attn_qkv.weight.scale", 0.01f, "blocks.0.attn_qkv.weight.scale: its shape");
    check_refused("", "", NAN, ".scale: its value 3 is not finite");
    check_refused("", "", 3e38f, ".scale: its value 3 is too large");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(radd_and_mdlm_agree_with_their_definition_in_plain_c),
        cmocka_unit_test(radd_and_mdlm_agree_with_their_definition_with_native),
        cmocka_unit_test(radd_and_mdlm_agree_with_their_definition_with_onednn),
        cmocka_unit_test(radd_and_mdlm_are_close_in_bf16_and_int8),
        cmocka_unit_test(a_folded_network_written_as_ours_is_the_same_to_the_bit),
        cmocka_unit_test(configs_of_others_say_what_they_are),
        cmocka_unit_test(integers_are_as_near_as_their_scale_allows),
        cmocka_unit_test(integers_take_half_of_bf16),
        cmocka_unit_test(every_back_end_reads_integers),
        cmocka_unit_test(integers_stay_what_they_are),
        cmocka_unit_test(integers_without_a_good_scale_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
