/* Inside cli/: where the output of `lacuna fill`, and texts of `lacuna replace`, go. Nothing that was there before is lost until the new
 * output is whole: texts are held and replace the file at the end; JSON lines are written as they come, into
 * FILE.part when FILE holds an older output, which takes its place at the end. */
#ifndef LACUNA_CLI_FILL_OUTPUT_H
#define LACUNA_CLI_FILL_OUTPUT_H

#include "lacuna/base.h"

/* Zero-initialise. */
struct fill_output {
    const char *path;   /* as the user has it; "-": standard output */
    FILE *file;         /* NULL: texts are held */
    struct buffer held; /* texts so far */
    char *part;         /* what is written to instead of `path` */
    size_t size;        /* bytes put */
    bool broken;        /* it cannot be written: said */
};

/* FILE.part, where JSON lines for FILE go while FILE is there; the caller frees. */
char *fill_output_part(const char *path) MUST_USE;
/* The file that --resume goes on from: FILE.part when a run left one behind, else FILE; NULL: no memory. The
 * caller frees. */
char *fill_output_resumed(const char *path) MUST_USE;
/* False: said. */
bool fill_output_open(struct fill_output *output, const char *path, bool lines, bool resume) MUST_USE;
bool fill_output_put(struct fill_output *output, const char *bytes, size_t size) MUST_USE;
/* Puts what was written in its place when it is `whole`; says where it is when not. False: said. */
bool fill_output_close(struct fill_output *output, bool whole) MUST_USE;

#endif
