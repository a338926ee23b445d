/* Internal to cli/: the output that --resume continues: which records it has, and which of them failed. */
#ifndef LACUNA_CLI_FILL_RESUME_H
#define LACUNA_CLI_FILL_RESUME_H

#include "lacuna/base.h"

struct fill_resume;
/* Reads FILE, which need not exist, and cuts off an incomplete last line from the previous run. `replacing`:
 * its lines are kept in memory, for fill_resume_replace. */
struct fill_resume *fill_resume_open(const char *path, bool replacing, struct error *error) MUST_USE;
void fill_resume_free(struct fill_resume *resume);

/* The line of the next record with that id (json_line_id_key); each line stands for one record. */
enum fill_resumed { FILL_NOT_THERE, FILL_DONE, FILL_FAILED };
enum fill_resumed fill_resume_find(struct fill_resume *resume, const char *id_key, size_t *line);
/* Sets the replacement of that line, with its line feed; `failed`: it is an error again. */
enum status fill_resume_replace(struct fill_resume *resume, size_t line, const char *bytes, size_t size,
                                bool failed, struct error *error) MUST_USE;
/* Puts the replacements into the file as it is by now: lines that were appended meanwhile stay. */
enum status fill_resume_write(const struct fill_resume *resume, struct error *error) MUST_USE;
/* The number of error lines in the old output. */
size_t fill_resume_failed(const struct fill_resume *resume);

#endif
