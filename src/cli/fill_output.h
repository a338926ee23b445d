/* Internal to cli/: the output of `lacuna fill`, and texts of `lacuna replace`. Nothing is lost before the new
 * output is complete: texts are held in memory and replace the file at the end; JSON lines are written as they
 * come, into FILE.part if FILE has an older output, and FILE.part replaces FILE at the end. */
#ifndef LACUNA_CLI_FILL_OUTPUT_H
#define LACUNA_CLI_FILL_OUTPUT_H

#include "lacuna/base.h"

/* Zero-initialise. */
struct fill_output {
    const char *path;   /* as the user named it; "-": standard output */
    FILE *file;         /* NULL: texts are held in memory */
    struct buffer held; /* texts so far */
    char *part;         /* what is written to instead of `path` */
    size_t size;        /* bytes written */
    bool broken;        /* writing failed, and that was reported */
};

/* FILE.part, which receives JSON lines while FILE exists; the caller frees. */
char *fill_output_part(const char *path) MUST_USE;
/* The file that --resume continues: FILE.part if a run left one, else FILE; NULL: out of memory. The caller
 * frees. */
char *fill_output_resumed(const char *path) MUST_USE;
/* False: failed and reported. */
bool fill_output_open(struct fill_output *output, const char *path, bool lines, bool resume) MUST_USE;
bool fill_output_put(struct fill_output *output, const char *bytes, size_t size) MUST_USE;
/* If the output is `whole`, puts it in its place; if not, prints where it is. False: failed and reported. */
bool fill_output_close(struct fill_output *output, bool whole) MUST_USE;

#endif
