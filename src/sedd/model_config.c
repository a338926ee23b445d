/* config.json: the published fields, and ours with defaults that mean the published behaviour. */
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "weight_source.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SIGMA_MIN 1e-4
#define DEFAULT_SIGMA_MAX 20
enum { DEFAULT_COND_DIM = 128, GPT2_TOKENS = 50257, GPT2_ENDOFTEXT = 50256 };

static const char *const precisions[] = {"auto", "f32", "bf16", "int8", "int16"};
static_assert(ARRAY_SIZE(precisions) == SEDD_PRECISIONS, "every precision has a name");

const char *sedd_precision_name(enum sedd_precision precision)
{
    return precision < SEDD_PRECISIONS ? precisions[precision] : "?";
}

bool sedd_precision_parse(const char *name, enum sedd_precision *out)
{
    for (int i = SEDD_PRECISION_F32; i < SEDD_PRECISIONS; i++)
        if (strcmp(name, precisions[i]) == 0) return *out = (enum sedd_precision)i, true;
    return false;
}

static enum status config_error(struct error *error, const char *what)
{
    return error_set(error, STATUS_FORMAT, "%s", what);
}

/* Reads object[key] as an index into names; a missing key leaves *out unchanged. */
static enum status get_choice(const json_t *object, const char *key, const char *const *names, int count,
                              int *out, struct error *error)
{
    const char *text = NULL;
    enum status status = json_get_string(object, key, &text, error);
    if (status || !text) return status;
    for (int i = 0; i < count; i++)
        if (strcmp(text, names[i]) == 0) return *out = i, STATUS_OK;
    return error_set(error, STATUS_UNSUPPORTED, "\"%s\": unknown value \"%s\"", key, text);
}

static enum status get_u32(const json_t *object, const char *key, int64_t low, int64_t high, uint32_t *out,
                           struct error *error)
{
    int64_t value = *out;
    if (!json_object_get(object, key)) return error_set(error, STATUS_FORMAT, "\"%s\" is missing", key);
    enum status status = json_get_int(object, key, low, high, &value, error);
    *out = (uint32_t)value;
    return status;
}

static const char *const graph_names[] = {"absorb", "uniform"};
static const char *const noise_names[] = {"loglinear", "geometric"};
static const char *const form_names[] = {"score", "time_free"};
static const char *const length_names[] = {"search", "delete"};
static_assert(ARRAY_SIZE(graph_names) == SEDD_UNIFORM + 1 && ARRAY_SIZE(noise_names) == SEDD_GEOMETRIC + 1 &&
                  ARRAY_SIZE(form_names) == SEDD_TIME_FREE + 1,
              "every graph, noise and parametrisation has a name");

static enum status check_heads(const struct sedd_config *c, struct error *error)
{
    if (c->hidden_size % c->n_heads == 0 && c->hidden_size / c->n_heads % 2 == 0) return STATUS_OK;
    return config_error(error, "\"hidden_size\" must be an even multiple of \"n_heads\"");
}

/* RADD's files have the shape of SEDD's. Their code knows no graph but the absorbing one, and none is named; what
 * they have instead is a type of network, or a loss, of their own. */
static bool is_radd(const json_t *root)
{
    const json_t *model = json_object_get(root, "model"), *training = json_object_get(root, "training");
    const char *type = json_string_value(json_object_get(model, "type"));
    return !json_object_get(model, "parametrisation") &&
           ((type && strcmp(type, "ddit_wot") == 0) ||
            json_is_string(json_object_get(training, "loss_type")));
}

static enum status read_process(const json_t *root, struct sedd_config *c, struct error *error)
{
    const json_t *graph = json_object_get(root, "graph"), *noise = json_object_get(root, "noise");
    bool radd = is_radd(root);
    if ((!json_is_object(graph) && !(radd && !graph)) || !json_is_object(noise))
        return config_error(error, "\"graph\" and \"noise\" must be objects");
    int which = radd ? SEDD_ABSORB : -1;
    enum status status = graph ? get_choice(graph, "type", graph_names, 2, &which, error) : STATUS_OK;
    if (status) return status;
    if (which < 0) return config_error(error, "\"graph.type\" is missing");
    c->graph = (enum sedd_graph)which;
    which = -1;
    if ((status = get_choice(noise, "type", noise_names, 2, &which, error))) return status;
    if (which < 0) return config_error(error, "\"noise.type\" is missing");
    c->noise = (enum sedd_noise)which;
    c->sigma_min = DEFAULT_SIGMA_MIN;
    c->sigma_max = DEFAULT_SIGMA_MAX;
    if ((status = json_get_double(noise, "sigma_min", &c->sigma_min, error))) return status;
    if ((status = json_get_double(noise, "sigma_max", &c->sigma_max, error))) return status;
    if (!(c->sigma_min > 0) || !(c->sigma_max > c->sigma_min) || c->sigma_max > 1000)
        return config_error(error, "noise needs 0 < sigma_min < sigma_max ≤ 1000");
    return STATUS_OK;
}

static enum status read_network(const json_t *root, struct sedd_config *c, struct error *error)
{
    const json_t *model = json_object_get(root, "model");
    enum status status;
    if ((status = get_u32(model, "hidden_size", 2, 1 << 14, &c->hidden_size, error))) return status;
    if ((status = get_u32(model, "length", 1, 1 << 16, &c->length, error))) return status;
    if ((status = get_u32(model, "n_blocks", 1, 256, &c->n_blocks, error))) return status;
    if ((status = get_u32(model, "n_heads", 1, 256, &c->n_heads, error))) return status;
    int form = is_radd(root) ? SEDD_TIME_FREE : SEDD_SCORE;
    if ((status = get_choice(model, "parametrisation", form_names, 2, &form, error))) return status;
    c->parametrisation = (enum sedd_parametrisation)form;
    c->cond_dim = DEFAULT_COND_DIM;
    if (json_object_get(model, "cond_dim") &&
        (status = get_u32(model, "cond_dim", 1, 1 << 14, &c->cond_dim, error)))
        return status;
    c->scale_by_sigma = c->graph == SEDD_ABSORB;
    if ((status = json_get_bool(model, "scale_by_sigma", &c->scale_by_sigma, error))) return status;
    if ((status = json_get_bool(model, "tie_embeddings", &c->tie_embeddings, error))) return status;
    if ((status = json_get_bool(model, "causal", &c->causal, error))) return status;
    if ((status = json_get_bool(model, "qk_norm", &c->qk_norm, error))) return status;
    if (c->causal && c->parametrisation != SEDD_TIME_FREE)
        return config_error(error, "\"causal\" needs the time-free form");
    if ((status = check_heads(c, error))) return status;
    if (c->parametrisation == SEDD_TIME_FREE && c->graph != SEDD_ABSORB)
        return config_error(error, "the time-free form needs the absorbing graph");
    if (c->tie_embeddings && c->parametrisation != SEDD_TIME_FREE)
        return config_error(error, "\"tie_embeddings\" needs the time-free form");
    const char *name = NULL;
    if ((status = json_get_string(model, "name", &name, error))) return status;
    utf8_copy(c->name, sizeof c->name, name ? name : "", name ? strlen(name) : 0);
    return STATUS_OK;
}

/* MDLM's files have a shape of their own. The mask is the last of vocab_size. */
static bool is_mdlm(const json_t *root)
{
    const char *type = json_string_value(json_object_get(root, "model_type"));
    return type && strcmp(type, "mdlm") == 0;
}

static enum status read_mdlm(const json_t *root, struct sedd_config *c, struct error *error)
{
    enum status status;
    bool fed_time = false;
    uint32_t states = 0;
    *c = (struct sedd_config){.name = "mdlm",
                              .graph = SEDD_ABSORB,
                              .noise = SEDD_LOGLINEAR,
                              .sigma_min = DEFAULT_SIGMA_MIN,
                              .sigma_max = DEFAULT_SIGMA_MAX,
                              .cond_dim = DEFAULT_COND_DIM,
                              .scale_by_sigma = true,
                              .parametrisation = SEDD_TIME_FREE,
                              .endoftext = -1,
                              .delete_id = -1,
                              .expand_id = -1};
    if ((status = get_u32(root, "vocab_size", 3, 1 << 24, &states, error))) return status;
    c->tokens = states - 1;
    if ((status = get_u32(root, "hidden_dim", 2, 1 << 14, &c->hidden_size, error))) return status;
    if ((status = get_u32(root, "model_length", 1, 1 << 16, &c->length, error))) return status;
    if ((status = get_u32(root, "n_blocks", 1, 256, &c->n_blocks, error))) return status;
    if ((status = get_u32(root, "n_heads", 1, 256, &c->n_heads, error))) return status;
    if ((status = json_get_bool(root, "time_conditioning", &fed_time, error))) return status;
    if (fed_time)
        return error_set(error, STATUS_UNSUPPORTED,
                         "\"time_conditioning\": of MDLM's networks those that are fed no time are read");
    return check_heads(c, error);
}

static enum status read_calibration(const json_t *root, struct sedd_config *c, struct error *error)
{
    const json_t *curve = json_object_get(root, "length_calibration");
    if (!curve) return STATUS_OK;
    bool good = json_is_array(curve) && json_array_size(curve) == ARRAY_SIZE(c->length_calibration);
    for (size_t i = 0; good && i < ARRAY_SIZE(c->length_calibration); i++) {
        good = json_is_number(json_array_get(curve, i));
        c->length_calibration[i] = json_number_value(json_array_get(curve, i));
    }
    c->calibrated = good;
    return good ? STATUS_OK : config_error(error, "\"length_calibration\" must be five numbers");
}

/* The settings with which fills of this model read best. */
static enum status read_suggestions(const json_t *root, struct sedd_config *config, struct error *error)
{
    enum { HIGHEST_TEMPERATURE = 100 };
    enum status status = json_get_double(root, "temperature", &config->temperature, error);
    if (!status) status = json_get_double(root, "top_p", &config->top_p, error);
    if (status) return status;
    if (json_object_get(root, "temperature") &&
        !(config->temperature > 0 && config->temperature <= HIGHEST_TEMPERATURE))
        return config_error(error, "\"temperature\" must be above 0 and at most 100");
    if (json_object_get(root, "top_p") && !(config->top_p > 0 && config->top_p <= 1))
        return config_error(error, "\"top_p\" must be above 0 and at most 1");
    return STATUS_OK;
}

/* Published files name no special ids; their vocabulary is GPT-2's, and its last id stands between documents. */
static void name_separator(const json_t *root, struct sedd_config *config)
{
    if (!json_object_get(root, "special_ids") && config->tokens == GPT2_TOKENS)
        config->endoftext = GPT2_ENDOFTEXT;
}

enum status sedd_config_parse(const char *json, size_t size, struct sedd_config *config, struct error *error)
{
    *config = (struct sedd_config){.endoftext = -1, .delete_id = -1, .expand_id = -1};
    json_t *root = json_parse(json, size, error);
    if (!root) return STATUS_FORMAT;
    if (is_mdlm(root)) {
        enum status status = read_mdlm(root, config, error);
        if (!status) name_separator(root, config);
        json_decref(root);
        return status;
    }
    const json_t *model = json_object_get(root, "model"), *specials = json_object_get(root, "special_ids");
    enum status status = STATUS_OK;
    const char *dialect = NULL;
    if (!json_is_object(model))
        status = config_error(error, "\"model\" must be an object");
    else if (!(status = get_u32(root, "tokens", 2, 1 << 24, &config->tokens, error)) &&
             !(status = read_process(root, config, error)))
        status = read_network(root, config, error);
    int64_t last = (int64_t)config->tokens - 1;
    if (!status) status = json_get_int(specials, "endoftext", 0, last, &config->endoftext, error);
    if (!status) status = json_get_int(specials, "delete", 0, last, &config->delete_id, error);
    if (!status) status = json_get_int(specials, "expand", 0, last, &config->expand_id, error);
    if (!status) status = json_get_string(root, "dialect", &dialect, error);
    if (!status) status = read_calibration(root, config, error);
    if (!status) status = read_suggestions(root, config, error);
    int length = 0;
    if (!status) status = get_choice(root, "blank_length", length_names, 2, &length, error);
    config->sizes_blanks = length == 1;
    if (!status && config->sizes_blanks && config->delete_id < 0)
        status = config_error(error, "\"blank_length\" needs a \"delete\" among \"special_ids\"");
    if (dialect) snprintf(config->dialect, sizeof config->dialect, "%s", dialect);
    if (!status) name_separator(root, config);
    json_decref(root);
    return status;
}

/* A file of RADD's that reads like one of SEDD's: the weights beside it tell. */
static void look_at_weights(const char *model_folder, struct sedd_config *config)
{
    if (config->parametrisation != SEDD_SCORE || config->graph != SEDD_ABSORB) return;
    struct sedd_tensors *file = sedd_tensors_open_model(model_folder, NULL);
    if (file && weight_source_is_radd(file)) config->parametrisation = SEDD_TIME_FREE;
    sedd_tensors_close(file);
}

enum status sedd_config_load(const char *model_folder, struct sedd_config *config, struct error *error)
{
    char *path = path_join(model_folder, "config.json");
    struct buffer text = {0};
    enum status status =
        path ? file_read(path, &text, error) : error_set(error, STATUS_NO_MEMORY, "out of memory");
    if (!status) {
        status = sedd_config_parse(text.data, text.size, config, error);
        if (status) error_prefix(error, "%s", path);
    }
    if (!status) look_at_weights(model_folder, config);
    buffer_free(&text);
    mem_free(path);
    return status;
}

enum status sedd_config_save(const char *model_folder, const struct sedd_config *c, struct error *error)
{
    json_t *root = json_pack(
        "{s:I, s:{s:s}, s:{s:s, s:f, s:f}, s:{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:f, s:s, s:b}}",
        "tokens", (json_int_t)c->tokens, "graph", "type", graph_names[c->graph], "noise", "type",
        noise_names[c->noise], "sigma_min", c->sigma_min, "sigma_max", c->sigma_max, "model", "name", c->name,
        "type", "ddit", "hidden_size", (json_int_t)c->hidden_size, "cond_dim", (json_int_t)c->cond_dim,
        "length", (json_int_t)c->length, "n_blocks", (json_int_t)c->n_blocks, "n_heads",
        (json_int_t)c->n_heads, "scale_by_sigma", (int)c->scale_by_sigma, "dropout", 0.0, "parametrisation",
        form_names[c->parametrisation], "tie_embeddings", (int)c->tie_embeddings);
    json_t *specials = root ? json_object() : NULL;
    if (specials) {
        if (c->endoftext >= 0) json_object_set_new(specials, "endoftext", json_integer(c->endoftext));
        if (c->delete_id >= 0) json_object_set_new(specials, "delete", json_integer(c->delete_id));
        if (c->expand_id >= 0) json_object_set_new(specials, "expand", json_integer(c->expand_id));
        if (json_object_size(specials))
            json_object_set_new(root, "special_ids", specials);
        else
            json_decref(specials);
        if (c->causal) json_object_set_new(json_object_get(root, "model"), "causal", json_true());
        if (c->qk_norm) json_object_set_new(json_object_get(root, "model"), "qk_norm", json_true());
        if (c->sizes_blanks) json_object_set_new(root, "blank_length", json_string(length_names[1]));
        const double *curve = c->length_calibration;
        if (c->calibrated)
            json_object_set_new(root, "length_calibration",
                                json_pack("[f,f,f,f,f]", curve[0], curve[1], curve[2], curve[3], curve[4]));
        if (c->temperature > 0) json_object_set_new(root, "temperature", json_real(c->temperature));
        if (c->top_p > 0) json_object_set_new(root, "top_p", json_real(c->top_p));
        if (*c->dialect) json_object_set_new(root, "dialect", json_string(c->dialect));
    }
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    char *path = path_join(model_folder, "config.json");
    enum status status = text && path
                             ? file_write_atomic(path, text, strlen(text), error)
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for config.json");
    mem_free(path);
    free(text);
    json_decref(root);
    return status;
}

uint32_t sedd_states(const struct sedd_config *config)
{
    return config->tokens + (config->graph == SEDD_ABSORB);
}

uint32_t sedd_head_columns(const struct sedd_config *config)
{
    return config->parametrisation == SEDD_TIME_FREE ? config->tokens : sedd_states(config);
}
