/* What the writer asks of the words of a blank, as one line a blank. Lines belong to blanks by their ids, so that a blank
 * that undo brings back has its line again. They are no steps of undo. kept.h keeps them through quitting and crashes. */
#ifndef LACUNA_UI_BLANK_CONDITIONS_H
#define LACUNA_UI_BLANK_CONDITIONS_H

#include "lacuna/base.h"

struct doc;

struct blank_conditions {
    uint32_t blank;
    char *line; /* never empty */
};

const char *blank_conditions_line(const struct doc *doc, uint32_t blank); /* "": nothing is asked */
bool blank_conditions_set(struct doc *doc, uint32_t blank, const char *line) MUST_USE; /* false: no memory */
void blank_conditions_free(struct doc *doc);

#endif
