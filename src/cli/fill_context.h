/* Internal to cli/: the context of a job of `lacuna fill`, and running one. */
#ifndef LACUNA_CLI_FILL_CONTEXT_H
#define LACUNA_CLI_FILL_CONTEXT_H

#include "interrupt.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "model_options.h"

struct fill_settings {
    struct model_options model; /* must come first: model_options.c sets its options */
    const char *out, *trace, *cast, *from_record, *voice;
    double voice_weight;
    struct fill_options fill; /* what a record can override: made from the options once all are read */
    int format;               /* FORMAT_… */
    int64_t shard, shards;
    bool raw, all, resume, retry, skip_too_long, in_place, quiet, timing, stats;
};
enum { FORMAT_BY_CONTENT, FORMAT_TEXT, FORMAT_JSONL };

/* For --stats. A text counts as a record. */
struct fill_stats {
    uint64_t records, failed;
    uint64_t tokens; /* of the best candidates */
    uint64_t evaluations;
};

/* The context of a job. */
struct fill_context {
    const struct fill_settings *settings;
    char *folder; /* of the model */
    char *voice;  /* folder of the voice; NULL: none */
    enum sedd_precision precision;
    struct fill_engine *engine; /* NULL until something needs it */
    FILE *trace;
    const char *where;         /* the beginning of the place in a message */
    struct playback *playback; /* NULL: no cast */
    struct buffer cast;
    double cast_clock; /* ms */
    const struct interrupt *interrupt;
    const atomic_bool *cancel; /* its flag */
    struct fill_stats stats;
    bool said_no_dictionary;
    bool model_failed; /* loading failed: the command ends with status 3 */
    /* Called now and then while a job runs, with the share of it that is done. May be NULL. */
    void (*progress)(void *user, double share);
    void *user;
};

/* Loads the model at the first call. */
enum status fill_context_engine(struct fill_context *context, struct error *error) MUST_USE;
/* Sets the dictionary in which words are looked up; STATUS_ARGUMENT: not installed. */
enum status fill_set_dictionary(struct fill_options *options, const char *language,
                                struct error *error) MUST_USE;
/* Runs a job to its end, with a trace if there is one; `id`, verbatim JSON (may be empty), goes into its
 * header. On success the caller frees *result; without blanks no model is loaded and the result has one
 * candidate. */
enum status fill_context_run(struct fill_context *context, const struct fill_job *job, struct slice id,
                             struct fill_result **result, struct error *error) MUST_USE;
/* The draft with a candidate's fills in place. */
enum status fill_context_splice(const struct fill_job *job, const struct fill_candidate *candidate,
                                struct buffer *out, struct error *error) MUST_USE;

#endif
