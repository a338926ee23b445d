/* Names of vim's options after `:set`: those that mean what a setting here means, and those that are always
 * so, or never. */
#ifndef LACUNA_UI_VI_SETTINGS_H
#define LACUNA_UI_VI_SETTINGS_H

#include "lacuna/base.h"

struct ui;

/* vi_settings.c: an option of vim as `:set` has it; `line` receives ours, "" when all is said. False: vim has
 * no such option. */
bool vi_option(struct ui *ui, const char *arguments, char *line, size_t line_size);

#endif
