#include "ripple.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lens.h"
#include "ui/blank/filling.h"
#include "ui/blank/meant_blank.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/terminal/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    NEAR = 200,    /* bytes, the most between edits of one change */
    AROUND = 4000, /* bytes of context on either side for the model */
    LONG = 16384,  /* bytes; an edit that replaces more is not compared */
    REACH = 1000   /* bytes on either side whose words are compared */
};
static const double least_fallen = 0.2; /* nats: about a fifth less likely */

/* ---- the change ---------------------------------------------------------------------------------------- */

static void take_back(struct filling *filling, struct ripple *r)
{
    for (int i = 0; i < 2; i++) {
        if (r->asked[i]) fill_worker_cancel(filling->worker, r->asked[i]);
        r->asked[i] = 0;
        fit_free(&r->fits[i]);
    }
}

static void hide(struct ui *ui)
{
    if (!ui->ripple->count) return;
    ui->ripple->count = 0;
    ui->lens->generation++;
    ui->picture->stale = true;
}

void ripple_close(struct ui *ui)
{
    take_back(ui->filling, ui->ripple);
    hide(ui);
    buffer_free(&ui->ripple->before);
    *ui->ripple = (struct ripple){0};
}

void ripple_forget(struct ui *ui, const struct doc *doc)
{
    if (ui->ripple->doc == doc) ripple_close(ui);
}

static bool is_near(const struct ripple *r, const struct doc *doc, size_t start, size_t end)
{
    if (r->doc != doc || !r->before.size) return false;
    if (end - start > LONG || start < r->from || end + r->tail > text_size(doc->text)) return false;
    return start + NEAR >= r->start && end <= r->end + NEAR;
}

static void about_to_change(struct ui *ui, struct doc *doc, size_t start, size_t end)
{
    struct ripple *r = ui->ripple;
    if (is_near(r, doc, start, end)) return;
    size_t size = text_size(doc->text), to = size - end > AROUND ? end + AROUND : size;
    ripple_close(ui);
    if (end - start > LONG) return;
    r->doc = doc;
    r->from = start > AROUND ? start - AROUND : 0;
    r->tail = size - to;
    r->start = start;
    r->end = end;
    if (!text_append_to(doc->text, r->from, to, &r->before)) ripple_close(ui);
}

/* Words after an edit move with the text. A word that the edit touches is dropped. */
static void move_words(struct ripple *r, const struct doc_edit *edit)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct ripple_word w = r->words[i];
        if (w.end > edit->start && w.start < edit->end) continue;
        if (w.start >= edit->end && w.start >= edit->start) {
            w.start = w.start - edit->end + edit->start + edit->size;
            w.end = w.end - edit->end + edit->start + edit->size;
        }
        r->words[kept++] = w;
    }
    r->count = kept;
}

static void has_changed(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    struct ripple *r = ui->ripple;
    if (r->doc != doc || !r->before.size) return;
    if (edit->size == SIZE_MAX) { /* changes in many places */
        ripple_close(ui);
        return;
    }
    if (edit->start < r->start) r->start = edit->start;
    if (edit->end > r->end) r->end = edit->end;
    r->end = r->end - (edit->end - edit->start) + edit->size;
    move_words(r, edit);
    if (r->asked[0] || r->asked[1]) take_back(ui->filling, ui->ripple);
}

const struct doc_watcher ripple_watcher = {.before = about_to_change, .after = has_changed};

/* ---- asking -------------------------------------------------------------------------------------------- */

/* The place of the change in an excerpt: the bytes before it and after it. */
struct change {
    size_t before, behind;
};

static struct change change_of(const struct ripple *r, const struct text *text)
{
    return (struct change){r->start - r->from, text_size(text) - r->tail - r->end};
}

static uint64_t ask(struct fill_worker *worker, const struct buffer *excerpt, struct change change,
                    struct error *error)
{
    size_t behind = change.behind < excerpt->size ? excerpt->size - change.behind : 0;
    size_t start = change.before > REACH ? change.before - REACH : 0;
    size_t end = excerpt->size - behind > REACH ? behind + REACH : excerpt->size;
    struct fit_question question = {
        .text = {excerpt->data ? excerpt->data : "", excerpt->size}, .start = start, .end = end};
    return fill_worker_ask_fit(worker, &question, error);
}

void do_ripple(struct ui *ui)
{
    struct ripple *r = ui->ripple;
    const struct text *text = ui->doc->text;
    struct error error = {0};
    struct buffer now = {0};
    if (r->count) {
        hide(ui);
        ui_say(ui->message, "the less likely words are no longer marked");
        return;
    }
    if (r->doc != ui->doc || !r->before.size) {
        ui_say(ui->message, "no change yet: change a word to see which others fit less well");
        return;
    }
    struct fill_worker *worker = filling_worker(ui);
    if (!worker) return;
    take_back(ui->filling, ui->ripple);
    struct change change = change_of(r, text);
    r->asked_from = r->from;
    r->version = text_version(text);
    bool ok = text_append_to(text, r->from, text_size(text) - r->tail, &now);
    if (ok) r->asked[0] = ask(worker, &r->before, change, &error);
    if (r->asked[0]) r->asked[1] = ask(worker, &now, change, &error);
    buffer_free(&now);
    if (r->asked[1])
        ui_say(ui->message, "comparing the words near the change …");
    else
        take_back(ui->filling, ui->ripple),
            ui_complain(ui->message, "%s", error.code ? error.message : "out of memory");
}

/* ---- words that are less likely ------------------------------------------------------------------------ */

/* The word with this range in the other excerpt; NULL: it was not scored. */
static const struct fit_word *find_word(const struct fit *fit, size_t start, size_t end)
{
    size_t low = 0, high = fit->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (fit->words[middle].start < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < fit->count && fit->words[low].start == start && fit->words[low].end == end ? &fit->words[low]
                                                                                            : NULL;
}

/* Keeps the words with the largest falls. */
static void add_fallen(struct ripple *r, const struct ripple_word *word)
{
    size_t least = 0;
    if (r->count < RIPPLE_MOST) {
        r->words[r->count++] = *word;
        return;
    }
    for (size_t i = 1; i < r->count; i++)
        if (r->words[i].fallen < r->words[least].fallen) least = i;
    if (r->words[least].fallen < word->fallen) r->words[least] = *word;
}

static int by_place(const void *a, const void *b)
{
    const struct ripple_word *x = a, *y = b;
    return (x->start > y->start) - (x->start < y->start);
}

static int by_fall(const void *a, const void *b)
{
    const struct ripple_word *x = a, *y = b;
    return (x->fallen < y->fallen) - (x->fallen > y->fallen);
}

static void compare(struct ripple *r, const struct text *text)
{
    size_t now = text_size(text) - r->tail - r->from, before = r->before.size;
    struct change change = change_of(r, text);
    r->count = 0;
    for (size_t i = 0; i < r->fits[0].count; i++) {
        const struct fit_word *old = &r->fits[0].words[i];
        bool behind = old->start + change.behind >= before;
        if (!behind && old->end > change.before) continue; /* it is part of the change */
        size_t move = behind ? now - before : 0;           /* unsigned: may wrap, and wraps back when added */
        const struct fit_word *new = find_word(&r->fits[1], old->start + move, old->end + move);
        if (!new || old->ln_q - new->ln_q < least_fallen) continue;
        struct ripple_word word = {.start = r->from + new->start,
                                   .end = r->from + new->end,
                                   .tokens = new->tokens,
                                   .fallen = old->ln_q - new->ln_q};
        add_fallen(r, &word);
    }
    qsort(r->words, r->count, sizeof *r->words, by_place);
}

static void say(struct ui *ui)
{
    struct ripple_word words[RIPPLE_MOST];
    const struct ripple *r = ui->ripple;
    char key[UI_SEQUENCE_NAME];
    struct buffer line = {0};
    bool ok = true;
    if (!r->count) {
        ui_say(ui->message, "no word near the change has become less likely by a fifth or more");
        return;
    }
    memcpy(words, r->words, r->count * sizeof *words);
    qsort(words, r->count, sizeof *words, by_fall);
    for (size_t i = 0; ok && i < r->count && i < 3; i++)
        ok = buffer_append_string(&line, i ? ", " : "") &&
             text_append_to(ui->doc->text, words[i].start, words[i].end, &line) &&
             buffer_printf(&line, " ÷%.2g", exp(words[i].fallen));
    ui_keymap_key_or_name(ui->keymap, "ripple-draw", UI_EDIT, key);
    if (ok && buffer_append_char(&line, '\0'))
        ui_say(ui->message, "%zu %s less likely now: %s; %s redraws them", r->count,
               r->count == 1 ? "word is" : "words are", line.data, key);
    buffer_free(&line);
}

bool ripple_take(struct ui *ui, struct fill_event *event)
{
    struct ripple *r = ui->ripple;
    int which = r->asked[0] && event->job == r->asked[0] ? 0 : 1;
    if (!r->asked[which] || event->job != r->asked[which]) return false;
    if (event->kind == FILL_EVENT_LOADING || event->kind == FILL_EVENT_READY) return true;
    r->asked[which] = 0;
    if (event->kind != FILL_EVENT_ANSWER) {
        take_back(ui->filling, ui->ripple);
        if (event->kind == FILL_EVENT_FAILED) ui_complain(ui->message, "%s", event->error.message);
        return true;
    }
    fit_free(&r->fits[which]);
    r->fits[which] = event->fit;
    event->fit = (struct fit){0};
    if (r->asked[0] || r->asked[1]) return true;
    if (r->doc == ui->doc && r->version == text_version(ui->doc->text)) {
        compare(r, ui->doc->text);
        ui->lens->generation++;
        say(ui);
    }
    take_back(ui->filling, ui->ripple);
    return true;
}

bool ripple_busy(const struct ripple *ripple)
{
    return ripple->asked[0] || ripple->asked[1];
}

/* ---- looks --------------------------------------------------------------------------------------------- */

/* The space before a word gets the word's look: without colours, the mark is painted there. */
enum look ripple_look(const struct ripple *ripple, const struct doc *doc, size_t at)
{
    if (ripple->doc != doc) return LOOK_PLAIN;
    for (size_t i = 0; i < ripple->count; i++) {
        const struct ripple_word *w = &ripple->words[i];
        if (at + 1 < w->start) return LOOK_PLAIN;
        if (at >= w->end) continue;
        return w->fallen < 0.7 ? LOOK_LENS_LOW : w->fallen < 1.5 ? LOOK_LENS_MIDDLE : LOOK_LENS_HIGH;
    }
    return LOOK_PLAIN;
}

/* ---- drawing the words again --------------------------------------------------------------------------- */

void do_ripple_draw(struct ui *ui)
{
    struct ripple *r = ui->ripple;
    struct doc *doc = ui->doc;
    struct text_blank first;
    uint32_t blanks[RIPPLE_MOST];
    size_t count = 0;
    if (r->doc != doc || !r->count) {
        char key[UI_SEQUENCE_NAME];
        ui_keymap_key_or_name(ui->keymap, "ripple", UI_EDIT, key);
        ui_say(ui->message, "no words are highlighted: %s shows which fit less well after a change", key);
        return;
    }
    if (!doc_writable(ui)) return;
    for (size_t i = 0; i < r->count; i++) {
        const struct ripple_word *w = &r->words[i];
        if (doc_has_blank(doc, w->start, w->end)) continue;
        uint32_t id = text_blank_add(doc->text, w->start, w->end, 1, w->tokens + 1);
        if (id) blanks[count++] = id;
    }
    ripple_close(ui);
    ui->picture->stale = true;
    if (!count || !filling_submit(ui, doc, blanks, count)) return;
    if (text_blank_get(doc->text, blanks[0], &first)) blank_go_to(doc, &first);
}
