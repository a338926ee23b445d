/* Which theme is in force: the one of the settings, by the terminal's background, or none for want of
 * colours. */
#ifndef LACUNA_UI_APPEARANCE_H
#define LACUNA_UI_APPEARANCE_H

#include "lacuna/base.h"

struct picture;
struct ui;

void appearance_guess(struct picture *picture);
void appearance_apply(struct ui *ui);                   /* the theme of the settings */
void appearance_show(struct ui *ui, const char *theme); /* another one, for a look at it */
void appearance_apply_color(struct ui *ui);             /* and whether colours are wanted */
void appearance_learnt(struct ui *ui, bool light);      /* the terminal's background */

#endif
