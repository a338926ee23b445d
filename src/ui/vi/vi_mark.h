/* Marks. */
#ifndef LACUNA_UI_VI_MARK_H
#define LACUNA_UI_VI_MARK_H

#include "lacuna/base.h"

struct doc;
struct ui;

void vi_mark_set(struct doc *doc, uint32_t name, size_t at);
bool vi_mark_get(const struct doc *doc, uint32_t name, size_t *at);

/* Commands; session/commands.h says what they do. */
void do_vi_mark(struct ui *ui);

#endif
