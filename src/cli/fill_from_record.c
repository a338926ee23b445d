#include "fill_from_record.h"
#include "cli.h"
#include "fill_record.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/version.h"
#include "model_path.h"
#include "say.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The place that messages name, and how many records there were so far. */
struct place {
    const char *path;
    unsigned long line, records;
};

static const char *member(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void say_other(const struct place *place, const char *what, const char *then, const char *now)
{
    if (*then && strcmp(then, now) != 0)
        cli_fail("%s:%lu: %s: it was %s, here it is %s", place->path, place->line, what, then, now);
}

/* Reports everything that differs and can change the words. */
static void say_what_differs(const struct fill_context *context, const struct place *place,
                             const json_t *record, const json_t *out)
{
    struct error error = {0};
    uint64_t hash = 0;
    char text[20] = "unknown";
    if (!fill_model_hash(context->folder, &hash, &error))
        snprintf(text, sizeof text, "%016llx", (unsigned long long)hash);
    say_other(place, "the model", member(record, "model"), member(out, "model"));
    say_other(place, "the hash of the model's files", member(record, "model_hash"), text);
    say_other(place, "the precision", member(record, "precision"), member(out, "precision"));
    if (context->engine)
        say_other(place, "the matrix products", member(record, "backend"),
                  sedd_model_backend(fill_engine_model(context->engine)));
    say_other(place, "the version of lacuna", member(record, "version"), LACUNA_VERSION);
    if (json_is_true(json_object_get(record, "steered")))
        cli_fail("%s:%lu: words were kept or typed on the timeline; a fill cannot repeat that", place->path,
                 place->line);
}

/* Whether the words are the same; reports the first blank that differs. */
static bool same_words(const struct place *place, const json_t *record, const json_t *out)
{
    const json_t *then = json_object_get(record, "filled"), *now = json_object_get(out, "blanks");
    for (size_t i = 0; i < json_array_size(then) || i < json_array_size(now); i++) {
        const char *was = json_string_value(json_array_get(then, i)),
                   *is = member(json_array_get(now, i), "text");
        if (was && strcmp(was, is) == 0) continue;
        cli_fail("%s:%lu: the words differ: \"%.200s\" was recorded, \"%.200s\" is drawn now", place->path,
                 place->line, was ? was : "", is);
        return false;
    }
    return true;
}

static bool put_outcome(json_t *out, bool reproduced)
{
    json_object_set_new(out, "reproduced", json_boolean(reproduced));
    char *line = json_dumps(out, JSON_COMPACT | JSON_REAL_PRECISION(9));
    bool ok = say_result_line(line);
    free(line);
    return ok;
}

/* The folder of the model that a record names; NULL: it names none, or that model is not installed. The name may have
 * a voice behind it. */
static char *recorded_model(const json_t *record)
{
    const char *model = member(record, "model"), *voice = strstr(model, " + voice ");
    char *name = mem_strndup(model, voice ? (size_t)(voice - model) : strlen(model));
    struct error ignored = {0};
    char *folder = name && *name ? model_path(name, &ignored) : NULL;
    mem_free(name);
    return folder;
}

/* Uses the model and the precision that a record names, unless the options name others. If that model is not
 * installed, that of the options (`usual`) is used, and the differences are reported. A precision that this machine
 * does not have is not used either. False: out of memory. */
static bool choose_engine(struct fill_context *context, const char *usual, const json_t *record)
{
    const struct fill_settings *s = context->settings;
    struct error ignored = {0};
    enum sedd_precision precision = s->model.precision;
    char *folder = s->model.model ? NULL : recorded_model(record);
    if (!folder && !(folder = mem_strdup(usual))) return false;
    if (precision == SEDD_PRECISION_AUTO && !sedd_precision_parse(member(record, "precision"), &precision))
        precision = SEDD_PRECISION_AUTO;
    bool same = context->engine && strcmp(folder, context->folder) == 0 && precision == context->precision;
    mem_free(context->folder);
    context->folder = folder;
    if (same) return true;
    fill_engine_free(context->engine);
    context->engine = NULL;
    context->precision = precision;
    if (fill_context_engine(context, &ignored) && precision != s->model.precision) {
        context->precision = s->model.precision;
        context->model_failed = false;
    }
    return true;
}

/* Fills one record again. False: the words differ, or it failed. */
static bool draw_again(struct fill_context *context, const char *usual, struct place *place, const char *line,
                       size_t size)
{
    struct buffer drawn = {0};
    struct error error = {0};
    json_t *record = json_loadb(line, size, 0, NULL);
    if (!json_object_get(record, "record") || !json_object_get(record, "filled")) {
        json_decref(record);
        return cli_fail("%s:%lu: this line is not a record%s", place->path, place->line,
                        place->records ? "" : "; the editor writes records to FILE.record.jsonl");
    }
    place->records++;
    enum status status = choose_engine(context, usual, record)
                             ? fill_record(context, line, size, place->line, &drawn, &error)
                             : error_set(&error, STATUS_NO_MEMORY, "out of memory");
    json_t *out = status ? NULL : json_loadb(drawn.data, drawn.size, 0, NULL);
    bool same = out && same_words(place, record, out);
    if (!out && status != STATUS_CANCELLED) cli_fail("%s:%lu: %s", place->path, place->line, error.message);
    if (out && !same) say_what_differs(context, place, record, out);
    bool ok = (!out || put_outcome(out, same)) && same;
    json_decref(record);
    json_decref(out);
    buffer_free(&drawn);
    return ok;
}

int fill_from_record(struct fill_context *context, const char *path)
{
    struct error error = {0};
    struct buffer bytes = {0};
    struct place place = {.path = path};
    char *usual = mem_strdup(context->folder);
    bool good = usual || cli_fail("out of memory");
    if (good && file_read(path, &bytes, &error)) good = cli_fail("%s", error.message);
    for (size_t at = 0; at < bytes.size && !context->model_failed && !atomic_load(context->cancel);) {
        const char *line = bytes.data + at, *feed = memchr(line, '\n', bytes.size - at);
        size_t size = feed ? (size_t)(feed - line) : bytes.size - at;
        place.line++;
        if (size) {
            bool same = draw_again(context, usual, &place, line, size);
            context->stats.records++;
            context->stats.failed += !same;
            good = good && same;
        }
        if (!good && !place.records) break; /* another kind of file: one message is enough */
        at += size + 1;
    }
    if (good && !place.records && !atomic_load(context->cancel))
        good = cli_fail("%s: there are no records in it", path);
    buffer_free(&bytes);
    mem_free(usual);
    return context->model_failed ? EXIT_MODEL : good ? EXIT_DONE : EXIT_SOME_FAILED;
}
