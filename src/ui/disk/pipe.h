/* Input that can be read only once: standard input, a pipe given by its path, <(command) of a shell. It
 * becomes a page without a name, since there is nothing to write it back to. */
#ifndef LACUNA_UI_PIPE_H
#define LACUNA_UI_PIPE_H

#include "lacuna/base.h"

struct error;
struct text;
struct ui;

bool pipe_is(const char *path);
bool pipe_is_input(const char *path); /* it is standard input */
struct text *pipe_read(const struct ui *ui, const char *path, struct error *error);

#endif
