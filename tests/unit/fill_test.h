/* Shared by the tests of fill/. */
#ifndef FILL_TEST_H
#define FILL_TEST_H

#include "lacuna/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TINY "tests/data/tiny-model"

static inline struct fill_engine *open_tiny(void)
{
    struct error error = {0};
    struct fill_engine *engine = fill_engine_open(TINY, SEDD_PRECISION_F32, 1, NULL, &error);
    if (!engine) fail_msg("%s", error.message);
    return engine;
}

#endif
