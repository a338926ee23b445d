/* A list over the lower rows of the page: keys that can follow, commands that match. */
#ifndef LACUNA_UI_POPUP_H
#define LACUNA_UI_POPUP_H

#include "lacuna/base.h"

struct picture;

struct popup {
    struct buffer lines; /* "left\tright\n" */
    int count, chosen;   /* -1: none */
    bool columns;        /* several beside one another */
};

/* Chooses the line before (-1) or after (1) the chosen one; false: there is none. */
bool popup_pick(struct popup *popup, int direction);
void popup_paint(const struct picture *picture, const struct popup *popup);

#endif
