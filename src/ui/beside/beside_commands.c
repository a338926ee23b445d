#include "beside_commands.h"
#include "beside.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"
#include "lacuna/fill.h"
#include "lacuna/sedd.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "ui/blank/filling.h"
#include "ui/blank/meant_blank.h"
#include "ui/blank/timeline.h"
#include "ui/blank/timeline_commands.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- beginning ----------------------------------------------------------------------------------------- */

struct plans {
    struct beside_plan list[BESIDE_MOST];
    char names[BESIDE_MOST][64];
    size_t count;
};

static const char usage[] =
    "side by side: \"seeds 3\", \"samplers analytic entropy\" or \"models NAME NAME\"; "
    "two to four runs";

/* Copies the next word of a line. False: there is none, or it is too long. */
static bool next_word(const char **line, char out[64])
{
    *line += strspn(*line, " ");
    size_t size = strcspn(*line, " ");
    if (!size || size >= 64) return false;
    memcpy(out, *line, size);
    out[size] = '\0';
    *line += size;
    return true;
}

static bool plan_seeds(const struct filling *filling, const struct settings *settings, const char *line,
                       struct plans *plans)
{
    char word[64];
    long count = next_word(&line, word) ? strtol(word, NULL, 10) : 3;
    if (count < 2 || count > BESIDE_MOST) return false;
    for (plans->count = 0; plans->count < (size_t)count; plans->count++) {
        struct beside_plan *p = &plans->list[plans->count];
        p->how = filling_how(settings, (filling->next_seed + plans->count) % FILL_SEED_LIMIT);
        snprintf(p->label, sizeof p->label, "seed %llu", (unsigned long long)p->how.seed);
    }
    return true;
}

static bool plan_samplers(const struct filling *filling, const struct settings *settings, const char *line,
                          struct plans *plans)
{
    char word[64];
    for (plans->count = 0; next_word(&line, word); plans->count++) {
        if (plans->count == BESIDE_MOST) return false;
        struct beside_plan *p = &plans->list[plans->count];
        p->how = filling_how(settings, filling->next_seed);
        if (!sedd_method_parse(word, &p->how.method)) return false;
        snprintf(p->label, sizeof p->label, "%s", word);
    }
    return plans->count > 1;
}

static bool plan_models(const struct filling *filling, const struct settings *settings, const char *line,
                        struct plans *plans)
{
    char word[64];
    for (plans->count = 0; next_word(&line, word); plans->count++) {
        if (plans->count == BESIDE_MOST) return false;
        struct beside_plan *p = &plans->list[plans->count];
        p->how = filling_how(settings, filling->next_seed);
        p->model = memcpy(plans->names[plans->count], word, sizeof word);
        snprintf(p->label, sizeof p->label, "%s", word);
    }
    return plans->count > 1;
}

static bool plan(const struct filling *filling, const struct settings *settings, const char *line,
                 struct plans *plans)
{
    char word[64];
    if (!next_word(&line, word)) return plan_seeds(filling, settings, "3", plans);
    if (strcmp(word, "seeds") == 0) return plan_seeds(filling, settings, line, plans);
    if (strcmp(word, "samplers") == 0) return plan_samplers(filling, settings, line, plans);
    return strcmp(word, "models") == 0 && plan_models(filling, settings, line, plans);
}

/* Bytes of memory that are available to programs; 0: not known. */
static uint64_t memory_available(void)
{
    char line[128];
    unsigned long long kilobytes = 0;
    FILE *file = fopen("/proc/meminfo", "re");
    while (file && fgets(line, sizeof line, file) && sscanf(line, "MemAvailable: %llu", &kilobytes) != 1)
        continue;
    if (file) fclose(file);
    return kilobytes * 1024;
}

/* All models are in memory at the same time. */
static bool models_fit(struct ui *ui, const struct plans *plans)
{
    uint64_t wanted = 0, there = memory_available();
    for (size_t i = 0; i < plans->count; i++) {
        struct error error = {0};
        char *folder = plans->list[i].model ? ui->options->find_model(plans->list[i].model, &error) : NULL;
        struct sedd_tensors *file = folder ? sedd_tensors_open_model(folder, &error) : NULL;
        if (file) wanted += sedd_tensors_file_bytes(file);
        sedd_tensors_close(file);
        mem_free(folder);
        if (error.code) return ui_complain(ui->message, "%s", error.message), false;
    }
    const uint64_t mega = 1024 * 1024;
    if (!there || wanted < there) return true;
    ui_complain(ui->message, "these models need %llu MB of memory, but only %llu MB are free",
                (unsigned long long)(wanted / mega), (unsigned long long)(there / mega));
    return false;
}

void line_beside(struct ui *ui, const char *arguments)
{
    struct text_blank b;
    struct plans plans = {0};
    if (!blank_meant(ui->doc, &b)) {
        blank_needed(ui);
        return;
    }
    filling_skip_seeds(ui->filling, ui->doc, &b.id, 1);
    if (!plan(ui->filling, ui->settings, arguments, &plans)) {
        ui_complain(ui->message, "%s", usage);
        return;
    }
    if (!models_fit(ui, &plans)) return;
    timeline_close(ui);
    (void)beside_open(ui, b.id, plans.list, plans.count);
}

static void take_kinds(struct ui *ui, const char *answer)
{
    if (answer) line_beside(ui, answer);
}

void do_beside(struct ui *ui)
{
    struct text_blank b;
    if (!blank_meant(ui->doc, &b)) {
        blank_needed(ui);
        return;
    }
    prompt_line(ui, "seeds 3", take_kinds, "Side by side (seeds N, samplers NAME…, models NAME…): ");
    ui->prompt->chosen = true;
}

/* ---- one draw swapped ---------------------------------------------------------------------------------- */

static void swap_for(struct ui *ui, const struct candidate *c, const struct bpe_ids *ids, uint32_t first)
{
    struct plans plans = {.count = 2};
    uint32_t blank = ui->timeline->blank;
    struct filling_how how = filling_how(ui->settings, c->seed);
    how.method = (enum sedd_method)c->method;
    how.steps = c->steps;
    how.length = ui->timeline->count;
    struct swap swap = {.index = first, .count = (uint32_t)ids->count};
    for (uint32_t i = 0; i < swap.count; i++) {
        uint32_t drawn = timeline_drawn_at(c, ui->timeline->at, first + i);
        if (drawn > swap.step) swap.step = drawn;
        swap.ids[i] = ids->ids[i];
    }
    /* A run ends with the step that draws its last token. */
    bool ends = swap.step && c->moments[c->moment_count - 1].step <= swap.step;
    swap.after = swap.step - ends;
    plans.list[0].how = plans.list[1].how = how;
    plans.list[1].how.held = true;
    plans.list[1].swap = swap;
    snprintf(plans.list[0].label, sizeof plans.list[0].label, "original, seed %llu",
             (unsigned long long)c->seed);
    snprintf(plans.list[1].label, sizeof plans.list[1].label, "another word at step %u", swap.step);
    timeline_close(ui);
    (void)beside_open(ui, blank, plans.list, plans.count);
}

static void swapped(struct ui *ui, const char *answer)
{
    uint32_t first, end;
    struct bpe_ids ids = {0};
    struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    if (!answer || !*answer || !c) return;
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    if (timeline_encode(ui, answer, first, &ids)) {
        if (ids.count != end - first || ids.count > BESIDE_SWAPPED)
            ui_complain(ui->message,
                        "\"%.60s\" has %zu tokens, but the word here has %u: a swap keeps the length", answer,
                        ids.count, end - first);
        else
            swap_for(ui, c, &ids, first);
    }
    bpe_ids_free(&ids);
}

void do_timeline_swap(struct ui *ui)
{
    const struct words *words;
    uint32_t first, end;
    if (!timeline_needed(ui)) return;
    const struct candidate *c = timeline_candidate(ui->timeline, ui->doc);
    timeline_word_at(ui->timeline, ui->doc, ui->timeline->word, &first, &end);
    const struct fill_token *token = timeline_token(ui->timeline, ui->doc, first, &words);
    if (timeline_is_running(ui))
        ui_say(ui->message, "this proposal is not finished yet");
    else if (!c->alone)
        ui_say(ui->message, "a word can be swapped only in a proposal that was drawn alone and without "
                            "given words");
    else if (!token || token->state == FILL_MASKED || !timeline_drawn_at(c, ui->timeline->at, first))
        ui_say(ui->message, "no word is drawn there at this step");
    else if (filling_model_ready(ui))
        prompt_line(ui, "", swapped, "Word to draw instead, at the same step: ");
}

/* ---- keys of the page ---------------------------------------------------------------------------------- */

void do_beside_back(struct ui *ui)
{
    beside_go(ui->beside, ui->beside->at ? ui->beside->at - 1 : 0);
}

void do_beside_on(struct ui *ui)
{
    beside_go(ui->beside, ui->beside->at + 1);
}

void do_beside_first(struct ui *ui)
{
    beside_go(ui->beside, 0);
}

void do_beside_last(struct ui *ui)
{
    beside_go(ui->beside, SIZE_MAX);
}

void do_beside_play(struct ui *ui)
{
    struct beside *b = ui->beside;
    if (ui->settings->plain) {
        beside_go(b, SIZE_MAX); /* nothing is animated there */
        return;
    }
    b->plays = !b->plays;
    b->play_at = 0;
    if (b->plays && b->at == beside_last(b)) b->at = 0;
}

void do_beside_next(struct ui *ui)
{
    ui->beside->chosen = (ui->beside->chosen + 1) % (ui->beside->count ? ui->beside->count : 1);
}

void do_beside_previous(struct ui *ui)
{
    struct beside *b = ui->beside;
    b->chosen = (b->chosen ? b->chosen : b->count) - 1;
}

void do_beside_close(struct ui *ui)
{
    beside_close(ui->beside, ui->picture);
}

/* A swapped run's original is a proposal already, and two runs may have drawn the same words. */
static bool take_present(struct doc *doc, uint32_t blank, const struct words *words)
{
    struct proposal *p = proposal_find(doc, blank);
    for (size_t i = 0; p && !p->job && i < p->count; i++) {
        const struct buffer *text = &p->candidates[i].words.text;
        if (text->size != words->text.size || memcmp(text->data, words->text.data, text->size) != 0) continue;
        p->chosen = i;
        kept_note(doc);
        return true;
    }
    return false;
}

void do_beside_take(struct ui *ui)
{
    struct beside *b = ui->beside;
    struct beside_run *run = &b->runs[b->chosen];
    struct text_blank blank;
    if (run->job || !words_whole(&run->candidate.words) || !text_blank_get(b->doc->text, b->blank, &blank)) {
        ui_say(ui->message, run->job ? "this run is not finished yet" : "this run has no words to take");
        return;
    }
    if (take_present(b->doc, b->blank, &run->candidate.words)) {
        beside_close(ui->beside, ui->picture);
        blank_go_to(ui->doc, &blank);
        ui_say(ui->message, "these words were a proposal already");
        return;
    }
    struct proposal *p = proposal_make(b->doc, b->blank);
    struct candidate *c = p && !p->job ? proposal_add(p, run->candidate.seed) : NULL;
    if (!c) {
        ui_say(ui->message, p && p->job ? "this blank is being filled" : "out of memory");
        return;
    }
    *c = run->candidate;
    run->candidate = (struct candidate){0};
    if (ui->filling->next_seed == c->seed) ui->filling->next_seed = (c->seed + 1) % FILL_SEED_LIMIT;
    beside_close(ui->beside, ui->picture);
    blank_go_to(ui->doc, &blank);
}
