/* Internal to cli/: the files that a command reads and writes. An output must not be an input or another
 * output: every command registers all of them here and checks before it opens anything for writing. */
#ifndef LACUNA_CLI_OUTPUTS_H
#define LACUNA_CLI_OUTPUTS_H

#include "lacuna/base.h"

struct outputs_file;
/* Zero-initialise; outputs_check frees it. */
struct outputs {
    struct outputs_file *files;
    size_t count, capacity;
    bool no_memory;
};

/* "-" is standard input here, and standard output below. NULL: nothing. Names are borrowed. */
void outputs_read(struct outputs *outputs, const char *path);
/* FOLDER/NAME. */
void outputs_read_in(struct outputs *outputs, const char *folder, const char *name);
/* Every file that a model is read from; NULL: nothing. */
void outputs_read_model(struct outputs *outputs, const char *folder);
void outputs_write(struct outputs *outputs, const char *path);
void outputs_write_in(struct outputs *outputs, const char *folder, const char *name);
/* A file that is read and then deliberately replaced (-i); it may be named twice. */
void outputs_replace(struct outputs *outputs, const char *path);

/* Whether every output is a file of its own. Files are compared by device and inode, also through links; two
 * files that do not exist yet, by folder and name. A terminal, /dev/null, a pipe or a socket may be used
 * several times. False, after a message: the command ends with EXIT_USAGE. */
bool outputs_check(struct outputs *outputs);

#endif
