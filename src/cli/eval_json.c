/* The results of `lacuna eval` as JSON. */
#include "eval_json.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"

#include <jansson.h>
#include <math.h>

/* JSON has no NaN; a value that could not be measured is null. */
static json_t *figure(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *eval_bound_json(const struct measure_bound *b)
{
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I}", "tokens",
                     (json_int_t)b->tokens, "bytes", (json_int_t)b->bytes, "words", (json_int_t)b->words,
                     "nats_per_token", figure(b->nats_per_token), "bits_per_byte", figure(b->bits_per_byte),
                     "word_perplexity", figure(b->word_perplexity), "stderr", figure(b->stderr_bits_per_byte),
                     "evaluations", (json_int_t)b->evaluations, "windows", (json_int_t)b->windows, "draws",
                     (json_int_t)b->draws, "documents", (json_int_t)b->documents);
}

json_t *eval_blanks_json(const struct measure_blanks *b, const struct measure_options *how)
{
    json_t *out = json_pack(
        "{s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "blanks",
        (json_int_t)b->blanks, "tokens", (json_int_t)b->tokens, "words", (json_int_t)b->words, "bytes",
        (json_int_t)b->bytes, "nats_per_token", figure(b->nats_per_token), "bits_per_byte",
        figure(b->bits_per_byte), "stderr", figure(b->stderr_bits_per_byte), "word_accuracy",
        figure(b->word_accuracy), "word_accuracy_stderr", figure(b->word_accuracy_stderr), "exact",
        figure(b->exact), "exact_stderr", figure(b->exact_stderr), "unigram_nats_per_token",
        figure(b->unigram_nats_per_token), "evaluations_per_blank", figure(b->evaluations_per_blank),
        "ms_per_blank", figure(b->ms_per_blank), "evaluations", (json_int_t)b->evaluations, "draws",
        (json_int_t)b->draws);
    char words[32];
    snprintf(words, sizeof words, "%u-%u", how->min_words, how->max_words);
    if (out) json_object_set_new(out, "words_hidden", json_string(words));
    if (out) json_object_set_new(out, "documents", json_integer((json_int_t)b->documents));
    return out;
}

static json_t *variety_json(const struct measure_variety *v)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "entropy", figure(v->entropy), "distinct_1",
                     figure(v->distinct_1), "distinct_2", figure(v->distinct_2), "repetition",
                     figure(v->repetition));
}

static json_t *judgement_json(const struct measure_judgement *j, const struct sedd_net *judge)
{
    json_t *out = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "model", sedd_model_config(sedd_net_model(judge))->name,
        "nats_per_token", figure(j->nats_per_token), "nats_per_token_stderr",
        figure(j->nats_per_token_stderr), "own_nats_per_token", figure(j->own_nats_per_token),
        "own_nats_per_token_stderr", figure(j->own_nats_per_token_stderr), "after", figure(j->after),
        "after_stderr", figure(j->after_stderr));
    if (out && isfinite(j->difference)) {
        json_object_set_new(out, "difference", json_real(j->difference));
        json_object_set_new(out, "difference_stderr", figure(j->difference_stderr));
    }
    return out;
}

json_t *eval_samples_json(const struct measure_samples *m, const struct measure_options *how)
{
    char words[32];
    snprintf(words, sizeof words, "%u-%u", how->min_words, how->max_words);
    json_t *out = json_pack(
        "{s:I, s:I, s:s, s:s, s:I, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:I, s:I, s:I}",
        "blanks", (json_int_t)m->blanks, "tokens", (json_int_t)m->tokens, "words_hidden", words, "sampler",
        sedd_method_name(how->method), "steps", (json_int_t)how->steps, "temperature", how->temperature,
        "top_p", how->top_p, "nats_per_token", figure(m->nats_per_token), "nats_per_token_stderr",
        figure(m->nats_per_token_stderr), "own_nats_per_token", figure(m->own_nats_per_token),
        "own_nats_per_token_stderr", figure(m->own_nats_per_token_stderr), "word_accuracy",
        figure(m->word_accuracy), "word_accuracy_stderr", figure(m->word_accuracy_stderr), "fills",
        variety_json(&m->variety), "own", variety_json(&m->own_variety), "evaluations_per_blank",
        figure(m->evaluations_per_blank), "ms_per_blank", figure(m->ms_per_blank), "evaluations",
        (json_int_t)m->evaluations, "draws", (json_int_t)how->draws, "window", (json_int_t)how->window);
    if (out) json_object_set_new(out, "documents", json_integer((json_int_t)m->documents));
    if (out && how->candidates > 1) {
        snprintf(words, sizeof words, "%s%s", fill_ranking_name(how->ranking), how->after ? "+after" : "");
        json_object_set_new(out, "candidates", json_integer(how->candidates));
        json_object_set_new(out, "ranking", json_string(words));
    }
    if (out && how->judge) json_object_set_new(out, "judge", judgement_json(&m->judged, how->judge));
    return out;
}

json_t *eval_lengths_json(const struct measure_lengths *l, const struct measure_options *how,
                          const struct fill_engine *engine)
{
    return json_pack("{s:I, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I}", "blanks",
                     (json_int_t)l->blanks, "true_lengths", how->uniform_lengths ? "uniform" : "log-uniform",
                     "mean_absolute_error", figure(l->mean_absolute_error), "mean_absolute_error_stderr",
                     figure(l->mean_absolute_error_stderr), "constant_mean_absolute_error",
                     figure(l->constant_mean_absolute_error), "bias", figure(l->bias), "within_a_quarter",
                     figure(l->within_a_quarter), "nats", figure(l->nats), "nats_stderr",
                     figure(l->nats_stderr), "evaluations_per_blank",
                     figure((double)l->evaluations / (double)l->blanks), "method",
                     fill_engine_says_lengths(engine) && !how->search_lengths ? "delete"
                     : fill_engine_config(engine)->calibrated                 ? "calibrated search"
                                                                              : "search",
                     "documents", (json_int_t)l->documents);
}

json_t *eval_calibration_json(const struct fill_calibration *c, const struct measure_options *how)
{
    return json_pack("{s:[f,f,f,f,f], s:I}", "length_calibration", c->a, c->b, c->c, c->d, c->e, "blanks",
                     (json_int_t)how->count);
}
