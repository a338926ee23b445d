/* Ratios of sums over many blanks or windows, and their standard errors. Values from one document are
 * correlated, so if a text has several documents, the error is between documents. */
#include "lacuna/base.h"
#include "measure_internal.h"

#include <math.h>
#include <stdlib.h>

struct unit {
    uint32_t document;
    double a, b;
};

static int by_document(const void *x, const void *y)
{
    uint32_t p = ((const struct unit *)x)->document, q = ((const struct unit *)y)->document;
    return (p > q) - (p < q);
}

/* Merges the units of each document into one, at the front; returns their number. */
static uint64_t add_up(struct unit *units, uint64_t n)
{
    uint64_t documents = 0;
    qsort(units, n, sizeof *units, by_document);
    for (uint64_t i = 0; i < n; i++) {
        if (documents && units[documents - 1].document == units[i].document) {
            units[documents - 1].a += units[i].a;
            units[documents - 1].b += units[i].b;
        } else {
            units[documents++] = units[i];
        }
    }
    return documents;
}

enum status measure_ratio(const double *a, const double *b, const uint32_t *document, uint64_t n,
                          struct ratio *out, struct error *error)
{
    double sum_a = 0, sum_b = 0, spread = 0;
    struct unit *units = mem_alloc_array(n, sizeof *units);
    if (!units) return error_set(error, STATUS_NO_MEMORY, "not enough memory to measure");
    for (uint64_t i = 0; i < n; i++) {
        sum_a += a[i];
        sum_b += b[i];
        units[i] = (struct unit){document[i], a[i], b[i]};
    }
    out->value = sum_a / sum_b;
    out->documents = add_up(units, n);
    uint64_t count = out->documents > 1 ? out->documents : n;
    for (uint64_t i = 0; i < count; i++) {
        double off = out->documents > 1 ? units[i].a - out->value * units[i].b : a[i] - out->value * b[i];
        spread += off * off;
    }
    out->error = count > 1 ? sqrt(spread * (double)count / (double)(count - 1)) / sum_b : (double)NAN;
    mem_free(units);
    return STATUS_OK;
}
