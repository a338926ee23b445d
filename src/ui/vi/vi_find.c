#include "vi_find.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_mode.h"
#include "vi_motion.h"
#include "vi_state.h"
#include "vi_text.h"

#include <string.h>

/* ---- f t F T ; , ------------------------------------------------------------------------------------- */

static bool find_in_line(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool back,
                         bool again)
{
    const struct text *text = doc->text;
    size_t start = vi_line_start(text, r->from), end = vi_line_end(text, r->from), at = r->from;
    size_t count = vi_count(vi), found = at;
    /* For a repeated `t` the cursor is already before the character: that one is skipped. */
    bool skip = again && vi->find_till && count == 1;
    for (size_t n = 0; n < count;) {
        if (back ? at == start : at >= end) return false;
        at = back ? text_previous_cluster(text, at) : text_next_cluster(text, at);
        if (at >= end && !back) return false;
        if (vi_char(text, at) != vi->find_char) continue;
        if (skip && (back ? text_next_cluster(text, at) : text_previous_cluster(text, at)) == r->from) {
            skip = false;
            continue;
        }
        n++;
        found = at;
    }
    r->to = found;
    if (vi->find_till) r->to = back ? text_next_cluster(text, found) : text_previous_cluster(text, found);
    r->inclusive = !back;
    return true;
}

static bool find_new(struct ui *ui, struct vi_range *r)
{
    return find_in_line(ui->vi, ui->doc, r, ui->vi->find_back, false);
}

static bool find_repeat(struct ui *ui, struct vi_range *r)
{
    return ui->vi->find_char && find_in_line(ui->vi, ui->doc, r, ui->vi->find_back, true);
}

static bool find_reverse(struct ui *ui, struct vi_range *r)
{
    return ui->vi->find_char && find_in_line(ui->vi, ui->doc, r, !ui->vi->find_back, true);
}

static void find_key(struct ui *ui, ui_key key)
{
    uint32_t c = key == UI_SPECIAL(UI_TAB) ? '\t' : ui_key_is_text(key) ? key : 0;
    if (!c) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    ui->vi->find_char = c;
    vi_move(ui, find_new);
}

static void await_character(struct vi *vi, bool back, bool till)
{
    vi->find_back = back;
    vi->find_till = till;
    vi_await(vi, find_key);
}

void do_vi_find(struct ui *ui)
{
    await_character(ui->vi, false, false);
}

void do_vi_find_back(struct ui *ui)
{
    await_character(ui->vi, true, false);
}

void do_vi_till(struct ui *ui)
{
    await_character(ui->vi, false, true);
}

void do_vi_till_back(struct ui *ui)
{
    await_character(ui->vi, true, true);
}

/* ---- brackets ---------------------------------------------------------------------------------------- */

bool vi_matching(const struct text *text, size_t at, size_t *out)
{
    static const char opening[] = "([{<", closing[] = ")]}>";
    uint32_t c = vi_char(text, at);
    const char *open = c && c < 0x80 ? strchr(opening, (int)c) : NULL;
    const char *close = c && c < 0x80 ? strchr(closing, (int)c) : NULL;
    if (!open && !close) return false;
    uint32_t other = open ? (uint32_t)closing[open - opening] : (uint32_t)opening[close - closing];
    for (int depth = 1; depth > 0;) {
        if ((open ? vi_inc(text, &at) : vi_dec(text, &at)) == -1) return false;
        uint32_t here = vi_char(text, at);
        depth += here == c ? 1 : here == other ? -1 : 0;
    }
    *out = at;
    return true;
}

static bool matching(struct ui *ui, struct vi_range *r)
{
    const struct text *text = ui->doc->text;
    size_t at = r->from, end = vi_line_end(text, at);
    r->to_register_one = r->jump = true;
    if (vi_counted(ui->vi)) { /* percent of the file */
        size_t lines = text_line_of(text, vi_last_line(text)) + 1;
        size_t line = (vi_count(ui->vi) * lines + 99) / 100;
        if (vi_count(ui->vi) > 100) return false;
        r->to = text_line_start(text, line ? line - 1 : 0);
        return vi_nonblank_of_line(ui->doc, r);
    }
    r->inclusive = true;
    while (at < end && !vi_is_one_of(vi_char(text, at), "()[]{}")) at = text_next_cluster(text, at);
    return at < end && vi_matching(text, at, &r->to);
}

/* ---- searching --------------------------------------------------------------------------------------- */

static bool again(struct ui *ui, struct vi_range *r, bool reverse)
{
    struct search *s = ui->search;
    const struct text *text = ui->doc->text;
    bool back = ui->vi->search_back != reverse, wrapped;
    size_t start, end, at = r->from;
    r->to_register_one = r->jump = true;
    if (!s->pattern.size) return false;
    s->lit = true;
    for (size_t i = 0; i < vi_count(ui->vi); i++) {
        if (!search_from(ui, back ? at : text_next_cluster(text, at), back, &wrapped, &start, &end)) {
            if (s->trouble[0])
                ui_complain(ui->message, "%s", s->trouble);
            else
                ui_complain(ui->message, "\"%.200s\" not found", s->pattern.data);
            return false;
        }
        at = start;
    }
    s->at = r->to = at;
    s->backwards = back;
    s->wrapped = wrapped;
    search_say(ui);
    return true;
}

static bool next_match(struct ui *ui, struct vi_range *r)
{
    return again(ui, r, false);
}

static bool previous_match(struct ui *ui, struct vi_range *r)
{
    return again(ui, r, true);
}

/* The keyword under the cursor, or the next one of the line. */
static bool word_here(const struct doc *doc, size_t *start, size_t *end)
{
    const struct text *text = doc->text;
    size_t at = doc->cursor, stop = vi_line_end(text, at);
    for (int wanted = 2; wanted >= 1; wanted--) {
        size_t p = at;
        while (p < stop && vi_class(text, p, false) < wanted) p = text_next_cluster(text, p);
        if (p >= stop) continue;
        int class = vi_class(text, p, false);
        size_t line = vi_line_start(text, p);
        *end = p;
        while (*end < stop && vi_class(text, *end, false) == class) *end = text_next_cluster(text, *end);
        while (p > line && vi_class(text, text_previous_cluster(text, p), false) == class)
            p = text_previous_cluster(text, p);
        *start = p;
        return true;
    }
    return false;
}

static bool word_search(struct ui *ui, struct vi_range *r, bool back, bool whole)
{
    size_t start, end;
    struct buffer word = {0};
    if (!word_here(ui->doc, &start, &end) || !text_append_to(ui->doc->text, start, end, &word)) return false;
    bool keyword = vi_class(ui->doc->text, start, false) != 1;
    bool good = search_set(ui->search, ui->doc, word.data, word.size);
    buffer_free(&word);
    if (!good) return false;
    ui->search->forced = true;
    ui->search->forced_flags = (whole && keyword ? TEXT_SEARCH_WORDS : 0) |
                               (ui->settings->search_case == SEARCH_ANY ? TEXT_SEARCH_IGNORE_CASE : 0);
    ui->vi->search_back = back;
    search_remember(ui->search);
    r->to = start; /* from the word's own start */
    size_t from = r->from;
    r->from = start;
    good = again(ui, r, false);
    r->from = from;
    return good;
}

static bool word_next(struct ui *ui, struct vi_range *r)
{
    return word_search(ui, r, false, true);
}

static bool word_previous(struct ui *ui, struct vi_range *r)
{
    return word_search(ui, r, true, true);
}

static bool part_next(struct ui *ui, struct vi_range *r)
{
    return word_search(ui, r, false, false);
}

static bool part_previous(struct ui *ui, struct vi_range *r)
{
    return word_search(ui, r, true, false);
}

/* A typed pattern: the question moved the cursor while it was open, and is now closed. */
static bool typed_match(struct ui *ui, struct vi_range *r)
{
    return again(ui, r, false);
}

static void pattern_given(struct ui *ui, const char *answer)
{
    struct search *s = ui->search;
    ui->prompt->counts_matches = false;
    doc_move(ui->doc, s->origin, false);
    vi_prompt_over(ui->vi);
    if (!answer) {
        s->lit = s->vi_prompt = false;
        ui->vi->op = VI_NONE;
        return;
    }
    ui->vi->search_back = s->prompt_back;
    const struct buffer *last = &s->last;
    if (!*answer || *answer == *s->what) { /* the last one again */
        if (!last->size || !search_set(ui->search, ui->doc, last->data, last->size)) return;
    }
    search_remember(ui->search);
    int flags = search_flags(ui) | TEXT_SEARCH_REGEX;
    s->forced = true;
    s->forced_flags = flags;
    s->vi_prompt = false;
    vi_move(ui, typed_match);
    vi_after(ui);
}

static void ask_for_pattern(struct ui *ui, bool back)
{
    vi_prompt_begins(ui->vi);
    search_prompt(ui, back ? "?" : "/", pattern_given);
    ui->search->prompt_back = back;
    ui->search->vi_prompt = true;
    snprintf(ui->prompt->label, sizeof ui->prompt->label, back ? "?" : "/");
}

void do_vi_search(struct ui *ui)
{
    ask_for_pattern(ui, false);
}

void do_vi_search_back(struct ui *ui)
{
    ask_for_pattern(ui, true);
}

/* ---- the commands ------------------------------------------------------------------------------------ */

VI_MOTION(find_repeat)
VI_MOTION(find_reverse)
VI_MOTION(matching)
VI_MOTION(next_match)
VI_MOTION(previous_match)
VI_MOTION(word_next)
VI_MOTION(word_previous)
VI_MOTION(part_next)
VI_MOTION(part_previous)
