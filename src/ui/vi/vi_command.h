/* The running command: its count, its keys to come, its failure and its end. */
#ifndef LACUNA_UI_VI_COMMAND_H
#define LACUNA_UI_VI_COMMAND_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct doc;
struct macros;
struct ui;
struct vi;

enum { VI_MOST_COUNTED = 99999999 };
size_t vi_count(const struct vi *vi); /* at least 1 */
bool vi_counted(const struct vi *vi);
void vi_fail(struct vi *vi, struct macros *macros);
void vi_repeatable(struct vi *vi); /* the running command becomes the one that `.` repeats */
void vi_await(struct vi *vi, void (*then)(struct ui *, ui_key));
void vi_place(struct doc *doc, size_t at); /* the cursor, without a selection */
void vi_command_over(struct vi *vi);       /* clears count, register, operator and typed keys */
void vi_prompt_begins(struct vi *vi);      /* a question that is part of a command: count and operator wait */
void vi_prompt_over(struct vi *vi);

#endif
