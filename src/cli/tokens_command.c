/* lacuna tokens encode|decode|train: the tokenizer by itself. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "model_options.h"
#include "model_path.h"
#include "outputs.h"
#include "say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SPECIALS = 64 };

struct tokens_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    const char *out;
    int64_t size, min_count;
    const char *specials[MAX_SPECIALS];
    size_t special_count;
    bool quiet;
};

enum { OPTION_MODEL, OPTION_SIZE, OPTION_OUT, OPTION_SPECIAL, OPTION_MIN_COUNT, OPTION_QUIET };

static const struct cli_option options[] = {
    [OPTION_MODEL] = {NAME_MODEL, "encode, decode: the model whose vocabulary to use", model_option_model},
    [OPTION_SIZE] = {"size", 0, "N", "train: size of the vocabulary, special tokens included"},
    [OPTION_OUT] = {"out", 'o', "DIR", "train: write vocab.json and merges.txt to DIR"},
    [OPTION_SPECIAL] = {"special", 0, "NAME", "train: a special token; may be repeated (default: three)"},
    [OPTION_MIN_COUNT] = {"min-count", 0, "N", "train: merge no pair seen fewer than N times (default 2)"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "train: show no progress"},
    {0},
};

static void default_tokens_settings(void *context)
{
    struct tokens_settings *settings = context;
    settings->min_count = 2;
}

static bool set_tokens_option(void *context, int option, const char *value)
{
    struct tokens_settings *settings = context;
    switch (option) {
    case OPTION_SIZE:
        return cli_int("size", value, 256, 1 << 24, &settings->size);
    case OPTION_OUT:
        settings->out = value;
        return true;
    case OPTION_SPECIAL:
        if (settings->special_count == MAX_SPECIALS) return cli_fail("--special: at most %d", MAX_SPECIALS);
        settings->specials[settings->special_count++] = value;
        return true;
    case OPTION_MIN_COUNT:
        return cli_int("min-count", value, 1, INT64_MAX, &settings->min_count);
    case OPTION_QUIET:
        settings->quiet = true;
        return true;
    default:
        return false;
    }
}

/* ---- which vocabulary ------------------------------------------------------------------------------- */

static struct bpe *load_vocabulary(const char *folder, struct error *error)
{
    struct bpe *bpe = folder ? bpe_load_folder(folder, error) : NULL;
    if (!bpe) cli_fail("%s", error->message);
    return bpe;
}

/* `model` and `out` may be NULL; without `out` the results go to standard output. */
static bool check_tokens_outputs(const char *model, const char *out, int count, char **files)
{
    struct outputs all = {0};
    for (int i = 0; i < count; i++) outputs_read(&all, files[i]);
    outputs_read_model(&all, model);
    outputs_write_in(&all, out, "vocab.json");
    outputs_write_in(&all, out, "merges.txt");
    if (!out) outputs_write(&all, "-");
    return outputs_check(&all);
}

/* ---- encode and decode, line by line ---------------------------------------------------------------- */

struct stream {
    const struct bpe *bpe;
    struct bpe_cache *cache;
    struct bpe_ids ids;
    struct buffer line_out;
    const char *name; /* of the file, for messages */
    size_t line;      /* from 1 */
};

static bool put_decimal(struct buffer *out, uint32_t number)
{
    char digits[12];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    return buffer_append(out, digits + at, sizeof digits - at);
}

static bool encode_line(struct stream *stream, const char *text, size_t size)
{
    struct error error;
    stream->ids.count = 0;
    if (bpe_encode_cached(stream->cache, text, size, &stream->ids, &error))
        return cli_fail("%s:%zu: %s", stream->name, stream->line, error.message);
    bool ok = true;
    for (size_t i = 0; ok && i < stream->ids.count; i++)
        ok = (i == 0 || buffer_append_char(&stream->line_out, ' ')) &&
             put_decimal(&stream->line_out, stream->ids.ids[i]);
    return ok || cli_fail("%s:%zu: out of memory", stream->name, stream->line);
}

static bool bad_id(const struct stream *stream, size_t column, const char *word, size_t size)
{
    return cli_fail("%s:%zu:%zu: \"%.*s\" is not an id: a number from 0 to %u", stream->name, stream->line,
                    column + 1, size > 40 ? 40 : (int)size, word, bpe_size(stream->bpe) - 1);
}

static bool decode_line(struct stream *stream, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r') {
            at++;
            continue;
        }
        size_t end = at;
        uint64_t id = 0;
        bool number = true;
        for (; end < size && text[end] != ' ' && text[end] != '\t' && text[end] != '\r'; end++) {
            number = number && text[end] >= '0' && text[end] <= '9';
            if (number && id < bpe_size(stream->bpe)) id = 10 * id + (uint64_t)(text[end] - '0');
        }
        if (!number || id >= bpe_size(stream->bpe)) {
            stream->line_out.size = 0; /* an empty line keeps the line numbers of input and output equal */
            return bad_id(stream, at, text + at, end - at);
        }
        struct slice token = bpe_token_bytes(stream->bpe, (uint32_t)id);
        if (!buffer_append(&stream->line_out, token.data, token.size))
            return cli_fail("%s:%zu: out of memory", stream->name, stream->line);
        at = end;
    }
    return true;
}

typedef bool line_function(struct stream *stream, const char *text, size_t size);

/* Reads one file to its end. False if a line failed; later lines are still processed. */
static bool each_line(struct stream *stream, const char *path, line_function *function)
{
    struct error error;
    FILE *file = file_open_input(path, &error);
    if (!file) return cli_fail("%s", error.message);
    stream->name = strcmp(path, "-") == 0 ? "standard input" : path;
    stream->line = 0;
    bool ok = true;
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool written = true;
    while (written && (length = getline(&text, &capacity, file)) >= 0) {
        size_t size = (size_t)length;
        if (size && text[size - 1] == '\n') size--;
        stream->line++;
        stream->line_out.size = 0;
        if (!function(stream, text, size)) ok = false;
        written = say_result(stream->line_out.data, stream->line_out.size) && say_result("\n", 1);
    }
    if (written && !feof(file)) ok = cli_fail("%s: cannot read: %s", stream->name, strerror(errno));
    free(text);
    fclose(file);
    return ok;
}

static int run_lines(const struct tokens_settings *settings, int count, char **files, line_function *function)
{
    static char *standard_input[] = {"-"};
    struct error error = {0};
    if (count == 0) count = 1, files = standard_input;
    char *folder = model_path(settings->model.model, &error);
    bool good = check_tokens_outputs(folder, NULL, count, files);
    struct bpe *bpe = good ? load_vocabulary(folder, &error) : NULL;
    mem_free(folder);
    if (!bpe) return good ? EXIT_MODEL : EXIT_USAGE;
    int status = EXIT_DONE;
    struct stream stream = {.bpe = bpe, .cache = bpe_cache_new(bpe, &error)};
    if (!stream.cache) {
        cli_fail("%s", error.message);
        status = EXIT_SOME_FAILED;
    }
    for (int i = 0; stream.cache && i < count; i++)
        if (!each_line(&stream, files[i], function)) status = EXIT_SOME_FAILED;
    bpe_ids_free(&stream.ids);
    buffer_free(&stream.line_out);
    bpe_cache_free(stream.cache);
    bpe_free(bpe);
    return status;
}

/* ---- train ------------------------------------------------------------------------------------------ */

static bool show_progress(void *context, const char *stage, uint64_t done, uint64_t total)
{
    (void)context;
    say_progress("%s: %d %%", stage, total ? (int)(100.0 * (double)done / (double)total) : 0);
    return true;
}

static int train_on(const struct tokens_settings *settings, const struct slice *texts, size_t count)
{
    static const char *const usual[] = {"<|endoftext|>", "<|delete|>", "<|expand|>"};
    struct bpe_train_options train = {
        .size = (uint32_t)settings->size,
        .specials = settings->special_count ? settings->specials : usual,
        .special_count = settings->special_count ? settings->special_count : ARRAY_SIZE(usual),
        .min_count = (uint64_t)settings->min_count,
        .progress = !settings->quiet && say_progress_shows() ? show_progress : NULL,
    };
    struct error error;
    enum status status = bpe_train(&train, texts, count, settings->out, &error);
    say_progress("%s", "");
    if (status == STATUS_OK) return EXIT_DONE;
    cli_fail("%s", error.message);
    return EXIT_SOME_FAILED;
}

static int run_train(const struct tokens_settings *settings, int count, char **files)
{
    if (!settings->size) return cli_fail("train needs --size N"), EXIT_USAGE;
    if (!settings->out) return cli_fail("train needs --out DIR"), EXIT_USAGE;
    if (count == 0) return cli_fail("train needs at least one FILE"), EXIT_USAGE;
    if (!check_tokens_outputs(NULL, settings->out, count, files)) return EXIT_USAGE;
    size_t wanted = (size_t)count, opened = 0;
    struct file_map *maps = mem_zalloc_array(wanted, sizeof *maps);
    struct slice *texts = mem_zalloc_array(wanted, sizeof *texts);
    struct error error;
    bool ok = (maps && texts) || cli_fail("out of memory");
    for (; ok && opened < wanted; opened++) {
        if (file_map_open(files[opened], &maps[opened], &error)) {
            ok = cli_fail("%s", error.message);
            break;
        }
        texts[opened] = (struct slice){(const char *)maps[opened].data, maps[opened].size};
    }
    int status = ok ? train_on(settings, texts, wanted) : EXIT_SOME_FAILED;
    for (size_t i = 0; i < opened; i++) file_map_close(&maps[i]);
    mem_free(maps);
    mem_free(texts);
    return status;
}

/* ---- the command ------------------------------------------------------------------------------------ */

static int run_tokens(void *context, int count, char **operands)
{
    const struct tokens_settings *settings = context;
    const char *verb = count ? operands[0] : "";
    bool lines = strcmp(verb, "encode") == 0 || strcmp(verb, "decode") == 0;
    if (lines && (settings->size || settings->out || settings->special_count))
        return cli_fail("%s takes no --size, --out or --special", verb), EXIT_USAGE;
    if (lines) return run_lines(settings, count - 1, operands + 1, *verb == 'e' ? encode_line : decode_line);
    if (strcmp(verb, "train") == 0) {
        if (settings->model.model) return cli_fail("train takes no --model"), EXIT_USAGE;
        return run_train(settings, count - 1, operands + 1);
    }
    if (*verb)
        cli_fail("unknown action \"%s\"; expected encode, decode or train", verb);
    else
        cli_fail("expected encode, decode or train");
    return EXIT_USAGE;
}

extern const struct cli_command command_tokens;
const struct cli_command command_tokens = {
    .name = "tokens",
    .summary = "turn text into token ids and back, or train a vocabulary",
    .usage = "tokens encode|decode [-m NAME|DIR] [FILE…]\n"
             "       lacuna tokens train --size N --out DIR FILE…",
    .options = options,
    .set = set_tokens_option,
    .settings_size = sizeof(struct tokens_settings),
    .defaults = default_tokens_settings,
    .run = run_tokens,
};
