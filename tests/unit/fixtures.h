/* Opens a folder of reference tensors (tests/data/fixtures/README.md describes them). */
#ifndef LACUNA_TEST_FIXTURES_H
#define LACUNA_TEST_FIXTURES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lacuna/sedd.h"

struct fixture {
    char folder[256];
    struct sedd_config config;
    struct sedd_layout layout;
    struct sedd_tensors *model, *cases;
    float *weights;
    void *read[64]; /* the results of fixture_floats */
    int read_count;
};

static inline void fixture_open(struct fixture *f, const char *name)
{
    struct error error = {0};
    char path[512];
    memset(f, 0, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "tests/data/fixtures/%s", name);
    if (sedd_config_load(f->folder, &f->config, &error)) fail_msg("%s", error.message);
    if (sedd_layout_init(&f->layout, &f->config, &error)) fail_msg("%s", error.message);
    snprintf(path, sizeof path, "%s/model.safetensors", f->folder);
    if (!(f->model = sedd_tensors_open(path, &error))) fail_msg("%s", error.message);
    snprintf(path, sizeof path, "%s/cases.safetensors", f->folder);
    if (!(f->cases = sedd_tensors_open(path, &error))) fail_msg("%s", error.message);
    f->weights = calloc(f->layout.size, sizeof(float));
    if (sedd_weights_read(&f->layout, f->model, f->weights, &error)) fail_msg("%s", error.message);
}

static inline void fixture_close(struct fixture *f)
{
    sedd_tensors_close(f->model);
    sedd_tensors_close(f->cases);
    sedd_layout_free(&f->layout);
    for (int i = 0; i < f->read_count; i++) free(f->read[i]);
    free(f->weights);
}

static inline const struct sedd_tensor *fixture_tensor(struct fixture *f, const char *name)
{
    const struct sedd_tensor *tensor = sedd_tensors_find(f->cases, name);
    if (!tensor) fail_msg("%s has no %s", f->folder, name);
    return tensor;
}

/* Valid as long as the fixture. */
static inline const float *fixture_floats(struct fixture *f, const char *name)
{
    const struct sedd_tensor *tensor = fixture_tensor(f, name);
    float *values = malloc(tensor->bytes);
    if (f->read_count == 64) fail_msg("more than 64 tensors");
    f->read[f->read_count++] = values;
    assert_int_equal(sedd_tensors_read_f32(f->cases, tensor, 0, tensor->elements, values, NULL), STATUS_OK);
    return values;
}

/* (rows, length) ids; the caller frees. */
static inline uint32_t *fixture_ids(struct fixture *f, const char *name, uint32_t *rows, uint32_t *length)
{
    const struct sedd_tensor *tensor = fixture_tensor(f, name);
    uint32_t *ids = malloc(tensor->elements * sizeof *ids);
    for (size_t i = 0; i < tensor->elements; i++) {
        int64_t value;
        assert_int_equal(sedd_tensors_read(f->cases, tensor, i, 1, &value, NULL), STATUS_OK);
        ids[i] = (uint32_t)value;
    }
    *rows = (uint32_t)tensor->shape[0];
    *length = (uint32_t)tensor->shape[1];
    return ids;
}

/* Largest difference from the reference, relative to the reference's largest magnitude. */
static inline double fixture_distance(struct fixture *f, const char *name, const float *values)
{
    size_t elements = fixture_tensor(f, name)->elements;
    const float *reference = fixture_floats(f, name);
    double worst = 0, largest = 0;
    for (size_t i = 0; i < elements; i++) {
        float expected = reference[i];
        double off = fabs((double)values[i] - (double)expected);
        if (!(off <= worst)) worst = off;
        if (fabs((double)expected) > largest) largest = fabs((double)expected);
    }
    return worst / largest;
}

#endif
