#include "meets.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "tied.h"
#include "tray.h"
#include "ui/blank/condition_line.h"
#include "ui/blank/filling_text.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/terminal/picture.h"

#include <string.h>

/* Of everything that the answer depends on; never 0. */
static uint64_t met_key(const struct doc *doc, const struct proposal *p, const char *line)
{
    uint64_t place[3] = {(uint64_t)(uintptr_t)doc, p->blank, text_version(doc->text)};
    uint64_t key = hash_bytes(line, strlen(line), hash_bytes(place, sizeof place, 0));
    for (size_t i = 0; i < p->count; i++) {
        const struct buffer *text = &p->candidates[i].words.text;
        key = hash_bytes(text->data ? text->data : "", text->size, key);
    }
    return key | 1;
}

static void look(const struct doc *doc, struct proposal *p, const struct condition_line *line,
                 struct slice text, size_t at)
{
    size_t end = at + p->candidates[p->chosen].words.text.size;
    struct slice before = {text.data, at}, after = {text.data + end, text.size - end};
    for (size_t i = 0; i < p->count; i++) {
        struct candidate *c = &p->candidates[i];
        struct slice fill = {c->words.text.data ? c->words.text.data : "", c->words.text.size};
        c->unmet =
            fill_conditions_unmet(&line->conditions, before, fill, after) || !tied_have(doc, p->blank, c);
    }
}

void meets_update(struct ui *ui, struct proposal *p)
{
    struct condition_line line;
    struct buffer text = {0};
    const char *asked = blank_conditions_line(ui->doc, p->blank);
    uint64_t key = met_key(ui->doc, p, asked);
    size_t at;
    if (ui->tray->met == key) return;
    ui->tray->met = key;
    ui->picture->stale = true;
    for (size_t i = 0; i < p->count; i++) p->candidates[i].unmet = false;
    if (*asked && !condition_line_parse(asked, &line, NULL) && filling_text(ui->doc, p->blank, &at, &text))
        look(ui->doc, p, &line, (struct slice){text.data ? text.data : "", text.size}, at);
    buffer_free(&text);
}

size_t meets_count(const struct proposal *p)
{
    size_t count = 0;
    for (size_t i = 0; i < p->count; i++) count += !p->candidates[i].unmet;
    return count;
}
