/* The files of `lacuna fill`: texts as a whole, JSON lines one by one; where the output goes, and
 * progress. */
#define _GNU_SOURCE
#include "fill_stream.h"
#include "cli.h"
#include "fill_input.h"
#include "fill_output.h"
#include "fill_record.h"
#include "fill_resume.h"
#include "fill_text.h"
#include "in_place.h"
#include "json_line.h"
#include "lacuna/base.h"
#include "say.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

struct stream {
    struct fill_context *context;
    const struct fill_settings *settings;
    const char *name;    /* of the current file, for messages */
    struct buffer where; /* the place in it */
    struct fill_output output;
    struct buffer *held; /* -i: the new content of the current file of JSON lines */
    bool broken;         /* out of memory: stop */
    int status;
    size_t failures;            /* inputs, records or outputs that failed */
    size_t texts;               /* that were written */
    uint64_t place;             /* lines of JSON so far, in all files together */
    struct fill_resume *resume; /* the existing output; NULL without --resume */
    /* progress */
    bool show;
    double began, shown;
    uint64_t bytes_total, bytes_done, records; /* bytes_total 0: unknown */
};

#define NO_LINE SIZE_MAX

static void note_failure(struct stream *s)
{
    s->failures++;
    if (s->status == EXIT_DONE) s->status = EXIT_SOME_FAILED;
}

static bool must_stop(const struct stream *s)
{
    return s->broken || s->output.broken || s->context->model_failed || atomic_load(s->context->cancel);
}

/* ---- progress ------------------------------------------------------------------------------------------ */

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

/* The place of the current text or record (`line` from 1): "name:" before a line and a column, which
 * fill_context_parse adds, or "name:12: ". */
static void set_place(struct stream *s, size_t line)
{
    s->where.size = 0;
    bool ok =
        line ? buffer_printf(&s->where, "%s:%zu: ", s->name, line) : buffer_printf(&s->where, "%s:", s->name);
    s->context->where = ok ? s->where.data : "";
}

static void say_error(struct stream *s, const struct error *error)
{
    bool has_place = error->message[0] >= '0' && error->message[0] <= '9'; /* 12:7: … */
    size_t size = s->where.size;
    bool colon = size && s->where.data[size - 1] == ':';
    cli_fail("%s%s%s", s->context->where, colon && !has_place ? " " : "", error->message);
    note_failure(s);
}

/* ---- output -------------------------------------------------------------------------------------------- */

static void put_output(struct stream *s, const char *bytes, size_t size)
{
    if (!s->held) {
        if (fill_output_put(&s->output, bytes, size)) return;
    } else {
        if (buffer_append(s->held, bytes, size)) return;
        s->broken = true;
        cli_fail("not enough memory for the output");
    }
    note_failure(s);
}

/* -i: `old` is the content that was read from the file. */
static void write_back(struct stream *s, const char *path, const struct buffer *old,
                       const struct buffer *bytes)
{
    struct error error;
    if (in_place_write(path, (struct slice){old->data, old->size}, (struct slice){bytes->data, bytes->size},
                       &error)) {
        cli_fail("%s", error.message);
        note_failure(s);
    }
}

/* ---- texts --------------------------------------------------------------------------------------------- */

static void count_record(struct stream *s, enum status status)
{
    s->context->stats.records++;
    s->context->stats.failed += status && status != STATUS_CANCELLED;
}

static void do_text(struct stream *s, struct fill_input *input)
{
    struct buffer in = {0}, out = {0};
    struct error error = {0};
    enum status status = fill_input_read(input, &in, &error);
    if (status) {
        if (status != STATUS_CANCELLED) cli_fail("%s", error.message);
        note_failure(s);
        count_record(s, status);
        buffer_free(&in);
        return;
    }
    struct share_of share = {s, in.size};
    s->context->progress = on_progress;
    s->context->user = &share;
    set_place(s, 0);
    status = fill_text(s->context, s->name, (struct slice){in.data, in.size}, &out, &error);
    if (s->context->model_failed)
        cli_fail("%s", error.message);
    else if (status && status != STATUS_CANCELLED)
        say_error(s, &error);
    else if (!status && s->settings->in_place)
        write_back(s, input->path, &in, &out);
    else if (!status && out.size)
        put_output(s, out.data, out.size);
    if (!status) s->texts++;
    count_record(s, status);
    s->bytes_done += in.size;
    buffer_free(&in);
    buffer_free(&out);
}

/* ---- JSON lines ---------------------------------------------------------------------------------------- */

/* --resume: whether the output already has this record. With --retry-errors a failed one is run again, and
 * *again is its line. */
static bool is_finished(struct stream *s, const char *line, size_t size, size_t *again)
{
    struct json_line read = json_line_read(line, size);
    char *key = s->resume ? json_line_id_key(&read) : NULL;
    enum fill_resumed there = key ? fill_resume_find(s->resume, key, again) : FILL_NOT_THERE;
    mem_free(key);
    if (there == FILL_FAILED && s->settings->retry) return false;
    *again = NO_LINE;
    return there != FILL_NOT_THERE;
}

static void put_record(struct stream *s, const struct buffer *out, size_t again, bool failed)
{
    struct error error;
    if (again == NO_LINE) {
        put_output(s, out->data, out->size);
    } else if (fill_resume_replace(s->resume, again, out->data, out->size, failed, &error)) {
        cli_fail("%s", error.message);
        note_failure(s);
    }
}

static void do_record(struct stream *s, const char *line, size_t size, size_t number)
{
    uint64_t place = s->place++;
    size_t again;
    if (s->settings->shards > 1 && place % (uint64_t)s->settings->shards != (uint64_t)s->settings->shard - 1)
        return;
    if (is_finished(s, line, size, &again)) return;
    struct error error = {0};
    struct buffer out = {0};
    struct share_of share = {s, size + 1};
    set_place(s, number);
    s->context->user = &share;
    s->context->progress = on_progress;
    enum status status = fill_record(s->context, line, size, place, &out, &error);
    if (s->context->model_failed) {
        cli_fail("%s", error.message);
    } else if (status && status != STATUS_CANCELLED) {
        say_error(s, &error);
    }
    count_record(s, status);
    if (out.size) put_record(s, &out, again, status != STATUS_OK);
    buffer_free(&out);
    s->records++;
    draw_bar(s, (double)size);
}

static bool is_blank(struct slice line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r') return false;
    return true;
}

/* A line of the file, from 1: without its end, and the first without a byte order mark. */
static void do_line(struct stream *s, struct slice line, size_t number)
{
    s->bytes_done += line.size;
    if (line.size && line.data[line.size - 1] == '\n') line.size--;
    if (number == 1 && line.size >= 3 && memcmp(line.data, "\xef\xbb\xbf", 3) == 0)
        line.data += 3, line.size -= 3;
    if (!is_blank(line)) do_record(s, line.data, line.size, number);
}

static void do_lines(struct stream *s, struct fill_input *input)
{
    struct buffer original = {0}, filled = {0};
    struct error error = {0};
    struct slice line;
    size_t number = 0, failures = s->failures;
    bool in_place = s->settings->in_place;
    if (in_place) s->held = &filled;
    while (!must_stop(s) && fill_input_line(input, &line, &error)) {
        if (in_place && !buffer_append(&original, line.data, line.size))
            error_set(&error, STATUS_NO_MEMORY, "%s: out of memory", input->name);
        if (error.code) break;
        do_line(s, line, ++number);
    }
    if (error.code && error.code != STATUS_CANCELLED) {
        cli_fail("%s", error.message);
        note_failure(s);
    } else if (!must_stop(s) && in_place) {
        /* Replacing its text by an error record would lose the text. */
        if (s->failures == failures)
            write_back(s, input->path, &original, &filled);
        else
            cli_fail("%s: unchanged, because records failed", input->path);
    }
    s->held = NULL;
    buffer_free(&original);
    buffer_free(&filled);
}

/* ---- all files ----------------------------------------------------------------------------------------- */

static bool is_other_kind(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

static void size_inputs(struct stream *s, const struct fill_input *inputs, int count)
{
    s->show = !s->settings->quiet && say_progress_shows();
    s->began = clock_seconds();
    for (int i = 0; i < count; i++) {
        struct stat info;
        bool known = !inputs[i].once && stat(inputs[i].path, &info) == 0 && S_ISREG(info.st_mode);
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
    struct error error;
    char *path = set->resume ? fill_output_resumed(set->out) : NULL;
    if (set->resume && !path) return cli_fail("out of memory");
    if (path && !(s->resume = fill_resume_open(path, set->retry, &error))) cli_fail("%s", error.message);
    mem_free(path);
    return (!set->resume || s->resume) && fill_output_open(&s->output, set->out, lines, set->resume);
}

/* --resume: records that failed before and again, or were not retried, count as failed. */
static void end_resume(struct stream *s)
{
    struct error error;
    if (!s->resume) return;
    if (fill_resume_write(s->resume, &error)) {
        cli_fail("%s", error.message);
        note_failure(s);
    }
    size_t failed = fill_resume_failed(s->resume);
    if (failed && s->status == EXIT_DONE) s->status = EXIT_SOME_FAILED;
    if (failed && !s->settings->retry)
        cli_fail("%s: %zu of its records failed; --retry-errors retries them", s->settings->out, failed);
    fill_resume_free(s->resume);
}

static void do_inputs(struct stream *s, struct fill_input *inputs, int count)
{
    for (int i = 0; i < count && !must_stop(s); i++) {
        s->name = inputs[i].name;
        if (s->settings->in_place && is_other_kind(inputs[i].path)) {
            cli_fail("%s: not a regular file", inputs[i].path);
            note_failure(s);
        } else {
            (inputs[i].lines ? do_lines : do_text)(s, &inputs[i]);
        }
        fill_input_close(&inputs[i]);
    }
}

static int fill_inputs(struct stream *s, struct fill_input *inputs, int count)
{
    bool lines = false, texts = false;
    for (int i = 0; i < count; i++) *(inputs[i].lines ? &lines : &texts) = true;
    if (texts && (s->settings->resume || s->settings->shards > 1))
        return cli_fail("--resume and --shard are for JSON lines"), EXIT_USAGE;
    if (texts && !lines && s->settings->fill.alternatives)
        return cli_fail("--alternatives is for JSON lines"), EXIT_USAGE;
    if (texts && lines && s->settings->out)
        return cli_fail("-o takes texts or JSON lines, not both"), EXIT_USAGE;
    size_inputs(s, inputs, count);
    if (!open_output(s, lines)) return fill_resume_free(s->resume), EXIT_SOME_FAILED;
    do_inputs(s, inputs, count);
    say_progress("%s", "");
    end_resume(s);
    /* If no text was written, an older output is better than none. */
    bool whole = !must_stop(s) && (lines || s->texts);
    if (!fill_output_close(&s->output, whole)) note_failure(s);
    return s->context->model_failed ? EXIT_MODEL : s->status;
}

int fill_stream(struct fill_context *context, int count, char **files)
{
    static char *standard_input[] = {"-"};
    if (count == 0) count = 1, files = standard_input;
    struct stream s = {.context = context, .settings = context->settings, .status = EXIT_DONE};
    struct fill_input *inputs = mem_zalloc_array((size_t)count, sizeof *inputs);
    if (!inputs) return cli_fail("out of memory"), EXIT_SOME_FAILED;
    for (int i = 0; i < count && !must_stop(&s); i++)
        fill_input_look(&inputs[i], files[i], s.settings->format, context->interrupt);
    int status = must_stop(&s) ? EXIT_INTERRUPTED : fill_inputs(&s, inputs, count);
    for (int i = 0; i < count; i++) fill_input_close(&inputs[i]);
    mem_free(inputs);
    buffer_free(&s.where);
    return status;
}
