/* lacuna fit: how likely each word of a text is, given the text around it and given the text on its left alone. */
#include "cli.h"
#include "interrupt.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "say.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MODEL, WORDS, INSTEAD, SUMMARY, PRECISION, THREADS, QUIET };

static const struct cli_option options[] = {
    [MODEL] = ROW_MODEL,
    [WORDS] = {"words", 'w', "A-B", "only the words A to B, counted from 1"},
    [INSTEAD] = {"instead", 0, "N", "also the N likeliest alternatives of each word (default 0)"},
    [SUMMARY] = {"summary", 0, NULL, "one object for each sentence, with means over its words",
                 .excludes = "instead"},
    [PRECISION] = ROW_PRECISION,
    [THREADS] = ROW_THREADS,
    [QUIET] = {"quiet", 'q', NULL, "show no progress"},
    {0},
};

struct fit_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    int64_t first, last, instead;
    bool summary, quiet;
};

static void default_fit_settings(void *opaque)
{
    struct fit_settings *s = opaque;
    s->model = model_options_default();
    s->first = 1;
    s->last = INT64_MAX;
}

static bool set_range(struct fit_settings *s, const char *value)
{
    char *dash, *end = NULL;
    errno = 0;
    s->first = strtoll(value, &dash, 10);
    s->last = *dash == '-' ? strtoll(dash + 1, &end, 10) : s->first;
    bool range = *dash != '-' || (end > dash + 1 && !*end);
    bool good =
        dash > value && (*dash == '-' || !*dash) && range && !errno && s->first >= 1 && s->last >= s->first;
    return good || cli_fail("--words: \"%s\" is not A-B with 1 ≤ A ≤ B", value);
}

static bool set_fit_option(void *opaque, int option, const char *value)
{
    struct fit_settings *s = opaque;
    switch (option) {
    case WORDS:
        return set_range(s, value);
    case INSTEAD:
        return cli_int("instead", value, 0, FILL_MAX_ALTERNATIVES, &s->instead);
    case SUMMARY:
        return s->summary = true;
    default:
        return s->quiet = true;
    }
}

/* ---- one text ------------------------------------------------------------------------------------------- */

/* Turns ascending byte offsets into code points. */
struct place_counter {
    struct slice text;
    size_t at;
    json_int_t code_points;
};

static json_int_t place_of(struct place_counter *counter, size_t offset)
{
    counter->code_points += (json_int_t)utf8_count(counter->text.data + counter->at, offset - counter->at);
    counter->at = offset;
    return counter->code_points;
}

/* Sums over the words of the current sentence. */
struct sentence {
    size_t start, end; /* bytes; `end`: of its last word so far */
    size_t next;       /* where the next sentence begins */
    json_int_t words;
    double ln_q, ln_q_left;
};

struct fit_task {
    const struct fit_settings *settings;
    struct fill_engine *engine;
    const atomic_bool *cancel;
    const char *file; /* for the output; NULL: it is the only file */
    struct slice bytes;
    struct text *text; /* with --summary; NULL: words are written */
    struct fill_dialect dialect;
    struct place_counter places;
    struct sentence sentence;
    int64_t words; /* so far */
};

static json_t *finite_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static bool put_line(const struct fit_task *task, json_t *object)
{
    if (object && task->file &&
        json_object_set_new(object, "file", json_text(task->file, strlen(task->file)))) {
        json_decref(object);
        object = NULL;
    }
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(object);
    bool ok = say_result_line(line);
    free(line);
    return ok;
}

static json_t *instead_value(const struct fit_word *word)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < word->instead_count; i++) {
        const struct buffer *text = &word->instead[i].text;
        bool valid = utf8_valid(text->data, text->size); /* a token may be a part of a character */
        json_t *item = json_pack("{s:o, s:f}", "text",
                                 valid ? json_stringn(text->data, text->size) : json_string("\uFFFD"), "p",
                                 word->instead[i].p);
        if (json_array_append_new(list, item)) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static bool put_word(struct fit_task *task, const struct fit_word *word)
{
    json_int_t start = place_of(&task->places, word->start), end = place_of(&task->places, word->end);
    json_t *object = json_pack("{s:I, s:I, s:o, s:o, s:o, s:I, s:o}", "start", start, "end", end, "text",
                               json_stringn(task->bytes.data + word->start, word->end - word->start), "ln_q",
                               finite_or_null(word->ln_q), "ln_q_left", finite_or_null(word->ln_q_left),
                               "rank", (json_int_t)word->rank, "entropy", finite_or_null(word->entropy));
    if (object && task->settings->instead && json_object_set_new(object, "instead", instead_value(word))) {
        json_decref(object);
        object = NULL;
    }
    return put_line(task, object);
}

/* ---- sentences ------------------------------------------------------------------------------------------ */

static bool put_sentence(struct fit_task *task)
{
    struct sentence *s = &task->sentence;
    if (!s->words) return true;
    double n = (double)s->words, ln_q = s->ln_q / n, left = s->ln_q_left / n;
    json_int_t start = place_of(&task->places, s->start), end = place_of(&task->places, s->end),
               words = s->words;
    s->words = 0;
    return put_line(task, json_pack("{s:I, s:I, s:I, s:o, s:o, s:o}", "start", start, "end", end, "words",
                                    words, "ln_q", finite_or_null(ln_q), "ln_q_left", finite_or_null(left),
                                    "owed", finite_or_null(ln_q - left)));
}

static bool add_to_sentence(struct fit_task *task, const struct fit_word *word)
{
    struct sentence *s = &task->sentence;
    if (word->start >= s->next) {
        if (!put_sentence(task)) return false;
        size_t start = s->next;
        do s->next = text_next_sentence(task->text, start = s->next);
        while (s->next <= word->start && s->next > start);
        if (s->next <= word->start) s->next = SIZE_MAX;
        *s = (struct sentence){.start = word->start, .next = s->next};
    }
    s->end = word->end;
    s->words++;
    s->ln_q += word->ln_q;
    s->ln_q_left += word->ln_q_left;
    return true;
}

/* ---- a text, piece by piece ----------------------------------------------------------------------------- */

static bool put_words(struct fit_task *task, const struct fit *fit)
{
    bool ok = true;
    for (size_t i = 0; ok && i < fit->count; i++)
        ok = task->settings->summary ? add_to_sentence(task, &fit->words[i]) : put_word(task, &fit->words[i]);
    return ok;
}

/* The range of the wanted words. They are counted without evaluating the model. */
static enum status find_range(struct fit_task *task, size_t *start, size_t *end, struct error *error)
{
    struct fit_question all = {.text = task->bytes, .end = task->bytes.size, .dialect = &task->dialect};
    struct fit_places places;
    enum status status = fit_find_words(task->engine, &all, &places, error);
    if (status) return status;
    size_t count = places.count, first = (size_t)task->settings->first - 1,
           last = (uint64_t)task->settings->last < count ? (size_t)task->settings->last : count;
    *start = first < count ? places.starts[first] : task->bytes.size;
    *end = first < last ? places.starts[last - 1] + 1 : *start;
    fit_places_free(&places);
    return STATUS_OK;
}

static enum status fit_pieces(struct fit_task *task, struct error *error)
{
    enum { PIECE = 8192 }; /* bytes for each question, so that the first words are written soon */
    size_t start = 0, end = 0;
    enum status status = find_range(task, &start, &end, error);
    for (size_t at = start; !status && at < end; at += PIECE) {
        struct fit_question question = {.text = task->bytes,
                                        .start = at,
                                        .end = end - at > PIECE ? at + PIECE : end,
                                        .dialect = &task->dialect,
                                        .left = true,
                                        .instead =
                                            task->settings->summary ? 0 : (uint32_t)task->settings->instead};
        struct fit fit = {0};
        status = fit_words(task->engine, &question, &fit, task->cancel, error);
        if (!status && !put_words(task, &fit))
            status = error_set(error, STATUS_IO, "cannot write the result");
        fit_free(&fit);
        if (!task->settings->quiet) say_progress("%zu %%", 100 * (at - start) / (end - start));
    }
    if (!status && !put_sentence(task)) status = error_set(error, STATUS_IO, "cannot write the result");
    say_progress("%s", "");
    return status;
}

static enum status fit_file(const struct fit_settings *settings, struct fill_engine *engine, const char *path,
                            bool named, const atomic_bool *cancel, struct error *error)
{
    struct buffer bytes = {0};
    enum status status = file_read(path, &bytes, error);
    if (status) return status;
    struct slice text = {bytes.data ? bytes.data : "", bytes.size};
    struct fit_task task = {.settings = settings,
                            .engine = engine,
                            .cancel = cancel,
                            .file = named ? path : NULL,
                            .bytes = text,
                            .places = {.text = text}};
    task.dialect = fill_dialect_detect(text, fill_engine_config(engine)->dialect);
    if (settings->summary && !(task.text = text_from_bytes(text.data, text.size, error)))
        status = STATUS_NO_MEMORY;
    if (!status) status = fit_pieces(&task, error);
    if (status && status != STATUS_CANCELLED)
        error_prefix(error, "%s", strcmp(path, "-") ? path : "standard input");
    text_free(task.text);
    buffer_free(&bytes);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------------------- */

static bool check_fit_outputs(const char *folder, int count, char **files)
{
    struct outputs all = {0};
    for (int i = 0; i < count; i++) outputs_read(&all, files[i]);
    outputs_read_model(&all, folder);
    outputs_write(&all, "-");
    return outputs_check(&all);
}

static int fit_files(const struct fit_settings *s, struct fill_engine *engine, const atomic_bool *cancel,
                     int count, char **files)
{
    int failed = 0;
    for (int i = 0; i < count; i++) {
        struct error error = {0};
        enum status status = fit_file(s, engine, files[i], count > 1, cancel, &error);
        if (status == STATUS_CANCELLED) return EXIT_INTERRUPTED;
        if (!status) continue;
        cli_fail("%s", error.message);
        failed++;
    }
    return failed ? EXIT_SOME_FAILED : EXIT_DONE;
}

static int run_fit(void *opaque, int count, char **files)
{
    static char *standard_input[] = {"-"};
    struct fit_settings *s = opaque;
    struct error error = {0};
    if (count == 0) count = 1, files = standard_input;
    char *folder = model_path(s->model.model, &error);
    if (!folder) return cli_fail("%s", error.message), EXIT_MODEL;
    if (!check_fit_outputs(folder, count, files)) return mem_free(folder), EXIT_USAGE;
    const atomic_bool *cancel = &interrupt_take(0)->requested;
    struct fill_engine *engine =
        fill_engine_open(folder, s->model.precision, s->model.threads, cancel, &error);
    int status = engine                           ? fit_files(s, engine, cancel, count, files)
                 : error.code == STATUS_CANCELLED ? EXIT_INTERRUPTED
                                                  : EXIT_MODEL;
    if (!engine && error.code != STATUS_CANCELLED) cli_fail("%s", error.message);
    fill_engine_free(engine);
    mem_free(folder);
    return status;
}

extern const struct cli_command command_fit;
const struct cli_command command_fit = {
    .name = "fit",
    .summary = "show how likely each word of a text is in its context",
    .usage = "fit [OPTION…] [FILE…]",
    .options = options,
    .set = set_fit_option,
    .settings_size = sizeof(struct fit_settings),
    .defaults = default_fit_settings,
    .run = run_fit,
};
