/* Internal to cli/: models published by others, and fetching their files with curl. */
#ifndef LACUNA_CLI_MODEL_SOURCE_H
#define LACUNA_CLI_MODEL_SOURCE_H

#include "lacuna/base.h"
#include "lacuna/sedd.h"

struct source_file {
    const char *name, *url;
    uint64_t size;      /* bytes; 0: the server's */
    const char *sha256; /* hexadecimal; NULL: the server's (Hugging Face sends it in x-linked-etag) */
};
struct source {
    const char *name, *about;
    const struct source_file *files;
    size_t count;
    uint32_t n_blocks, width;
    bool time_free;
    uint64_t weight_bytes; /* of the file with the weights, by its shapes: the header comes on top */
};
extern const struct source model_sources[];
extern const size_t model_source_count;
/* The shape of its network: all are absorbing, with GPT-2's vocabulary and 1024 positions. */
struct sedd_config model_source_config(const struct source *source);

/* Fetches a file to `path`: into path.part first, continuing an earlier attempt, then checked and renamed. A
 * file that is already there and correct is left alone. Reports its progress on standard error.
 * $LACUNA_MODEL_SOURCE replaces the beginning of every URL, up to and including its host (tests, mirrors). */
enum status model_fetch(const struct source_file *file, const char *path, bool quiet,
                        struct error *error) MUST_USE;

#endif
