/* Internal to cli/: the curve of a training run. */
#ifndef LACUNA_CLI_TRAIN_PLOT_H
#define LACUNA_CLI_TRAIN_PLOT_H

#include "lacuna/base.h"

/* Draws FOLDER/train.jsonl, loss and validation over tokens, as an SVG file. */
enum status train_plot(const char *folder, const char *path, struct error *error) MUST_USE;

#endif
