/* A replay as a GIF: rsvg-convert draws each frame from an SVG, and ImageMagick makes a GIF of them. */
#define _GNU_SOURCE /* mkdtemp */
#include "replay_frames.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static bool is_installed(const char *program)
{
    const char *path = getenv("PATH");
    bool found = false;
    for (const char *p = path ? path : ""; !found && *p;) {
        size_t size = strcspn(p, ":");
        struct buffer name = {0};
        found = buffer_append(&name, p, size) && buffer_printf(&name, "/%s", program) &&
                access(name.data, X_OK) == 0;
        buffer_free(&name);
        p += size + (p[size] == ':');
    }
    return found;
}

static enum status run_program(char **arguments, struct error *error)
{
    pid_t child;
    posix_spawn_file_actions_t quiet; /* their messages may contain escape sequences, so they are dropped */
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int state = 0, failed = posix_spawnp(&child, arguments[0], &quiet, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&quiet);
    if (failed) return error_set(error, STATUS_IO, "%s: %s", arguments[0], strerror(failed));
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR) return error_set(error, STATUS_IO, "%s: %s", arguments[0], strerror(errno));
    if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return STATUS_OK;
    return error_set(error, STATUS_IO, "%s %s %d; lacuna replay --svg needs no other program", arguments[0],
                     WIFEXITED(state) ? "failed with status" : "was ended by signal",
                     WIFEXITED(state) ? WEXITSTATUS(state) : WTERMSIG(state));
}

/* FOLDER/NUMBER.SUFFIX; the caller frees. */
static char *name_of(const char *folder, size_t number, const char *suffix)
{
    struct buffer name = {0};
    if (buffer_printf(&name, "%s/%05zu.%s", folder, number, suffix)) return name.data;
    buffer_free(&name);
    return NULL;
}

static enum status draw_still(const struct replay_frames *f, const struct replay_colours *colours,
                              const struct replay_timing *timing, size_t i, const char *folder,
                              struct error *error)
{
    struct buffer svg = {0};
    char *from = name_of(folder, i, "svg"), *to = name_of(folder, i, "png"), output[] = "-o",
         name[] = "rsvg-convert";
    enum status status = from && to && replay_svg(f, colours, timing, (int64_t)i, &svg)
                             ? file_write(from, svg.data, svg.size, error)
                             : error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
    if (!status) status = run_program((char *[]){name, output, to, from, NULL}, error);
    if (from) unlink(from);
    buffer_free(&svg);
    mem_free(from);
    mem_free(to);
    return status;
}

/* convert -loop 0 -delay D 00000.png -delay D 00001.png … gif:WHOLE */
static enum status join_stills(const struct replay_frames *f, const struct replay_timing *timing,
                               const char *folder, const char *whole, struct error *error)
{
    size_t n = 0, most = 3 * f->count + 5;
    char **arguments = mem_zalloc_array(most, sizeof *arguments);
    bool ok = arguments != NULL;
    static const char *const first[] = {"convert", "-loop", "0"};
    for (size_t i = 0; ok && i < ARRAY_SIZE(first); i++) ok = (arguments[n++] = mem_strdup(first[i])) != NULL;
    for (size_t i = 0; ok && i < f->count; i++) {
        char delay[32];
        snprintf(delay, sizeof delay, "%.0f", replay_duration(f, i, timing->speed, timing->pace) / 10);
        ok = (arguments[n++] = mem_strdup("-delay")) && (arguments[n++] = mem_strdup(delay)) &&
             (arguments[n++] = name_of(folder, i, "png"));
    }
    ok = ok && (arguments[n++] = mem_strdup(whole));
    enum status status = ok ? run_program(arguments, error)
                            : error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
    for (size_t i = 0; arguments && i < most; i++) mem_free(arguments[i]);
    mem_free(arguments);
    return status;
}

enum status replay_gif(const struct replay_frames *f, const struct replay_colours *colours,
                       const struct replay_timing *timing, const char *path, struct error *error)
{
    if (!is_installed("rsvg-convert") || !is_installed("convert"))
        return error_set(error, STATUS_UNSUPPORTED,
                         "--gif needs rsvg-convert and convert: apt-get install librsvg2-bin imagemagick");
    const char *temporary = getenv("TMPDIR");
    struct buffer folder = {0};
    if (!buffer_printf(&folder, "%s/lacuna-gif-XXXXXX", temporary && *temporary ? temporary : "/tmp"))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
    enum status status = mkdtemp(folder.data)
                             ? STATUS_OK
                             : error_set(error, STATUS_IO, "%s: %s", folder.data, strerror(errno));
    for (size_t i = 0; !status && i < f->count; i++)
        status = draw_still(f, colours, timing, i, folder.data, error);
    struct buffer gif = {0};
    char *whole = name_of(folder.data, f->count, "gif");
    if (!whole && !status) status = error_set(error, STATUS_NO_MEMORY, "not enough memory for a picture");
    if (!status) status = join_stills(f, timing, folder.data, whole, error);
    if (!status) status = file_read(whole, &gif, error);
    if (!status) status = file_write(path, gif.data, gif.size, error);
    if (whole) unlink(whole);
    buffer_free(&gif);
    mem_free(whole);
    for (size_t i = 0; i < f->count; i++) {
        char *name = name_of(folder.data, i, "png");
        if (name) unlink(name);
        mem_free(name);
    }
    rmdir(folder.data);
    buffer_free(&folder);
    return status;
}
