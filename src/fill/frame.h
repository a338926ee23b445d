/* Internal to fill/: quotation marks and brackets around a blank. */
#ifndef LACUNA_FILL_FRAME_H
#define LACUNA_FILL_FRAME_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

struct fill_frame fill_frame_at(const struct fill_site *site, uint32_t blank);
/* The kinds of frame->level that a fill between the two characters leaves open, or closes without opening. */
unsigned fill_frame_broken(const struct fill_frame *frame, struct slice fill, uint32_t before,
                           uint32_t after);
unsigned fill_marks_of(struct slice token); /* bits of enum fill_mark */

#endif
