#include "condition_commands.h"
#include "condition_line.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "meant_blank.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* Copies the name that ties a blank. False: it is not tied. */
static bool tie_of(const struct doc *doc, uint32_t blank, char out[CONDITION_LINE])
{
    struct condition_line line;
    const char *asked = blank_conditions_line(doc, blank);
    if (!*asked || condition_line_parse(asked, &line, NULL) || !line.conditions.tie) return false;
    snprintf(out, CONDITION_LINE, "%s", line.conditions.tie);
    return true;
}

size_t blanks_tied(const struct doc *doc, uint32_t blank, uint32_t *out, size_t most)
{
    char name[CONDITION_LINE], other[CONDITION_LINE];
    size_t count = 0;
    if (!tie_of(doc, blank, name)) {
        out[0] = blank;
        return 1;
    }
    for (size_t i = 0; i < text_blank_count(doc->text) && count < most; i++) {
        struct text_blank b;
        text_blank_at(doc->text, i, &b);
        if (tie_of(doc, b.id, other) && strcmp(name, other) == 0) out[count++] = b.id;
    }
    return count;
}

/* Whether the blank has room for the words; a message says why not. */
static bool fits(struct ui *ui, const struct condition_line *line, const struct text_blank *b)
{
    uint32_t words = 0;
    for (size_t i = 0; i < line->conditions.must_count; i++) {
        const struct fill_must *must = &line->must[i];
        words++;
        for (const char *p = must->text; *p; p++) words += *p == ' ';
        if (must->at > words) words = must->at;
    }
    if (words > b->max)
        ui_complain(ui->message, "%u words must appear, but the blank has at most %u tokens", words, b->max);
    return words <= b->max;
}

/* Whether a word that must appear is not among those that may not be repeated; a message says so. */
static bool suits_text(struct ui *ui, const struct condition_line *line, const struct text_blank *b)
{
    enum { REACH = 128 * 1024 }; /* of 10,000 words */
    struct buffer before = {0};
    struct error error = {0};
    size_t from = b->start > REACH ? b->start - REACH : 0;
    bool suits = text_append_to(ui->doc->text, from, b->start, &before) && before.data
                     ? !fill_conditions_check_before(&line->conditions,
                                                     (struct slice){before.data, before.size}, &error)
                     : true;
    if (!suits) ui_complain(ui->message, "%s", error.message);
    buffer_free(&before);
    return suits;
}

static void say_set(struct ui *ui, uint32_t blank)
{
    char key[UI_SEQUENCE_NAME];
    const struct proposal *p = proposal_find(ui->doc, blank);
    ui_keymap_keys(ui->keymap, "fill", UI_EDIT, key);
    if (!*key)
        ui_say(ui->message, "conditions set");
    else if (p && p->count)
        ui_say(ui->message, "conditions set; %s draws a proposal that meets them", key);
    else
        ui_say(ui->message, "conditions set for what is drawn from now on; %s fills the blank", key);
}

static void set(struct ui *ui, const struct text_blank *b, const char *asked)
{
    struct condition_line line;
    struct error error = {0};
    asked += strspn(asked, " ");
    if (condition_line_parse(asked, &line, &error)) {
        ui_complain(ui->message, "%s", error.message);
        return;
    }
    if (!fits(ui, &line, b) || !suits_text(ui, &line, b)) return;
    if (!blank_conditions_set(ui->doc, b->id, asked)) {
        ui_complain(ui->message, "not enough memory");
        return;
    }
    kept_note(ui->doc);
    ui->picture->stale = true;
    if (*asked)
        say_set(ui, b->id);
    else
        ui_say(ui->message, "the blank has no conditions now");
}

static void conditions_answered(struct ui *ui, const char *answer)
{
    struct text_blank b;
    if (answer && blank_meant(ui->doc, &b)) set(ui, &b, answer);
}

void do_conditions(struct ui *ui)
{
    struct text_blank b;
    if (!blank_meant(ui->doc, &b)) {
        blank_needed(ui);
        return;
    }
    prompt_line(ui, blank_conditions_line(ui->doc, b.id), conditions_answered,
                "Conditions (must X; not Y, Z; begins A; at most 6 words …): ");
}

void line_conditions(struct ui *ui, const char *arguments)
{
    struct text_blank b;
    if (!blank_meant(ui->doc, &b))
        blank_needed(ui);
    else
        set(ui, &b, arguments);
}
