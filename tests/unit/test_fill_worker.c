/* The worker thread, used as the editor uses it. Run it under SAN=thread with LACUNA_BACKEND=plain. */
#include "fill_test.h"
#include "sedd/net.h"

#include "fill/worker.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct fill_worker *new_worker(const char *folder, size_t record)
{
    struct error error = {0};
    struct fill_worker_options options = {.model_folder = folder,
                                          .precision = SEDD_PRECISION_F32,
                                          .threads = 2,
                                          .niceness = 1,
                                          .record = record};
    struct fill_worker *worker = fill_worker_new(&options, &error);
    assert_non_null(worker);
    return worker;
}

/* The next event; waits like the editor. */
static struct fill_event *next_event(struct fill_worker *worker)
{
    struct fill_event *event;
    for (int i = 0; i < 100; i++) {
        if (fill_worker_poll(worker, &event)) return event;
        struct pollfd fd = {.fd = fill_worker_fd(worker), .events = POLLIN};
        poll(&fd, 1, 1000);
    }
    fail_msg("no event in 100 seconds");
    return NULL;
}

/* Takes events until one of that kind comes. */
static struct fill_event *wait_for(struct fill_worker *worker, enum fill_event_kind kind)
{
    for (;;) {
        struct fill_event *event = next_event(worker);
        if (event->kind == kind) return event;
        if (event->kind == FILL_EVENT_FAILED) fail_msg("%s", event->error.message);
        fill_event_free(event);
    }
}

static struct fill_job some_job(uint64_t seed)
{
    static const struct fill_blank blank = {.start = 7, .end = 7, .min = 6, .max = 6};
    struct fill_job job = {
        .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.seed = seed;
    job.options.candidates = 2;
    return job;
}

/* Blocks of the network that its thread has started; 0 before the model is loaded. */
static uint64_t layers_of(const struct fill_worker *worker)
{
    struct fill_engine *engine = fill_worker_engine(worker);
    return engine ? net_layers(fill_engine_net(engine)) : 0;
}

static void test_a_job_from_start_to_end(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 1 << 20);
    assert_false(fill_worker_ready(worker));
    struct fill_job job = some_job(1);
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    assert_true(number > 0);
    struct fill_event *event = next_event(worker);
    assert_int_equal(event->kind, FILL_EVENT_LOADING);
    fill_event_free(event);
    event = next_event(worker);
    assert_int_equal(event->kind, FILL_EVENT_READY);
    fill_event_free(event);
    assert_int_equal(fill_engine_config(fill_worker_engine(worker))->length, 64);
    assert_int_equal(bpe_size(fill_engine_bpe(fill_worker_engine(worker))), 500);
    assert_true(fill_worker_ready(worker));
    uint32_t step = 0;
    while ((event = next_event(worker))->kind != FILL_EVENT_DONE) {
        assert_int_equal(event->job, number);
        assert_int_equal(event->blank_count, 1);
        assert_int_equal(event->blanks[0].count, 6);
        if (event->kind == FILL_EVENT_STEP) assert_true(event->step >= step && event->step > 0);
        step = event->step;
        fill_event_free(event);
    }
    assert_int_equal(event->result->count, 2);
    assert_memory_equal(event->trace.data, "{\"type\":\"header\",\"trace\":1,", 27);
    assert_non_null(strstr(event->trace.data, "\n{\"type\":\"done\","));
    fill_event_free(event);
    assert_false(fill_worker_poll(worker, &event));
    fill_worker_free(worker);
}

/* The trace of a job of a hundred thousand steps must not fill the memory. */
static void test_a_trace_that_is_too_long_is_left_out(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 1000);
    struct fill_job job = some_job(1);
    struct fill_event *event;
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    while ((event = next_event(worker))->kind != FILL_EVENT_DONE) fill_event_free(event);
    assert_int_equal(event->result->count, 2);
    assert_int_equal(event->trace.size, 0);
    fill_event_free(event);
    fill_worker_free(worker);
}

static void test_a_missing_model_is_an_event(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker("tests/data/none", 0);
    struct fill_job job = some_job(1);
    for (int i = 0; i < 2; i++) {
        uint64_t number = fill_worker_submit(worker, &job, NULL);
        struct fill_event *event = next_event(worker);
        assert_int_equal(event->kind, FILL_EVENT_LOADING);
        fill_event_free(event);
        event = next_event(worker);
        assert_int_equal(event->kind, FILL_EVENT_FAILED);
        assert_int_equal(event->job, number);
        assert_non_null(strstr(event->error.message, "tests/data/none"));
        fill_event_free(event);
    }
    fill_worker_free(worker);
}

static void test_a_bad_job_is_an_event(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct fill_job job = some_job(1);
    job.options.candidates = 0;
    fill_worker_warm(worker);
    fill_event_free(wait_for(worker, FILL_EVENT_READY));
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    struct fill_event *event = next_event(worker);
    assert_int_equal(event->kind, FILL_EVENT_FAILED);
    fill_event_free(event);
    fill_worker_free(worker);
}

static void test_cancelling(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct fill_job job = some_job(1);
    job.options.steps = 1 << 20; /* would take minutes */
    uint64_t first = fill_worker_submit(worker, &job, NULL), second = fill_worker_submit(worker, &job, NULL);
    fill_event_free(wait_for(worker, FILL_EVENT_STEP));
    fill_worker_cancel(worker, second);
    fill_worker_cancel(worker, first);
    fill_worker_cancel(worker, 77);
    struct fill_event *event =
        wait_for(worker, FILL_EVENT_CANCELLED); /* a waiting job is cancelled at once */
    assert_int_equal(event->job, second);
    fill_event_free(event);
    event = wait_for(worker, FILL_EVENT_CANCELLED);
    assert_int_equal(event->job, first);
    fill_event_free(event);
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    fill_worker_free(worker); /* in the middle of a job */
}

/* ---- the time to cancel ------------------------------------------------------------------------------- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { CANCELS = 4 };
#else
enum { CANCELS = 24 };
#endif

static void test_typed_words_become_the_models_tokens(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct slice curly = {"She said “no” and “yes” and “no”.", strlen("She said “no” and “yes” and “no”.")};
    struct bpe_ids ids = {0};
    struct error error = {0};
    assert_int_equal(fill_worker_encode(worker, curly, "x", false, &ids, &error), STATUS_UNSUPPORTED);
    assert_false(fill_worker_shows_noise(worker));
    fill_worker_warm(worker);
    struct fill_event *event;
    do {
        event = next_event(worker);
        bool ready = event->kind == FILL_EVENT_READY;
        fill_event_free(event);
        if (ready) break;
    } while (true);
    const struct bpe *bpe = fill_engine_bpe(fill_worker_engine(worker));
    assert_int_equal(fill_worker_encode(worker, curly, "“the” end", true, &ids, &error), STATUS_OK);
    struct buffer text = {0};
    assert_int_equal(bpe_decode(bpe, ids.ids, ids.count, &text, &error), STATUS_OK);
    assert_string_equal(text.data, " \"the\" end"); /* the model was trained on straight quotes */
    assert_true(fill_worker_begins_with_space(worker, ids.ids[0]));
    assert_false(fill_worker_begins_with_space(worker, (uint32_t)bpe_find(bpe, "e", 1)));
    assert_false(fill_worker_shows_noise(worker)); /* an absorbing graph */
    buffer_free(&text);
    bpe_ids_free(&ids);
    fill_worker_free(worker);
}

/* Cancels `job` many times, each time a little later in its work. The promise is counted in layers of the
 * network that start after the cancel, which other load cannot change: at most the one that the worker was
 * about to start. */
static void cancel_again_and_again(struct fill_worker *worker, struct fill_job *job, const char *what)
{
    uint64_t most = 0;
    for (int i = 0; i < CANCELS; i++) {
        uint64_t number = fill_worker_submit(worker, job, NULL), before = layers_of(worker);
        while (layers_of(worker) < before + 1 + (uint64_t)i % 7)
            nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
        nanosleep(&(struct timespec){.tv_nsec = i % 5 * 700000}, NULL);
        fill_worker_cancel(worker, number);
        uint64_t at = layers_of(worker);
        fill_event_free(wait_for(worker, FILL_EVENT_CANCELLED));
        if (layers_of(worker) - at > most) most = layers_of(worker) - at;
    }
    print_message("cancel, %s: at most %d layer begun after it\n", what, (int)most);
    assert_in_range(most, 0, 1);
}

/* A question is answered without a job, while one is paused, and with the numbers of its own. */
static void test_a_question_is_answered_beside_jobs(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    const char text[] = "He had it and he went to the sea.";
    struct fill_place place = {.text = {text, strlen(text)}, .start = 3, .end = 6, .count = 5};
    struct fit_question words = {
        .text = {text, strlen(text)}, .end = strlen(text), .left = true, .instead = 2};
    uint64_t first = fill_worker_ask_alternatives(worker, &place, NULL);
    struct fill_event *event = wait_for(worker, FILL_EVENT_ANSWER);
    assert_int_equal(event->job, first);
    assert_int_equal(event->alternatives.count, 5);
    fill_event_free(event);
    struct fill_job job = some_job(1);
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    fill_worker_pause(worker, number, true);
    uint64_t second = fill_worker_ask_fit(worker, &words, NULL);
    event = wait_for(worker, FILL_EVENT_ANSWER);
    assert_int_equal(event->job, second);
    assert_int_equal(event->fit.count, 9);
    assert_true(event->fit.words[8].ln_q < 0 && event->fit.words[8].ln_q_left < 0);
    assert_int_equal(event->fit.words[0].instead_count, 2);
    fill_event_free(event);
    const uint32_t ids[] = {20, 21, 22, 20, 21}, counts[] = {3, 2};
    struct rescore_question fills = {
        .text = {text, strlen(text)}, .start = 3, .end = 6, .ids = ids, .counts = counts, .count = 2};
    uint64_t third = fill_worker_ask_rescore(worker, &fills, NULL);
    event = wait_for(worker, FILL_EVENT_ANSWER);
    assert_int_equal(event->job, third);
    assert_int_equal(event->rescored.count, 2);
    assert_true(event->rescored.ln_q[0] < 0 && event->rescored.ln_q[1] < 0);
    fill_event_free(event);
    fill_worker_pause(worker, number, false);
    fill_event_free(wait_for(worker, FILL_EVENT_DONE));
    assert_false(fill_worker_poll(worker, &event));
    fill_worker_free(worker);
}

/* A job's conditions are its own from then on, and what cannot be met is an event. */
static void test_a_job_takes_its_conditions_along(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    char word[] = "lantern", never[] = "he";
    struct fill_must must = {word, 0};
    const char *without[] = {never};
    struct fill_conditions conditions = {
        .must = &must, .must_count = 1, .without = without, .without_count = 1};
    static const struct fill_blank wide = {.start = 7, .end = 7, .min = 9, .max = 9};
    struct fill_job job = some_job(1);
    job.blanks = &wide;
    job.conditions = &conditions;
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    memset(word, 'x', sizeof word - 1); /* the worker has copies */
    memset(never, 'x', sizeof never - 1);
    struct fill_event *event = wait_for(worker, FILL_EVENT_DONE);
    assert_non_null(strstr(event->result->candidates[0].blanks[0].text.data, "lantern"));
    fill_event_free(event);
    memcpy(word, "HE", 3);
    memcpy(never, "he", 3);
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    while ((event = next_event(worker))->kind != FILL_EVENT_FAILED) fill_event_free(event);
    assert_int_equal(event->job, number);
    assert_non_null(strstr(event->error.message, "is in both \"must\" and \"not\""));
    fill_event_free(event);
    fill_worker_free(worker);
}

/* Whatever becomes of them, every question has one event. */
static void test_every_question_has_its_one_event(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    static char text[40000];
    for (size_t i = 0; i + 1 < sizeof text; i += 20) memcpy(text + i, "the old man said to ", 20);
    struct fit_question words = {.text = {text, sizeof text - 1}, .end = 4000, .left = true};
    struct fill_place nowhere = {.text = {text, 100}, .start = 3, .end = 12, .count = 5};
    uint64_t numbers[FILL_QUEUE + 1], last = 0;
    unsigned room = 0, seen = 0;
    for (int i = 0; i <= FILL_QUEUE; i++) {
        numbers[i] = i % 4 == 3 ? fill_worker_ask_alternatives(worker, &nowhere, NULL)
                                : fill_worker_ask_fit(worker, &words, NULL);
        room += numbers[i] != 0;
        if (i % 2) fill_worker_cancel(worker, numbers[i]);
        if (numbers[i]) last = numbers[i];
    }
    fill_worker_cancel(worker, numbers[0]);
    assert_true(room >= FILL_QUEUE && last);
    while (seen < room) {
        struct fill_event *event = next_event(worker);
        seen += event->kind == FILL_EVENT_ANSWER || event->kind == FILL_EVENT_CANCELLED ||
                event->kind == FILL_EVENT_FAILED;
        fill_event_free(event);
    }
    struct fill_event *none;
    assert_false(fill_worker_poll(worker, &none));
    assert_true(fill_worker_ask_fit(worker, &words, NULL) > 0); /* and is ended with the worker */
    fill_worker_free(worker);
}

#define STARTER "models/starter"

static void test_a_cancel_is_seen_within_a_layer(void **state)
{
    (void)state;
    static const struct fill_blank one = {.start = 1300, .end = 1300, .min = 12, .max = 12},
                                   wide = {.start = 1300, .end = 1300, .min = 8, .max = 64};
    char text[2600];
    const char *backend = getenv("LACUNA_BACKEND");
    if (access(STARTER "/model.safetensors", R_OK) || (backend && strcmp(backend, "plain") == 0)) skip();
    for (size_t i = 0; i + 1 < sizeof text; i += 20) memcpy(text + i, "the old man said to ", 20);
    struct fill_worker *worker = new_worker(STARTER, 0);
    fill_worker_warm(worker);
    fill_event_free(wait_for(worker, FILL_EVENT_READY));
    struct fill_job job = {
        .text = {text, sizeof text}, .blanks = &one, .count = 1, .options = fill_options_default()};
    job.options.method = SEDD_FIRST_HITTING; /* as many evaluations as there are tokens */
    cancel_again_and_again(worker, &job, "a blank of 12");
    job.options.candidates = 16; /* one layer of this many rows takes longer than 30 ms */
    cancel_again_and_again(worker, &job, "16 candidates");
    job.options.candidates = 1;
    job.blanks = &wide;
    cancel_again_and_again(worker, &job, "its length");
    fill_worker_free(worker);
}

/* ---- while the model loads ----------------------------------------------------------------------------- */

/* A folder with the tiny model whose vocabulary is a pipe: loading waits until it is written to. */
static void make_slow_folder(char *folder)
{
    char path[128], target[PATH_MAX];
    static const char *const same[] = {"config.json", "model.safetensors", "merges.txt"};
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
        snprintf(path, sizeof path, TINY "/%s", same[i]);
        assert_non_null(realpath(path, target));
        snprintf(path, sizeof path, "%s/%s", folder, same[i]);
        assert_int_equal(symlink(target, path), 0);
    }
    snprintf(path, sizeof path, "%s/vocab.json", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void feed(const char *folder)
{
    char path[128];
    struct buffer vocab = {0};
    assert_int_equal(file_read(TINY "/vocab.json", &vocab, NULL), STATUS_OK);
    snprintf(path, sizeof path, "%s/vocab.json", folder);
    FILE *pipe = fopen(path, "w");
    assert_non_null(pipe);
    assert_int_equal(fwrite(vocab.data, 1, vocab.size, pipe), vocab.size);
    fclose(pipe);
    buffer_free(&vocab);
}

static void remove_folder(const char *folder)
{
    char path[128];
    static const char *const all[] = {"config.json", "model.safetensors", "merges.txt", "vocab.json"};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, all[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void test_a_cancel_does_not_wait_for_the_model(void **state)
{
    (void)state;
    char folder[] = "/tmp/lacuna-slow-XXXXXX";
    make_slow_folder(folder);
    struct fill_worker *worker = new_worker(folder, 0);
    struct fill_job job = some_job(1);
    uint64_t first = fill_worker_submit(worker, &job, NULL), second = fill_worker_submit(worker, &job, NULL),
             third = fill_worker_submit(worker, &job, NULL);
    fill_event_free(wait_for(worker, FILL_EVENT_LOADING));
    fill_worker_cancel(worker, second);
    fill_worker_cancel(worker, first);
    struct fill_event *event;
    assert_true(fill_worker_poll(worker, &event)); /* both are already there */
    assert_int_equal(event->kind, FILL_EVENT_CANCELLED);
    assert_int_equal(event->job, second);
    fill_event_free(event);
    assert_true(fill_worker_poll(worker, &event));
    assert_int_equal(event->kind, FILL_EVENT_CANCELLED);
    assert_int_equal(event->job, first);
    fill_event_free(event);
    feed(folder); /* the loading was not wasted */
    event = wait_for(worker, FILL_EVENT_DONE);
    assert_int_equal(event->job, third);
    fill_event_free(event);
    fill_worker_free(worker);
    remove_folder(folder);
}

static void *free_it(void *worker)
{
    fill_worker_free(worker);
    return NULL;
}

/* In the middle of loading: small files are read to their end, weights for at most one more piece. */
static void test_quitting_does_not_wait_for_the_weights(void **state)
{
    (void)state;
    char folder[] = "/tmp/lacuna-slow-XXXXXX";
    make_slow_folder(folder);
    struct fill_worker *worker = new_worker(folder, 0);
    struct fill_job job = some_job(1);
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    fill_event_free(wait_for(worker, FILL_EVENT_LOADING));
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, free_it, worker), 0);
    feed(folder);
    pthread_join(thread, NULL);
    remove_folder(folder);
}

/* Nobody takes events for a while: steps are dropped, endings are not, and the queue stays bounded. */
static void test_a_slow_reader_gets_every_ending(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct fill_job job = some_job(1);
    uint64_t numbers[FILL_QUEUE];
    struct error error;
    for (int i = 0; i < FILL_QUEUE; i++)
        assert_true((numbers[i] = fill_worker_submit(worker, &job, &error)) > 0);
    assert_int_equal(fill_worker_submit(worker, &job, &error), 0);
    assert_int_equal(error.code, STATUS_LIMIT);
    struct timespec while_nobody_looks = {.tv_nsec = 300000000};
    nanosleep(&while_nobody_looks, NULL);
    for (int i = 0; i < FILL_QUEUE; i++) {
        struct fill_event *event = wait_for(worker, FILL_EVENT_DONE);
        assert_int_equal(event->job, numbers[i]);
        fill_event_free(event);
    }
    assert_true(fill_worker_submit(worker, &job, &error) > 0);
    fill_event_free(wait_for(worker, FILL_EVENT_DONE));
    fill_worker_free(worker);
}

static void test_pausing_and_steering(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct fill_job job = some_job(3);
    job.options.method = SEDD_FIRST_HITTING;
    job.options.candidates = 1;
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    fill_worker_pause(worker, number, true); /* queued or started: it stops soon in both cases */
    fill_worker_single(worker, number);      /* kept while it is queued */
    fill_event_free(wait_for(worker, FILL_EVENT_READY));
    struct fill_event *event;
    uint32_t slot = 6;
    while (slot == 6) {
        fill_worker_single(worker, number);
        event = next_event(worker);
        for (uint32_t i = 0; event->kind == FILL_EVENT_STEP && i < 6; i++)
            if (event->blanks[0].tokens[i].state == FILL_FRESH) slot = i;
        fill_event_free(event);
    }
    assert_true(fill_worker_remask(worker, number, 0, 0, slot));
    uint32_t wanted = (uint32_t)bpe_find(fill_engine_bpe(fill_worker_engine(worker)), " the", 4);
    assert_true(fill_worker_pin(worker, number, 0, 0, slot, wanted));
    assert_true(fill_worker_pin(worker, number, 0, 9, 9, wanted)); /* no such slot: nothing happens */
    fill_worker_pause(worker, number, false);
    event = wait_for(worker, FILL_EVENT_DONE);
    assert_int_equal(event->result->candidates[0].blanks[0].tokens[slot].id, wanted);
    fill_event_free(event);
    fill_worker_free(worker);
}

/* The editor draws a proposal again up to one of its steps: not one more may be done. */
static void test_a_held_job_does_the_steps_that_were_asked_for_and_no_others(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, 0);
    struct fill_job job = some_job(3);
    job.options.candidates = 1;
    job.held = true;
    uint64_t other = fill_worker_submit(
        worker,
        &(struct fill_job){.text = job.text, .blanks = job.blanks, .count = 1, .options = job.options}, NULL);
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    fill_worker_single(worker, number); /* it is queued still, behind the other */
    struct fill_event *event = wait_for(worker, FILL_EVENT_DONE);
    assert_int_equal(event->job, other);
    fill_event_free(event);
    fill_event_free(wait_for(worker, FILL_EVENT_WINDOW));
    for (uint32_t step = 1; step < 5; step++) {
        event = wait_for(worker, FILL_EVENT_STEP);
        assert_int_equal(event->step, step);
        fill_event_free(event);
        assert_true(fill_worker_remask(worker, number, 0, 0, 0)); /* shown, with the step as it is */
        event = wait_for(worker, FILL_EVENT_STEP);
        assert_int_equal(event->step, step);
        fill_event_free(event);
        fill_worker_single(worker, number);
    }
    fill_worker_pause(worker, number, false);
    event = wait_for(worker, FILL_EVENT_DONE);
    assert_int_equal(event->job, number);
    fill_event_free(event);
    fill_worker_free(worker);
}

static void test_a_worker_that_never_worked(void **state)
{
    (void)state;
    fill_worker_free(new_worker(TINY, 0));
    fill_worker_free(NULL);
}

/* LeakSanitizer sees what is lost. */
static void test_a_worker_that_cannot_be_made_leaves_nothing(void **state)
{
    (void)state;
#ifdef LACUNA_FAULTS
    struct fill_worker_options options = {
        .model_folder = TINY, .voice_folder = TINY, .voice_weight = 0.5, .threads = 1};
    for (long n = 0; n < 3; n++) { /* itself, and two names */
        struct error error = {0};
        mem_fail_after(n);
        assert_null(fill_worker_new(&options, &error));
        mem_fail_after(-1);
        assert_int_equal(error.code, STATUS_NO_MEMORY);
    }
#else
    skip(); /* needs FAULTS=1 */
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_typed_words_become_the_models_tokens),
        cmocka_unit_test(test_a_job_from_start_to_end),
        cmocka_unit_test(test_a_trace_that_is_too_long_is_left_out),
        cmocka_unit_test(test_a_missing_model_is_an_event),
        cmocka_unit_test(test_a_bad_job_is_an_event),
        cmocka_unit_test(test_a_question_is_answered_beside_jobs),
        cmocka_unit_test(test_a_job_takes_its_conditions_along),
        cmocka_unit_test(test_every_question_has_its_one_event),
        cmocka_unit_test(test_cancelling),
        cmocka_unit_test(test_a_cancel_is_seen_within_a_layer),
        cmocka_unit_test(test_a_cancel_does_not_wait_for_the_model),
        cmocka_unit_test(test_quitting_does_not_wait_for_the_weights),
        cmocka_unit_test(test_a_slow_reader_gets_every_ending),
        cmocka_unit_test(test_pausing_and_steering),
        cmocka_unit_test(test_a_held_job_does_the_steps_that_were_asked_for_and_no_others),
        cmocka_unit_test(test_a_worker_that_never_worked),
        cmocka_unit_test(test_a_worker_that_cannot_be_made_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
