/* The description of a run, which must match when the run is resumed. */
#include "checkpoint.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"

#include <jansson.h>
#include <string.h>

static bool set_field(json_t *fields, const char *key, json_t *value)
{
    return json_object_set_new(fields, key, value) == 0; /* owns value; fails on NULL */
}

static bool set_integers(json_t *fields, const struct train_recipe *r)
{
    const struct {
        const char *key;
        uint64_t value;
    } all[] = {
        {"hidden_size", r->config.hidden_size},
        {"n_blocks", r->config.n_blocks},
        {"n_heads", r->config.n_heads},
        {"length", r->config.length},
        {"vocabulary", r->vocabulary},
        {"rows", r->rows},
        {"micro_rows", r->micro_rows},
        {"warmup", r->warmup},
        {"ar_steps", r->ar_steps},
        {"ar_every", r->ar_every},
        {"seed", r->seed},
    };
    bool ok = true;
    for (size_t i = 0; i < ARRAY_SIZE(all) && ok; i++)
        ok = set_field(fields, all[i].key, json_integer((json_int_t)all[i].value));
    return ok;
}

static bool set_reals(json_t *fields, const struct train_recipe *r)
{
    const struct {
        const char *key;
        double value;
    } all[] = {
        {"decay", r->decay},
        {"learning_rate", r->learning_rate},
        {"beta1", r->beta1},
        {"beta2", r->beta2},
        {"epsilon", r->epsilon},
        {"momentum", r->momentum},
        {"clip", r->clip},
        {"weight_decay", r->weight_decay},
        {"ema", r->ema},
        {"init_std", r->init_std},
        {"embedding_std", r->embedding_std},
        {"gate", r->gate},
        {"short_rows", r->short_rows},
        {"span_rows", r->span_rows},
        {"delete_rows", r->delete_rows},
        {"mask_power", r->mask_power},
    };
    bool ok = true;
    for (size_t i = 0; i < ARRAY_SIZE(all) && ok; i++)
        ok = set_field(fields, all[i].key, json_real(all[i].value));
    /* otherwise these follow another field and need not be named beside it */
    bool own = r->muon_rate != r->learning_rate, own_std = r->output_std != train_usual_output_std(r);
    return ok && set_field(fields, "muon_rate", own ? json_real(r->muon_rate) : json_null()) &&
           set_field(fields, "output_std", own_std ? json_real(r->output_std) : json_null());
}

static bool set_words(json_t *fields, const struct train_recipe *r)
{
    static const char *const objectives[] = {"k-form", "dwdse", "ar"};
    static_assert(ARRAY_SIZE(objectives) == TRAIN_AR + 1, "every objective has a name");
    const struct sedd_config *c = &r->config;
    return set_field(fields, "objective", json_string(objectives[r->objective])) &&
           set_field(fields, "optimiser", json_string(r->optimiser == TRAIN_MUON ? "muon" : "adamw")) &&
           set_field(fields, "graph", json_string(c->graph == SEDD_ABSORB ? "absorb" : "uniform")) &&
           set_field(fields, "noise", json_string(c->noise == SEDD_LOGLINEAR ? "loglinear" : "geometric")) &&
           set_field(fields, "parametrisation",
                     json_string(c->parametrisation == SEDD_TIME_FREE ? "time_free" : "score")) &&
           set_field(fields, "tie_embeddings", json_boolean(c->tie_embeddings)) &&
           set_field(fields, "qk_norm", json_boolean(c->qk_norm)) &&
           set_field(fields, "dialect", json_string(c->dialect));
}

static bool set_ramp(json_t *fields, const struct train_recipe *r)
{
    json_t *ramp = json_array();
    bool ok = ramp != NULL;
    for (uint32_t i = 0; i < r->ramp_count && ok; i++)
        ok = json_array_append_new(ramp,
                                   json_pack("[f, I]", r->ramp[i].share, (json_int_t)r->ramp[i].rows)) == 0;
    if (ok) return set_field(fields, "rows_ramp", ramp);
    json_decref(ramp);
    return false;
}

json_t *run_fields(const struct train_recipe *recipe, const struct train_data *data)
{
    char hash[24];
    json_t *fields = json_object();
    snprintf(hash, sizeof hash, "%016llx", (unsigned long long)data->hash);
    if (fields && set_integers(fields, recipe) && set_reals(fields, recipe) && set_words(fields, recipe) &&
        set_ramp(fields, recipe) && set_field(fields, RUN_DATA, json_string(hash)))
        return fields;
    json_decref(fields);
    return NULL;
}

/* "a", "b": the fields in which the recipes differ. A field that the older run lacks was added later, with a
 * default that means the earlier behaviour. */
static bool name_differences(const json_t *then, const json_t *now, struct buffer *out)
{
    const char *key;
    json_t *value;
    bool ok = true;
    json_object_foreach((json_t *)(uintptr_t)then, key, value)
    {
        if (strcmp(key, RUN_DATA) != 0 && !json_equal(value, json_object_get(now, key)))
            ok = ok && buffer_printf(out, "%s\"%.80s\"", out->size ? ", " : "", key);
    }
    return ok;
}

enum status run_fields_compare(const json_t *then, const json_t *now, struct error *error)
{
    struct buffer names = {0};
    bool other_data = !json_equal(json_object_get(then, RUN_DATA), json_object_get(now, RUN_DATA));
    bool ok = name_differences(then, now, &names);
    enum status status = STATUS_OK;
    if (!ok)
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory to compare it with this run");
    else if (other_data || names.size)
        status = error_set(error, STATUS_ARGUMENT, "its run was started with %s%s%s%s",
                           other_data ? "other data" : "", other_data && names.size ? " and " : "",
                           names.size ? "another " : "", names.size ? names.data : "");
    buffer_free(&names);
    return status;
}
