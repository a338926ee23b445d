/* The files of `lacuna fill`: texts as a whole, JSON lines one by one, where the output goes, how far it is.
 */
#define _GNU_SOURCE /* getline, ftruncate under -std=c11 */
#include "fill_stream.h"
#include "cli.h"
#include "fill_output.h"
#include "in_place.h"
#include "say.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct stream {
    struct fill_context *context;
    const struct fill_settings *settings;
    const char *name; /* of the current file, for messages */
    struct fill_output output;
    struct buffer *held; /* -i: the new content of the current file of JSON lines */
    bool broken;         /* no memory: stop */
    int status;
    size_t failures;  /* inputs, records or outputs that failed */
    size_t texts;     /* that came out */
    uint64_t place;   /* lines of JSON so far, all files together */
    json_t *finished; /* --resume: how often each id is in the output already */
    /* progress */
    bool show;
    double began, shown;
    uint64_t bytes_total, bytes_done, records; /* bytes_total 0: unknown */
};

static void fail(struct stream *s)
{
    s->failures++;
    if (s->status == EXIT_DONE) s->status = EXIT_SOME_FAILED;
}

static bool stop(const struct stream *s)
{
    return s->broken || s->output.broken || s->context->model_failed || atomic_load(s->context->cancel);
}

/* ---- progress
 * ------------------------------------------------------------------------------------------------ */

/* share: how much of the current file's or record's work is done, in bytes of input. */
static void draw_bar(struct stream *s, double bytes)
{
    enum { WIDTH = 30 };
    char bar[WIDTH + 16] = "", rate[48] = "", left[48] = "";
    double now = clock_seconds(), elapsed = now - s->began;
    if (!s->show || now - s->shown < 0.1) return;
    s->shown = now;
    double done = s->bytes_total ? ((double)s->bytes_done + bytes) / (double)s->bytes_total : 0;
    if (done > 1) done = 1;
    if (s->bytes_total) {
        char filled[WIDTH + 1] = "";
        memset(filled, '=', (size_t)ceil(done * WIDTH));
        snprintf(bar, sizeof bar, "[%-*s] %3.0f %%", WIDTH, filled, 100 * done);
    }
    if (s->records) snprintf(rate, sizeof rate, "  %.2f records/s", (double)s->records / elapsed);
    if (done > 0.01) snprintf(left, sizeof left, "  %.0f s left", ceil(elapsed * (1 - done) / done));
    say_progress("%s%s%s ", bar, rate, left);
}

struct share_of {
    struct stream *stream;
    size_t bytes;
};

static void on_progress(void *user, double share)
{
    const struct share_of *of = user;
    draw_bar(of->stream, share * (double)of->bytes);
}

static void say(struct stream *s, const char *where, const struct error *error)
{
    cli_fail("%s:%s%s", s->name, where, error->message);
    fail(s);
}

/* ---- output
 * -------------------------------------------------------------------------------------------------- */

static void put(struct stream *s, const char *bytes, size_t size)
{
    if (!s->held) {
        if (fill_output_put(&s->output, bytes, size)) return;
    } else {
        if (buffer_append(s->held, bytes, size)) return;
        s->broken = true;
        cli_fail("no memory for the output");
    }
    fail(s);
}

/* -i: `old` is what was read from the file. */
static void save(struct stream *s, const char *path, const struct buffer *old, const struct buffer *bytes)
{
    struct error error;
    if (in_place_write(path, (struct slice){old->data, old->size}, (struct slice){bytes->data, bytes->size},
                       &error)) {
        cli_fail("%s", error.message);
        fail(s);
    }
}

/* ---- texts
 * --------------------------------------------------------------------------------------------------- */

/* A blank that no window can hold is worth its place in the message, and is found before the first is filled.
 */
static enum status check_blanks(const struct fill_context *context, const struct fill_markup *markup,
                                struct error *error)
{
    uint32_t length = fill_engine_config(context->engine)->length;
    for (size_t i = 0; i < markup->count; i++)
        if (markup->blanks[i].min > length)
            return error_set(error, STATUS_LIMIT,
                             "%zu:%zu: a blank of %u tokens is larger than the model's window of %u",
                             markup->blanks[i].line, markup->blanks[i].column, markup->blanks[i].min, length);
    return STATUS_OK;
}

static enum status fill_markup_text(struct stream *s, const struct fill_markup *markup, struct buffer *out,
                                    struct error *error)
{
    struct fill_context *context = s->context;
    struct fill_job job = {.text = {markup->text.data, markup->text.size},
                           .blanks = markup->blanks,
                           .count = markup->count,
                           .options = s->settings->fill};
    struct fill_result *result = NULL;
    enum status status = fill_context_engine(context, error);
    if (!status) status = check_blanks(context, markup, error);
    json_t *name = status ? NULL : json_string(s->name);
    if (!status) status = fill_context_run(context, &job, name, &result, error);
    for (size_t k = 0; !status && k < (s->settings->all ? result->count : 1); k++) {
        if (k > 0 && !buffer_append_string(out, "\f\n"))
            status = error_set(error, STATUS_NO_MEMORY, "no memory");
        if (!status) status = fill_context_splice(&job, &result->candidates[k], out, error);
    }
    json_decref(name);
    fill_result_free(result);
    return status;
}

/* file_read goes on after a signal, as it should for files; a wait for a person at a terminal must end. */
static enum status read_standard_input(const struct stream *s, struct buffer *out, struct error *error)
{
    char bytes[1 << 14];
    while (!stop(s)) {
        ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
        if (n == 0) return STATUS_OK;
        if (n < 0 && errno != EINTR)
            return error_set(error, STATUS_IO, "%s: cannot read: %s", s->name, strerror(errno));
        if (n > 0 && !buffer_append(out, bytes, (size_t)n))
            return error_set(error, STATUS_NO_MEMORY, "%s: too large to read into memory", s->name);
    }
    return error_set(error, STATUS_CANCELLED, "interrupted");
}

static void do_text(struct stream *s, const char *path)
{
    struct buffer in = {0}, out = {0};
    struct fill_markup markup = {0};
    struct error error = {0};
    enum status status =
        strcmp(path, "-") == 0 ? read_standard_input(s, &in, &error) : file_read(path, &in, &error);
    if (status) {
        if (status != STATUS_CANCELLED) cli_fail("%s", error.message);
        fail(s);
        buffer_free(&in);
        return;
    }
    struct share_of share = {s, in.size};
    s->context->progress = on_progress;
    s->context->user = &share;
    status = fill_parse(in.data, in.size, &markup, &error);
    if (!status && markup.count == 0) /* nothing to fill needs no model */
        status = buffer_append(&out, markup.text.size ? markup.text.data : "", markup.text.size)
                     ? STATUS_OK
                     : error_set(&error, STATUS_NO_MEMORY, "no memory");
    else if (!status)
        status = fill_markup_text(s, &markup, &out, &error);
    if (s->context->model_failed)
        cli_fail("%s", error.message);
    else if (status && status != STATUS_CANCELLED)
        say(s, strchr("0123456789", error.message[0]) ? "" : " ", &error); /* "12:7: …" or not */
    else if (!status && s->settings->in_place)
        save(s, path, &in, markup.count ? &out : &in); /* without blanks there is nothing to do */
    else if (!status && out.size)
        put(s, out.data, out.size);
    if (!status) s->texts++;
    s->bytes_done += in.size;
    buffer_free(&in);
    buffer_free(&out);
    fill_markup_free(&markup);
}

/* ---- JSON lines
 * ---------------------------------------------------------------------------------------------- */

/* Whether the output has this record already; each line there stands for one record. */
static bool is_finished(struct stream *s, const char *line, size_t size)
{
    if (!s->finished) return false;
    char *id = fill_record_id(line, size);
    const char *key = id ? id : "null"; /* a broken line's error record has no id */
    json_int_t times = json_integer_value(json_object_get(s->finished, key));
    if (times > 0) json_object_set_new(s->finished, key, json_integer(times - 1));
    free(id);
    return times > 0;
}

static void do_line(struct stream *s, const char *line, size_t size, size_t number)
{
    uint64_t place = s->place++;
    if (s->settings->shards > 1 && place % (uint64_t)s->settings->shards != (uint64_t)s->settings->shard - 1)
        return;
    if (is_finished(s, line, size)) return;
    struct error error = {0};
    struct buffer out = {0};
    char where[32];
    struct share_of share = {s, size + 1};
    s->context->user = &share;
    s->context->progress = on_progress;
    enum status status = fill_record(s->context, line, size, place, &out, &error);
    if (s->context->model_failed) {
        cli_fail("%s", error.message);
    } else if (status && status != STATUS_CANCELLED) {
        snprintf(where, sizeof where, "%zu: ", number);
        say(s, where, &error);
    }
    if (out.size) put(s, out.data, out.size);
    buffer_free(&out);
    s->records++;
    draw_bar(s, (double)size);
}

static void do_lines(struct stream *s, const char *path)
{
    struct error error;
    FILE *file = file_open_input(path, &error);
    if (!file) {
        cli_fail("%s", error.message);
        fail(s);
        return;
    }
    struct buffer given = {0}, whole = {0};
    bool in_place = s->settings->in_place;
    if (in_place) s->held = &whole;
    char *line = NULL;
    size_t capacity = 0, number = 0, failures = s->failures;
    ssize_t length;
    while (!stop(s) && (length = getline(&line, &capacity, file)) >= 0) {
        size_t size = (size_t)length;
        bool ended = size && line[size - 1] == '\n';
        if (in_place && !buffer_append(&given, line, size)) {
            s->broken = true;
            cli_fail("no memory for %s", path);
            fail(s);
            break;
        }
        do_line(s, line, size - (ended ? 1 : 0), ++number);
        s->bytes_done += size;
    }
    if (!stop(s) && !feof(file)) {
        cli_fail("%s: cannot read: %s", s->name, strerror(errno));
        fail(s);
    } else if (!stop(s) && in_place) {
        /* An error record in place of its text would lose the text. */
        if (s->failures == failures)
            save(s, path, &given, &whole);
        else
            cli_fail("%s: left as it was, because records failed", path);
    }
    s->held = NULL;
    free(line);
    buffer_free(&given);
    buffer_free(&whole);
    fclose(file);
}

/* ---- resuming
 * ------------------------------------------------------------------------------------------------ */

/* Counts the ids in the output so far and cuts off a line that was being written when the last run ended. */
static bool read_finished(struct stream *s, const char *path)
{
    struct buffer text = {0};
    struct error error = {0};
    s->finished = json_object();
    if (!file_exists(path)) return s->finished != NULL;
    if (!s->finished || file_read(path, &text, &error)) return cli_fail("%s", error.message);
    size_t at = 0;
    const char *end;
    while (at < text.size && (end = memchr(text.data + at, '\n', text.size - at))) {
        char *id = fill_record_id(text.data + at, (size_t)(end - text.data) - at);
        const char *key = id ? id : "null";
        json_object_set_new(s->finished, key,
                            json_integer(json_integer_value(json_object_get(s->finished, key)) + 1));
        free(id);
        at = (size_t)(end - text.data) + 1;
    }
    bool ok = at == text.size || truncate(path, (off_t)at) == 0 || cli_fail("%s: %s", path, strerror(errno));
    buffer_free(&text);
    return ok;
}

/* ---- all files
 * ------------------------------------------------------------------------------------------------ */

static bool is_jsonl(const struct fill_settings *s, const char *path)
{
    size_t n = strlen(path);
    if (s->format != FORMAT_BY_SUFFIX) return s->format == FORMAT_JSONL;
    return n > 6 && strcmp(path + n - 6, ".jsonl") == 0;
}

static bool is_other_kind(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

static void measure(struct stream *s, int count, char **files)
{
    s->show = !s->settings->quiet && say_progress_shows();
    s->began = clock_seconds();
    for (int i = 0; i < count; i++) {
        struct stat info;
        bool known = strcmp(files[i], "-") != 0 && stat(files[i], &info) == 0 && S_ISREG(info.st_mode);
        if (!known) {
            s->bytes_total = 0;
            return;
        }
        s->bytes_total += (uint64_t)info.st_size;
    }
}

static bool open_output(struct stream *s, bool lines)
{
    const struct fill_settings *set = s->settings;
    if (set->resume) {
        char *path = fill_output_resumed(set->out);
        bool read = path ? read_finished(s, path) : cli_fail("no memory");
        mem_free(path);
        if (!read) return false;
    }
    return fill_output_open(&s->output, set->out, lines, set->resume);
}

int fill_stream(struct fill_context *context, int count, char **files)
{
    static char *standard_input[] = {"-"};
    if (count == 0) count = 1, files = standard_input;
    struct stream s = {.context = context, .settings = context->settings, .status = EXIT_DONE};
    bool lines = false, texts = false;
    for (int i = 0; i < count; i++) *(is_jsonl(s.settings, files[i]) ? &lines : &texts) = true;
    if (texts && (s.settings->resume || s.settings->shards > 1))
        return cli_fail("--resume and --shard are for JSON lines"), EXIT_USAGE;
    if (texts && lines && s.settings->out)
        return cli_fail("-o takes texts or JSON lines, not both"), EXIT_USAGE;
    measure(&s, count, files);
    if (!open_output(&s, lines)) return json_decref(s.finished), EXIT_SOME_FAILED;
    for (int i = 0; i < count && !stop(&s); i++) {
        s.name = strcmp(files[i], "-") == 0 ? "standard input" : files[i];
        if (s.settings->in_place && is_other_kind(files[i])) {
            cli_fail("%s: not a regular file", files[i]);
            fail(&s);
        } else if (is_jsonl(s.settings, files[i]))
            do_lines(&s, files[i]);
        else
            do_text(&s, files[i]);
    }
    say_progress("%s", "");
    /* When no text came out, an older output is better than none. */
    bool whole = !stop(&s) && (lines || s.texts);
    if (!fill_output_close(&s.output, whole)) fail(&s);
    json_decref(s.finished);
    return context->model_failed ? EXIT_MODEL : s.status;
}
