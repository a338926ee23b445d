/* Internal to base/: extended attributes. */
#ifndef LACUNA_BASE_ATTRIBUTES_H
#define LACUNA_BASE_ATTRIBUTES_H

#include "lacuna/base.h"

/* Gives the file behind `to` the extended attributes of `from`, including access control lists, except those
 * that describe its content. False: not all of them could be kept. */
bool attributes_copy(const char *from, int to);

#endif
