/* The only way to print to a terminal. */
#define _GNU_SOURCE
#include "say.h"
#include "cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *running = "";
static bool progress_shown;

void say_as(const char *name)
{
    running = name;
}

static int output_error; /* of standard output: errno of the first failure */

static bool note_output(bool good)
{
    if (!good && !output_error) output_error = errno;
    return good;
}

/* One write per line, so that lines of two programs do not mix. If memory is short, the part that fits is
 * printed. */
static void print_line(FILE *out, const char *before, const char *after, const char *format,
                       va_list arguments)
{
    char some[1024];
    struct buffer line = {0};
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(some, sizeof some, format, arguments);
    char *all = size >= (int)sizeof some ? mem_alloc((size_t)size + 1) : NULL;
    if (all) vsnprintf(all, (size_t)size + 1, format, again);
    va_end(again);
    const char *text = size < 0 ? "" : all ? all : some;
    if (buffer_append_string(&line, before) && visible_append(&line, text, strlen(text)) &&
        buffer_append_string(&line, after))
        note_output(fputs(line.data, out) >= 0 || out != stdout);
    buffer_free(&line);
    mem_free(all);
}

/* Before a message, a progress line is removed and buffered output is flushed. */
static void make_way(void)
{
    note_output(fflush(stdout) == 0);
    if (progress_shown) fputs("\r\033[K", stderr);
    progress_shown = false;
}

bool cli_fail(const char *format, ...)
{
    char before[64];
    va_list arguments;
    make_way();
    snprintf(before, sizeof before, "lacuna%s%s: ", *running ? " " : "", running);
    va_start(arguments, format);
    print_line(stderr, before, "\n", format, arguments);
    va_end(arguments);
    return false;
}

void cli_note(const char *format, ...)
{
    va_list arguments;
    make_way();
    va_start(arguments, format);
    print_line(stderr, "", "\n", format, arguments);
    va_end(arguments);
}

bool say_progress_shows(void)
{
    return isatty(STDERR_FILENO);
}

void say_progress(const char *format, ...)
{
    va_list arguments;
    if (!say_progress_shows() || (!*format && !progress_shown)) return;
    va_start(arguments, format);
    print_line(stderr, "\r\033[K", "", format, arguments);
    va_end(arguments);
    progress_shown = *format != '\0';
}

void say_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stdout, "", "\n", format, arguments);
    va_end(arguments);
}

bool say_result(const char *bytes, size_t size)
{
    return size == 0 || note_output(fwrite(bytes, 1, size, stdout) == size);
}

bool say_result_line(const char *line)
{
    if (!line) return cli_fail("not enough memory for the result");
    return say_result(line, strlen(line)) && say_result("\n", 1) && note_output(fflush(stdout) == 0);
}

bool say_picture(const struct buffer *bytes)
{
    return say_result(bytes->data, bytes->size) && note_output(fflush(stdout) == 0);
}

int cli_flush(int status)
{
    if (note_output(fflush(stdout) == 0 && !ferror(stdout))) return status;
    cli_fail("standard output: %s", strerror(output_error));
    return status == EXIT_DONE ? EXIT_SOME_FAILED : status;
}
