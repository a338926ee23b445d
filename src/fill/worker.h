/* Inside fill/: the worker, as its tests see it. */
#ifndef LACUNA_FILL_WORKER_H
#define LACUNA_FILL_WORKER_H

#include "lacuna/fill.h"

uint64_t fill_worker_layers(const struct fill_worker *worker); /* sedd_net_layers; 0 before READY */

#endif
