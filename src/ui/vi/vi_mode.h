/* Modes: which keys are digits or operands, and where a command starts and ends. */
#ifndef LACUNA_UI_VI_MODE_H
#define LACUNA_UI_VI_MODE_H

#include "lacuna/base.h"
#include "ui/document/modal.h"
#include "ui/terminal/key_names.h"
#include "vi_state.h"

struct macros;
struct vi;
struct doc;
struct ui;

extern const struct modal vi_modal;
bool vi_splits(const struct ui *ui, ui_key key); /* the key is Esc and another */
bool vi_take(struct ui *ui, ui_key key);         /* false: look it up in the keymap */
void vi_after(struct ui *ui);                    /* a key was processed */
void vi_mouse(struct ui *ui);                    /* before it has any effect */
void vi_free(struct vi *vi);

/* Commands; session/commands.h says what they do. */
void do_vi_normal(struct ui *ui);

#endif
