/* Internal to cli/: models published by others, and fetching their files with curl. */
#ifndef LACUNA_CLI_MODEL_SOURCE_H
#define LACUNA_CLI_MODEL_SOURCE_H

#include "lacuna/base.h"

struct source_file {
    const char *name, *url;
    uint64_t size;      /* bytes; 0: the server's */
    const char *sha256; /* hexadecimal; NULL: the server's (Hugging Face sends it in x-linked-etag) */
};
struct source {
    const char *name, *about;
    const struct source_file *files;
    size_t count;
};
extern const struct source model_sources[];
extern const size_t model_source_count;

/* Fetches a file to `path`: into path.part first, continuing an earlier attempt, then checked and renamed. A
 * file that is already there and correct is left alone. Reports its progress on standard error.
 * $LACUNA_MODEL_SOURCE replaces the beginning of every URL, up to and including its host (tests, mirrors). */
enum status model_fetch(const struct source_file *file, const char *path, bool quiet,
                        struct error *error) MUST_USE;

#endif
