/* The context of keys. */
#ifndef LACUNA_UI_CONTEXT_H
#define LACUNA_UI_CONTEXT_H

#include "ui/keymap/keymap.h"

struct ui;

enum ui_context ui_context_now(const struct ui *ui);
/* The same, or the one after the question on the bottom line: what the page shows stays while the writer answers. */
enum ui_context ui_context_under(const struct ui *ui);

#endif
