/* The writer's conditions on blanks, one line for each blank. Lines belong to the ids of blanks, so a blank
 * that undo brings back has its line again. Changing a line is not a step of undo. kept.h keeps lines through
 * quitting and crashes. */
#ifndef LACUNA_UI_BLANK_CONDITIONS_H
#define LACUNA_UI_BLANK_CONDITIONS_H

#include "lacuna/base.h"

struct doc;

struct blank_conditions {
    uint32_t blank;
    char *line; /* never empty */
};

const char *blank_conditions_line(const struct doc *doc, uint32_t blank);              /* "": no conditions */
bool blank_conditions_set(struct doc *doc, uint32_t blank, const char *line) MUST_USE; /* false: no memory */
void blank_conditions_free(struct doc *doc);

#endif
