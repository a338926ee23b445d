/* lacuna replace PATTERN TEXT FILE…: replaces in files, as the editor does, or in what a stream holds. */
#include "cli.h"
#include "fill_output.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "outputs.h"
#include "say.h"

#include <string.h>

enum { REGEX, IGNORE_CASE, WORDS, OUT, QUIET };

static const struct cli_option options[] = {
    [REGEX] = {"regex", 'E', NULL, "PATTERN is a PCRE2 pattern; TEXT may hold $1, ${name}, \\n"},
    [IGNORE_CASE] = {"ignore-case", 'i', NULL, "ignore case"},
    [WORDS] = {"words", 'w', NULL, "match whole words only"},
    [OUT] = {"output", 'o', "FILE", "write the texts there and leave the files as they are"},
    [QUIET] = {"quiet", 'q', NULL, "print no counts"},
    {0},
};

struct replace_settings {
    int flags;
    const char *pattern, *replacement;
    const char *out; /* NULL: files in place, streams to standard output */
    bool quiet;
};

static bool set_replace_option(void *opaque, int option, const char *value)
{
    struct replace_settings *s = opaque;
    if (option == REGEX) s->flags |= TEXT_SEARCH_REGEX;
    if (option == IGNORE_CASE) s->flags |= TEXT_SEARCH_IGNORE_CASE;
    if (option == WORDS) s->flags |= TEXT_SEARCH_WORDS;
    if (option == OUT) s->out = value;
    if (option == QUIET) s->quiet = true;
    return true;
}

/* What the replacement of one text needs. */
struct replacing {
    const struct replace_settings *settings;
    struct fill_output *output; /* of texts that are not replaced in place */
    bool counts_aside;          /* standard output has texts */
    bool wrong_usage;           /* the pattern or the replacement is invalid */
};

static bool stays(const struct replace_settings *s, const char *path)
{
    return s->out || file_is_stream(path);
}

static struct text *open_stream(const char *path, struct error *error)
{
    struct buffer bytes = {0};
    if (file_read(path, &bytes, error)) return NULL;
    struct text *text = text_from_file_bytes(bytes.data ? bytes.data : "", bytes.size, error);
    buffer_free(&bytes);
    return text;
}

static struct text *open_input(const char *path, struct error *error)
{
    if (file_is_stream(path)) return open_stream(path, error);
    struct text *text = text_open(path, error);
    if (!text || !text_is_new(text)) return text;
    error_set(error, STATUS_IO, "%s: no such file", path);
    text_free(text);
    return NULL;
}

/* The error has been reported. */
static enum status put_into_output(void *sink, const void *bytes, size_t size, struct error *error)
{
    return fill_output_put(sink, bytes, size) ? STATUS_OK : error_set(error, STATUS_CANCELLED, "not written");
}

static enum status put_text(struct replacing *r, struct text *text, const char *path, const char *name,
                            size_t count, struct error *error)
{
    if (!stays(r->settings, path)) return count ? text_save_unchanged(text, error) : STATUS_OK;
    enum status status = text_produce(text, put_into_output, r->output, error);
    return status ? error_prefix(error, "%s", name) : STATUS_OK;
}

static enum status replace_text(struct replacing *r, struct text *text, const char *path, const char *name,
                                struct error *error)
{
    const struct replace_settings *s = r->settings;
    size_t count = 0;
    enum status status = text_replace_all(text, s->pattern, strlen(s->pattern), s->flags, 0, text_size(text),
                                          s->replacement, strlen(s->replacement), &count, error);
    r->wrong_usage = status == STATUS_ARGUMENT;
    if (!status) status = put_text(r, text, path, name, count, error);
    if (status || s->quiet) return status;
    if (r->counts_aside)
        cli_note("%s: %zu replaced", name, count);
    else
        say_line("%s: %zu replaced", name, count);
    return STATUS_OK;
}

/* False: it failed, after a message. */
static bool replace_in(struct replacing *r, const char *path)
{
    struct error error = {0};
    struct text *text = open_input(path, &error);
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    enum status status = text ? replace_text(r, text, path, name, &error) : error.code;
    text_free(text);
    return !status || (!r->output->broken && cli_fail("%s", error.message));
}

/* Standard output, or --output, gets texts. */
static bool has_output(const struct replace_settings *s, int count, char **files)
{
    for (int i = 0; i < count; i++)
        if (stays(s, files[i])) return true;
    return false;
}

/* The counts may go to a file, but not to one that is replaced. */
static bool check_replace_outputs(const struct replace_settings *s, int count, char **files)
{
    struct outputs all = {0};
    bool counts_there = !s->out || !file_is_stream(s->out);
    for (int i = 0; i < count; i++) {
        if (stays(s, files[i]))
            outputs_read(&all, files[i]);
        else
            outputs_replace(&all, files[i]);
    }
    if (s->out) outputs_write(&all, s->out);
    if (counts_there && (!s->quiet || (!s->out && has_output(s, count, files)))) outputs_write(&all, "-");
    return outputs_check(&all);
}

static int replace_in_all(const struct replace_settings *s, int count, char **files)
{
    struct fill_output output = {0};
    struct replacing r = {.settings = s, .output = &output};
    bool good = true, texts = has_output(s, count, files);
    if (texts && !fill_output_open(&output, s->out, false, false)) return EXIT_SOME_FAILED;
    r.counts_aside = texts && (!s->out || file_is_stream(s->out));
    for (int i = 0; i < count && !r.wrong_usage && !output.broken; i++)
        good = replace_in(&r, files[i]) && good;
    if (texts) good = fill_output_close(&output, good) && good;
    return good ? EXIT_DONE : r.wrong_usage ? EXIT_USAGE : EXIT_SOME_FAILED;
}

static int run_replace(void *opaque, int count, char **operands)
{
    struct replace_settings *s = opaque;
    if (count < 3) return cli_fail("needs a pattern, a replacement and files"), EXIT_USAGE;
    s->pattern = operands[0];
    s->replacement = operands[1];
    if (!*s->pattern) return cli_fail("the pattern is empty"), EXIT_USAGE;
    if (!check_replace_outputs(s, count - 2, operands + 2)) return EXIT_USAGE;
    return replace_in_all(s, count - 2, operands + 2);
}

const struct cli_command command_replace = {
    .name = "replace",
    .summary = "replace text or a pattern, in files or in standard input",
    .usage = "replace [OPTION…] PATTERN TEXT FILE…",
    .options = options,
    .set = set_replace_option,
    .settings_size = sizeof(struct replace_settings),
    .run = run_replace,
};
