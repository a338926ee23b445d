#include "instead.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "tray.h"
#include "tray_commands.h"
#include "ui/blank/context.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_say.h"
#include "ui/blank/filling_text.h"
#include "ui/blank/timeline_commands.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* ---- the chosen word ----------------------------------------------------------------------------------- */

static bool is_on(const struct ui *ui)
{
    const struct instead *in = ui->instead;
    return in->active && in->doc == ui->doc && in->blank == ui->doc->focus && tray_proposal(ui->doc);
}

enum ui_context instead_context(const struct ui *ui)
{
    return is_on(ui) && ui_context_under(ui) == UI_BLANK ? UI_ALTERNATIVES : 0;
}

const struct words *instead_words(const struct ui *ui)
{
    const struct proposal *p = is_on(ui) ? tray_proposal(ui->doc) : NULL;
    const struct words *words = p && p->count ? &p->candidates[p->chosen].words : NULL;
    return words && ui->instead->token < words->count ? words : NULL;
}

/* White space and punctuation marks are not words. */
static bool has_letters(const struct words *words, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        for (uint32_t at = words->tokens[i].start; at < words->tokens[i].end; at++) {
            int c = (unsigned char)words->text.data[at];
            if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) return true;
        }
    return false;
}

bool instead_is_chosen(const struct ui *ui, uint32_t blank, uint32_t token)
{
    uint32_t first, end;
    const struct words *words = blank == ui->instead->blank ? instead_words(ui) : NULL;
    if (!words) return false;
    words_word(words, ui->instead->token, &first, &end);
    return token >= first && token < end;
}

bool instead_busy(const struct instead *instead)
{
    return instead->asked != 0;
}

/* ---- asking -------------------------------------------------------------------------------------------- */

static void forget_answer(struct ui *ui)
{
    struct instead *in = ui->instead;
    if (in->asked) fill_worker_cancel(ui->filling->worker, in->asked);
    in->asked = in->about = 0;
    in->at = 0;
    in->trouble = (struct error){0};
    fill_alternatives_free(&in->found);
}

void instead_close(struct ui *ui)
{
    forget_answer(ui);
    if (ui->instead->active) ui->doc->follow = ui->picture->stale = true;
    *ui->instead = (struct instead){0};
}

static uint64_t words_hash(const struct words *words, uint32_t first, uint32_t end)
{
    uint32_t place[2] = {first, end};
    uint64_t hash = hash_bytes(words->text.data, words->text.size, 1);
    return hash_bytes(place, sizeof place, hash) | 1;
}

static void ask_about(struct ui *ui, const struct words *words, uint32_t first, uint32_t end)
{
    struct instead *in = ui->instead;
    struct error error = {0};
    struct buffer text = {0};
    size_t at;
    size_t start = words->tokens[first].start, stop = words->tokens[end - 1].end;
    while (start < stop && strchr(" \r\n", words->text.data[start])) start++;
    forget_answer(ui);
    in->about = words_hash(words, first, end);
    if (!filling_worker(ui) || !filling_text(ui->doc, in->blank, &at, &text)) return;
    struct fill_place place = {.text = {text.data ? text.data : "", text.size},
                               .start = at + start,
                               .end = at + stop,
                               .count = INSTEAD_MOST};
    in->asked = fill_worker_ask_alternatives(ui->filling->worker, &place, &error);
    in->asked_at = clock_seconds();
    if (!in->asked) in->trouble = error;
    buffer_free(&text);
}

void instead_update(struct ui *ui)
{
    struct instead *in = ui->instead;
    uint32_t first, end;
    if (!in->active) return;
    if (!is_on(ui)) {
        instead_close(ui);
        return;
    }
    const struct proposal *p = tray_proposal(ui->doc);
    if (p->job || !p->count) return; /* a word that may still be drawn again has no alternatives */
    const struct words *words = &p->candidates[p->chosen].words;
    if (in->token >= words->count) in->token = words->count ? words->count - 1 : 0;
    if (!words->count) return;
    words_word(words, in->token, &first, &end);
    if (in->about != words_hash(words, first, end)) ask_about(ui, words, first, end);
}

bool instead_take(struct ui *ui, struct fill_event *event)
{
    struct instead *in = ui->instead;
    if (!in->asked || event->job != in->asked) return false;
    if (event->kind == FILL_EVENT_LOADING || event->kind == FILL_EVENT_READY) return true;
    in->asked = 0;
    in->seconds = clock_seconds() - in->asked_at;
    if (event->kind == FILL_EVENT_FAILED) in->trouble = event->error;
    if (event->kind != FILL_EVENT_ANSWER) return true;
    in->found = event->alternatives;
    event->alternatives = (struct fill_alternatives){0};
    if (in->found.count > INSTEAD_MOST) in->found.count = INSTEAD_MOST;
    ui->doc->follow = true; /* the rows of the list may cover the cursor */
    return true;
}

/* ---- going from word to word --------------------------------------------------------------------------- */

void do_alternatives(struct ui *ui)
{
    if (is_on(ui)) {
        instead_close(ui);
        return;
    }
    const struct proposal *p = tray_needed(ui);
    if (!p || !p->candidates[p->chosen].words.count) return;
    const struct words *words = &p->candidates[p->chosen].words;
    uint32_t first, end;
    words_word(words, 0, &first, &end);
    *ui->instead = (struct instead){.active = true, .doc = ui->doc, .blank = p->blank};
    while (!has_letters(words, first, end) && end < words->count) {
        ui->instead->token = end;
        words_word(words, end, &first, &end);
    }
    ui->doc->follow = ui->picture->stale = true;
    instead_update(ui);
}

void do_alternatives_close(struct ui *ui)
{
    instead_close(ui);
}

/* Goes around at the ends, and skips punctuation marks. */
static void go(struct ui *ui, bool back)
{
    const struct words *words = instead_words(ui);
    uint32_t first, end, tries = words ? words->count : 0;
    if (!words) return;
    words_word(words, ui->instead->token, &first, &end);
    do {
        uint32_t next = back ? (first ? first : words->count) - 1 : end < words->count ? end : 0;
        words_word(words, next, &first, &end);
    } while (!has_letters(words, first, end) && tries--);
    ui->instead->token = first;
    ui->doc->follow = ui->picture->stale = true;
    instead_update(ui);
}

void do_alternatives_next_word(struct ui *ui)
{
    go(ui, false);
}

void do_alternatives_previous_word(struct ui *ui)
{
    go(ui, true);
}

/* ---- putting one in ------------------------------------------------------------------------------------ */

enum { AROUND = 2 }; /* words on either side that are drawn again */

static bool is_written(const struct candidate *c, uint32_t token)
{
    return token < 64 && (c->written >> token & 1);
}

/* The tokens that are drawn again when [first, end) becomes another word: [*from, *to), except those that the
 * writer put there. */
static void find_around(const struct words *words, uint32_t first, uint32_t end, uint32_t *from, uint32_t *to)
{
    uint32_t a, b;
    *from = first;
    *to = end;
    for (int i = 0; i<AROUND && * from> 0; i++) words_word(words, *from - 1, from, &b);
    for (int i = 0; i < AROUND && *to < words->count; i++) words_word(words, *to, &a, to);
}

/* The tokens of the new candidate that the writer put there. */
static uint64_t written_then(const struct candidate *c, uint32_t first, uint32_t end, uint32_t count)
{
    uint64_t written = 0;
    for (uint32_t i = 0; i < c->words.count; i++) {
        uint32_t to = i < first ? i : i - end + first + count;
        if ((i < first || i >= end) && is_written(c, i) && to < 64) written |= UINT64_C(1) << to;
    }
    for (uint32_t i = first; i < first + count && i < 64; i++) written |= UINT64_C(1) << i;
    return written;
}

/* Draws another candidate, with these tokens in place of the chosen word; the words around them are drawn
 * again. */
static void put_in(struct ui *ui, const uint32_t *ids, uint32_t count)
{
    const struct words *words = instead_words(ui);
    struct proposal *p = tray_proposal(ui->doc);
    if (!words || !p || p->job) return;
    const struct candidate *c = &p->candidates[p->chosen];
    uint32_t first, end, from, to, pinned = 0, length;
    words_word(words, ui->instead->token, &first, &end);
    find_around(words, first, end, &from, &to);
    length = words->count - (end - first) + count;
    struct fill_pin *pins = mem_alloc_array(length ? length : 1, sizeof *pins);
    for (uint32_t i = 0; pins && i < words->count; i++) {
        if ((i >= from && i < to && !is_written(c, i)) || (i >= first && i < end)) continue;
        pins[pinned++] =
            (struct fill_pin){.index = i < first ? i : i - end + first + count, .id = words->tokens[i].id};
    }
    for (uint32_t i = 0; pins && i < count; i++)
        pins[pinned++] = (struct fill_pin){.index = first + i, .id = ids[i], .whole = i + 1 == count};
    uint64_t written = written_then(c, first, end, count);
    uint32_t blank = ui->instead->blank;
    if (!pins || !length)
        ui_complain(ui->message, pins ? "a blank must have at least one token" : "not enough memory to fill");
    else if (filling_branch(ui, ui->doc, blank, length, pins, pinned)) {
        p = proposal_find(ui->doc, blank);
        if (p && p->count) p->candidates[p->count - 1].written = written;
        ui->doc->focus = blank;
        ui->instead->token = first;
        forget_answer(ui);
    }
    mem_free(pins);
}

static void say_how_many(struct message *message, const struct instead *in)
{
    if (in->asked)
        ui_say(message, "the alternatives are not known yet");
    else if (!in->found.count)
        ui_say(message, "there are no alternatives");
    else
        ui_say(message,
               in->found.count == 1 ? "there is only 1 alternative" : "there are only %zu alternatives",
               in->found.count);
}

static void put_number(struct ui *ui, size_t index)
{
    const struct instead *in = ui->instead;
    const struct proposal *p = tray_proposal(ui->doc);
    if (p && p->job) {
        filling_say(ui);
    } else if (index < in->found.count) {
        const struct fill_alternative *a = &in->found.list[index];
        uint32_t ids[FILL_ALTERNATIVE_TOKENS], count = a->count;
        memcpy(ids, a->ids, sizeof ids);
        put_in(ui, ids, count);
    } else {
        say_how_many(ui->message, in);
    }
}

void do_alternatives_choose(struct ui *ui)
{
    int digit = digit_typed(ui->typed);
    if (digit) put_number(ui, (size_t)digit - 1);
}

void do_alternatives_put(struct ui *ui)
{
    put_number(ui, ui->instead->at);
}

void do_alternatives_up(struct ui *ui)
{
    if (ui->instead->at) ui->instead->at--;
}

void do_alternatives_down(struct ui *ui)
{
    if (ui->instead->at + 1 < ui->instead->found.count) ui->instead->at++;
}

/* ---- a word of one's own ------------------------------------------------------------------------------- */

static void written(struct ui *ui, const char *answer)
{
    uint32_t first, end;
    struct bpe_ids ids = {0};
    const struct words *words = instead_words(ui);
    if (!answer || !words) return;
    while (*answer == ' ') answer++;
    words_word(words, ui->instead->token, &first, &end);
    bool spaced = fill_worker_begins_with_space(ui->filling->worker, words->tokens[first].id);
    if (!*answer || blank_encode(ui, answer, spaced, &ids)) put_in(ui, ids.ids, (uint32_t)ids.count);
    bpe_ids_free(&ids);
}

void do_alternatives_write(struct ui *ui)
{
    const struct words *words = instead_words(ui);
    if (!words || !filling_model_ready(ui)) return;
    prompt_line(ui, "", written, "New word (nothing: remove the word): ");
}
