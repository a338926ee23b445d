#include "order.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "tray.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_text.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/terminal/picture.h"

/* ---- what is asked -------------------------------------------------------------------------------------- */

/* The tokens of all candidates, one after another. */
struct fills {
    uint32_t *ids, *counts;
    size_t id_count, count;
};

static void fills_free(struct fills *fills)
{
    mem_free(fills->ids);
    mem_free(fills->counts);
}

/* False: one has no tokens, or there is no memory. */
static bool fills_of(const struct proposal *p, struct fills *out)
{
    size_t tokens = 0;
    *out = (struct fills){0};
    for (size_t i = 0; i < p->count; i++) {
        if (!p->candidates[i].words.count) return false;
        tokens += p->candidates[i].words.count;
    }
    out->ids = mem_alloc_array(tokens, sizeof *out->ids);
    out->counts = mem_alloc_array(p->count, sizeof *out->counts);
    for (size_t i = 0; out->ids && out->counts && i < p->count; i++) {
        const struct words *words = &p->candidates[i].words;
        out->counts[out->count++] = words->count;
        for (uint32_t t = 0; t < words->count; t++) out->ids[out->id_count++] = words->tokens[t].id;
    }
    if (out->ids && out->counts) return true;
    fills_free(out);
    return false;
}

static uint64_t hash_of(const struct fills *fills)
{
    uint64_t hash = hash_bytes(fills->counts, fills->count * sizeof *fills->counts, 0);
    return hash_bytes(fills->ids, fills->id_count * sizeof *fills->ids, hash);
}

static bool is_compared(const struct proposal *p)
{
    for (size_t i = 0; i < p->count; i++)
        if (!p->candidates[i].bounded) return false;
    return true;
}

static void ask_how_they_compare(struct ui *ui, const struct proposal *p, const struct fills *fills)
{
    struct buffer text = {0};
    size_t at = 0, size = p->candidates[p->chosen].words.text.size;
    if (filling_text(ui->doc, p->blank, &at, &text)) {
        struct rescore_question question = {.text = {text.data, text.size},
                                            .start = at,
                                            .end = at + size,
                                            .ids = fills->ids,
                                            .counts = fills->counts,
                                            .count = fills->count};
        ui->tray->order.asked = fill_worker_ask_rescore(ui->filling->worker, &question, NULL);
    }
    buffer_free(&text);
}

/* Whether the last question was about something else; notes this one. */
static bool is_new(struct ui *ui, const struct proposal *p, const struct fills *fills)
{
    struct order now = {.doc = ui->doc,
                        .blank = p->blank,
                        .version = text_version(ui->doc->text),
                        .candidates = hash_of(fills)};
    const struct order *last = &ui->tray->order;
    if (last->doc == now.doc && last->blank == now.blank && last->version == now.version &&
        last->candidates == now.candidates)
        return false;
    order_close(ui);
    ui->tray->order = now;
    return true;
}

void order_update(struct ui *ui, const struct proposal *p)
{
    struct fills fills;
    bool ready = ui->filling->worker && fill_worker_ready(ui->filling->worker);
    if (!ready || p->job || p->count < 2 || p->count > FILL_MAX_CANDIDATES || is_compared(p)) return;
    if (!fills_of(p, &fills)) return;
    if (is_new(ui, p, &fills)) ask_how_they_compare(ui, p, &fills);
    fills_free(&fills);
}

bool order_comes(const struct ui *ui, const struct proposal *p)
{
    return ui->tray->order.asked && ui->tray->order.doc == ui->doc && ui->tray->order.blank == p->blank;
}

void order_close(struct ui *ui)
{
    if (ui->tray->order.asked) fill_worker_cancel(ui->filling->worker, ui->tray->order.asked);
    ui->tray->order = (struct order){0};
}

/* ---- the answer ------------------------------------------------------------------------------------------ */

/* The candidates are still those that were asked about. */
static bool is_about(const struct order *order, const struct proposal *p)
{
    struct fills fills;
    if (!p || p->job || !fills_of(p, &fills)) return false;
    bool same = hash_of(&fills) == order->candidates;
    fills_free(&fills);
    return same;
}

bool order_take(struct ui *ui, struct fill_event *event)
{
    struct order *order = &ui->tray->order;
    if (!order->asked || event->job != order->asked) return false;
    if (event->kind == FILL_EVENT_LOADING || event->kind == FILL_EVENT_READY) return true;
    order->asked = 0;
    struct proposal *p = ui->doc == order->doc ? proposal_find(ui->doc, order->blank) : NULL;
    if (event->kind != FILL_EVENT_ANSWER || !is_about(order, p) || event->rescored.count != p->count)
        return true;
    for (size_t i = 0; i < p->count; i++) {
        struct candidate *c = &p->candidates[i];
        c->bounded = c->words.count;
        c->bound = event->rescored.ln_q[i] / c->bounded;
    }
    kept_note(ui->doc);
    ui->picture->stale = true;
    return true;
}
