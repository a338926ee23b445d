/* The writer's conditions on blanks, one line for each blank. Lines belong to the ids of blanks, so a blank
 * that undo brings back has its line again. Changing a line is not a step of undo. kept.h keeps lines through
 * quitting and crashes. */
#ifndef LACUNA_UI_WISHES_H
#define LACUNA_UI_WISHES_H

#include "lacuna/base.h"

struct doc;

struct wish {
    uint32_t blank;
    char *line; /* never empty */
};

const char *wish_of(const struct doc *doc, uint32_t blank);                /* "": no conditions */
bool wish_set(struct doc *doc, uint32_t blank, const char *line) MUST_USE; /* false: no memory */
void wishes_free(struct doc *doc);

#endif
