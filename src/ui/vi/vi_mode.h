/* Modes: which keys are digits or operands, and where a command begins and ends. */
#ifndef LACUNA_UI_VI_MODE_H
#define LACUNA_UI_VI_MODE_H

#include "lacuna/base.h"
#include "ui/document/modal.h"
#include "ui/terminal/key_names.h"
#include "vi_state.h"

struct ui;

extern const struct modal vi_modal;
bool vi_splits(const struct ui *ui, ui_key key); /* the key is Esc and another */
bool vi_take(struct ui *ui, ui_key key);         /* false: look it up in the keymap */
void vi_after(struct ui *ui);                    /* a key was done with */
const char *vi_mode_name(const struct ui *ui);
void vi_pending(const struct ui *ui, char *out, size_t size);
void vi_mouse(struct ui *ui); /* before it does something */
void vi_free(struct vi *vi);
size_t vi_count(const struct ui *ui); /* at least 1 */
bool vi_counted(const struct ui *ui);
void vi_fail(struct ui *ui);
void vi_set_mode(struct ui *ui, enum vi_mode mode);
void vi_command_over(struct ui *ui); /* forgets count, register, operator and what was typed */
void vi_await(struct ui *ui, void (*then)(struct ui *, ui_key));
void vi_place(struct ui *ui, size_t at); /* the cursor, without a selection */
void vi_repeatable(struct ui *ui);       /* the running command is what `.` does again */
void vi_prompt_begins(struct ui *ui);    /* a question that is part of a command: count and operator wait */
void vi_prompt_over(struct ui *ui);

/* Commands; session/commands.h says what they do. */
void do_vi_normal(struct ui *ui);

#endif
