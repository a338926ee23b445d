/* One record of JSON lines: parsing it, filling it, writing it. */
#include "fill_record.h"
#include "fill_text.h"
#include "json_line.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/version.h"
#include "record_conditions.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum status no_memory_for_record(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a record");
}

/* ---- reading a record ---------------------------------------------------------------------------------- */

struct record {
    struct json_line line; /* the parsed record; its id goes into the output verbatim */
    json_t *root;
    struct fill_markup markup; /* the draft and its blanks, in either notation */
    struct record_conditions conditions;
    struct fill_job job;
};

static void record_free(struct record *record)
{
    record_conditions_free(&record->conditions);
    fill_markup_free(&record->markup);
    json_decref(record->root);
}

/* Turns code point offsets into bytes; they are ascending, so one pass is enough. */
struct cursor {
    const char *bytes;
    size_t size, at;
    int64_t code_points;
};

static bool seek(struct cursor *cursor, int64_t offset, size_t *out)
{
    while (cursor->code_points < offset && cursor->at < cursor->size) {
        uint32_t ignored;
        int n = utf8_decode(cursor->bytes + cursor->at, cursor->size - cursor->at, &ignored);
        cursor->at += n ? (size_t)n : 1;
        cursor->code_points++;
    }
    *out = cursor->at;
    return cursor->code_points == offset;
}

static enum status read_wanted_length(const json_t *item, struct fill_blank *blank, struct error *error)
{
    int64_t tokens = 0, min = 1, max = FILL_ANY_TOKENS;
    enum status status = json_get_int(item, "tokens", 1, UINT32_MAX, &tokens, error);
    if (!status) status = json_get_int(item, "min", 1, UINT32_MAX, &min, error);
    if (!json_object_get(item, "max") && min > max) max = min;
    if (!status) status = json_get_int(item, "max", 1, UINT32_MAX, &max, error);
    if (status) return status;
    if (tokens && (json_object_get(item, "min") || json_object_get(item, "max")))
        return error_set(error, STATUS_ARGUMENT, "\"tokens\" cannot be given with \"min\" or \"max\"");
    if (min > max) return error_set(error, STATUS_ARGUMENT, "\"min\" is larger than \"max\"");
    blank->min = (uint32_t)(tokens ? tokens : min);
    blank->max = (uint32_t)(tokens ? tokens : max);
    return STATUS_OK;
}

static enum status read_blank(const json_t *item, struct cursor *cursor, struct fill_blank *blank,
                              struct error *error)
{
    int64_t start = -1, end = -1;
    if (!json_is_object(item)) return error_set(error, STATUS_FORMAT, "must be an object");
    enum status status = json_get_int(item, "start", 0, INT64_MAX, &start, error);
    if (!status) status = json_get_int(item, "end", 0, INT64_MAX, &end, error);
    if (status) return status;
    if (start < 0 || end < 0) return error_set(error, STATUS_FORMAT, "\"start\" and \"end\" are required");
    if (end < start) return error_set(error, STATUS_ARGUMENT, "\"end\" is before \"start\"");
    if (start < cursor->code_points)
        return error_set(error, STATUS_ARGUMENT, "overlaps or precedes the previous blank");
    if (!seek(cursor, start, &blank->start) || !seek(cursor, end, &blank->end))
        return error_set(error, STATUS_ARGUMENT, "is outside the text");
    return read_wanted_length(item, blank, error);
}

static enum status read_blanks(const json_t *list, struct record *record, struct error *error)
{
    struct fill_markup *markup = &record->markup;
    struct cursor cursor = {.bytes = markup->text.data, .size = markup->text.size};
    bool recorded = json_object_get(record->root, "record") != NULL;
    size_t i;
    json_t *item;
    if (!json_is_array(list)) return error_set(error, STATUS_FORMAT, "\"blanks\" must be a list");
    json_array_foreach(list, i, item)
    {
        if (!mem_grow(&markup->blanks, &markup->capacity, i + 1, sizeof *markup->blanks))
            return no_memory_for_record(error);
        markup->blanks[i] = (struct fill_blank){0};
        enum status status = read_blank(item, &cursor, &markup->blanks[i], error);
        if (!status)
            status =
                record_conditions_add(&record->conditions, item, (struct slice){cursor.bytes, cursor.size},
                                      recorded, &markup->blanks[i], error);
        if (status) return error_prefix(error, "blank %zu", i);
        markup->count = i + 1;
    }
    return STATUS_OK;
}

static enum status read_text(struct fill_context *context, struct record *record, struct error *error)
{
    const json_t *text = json_object_get(record->root, "text"),
                 *blanks = json_object_get(record->root, "blanks");
    if (!json_is_string(text)) return error_set(error, STATUS_FORMAT, "\"text\" must be a string");
    const char *bytes = json_string_value(text);
    size_t size = json_string_length(text);
    if (!blanks) return fill_context_parse(context, (struct slice){bytes, size}, &record->markup, error);
    if (!buffer_append(&record->markup.text, bytes, size)) return no_memory_for_record(error);
    return read_blanks(blanks, record, error);
}

/* The record's own seed, or else one from its id, or else from its index. */
static enum status read_seed(struct record *record, uint64_t place, struct error *error)
{
    struct fill_options *o = &record->job.options;
    int64_t seed = -1;
    enum status status = json_get_int(record->root, "seed", 0, (int64_t)FILL_SEED_LIMIT - 1, &seed, error);
    if (status) return status;
    if (seed >= 0) {
        o->seed = (uint64_t)seed;
        return STATUS_OK;
    }
    char name[32], *id = record->line.id.size ? json_line_id_key(&record->line) : NULL;
    if (record->line.id.size && !id) return no_memory_for_record(error);
    snprintf(name, sizeof name, "#%llu", (unsigned long long)place);
    o->seed = fill_seed(o->seed, id ? id : name, strlen(id ? id : name));
    mem_free(id);
    return STATUS_OK;
}

static enum status read_number(const json_t *root, const char *key, double low, double high, double *out,
                               struct error *error)
{
    enum status status = json_get_double(root, key, out, error);
    if (status || !json_object_get(root, key) || (*out >= low && *out <= high)) return status;
    return error_set(error, STATUS_FORMAT, "\"%s\" is outside %g to %g", key, low, high);
}

/* The options that change the distribution. "dictionary": null means none, as in the output. */
static enum status read_shaping(const json_t *root, struct fill_options *o, struct error *error)
{
    const char *language = NULL;
    enum status status = read_number(root, "temperature", 0, 100, &o->temperature, error);
    if (!status) status = read_number(root, "top_p", 1e-9, 1, &o->top_p, error);
    if (!status) status = json_get_bool(root, "paragraphs", &o->paragraphs, error);
    const json_t *dictionary = json_object_get(root, "dictionary");
    if (json_is_null(dictionary))
        *o->dictionary = '\0';
    else if (!status)
        status = json_get_string(root, "dictionary", &language, error);
    if (!status && language && (status = fill_set_dictionary(o, language, error)))
        error_prefix(error, "\"dictionary\"");
    return status;
}

/* A record's own options override those of the command. */
static enum status read_options(struct record *record, uint64_t place, struct error *error)
{
    struct fill_options *o = &record->job.options;
    int64_t steps = o->steps, candidates = o->candidates;
    const char *sampler = NULL, *lengths = NULL, *ranking = NULL;
    enum status status = read_seed(record, place, error);
    if (!status) status = json_get_int(record->root, "steps", 1, 1 << 20, &steps, error);
    if (!status)
        status = json_get_int(record->root, "candidates", 1, FILL_MAX_CANDIDATES, &candidates, error);
    if (!status) status = json_get_string(record->root, "sampler", &sampler, error);
    if (!status) status = json_get_string(record->root, "lengths", &lengths, error);
    if (!status) status = json_get_string(record->root, "ranking", &ranking, error);
    if (!status) status = read_shaping(record->root, o, error);
    if (status) return status;
    /* Records of earlier versions name neither of the next two: the model said lengths, and the score was the only ranking. */
    bool recorded = json_object_get(record->root, "record") != NULL;
    if (!lengths && recorded) lengths = "model";
    if (lengths && !fill_lengths_parse(lengths, &o->lengths))
        return error_set(error, STATUS_UNSUPPORTED, "\"lengths\": unknown value \"%s\"", lengths);
    if (sampler && !sedd_method_parse(sampler, &o->method))
        return error_set(error, STATUS_UNSUPPORTED, "\"sampler\": unknown value \"%s\"", sampler);
    if (!ranking && recorded) ranking = "score";
    if (ranking && !fill_ranking_parse(ranking, &o->ranking))
        return error_set(error, STATUS_UNSUPPORTED, "\"ranking\": unknown value \"%s\"", ranking);
    o->steps = (int)steps;
    o->candidates = (uint32_t)candidates;
    return STATUS_OK;
}

static enum status read_record(struct fill_context *context, const char *line, size_t size, uint64_t place,
                               struct record *record, struct error *error)
{
    record->job.options = context->settings->fill;
    record->line = json_line_read(line, size);
    char *copy = json_line_without_id(&record->line, line, size);
    if (!copy) return no_memory_for_record(error);
    record->root = json_parse(copy, size, error);
    mem_free(copy);
    if (!record->root) return STATUS_FORMAT;
    if (!json_is_object(record->root))
        return error_set(error, STATUS_FORMAT, "a record must be a JSON object");
    enum status status = read_options(record, place, error);
    if (!status) status = read_text(context, record, error);
    if (status) return status;
    record->job.text = (struct slice){record->markup.text.data, record->markup.text.size};
    record->job.blanks = record->markup.blanks;
    record->job.count = record->markup.count;
    if (record->conditions.count) record->job.conditions = record->conditions.list;
    return STATUS_OK;
}

/* ---- writing a record ---------------------------------------------------------------------------------- */

static bool set_member(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static json_t *score_value(double score)
{
    return isfinite(score) ? json_real(score) : json_null();
}

static json_t *alternative_value(const struct fill_alternative *a)
{
    return json_pack("{s:o, s:f}", "text", json_stringn(a->text.data ? a->text.data : "", a->text.size), "p",
                     a->p);
}

/* A list for each token. */
static json_t *alternatives_value(const struct fill_token_alternatives *blank)
{
    json_t *all = json_array();
    bool ok = all != NULL;
    for (uint32_t i = 0; ok && i < blank->count; i++) {
        json_t *list = json_array();
        ok = json_array_append_new(all, list) == 0;
        for (size_t j = 0; ok && j < blank->tokens[i].count; j++)
            ok = json_array_append_new(list, alternative_value(&blank->tokens[i].list[j])) == 0;
    }
    if (ok) return all;
    json_decref(all);
    return NULL;
}

/* The blanks of a candidate, with offsets into its text in code points. */
static json_t *blanks_value(const struct fill_job *job, const struct fill_candidate *candidate)
{
    json_t *list = json_array();
    size_t at = 0;
    json_int_t code_points = 0;
    for (size_t i = 0; list && i < candidate->count; i++) {
        const struct fill_blank *blank = &job->blanks[i];
        const struct fill_view *view = &candidate->blanks[i];
        code_points += (json_int_t)utf8_count(job->text.data + at, blank->start - at);
        json_int_t start = code_points;
        code_points += (json_int_t)utf8_count(view->text.data, view->text.size);
        at = blank->end;
        json_t *item =
            json_pack("{s:I, s:I, s:I, s:o}", "start", start, "end", code_points, "tokens",
                      (json_int_t)view->count, "text", json_stringn(view->text.data, view->text.size));
        bool ok = item && (!candidate->alternatives ||
                           set_member(item, "alternatives", alternatives_value(&candidate->alternatives[i])));
        if (!ok) json_decref(item);
        if (!ok || json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Puts "text" and "blanks" of a candidate into an object. */
static bool set_candidate(json_t *object, const struct fill_job *job, const struct fill_candidate *candidate)
{
    struct buffer text = {0};
    bool ok = object && fill_context_splice(job, candidate, &text, NULL) == STATUS_OK &&
              set_member(object, "text", json_stringn(text.data ? text.data : "", text.size)) &&
              set_member(object, "blanks", blanks_value(job, candidate));
    buffer_free(&text);
    return ok;
}

static json_t *candidates_value(const struct fill_job *job, const struct fill_result *result)
{
    json_t *list = json_array();
    for (size_t k = 0; list && k < result->count; k++) {
        json_t *item = json_object();
        if (!set_candidate(item, job, &result->candidates[k]) ||
            !set_member(item, "score", score_value(result->candidates[k].score)) ||
            !set_member(item, "rank_score", score_value(result->candidates[k].rank_score)) ||
            (result->candidates[k].bounded &&
             !set_member(item, "bound", score_value(result->candidates[k].bound)))) {
            json_decref(item);
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *result_value(const struct fill_context *context, const struct record *record,
                            const struct fill_result *result)
{
    const struct fill_options *o = &record->job.options;
    const struct fill_candidate *best = &result->candidates[0];
    json_t *object = json_object();
    bool ok =
        object && set_candidate(object, &record->job, best) &&
        set_member(object, "score", score_value(best->score)) &&
        set_member(object, "evaluations", json_integer((json_int_t)result->evaluations)) &&
        set_member(object, "seed", json_integer((json_int_t)o->seed)) &&
        set_member(object, "steps", json_integer(o->steps)) &&
        set_member(object, "sampler", json_string(sedd_method_name(o->method))) &&
        set_member(object, "temperature", json_real(result->temperature)) &&
        set_member(object, "top_p", json_real(result->top_p)) &&
        set_member(object, "dictionary",
                   *result->dictionary ? json_string(result->dictionary) : json_null()) &&
        set_member(object, "paragraphs", json_boolean(o->paragraphs)) &&
        set_member(object, "lengths", json_string(fill_lengths_name(o->lengths))) &&
        set_member(
            object, "precision",
            json_string(sedd_precision_name(sedd_model_precision(fill_engine_model(context->engine))))) &&
        set_member(object, "model", json_string(fill_engine_name(context->engine))) &&
        set_member(object, "version", json_string(LACUNA_VERSION));
    if (ok && context->settings->timing) ok = set_member(object, "seconds", json_real(result->seconds));
    if (ok && (o->candidates > 1 || context->settings->all))
        ok = set_member(object, "rank_score", score_value(best->rank_score)) &&
             set_member(object, "ranking", json_string(fill_ranking_name(o->ranking))) &&
             set_member(object, "candidates", candidates_value(&record->job, result));
    if (ok) return object;
    json_decref(object);
    return NULL;
}

static json_t *error_value(const struct error *error)
{
    /* A message may quote bytes of an invalid line. */
    size_t size = strnlen(error->message, sizeof error->message);
    bool valid = utf8_valid(error->message, size);
    return json_pack("{s:{s:s, s:s}}", "error", "code", status_name(error->code), "message",
                     valid ? error->message : "the record is not valid UTF-8");
}

/* The id first, verbatim; then the members of the object, which is not empty. */
static enum status put_record(const struct json_line *from, json_t *object, struct buffer *out,
                              struct error *error)
{
    char *rest = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(object);
    bool ok = rest && buffer_append_string(out, "{\"id\":") &&
              (from->id.size ? buffer_append(out, from->id.data, from->id.size)
                             : buffer_append_string(out, "null")) &&
              buffer_append_char(out, ',') && buffer_append_string(out, rest + 1) &&
              buffer_append_char(out, '\n');
    free(rest);
    return ok ? STATUS_OK : no_memory_for_record(error);
}

enum status fill_record(struct fill_context *context, const char *line, size_t size, uint64_t place,
                        struct buffer *out, struct error *error)
{
    struct record record = {0};
    struct fill_result *result = NULL;
    enum status status = read_record(context, line, size, place, &record, error);
    if (!status) status = fill_context_engine(context, error);
    if (!status) status = fill_context_run(context, &record.job, record.line.id, &result, error);
    if (!status) status = put_record(&record.line, result_value(context, &record, result), out, error);
    if (status && status != STATUS_CANCELLED && !context->model_failed) { /* always one line for one line */
        out->size = 0;
        enum status put = put_record(&record.line, error_value(error), out, NULL);
        if (put) status = put;
    }
    fill_result_free(result);
    record_free(&record);
    return status;
}
