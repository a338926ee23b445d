/* A text with markup: finds its blanks, fills them and puts the text together. */
#include "fill_text.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A blank that no window can hold is found before the first blank is filled, and the message names its place.
 * It may also be a year between wiki brackets. */
static enum status check_blanks(const struct fill_markup *markup, uint32_t length, struct error *error)
{
    for (size_t i = 0; i < markup->count; i++) {
        const struct fill_blank *b = &markup->blanks[i];
        char range[32] = "";
        if (b->min <= length) continue;
        if (b->min < UINT32_MAX && b->min == b->max) snprintf(range, sizeof range, "%u]]", b->min);
        if (b->min < UINT32_MAX && b->min != b->max) snprintf(range, sizeof range, "%u-%u]]", b->min, b->max);
        return error_set(error, STATUS_LIMIT,
                         "%zu:%zu: a blank of %u tokens is larger than the model's window of %u "
                         "(\\[[%s stands for a literal [[%s)",
                         b->line, b->column, b->min, length, range, range);
    }
    return STATUS_OK;
}

enum status fill_context_parse(struct fill_context *context, struct slice source, struct fill_markup *markup,
                               struct error *error)
{
    enum status status = fill_parse(source.data, source.size, markup, error);
    if (status || !markup->count) return status; /* nothing to fill needs no model */
    if ((status = fill_context_engine(context, error))) return status;
    uint32_t length = fill_engine_config(context->engine)->length;
    if (!context->settings->skip_too_long) return check_blanks(markup, length, error);
    fill_markup_free(markup);
    status = fill_parse_within(source.data, source.size, length, markup, error);
    if (!status && markup->too_long)
        cli_fail("%s%zu:%zu: %zu %s larger than the model's window of %u and left as text", context->where,
                 markup->too_long_line, markup->too_long_column, markup->too_long,
                 markup->too_long == 1 ? "blank is" : "blanks, starting with this one, are", length);
    return status;
}

/* The name of a text in a trace. The caller calls free(). */
static char *name_as_json(const char *name)
{
    json_t *string = json_text(name, strlen(name));
    char *text = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
    json_decref(string);
    return text;
}

/* In place, a text stays a source with markup. */
static enum status put_text(const struct fill_context *context, const struct fill_markup *markup,
                            const struct fill_job *job, const struct fill_candidate *candidate,
                            struct buffer *out, struct error *error)
{
    if (!context->settings->in_place) return fill_context_splice(job, candidate, out, error);
    struct slice *texts = mem_alloc_array(candidate->count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < candidate->count; i++)
        texts[i] = (struct slice){candidate->blanks[i].text.data, candidate->blanks[i].text.size};
    bool ok = texts && fill_markup_splice(markup, texts, out);
    mem_free(texts);
    return ok ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the text");
}

static enum status fill_blanks(struct fill_context *context, const struct fill_markup *markup,
                               const char *name, struct buffer *out, struct error *error)
{
    struct fill_job job = {.text = {markup->text.data, markup->text.size},
                           .blanks = markup->blanks,
                           .count = markup->count,
                           .options = context->settings->fill};
    struct fill_result *result = NULL;
    char *json = name_as_json(name);
    struct slice id = {json, json ? strlen(json) : 0};
    enum status status = fill_context_run(context, &job, id, &result, error);
    for (size_t k = 0; !status && k < (context->settings->all ? result->count : 1); k++) {
        if (k > 0 && !buffer_append_string(out, "\f\n"))
            status = error_set(error, STATUS_NO_MEMORY, "out of memory");
        if (!status) status = put_text(context, markup, &job, &result->candidates[k], out, error);
    }
    free(json);
    fill_result_free(result);
    return status;
}

enum status fill_text(struct fill_context *context, const char *name, struct slice source, struct buffer *out,
                      struct error *error)
{
    struct fill_markup markup = {0};
    enum status status = fill_context_parse(context, source, &markup, error);
    struct slice plain =
        context->settings->in_place ? source : (struct slice){markup.text.data, markup.text.size};
    if (!status && markup.count)
        status = fill_blanks(context, &markup, name, out, error);
    else if (!status && plain.size && !buffer_append(out, plain.data, plain.size))
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the text");
    fill_markup_free(&markup);
    return status;
}
