/* Typed paths: ~ for home, and completion (Tab). */
#ifndef LACUNA_UI_PATH_PROMPT_H
#define LACUNA_UI_PATH_PROMPT_H

#include "lacuna/base.h"

struct message;
struct ui;

char *path_expand(const char *typed) MUST_USE; /* ~ and ~user; NULL: out of memory; the caller frees */
/* Writes a file at a typed path, where there is none yet. False: after a message. */
bool path_write_new(struct message *message, const char *typed, struct slice bytes);
void path_complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out);
void path_prompt(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label);

#endif
