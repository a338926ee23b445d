/* Inside cli/: what the two halves of `lacuna fill` share. fill_command.c has the options and the jobs,
 * fill_record.c one record of JSON lines. */
#ifndef LACUNA_CLI_FILL_H
#define LACUNA_CLI_FILL_H

#include "lacuna/fill.h"

struct fill_settings {
    const char *model, *out, *trace, *cast;
    struct fill_options fill; /* what a record may override */
    int format;               /* FORMAT_… */
    enum sedd_precision precision;
    int64_t threads; /* 0: one per CPU */
    int64_t shard, shards;
    bool all, resume, retry, skip_too_long, in_place, quiet, timing;
};
enum { FORMAT_BY_CONTENT, FORMAT_TEXT, FORMAT_JSONL };

/* What SIGINT leaves behind. */
struct fill_interrupt {
    atomic_bool requested;
    int wake; /* a descriptor that is readable from then on, so that no wait misses it; -1: there is none */
};

/* What a job runs with. */
struct fill_context {
    const struct fill_settings *settings;
    char *folder;               /* of the model */
    struct fill_engine *engine; /* NULL until something needs it */
    FILE *trace;
    const char *where;         /* what the place in a message begins with */
    struct playback *playback; /* NULL: no cast is wanted */
    struct buffer cast;
    double cast_clock; /* ms */
    const struct fill_interrupt *interrupt;
    const atomic_bool *cancel; /* its flag */
    bool said_no_dictionary;
    bool model_failed; /* loading failed: the command ends with status 3 */
    /* Called now and then while a job runs, with the share of it that is done. May be NULL. */
    void (*progress)(void *user, double share);
    void *user;
};

/* Loads the model at the first call. */
enum status fill_context_engine(struct fill_context *context, struct error *error) MUST_USE;
/* Sets the dictionary that words must be in; STATUS_ARGUMENT: there is no such one. */
enum status fill_set_dictionary(struct fill_options *options, const char *language,
                                struct error *error) MUST_USE;
/* Does a job to its end, with a trace when one is wanted; `id`, JSON to the letter (may be empty), goes into
 * its header. On success the caller frees *result; without blanks no model is loaded and the result has one
 * candidate. */
enum status fill_context_run(struct fill_context *context, const struct fill_job *job, struct slice id,
                             struct fill_result **result, struct error *error) MUST_USE;
/* The draft with a candidate's fills in place. */
enum status fill_context_splice(const struct fill_job *job, const struct fill_candidate *candidate,
                                struct buffer *out, struct error *error) MUST_USE;

/* The markup of a text, or of a record's: STATUS_LIMIT names a blank that is larger than the model's window,
 * with the place of its markup; with --skip-too-long it stays text, which is said. Loads the model when there
 * are blanks. */
enum status fill_context_parse(struct fill_context *context, struct slice source, struct fill_markup *markup,
                               struct error *error) MUST_USE;
/* Appends a text with its blanks filled; in place its escapes stay, so that it is the source of the next
 * fill. */
enum status fill_text(struct fill_context *context, const char *name, struct slice source, struct buffer *out,
                      struct error *error) MUST_USE;

/* One line of JSON in, one line of JSON out (with its line feed). `place` counts the lines of all input from
 * 0. The status is that of the record: a failed one has put its error record into `out`. STATUS_CANCELLED and
 * a failed model put nothing. */
enum status fill_record(struct fill_context *context, const char *line, size_t size, uint64_t place,
                        struct buffer *out, struct error *error) MUST_USE;
#endif
