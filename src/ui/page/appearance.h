/* The theme that is used: that of the settings, by the terminal's background; without colours, mono. */
#ifndef LACUNA_UI_APPEARANCE_H
#define LACUNA_UI_APPEARANCE_H

#include "lacuna/base.h"

struct picture;
struct ui;

void appearance_guess(struct picture *picture);
void appearance_apply(struct ui *ui);                   /* the theme of the settings */
void appearance_show(struct ui *ui, const char *theme); /* another theme, as a preview */
void appearance_apply_color(struct ui *ui);             /* whether the settings allow colours */
void appearance_learnt(struct ui *ui, bool light);      /* the terminal's background */

#endif
