/* lacuna replace PATTERN TEXT FILE…: replaces in files, as the editor does. */
#include "cli.h"
#include "lacuna/text.h"
#include "outputs.h"
#include "say.h"

#include <stdio.h>
#include <string.h>

enum { REGEX, IGNORE_CASE, WORDS, QUIET };

static const struct cli_option options[] = {
    [REGEX] = {"regex", 'E', NULL, "PATTERN is a PCRE2 pattern; TEXT may hold $1, ${name}, \\n"},
    [IGNORE_CASE] = {"ignore-case", 'i', NULL, "ignore case"},
    [WORDS] = {"words", 'w', NULL, "match whole words only"},
    [QUIET] = {"quiet", 'q', NULL, "print no counts"},
    {0},
};

struct replace_settings {
    int flags;
    bool quiet;
};

static bool set_replace_option(void *opaque, int option, const char *value)
{
    struct replace_settings *s = opaque;
    (void)value;
    if (option == REGEX) s->flags |= TEXT_SEARCH_REGEX;
    if (option == IGNORE_CASE) s->flags |= TEXT_SEARCH_IGNORE_CASE;
    if (option == WORDS) s->flags |= TEXT_SEARCH_WORDS;
    if (option == QUIET) s->quiet = true;
    return true;
}

static enum status replace_in(const struct replace_settings *s, const char *pattern, const char *replacement,
                              const char *path, struct error *error)
{
    struct text *text = text_open(path, error);
    size_t count = 0;
    if (!text) return error->code;
    enum status status = STATUS_OK;
    if (text_is_new(text)) status = error_set(error, STATUS_IO, "%s: no such file", path);
    if (!status)
        status = text_replace_all(text, pattern, strlen(pattern), s->flags, 0, text_size(text), replacement,
                                  strlen(replacement), &count, error);
    if (!status && count && text_changed_on_disk(text))
        status = error_set(error, STATUS_IO, "%s: was %s; not written", path,
                           file_exists(path) ? "changed by another program" : "removed by another program");
    if (!status && count) status = text_save(text, NULL, error);
    if (!status && !s->quiet) say_line("%s: %zu replaced", path, count);
    text_free(text);
    return status;
}

/* The counts may go to a file, but not to one that is replaced. */
static bool check_replace_outputs(const struct replace_settings *s, int count, char **files)
{
    struct outputs all = {0};
    for (int i = 0; i < count; i++) outputs_replace(&all, files[i]);
    if (!s->quiet) outputs_write(&all, "-");
    return outputs_check(&all);
}

static int run_replace(void *opaque, int count, char **operands)
{
    int failed = 0;
    if (count < 3) return cli_fail("needs a pattern, a replacement and files"), EXIT_USAGE;
    if (!*operands[0]) return cli_fail("the pattern is empty"), EXIT_USAGE;
    if (!check_replace_outputs(opaque, count - 2, operands + 2)) return EXIT_USAGE;
    for (int i = 2; i < count; i++) {
        struct error error = {0};
        enum status status = replace_in(opaque, operands[0], operands[1], operands[i], &error);
        if (!status) continue;
        cli_fail("%s", error.message);
        if (status == STATUS_ARGUMENT) return EXIT_USAGE;
        failed++;
    }
    return failed ? EXIT_SOME_FAILED : EXIT_DONE;
}

const struct cli_command command_replace = {
    .name = "replace",
    .summary = "replace text or a pattern in files, in place",
    .usage = "replace [OPTION…] PATTERN TEXT FILE…",
    .options = options,
    .set = set_replace_option,
    .settings_size = sizeof(struct replace_settings),
    .run = run_replace,
};
