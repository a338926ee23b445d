/* Private to fill/: what waits for a worker: a job, or a question, with everything that it points to. */
#ifndef LACUNA_FILL_QUEUED_H
#define LACUNA_FILL_QUEUED_H

#include "question.h"

struct queued {
    uint64_t number;
    struct fill_job job;
    struct fill_dialect dialect; /* if has_dialect: job.dialect is set when the job starts */
    bool has_dialect, cancelled, paused, single;
    bool asks; /* no job: */
    struct question question;
};
/* A copy of a job. False: out of memory. */
bool queued_job(const struct fill_job *job, struct queued *out) MUST_USE;
void queued_free(struct queued *queued); /* frees the contents and zeroes it */

#endif
