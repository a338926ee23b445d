/* Which tokens a batch contains, and which of them are hidden. Windows are shuffled across all files with a
 * new random offset each epoch. A share of the rows is packed from short segments instead, so that the model
 * also learns from one-sentence drafts. Masks are drawn per segment. Every draw is keyed by the row's number,
 * so the position is the only state. */
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/train.h"

#include <math.h>
#include <string.h>

struct train_sampler {
    const struct train_data *data;
    struct train_recipe recipe;
    uint64_t epoch;   /* the epoch of `order` */
    uint64_t offset;  /* of the first window in this epoch */
    uint32_t *order;  /* windows, shuffled */
    uint64_t windows; /* in this epoch */
    uint64_t capacity;
    uint32_t *scratch;               /* (length) positions to choose masks from */
    uint8_t *hidden;                 /* (length) */
    uint32_t blank_begin, blank_end; /* padded blank of the current row; equal: none */
};

static void shuffle_epoch(struct train_sampler *s, uint64_t epoch)
{
    uint32_t length = s->recipe.config.length;
    struct rng rng = {.seed = s->recipe.seed, .stream = 0x65706F6368000000u + epoch};
    s->offset = rng_below(&rng, length);
    s->windows = (s->data->count - s->offset) / length;
    for (uint64_t i = 0; i < s->windows; i++) s->order[i] = (uint32_t)i;
    for (uint64_t i = s->windows; i > 1; i--) {
        uint64_t j = rng_below(&rng, i);
        uint32_t kept = s->order[i - 1];
        s->order[i - 1] = s->order[j];
        s->order[j] = kept;
    }
    s->epoch = epoch;
}

struct train_sampler *train_sampler_new(const struct train_data *data, const struct train_recipe *recipe,
                                        struct error *error)
{
    uint32_t length = recipe->config.length;
    if (data->count < 2 * (size_t)length || data->count / length > UINT32_MAX) {
        error_set(error, STATUS_LIMIT, "%zu training tokens: must be at least two windows of %u", data->count,
                  length);
        return NULL;
    }
    struct train_sampler *s = mem_zalloc(sizeof *s);
    if (s) {
        *s = (struct train_sampler){.data = data, .recipe = *recipe, .capacity = data->count / length};
        s->order = mem_alloc_array(s->capacity, sizeof *s->order);
        s->scratch = mem_alloc_array(length, sizeof *s->scratch);
        s->hidden = mem_alloc_array(length, 1);
    }
    if (!s || !s->order || !s->scratch || !s->hidden) {
        train_sampler_free(s);
        error_set(error, STATUS_NO_MEMORY, "not enough memory to shuffle the training data");
        return NULL;
    }
    shuffle_epoch(s, 0);
    return s;
}

void train_sampler_free(struct train_sampler *s)
{
    if (!s) return;
    mem_free(s->order);
    mem_free(s->scratch);
    mem_free(s->hidden);
    mem_free(s);
}

enum status train_rows_init(struct train_rows *rows, uint32_t count, uint32_t length, struct error *error)
{
    size_t n = (size_t)count * length;
    *rows = (struct train_rows){.rows = count, .length = length};
    rows->ids = mem_zalloc_array(n, sizeof *rows->ids);
    rows->targets = mem_zalloc_array(n, sizeof *rows->targets);
    rows->segment_start = mem_zalloc_array(n, sizeof *rows->segment_start);
    rows->segment_end = mem_zalloc_array(n, sizeof *rows->segment_end);
    rows->weights = mem_zalloc_array(n, sizeof *rows->weights);
    rows->sigma_bar = mem_zalloc_array(count, sizeof *rows->sigma_bar);
    if (rows->ids && rows->targets && rows->segment_start && rows->segment_end && rows->weights &&
        rows->sigma_bar)
        return STATUS_OK;
    train_rows_free(rows);
    return error_set(error, STATUS_NO_MEMORY, "not enough memory for a batch");
}

void train_rows_free(struct train_rows *rows)
{
    mem_free(rows->ids);
    mem_free(rows->targets);
    mem_free(rows->segment_start);
    mem_free(rows->segment_end);
    mem_free(rows->weights);
    mem_free(rows->sigma_bar);
    *rows = (struct train_rows){0};
}

/* ---- tokens of a row ----------------------------------------------------------------------------------- */

/* Copies tokens and cuts segments after every separator: attention never crosses a separator. */
static void whole_window(struct train_sampler *s, uint64_t at, uint32_t *targets, uint32_t *start,
                         uint32_t *end)
{
    uint32_t length = s->recipe.config.length, begin = 0;
    for (uint32_t i = 0; i < length; i++) {
        targets[i] = s->data->ids[at + i];
        if (i + 1 < length && targets[i] != (uint32_t)s->recipe.config.endoftext) continue;
        for (uint32_t j = begin; j <= i; j++) start[j] = begin, end[j] = i + 1;
        begin = i + 1;
    }
}

/* The first token of a paragraph at or after `at`, at most 512 tokens ahead; `at` itself if there is none. */
static uint64_t paragraph_start(const struct train_sampler *s, uint64_t at)
{
    const struct train_data *data = s->data;
    for (uint64_t i = at; i < at + 512 && i + 1 < data->count; i++)
        if ((data->flags[data->ids[i]] & TRAIN_ENDS_PARAGRAPH) &&
            !(data->flags[data->ids[i + 1]] & TRAIN_ENDS_PARAGRAPH))
            return i + 1;
    return at;
}

/* Fills the row with segments of 8 to 256 tokens (log-uniform) that start where paragraphs start; half of
 * them also end where a paragraph ends. */
static void packed_window(struct train_sampler *s, struct rng *rng, uint32_t *targets, uint32_t *start,
                          uint32_t *end)
{
    const struct train_data *data = s->data;
    uint32_t length = s->recipe.config.length, used = 0;
    while (used < length) {
        uint32_t room = length - used;
        uint32_t want = (uint32_t)(8 * exp(rng_uniform(rng) * log(32.0)));
        bool whole_paragraphs = rng_next(rng) & 1;
        uint64_t at = paragraph_start(s, rng_below(rng, data->count));
        uint32_t n = 0, last_end = 0;
        while (n < want && n < room && at + n < data->count) {
            uint16_t id = data->ids[at + n];
            if (id == s->recipe.config.endoftext) break;
            bool again = n > 0 && (data->flags[data->ids[at + n - 1]] & TRAIN_ENDS_PARAGRAPH);
            if ((data->flags[id] & TRAIN_ENDS_PARAGRAPH) && !again) last_end = n;
            n++;
        }
        if (whole_paragraphs && last_end >= 8) n = last_end; /* without the line break itself */
        if (n == 0) continue;
        for (uint32_t j = 0; j < n; j++) {
            targets[used + j] = data->ids[at + j];
            start[used + j] = used;
            end[used + j] = used + n;
        }
        used += n;
    }
}

/* ---- blanks whose length is to be predicted ----------------------------------------------------------- */

enum { LONGEST_BLANK = 48, WIDEST_BLANK = 64 };

/* A span of [begin, end), log-uniform in size up to `longest`, extended to word boundaries. */
static void choose_span(struct train_sampler *s, struct rng *rng, const uint32_t *targets, uint32_t begin,
                        uint32_t end, uint32_t longest, uint32_t *from, uint32_t *to)
{
    uint32_t size = (uint32_t)exp(rng_uniform(rng) * log((double)longest + 1));
    *from = begin + (uint32_t)rng_below(rng, end - begin - size + 1);
    *to = *from + size;
    while (*from > begin && !(s->data->flags[targets[*from]] & TRAIN_STARTS_WORD)) --*from;
    while (*to < end && !(s->data->flags[targets[*to]] & TRAIN_STARTS_WORD)) ++*to;
}

/* Chooses one blank of the row and pads it with <|delete|> to a width of up to 64, as a writer's `[[]]` is
 * wider than the words that belong there (DreamOn, arXiv:2602.01326). The tokens after it move right, and the
 * end of the row is dropped. A padded blank is fully hidden, and all its positions have equal weight, so
 * q(delete) at position j is the probability that the blank has at most j tokens. The length search uses
 * that. */
static void pad_blank(struct train_sampler *s, struct rng *rng, struct train_rows *rows, uint32_t r)
{
    uint32_t length = rows->length;
    size_t at = (size_t)r * length;
    uint32_t *targets = rows->targets + at, *start = rows->segment_start + at, *end = rows->segment_end + at;
    uint32_t middle = (uint32_t)rng_below(rng, length), begin = start[middle], stop = end[middle], from, to;
    uint32_t n = stop - begin, longest = n / 2 < LONGEST_BLANK ? n / 2 : LONGEST_BLANK;
    bool widest = rng_next(rng) & 1;
    double share = rng_uniform(rng);
    if (n < 8) return;
    choose_span(s, rng, targets, begin, stop, longest, &from, &to);
    if (to - from >= WIDEST_BLANK) return;
    uint32_t most = WIDEST_BLANK - (to - from), extra = widest ? most : 1 + (uint32_t)(share * most);
    if (extra > most) extra = most;
    if (extra > length - to) extra = length - to;
    memmove(targets + to + extra, targets + to, (length - to - extra) * sizeof *targets);
    memmove(start + to + extra, start + to, (length - to - extra) * sizeof *start);
    memmove(end + to + extra, end + to, (length - to - extra) * sizeof *end);
    for (uint32_t i = to; i < to + extra; i++) {
        targets[i] = (uint32_t)s->recipe.config.delete_id;
        start[i] = begin;
    }
    for (uint32_t i = begin; i < length; i++) {
        if (i >= to + extra && start[i] != begin) start[i] += extra;
        if (i < stop + extra)
            end[i] = stop + extra;
        else
            end[i] += extra;
        if (end[i] > length) end[i] = length;
    }
    s->blank_begin = from;
    s->blank_end = to + extra;
}

/* ---- masks --------------------------------------------------------------------------------------------- */

/* Hides k of the `count` positions listed in scratch, chosen uniformly (partial Fisher–Yates). */
static void hide_some(struct train_sampler *s, struct rng *rng, uint32_t count, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++) {
        uint32_t j = i + (uint32_t)rng_below(rng, count - i), kept = s->scratch[j];
        s->scratch[j] = s->scratch[i];
        s->scratch[i] = kept;
        s->hidden[kept] = 1;
    }
}

/* Marks one to three spans of 1 to 48 tokens inside [begin, end), most of them at word boundaries; lists
 * their positions in scratch and returns their number. */
static uint32_t choose_spans(struct train_sampler *s, struct rng *rng, const uint32_t *targets,
                             uint32_t begin, uint32_t end)
{
    uint32_t n = end - begin, spans = 1 + (uint32_t)rng_below(rng, 3),
             longest = n / 2 < LONGEST_BLANK ? n / 2 : LONGEST_BLANK, count = 0;
    memset(s->hidden + begin, 0, n);
    for (uint32_t i = 0; i < spans; i++) {
        uint32_t from, to;
        choose_span(s, rng, targets, begin, end, longest, &from, &to);
        memset(s->hidden + from, 1, to - from);
    }
    for (uint32_t i = begin; i < end; i++)
        if (s->hidden[i]) s->scratch[count++] = i;
    memset(s->hidden + begin, 0, n);
    return count;
}

/* Hides part of one segment; `u` in (0, 1) places its mask count. Returns k. */
static uint32_t hide_segment(struct train_sampler *s, struct rng *rng, const uint32_t *targets,
                             uint32_t begin, uint32_t end, double u)
{
    uint32_t count = 0;
    if (begin <= s->blank_begin && s->blank_begin < s->blank_end && s->blank_end <= end) {
        memset(s->hidden + s->blank_begin, 1, s->blank_end - s->blank_begin);
        return s->blank_end - s->blank_begin;
    }
    if (end - begin >= 4 && rng_uniform(rng) < s->recipe.span_rows) {
        count = choose_spans(s, rng, targets, begin, end);
    } else {
        for (uint32_t i = begin; i < end; i++) s->scratch[count++] = i;
    }
    uint32_t k = 1 + (uint32_t)(u * count);
    if (k > count) k = count;
    hide_some(s, rng, count, k);
    return k;
}

/* The k-form, docs/SEDD.md (4.5): in a segment of n tokens with k hidden, each hidden one has weight
 * n·(k/n)^power / k. Power 0 is the exact bound, but then a single hidden token changes the network as much
 * as a whole row of them. normalise_weights makes a batch sum to 1 for every power. */
static void mask_row(struct train_sampler *s, struct rng *rng, struct train_rows *rows, uint32_t r, double u)
{
    uint32_t length = rows->length;
    size_t at = (size_t)r * length;
    uint32_t mask = s->recipe.config.tokens;
    memset(s->hidden, 0, length);
    for (uint32_t begin = 0; begin < length;) {
        uint32_t end = rows->segment_end[at + begin], n = end - begin;
        uint32_t k = hide_segment(s, rng, rows->targets + at, begin, end, u);
        double weight = n * pow((double)k / n, s->recipe.mask_power) / k;
        for (uint32_t i = begin; i < end; i++) {
            rows->ids[at + i] = s->hidden[i] ? mask : rows->targets[at + i];
            rows->weights[at + i] = s->hidden[i] ? (float)weight : 0;
        }
        rows->masked += k;
        begin = end;
        u = rng_uniform(rng);
    }
}

static void normalise_weights(struct train_rows *rows)
{
    double sum = 0;
    for (size_t m = 0; m < (size_t)rows->rows * rows->length; m++) sum += (double)rows->weights[m];
    float factor = (float)(1 / sum);
    for (size_t m = 0; m < (size_t)rows->rows * rows->length; m++) rows->weights[m] *= factor;
}

/* The score form: one time per row; every position goes through the forward kernel. */
static void noise_row(struct train_sampler *s, struct rng *rng, struct train_rows *rows, uint32_t r, double u)
{
    const struct sedd_config *c = &s->recipe.config;
    double t = 1e-3 + (1 - 1e-3) * u, sigma_bar = sedd_sigma_bar(c, t), sigma = sedd_sigma(c, t);
    double keep = exp(-sigma_bar);
    rows->sigma_bar[r] = (float)sigma_bar;
    for (size_t m = (size_t)r * rows->length; m < (size_t)(r + 1) * rows->length; m++) {
        bool moved = rng_uniform(rng) >= keep;
        uint32_t x0 = rows->targets[m];
        if (c->graph == SEDD_ABSORB)
            rows->ids[m] = moved ? c->tokens : x0;
        else /* uniform on all V with probability 1 − e^−σ̄: the kernel of docs/SEDD.md, section 2 */
            rows->ids[m] = moved ? (uint32_t)rng_below(rng, c->tokens) : x0;
        bool counts = c->graph == SEDD_UNIFORM || moved;
        /* per token, so that learning rates mean the same for every length */
        rows->weights[m] = counts ? (float)(sigma / rows->rows / rows->length) : 0;
        rows->masked += counts;
    }
}

/* Autoregressive: position i sees the tokens before token i (a separator at first) and predicts it. */
static void shift_row(struct train_sampler *s, struct train_rows *rows, uint32_t r)
{
    size_t at = (size_t)r * rows->length;
    for (uint32_t i = 0; i < rows->length; i++) {
        bool first = rows->segment_start[at + i] == i;
        rows->ids[at + i] = first ? (uint32_t)s->recipe.config.endoftext : rows->targets[at + i - 1];
        rows->weights[at + i] = 1.0f / (float)rows->rows / (float)rows->length;
    }
    rows->masked += rows->length;
}

void train_sampler_draw(struct train_sampler *s, struct train_position *position, struct train_rows *rows)
{
    uint32_t length = rows->length;
    rows->masked = 0;
    struct rng batch = {.seed = s->recipe.seed, .stream = 0x6261746368000000u + position->row};
    uint64_t turn = rng_below(&batch, rows->rows);
    for (uint32_t r = 0; r < rows->rows; r++) {
        struct rng rng = {.seed = s->recipe.seed, .stream = 0x726F770000000000u + position->row++};
        size_t at = (size_t)r * length;
        double u = ((double)((r + turn) % rows->rows) + rng_uniform(&rng)) / rows->rows; /* stratified */
        if (rng_uniform(&rng) < s->recipe.short_rows) {
            packed_window(s, &rng, rows->targets + at, rows->segment_start + at, rows->segment_end + at);
        } else {
            if (s->epoch != position->epoch) shuffle_epoch(s, position->epoch);
            if (position->window >= s->windows) {
                shuffle_epoch(s, ++position->epoch);
                position->window = 0;
            }
            whole_window(s, s->offset + (uint64_t)s->order[position->window++] * length, rows->targets + at,
                         rows->segment_start + at, rows->segment_end + at);
        }
        s->blank_begin = s->blank_end = 0;
        if (s->recipe.delete_rows > 0 && rng_uniform(&rng) < s->recipe.delete_rows)
            pad_blank(s, &rng, rows, r);
        if (s->recipe.objective == TRAIN_K_FORM)
            mask_row(s, &rng, rows, r, u);
        else if (s->recipe.objective == TRAIN_AR)
            shift_row(s, rows, r);
        else
            noise_row(s, &rng, rows, r, u);
    }
    if (s->recipe.objective == TRAIN_K_FORM) normalise_weights(rows);
}
