/* What waits for a worker. */
#include "queued.h"

#include <string.h>

void queued_free(struct queued *q)
{
    mem_free((void *)(uintptr_t)q->job.text.data);
    mem_free((void *)(uintptr_t)q->job.blanks);
    mem_free((void *)(uintptr_t)q->job.pins);
    mem_free((void *)(uintptr_t)q->job.conditions);
    question_free(&q->question);
    *q = (struct queued){0};
}

static void *copy_array(const void *from, size_t count, size_t size)
{
    void *copy = mem_alloc_array(count, size);
    if (copy && count) memcpy(copy, from, count * size);
    return copy;
}

bool queued_job(const struct fill_job *job, struct queued *out)
{
    *out = (struct queued){.job = *job, .has_dialect = job->dialect != NULL, .paused = job->held};
    out->job.text.data = copy_array(job->text.data, job->text.size, 1);
    out->job.blanks = copy_array(job->blanks, job->count, sizeof *job->blanks);
    out->job.pins = copy_array(job->pins, job->pin_count, sizeof *job->pins);
    out->job.conditions = job->conditions ? fill_conditions_copy(job->conditions, job->count) : NULL;
    out->job.dialect = NULL;
    if (job->dialect) out->dialect = *job->dialect;
    if (out->job.text.data && out->job.blanks && out->job.pins && !out->job.conditions == !job->conditions)
        return true;
    queued_free(out);
    return false;
}
