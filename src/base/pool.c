/* A fixed set of threads for one parallel loop at a time. Waiting threads spin briefly and then sleep on a
 * condition variable: during an evaluation the kernels' loops follow each other within microseconds, but
 * between evaluations no core may be kept busy. */
#define _GNU_SOURCE
#include "lacuna/base.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct pool {
    int threads; /* including the caller */
    pthread_t *handles;
    pthread_mutex_t lock;
    pthread_cond_t start, done;
    atomic_uint generation; /* incremented for every job */
    atomic_int next_part;
    atomic_int busy; /* extra threads still inside the current job */
    atomic_int most; /* threads that may work on a job, including the caller */
    int invited;     /* extra threads that work on the current job: those of the first seats */
    int parts;
    pool_task *task;
    void *context;
    bool quit;
};

struct seat {
    struct pool *pool;
    int worker;
};

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

enum { LOOKS = 2000 }; /* about 20 to 80 µs of pause instructions */

/* After each part of a limited pool: who else waits for this CPU goes first. Between two products there need not be one
 * system call, so that a program that was woken on this CPU would wait for milliseconds. */
static inline void rest(const struct pool *pool, int most)
{
    if (most < pool->threads) sched_yield();
}

static void run_parts(struct pool *pool, int worker)
{
    int most = pool->invited + 1;
    for (;;) {
        int part = atomic_fetch_add(&pool->next_part, 1);
        if (part >= pool->parts) return;
        pool->task(pool->context, part, worker);
        rest(pool, most);
    }
}

static void *thread_main(void *argument)
{
    struct seat seat = *(struct seat *)argument;
    mem_free(argument);
    struct pool *pool = seat.pool;
    unsigned seen = 0;
    for (;;) {
        for (int i = 0; i < LOOKS && atomic_load_explicit(&pool->generation, memory_order_acquire) == seen;
             i++)
            relax();
        pthread_mutex_lock(&pool->lock);
        while ((atomic_load(&pool->generation) == seen || seat.worker > pool->invited) && !pool->quit)
            pthread_cond_wait(&pool->start, &pool->lock);
        bool quit = pool->quit;
        seen = atomic_load(&pool->generation);
        pthread_mutex_unlock(&pool->lock);
        if (quit) return NULL;
        run_parts(pool, seat.worker);
        if (atomic_fetch_sub(&pool->busy, 1) == 1) {
            pthread_mutex_lock(&pool->lock);
            pthread_cond_signal(&pool->done);
            pthread_mutex_unlock(&pool->lock);
        }
    }
}

static void stop_threads(struct pool *pool, int started)
{
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < started; i++) pthread_join(pool->handles[i], NULL);
    pthread_cond_destroy(&pool->start);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool->handles);
    mem_free(pool);
}

struct pool *pool_new(int threads, struct error *error)
{
    if (threads < 1 || threads > 256) {
        error_set(error, STATUS_ARGUMENT, "%d threads: must be 1 to 256", threads);
        return NULL;
    }
    struct pool *pool = mem_zalloc(sizeof *pool);
    pthread_t *handles = mem_zalloc_array((size_t)threads, sizeof *handles);
    if (!pool || !handles) {
        mem_free(pool);
        mem_free(handles);
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a thread pool");
        return NULL;
    }
    pool->threads = threads;
    atomic_init(&pool->most, threads);
    pool->handles = handles;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->done, NULL);
    for (int i = 0; i + 1 < threads; i++) {
        struct seat *seat = mem_alloc(sizeof *seat);
        if (seat) *seat = (struct seat){pool, i + 1};
        if (!seat || pthread_create(&pool->handles[i], NULL, thread_main, seat)) {
            mem_free(seat);
            stop_threads(pool, i);
            error_set(error, STATUS_NO_MEMORY, "cannot start %d threads", threads);
            return NULL;
        }
    }
    return pool;
}

void pool_free(struct pool *pool)
{
    if (pool) stop_threads(pool, pool->threads - 1);
}

int pool_threads(const struct pool *pool)
{
    return pool->threads;
}

void pool_limit(struct pool *pool, int threads)
{
    atomic_store(&pool->most, threads < 1 ? 1 : threads > pool->threads ? pool->threads : threads);
}

void pool_run(struct pool *pool, int parts, pool_task *task, void *context)
{
    if (parts <= 0) return;
    int most = atomic_load(&pool->most);
    if (most == 1 || parts == 1) {
        for (int part = 0; part < parts; part++) {
            task(context, part, 0);
            rest(pool, most);
        }
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->task = task;
    pool->context = context;
    pool->parts = parts;
    atomic_store(&pool->next_part, 0);
    pool->invited = most - 1;
    atomic_store(&pool->busy, pool->invited);
    atomic_fetch_add(&pool->generation, 1);
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    run_parts(pool, 0);
    for (int i = 0; i < LOOKS && atomic_load_explicit(&pool->busy, memory_order_acquire) > 0; i++) relax();
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->busy) > 0) pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

int cpu_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set)) return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n;
}

void thread_slice(unsigned microseconds)
{
#ifdef SYS_sched_setattr
    /* libc has no wrapper, and its struct may be older than the kernel's; these are its first fields */
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period; /* ns; `runtime` is the slice of an ordinary thread */
    } attributes = {.size = sizeof attributes};
    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) || attributes.policy != SCHED_OTHER)
        return;
    attributes.runtime = (uint64_t)microseconds * 1000;
    attributes.size = sizeof attributes;
    (void)syscall(SYS_sched_setattr, 0, &attributes, 0);
#else
    (void)microseconds;
#endif
}

double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
