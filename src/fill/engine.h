/* Internal to fill/: what windows and runs need of an engine besides lacuna/fill.h. */
#ifndef LACUNA_FILL_ENGINE_H
#define LACUNA_FILL_ENGINE_H

#include "lacuna/base.h"
#include "lacuna/fill.h"

struct bpe_cache *fill_engine_cache(struct fill_engine *engine);
unsigned fill_engine_marks(const struct fill_engine *engine, uint32_t id); /* fill_marks_of its bytes */
/* One of the engine's sets without the ids that have any of these marks; the unchanged set if nothing else
 * would remain. Made once, owned by the engine. NULL: out of memory. */
const uint64_t *fill_engine_without(struct fill_engine *engine, const uint64_t *set, unsigned marks,
                                    struct error *error) MUST_USE;
/* Whether one CPU is left to others, if the engine's threads occupy all. Any thread may call it, at any time; it holds
 * from the next product on and changes no result. */
void fill_engine_spare(struct fill_engine *engine, bool spare);
const struct fill_calibration *fill_engine_calibration(const struct fill_engine *engine);

#endif
