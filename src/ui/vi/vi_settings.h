/* Names of vim's options after `:set`: those with an equivalent setting here, and those with a fixed
 * meaning. */
#ifndef LACUNA_UI_VI_SETTINGS_H
#define LACUNA_UI_VI_SETTINGS_H

#include "lacuna/base.h"

struct ui;

/* vi_settings.c: an option of vim in the form of `:set`; `line` receives ours, "" if a message was enough.
 * False: vim has no such option. */
bool vi_option(struct ui *ui, const char *arguments, char *line, size_t line_size);

#endif
