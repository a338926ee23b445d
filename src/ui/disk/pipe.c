#include "pipe.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "ui/editor_state.h"
#include "ui/terminal/picture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_dash(const char *path)
{
    return strcmp(path, "-") == 0;
}

bool pipe_is(const char *path)
{
    struct stat info;
    return is_dash(path) || (stat(path, &info) == 0 && S_ISFIFO(info.st_mode));
}

bool pipe_is_input(const char *path)
{
    struct stat info, input;
    if (is_dash(path)) return true;
    return stat(path, &info) == 0 && fstat(STDIN_FILENO, &input) == 0 && S_ISFIFO(input.st_mode) &&
           info.st_dev == input.st_dev && info.st_ino == input.st_ino;
}

/* This text is nowhere else, so it counts as unsaved, unless the page is read-only. */
struct text *pipe_read(const struct ui *ui, const char *path, struct error *error)
{
    struct buffer bytes = {0};
    if (is_dash(path) && isatty(STDIN_FILENO)) {
        error_set(error, STATUS_ARGUMENT, "-: standard input is the terminal");
        return NULL;
    }
    /* Until somebody writes to it nothing could be done here, not even quitting. */
    if (ui->picture->rows > 0) {
        error_set(error, STATUS_ARGUMENT, "%s is a pipe: give it when you start lacuna", path);
        return NULL;
    }
    if (file_read(path, &bytes, error)) return NULL;
    struct text *text = text_from_file_bytes(bytes.data ? bytes.data : "", bytes.size, error);
    if (text && bytes.size && !ui->options->read_only) text_mark_dirty(text);
    buffer_free(&bytes);
    return text;
}
