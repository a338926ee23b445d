#include "ex_pattern.h"
#include "ex_range.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "ui/search/replace.h"
#include "ui/search/search.h"
#include "vi_command.h"
#include "vi_state.h"
#include "vi_text.h"

#include <string.h>

/* ---- s ----------------------------------------------------------------------------------------------- */

static size_t count_lines(const struct replace_edits *edits, const struct text *text)
{
    size_t lines = 0, known = SIZE_MAX;
    for (size_t i = 0; i < edits->count; i++) {
        size_t line = text_line_of(text, edits->list[i].start);
        if (line != known) lines++;
        known = line;
    }
    return lines;
}

static void report(struct message *message, size_t count, size_t lines)
{
    ui_say(message, "%zu %s in %zu %s", count, count == 1 ? "replacement" : "replacements", lines,
           lines == 1 ? "line" : "lines");
}

struct substitution {
    bool all, ask, ignore_case, exact, silent, only_count;
};

static bool read_flags(struct ui *ui, const char *p, struct substitution *s)
{
    for (; *p && !strchr(" 0123456789", *p); p++) {
        switch (*p) {
        case 'g':
            s->all = !s->all;
            break;
        case 'c':
            s->ask = true;
            break;
        case 'i':
            s->ignore_case = true;
            break;
        case 'I':
            s->exact = true;
            break;
        case 'e':
            s->silent = true;
            break;
        case 'n':
            s->only_count = true;
            break;
        default:
            ui_complain(ui->message, "\"%c\" is not a flag of s (g, c, i, I, n, e)", *p);
            return false;
        }
    }
    ex_count(ui->range, ui->doc, p + strspn(p, " "));
    return true;
}

/* Only an explicit 
 *  matches across lines; \s may match a line break, too. */
static bool names_line_end(const struct buffer *pattern)
{
    for (size_t i = 0; i + 1 < pattern->size; i++) {
        if (pattern->data[i] != '\\') continue;
        if (pattern->data[++i] == 'n') return true;
    }
    return false;
}

static void substitute(struct ui *ui, const struct substitution *s)
{
    const struct text *text = ui->doc->text;
    struct replace_edits edits;
    struct replace_request request = {.start = ui->range->first,
                                      .end = vi_line_end(text, ui->range->last),
                                      .with =
                                          ui->vi->substitute_with.data ? ui->vi->substitute_with.data : "",
                                      .style = REPLACE_VI,
                                      .first_of_line = !s->all,
                                      .only_count = s->only_count,
                                      .beyond = names_line_end(&ui->search->pattern)};
    if (s->ask) {
        replace_ask(ui, &request);
        return;
    }
    if (replace_all(ui, &request, &edits)) {
        size_t lines = count_lines(&edits, text);
        if (edits.count && !s->only_count) {
            long shift = 0; /* where the last one is now */
            for (size_t i = 0; i + 1 < edits.count; i++)
                shift += (long)edits.list[i].size - (long)(edits.list[i].end - edits.list[i].start);
            const struct replace_edit *last = &edits.list[edits.count - 1];
            size_t at = (size_t)((long)(last->start + last->size) + shift);
            ex_go_line(ui->doc, vi_line_start(text, at));
        }
        if (edits.count)
            report(ui->message, edits.count, lines);
        else if (ui->search->trouble[0])
            ui_complain(ui->message, "%s", ui->search->trouble);
        else if (!s->silent)
            ui_complain(ui->message, "\"%.200s\" not found", ui->search->pattern.data),
                macro_fail(ui->macros);
    }
    replace_edits_free(&edits);
}

void ex_substitute(struct ui *ui, const char *arguments)
{
    struct substitution s = {0};
    struct buffer pattern = {0};
    const char *p = arguments;
    char delimiter = *p;
    bool again = !delimiter || strchr("gciIen& 0123456789", delimiter);
    if (again) {
        p += strspn(p, "&");
    } else {
        p = ex_take_part(p + 1, delimiter, &pattern);
        p = ex_take_part(p, delimiter, &ui->vi->substitute_with);
    }
    if (ex_set_pattern(ui, &pattern, false, false) && read_flags(ui, p, &s)) {
        if ((s.ignore_case || s.exact) && !ex_set_pattern(ui, &(struct buffer){0}, s.ignore_case, s.exact))
            return;
        ui->search->lit = true;
        substitute(ui, &s);
    }
    buffer_free(&pattern);
}

/* ---- g ----------------------------------------------------------------------------------------------- */

/* Without an address, commands for the whole text use all lines. */
static void whole_by_default(struct ex_range *range, struct doc *doc)
{
    if (range->addresses) return;
    range->first = 0;
    range->last = vi_last_line(doc->text);
}

/* Sets marks first, since the command moves lines. */
struct marked {
    text_mark start, behind; /* of a line; they meet when it is deleted */
};

static size_t mark_lines(struct ui *ui, bool matching, struct marked **out)
{
    size_t count = 0, capacity = 0, line = ui->range->first;
    for (bool more = true; more && line <= ui->range->last; more = vi_next_line(ui->doc->text, line, &line)) {
        size_t start, end;
        bool found = search_between(ui, line, vi_line_end(ui->doc->text, line) + 1, &start, &end);
        if (found != matching) continue;
        if (!mem_grow(out, &capacity, count + 1, sizeof **out)) break;
        (*out)[count++] =
            (struct marked){text_mark_add(ui->doc->text, line, TEXT_AFTER),
                            text_mark_add(ui->doc->text, vi_after_line(ui->doc->text, line), TEXT_AFTER)};
    }
    return count;
}

/* A command that goes to another file is the last one: the lines are those of this text. */
static void for_lines(struct ui *ui, const char *arguments, bool matching)
{
    struct buffer pattern = {0};
    struct marked *marks = NULL;
    if (*arguments == '!') matching = false, arguments++;
    const char *command = *arguments ? ex_take_part(arguments + 1, *arguments, &pattern) : "";
    bool good = *command && ex_set_pattern(ui, &pattern, false, false);
    buffer_free(&pattern);
    if (!good) {
        if (!*command) ui_complain(ui->message, "expected g/PATTERN/COMMAND");
        return;
    }
    char *own = mem_strdup(command);
    struct buffer kept = {0};
    if (!own || !buffer_append(&kept, ui->search->pattern.data, ui->search->pattern.size)) {
        mem_free(own);
        return;
    }
    int flags = ui->search->forced_flags;
    whole_by_default(ui->range, ui->doc);
    size_t count = mark_lines(ui, matching, &marks);
    struct doc *doc = ui->doc;
    struct text *text = doc->text;
    text_group_begin(text);
    size_t i = 0;
    for (; i < count && ui->doc == doc; i++) {
        size_t at = text_mark_get(text, marks[i].start), behind = text_mark_get(text, marks[i].behind);
        text_mark_remove(text, marks[i].start);
        text_mark_remove(text, marks[i].behind);
        /* the line is gone, or part of another */
        if (at >= behind || at != vi_line_start(text, at)) continue;
        vi_place(ui->doc, at);
        ui->hooks->line_run(ui, own);
    }
    for (bool open = doc_is_open(ui->documents, doc); open && i < count; i++) {
        text_mark_remove(text, marks[i].start);
        text_mark_remove(text, marks[i].behind);
    }
    if (doc_is_open(ui->documents, doc)) text_group_end(text);
    if (search_set(ui->search, ui->doc, kept.data, kept.size))
        ui->search->forced = true, ui->search->forced_flags = flags;
    if (!count) ui_complain(ui->message, "no line matches");
    mem_free(marks);
    mem_free(own);
    buffer_free(&kept);
}

void ex_global(struct ui *ui, const char *arguments)
{
    for_lines(ui, arguments, true);
}

void ex_global_not(struct ui *ui, const char *arguments)
{
    for_lines(ui, arguments, false);
}
