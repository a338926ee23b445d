/* The event stream as lines of JSON: lacuna-trace(5). */
#include "condition_json.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/version.h"
#include "run_state.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static json_t *number_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Writes the object as a line and frees it. */
static bool put_json_line(json_t *object, struct buffer *out)
{
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(object);
    bool ok = line && buffer_append_string(out, line) && buffer_append_char(out, '\n');
    free(line);
    return ok;
}

static bool set_member(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0; /* owns value; fails on NULL */
}

/* ---- the header ---------------------------------------------------------------------------------------- */

/* Offsets in code points, counted onward from the last one. */
struct counter {
    const char *bytes;
    size_t size, at, code_points;
};

static json_int_t code_points(struct counter *counter, size_t offset)
{
    if (offset < counter->at) counter->at = counter->code_points = 0;
    if (offset > counter->size) offset = counter->size;
    counter->code_points += utf8_count(counter->bytes + counter->at, offset - counter->at);
    counter->at = offset;
    return (json_int_t)counter->code_points;
}

static json_t *header_blanks(const struct fill_run *run)
{
    json_t *list = json_array();
    struct counter counter = {run->text.data, run->text.size, 0, 0};
    for (size_t i = 0; list && i < run->count; i++) {
        const struct fill_blank *b = &run->blanks[i];
        json_int_t start = code_points(&counter, b->start), end = code_points(&counter, b->end);
        json_t *item = json_pack("{s:I, s:I, s:I, s:I}", "start", start, "end", end, "min",
                                 (json_int_t)b->min, "max", (json_int_t)b->max);
        bool ok = item && (!run->conditions || condition_json_put(&run->conditions[i], item));
        if (!ok) json_decref(item);
        if (!ok || json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* Inserts the id into the finished line: jansson cannot hold every id unchanged. */
static bool put_id(struct slice id, struct buffer *out)
{
    static const char end[] = "}\n";
    if (!id.size) return true;
    out->size -= sizeof end - 1;
    return buffer_append_string(out, ",\"id\":") && buffer_append(out, id.data, id.size) &&
           buffer_append_string(out, end);
}

bool fill_trace_header(const struct fill_run *run, struct slice id, struct buffer *out)
{
    const struct fill_options *o = &run->options;
    const struct sedd_model *model = fill_engine_model(run->engine);
    json_t *line = json_pack(
        "{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:I, s:f, s:f, s:I, s:b, s:s, s:I}", "type", "header",
        "trace", FILL_TRACE_VERSION, "version", LACUNA_VERSION, "model", fill_engine_name(run->engine),
        "precision", sedd_precision_name(sedd_model_precision(model)), "backend", sedd_model_backend(model),
        "graph", fill_engine_config(run->engine)->graph == SEDD_ABSORB ? "absorb" : "uniform", "sampler",
        sedd_method_name(o->method), "steps", o->steps, "candidates", (json_int_t)o->candidates,
        "temperature", o->temperature, "top_p", o->top_p, "seed", (json_int_t)o->seed, "paragraphs",
        (int)o->paragraphs, "lengths", fill_lengths_name(o->lengths), "windows", (json_int_t)run->windows);
    bool ok = line && set_member(line, "text", json_text(run->text.data, run->text.size)) &&
              set_member(line, "blanks", header_blanks(run));
    if (ok && o->candidates > 1) ok = set_member(line, "ranking", json_string(fill_ranking_name(o->ranking)));
    if (ok && *o->dictionary) ok = set_member(line, "dictionary", json_string(o->dictionary));
    if (!ok) {
        json_decref(line);
        return false;
    }
    return put_json_line(line, out) && put_id(id, out);
}

/* ---- windows and steps --------------------------------------------------------------------------------- */

static const char *const state_names[] = {"masked", "fresh", "settled", "pinned"};
static_assert(ARRAY_SIZE(state_names) == FILL_PINNED + 1, "every state of a token has a name");

static json_t *odds_value(const struct fill_alternatives *odds)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < odds->count; i++) {
        const struct buffer *text = &odds->list[i].text;
        json_t *item = json_pack("{s:o, s:f}", "text", json_text(text->size ? text->data : "", text->size),
                                 "p", odds->list[i].p);
        if (json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* `odds` of its tokens; NULL: none. */
static json_t *view_tokens(const struct fill_view *view, const struct fill_token_alternatives *odds)
{
    json_t *list = json_array();
    for (uint32_t i = 0; list && i < view->count; i++) {
        const struct fill_token *t = &view->tokens[i];
        json_t *item =
            json_pack("{s:o, s:s}", "text", json_text(view->text.data + t->start, t->end - t->start), "state",
                      state_names[t->state]);
        bool has = odds && i < odds->count && odds->tokens[i].list;
        if (item && has &&
            (!set_member(item, "entropy", number_or_null(odds->tokens[i].entropy)) ||
             !set_member(item, "odds", odds_value(&odds->tokens[i])))) {
            json_decref(item);
            item = NULL;
        }
        if (json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *views_value(const struct fill_view *blanks, size_t count,
                           const struct fill_token_alternatives *odds, bool tokens)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++) {
        json_t *item = json_pack("{s:I}", "blank", (json_int_t)blanks[i].blank);
        bool ok =
            item &&
            (tokens ? set_member(item, "tokens", view_tokens(&blanks[i], odds ? &odds[i] : NULL))
                    : set_member(item, "tokens", json_integer(blanks[i].count)) &&
                          set_member(item, "text", json_text(blanks[i].text.data, blanks[i].text.size)));
        if (!ok || json_array_append_new(list, item)) {
            if (!ok) json_decref(item);
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *changes_value(const struct fill_event *event)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < event->change_count; i++) {
        const struct fill_change *c = &event->changes[i];
        json_t *item =
            json_pack("{s:I, s:I, s:I, s:o}", "blank", (json_int_t)c->blank, "index", (json_int_t)c->index,
                      "id", (json_int_t)c->id, "probability", number_or_null((double)c->probability));
        if (json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool fill_trace_event(const struct fill_run *run, const struct fill_event *event, struct buffer *out)
{
    bool window = event->kind == FILL_EVENT_WINDOW;
    json_t *line = json_pack("{s:s, s:I, s:I}", "type", window ? "window" : "step", "window",
                             (json_int_t)event->window, "candidate", (json_int_t)event->candidate);
    if (!line) return false;
    struct counter counter = {run->text.data, run->text.size, 0, 0};
    bool ok;
    if (window) {
        ok = set_member(line, "start", json_integer(code_points(&counter, event->window_start))) &&
             set_member(line, "end", json_integer(code_points(&counter, event->window_end)));
    } else {
        ok = set_member(line, "step", json_integer(event->step)) &&
             set_member(line, "steps", json_integer(event->steps)) &&
             set_member(line, "changes", changes_value(event));
    }
    ok = ok && set_member(line, "sigma_bar", number_or_null(event->sigma_bar)) &&
         set_member(line, "ms", json_real(event->ms)) &&
         set_member(line, "score", number_or_null(event->score)) &&
         set_member(line, "blanks", views_value(event->blanks, event->blank_count, event->odds, true));
    if (!ok) {
        json_decref(line);
        return false;
    }
    return put_json_line(line, out);
}

/* ---- the end ------------------------------------------------------------------------------------------- */

static json_t *candidates_value(const struct fill_result *result)
{
    json_t *list = json_array();
    for (size_t k = 0; list && k < result->count; k++) {
        const struct fill_candidate *c = &result->candidates[k];
        json_t *item = json_pack("{s:I, s:o, s:o, s:o}", "candidate", (json_int_t)c->candidate, "score",
                                 number_or_null(c->score), "rank_score", number_or_null(c->rank_score),
                                 "blanks", views_value(c->blanks, c->count, NULL, false));
        bool ok = item && (!c->bounded || set_member(item, "bound", json_real(c->bound)));
        if (!ok || json_array_append_new(list, item)) {
            if (!ok) json_decref(item);
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

bool fill_trace_done(const struct fill_result *result, struct buffer *out)
{
    json_t *line =
        json_pack("{s:s, s:I, s:f, s:o}", "type", "done", "evaluations", (json_int_t)result->evaluations,
                  "seconds", result->seconds, "candidates", candidates_value(result));
    if (line && result->steered && !set_member(line, "steered", json_true())) {
        json_decref(line);
        line = NULL;
    }
    return put_json_line(line, out);
}

bool fill_trace_failed(const struct error *error, struct buffer *out)
{
    if (error->code == STATUS_CANCELLED) return put_json_line(json_pack("{s:s}", "type", "cancelled"), out);
    return put_json_line(json_pack("{s:s, s:s, s:o}", "type", "failed", "code", status_name(error->code),
                                   "message",
                                   json_text(error->message, strnlen(error->message, sizeof error->message))),
                         out);
}
