#include "ex_range.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/page/view.h"
#include "ui/search/search.h"
#include "vi_jumps.h"
#include "vi_mark.h"
#include "vi_state.h"
#include "vi_text.h"

#include <stdlib.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *ex_take_part(const char *from, char delimiter, struct buffer *out)
{
    const char *p = from;
    out->size = 0;
    for (; *p && *p != delimiter; p++) {
        if (*p == '\\' && p[1] == delimiter)
            p++;
        else if (*p == '\\' && p[1] && !buffer_append_char(out, *p++))
            break;
        if (!buffer_append_char(out, *p)) break;
    }
    if (!out->data && !buffer_append_string(out, "")) return p;
    return *p ? p + 1 : p;
}

bool ex_set_pattern(struct ui *ui, const struct buffer *pattern, bool ignore_case, bool exact)
{
    struct search *s = ui->search;
    if (pattern->size && !search_set(ui->search, ui->doc, pattern->data, pattern->size)) return false;
    if (!s->pattern.size) {
        ui_complain(ui->message, "no earlier pattern");
        return false;
    }
    bool vi_prompt = s->vi_prompt, forced = s->forced && !pattern->size;
    s->vi_prompt = true;
    int flags = (forced ? s->forced_flags : search_flags(ui)) | TEXT_SEARCH_REGEX;
    s->vi_prompt = vi_prompt;
    if (ignore_case) flags |= TEXT_SEARCH_IGNORE_CASE;
    if (exact) flags &= ~TEXT_SEARCH_IGNORE_CASE;
    s->forced = true;
    s->forced_flags = search_flags_to_replace(ui->search, flags);
    search_remember(ui->search);
    return true;
}

static bool find_line(struct ui *ui, const char **p, size_t *line)
{
    bool back = **p == '?', wrapped, found;
    struct buffer pattern = {0};
    size_t start, end, from = back ? *line : vi_after_line(ui->doc->text, *line);
    *p = ex_take_part(*p + 1, **p, &pattern);
    found = ex_set_pattern(ui, &pattern, false, false) && search_from(ui, from, back, &wrapped, &start, &end);
    buffer_free(&pattern);
    if (found) *line = vi_line_start(ui->doc->text, start);
    return found;
}

static bool move_lines(const struct text *text, size_t *line, long by)
{
    for (; by > 0; by--)
        if (!vi_next_line(text, *line, line)) return false;
    for (; by < 0; by++)
        if (!vi_previous_line(text, *line, line)) return false;
    return true;
}

int ex_address(struct ui *ui, const char **p, size_t *line)
{
    const struct text *text = ui->doc->text;
    bool any = true;
    if (is_digit(**p)) {
        unsigned long number = strtoul(*p, (char **)p, 10);
        *line = text_line_start(text, number ? number - 1 : 0);
        if (*line > vi_last_line(text)) return -1;
    } else if (**p == '.') {
        ++*p;
    } else if (**p == '$') {
        *line = vi_last_line(text);
        ++*p;
    } else if (**p == '\'' && (*p)[1]) {
        if (!vi_mark_get(ui->doc, (unsigned char)(*p)[1], line)) return -1;
        *line = vi_line_start(text, *line);
        *p += 2;
    } else if (**p == '/' || **p == '?') {
        if (!find_line(ui, p, line)) return -1;
    } else {
        any = false;
    }
    while (**p == '+' || **p == '-') {
        long sign = **p == '+' ? 1 : -1, by = 1;
        ++*p;
        if (is_digit(**p)) by = strtol(*p, (char **)p, 10);
        if (!move_lines(text, line, sign * by)) return -1;
        any = true;
    }
    return any;
}

bool ex_range(struct ui *ui, const char **line, struct ex_range *out)
{
    const struct text *text = ui->doc->text;
    const char *p = *line;
    size_t here = vi_line_start(text, vi_clamp(text, ui->doc->cursor)), first = here, last = here;
    *out = (struct ex_range){0};
    int read = 0;
    if (*p == '%') {
        p++;
        first = 0;
        last = vi_last_line(text);
        out->addresses = 2;
    } else {
        read = ex_address(ui, &p, &last);
        first = last;
        out->addresses = read > 0;
        while (read >= 0 && (*p == ',' || *p == ';')) {
            first = last;
            last = *p == ';' ? first : here;
            p++;
            read = ex_address(ui, &p, &last);
            out->addresses = 2;
        }
    }
    if (read < 0) {
        ui_complain(ui->message, "the range is outside the text");
        return false;
    }
    if (last < first) {
        size_t swap = first;
        first = last;
        last = swap;
    }
    *line = p;
    out->first = first;
    out->last = last;
    return true;
}

void ex_count(struct ex_range *range, struct doc *doc, const char *p)
{
    if (!is_digit(*p)) return;
    range->first = range->last;
    for (unsigned long n = strtoul(p, NULL, 10); n > 1; n--)
        if (!vi_next_line(doc->text, range->last, &range->last)) break;
}

void ex_go_line(struct doc *doc, size_t at)
{
    const struct text *text = doc->text;
    doc_move(doc, vi_first_nonblank(text, vi_clamp(text, at)), false);
}

/* ":12" */
void ex_go(struct ui *ui)
{
    vi_jump_from(ui->doc, ui->doc->cursor);
    ex_go_line(ui->doc, ui->range->last);
    view_center(ui);
}
