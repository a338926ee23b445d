/* Internal to fill/: the model that a worker owns. */
#ifndef LACUNA_FILL_WORKER_H
#define LACUNA_FILL_WORKER_H

#include "lacuna/fill.h"

/* NULL before READY, or without a worker. It belongs to the worker's thread: other threads may only read its config and its
 * vocabulary, which do not change, and net_layers. */
struct fill_engine *fill_worker_engine(const struct fill_worker *worker);

#endif
