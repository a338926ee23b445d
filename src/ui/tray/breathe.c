#include "breathe.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "tray.h"
#include "ui/blank/filling.h"
#include "ui/blank/proposal_commands.h"
#include "ui/blank/timeline.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/terminal/picture.h"

static const double pause_seconds = 0.6; /* without a change, before tokens are drawn again */
enum { PART = 3 };                       /* one in this many tokens is drawn again */

int breathe_timeout(const struct breathing *breathing)
{
    if (breathing->changed_at <= 0) return -1;
    double left = breathing->changed_at + pause_seconds - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

/* The tokens that stay. Each time another part of them is drawn again, but never a token that the writer put
 * there. */
static struct fill_pin *find_pins(const struct candidate *c, uint64_t turn, size_t *count)
{
    struct fill_pin *pins = mem_alloc_array(c->words.count ? c->words.count : 1, sizeof *pins);
    *count = 0;
    for (uint32_t i = 0; pins && i < c->words.count; i++) {
        bool written = i < 64 && (c->written >> i & 1);
        if (!written && hash_bytes(&i, sizeof i, turn) % PART == 0) continue;
        pins[(*count)++] = (struct fill_pin){.index = i, .id = c->words.tokens[i].id};
    }
    return pins;
}

static void breathe_in(struct ui *ui, struct proposal *p)
{
    const struct candidate *c = &p->candidates[p->chosen];
    size_t count, chosen = p->chosen;
    uint32_t blank = p->blank, length = c->words.count;
    uint64_t written = c->written;
    struct fill_pin *pins = find_pins(c, ui->filling->next_seed, &count);
    if (pins && count < length && filling_branch(ui, ui->doc, blank, length, pins, count)) {
        p = proposal_find(ui->doc, blank);
        p->candidates[p->count - 1].written = written;
        p->replaces = chosen + 1;
        p->due = p->count;
    }
    mem_free(pins);
}

/* The new candidate replaces the one that it was drawn from. */
static void breathe_out(struct picture *picture, struct proposal *p)
{
    size_t old = p->replaces - 1;
    p->replaces = 0;
    if (p->count == p->due && proposal_drop(p, old)) picture->stale = true;
}

static bool is_alive(const struct doc *doc, const struct proposal *p)
{
    struct text_blank b;
    return p->count && text_blank_get(doc->text, p->blank, &b);
}

void breathe_update(struct ui *ui)
{
    struct breathing *now = ui->breathing;
    struct doc *doc = ui->doc;
    uint64_t version = text_version(doc->text);
    bool any = false;
    for (size_t i = 0; i < doc->proposal_count; i++) {
        struct proposal *p = &doc->proposals[i];
        if (!p->job && p->replaces) breathe_out(ui->picture, p);
        any = any || (p->breathes && is_alive(doc, p));
    }
    bool changed = now->doc == doc && now->version != version;
    if (now->doc != doc || !any) now->changed_at = 0;
    if (any && changed) now->changed_at = clock_seconds();
    now->doc = doc;
    now->version = version;
    if (breathe_timeout(now) != 0 || filling_current(ui->filling) || timeline_active(ui->timeline, doc))
        return;
    now->changed_at = 0;
    for (size_t i = 0; i < doc->proposal_count; i++)
        if (doc->proposals[i].breathes && !doc->proposals[i].job && is_alive(doc, &doc->proposals[i]))
            breathe_in(ui, &doc->proposals[i]);
}

void do_breathe(struct ui *ui)
{
    struct proposal *p = tray_proposal(ui->doc);
    if (!p) {
        proposal_needed(ui);
        return;
    }
    p->breathes = !p->breathes;
    ui->picture->stale = true;
    ui_say(ui->message, p->breathes ? "breathing: parts of it are drawn again when the text around it changes"
                                    : "frozen: its words no longer change");
}
