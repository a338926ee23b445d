/* The worker thread, as the editor uses it. Run it under SAN=thread with LACUNA_BACKEND=plain. */
#include "fill_test.h"

#include <poll.h>
#include <time.h>

static struct fill_worker *new_worker(const char *folder, bool record)
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

/* The next event, waited for as the editor waits. */
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

static void test_a_job_from_start_to_end(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, true);
    assert_null(fill_worker_config(worker));
    struct fill_job job = some_job(1);
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    assert_true(number > 0);
    struct fill_event *event = next_event(worker);
    assert_int_equal(event->kind, FILL_EVENT_LOADING);
    fill_event_free(event);
    event = next_event(worker);
    assert_int_equal(event->kind, FILL_EVENT_READY);
    fill_event_free(event);
    assert_int_equal(fill_worker_config(worker)->length, 64);
    assert_int_equal(bpe_size(fill_worker_bpe(worker)), 500);
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

static void test_a_missing_model_is_an_event(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker("tests/data/none", false);
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
    struct fill_worker *worker = new_worker(TINY, false);
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
    struct fill_worker *worker = new_worker(TINY, false);
    struct fill_job job = some_job(1);
    job.options.steps = 1 << 20; /* would take minutes */
    uint64_t first = fill_worker_submit(worker, &job, NULL), second = fill_worker_submit(worker, &job, NULL);
    fill_event_free(wait_for(worker, FILL_EVENT_STEP));
    fill_worker_cancel(worker, second);
    fill_worker_cancel(worker, first);
    fill_worker_cancel(worker, 77);
    struct fill_event *event = wait_for(worker, FILL_EVENT_CANCELLED);
    assert_int_equal(event->job, first);
    fill_event_free(event);
    event = wait_for(worker, FILL_EVENT_CANCELLED);
    assert_int_equal(event->job, second);
    fill_event_free(event);
    assert_true(fill_worker_submit(worker, &job, NULL) > 0);
    fill_worker_free(worker); /* in the middle of a job */
}

/* Nobody takes events for a while: steps are dropped, endings are not, and the queue stays bounded. */
static void test_a_slow_reader_gets_every_ending(void **state)
{
    (void)state;
    struct fill_worker *worker = new_worker(TINY, false);
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
    struct fill_worker *worker = new_worker(TINY, false);
    struct fill_job job = some_job(3);
    job.options.method = SEDD_FIRST_HITTING;
    job.options.candidates = 1;
    uint64_t number = fill_worker_submit(worker, &job, NULL);
    fill_worker_pause(worker, number, true); /* queued or begun: either way it stops soon */
    fill_worker_single(worker, number);      /* may come too early and be forgotten with the queue */
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
    uint32_t wanted = (uint32_t)bpe_find(fill_worker_bpe(worker), " the", 4);
    assert_true(fill_worker_pin(worker, number, 0, 0, slot, wanted));
    assert_true(fill_worker_pin(worker, number, 0, 9, 9, wanted)); /* no such slot: nothing happens */
    fill_worker_pause(worker, number, false);
    event = wait_for(worker, FILL_EVENT_DONE);
    assert_int_equal(event->result->candidates[0].blanks[0].tokens[slot].id, wanted);
    fill_event_free(event);
    fill_worker_free(worker);
}

static void test_a_worker_that_never_worked(void **state)
{
    (void)state;
    fill_worker_free(new_worker(TINY, false));
    fill_worker_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_job_from_start_to_end),
        cmocka_unit_test(test_a_missing_model_is_an_event),
        cmocka_unit_test(test_a_bad_job_is_an_event),
        cmocka_unit_test(test_cancelling),
        cmocka_unit_test(test_a_slow_reader_gets_every_ending),
        cmocka_unit_test(test_pausing_and_steering),
        cmocka_unit_test(test_a_worker_that_never_worked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
