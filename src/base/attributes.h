/* Inside base/: extended attributes. */
#ifndef LACUNA_BASE_ATTRIBUTES_H
#define LACUNA_BASE_ATTRIBUTES_H

#include "lacuna/base.h"

/* Gives the file behind `to` the extended attributes of `from`, access control lists among them, but for
 * those that speak of its content. False: not all of them could be kept. */
bool attributes_copy(const char *from, int to);

#endif
