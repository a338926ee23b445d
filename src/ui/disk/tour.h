/* The tour: a document that teaches the editor while the user fills it. It is opened as a copy without a file. */
#ifndef LACUNA_UI_TOUR_H
#define LACUNA_UI_TOUR_H

#include "lacuna/base.h"

struct doc;
struct ui;

extern const char tour_text[]; /* models/tour.txt, compiled in */

struct doc *tour_open(struct ui *ui, struct error *error) MUST_USE;

#endif
