/* Which list of this room is shown below the page. */
#ifndef LACUNA_UI_CHOOSING_H
#define LACUNA_UI_CHOOSING_H

#include "ui/keymap/keymap.h"

struct ui;

enum ui_context choosing_context(const struct ui *ui); /* UI_TRAY, UI_ALTERNATIVES or UI_VARY; 0: none */
void choosing_update(struct ui *ui);                   /* called after every event */

#endif
