/* Finding text: incrementally and again; highlighting and counting matches. */
#include "search.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "replace.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/answers.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"

#include <string.h>

/* Whether the pattern has a capital letter; letters after a backslash of a regular expression do not
 * count. */
static bool has_capital(const struct buffer *pattern, bool regex)
{
    for (size_t i = 0; i < pattern->size; i++) {
        if (regex && pattern->data[i] == '\\')
            i++;
        else if (pattern->data[i] >= 'A' && pattern->data[i] <= 'Z')
            return true;
    }
    return false;
}

/* A pattern without letters matches only itself in replacing: a writer who changes " to a typographic mark
 * does not mean the others. */
static bool has_letter(const struct buffer *pattern, bool regex)
{
    for (size_t i = 0; i < pattern->size; i++) {
        unsigned char c = (unsigned char)pattern->data[i];
        if (regex && c == '\\')
            i++;
        else if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            return true;
    }
    return false;
}

int search_flags_to_replace(const struct search *search, int flags)
{
    return has_letter(&search->pattern, flags & TEXT_SEARCH_REGEX) ? flags : flags & ~TEXT_SEARCH_TYPED;
}

int search_flags(const struct ui *ui)
{
    const struct settings *s = ui->settings;
    if (ui->search->forced) return ui->search->forced_flags;
    bool regex = s->search_regex || ui->search->vi_prompt;
    bool any = s->search_case == SEARCH_ANY ||
               (s->search_case == SEARCH_SMART && !has_capital(&ui->search->pattern, regex));
    int flags = (any ? TEXT_SEARCH_IGNORE_CASE : 0) | (regex ? TEXT_SEARCH_REGEX : 0) |
                (s->search_words ? TEXT_SEARCH_WORDS : 0) | TEXT_SEARCH_TYPED;
    return ui->replacing->end ? search_flags_to_replace(ui->search, flags) : flags;
}

/* The first (backwards: last) match that starts in [from, to). */
static bool match_in(struct ui *ui, size_t from, size_t to, bool backwards, size_t *start, size_t *end)
{
    const struct buffer *pattern = &ui->search->pattern;
    struct error error = {0};
    bool found = false;
    ui->search->trouble[0] = '\0';
    if (!pattern->size) return false;
    int flags = search_flags(ui) | (backwards ? TEXT_SEARCH_BACKWARDS : 0);
    if (!text_search_in(ui->doc->text, pattern->data, pattern->size, flags, from, to, start, end, &found,
                        &error))
        return found;
    snprintf(ui->search->trouble, sizeof ui->search->trouble, "%.100s", error.message);
    return false;
}

bool search_between(struct ui *ui, size_t from, size_t to, size_t *start, size_t *end)
{
    return match_in(ui, from, to, false, start, end);
}

bool search_from(struct ui *ui, size_t from, bool backwards, bool *wrapped, size_t *start, size_t *end)
{
    *wrapped = false;
    if (backwards ? match_in(ui, 0, from, true, start, end) : match_in(ui, from, SIZE_MAX, false, start, end))
        return true;
    *wrapped = !ui->search->trouble[0];
    return *wrapped && (backwards ? match_in(ui, from, SIZE_MAX, true, start, end)
                                  : match_in(ui, 0, from, false, start, end));
}

bool search_set(struct search *search, const struct doc *doc, const char *pattern, size_t size)
{
    struct buffer *own = &search->pattern;
    own->size = 0;
    search->forced = false;
    search_forget(search, doc);
    return buffer_append(own, pattern, size);
}

/* ---- counting: a little at a time, between keys
 * --------------------------------------------------------- */

void search_forget(struct search *search, const struct doc *doc)
{
    struct matches *m = &search->matches;
    m->count = 0;
    m->at = 0;
    m->complete = false;
    m->text = doc ? doc->text : NULL;
    m->node = m->text ? text_history_at(m->text) : 0;
    m->size = m->text ? text_size(m->text) : 0;
}

static bool stale(const struct search *search, const struct doc *doc)
{
    const struct matches *m = &search->matches;
    const struct text *text = doc->text;
    return m->text != text || m->node != text_history_at(text) || m->size != text_size(text);
}

static void count_some(struct ui *ui)
{
    enum { AT_ONCE = 256 * 1024, MOST_MATCHES = 1000000 };
    struct matches *m = &ui->search->matches;
    double stop = clock_seconds() + 0.003;
    if (stale(ui->search, ui->doc)) search_forget(ui->search, ui->doc);
    while (!m->complete && clock_seconds() < stop) {
        size_t high = m->at + AT_ONCE, start, end;
        bool found = match_in(ui, m->at, high, false, &start, &end);
        if (!found) {
            m->at = high;
            m->complete = high > m->size || ui->search->trouble[0];
        } else if (m->count == MOST_MATCHES ||
                   !mem_grow(&m->starts, &m->capacity, m->count + 1, sizeof *m->starts)) {
            m->complete = true;
        } else {
            m->starts[m->count++] = start;
            m->at = end > start ? end : text_next_cluster(m->text, end);
            if (m->at <= start) m->complete = true; /* an empty match at the end */
        }
    }
}

/* The number of a match among those counted, from 1; 0: not reached yet. */
static size_t match_number(const struct matches *m, size_t start)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (m->starts[middle] < start)
            low = middle + 1;
        else
            high = middle;
    }
    return low < m->count && m->starts[low] == start ? low + 1 : 0;
}

static void search_describe(const struct search *search, char *out, size_t size)
{
    const struct matches *m = &search->matches;
    const char *more = m->complete ? m->count >= 1000000 ? "+" : "" : "…";
    size_t place = match_number(m, search->at);
    *out = '\0';
    if (search->trouble[0])
        snprintf(out, size, "%s", search->trouble);
    else if (place)
        snprintf(out, size, "%zu of %zu%s", place, m->count, more);
    else if (m->count || !m->complete)
        snprintf(out, size, "%zu%s matches", m->count, more);
    else
        snprintf(out, size, "no match");
}

int search_timeout(const struct ui *ui)
{
    return ui->prompt->counts_matches && ui->search->pattern.size &&
                   (stale(ui->search, ui->doc) || !ui->search->matches.complete)
               ? 0
               : -1;
}

void search_tick(struct ui *ui)
{
    struct search *s = ui->search;
    if (!ui->prompt->counts_matches) return;
    bool other = s->said && strcmp(ui->message->text, s->said_words) != 0;
    if (!ui->prompt->active && (!s->said || other)) { /* the count is no longer shown */
        ui->prompt->counts_matches = s->said = false;
        return;
    }
    count_some(ui);
    char words[160];
    search_describe(ui->search, words, sizeof words);
    if (ui->prompt->active)
        snprintf(ui->prompt->note, sizeof ui->prompt->note, "%.70s%s", s->pattern.size ? words : "",
                 !s->wrapped    ? ""
                 : s->backwards ? ", from the end"
                                : ", from the start");
    else
        ui_say(ui->message, "%s%s", words,
               s->wrapped ? s->backwards ? ", from the end again" : ", from the start again" : "");
    s->said = !ui->prompt->active;
    snprintf(s->said_words, sizeof s->said_words, "%s", s->said ? ui->message->text : "");
}

/* ---- going to matches --------------------------------------------------------------------------------- */

/* Goes to a match and selects it; wraps around the end of the text if needed. */
static bool go(struct ui *ui, size_t from, bool backwards)
{
    size_t start, end;
    struct search *s = ui->search;
    if (!search_from(ui, from, backwards, &s->wrapped, &start, &end)) return false;
    s->at = start;
    doc_move(ui->doc, start, false);
    doc_move(ui->doc, end, true);
    return true;
}

static void search_label(const struct search *search, const struct settings *s, char *out, size_t size,
                         const char *what)
{
    if (search->vi_prompt) {
        snprintf(out, size, "%s", what);
        return;
    }
    static const char *const cases[] = {"", " Case", " any case"};
    snprintf(out, size, "%s%s%s%s: ", what, s->search_regex ? " regex" : "", s->search_words ? " words" : "",
             cases[s->search_case]);
}

static void changed(struct ui *ui)
{
    const char *typed = ui->prompt->text.data ? ui->prompt->text.data : "";
    ui->search->backwards = ui->search->prompt_back;
    size_t size = ui->prompt->text.size;
    if (ui->search->vi_prompt) { /* a / ends the pattern */
        size_t end = 0;
        while (end < size && typed[end] != *ui->search->what) end += typed[end] == '\\' ? 2 : 1;
        if (end < size) size = end;
    }
    if (!search_set(ui->search, ui->doc, typed, size)) return;
    ui->search->lit = true;
    ui->prompt->counts_matches = true;
    ui->search->wrapped = false;
    bool found = ui->search->pattern.size && go(ui, ui->search->origin, ui->search->prompt_back);
    if (!found) doc_move(ui->doc, ui->search->origin, false);
    search_label(ui->search, ui->settings, ui->prompt->label, sizeof ui->prompt->label, ui->search->what);
    search_tick(ui);
}

static void step(struct ui *ui, int direction)
{
    size_t start = ui->doc->cursor, end = start;
    doc_selection(ui->doc, &start, &end);
    ui->search->backwards = direction < 0;
    go(ui, direction > 0 ? start + 1 : start, direction < 0);
    ui->message->text[0] = '\0';
    search_tick(ui);
}

void search_say(struct ui *ui)
{
    ui->prompt->counts_matches = ui->search->said = true;
    snprintf(ui->search->said_words, sizeof ui->search->said_words, "%s", ui->message->text);
    search_tick(ui);
}

static void done(struct ui *ui, const char *answer)
{
    size_t start, end;
    bool found = doc_selection(ui->doc, &start, &end);
    ui->prompt->counts_matches = false;
    if (answer && !*answer && ui->search->last.size) { /* the last one again */
        if (search_set(ui->search, ui->doc, ui->search->last.data, ui->search->last.size)) do_find_next(ui);
        return;
    }
    /* The match does not stay selected: the next letter would replace it. */
    doc_move(ui->doc, !answer || !found ? ui->search->origin : start, false);
    if (!answer) ui->search->lit = false;
    if (!answer || !*answer) return;
    search_remember(ui->search);
    if (found)
        search_say(ui);
    else if (ui->search->trouble[0])
        ui_complain(ui->message, "%s", ui->search->trouble);
    else
        ui_say(ui->message, "\"%s\" not found", answer);
}

void search_remember(struct search *search)
{
    struct buffer *last = &search->last;
    last->size = 0;
    if (!buffer_append(last, search->pattern.data, search->pattern.size)) last->size = 0;
}

void search_prompt(struct ui *ui, const char *what, void (*when_done)(struct ui *, const char *))
{
    char label[64];
    ui->search->origin = ui->doc->cursor;
    ui->search->what = what;
    ui->search->prompt_back = ui->search->vi_prompt = false;
    search_label(ui->search, ui->settings, label, sizeof label, what);
    prompt_line(ui, "", when_done, "%s", label);
    ui->prompt->changed = changed;
    ui->prompt->step = step;
    ui->prompt->history = &ui->answers->history[HISTORY_FIND];
    ui->prompt->finds = true;
}

void do_find(struct ui *ui)
{
    search_prompt(ui, "Find", done);
}

static void search_again(struct ui *ui, bool backwards)
{
    struct search *s = ui->search;
    if (!s->pattern.size) {
        do_find(ui);
        return;
    }
    s->lit = true;
    s->backwards = backwards;
    size_t cursor = ui->doc->cursor;
    if (go(ui, backwards ? cursor : text_next_cluster(ui->doc->text, cursor), backwards)) {
        doc_move(ui->doc, ui->doc->anchor, false);
        search_say(ui);
    } else if (s->trouble[0]) {
        ui_complain(ui->message, "%s", s->trouble);
    } else {
        ui_say(ui->message, "\"%.200s\" not found", s->pattern.data);
    }
}

void do_find_next(struct ui *ui)
{
    search_again(ui, false);
}

void do_find_previous(struct ui *ui)
{
    search_again(ui, true);
}

/* ---- switches: in a question or beside one ------------------------------------------------------------- */

static void say_setting(struct ui *ui, const char *name)
{
    char value[64];
    setting_value(ui->settings, setting_find(name, strlen(name)), value, sizeof value);
    ui_say(ui->message, "%s = %s", name, value);
}

static void switched(struct ui *ui, const char *name)
{
    search_forget(ui->search, ui->doc);
    if (ui->prompt->active && ui->prompt->finds)
        ui->prompt->changed(ui);
    else if (!ui->prompt->active)
        say_setting(ui, name);
}

void do_search_case(struct ui *ui)
{
    ui->settings->search_case = (ui->settings->search_case + 1) % 3;
    switched(ui, "search-case");
}

void do_search_words(struct ui *ui)
{
    ui->settings->search_words = !ui->settings->search_words;
    switched(ui, "search-words");
}

void do_search_regex(struct ui *ui)
{
    ui->settings->search_regex = !ui->settings->search_regex;
    switched(ui, "search-regex");
}

void do_unlight(struct ui *ui)
{
    ui->search->lit = false;
}

void search_free(struct search *search)
{
    buffer_free(&search->pattern);
    buffer_free(&search->last);
    mem_free(search->matches.starts);
}

static void after_edit(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    (void)doc;
    if (edit->size != SIZE_MAX) ui->search->lit = false; /* replacing all matches keeps the highlighting */
}

const struct doc_watcher search_watcher = {.after = after_edit};
