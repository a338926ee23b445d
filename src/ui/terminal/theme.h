/* Themes as data: how each look is drawn. No curses, no documents. */
#ifndef LACUNA_UI_THEME_H
#define LACUNA_UI_THEME_H

#include "lacuna/base.h"
#include "looks.h"

struct buffer;

enum { THEME_DEFAULT = -1, THEME_RGB = 0x1000000 };
enum { THEME_BOLD = 1, THEME_DIM = 2, THEME_ITALIC = 4, THEME_REVERSE = 8, THEME_UNDERLINE = 16 };
struct style {
    int fore, back;      /* THEME_DEFAULT, 0..255 of the terminal's palette, or THEME_RGB | 0xRRGGBB */
    unsigned attributes; /* THEME_BOLD … */
};
struct theme {
    struct style styles[LOOKS];
};

extern const char ui_theme_dark[], ui_theme_light[], ui_theme_mono[]; /* made from themes/ */

/* Reads a theme; `name` is its name in messages. STATUS_FORMAT: the message names line and column. Looks that
 * it does not list are as in the dark theme; "default" in any of them is the colour of its text. */
enum status theme_parse(const char *bytes, size_t size, const char *name, struct theme *out,
                        struct error *error) MUST_USE;
/* "dark", "light" or "mono"; $XDG_CONFIG_HOME/lacuna/themes/NAME.theme; an installed one; or a file's path.
 */
enum status theme_load(const char *name, struct theme *out, struct error *error) MUST_USE;
/* The names that theme_load accepts, one per line. False: out of memory. */
bool theme_names(struct buffer *out) MUST_USE;
int theme_rgb(int color); /* 0xRRGGBB of any colour except THEME_DEFAULT, which stays itself */
/* The nearest of the first `colors` (8, 16 or 256) colours of the usual palette. */
int theme_nearest(int color, int colors);

#endif
