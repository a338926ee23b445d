/* libFuzzer target: `lacuna fill --from-record` reads any bytes as records, and repeats them with the model of the
 * tests or says why not. A fill is stopped after a few steps. Run it from the top folder: it opens
 * tests/data/tiny-model. */
#include "cli/cli.h"
#include "cli/fill_from_record.h"
#include "lacuna/fill.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

/* Not file_write: a fuzzer need not wait for the disk. */
static void put_file(const char *path, const void *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    require(out && fwrite(bytes, 1, size, out) == size && fclose(out) == 0);
}

static atomic_bool cancel;

static void count_steps(void *user, double share)
{
    enum { MOST_STEPS = 8 };
    int *steps = user;
    (void)share;
    if (++*steps >= MOST_STEPS) atomic_store(&cancel, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[96];
    struct fill_settings settings = {
        .model = {.model = "tests/data/tiny-model", .precision = SEDD_PRECISION_F32, .threads = 1}};
    struct error error = {0};
    int steps = 0;
    if (!path[0]) snprintf(path, sizeof path, "%s/record", scratch());
    put_file(path, data, size);
    settings.fill = fill_options_default();
    struct interrupt interrupt = {.wake = -1};
    static struct fill_engine *engine;
    atomic_store(&cancel, false);
    if (!engine) engine = fill_engine_open("tests/data/tiny-model", SEDD_PRECISION_F32, 1, &cancel, &error);
    require(engine != NULL);
    struct fill_context context = {.settings = &settings,
                                   .folder = mem_strdup("tests/data/tiny-model"),
                                   .engine = engine,
                                   .interrupt = &interrupt,
                                   .cancel = &cancel,
                                   .progress = count_steps,
                                   .user = &steps};
    int code = fill_from_record(&context, path);
    require(code == EXIT_DONE || code == EXIT_SOME_FAILED);
    engine = context.engine;
    mem_free(context.folder);
    return 0;
}
