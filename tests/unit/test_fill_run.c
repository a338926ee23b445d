/* Jobs: fills fit their place, and depend only on the job. */
#include "fill_test.h"

#include <math.h>
#include <unistd.h>

static struct fill_engine *engine;

static int open_engine(void **state)
{
    (void)state;
    engine = open_tiny();
    return 0;
}

static int close_engine(void **state)
{
    (void)state;
    fill_engine_free(engine);
    return 0;
}

/* What holds for every event of every job. */
static void check_event(const struct fill_job *job, const struct fill_event *e)
{
    assert_non_null(e);
    assert_true(e->window < e->windows && e->step <= e->steps && e->blank_count > 0);
    assert_true(e->window_start <= e->blanks[0].start && e->window_end <= job->text.size);
    assert_true(e->window_end >= e->blanks[e->blank_count - 1].end);
    for (size_t i = 0; i < e->blank_count; i++) {
        const struct fill_view *v = &e->blanks[i];
        uint32_t at = 0;
        assert_int_equal(v->start, job->blanks[v->blank].start);
        assert_int_equal(v->end, job->blanks[v->blank].end);
        for (uint32_t t = 0; t < v->count; at = v->tokens[t++].end) {
            assert_int_equal(v->tokens[t].start, at);
            assert_true(v->tokens[t].end >= at);
            if (v->tokens[t].state == FILL_MASKED) assert_int_equal(v->tokens[t].end, at);
        }
        assert_int_equal(at, v->text.size);
    }
    for (size_t i = 0; i < e->change_count; i++) {
        bool found = false;
        for (size_t b = 0; b < e->blank_count; b++)
            found = found ||
                    (e->blanks[b].blank == e->changes[i].blank && e->changes[i].index < e->blanks[b].count &&
                     e->blanks[b].tokens[e->changes[i].index].id == e->changes[i].id);
        assert_true(found);
    }
}

static struct fill_result *run_job(const struct fill_job *job)
{
    struct error error = {0};
    struct fill_run *run = fill_run_new(engine, job, &error);
    if (!run) fail_msg("%s", error.message);
    while (!fill_run_done(run)) {
        if (fill_run_step(run, NULL, &error)) fail_msg("%s", error.message);
        for (uint32_t k = 0; k < fill_run_events(run); k++) {
            struct fill_event *event = fill_run_event(run, k);
            check_event(job, event);
            fill_event_free(event);
        }
    }
    struct fill_result *result = fill_run_result(run);
    assert_non_null(result);
    fill_run_free(run);
    return result;
}

/* The whole text of a candidate; the caller frees. */
static struct buffer text_of(const struct fill_job *job, const struct fill_candidate *c)
{
    struct buffer out = {0};
    struct slice texts[64];
    for (size_t i = 0; i < c->count; i++)
        texts[i] = (struct slice){c->blanks[i].text.data, c->blanks[i].text.size};
    assert_true(fill_splice(job->text, job->blanks, texts, job->count, &out));
    return out;
}

static struct buffer fill_marked(const char *source, struct fill_options options)
{
    struct fill_markup markup;
    assert_int_equal(fill_parse(source, strlen(source), &markup, NULL), STATUS_OK);
    struct fill_job job = {.text = {markup.text.data, markup.text.size},
                           .blanks = markup.blanks,
                           .count = markup.count,
                           .options = options};
    struct fill_result *result = run_job(&job);
    struct buffer out = text_of(&job, &result->candidates[0]);
    fill_result_free(result);
    fill_markup_free(&markup);
    return out;
}

static void test_same_job_same_words(void **state)
{
    (void)state;
    static const char source[] = "He had [[5]] of the [[3-9]], and [[]] the roses.";
    struct fill_options o = fill_options_default();
    for (int method = 0; method < SEDD_METHODS; method++) {
        o.method = (enum sedd_method)method;
        o.seed = 5;
        struct buffer a = fill_marked(source, o), b = fill_marked(source, o);
        o.seed = 6;
        struct buffer c = fill_marked(source, o);
        assert_string_equal(a.data, b.data);
        assert_string_not_equal(a.data, c.data);
        buffer_free(&a);
        buffer_free(&b);
        buffer_free(&c);
    }
}

/* Candidates of 2 to 24 tokens with the same distribution of probabilities: neither the short ones, whose
 * means vary most, nor the long ones may win by length. */
static void test_the_best_of_many_is_fair_among_lengths(void **state)
{
    (void)state;
    enum { RECORDS = 2000, K = 16 };
    struct rng rng = {.seed = 7};
    double rank = 0, by_score = 0;
    for (int r = 0; r < RECORDS; r++) {
        struct fill_candidate all[K] = {{0}};
        size_t top = 0, shorter = 0, same = 0, shorter_than_top = 0;
        for (uint32_t k = 0; k < K; k++) {
            all[k] = (struct fill_candidate){.candidate = k,
                                             .drawn = (uint32_t)(2 * pow(12.5, rng_uniform(&rng)))};
            for (uint32_t i = 0; i < all[k].drawn; i++)
                all[k].score += (-2.5 + 2.5 * rng_normal(&rng)) / all[k].drawn;
            if (all[k].score > all[top].score) top = k;
        }
        for (size_t k = 0; k < K; k++) shorter_than_top += all[k].drawn < all[top].drawn;
        by_score += (double)shorter_than_top / (K - 1) / RECORDS;
        fill_rank(all, K);
        for (size_t k = 1; k < K; k++) {
            assert_true(all[k - 1].rank_score >= all[k].rank_score);
            shorter += all[k].drawn < all[0].drawn;
            same += all[k].drawn == all[0].drawn;
        }
        rank += ((double)shorter + 0.5 * (double)same) / (K - 1) / RECORDS;
    }
    if (!(by_score < 0.3)) fail_msg("by score alone %.3f: the trial shows nothing", by_score);
    if (!(rank > 0.4 && rank < 0.6)) fail_msg("mean rank in length %.3f", rank);
}

/* With no choice at all every candidate says the same; with some, each is what it is alone. */
static void test_candidates_that_say_the_same_are_one(void **state)
{
    (void)state;
    struct fill_blank blank = {.start = 7, .end = 7, .min = 4, .max = 4};
    struct fill_job job = {
        .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.candidates = 6;
    job.options.temperature = 0;
    struct fill_result *same = run_job(&job);
    assert_int_equal(same->count, 1);
    assert_int_equal(same->candidates[0].same, 6);
    assert_int_equal(same->candidates[0].candidate, 0);
    fill_result_free(same);
    job.options.temperature = 0.05; /* few ways to say it */
    struct fill_result *few = run_job(&job);
    uint32_t all = 0;
    for (size_t k = 0; k < few->count; k++) {
        all += few->candidates[k].same;
        for (size_t j = 0; j < k; j++) {
            assert_string_not_equal(few->candidates[j].blanks[0].text.data,
                                    few->candidates[k].blanks[0].text.data);
            assert_true(few->candidates[j].rank_score >= few->candidates[k].rank_score);
        }
    }
    assert_int_equal(all, 6);
    fill_result_free(few);
}

static void test_candidates_without_a_score_keep_their_order(void **state)
{
    (void)state;
    struct fill_candidate all[4] = {{.candidate = 0, .score = NAN, .drawn = 3},
                                    {.candidate = 1, .score = -2, .drawn = 4},
                                    {.candidate = 2, .score = NAN},
                                    {.candidate = 3, .score = -2, .drawn = 4}};
    const uint32_t order[] = {1, 3, 0, 2};
    fill_rank(all, 4);
    for (int k = 0; k < 4; k++) assert_int_equal(all[k].candidate, order[k]);
    assert_true(all[0].rank_score == -2 && isnan(all[3].rank_score));
    fill_rank(all + 2, 2);
    assert_int_equal(all[2].candidate, 0);
}

/* A pinned word is not in the score, and the words around it were drawn given it. So its fill would come first, however
 * unlikely the word is. */
static void test_a_fill_with_an_unlikely_pinned_word_does_not_come_first(void **state)
{
    (void)state;
    struct fill_candidate all[3] = {
        {.candidate = 0, .score = -0.5, .drawn = 3, .bound = -3, .bounded = 5},   /* two tokens are pinned */
        {.candidate = 1, .score = -2.2, .drawn = 5, .bound = -2.2, .bounded = 5}, /* all were drawn */
        {.candidate = 2, .score = NAN, .drawn = 0, .bound = -2.6, .bounded = 5}}; /* all are pinned */
    const uint32_t order[] = {1, 2, 0};
    fill_rank(all, 3);
    for (int k = 0; k < 3; k++) assert_int_equal(all[k].candidate, order[k]);
}

static void test_where_every_token_was_drawn_the_order_has_both_estimates(void **state)
{
    (void)state;
    struct fill_candidate all[2] = {{.candidate = 0, .score = -3, .drawn = 5, .bound = -2, .bounded = 5},
                                    {.candidate = 1, .score = -1, .drawn = 5, .bound = -3, .bounded = 5}};
    fill_rank(all, 2);
    assert_int_equal(all[0].candidate, 1);
}

/* A candidate is the same, drawn alone or beside seven others. */
static void test_candidates_do_not_depend_on_the_batch(void **state)
{
    (void)state;
    struct slice text = {"He had  of the roses.", 21};
    struct fill_blank blanks[] = {{.start = 7, .end = 7, .min = 4, .max = 4},
                                  {.start = 15, .end = 20, .min = 2, .max = 6}};
    struct fill_job job = {.text = text, .blanks = blanks, .count = 2, .options = fill_options_default()};
    struct fill_result *one = run_job(&job);
    job.options.candidates = 8;
    struct fill_result *eight = run_job(&job);
    assert_int_equal(eight->count, 8);
    size_t found = 0;
    for (size_t k = 0; k < 8; k++) {
        if (k > 0) assert_true(eight->candidates[k - 1].rank_score >= eight->candidates[k].rank_score);
        if (eight->candidates[k].candidate != 0) continue;
        found++;
        struct buffer a = text_of(&job, &one->candidates[0]), b = text_of(&job, &eight->candidates[k]);
        assert_string_equal(a.data, b.data);
        assert_true(one->candidates[0].score == eight->candidates[k].score);
        buffer_free(&a);
        buffer_free(&b);
    }
    assert_int_equal(found, 1);
    fill_result_free(one);
    fill_result_free(eight);
}

/* Blanks that are far apart take several windows; every byte between them is kept, and every fill obeys the
 * rules. */
static void test_long_drafts_in_many_windows(void **state)
{
    (void)state;
    struct buffer source = {0};
    for (int i = 0; i < 12; i++)
        assert_true(buffer_append_string(
            &source, "\xE2\x80\x9CThe river \xE2\x80\x94 the winter\xE2\x80\x9D, he said; \xFF "
                     "the mother,\r\nanother lantern of the librarians had been [[3]] in "
                     "the [[1-5]] of it\xE2\x80\xA6\r\n\r\n"));
    struct fill_markup markup;
    assert_int_equal(fill_parse(source.data, source.size, &markup, NULL), STATUS_OK);
    struct fill_job job = {.text = {markup.text.data, markup.text.size},
                           .blanks = markup.blanks,
                           .count = markup.count,
                           .options = fill_options_default()};
    job.options.candidates = 3;
    struct fill_result *result = run_job(&job);
    for (size_t k = 0; k < result->count; k++) {
        const struct fill_candidate *c = &result->candidates[k];
        assert_int_equal(c->count, 24);
        assert_true(isfinite(c->score) && c->score < 0);
        for (size_t i = 0; i < c->count; i++) {
            const struct fill_view *v = &c->blanks[i];
            assert_true(v->text.size > 0);
            assert_true(utf8_valid(v->text.data, v->text.size));
            assert_null(strpbrk(v->text.data, "\n\r\t\"'")); /* the draft's quotes are curly */
            assert_true(v->text.data[0] != ' ' && v->text.data[v->text.size - 1] != ' ');
            assert_null(strstr(v->text.data, "  "));
            assert_true(v->count >= markup.blanks[i].min && v->count <= markup.blanks[i].max);
            assert_int_equal(v->tokens[0].start, 0);
            assert_int_equal(v->tokens[v->count - 1].end, v->text.size);
        }
    }
    fill_result_free(result);
    fill_markup_free(&markup);
    buffer_free(&source);
}

static void test_what_stood_there_is_hidden(void **state)
{
    (void)state;
    struct fill_options o = fill_options_default();
    struct fill_blank a = {.start = 7, .end = 13, .min = 5, .max = 5},
                      b = {.start = 7, .end = 16, .min = 5, .max = 5};
    struct fill_job x = {.text = {"He had looked of it", 19}, .blanks = &a, .count = 1, .options = o};
    struct fill_job y = {.text = {"He had come back of it", 22}, .blanks = &b, .count = 1, .options = o};
    struct fill_result *p = run_job(&x), *q = run_job(&y);
    assert_string_equal(p->candidates[0].blanks[0].text.data, q->candidates[0].blanks[0].text.data);
    fill_result_free(p);
    fill_result_free(q);
}

static void test_pins_hold(void **state)
{
    (void)state;
    int64_t id = bpe_find(fill_engine_bpe(engine), " the", 4);
    struct fill_blank blank = {.start = 7, .end = 7, .min = 4, .max = 4};
    struct fill_pin pins[] = {{0, 1, (uint32_t)id, false}, {0, 3, (uint32_t)id, false}};
    struct fill_job job = {.text = {"He had  it", 10},
                           .blanks = &blank,
                           .count = 1,
                           .pins = pins,
                           .pin_count = 2,
                           .options = fill_options_default()};
    job.options.candidates = 4;
    struct fill_result *result = run_job(&job);
    for (size_t k = 0; k < 4; k++) {
        const struct fill_view *v = &result->candidates[k].blanks[0];
        assert_int_equal(v->tokens[1].id, id);
        assert_int_equal(v->tokens[1].state, FILL_PINNED);
        assert_int_equal(v->tokens[3].id, id);
        assert_true(v->tokens[0].state != FILL_PINNED);
        assert_memory_equal(v->text.data + v->tokens[3].start, " the", 4);
    }
    fill_result_free(result);
}

/* The number of fills that continue the pinned word as if it were the beginning of a longer one. */
static int count_glued(bool whole)
{
    int glued = 0;
    int64_t id = bpe_find(fill_engine_bpe(engine), " the", 4);
    struct fill_blank blank = {.start = 7, .end = 7, .min = 4, .max = 4};
    struct fill_pin pin = {0, 1, (uint32_t)id, whole};
    struct fill_job job = {.text = {"He had  it", 10},
                           .blanks = &blank,
                           .count = 1,
                           .pins = &pin,
                           .pin_count = 1,
                           .options = fill_options_default()};
    job.options.candidates = 64;
    struct fill_result *result = run_job(&job);
    for (size_t k = 0; k < 64; k++) {
        const struct fill_view *v = &result->candidates[k].blanks[0];
        int next = (unsigned char)v->text.data[v->tokens[2].start];
        glued +=
            next >= 0x80 || (next >= '0' && next <= '9') || ((next | 0x20) >= 'a' && (next | 0x20) <= 'z');
    }
    fill_result_free(result);
    return glued;
}

static void test_whole_words_stay_whole(void **state)
{
    (void)state;
    assert_true(count_glued(false) > 0);
    assert_int_equal(count_glued(true), 0);
}

static void test_steering(void **state)
{
    (void)state;
    struct error error = {0};
    struct fill_blank blank = {.start = 7, .end = 7, .min = 6, .max = 6};
    struct fill_job job = {
        .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.method = SEDD_FIRST_HITTING;
    struct fill_run *run = fill_run_new(engine, &job, &error);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fill_run_step(run, NULL, &error), STATUS_OK); /* window, 3 tokens */
    struct fill_event *event = fill_run_event(run, 0);
    uint32_t drawn = UINT32_MAX, masked = UINT32_MAX;
    assert_int_equal(event->kind, FILL_EVENT_STEP);
    assert_int_equal(event->change_count, 1);
    for (uint32_t i = 0; i < 6; i++)
        *(event->blanks[0].tokens[i].state == FILL_MASKED ? &masked : &drawn) = i;
    uint32_t kept = event->blanks[0].tokens[drawn].id;
    fill_event_free(event);
    assert_int_equal(fill_run_pin(run, 0, 0, masked, FILL_KEEP, &error), STATUS_ARGUMENT);
    assert_int_equal(fill_run_pin(run, 0, 0, 6, FILL_KEEP, &error), STATUS_ARGUMENT);
    assert_int_equal(fill_run_pin(run, 1, 0, 0, FILL_KEEP, &error), STATUS_ARGUMENT);
    assert_int_equal(fill_run_remask(run, 0, 0, drawn, &error), STATUS_OK);
    event = fill_run_event(run, 0);
    assert_int_equal(event->blanks[0].tokens[drawn].state, FILL_MASKED);
    assert_int_equal(event->change_count, 1);
    fill_event_free(event);
    assert_int_equal(fill_run_pin(run, 0, 0, drawn, kept, &error), STATUS_OK);
    while (!fill_run_done(run)) assert_int_equal(fill_run_step(run, NULL, &error), STATUS_OK);
    struct fill_result *result = fill_run_result(run);
    assert_int_equal(result->candidates[0].blanks[0].tokens[drawn].id, kept);
    assert_int_equal(result->candidates[0].blanks[0].tokens[drawn].state, FILL_PINNED);
    fill_result_free(result);
    fill_run_free(run);
}

/* The record of a run in which the writer had one token drawn again, or none. */
static bool is_recorded_as_steered(bool masks)
{
    struct fill_blank blank = {.start = 7, .end = 7, .min = 3, .max = 3};
    struct fill_job job = {
        .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    job.options.method = SEDD_FIRST_HITTING;
    struct buffer trace = {0}, line = {0};
    struct fill_run *run = fill_run_new(engine, &job, NULL);
    for (uint32_t step = 0; !fill_run_done(run); step++) {
        assert_int_equal(fill_run_step(run, NULL, NULL), STATUS_OK);
        for (uint32_t i = 0; step == 2 && masks && i < 3; i++)
            if (fill_run_pin(run, 0, 0, i, FILL_KEEP, NULL) == STATUS_OK)
                assert_int_equal(fill_run_remask(run, 0, 0, i, NULL), STATUS_OK);
    }
    struct fill_result *result = fill_run_result(run);
    assert_true(fill_trace_header(run, (struct slice){0}, &trace) && fill_trace_done(result, &trace));
    assert_true(fill_record_line((struct slice){trace.data, trace.size}, &(struct fill_accepted){0}, &line));
    bool steered = strstr(line.data, "\"steered\":true") != NULL;
    fill_result_free(result);
    fill_run_free(run);
    buffer_free(&trace);
    buffer_free(&line);
    return steered;
}

static void test_a_record_says_that_words_were_drawn_again(void **state)
{
    (void)state;
    assert_true(is_recorded_as_steered(true));
    assert_false(is_recorded_as_steered(false));
}

static void test_bad_jobs_are_refused(void **state)
{
    (void)state;
    struct error error;
    struct fill_blank blanks[] = {{.start = 2, .end = 5, .min = 1, .max = 1},
                                  {.start = 4, .end = 6, .min = 1, .max = 1}};
    struct fill_job job = {
        .text = {"He had it", 9}, .blanks = blanks, .count = 2, .options = fill_options_default()};
    assert_null(fill_run_new(engine, &job, &error));
    assert_int_equal(error.code, STATUS_ARGUMENT);
    blanks[1].start = 5;
    blanks[1].end = 10;
    assert_null(fill_run_new(engine, &job, &error));
    blanks[1].end = 6;
    blanks[1].min = blanks[1].max = 65;
    assert_null(fill_run_new(engine, &job, &error));
    assert_int_equal(error.code, STATUS_LIMIT);
    blanks[1].min = 2;
    blanks[1].max = 1;
    assert_null(fill_run_new(engine, &job, &error));
    blanks[1].max = 64; /* a range is cut to the lengths that fit */
    struct fill_result *result = run_job(&job);
    fill_result_free(result);
}

static void test_cancelled_runs_say_so(void **state)
{
    (void)state;
    struct error error;
    atomic_bool cancel = true;
    struct fill_blank blank = {.start = 2, .end = 2, .min = 3, .max = 3};
    struct fill_job job = {
        .text = {"He had", 6}, .blanks = &blank, .count = 1, .options = fill_options_default()};
    struct fill_run *run = fill_run_new(engine, &job, &error);
    assert_int_equal(fill_run_step(run, &cancel, &error), STATUS_OK); /* the window needs no evaluation */
    assert_int_equal(fill_run_step(run, &cancel, &error), STATUS_CANCELLED);
    assert_true(fill_run_done(run));
    assert_null(fill_run_result(run));
    fill_run_free(run);
}

/* Models that take the noise level as an input, and the uniform graph, which has no masks: made here, with
 * the same vocabulary. */
static struct sedd_config kind(enum sedd_graph graph)
{
    return (struct sedd_config){.tokens = 500,
                                .graph = graph,
                                .noise = SEDD_LOGLINEAR,
                                .sigma_min = 1e-4,
                                .sigma_max = 20,
                                .hidden_size = 16,
                                .cond_dim = 16,
                                .length = 48,
                                .n_blocks = 1,
                                .n_heads = 2,
                                .scale_by_sigma = graph == SEDD_ABSORB,
                                .parametrisation = SEDD_SCORE,
                                .endoftext = 497,
                                .delete_id = -1,
                                .expand_id = -1,
                                .dialect = "plain"};
}

static struct fill_engine *open_made(struct sedd_config config)
{
    char folder[] = "/tmp/lacuna-kind-XXXXXX";
    static const char *const copied[] = {"vocab.json", "merges.txt"};
    struct sedd_layout layout;
    struct error error = {0};
    assert_non_null(mkdtemp(folder));
    assert_int_equal(sedd_layout_init(&layout, &config, &error), STATUS_OK);
    float *weights = mem_alloc_array(layout.size, sizeof *weights);
    struct rng rng = {.seed = 3};
    for (size_t i = 0; i < layout.size; i++) weights[i] = (float)(0.1 * rng_normal(&rng));
    char *path = path_join(folder, "model.safetensors");
    assert_int_equal(sedd_config_save(folder, &config, &error), STATUS_OK);
    assert_int_equal(sedd_weights_write(&layout, weights, SEDD_F32, path, &error), STATUS_OK);
    mem_free(path);
    for (size_t i = 0; i < ARRAY_SIZE(copied); i++) {
        struct buffer bytes = {0};
        char *from = path_join(TINY, copied[i]), *to = path_join(folder, copied[i]);
        assert_int_equal(file_read(from, &bytes, &error), STATUS_OK);
        assert_int_equal(file_write_atomic(to, bytes.data, bytes.size, &error), STATUS_OK);
        buffer_free(&bytes);
        mem_free(from);
        mem_free(to);
    }
    mem_free(weights);
    sedd_layout_free(&layout);
    struct fill_engine *opened = fill_engine_open(folder, SEDD_PRECISION_F32, 1, NULL, &error);
    if (!opened) fail_msg("%s", error.message);
    static const char *const all[] = {"vocab.json", "merges.txt", "config.json", "model.safetensors"};
    for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
        char *name = path_join(folder, all[i]);
        unlink(name);
        mem_free(name);
    }
    rmdir(folder);
    return opened;
}

static void test_other_kinds_of_models(void **state)
{
    (void)state;
    struct fill_engine *tiny = engine;
    for (int graph = 0; graph < 2; graph++) {
        engine = open_made(kind(graph ? SEDD_UNIFORM : SEDD_ABSORB));
        assert_memory_equal(fill_engine_name(engine), "lacuna-kind-",
                            12); /* no name in config.json: the folder's */
        struct fill_blank blank = {.start = 7, .end = 7, .min = 2, .max = 6};
        struct fill_job job = {
            .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
        job.options.steps = 8;
        job.options.candidates = 2;
        struct fill_result *result = run_job(&job);
        for (size_t k = 0; k < 2; k++) {
            const struct fill_view *v = &result->candidates[k].blanks[0];
            assert_true(isnan(result->candidates[k].score) == (graph == 1));
            assert_true(v->count >= 2 && v->count <= 6 && v->text.size > 0);
            assert_true(v->text.data[0] != ' ' && v->text.data[v->text.size - 1] != ' ');
        }
        fill_result_free(result);
        fill_engine_free(engine);
    }
    engine = tiny;
}

/* A full stop before the last token can end the sentence after all: no set of ids tells. A uniform model cannot draw
 * again, so such a run fails. */
static void test_a_uniform_model_returns_no_fill_that_does_not_meet_its_conditions(void **state)
{
    (void)state;
    struct fill_engine *tiny = engine;
    engine = open_made(kind(SEDD_UNIFORM));
    const struct fill_conditions c = {.ends = "\"", .sentence = FILL_SENTENCE_GOES_ON};
    struct fill_blank blank = {.start = 7, .end = 7, .min = 3, .max = 3};
    uint32_t failed = 0;
    for (uint64_t seed = 0; seed < 1500; seed++) {
        struct fill_job job = {.text = {"He had  it", 10},
                               .blanks = &blank,
                               .count = 1,
                               .conditions = &c,
                               .options = fill_options_default()};
        job.options.seed = seed;
        job.options.steps = 1;
        struct error error = {0};
        enum status status = STATUS_OK;
        struct fill_run *run = fill_run_new(engine, &job, &error);
        while (!status && !fill_run_done(run)) status = fill_run_step(run, NULL, &error);
        failed += status == STATUS_LIMIT;
        struct fill_result *result = status ? NULL : fill_run_result(run);
        if (result) {
            const struct buffer *text = &result->candidates[0].blanks[0].text;
            assert_null(fill_conditions_unmet(&c, (struct slice){"He had ", 7},
                                              (struct slice){text->data, text->size},
                                              (struct slice){" it", 3}));
        }
        fill_result_free(result);
        fill_run_free(run);
    }
    assert_true(failed > 0 && failed < 300);
    fill_engine_free(engine);
    engine = tiny;
}

/* One of the blanks has no space before it, so the same word has another first token there. Its first noise has to be a
 * token, too. */
static void test_tied_blanks_of_a_uniform_model_get_the_same_words(void **state)
{
    (void)state;
    static const char text[] = "He had  it. \"!\" he said.";
    struct fill_engine *tiny = engine;
    engine = open_made(kind(SEDD_UNIFORM));
    const struct fill_conditions tie[] = {{.tie = "a"}, {.tie = "a"}};
    struct fill_blank blanks[] = {{.start = 7, .end = 7, .min = 2, .max = 2},
                                  {.start = 13, .end = 13, .min = 2, .max = 2}};
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct fill_job job = {.text = {text, strlen(text)},
                               .blanks = blanks,
                               .count = 2,
                               .conditions = tie,
                               .options = fill_options_default()};
        job.options.seed = seed;
        job.options.steps = 4;
        struct fill_result *result = run_job(&job);
        assert_string_equal(result->candidates[0].blanks[0].text.data,
                            result->candidates[0].blanks[1].text.data);
        fill_result_free(result);
    }
    fill_engine_free(engine);
    engine = tiny;
}

static void test_a_uniform_model_meets_conditions_on_letters(void **state)
{
    (void)state;
    struct fill_engine *tiny = engine;
    engine = open_made(kind(SEDD_UNIFORM));
    const struct fill_conditions c = {.begins = "s", .ends = "ing."};
    struct fill_blank blank = {.start = 7, .end = 7, .min = 4, .max = 4};
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct fill_job job = {.text = {"He had  it", 10},
                               .blanks = &blank,
                               .count = 1,
                               .conditions = &c,
                               .options = fill_options_default()};
        job.options.seed = seed;
        job.options.steps = 2;
        struct fill_result *result = run_job(&job);
        const struct buffer *text = &result->candidates[0].blanks[0].text;
        const char *unmet =
            fill_conditions_unmet(&c, (struct slice){"He had ", 7}, (struct slice){text->data, text->size},
                                  (struct slice){" it", 3});
        if (unmet) fail_msg("\"%s\" is not met by \"%s\"", unmet, text->data);
        fill_result_free(result);
    }
    fill_engine_free(engine);
    engine = tiny;
}

static void test_the_model_suggests_how_it_is_drawn(void **state)
{
    (void)state;
    struct fill_engine *tiny = engine;
    struct sedd_config config = kind(SEDD_ABSORB);
    config.top_p = 0.3;
    config.temperature = 0.8;
    engine = open_made(config);
    const double S = FILL_SUGGESTED;
    const struct {
        double temperature, top_p, in_force, top_p_in_force;
    } asked[] = {{S, S, 0.8, 0.3}, {0.8, 0.3, 0.8, 0.3}, {S, 1, 0.8, 1},    {0.8, S, 0.8, 0.3},
                 {1, S, 1, 1},     {0, S, 0, 1},         {S, 0.5, 0.8, 0.5}};
    struct fill_blank blank = {.start = 7, .end = 7, .min = 9, .max = 9};
    struct fill_result *results[ARRAY_SIZE(asked)];
    struct buffer texts[ARRAY_SIZE(asked)];
    for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
        struct fill_job job = {
            .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
        job.options.temperature = asked[i].temperature;
        job.options.top_p = asked[i].top_p;
        results[i] = run_job(&job);
        texts[i] = text_of(&job, &results[i]->candidates[0]);
        assert_true(results[i]->top_p == asked[i].top_p_in_force);
        assert_true(results[i]->temperature == asked[i].in_force);
    }
    assert_string_equal(texts[0].data, texts[1].data);
    assert_string_not_equal(texts[0].data, texts[2].data);
    for (size_t i = 0; i < ARRAY_SIZE(asked); i++) {
        fill_result_free(results[i]);
        buffer_free(&texts[i]);
    }
    fill_engine_free(engine);
    engine = tiny;
}

static void test_without_a_suggestion_or_for_the_uniform_graph_it_is_1_and_1(void **state)
{
    (void)state;
    struct fill_engine *tiny = engine;
    struct sedd_config uniform = kind(SEDD_UNIFORM);
    uniform.top_p = 0.3;
    uniform.temperature = 0.8;
    struct sedd_config configs[] = {kind(SEDD_ABSORB), uniform};
    for (size_t i = 0; i < ARRAY_SIZE(configs); i++) {
        engine = open_made(configs[i]);
        struct fill_blank blank = {.start = 7, .end = 7, .min = 3, .max = 3};
        struct fill_job job = {
            .text = {"He had  it", 10}, .blanks = &blank, .count = 1, .options = fill_options_default()};
        job.options.temperature = job.options.top_p = FILL_SUGGESTED;
        struct fill_result *result = run_job(&job);
        assert_true(result->temperature == 1 && result->top_p == 1);
        fill_result_free(result);
        fill_engine_free(engine);
    }
    engine = tiny;
}

#ifdef LACUNA_FAULTS
/* Runs one job with all its results; true if everything succeeded. */
static bool whole_job(const struct fill_job *job)
{
    struct error error = {0};
    struct buffer trace = {0};
    struct fill_run *run = fill_run_new(engine, job, &error);
    bool ok = run && fill_trace_header(run, (struct slice){0}, &trace);
    if (!run) assert_int_equal(error.code, STATUS_NO_MEMORY);
    while (run && !fill_run_done(run)) {
        enum status status = fill_run_step(run, NULL, &error);
        if (status) assert_int_equal(status, STATUS_NO_MEMORY);
        if (status) ok = false;
        for (uint32_t k = 0; !status && k < fill_run_events(run); k++) {
            struct fill_event *event = fill_run_event(run, k);
            ok = event && fill_trace_event(run, event, &trace) && ok;
            fill_event_free(event);
        }
    }
    struct fill_result *result = run ? fill_run_result(run) : NULL;
    ok = result && fill_trace_done(result, &trace) && ok;
    fill_result_free(result);
    fill_run_free(run);
    buffer_free(&trace);
    return ok;
}

/* At least so many allocations are made to fail, one after another, until the job does not notice any more. */
static void fail_everywhere(const struct fill_job *job, long least)
{
    int in_a_row = 0;
    long n = 0;
    for (; in_a_row < 50; n++) {
        mem_fail_after(n);
        bool ok = whole_job(job);
        mem_fail_after(-1);
        in_a_row = ok ? in_a_row + 1 : 0;
    }
    assert_true(n > least);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer source = {0};
    for (int i = 0; i < 3; i++)
        assert_true(buffer_append_string(&source,
                                         "The river, the winter, he said; the mother, another lantern of the "
                                         "librarians had been [[2]] in the [[1-3]] of it.\n\n"));
    struct fill_markup markup;
    for (long n = 0; n < 100; n++) {
        mem_fail_after(n);
        enum status status = fill_parse(source.data, source.size, &markup, NULL);
        mem_fail_after(-1);
        if (status) assert_int_equal(status, STATUS_NO_MEMORY);
        fill_markup_free(&markup);
    }
    assert_int_equal(fill_parse(source.data, source.size, &markup, NULL), STATUS_OK);
    struct fill_job job = {.text = {markup.text.data, markup.text.size},
                           .blanks = markup.blanks,
                           .count = markup.count,
                           .options = fill_options_default()};
    job.options.candidates = 2;
    job.options.steps = 2;
    fail_everywhere(&job, 500);
    const struct fill_must must = {"of it", 0};
    const char *without[] = {"the", "he"};
    struct fill_conditions conditions[6] = {{.tie = "x"},
                                            {.must = &must, .must_count = 1, .max_words = 3},
                                            {.tie = "x", .without = without, .without_count = 2},
                                            {.begins = "s"},
                                            {.sentence = FILL_SENTENCE_ENDS},
                                            {.no_repeat = 3}};
    for (int i = 1; i < 6; i += 2) markup.blanks[i].max = 5;
    job.conditions = conditions;
    job.options.alternatives = job.options.odds = 2;
    fail_everywhere(&job, 1000);
    fill_markup_free(&markup);
    buffer_free(&source);
}
#else
static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    skip(); /* needs FAULTS=1 */
}
#endif

static void test_seeds(void **state)
{
    (void)state;
    assert_true(fill_seed(0, "a", 1) < FILL_SEED_LIMIT);
    assert_true(fill_seed(0, "a", 1) == fill_seed(0, "a", 1));
    assert_true(fill_seed(0, "a", 1) != fill_seed(1, "a", 1));
    assert_true(fill_seed(0, "a", 1) != fill_seed(0, "b", 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_job_same_words),
        cmocka_unit_test(test_the_best_of_many_is_fair_among_lengths),
        cmocka_unit_test(test_candidates_that_say_the_same_are_one),
        cmocka_unit_test(test_a_fill_with_an_unlikely_pinned_word_does_not_come_first),
        cmocka_unit_test(test_where_every_token_was_drawn_the_order_has_both_estimates),
        cmocka_unit_test(test_candidates_without_a_score_keep_their_order),
        cmocka_unit_test(test_candidates_do_not_depend_on_the_batch),
        cmocka_unit_test(test_long_drafts_in_many_windows),
        cmocka_unit_test(test_what_stood_there_is_hidden),
        cmocka_unit_test(test_pins_hold),
        cmocka_unit_test(test_whole_words_stay_whole),
        cmocka_unit_test(test_steering),
        cmocka_unit_test(test_a_record_says_that_words_were_drawn_again),
        cmocka_unit_test(test_bad_jobs_are_refused),
        cmocka_unit_test(test_cancelled_runs_say_so),
        cmocka_unit_test(test_other_kinds_of_models),
        cmocka_unit_test(test_the_model_suggests_how_it_is_drawn),
        cmocka_unit_test(test_a_uniform_model_meets_conditions_on_letters),
        cmocka_unit_test(test_a_uniform_model_returns_no_fill_that_does_not_meet_its_conditions),
        cmocka_unit_test(test_tied_blanks_of_a_uniform_model_get_the_same_words),
        cmocka_unit_test(test_without_a_suggestion_or_for_the_uniform_graph_it_is_1_and_1),
        cmocka_unit_test(test_every_allocation_may_fail),
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, open_engine, close_engine);
}
