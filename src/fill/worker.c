/* One thread that owns a model and runs jobs. One mutex guards everything that the two threads share, and is
 * held only briefly; the cancel flag is atomic, because the network checks it between layers. */
#define _GNU_SOURCE /* eventfd */
#include "worker.h"
#include "lacuna/base.h"
#include "queued.h"
#include "ring.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MAX_COMMANDS = 256 };

struct command {
    bool remask;
    uint32_t candidate, blank, index, id;
};

struct fill_worker {
    struct fill_worker_options options;
    char *folder, *voice;
    pthread_t thread;
    int fd;             /* its count has no meaning: readable means "look" */
    atomic_bool cancel; /* cancels the running job */
    atomic_bool stop;   /* stops everything, like `quit`; checked while loading */

    pthread_mutex_t mutex;
    pthread_cond_t wake; /* for the worker: a job, a command, the end */
    struct queued queue[FILL_QUEUE];
    uint32_t queue_count;
    uint32_t outstanding; /* jobs whose last event has not been taken */
    uint64_t last_number, running;
    uint64_t answering;                    /* the question that is being answered; 0: none */
    atomic_bool cancel_answer;             /* cancels that question */
    struct command commands[MAX_COMMANDS]; /* for the running job */
    uint32_t command_count;
    bool paused, single, warm, quit;
    bool loading; /* for the running job, or for none */
    struct ring ring;
    struct fill_engine *engine; /* set once by the worker's thread */
};

/* ---- events -------------------------------------------------------------------------------------------- */

static bool ends_job(const struct fill_event *event)
{
    return event->job && (event->kind == FILL_EVENT_DONE || event->kind == FILL_EVENT_FAILED ||
                          event->kind == FILL_EVENT_CANCELLED || event->kind == FILL_EVENT_ANSWER);
}

/* Writing to an eventfd cannot fail in a way that matters: if it is full, it is readable. */
static void signal_user(struct fill_worker *w)
{
    uint64_t one = 1;
    while (write(w->fd, &one, sizeof one) < 0 && errno == EINTR) continue;
}

/* The lock is held. */
static void post_locked(struct fill_worker *w, uint64_t job, struct fill_event *event)
{
    event->job = job;
    if (!ring_put(&w->ring, event)) fill_event_free(event);
    signal_user(w);
}

static void post_event(struct fill_worker *w, uint64_t job, struct fill_event *event)
{
    if (!event) return;
    pthread_mutex_lock(&w->mutex);
    post_locked(w, job, event);
    pthread_mutex_unlock(&w->mutex);
}

static struct fill_event *event_new(enum fill_event_kind kind, const struct error *error)
{
    struct fill_event *event = mem_zalloc(sizeof *event);
    if (!event) return NULL;
    event->kind = kind;
    if (error) event->error = *error;
    return event;
}

static void post_failure(struct fill_worker *w, uint64_t job, const struct error *error)
{
    bool cancelled = error->code == STATUS_CANCELLED;
    struct fill_event *event;
    /* The last event of a job must arrive; without memory for it, waiting is the only option. */
    while (!(event = event_new(cancelled ? FILL_EVENT_CANCELLED : FILL_EVENT_FAILED, error))) usleep(10000);
    post_event(w, job, event);
}

/* ---- the worker's side --------------------------------------------------------------------------------- */

/* From here to end_loading, the user's side ends a cancelled job at once. False: it is already cancelled. */
static bool begin_loading(struct fill_worker *w, uint64_t job)
{
    pthread_mutex_lock(&w->mutex);
    w->loading = !(job && atomic_load(&w->cancel));
    bool goes_on = w->loading;
    pthread_mutex_unlock(&w->mutex);
    return goes_on;
}

/* The job that the model was loaded for; 0 if it was cancelled meanwhile. */
static uint64_t end_loading(struct fill_worker *w, struct fill_engine *engine)
{
    pthread_mutex_lock(&w->mutex);
    w->engine = engine;
    w->loading = false;
    uint64_t job = w->running;
    pthread_mutex_unlock(&w->mutex);
    return job;
}

/* The model, and the voice if there is one. */
static struct fill_engine *open_both(struct fill_worker *w, struct error *error)
{
    struct fill_engine *engine =
        fill_engine_open(w->folder, w->options.precision, w->options.threads, &w->stop, error);
    if (!engine || !w->voice ||
        !fill_engine_add_voice(engine, w->voice, w->options.voice_weight, &w->stop, error))
        return engine;
    fill_engine_free(engine);
    return NULL;
}

/* False: there is no model, or nobody waits for it; a waiting job has been told. */
static bool load_model(struct fill_worker *w, uint64_t job)
{
    if (w->engine) return true;
    struct error error = {0};
    if (!begin_loading(w, job)) {
        error_set(&error, STATUS_CANCELLED, "cancelled");
        post_failure(w, job, &error);
        return false;
    }
    post_event(w, job, event_new(FILL_EVENT_LOADING, NULL));
    struct fill_engine *engine = open_both(w, &error);
    uint64_t waits = end_loading(w, engine);
    if (!engine) {
        if (!error.code) error_set(&error, STATUS_FORMAT, "%s: the model could not be loaded", w->folder);
        post_failure(w, waits, &error);
        return false;
    }
    post_event(w, waits, event_new(FILL_EVENT_READY, NULL));
    return waits == job;
}

struct recording {
    bool on;
    struct buffer lines;
};

static void record_event(const struct fill_worker *w, const struct fill_run *run,
                         const struct fill_event *event, struct recording *recording)
{
    if (!recording->on) return;
    recording->on =
        fill_trace_event(run, event, &recording->lines) && recording->lines.size <= w->options.record;
    if (!recording->on) buffer_free(&recording->lines);
}

static void post_events(struct fill_worker *w, uint64_t job, struct fill_run *run,
                        struct recording *recording)
{
    for (uint32_t k = 0; k < fill_run_events(run); k++) {
        struct fill_event *event = fill_run_event(run, k);
        if (!event) continue; /* out of memory: the next event shows the same and more */
        record_event(w, run, event, recording);
        post_event(w, job, event);
    }
}

/* ---- questions ----------------------------------------------------------------------------------------- */

/* The lock is held. The place in the queue of the first question (asks) or job; queue_count: there is none. */
static uint32_t find_queued(const struct fill_worker *w, bool asks)
{
    uint32_t i = 0;
    while (i < w->queue_count && w->queue[i].asks != asks) i++;
    return i;
}

/* The lock is held. */
static struct queued take_queued(struct fill_worker *w, uint32_t index)
{
    struct queued q = w->queue[index];
    memmove(&w->queue[index], &w->queue[index + 1], (--w->queue_count - index) * sizeof w->queue[0]);
    return q;
}

static void answer_question(struct fill_worker *w, const struct queued *q)
{
    struct error error = {0};
    struct fill_event *event = event_new(FILL_EVENT_ANSWER, NULL);
    enum status status = event ? question_answer(w->engine, &q->question, event, &w->cancel_answer, &error)
                               : error_set(&error, STATUS_NO_MEMORY, "not enough memory for an answer");
    if (!status) {
        post_event(w, q->number, event);
        return;
    }
    fill_event_free(event);
    post_failure(w, q->number, &error);
}

/* Answers all questions that wait. The model is loaded. */
static void answer_questions(struct fill_worker *w)
{
    for (;;) {
        pthread_mutex_lock(&w->mutex);
        uint32_t index = find_queued(w, true);
        bool any = index < w->queue_count && !w->quit;
        struct queued q = any ? take_queued(w, index) : (struct queued){0};
        w->answering = q.number;
        atomic_store(&w->cancel_answer, q.cancelled);
        pthread_mutex_unlock(&w->mutex);
        if (!any) return;
        answer_question(w, &q);
        queued_free(&q);
    }
}

/* Carries out the waiting commands and, while the job is paused, waits for more. False: cancelled. */
static bool steer_job(struct fill_worker *w, uint64_t job, struct fill_run *run, struct recording *recording)
{
    for (;;) {
        struct command commands[MAX_COMMANDS];
        answer_questions(w);
        pthread_mutex_lock(&w->mutex);
        while (w->paused && !w->single && !w->command_count && !atomic_load(&w->cancel) && !w->quit &&
               find_queued(w, true) == w->queue_count)
            pthread_cond_wait(&w->wake, &w->mutex);
        uint32_t count = w->command_count;
        memcpy(commands, w->commands, count * sizeof *commands);
        w->command_count = 0;
        bool go = !w->paused || w->single, stop = atomic_load(&w->cancel) || w->quit;
        if (go && !count) w->single = false;
        pthread_mutex_unlock(&w->mutex);
        if (stop) return false;
        bool changed = false;
        for (uint32_t i = 0; i < count; i++) {
            const struct command *c = &commands[i];
            enum status status = c->remask ? fill_run_remask(run, c->candidate, c->blank, c->index, NULL)
                                           : fill_run_pin(run, c->candidate, c->blank, c->index, c->id, NULL);
            changed = changed || status == STATUS_OK;
        }
        if (changed) post_events(w, job, run, recording);
        if (go && !count) return true;
    }
}

static void finish_job(struct fill_worker *w, uint64_t job, struct fill_run *run, struct recording *recording)
{
    struct error error;
    struct fill_event *event = event_new(FILL_EVENT_DONE, NULL);
    if (event) event->result = fill_run_result(run);
    if (!event || !event->result) {
        fill_event_free(event);
        error_set(&error, STATUS_NO_MEMORY, "not enough memory for the result");
        post_failure(w, job, &error);
        return;
    }
    if (recording->on) recording->on = fill_trace_done(event->result, &recording->lines);
    if (recording->on && recording->lines.size <= w->options.record) {
        event->trace = recording->lines;
        recording->lines = (struct buffer){0};
    }
    post_event(w, job, event);
}

static void do_job(struct fill_worker *w, const struct queued *q)
{
    struct error error = {0};
    if (!load_model(w, q->number)) return;
    struct fill_run *run = fill_run_new(w->engine, &q->job, &error);
    struct recording recording = {.on = run && w->options.record};
    enum status status = run ? STATUS_OK : error.code ? error.code : STATUS_NO_MEMORY;
    bool begun = false;
    if (recording.on) recording.on = fill_trace_header(run, (struct slice){0}, &recording.lines);
    while (!status && !fill_run_done(run)) {
        /* A job that is paused from the start shows what it is about to fill. */
        if (begun && !steer_job(w, q->number, run, &recording)) {
            status = error_set(&error, STATUS_CANCELLED, "cancelled");
            break;
        }
        status = fill_run_step(run, &w->cancel, &error);
        begun = true;
        if (!status) post_events(w, q->number, run, &recording);
    }
    if (status)
        post_failure(w, q->number, &error);
    else
        finish_job(w, q->number, run, &recording);
    buffer_free(&recording.lines);
    fill_run_free(run);
}

/* Answers a question that came while no job was running. While the model is being loaded, it is handled like
 * a job. */
static void do_question(struct fill_worker *w, const struct queued *q)
{
    if (!load_model(w, q->number)) return;
    pthread_mutex_lock(&w->mutex);
    bool cancelled = atomic_load(&w->cancel);
    w->running = 0;
    w->answering = q->number;
    atomic_store(&w->cancel_answer, cancelled || w->quit);
    pthread_mutex_unlock(&w->mutex);
    answer_question(w, q);
}

/* Takes the first job from the queue and makes it the running one. */
static struct queued next_job(struct fill_worker *w)
{
    struct queued q = take_queued(w, 0);
    w->running = q.number;
    w->command_count = 0;
    w->paused = q.paused;
    w->single = q.single;
    atomic_store(&w->cancel, q.cancelled);
    return q;
}

static void *work_on_jobs(void *context)
{
    struct fill_worker *w = context;
    /* On Linux the niceness belongs to the calling thread, and threads created later inherit it. If the
     * system refuses, no harm is done. */
    (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + w->options.niceness);
    /* µs: it computes for long, and the thread that draws the screen should get in between */
    enum { SLICE = 6000 };
    thread_slice(SLICE);
    pthread_mutex_lock(&w->mutex);
    while (!w->quit) {
        if (w->queue_count) {
            struct queued q = next_job(w);
            pthread_mutex_unlock(&w->mutex);
            if (q.has_dialect) q.job.dialect = &q.dialect;
            q.asks ? do_question(w, &q) : do_job(w, &q);
            queued_free(&q);
            pthread_mutex_lock(&w->mutex);
            w->running = w->answering = 0;
        } else if (w->warm) {
            w->warm = false;
            pthread_mutex_unlock(&w->mutex);
            load_model(w, 0);
            pthread_mutex_lock(&w->mutex);
        } else {
            pthread_cond_wait(&w->wake, &w->mutex);
        }
    }
    pthread_mutex_unlock(&w->mutex);
    return NULL;
}

/* ---- the user's side ----------------------------------------------------------------------------------- */

static void free_memory(struct fill_worker *w)
{
    if (!w) return;
    mem_free(w->folder);
    mem_free(w->voice);
    mem_free(w);
}

/* Its copies of the options. */
static struct fill_worker *worker_of(const struct fill_worker_options *options)
{
    struct fill_worker *w = mem_zalloc(sizeof *w);
    const char *voice = options->voice_folder;
    if (!w || !(w->folder = mem_strdup(options->model_folder)) ||
        (voice && !(w->voice = mem_strdup(voice)))) {
        free_memory(w);
        return NULL;
    }
    w->options = *options;
    w->options.model_folder = w->folder;
    w->options.voice_folder = w->voice;
    return w;
}

struct fill_worker *fill_worker_new(const struct fill_worker_options *options, struct error *error)
{
    struct fill_worker *w = worker_of(options);
    if (!w) {
        error_set(error, STATUS_NO_MEMORY, "not enough memory for the worker");
        return NULL;
    }
    atomic_init(&w->cancel, false);
    atomic_init(&w->stop, false);
    atomic_init(&w->cancel_answer, false);
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int failure = w->fd < 0 ? errno : pthread_create(&w->thread, NULL, work_on_jobs, w);
    if (!failure) return w;
    error_set(error, STATUS_IO, "cannot start the worker: %s", strerror(failure));
    if (w->fd >= 0) close(w->fd);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->mutex);
    free_memory(w);
    return NULL;
}

void fill_worker_free(struct fill_worker *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->mutex);
    w->quit = true;
    atomic_store(&w->cancel, true);
    atomic_store(&w->cancel_answer, true);
    atomic_store(&w->stop, true);
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    for (uint32_t i = 0; i < w->queue_count; i++) queued_free(&w->queue[i]);
    ring_clear(&w->ring);
    fill_engine_free(w->engine);
    close(w->fd);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->mutex);
    free_memory(w);
}

int fill_worker_fd(const struct fill_worker *w)
{
    return w->fd;
}

bool fill_worker_poll(struct fill_worker *w, struct fill_event **event)
{
    pthread_mutex_lock(&w->mutex);
    *event = ring_take(&w->ring);
    if (*event && ends_job(*event)) w->outstanding--;
    uint64_t ignored;
    /* Cleared under the lock, so that no event can come between the check and the clearing. */
    if (w->ring.count == 0)
        while (read(w->fd, &ignored, sizeof ignored) < 0 && errno == EINTR) continue;
    pthread_mutex_unlock(&w->mutex);
    return *event != NULL;
}

/* Queues `q` and takes its contents. Returns its number; 0: the queue is full. */
static uint64_t enqueue(struct fill_worker *w, struct queued q, struct error *error)
{
    pthread_mutex_lock(&w->mutex);
    uint64_t number = 0;
    if (w->outstanding < FILL_QUEUE) {
        q.number = number = ++w->last_number;
        w->queue[w->queue_count++] = q;
        w->outstanding++;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->mutex);
    if (number) return number;
    queued_free(&q);
    return error_set(error, STATUS_LIMIT, "%d jobs are already waiting", FILL_QUEUE), 0;
}

uint64_t fill_worker_submit(struct fill_worker *w, const struct fill_job *job, struct error *error)
{
    struct queued q = {0};
    if (!queued_job(job, &q)) return error_set(error, STATUS_NO_MEMORY, "not enough memory for a job"), 0;
    return enqueue(w, q, error);
}

uint64_t fill_worker_ask_alternatives(struct fill_worker *w, const struct fill_place *place,
                                      struct error *error)
{
    struct queued q = {.asks = true};
    if (!question_about_place(place, &q.question))
        return error_set(error, STATUS_NO_MEMORY, "out of memory"), 0;
    return enqueue(w, q, error);
}

uint64_t fill_worker_ask_fit(struct fill_worker *w, const struct fit_question *words, struct error *error)
{
    struct queued q = {.asks = true};
    if (!question_about_words(words, &q.question))
        return error_set(error, STATUS_NO_MEMORY, "out of memory"), 0;
    return enqueue(w, q, error);
}

uint64_t fill_worker_ask_rescore(struct fill_worker *w, const struct rescore_question *question,
                                 struct error *error)
{
    struct queued q = {.asks = true};
    if (!question_about_fills(question, &q.question))
        return error_set(error, STATUS_NO_MEMORY, "out of memory"), 0;
    return enqueue(w, q, error);
}

void fill_worker_warm(struct fill_worker *w)
{
    pthread_mutex_lock(&w->mutex);
    w->warm = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
}

/* Takes a job out of the queue. */
static void withdraw_job(struct fill_worker *w, uint32_t index)
{
    struct queued q = take_queued(w, index);
    queued_free(&q);
}

void fill_worker_cancel(struct fill_worker *w, uint64_t job)
{
    struct error error;
    error_set(&error, STATUS_CANCELLED, "cancelled");
    struct fill_event *event =
        event_new(FILL_EVENT_CANCELLED, &error); /* if memory runs out the worker reports it */
    pthread_mutex_lock(&w->mutex);
    bool running = job && w->running == job, given_up = running && w->loading && event;
    uint32_t i = 0;
    while (i < w->queue_count && w->queue[i].number != job) i++;
    bool queued = i < w->queue_count;
    if (given_up)
        w->running = 0;
    else if (running)
        atomic_store(&w->cancel, true);
    else if (job && w->answering == job)
        atomic_store(&w->cancel_answer, true);
    else if (queued && event)
        withdraw_job(w, i);
    else if (queued)
        w->queue[i].cancelled = true;
    if (given_up || (queued && event)) {
        post_locked(w, job, event);
        event = NULL;
    }
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    fill_event_free(event);
}

void fill_worker_pause(struct fill_worker *w, uint64_t job, bool paused)
{
    pthread_mutex_lock(&w->mutex);
    if (w->running == job) w->paused = paused;
    for (uint32_t i = 0; i < w->queue_count; i++)
        if (w->queue[i].number == job) w->queue[i].paused = paused;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
}

void fill_worker_single(struct fill_worker *w, uint64_t job)
{
    pthread_mutex_lock(&w->mutex);
    if (w->running == job) w->single = true;
    for (uint32_t i = 0; i < w->queue_count; i++)
        if (w->queue[i].number == job) w->queue[i].single = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
}

static bool send_command(struct fill_worker *w, uint64_t job, struct command command)
{
    pthread_mutex_lock(&w->mutex);
    bool room = w->running != job || w->command_count < MAX_COMMANDS;
    if (w->running == job && room) w->commands[w->command_count++] = command;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->mutex);
    return room;
}

bool fill_worker_pin(struct fill_worker *w, uint64_t job, uint32_t candidate, uint32_t blank, uint32_t index,
                     uint32_t id)
{
    return send_command(w, job, (struct command){false, candidate, blank, index, id});
}

bool fill_worker_remask(struct fill_worker *w, uint64_t job, uint32_t candidate, uint32_t blank,
                        uint32_t index)
{
    return send_command(w, job, (struct command){true, candidate, blank, index, 0});
}

struct fill_engine *fill_worker_engine(const struct fill_worker *worker)
{
    struct fill_worker *w = (struct fill_worker *)(uintptr_t)worker;
    if (!w) return NULL;
    pthread_mutex_lock(&w->mutex);
    struct fill_engine *engine = w->engine;
    pthread_mutex_unlock(&w->mutex);
    return engine;
}
