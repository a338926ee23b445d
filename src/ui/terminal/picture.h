/* The next picture of the screen: its size, and what must be done before it is painted. */
#ifndef LACUNA_UI_PICTURE_H
#define LACUNA_UI_PICTURE_H

#include <stdbool.h>

struct picture {
    int rows, columns;
    bool stale; /* what lies over the page, or the text, is other than what is laid out */
    bool light; /* the terminal's background */
};

#endif
