/* Ranges of lines in front of commands of the : line, and the commands that take them. */
#include "vi.h"

#include <stdlib.h>
#include <string.h>

static struct text *text_of(const struct ui *ui)
{
    return ui->doc->text;
}

/* ---- addresses -------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The part of "/pattern/rest" up to the next delimiter that no backslash stands before. A backslash before
 * the delimiter is dropped. */
static const char *take_part(const char *from, char delimiter, struct buffer *out)
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
    struct search *s = &ui->search;
    if (pattern->size && !search_set(ui, pattern->data, pattern->size)) return false;
    if (!s->pattern.size) {
        ui_complain(ui, "no pattern was given yet");
        return false;
    }
    bool vi_prompt = s->vi_prompt, forced = s->forced && !pattern->size;
    s->vi_prompt = true;
    int flags = (forced ? s->forced_flags : search_flags(ui)) | TEXT_SEARCH_REGEX;
    s->vi_prompt = vi_prompt;
    if (ignore_case) flags |= TEXT_SEARCH_IGNORE_CASE;
    if (exact) flags &= ~TEXT_SEARCH_IGNORE_CASE;
    s->forced = true;
    s->forced_flags = flags;
    search_remember(ui);
    return true;
}

static bool find_line(struct ui *ui, const char **p, size_t *line)
{
    bool back = **p == '?', wrapped, found;
    struct buffer pattern = {0};
    size_t start, end, from = back ? *line : vi_after_line(text_of(ui), *line);
    *p = take_part(*p + 1, **p, &pattern);
    found = ex_set_pattern(ui, &pattern, false, false) && search_from(ui, from, back, &wrapped, &start, &end);
    buffer_free(&pattern);
    if (found) *line = vi_line_start(text_of(ui), start);
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

/* One address: *line is where it counts from. 1: read; 0: there is none; -1: it leads nowhere. */
static int read_address(struct ui *ui, const char **p, size_t *line)
{
    const struct text *text = text_of(ui);
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
        if (!vi_mark_get(ui, (unsigned char)(*p)[1], line)) return -1;
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
    const struct text *text = text_of(ui);
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
        read = read_address(ui, &p, &last);
        first = last;
        out->addresses = read > 0;
        while (read >= 0 && (*p == ',' || *p == ';')) {
            first = last;
            last = *p == ';' ? first : here;
            p++;
            read = read_address(ui, &p, &last);
            out->addresses = 2;
        }
    }
    if (read < 0) {
        ui_complain(ui, "this range leads nowhere");
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

/* Without an address: the whole text for commands that mean it. */
static void whole_by_default(struct ui *ui)
{
    if (ui->range.addresses) return;
    ui->range.first = 0;
    ui->range.last = vi_last_line(text_of(ui));
}

static size_t range_end(const struct ui *ui)
{
    return vi_after_line(text_of(ui), ui->range.last);
}

static void go_line(struct ui *ui, size_t at)
{
    const struct text *text = text_of(ui);
    doc_move(ui, vi_first_nonblank(text, vi_clamp(text, at)), false);
}

/* ":12" */
void ex_go(struct ui *ui)
{
    vi_jump_from(ui, ui->doc->cursor);
    go_line(ui, ui->range.last);
    view_center(ui);
}

/* ---- s ------------------------------------------------------------------------------------------------ */

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

static void report(struct ui *ui, size_t count, size_t lines)
{
    ui_say(ui, "%zu %s in %zu %s", count, count == 1 ? "replacement" : "replacements", lines,
           lines == 1 ? "line" : "lines");
}

struct substitution {
    bool all, ask, ignore_case, exact, silent, only_count;
};

static bool read_flags(struct ui *ui, const char *p, struct substitution *s)
{
    for (; *p && *p != ' ' && !is_digit(*p); p++) {
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
            ui_complain(ui, "\"%c\" is not a flag of s (g, c, i, I, n, e)", *p);
            return false;
        }
    }
    p += strspn(p, " ");
    if (is_digit(*p)) { /* so many lines from the last one on */
        ui->range.first = ui->range.last;
        for (unsigned long n = strtoul(p, NULL, 10); n > 1; n--)
            if (!vi_next_line(text_of(ui), ui->range.last, &ui->range.last)) break;
    }
    return true;
}

static void substitute(struct ui *ui, const struct substitution *s)
{
    const struct text *text = text_of(ui);
    struct replace_edits edits;
    struct replace_wish wish = {.low = ui->range.first,
                                .high = vi_line_end(text, ui->range.last),
                                .with = ui->substitute_with.data ? ui->substitute_with.data : "",
                                .style = REPLACE_VI,
                                .first_of_line = !s->all,
                                .only_count = s->only_count};
    if (s->ask) {
        replace_ask(ui, &wish);
        return;
    }
    if (replace_all(ui, &wish, &edits)) {
        size_t lines = count_lines(&edits, text);
        if (edits.count && !s->only_count) {
            long shift = 0; /* where the last one is now */
            for (size_t i = 0; i + 1 < edits.count; i++)
                shift += (long)edits.list[i].size - (long)(edits.list[i].end - edits.list[i].start);
            const struct replace_edit *last = &edits.list[edits.count - 1];
            size_t at = (size_t)((long)(last->start + last->size) + shift);
            go_line(ui, vi_line_start(text, at));
        }
        if (edits.count)
            report(ui, edits.count, lines);
        else if (ui->search.trouble[0])
            ui_complain(ui, "%s", ui->search.trouble);
        else if (!s->silent)
            ui_complain(ui, "\"%.200s\" is not there", ui->search.pattern.data), macro_fail(ui);
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
        p = take_part(p + 1, delimiter, &pattern);
        p = take_part(p, delimiter, &ui->substitute_with);
    }
    if (ex_set_pattern(ui, &pattern, false, false) && read_flags(ui, p, &s)) {
        if ((s.ignore_case || s.exact) && !ex_set_pattern(ui, &(struct buffer){0}, s.ignore_case, s.exact))
            return;
        ui->search.lit = true;
        substitute(ui, &s);
    }
    buffer_free(&pattern);
}

/* ---- g --------------------------------------------------------------------------------------------------
 */

/* Marks first, since the command moves lines about. */
struct marked {
    text_mark start, behind; /* of a line; they meet when it is deleted */
};

static size_t mark_lines(struct ui *ui, bool matching, struct marked **out)
{
    size_t count = 0, capacity = 0, line = ui->range.first;
    for (bool more = true; more && line <= ui->range.last; more = vi_next_line(text_of(ui), line, &line)) {
        size_t start, end;
        bool found = search_between(ui, line, vi_line_end(text_of(ui), line) + 1, &start, &end);
        if (found != matching) continue;
        if (!mem_grow(out, &capacity, count + 1, sizeof **out)) break;
        (*out)[count++] =
            (struct marked){text_mark_add(text_of(ui), line, TEXT_AFTER),
                            text_mark_add(text_of(ui), vi_after_line(text_of(ui), line), TEXT_AFTER)};
    }
    return count;
}

static void for_lines(struct ui *ui, const char *arguments, bool matching)
{
    struct buffer pattern = {0};
    struct marked *marks = NULL;
    if (*arguments == '!') matching = false, arguments++;
    const char *command = *arguments ? take_part(arguments + 1, *arguments, &pattern) : "";
    bool good = *command && ex_set_pattern(ui, &pattern, false, false);
    buffer_free(&pattern);
    if (!good) {
        if (!*command) ui_complain(ui, "expected g/PATTERN/COMMAND");
        return;
    }
    char *own = mem_strdup(command);
    struct buffer kept = {0};
    if (!own || !buffer_append(&kept, ui->search.pattern.data, ui->search.pattern.size)) {
        mem_free(own);
        return;
    }
    int flags = ui->search.forced_flags;
    whole_by_default(ui);
    size_t count = mark_lines(ui, matching, &marks);
    text_group_begin(text_of(ui));
    for (size_t i = 0; i < count; i++) {
        struct text *text = text_of(ui);
        size_t at = text_mark_get(text, marks[i].start), behind = text_mark_get(text, marks[i].behind);
        text_mark_remove(text, marks[i].start);
        text_mark_remove(text, marks[i].behind);
        if (at >= behind || at != vi_line_start(text, at)) continue; /* it is gone, or part of another */
        vi_place(ui, at);
        line_run(ui, own);
    }
    text_group_end(text_of(ui));
    if (search_set(ui, kept.data, kept.size)) ui->search.forced = true, ui->search.forced_flags = flags;
    if (!count) ui_complain(ui, "no line is meant");
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

/* ---- lines ------------------------------------------------------------------------------------------------
 */

/* "x 3": a register, a number of lines. */
static void read_register_and_count(struct ui *ui, const char *p)
{
    ui->vi.reg = 0;
    if (*p && !is_digit(*p)) ui->vi.reg = (unsigned char)*p++;
    p += strspn(p, " ");
    if (!is_digit(*p)) return;
    ui->range.first = ui->range.last;
    for (unsigned long n = strtoul(p, NULL, 10); n > 1; n--)
        if (!vi_next_line(text_of(ui), ui->range.last, &ui->range.last)) break;
}

static void lines(struct ui *ui, enum vi_operator op, const char *arguments)
{
    read_register_and_count(ui, arguments);
    size_t cursor = ui->doc->cursor;
    ui->vi.reg_one = false;
    vi_place(ui, ui->range.first);
    vi_operate_lines(ui, op, ui->range.first, range_end(ui));
    if (op == VI_YANK) vi_place(ui, cursor);
    ui->vi.reg = 0;
}

void ex_delete(struct ui *ui, const char *arguments)
{
    lines(ui, VI_DELETE, arguments);
}

void ex_yank(struct ui *ui, const char *arguments)
{
    lines(ui, VI_YANK, arguments);
}

static void shift(struct ui *ui, const char *arguments, char sign)
{
    int by = 1 + (int)strspn(arguments, (char[]){sign, '\0'});
    read_register_and_count(ui, arguments + by - 1);
    vi_shift(ui, ui->range.first, range_end(ui), sign == '>' ? by : -by);
    go_line(ui, ui->range.last);
}

void ex_shift_right(struct ui *ui, const char *arguments)
{
    shift(ui, arguments, '>');
}

void ex_shift_left(struct ui *ui, const char *arguments)
{
    shift(ui, arguments, '<');
}

void ex_join(struct ui *ui, const char *arguments)
{
    bool plain = *arguments == '!';
    size_t count = 1, line = ui->range.first;
    while (line < ui->range.last && vi_next_line(text_of(ui), line, &line)) count++;
    vi_place(ui, ui->range.first);
    vi_join(ui, count, !plain);
    go_line(ui, ui->range.first);
}

/* Copies the range below the line of an address (0: to the top), and (move) takes it away where it was. */
static void copy_lines(struct ui *ui, const char *arguments, bool move)
{
    struct text *text = text_of(ui);
    size_t to = vi_line_start(text, ui->doc->cursor), first = ui->range.first, behind = range_end(ui), at = 0;
    struct buffer bytes = {0};
    const char *p = arguments;
    bool top = strcmp(p, "0") == 0;
    if (!top && read_address(ui, &p, &to) <= 0) {
        ui_complain(ui, "expected the address of a line");
        return;
    }
    if (!top) at = vi_after_line(text, to);
    if (move && at > first && at < behind) {
        ui_complain(ui, "lines cannot be moved into themselves");
        return;
    }
    bool ok = text_append_to(text, first, behind, &bytes);
    if (ok && (!bytes.size || bytes.data[bytes.size - 1] != '\n')) ok = buffer_append_char(&bytes, '\n');
    if (!ok) return;
    size_t size = bytes.size;
    text_group_begin(text);
    if (at == text_size(text) && at && text_byte(text, at - 1) != '\n') {
        doc_replace(ui, at, at, "\n", 1);
        at++;
        size--;
        if (behind == at - 1) behind = at;
    }
    doc_replace(ui, at, at, bytes.data, size);
    size_t last = at + size;
    if (move) {
        size_t gone = behind - first, from = at <= first ? first + size : first;
        doc_replace(ui, from, from + gone, "", 0);
        if (at > first) last -= gone;
    }
    text_group_end(text);
    go_line(ui, last ? last - 1 : 0);
    buffer_free(&bytes);
}

void ex_copy(struct ui *ui, const char *arguments)
{
    copy_lines(ui, arguments, false);
}

void ex_move(struct ui *ui, const char *arguments)
{
    copy_lines(ui, arguments, true);
}

/* Keys of normal mode, for each line of a range. */
void ex_normal(struct ui *ui, const char *arguments)
{
    struct macro keys = {0};
    const char *p = arguments;
    if (!ui->vi.mode) {
        ui_complain(ui, "this keymap has no normal mode");
        return;
    }
    for (size_t size = strlen(p); size;) {
        uint32_t c;
        int length = utf8_decode(p, size, &c);
        if (!mem_grow(&keys.keys, &keys.capacity, keys.count + 2, sizeof *keys.keys)) break;
        keys.keys[keys.count++] = length ? c : ' ';
        p += length ? length : 1;
        size -= length ? (size_t)length : 1;
    }
    if (!keys.count) return;
    keys.keys[keys.count++] = UI_SPECIAL(UI_ESC); /* ends what it began */
    text_mark last = text_mark_add(text_of(ui), ui->range.last, TEXT_AFTER);
    text_mark next = text_mark_add(text_of(ui), ui->range.first, TEXT_AFTER);
    bool more = true;
    if (!ui->range.addresses) more = false;
    do {
        size_t line = vi_line_start(text_of(ui), text_mark_get(text_of(ui), next));
        if (ui->range.addresses) vi_place(ui, line);
        size_t following = line;
        more = ui->range.addresses && line < text_mark_get(text_of(ui), last) &&
               vi_next_line(text_of(ui), line, &following);
        text_mark_set(text_of(ui), next, following);
        vi_command_over(ui);
        macro_play(ui, &keys, 1);
        if (ui->vi.mode == VI_VISUAL) vi_leave_visual(ui);
    } while (more);
    text_mark_remove(text_of(ui), last);
    text_mark_remove(text_of(ui), next);
    mem_free(keys.keys);
}

void ex_mark(struct ui *ui, const char *arguments)
{
    if (strlen(arguments) == 1 && *arguments >= 'a' && *arguments <= 'z')
        vi_mark_set(ui, (uint32_t)*arguments, ui->range.last);
    else
        ui_complain(ui, "expected a letter from a to z");
}

void ex_registers(struct ui *ui, const char *arguments)
{
    (void)arguments;
    vi_registers_show(ui);
}

/* ---- files
 * -------------------------------------------------------------------------------------------------
 */

static const char *after_bang(const char *arguments, bool *bang)
{
    *bang = *arguments == '!';
    arguments += *bang;
    return arguments + strspn(arguments, " ");
}

void ex_write(struct ui *ui, const char *arguments)
{
    bool bang;
    const char *path = after_bang(arguments, &bang);
    if (*path)
        line_save_as(ui, path);
    else
        do_save(ui);
}

void ex_quit(struct ui *ui, const char *arguments)
{
    bool bang;
    if (*after_bang(arguments, &bang))
        ui_complain(ui, "q takes nothing behind it");
    else if (bang)
        ui->quitting = true;
    else
        do_quit(ui);
}

void ex_write_quit(struct ui *ui, const char *arguments)
{
    (void)arguments;
    file_save_and_quit(ui);
}

void ex_exit(struct ui *ui, const char *arguments)
{
    (void)arguments;
    if (text_dirty(text_of(ui)))
        file_save_and_quit(ui);
    else
        do_quit(ui);
}

void do_vi_write_quit(struct ui *ui)
{
    ex_exit(ui, "");
}

void do_vi_quit(struct ui *ui)
{
    ui->quitting = true;
}

void ex_edit(struct ui *ui, const char *arguments)
{
    bool bang;
    const char *path = after_bang(arguments, &bang);
    if (*path)
        line_open(ui, path);
    else if (bang)
        do_reload(ui);
    else
        do_open(ui);
}

/* A file's bytes below the line. */
void ex_read(struct ui *ui, const char *arguments)
{
    struct buffer bytes = {0};
    struct error error = {0};
    const struct text *text = text_of(ui);
    if (!*arguments) {
        ui_complain(ui, "r needs a file");
        return;
    }
    if (file_read(arguments, &bytes, &error)) {
        ui_complain(ui, "%s", error.message);
        return;
    }
    size_t at = vi_after_line(text, ui->range.last);
    bool unended = at && text_byte(text, at - 1) != '\n', ok = true;
    if (bytes.size && bytes.data[bytes.size - 1] != '\n') ok = buffer_append_char(&bytes, '\n');
    text_group_begin(text_of(ui));
    if (unended) ok = ok && doc_replace(ui, at, at, "\n", 1);
    at += unended;
    ok = ok && (!bytes.size || doc_replace(ui, at, at, bytes.data, bytes.size));
    text_group_end(text_of(ui));
    if (ok) go_line(ui, at);
    buffer_free(&bytes);
}
