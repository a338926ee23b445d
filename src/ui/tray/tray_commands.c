#include "tray_commands.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "tray.h"
#include "ui/blank/filling.h"
#include "ui/blank/proposal_commands.h"
#include "ui/blank/proposal_walk.h"
#include "ui/blank/say_with_key.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <stdlib.h>

/* The finished proposal at the cursor. NULL: none, and a message said why. */
static struct proposal *needed(struct ui *ui)
{
    proposals_passed(ui, 0);
    return tray_needed(ui);
}

int digit_typed(const struct typed_keys *typed)
{
    ui_key key = typed->last_count ? typed->pending[typed->last_count - 1] & ~(ui_key)UI_KEY_ALT : 0;
    return key >= '1' && key <= '9' ? (int)(key - '0') : 0;
}

static void choose_candidate(struct ui *ui, struct proposal *p, size_t index)
{
    p->chosen = index;
    kept_note(ui->doc);
    ui->doc->follow = true;
    ui->picture->stale = true;
}

void do_tray_choose(struct ui *ui)
{
    struct proposal *p = needed(ui);
    size_t number = (size_t)digit_typed(ui->typed);
    if (!p) return;
    if (number && number <= p->count)
        choose_candidate(ui, p, number - 1);
    else if (p->wanted)
        ui_say(ui->message, "proposal %zu is still being drawn", number);
    else
        ui_say(ui->message, p->count == 1 ? "there is only 1 proposal" : "there are only %zu proposals",
               p->count);
}

void do_tray_up(struct ui *ui)
{
    struct proposal *p = needed(ui);
    if (!p) return;
    if (p->chosen)
        choose_candidate(ui, p, p->chosen - 1);
    else
        ui_say(ui->message, "this is the first proposal");
}

void do_tray_down(struct ui *ui)
{
    struct proposal *p = needed(ui);
    if (!p) return;
    if (p->chosen + 1 < p->count)
        choose_candidate(ui, p, p->chosen + 1);
    else
        ui_say(ui->message, "this is the last proposal");
}

void do_tray_more(struct ui *ui)
{
    if (!needed(ui)) return;
    if (ui->settings->candidates < 2) {
        do_again(ui);
        return;
    }
    tray_more(ui, (uint32_t)ui->settings->candidates);
}

void do_tray_drop(struct ui *ui)
{
    struct proposal *p = needed(ui);
    if (!p) return;
    if (proposal_put_away(ui->doc, p, p->chosen)) {
        choose_candidate(ui, p, p->chosen);
        say_with_key(ui, "removed", "undo", "brings it back");
    } else {
        proposal_discard(ui); /* it was the only one */
    }
}

/* ---- combining two ------------------------------------------------------------------------------------- */

/* The token at which the second half of the words begins: one after white space, if there is any. */
static uint32_t half(const struct words *words)
{
    uint32_t count = 0, at = 0;
    for (uint32_t i = 0; i < words->count; i = words_next_spaced(words, i)) count++;
    for (uint32_t i = 0; i < (count + 1) / 2; i++) at = words_next_spaced(words, at);
    return at;
}

/* The candidate with exactly these tokens; SIZE_MAX: none. */
static size_t find_same(const struct proposal *p, const struct fill_pin *pins, uint32_t count)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct words *words = &p->candidates[i].words;
        uint32_t same = 0;
        while (same < count && same < words->count && words->tokens[same].id == pins[same].id) same++;
        if (same == count && same == words->count) return i;
    }
    return SIZE_MAX;
}

static void mix(struct ui *ui, const struct words *a, const struct words *b)
{
    uint32_t first = half(a), second = half(b), count = first + b->count - second;
    uint32_t blank = ui->doc->focus;
    struct proposal *p = tray_proposal(ui->doc);
    struct fill_pin *pins = mem_alloc_array(count ? count : 1, sizeof *pins);
    for (uint32_t i = 0; pins && i < count; i++) {
        uint32_t id = i < first ? a->tokens[i].id : b->tokens[second + i - first].id;
        pins[i] = (struct fill_pin){.index = i, .id = id};
    }
    size_t known = pins ? find_same(p, pins, count) : SIZE_MAX;
    if (!pins) {
        ui_complain(ui->message, "not enough memory to fill");
    } else if (known != SIZE_MAX) {
        choose_candidate(ui, p, known);
        ui_say(ui->message, "that is already proposal %zu", known + 1);
    } else if (count && filling_branch(ui, ui->doc, blank, count, pins, count)) {
        ui->doc->focus = blank;
    }
    mem_free(pins);
}

static void mix_with(struct ui *ui, const char *answer)
{
    struct proposal *p = answer && *answer ? needed(ui) : NULL;
    if (!p) return;
    long number = strtol(answer, NULL, 10);
    if (number < 1 || (size_t)number > p->count || (size_t)number - 1 == p->chosen) {
        ui_complain(ui->message, "\"%s\" is not the number of another proposal", answer);
        return;
    }
    mix(ui, &p->candidates[p->chosen].words, &p->candidates[number - 1].words);
}

void do_mix(struct ui *ui)
{
    const struct proposal *p = needed(ui);
    if (!p) return;
    if (p->count < 2 && !p->wanted)
        ui_say(ui->message, "there is no other proposal");
    else
        prompt_line(ui, "", mix_with,
                    "First half of proposal %zu, and second half of proposal: ", p->chosen + 1);
}
