/* Inside cli/: the output that --resume goes on with: which records it has, and which of them failed. */
#ifndef LACUNA_CLI_FILL_RESUME_H
#define LACUNA_CLI_FILL_RESUME_H

#include "lacuna/base.h"

struct fill_resume;
/* Reads FILE, which need not be there, and cuts off a last line that was being written when the last run
 * ended. `replacing`: its lines are kept, for fill_resume_replace. */
struct fill_resume *fill_resume_open(const char *path, bool replacing, struct error *error) MUST_USE;
void fill_resume_free(struct fill_resume *resume);

/* The line that stands for the next record with that id (json_line_id_key); each stands for one. */
enum fill_resumed { FILL_NOT_THERE, FILL_DONE, FILL_FAILED };
enum fill_resumed fill_resume_find(struct fill_resume *resume, const char *id_key, size_t *line);
/* What is to stand in the place of that line, with its line feed; `failed`: another error. */
enum status fill_resume_replace(struct fill_resume *resume, size_t line, const char *bytes, size_t size,
                                bool failed, struct error *error) MUST_USE;
/* Puts the new lines in their places, in the file as it is by now: what was appended meanwhile stays. */
enum status fill_resume_write(const struct fill_resume *resume, struct error *error) MUST_USE;
/* Lines of the old output that are errors. */
size_t fill_resume_failed(const struct fill_resume *resume);

#endif
