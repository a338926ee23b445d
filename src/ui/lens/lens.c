#include "lens.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/blank/filling.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"

#include <math.h>
#include <string.h>

enum { PARAGRAPH_MOST = 16 * 1024, AROUND = 4096 }; /* bytes; longer paragraphs are left out */
static const double pause_seconds = 0.3;            /* from a change to the question about its paragraph */

/* ---- what is known ------------------------------------------------------------------------------------- */

static uint64_t hash_of(const struct text *text, size_t start, size_t end)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t at = start; at < end;) {
        size_t first;
        struct slice run = text_run(text, at, &first);
        size_t skip = at - first, size = run.size - skip < end - at ? run.size - skip : end - at;
        for (size_t i = 0; i < size; i++)
            hash = (hash ^ (unsigned char)run.data[skip + i]) * UINT64_C(1099511628211);
        at += size;
    }
    return hash ? hash : 1;
}

static struct lens_paragraph *find_kept(struct lens *lens, uint64_t hash, size_t size)
{
    for (size_t i = 0; i < LENS_KEPT; i++)
        if (lens->kept[i].hash == hash && lens->kept[i].size == size) return &lens->kept[i];
    return NULL;
}

/* Replaces the entry that was used longest ago. */
static struct lens_paragraph *make_kept(struct lens *lens)
{
    struct lens_paragraph *oldest = &lens->kept[0];
    for (size_t i = 1; i < LENS_KEPT; i++)
        if (lens->kept[i].used < oldest->used) oldest = &lens->kept[i];
    for (size_t i = 0; i < lens->seen_count; i++) {
        if (lens->seen[i].known == oldest) lens->seen[i].known = NULL;
        if (lens->seen[i].old == oldest) lens->seen[i].old = NULL;
    }
    fit_free(&oldest->fit);
    *oldest = (struct lens_paragraph){.used = ++lens->uses};
    return oldest;
}

static const struct lens_place *place_of(const struct lens *lens, size_t at)
{
    size_t low = 0, high = lens->seen_count;
    while (low < high) { /* the first that ends after `at` */
        size_t middle = low + (high - low) / 2;
        if (lens->seen[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low < lens->seen_count && lens->seen[low].start <= at ? &lens->seen[low] : NULL;
}

/* The first word that ends after an offset of its paragraph. */
static size_t word_after(const struct fit *fit, size_t offset)
{
    size_t low = 0, high = fit->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fit->words[middle].end <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is known around an offset, and where its paragraph begins for those words. NULL: nothing. */
static const struct lens_paragraph *known_at(const struct lens_place *place, size_t at, size_t *start)
{
    *start = place->start;
    if (place->known || !place->old) return place->known;
    if (at >= place->from && at < place->to) return NULL;
    /* Words after the edit have moved; the sum may wrap around, and back. */
    if (at >= place->to) *start = place->end - place->old->size;
    return place->old;
}

const struct fit_word *lens_word(const struct lens *lens, size_t at, size_t *start)
{
    const struct lens_place *place = place_of(lens, at);
    const struct lens_paragraph *known = place ? known_at(place, at, start) : NULL;
    if (!known) return NULL;
    size_t offset = at - *start, i = word_after(&known->fit, offset);
    if (i == known->fit.count || known->fit.words[i].start > offset) return NULL;
    /* Where words of before the edit are now is a guess: undo may have changed another place. */
    size_t begin = *start + known->fit.words[i].start, end = *start + known->fit.words[i].end;
    return place->start <= begin && begin <= end && end <= place->end ? &known->fit.words[i] : NULL;
}

bool lens_has_ratios(const struct filling *filling)
{
    return filling->worker && fill_worker_shows_noise(filling->worker);
}

enum look lens_surprise_look(double ln_q)
{
    return ln_q > -7    ? LOOK_PLAIN
           : ln_q > -9  ? LOOK_LENS_LOW
           : ln_q > -12 ? LOOK_LENS_MIDDLE
                        : LOOK_LENS_HIGH;
}

/* The space before a word gets the word's look: without colours, the mark is painted there. */
enum look lens_look(const struct lens *lens, const struct settings *settings, size_t at)
{
    size_t start;
    if (settings->lens != LENS_SURPRISE) return LOOK_PLAIN;
    const struct fit_word *word = lens_word(lens, at, &start);
    if (!word) word = lens_word(lens, at + 1, &start);
    return word && at + 1 >= start + word->start ? lens_surprise_look(word->ln_q) : LOOK_PLAIN;
}

double lens_owed(const struct lens *lens, const struct doc *doc, size_t at)
{
    const struct lens_place *place = place_of(lens, at);
    double sum = 0;
    size_t words = 0, base;
    const struct lens_paragraph *known = place ? known_at(place, at, &base) : NULL;
    if (!known || !known->left) return NAN;
    size_t start = text_previous_sentence(doc->text, at + 1), end = text_next_sentence(doc->text, start);
    if (start < place->start) start = place->start;
    if (end > place->end) end = place->end;
    const struct fit *fit = &known->fit;
    for (size_t i = word_after(fit, start > base ? start - base : 0);
         i < fit->count && base + fit->words[i].start < end; i++) {
        if (!isfinite(fit->words[i].ln_q_left)) continue;
        sum += fit->words[i].ln_q - fit->words[i].ln_q_left;
        words++;
    }
    return words ? sum / (double)words : NAN;
}

/* In 187 sentences of held-out prose, the bundled model gives half of them at least 1.41, a quarter at least 1.66 and
 * a tenth at least 1.90. */
enum look lens_owed_look(double owed)
{
    if (!isfinite(owed) || owed < 1.4) return LOOK_PLAIN;
    return owed < 1.7 ? LOOK_LENS_LOW : owed < 2 ? LOOK_LENS_MIDDLE : LOOK_LENS_HIGH;
}

/* ---- paragraphs on the screen -------------------------------------------------------------------------- */

static bool wants_left(const struct settings *settings)
{
    return settings->lens == LENS_OWED;
}

static bool is_missing(const struct settings *settings, const struct lens_place *place)
{
    return !place->known || (wants_left(settings) && !place->known->left);
}

/* A paragraph that is being written keeps what was known of its other words, so that nothing flickers. */
static void take_over(struct lens *lens, const struct lens_place *before, size_t count, size_t cursor,
                      struct lens_place *now)
{
    for (size_t i = 0; i < count && !now->known; i++) {
        const struct lens_place *was = &before[i];
        if (was->start != now->start || !(was->known || was->old)) continue;
        size_t size = now->end - now->start, had = was->end - was->start;
        size_t more = size > had ? size - had : 0, less = had > size ? had - size : 0;
        now->old = was->known ? was->known : was->old;
        now->old->used = ++lens->uses;
        now->from = cursor > now->start + more ? cursor - more : now->start;
        now->to = cursor < now->end ? cursor : now->end;
        if (was->known) return;
        size_t end = was->to > now->start + less ? was->to + more - less : now->start;
        if (was->hash == now->hash) now->from = was->from, now->to = was->to;
        if (was->from < now->from) now->from = was->from;
        if (was->hash != now->hash && end > now->to) now->to = end;
        return;
    }
}

static void look_at(struct lens *lens, const struct doc *doc, size_t from, size_t to)
{
    static struct lens_place before[LENS_SEEN]; /* large */
    size_t count = lens->seen_count;
    memcpy(before, lens->seen, count * sizeof *before);
    lens->seen_count = 0;
    for (size_t at = from; at <= to && lens->seen_count < LENS_SEEN;) {
        struct lens_place place = {0};
        text_paragraph_around(doc->text, at, &place.start, &place.end);
        if (place.end > place.start && place.end - place.start <= PARAGRAPH_MOST) {
            place.hash = hash_of(doc->text, place.start, place.end);
            place.known = find_kept(lens, place.hash, place.end - place.start);
            if (place.known) place.known->used = ++lens->uses;
            take_over(lens, before, count, doc->cursor, &place);
            lens->seen[lens->seen_count++] = place;
        }
        size_t next = text_this_line_end(doc->text, place.end) + 1;
        if (next <= at) return;
        at = next;
    }
}

static void note_change(struct lens *lens, struct doc *doc)
{
    uint64_t version = text_version(doc->text);
    if (lens->doc == doc && lens->version == version) return;
    if (lens->doc == doc) lens->changed_at = clock_seconds();
    lens->doc = doc;
    lens->version = version;
}

static bool is_typed_in(const struct doc *doc, const struct lens_place *place)
{
    return doc->cursor >= place->start && doc->cursor <= place->end;
}

static double typing_pause(const struct lens *lens)
{
    double left = lens->changed_at + pause_seconds - clock_seconds();
    return left > 0 ? left : 0;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

static void take_back(struct lens *lens, struct filling *filling)
{
    if (!lens->asked) return;
    fill_worker_cancel(filling->worker, lens->asked);
    lens->asked = 0;
}

/* The next paragraph to ask about; NULL if there is none. The one with the cursor comes last. */
static const struct lens_place *next_missing(const struct ui *ui)
{
    const struct lens *lens = ui->lens;
    const struct lens_place *last = NULL;
    for (size_t i = 0; i < lens->seen_count; i++) {
        if (!is_missing(ui->settings, &lens->seen[i])) continue;
        if (!is_typed_in(ui->doc, &lens->seen[i])) return &lens->seen[i];
        last = &lens->seen[i];
    }
    return last;
}

/* With a uniform graph, one evaluation gives all ratios of a window, so one question covers all paragraphs of the
 * screen from the first missing one on. */
static void choose(struct lens *lens, const struct filling *filling, const struct lens_place *first)
{
    lens->about_count = 0;
    lens->about[lens->about_count++] = *first;
    if (!lens_has_ratios(filling)) return;
    for (const struct lens_place *p = first + 1; p < lens->seen + lens->seen_count; p++)
        lens->about[lens->about_count++] = *p;
}

/* The text from lens->from on as the model is to see it: without the markup of blanks. */
static bool add_text(struct lens *lens, const struct doc *doc, size_t to, struct buffer *out)
{
    size_t at = lens->from, count = text_blank_count(doc->text);
    lens->cut_count = 0;
    for (size_t i = 0; i < count && lens->cut_count < LENS_CUTS; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (b.start < at || b.end > to || !doc_blank_is_markup(doc, &b)) continue;
        bool spaced =
            b.start > at && text_byte(doc->text, b.start - 1) == ' ' && text_byte(doc->text, b.end) == ' ';
        if (!text_append_to(doc->text, at, b.start, out)) return false;
        at = b.end + (spaced && b.end < to);
        lens->cuts[lens->cut_count++] = (struct lens_cut){out->size, at - b.start};
    }
    return text_append_to(doc->text, at, to, out);
}

/* to_asked turns an offset of the document into one of that text, from_asked the reverse. */
static size_t to_asked(const struct lens *lens, size_t at)
{
    size_t offset = at - lens->from, cut = 0;
    for (size_t i = 0; i < lens->cut_count && lens->cuts[i].at + cut < offset; i++)
        cut += offset - lens->cuts[i].at - cut < lens->cuts[i].size ? offset - lens->cuts[i].at - cut
                                                                    : lens->cuts[i].size;
    return offset - cut;
}

static size_t from_asked(const struct lens *lens, size_t offset, bool end)
{
    size_t at = lens->from + offset;
    for (size_t i = 0; i < lens->cut_count; i++)
        if (lens->cuts[i].at < offset || (!end && lens->cuts[i].at == offset)) at += lens->cuts[i].size;
    return at;
}

static void ask(struct ui *ui, const struct lens_place *first)
{
    struct lens *lens = ui->lens;
    const struct text *text = ui->doc->text;
    struct error error = {0};
    struct buffer around = {0};
    struct fill_worker *worker = filling_worker(ui);
    lens->failed = !worker;
    if (!worker) return;
    choose(ui->lens, ui->filling, first);
    size_t start = first->start, end = lens->about[lens->about_count - 1].end, size = text_size(text);
    size_t to = size - end > AROUND ? end + AROUND : size;
    lens->from = start > AROUND ? text_this_line_start(text, start - AROUND) : 0;
    if (start - lens->from > 2 * AROUND) lens->from = start - AROUND; /* a very long line */
    lens->about_left = wants_left(ui->settings);
    if (add_text(lens, ui->doc, to, &around)) {
        struct fit_question question = {.text = {around.data ? around.data : "", around.size},
                                        .start = to_asked(lens, start),
                                        .end = to_asked(lens, end),
                                        .left = lens->about_left,
                                        .instead = LENS_INSTEAD};
        lens->asked = fill_worker_ask_fit(worker, &question, &error);
    }
    buffer_free(&around);
}

/* Whether the question is no longer needed: its paragraphs have left the screen or have changed. */
static bool is_stale(const struct lens *lens)
{
    for (size_t i = 0; i < lens->about_count; i++)
        for (size_t j = 0; j < lens->seen_count; j++)
            if (lens->seen[j].hash == lens->about[i].hash && !(lens->seen[j].known && !lens->about_left))
                return false;
    return true;
}

void lens_tick(struct ui *ui, size_t start, size_t end)
{
    struct lens *lens = ui->lens;
    if (ui->settings->lens == LENS_OFF) {
        take_back(ui->lens, ui->filling);
        lens->seen_count = 0;
        lens->failed = false;
        return;
    }
    note_change(ui->lens, ui->doc);
    if (lens->shown != ui->documents->shown) lens->seen_count = 0; /* they belong to another text */
    lens->shown = ui->documents->shown;
    look_at(lens, ui->doc, start, end);
    /* A fill never waits for the lens. */
    if (lens->asked && (filling_current(ui->filling) || is_stale(lens))) take_back(ui->lens, ui->filling);
    if (lens->asked || lens->failed || filling_current(ui->filling)) return;
    const struct lens_place *next = next_missing(ui);
    if (next && !(is_typed_in(ui->doc, next) && typing_pause(ui->lens) > 0)) ask(ui, next);
}

int lens_timeout(const struct ui *ui)
{
    if (ui->settings->lens == LENS_OFF || ui->lens->asked || ui->lens->failed || filling_current(ui->filling))
        return -1;
    return next_missing(ui) ? (int)ceil(1000 * typing_pause(ui->lens)) : -1;
}

bool lens_busy(const struct ui *ui)
{
    if (ui->settings->lens == LENS_OFF || ui->lens->failed) return false;
    return ui->lens->asked || next_missing(ui);
}

/* ---- answers ------------------------------------------------------------------------------------------- */

/* Moves the words of one paragraph out of an answer. */
static void keep(struct lens *lens, const struct lens_place *place, struct fit *all)
{
    struct lens_paragraph *p = find_kept(lens, place->hash, place->end - place->start);
    if (p) fit_free(&p->fit);
    if (!p) p = make_kept(lens);
    p->hash = place->hash;
    p->size = place->end - place->start;
    p->left = lens->about_left;
    for (size_t i = 0; i < all->count; i++) {
        struct fit_word *word = &all->words[i];
        size_t start = from_asked(lens, word->start, false);
        if (start < place->start || start >= place->end) continue;
        if (!mem_grow(&p->fit.words, &p->fit.capacity, p->fit.count + 1, sizeof *p->fit.words)) return;
        p->fit.words[p->fit.count] = *word;
        p->fit.words[p->fit.count].start = start - place->start;
        p->fit.words[p->fit.count++].end = from_asked(lens, word->end, true) - place->start;
        word->instead = NULL; /* the copy owns it now */
        word->instead_count = 0;
    }
}

bool lens_take(struct ui *ui, struct fill_event *event)
{
    struct lens *lens = ui->lens;
    if (!lens->asked || event->job != lens->asked) return false;
    if (event->kind == FILL_EVENT_LOADING || event->kind == FILL_EVENT_READY) return true;
    lens->asked = 0;
    if (event->kind == FILL_EVENT_ANSWER)
        for (size_t i = 0; i < lens->about_count; i++) keep(lens, &lens->about[i], &event->fit);
    if (event->kind == FILL_EVENT_FAILED) {
        lens->failed = true;
        ui_complain(ui->message, "%s", event->error.message);
    }
    lens->generation++;
    return true;
}

void lens_close(struct lens *lens, struct filling *filling)
{
    take_back(lens, filling);
    for (size_t i = 0; i < LENS_KEPT; i++) fit_free(&lens->kept[i].fit);
    *lens = (struct lens){0};
}
