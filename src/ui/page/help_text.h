/* The text of the help screen: the useful keys here, then every command that has a key, in columns. */
#ifndef LACUNA_UI_HELP_TEXT_H
#define LACUNA_UI_HELP_TEXT_H

#include "lacuna/base.h"

struct help_here;
struct ui_keymap;

/* Marks around keys in a line of the text. */
enum { HELP_KEY_BEGIN = 0x0e, HELP_KEY_END = 0x0f };

/* Appends lines of at most `width` cells. Headings begin in the first cell, all other lines after a space.
 * False: no memory. */
bool help_compose(const struct ui_keymap *map, const struct help_here *here, int width,
                  struct buffer *out) MUST_USE;

#endif
