/* The next picture of the screen: its size, and what must be done before it is painted. */
#ifndef LACUNA_UI_PICTURE_H
#define LACUNA_UI_PICTURE_H

#include <stdbool.h>

struct picture {
    int rows, columns;
    bool stale; /* the text, or what is over the page, differs from the layout */
    bool light; /* the terminal's background */
};

#endif
