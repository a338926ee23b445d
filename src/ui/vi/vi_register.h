/* Registers: the unnamed one, 0 to 9, a to z, the small one, the black hole, the clipboard. */
#ifndef LACUNA_UI_VI_REGISTER_H
#define LACUNA_UI_VI_REGISTER_H

#include "lacuna/base.h"
#include "vi_state.h"

struct vi_register;
struct ui;

void vi_registers_show(struct ui *ui);
/* NULL: empty, or no such register */
const struct vi_register *vi_register_get(struct ui *ui, uint32_t name);
void vi_yank(struct ui *ui, size_t start, size_t end, enum vi_shape shape, bool deleted,
             bool to_register_one);
void vi_yank_bytes(struct ui *ui, const char *bytes, size_t size, enum vi_shape shape, bool deleted,
                   bool to_register_one);

/* Commands; session/commands.h says what they do. */
void do_vi_register(struct ui *ui);
void do_vi_record(struct ui *ui);
void do_vi_play(struct ui *ui);

#endif
