/* Motions: where they lead, and whether what they cross is taken by an operator with or without its last
 * character, or as whole lines. Words, sentences and paragraphs are vi's own, which differ from the editor's.
 */
#include "vi.h"

#include <limits.h>
#include <string.h>

static const struct text *text_of(const struct ui *ui)
{
    return ui->doc->text;
}

/* ---- in a line -------------------------------------------------------------------------------------- */

static bool left(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    size_t start = vi_line_start(text, r->to);
    for (size_t i = 0; i < vi_count(ui) && r->to > start; i++) r->to = text_previous_cluster(text, r->to);
    return r->to < r->from;
}

/* An operator may take the last character, a visual selection the line break. */
static bool right(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    size_t end = vi_line_end(text, r->to);
    size_t last = end > vi_line_start(text, end) ? text_previous_cluster(text, end) : end;
    size_t limit = ui->vi.op || vi_is_visual(ui) ? end : last;
    for (size_t i = 0; i < vi_count(ui) && r->to < limit; i++) r->to = text_next_cluster(text, r->to);
    if (ui->vi.op && r->from < end) return true;
    return r->to > r->from;
}

/* Space and Backspace go on in the next line. */
static bool right_wrapping(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    for (size_t i = 0; i < vi_count(ui); i++) {
        int moved = vi_inc(text, &r->to);
        if (moved < 0) return i > 0 || ui->vi.op;
        if (moved == 2 && !(ui->vi.op && i + 1 == vi_count(ui)) && vi_inc(text, &r->to) < 0) return i > 0;
    }
    return true;
}

static bool left_wrapping(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    for (size_t i = 0; i < vi_count(ui); i++) {
        int moved = vi_dec(text, &r->to);
        if (moved < 0) return i > 0;
        if (moved == 1 && r->to > vi_line_start(text, r->to)) vi_dec(text, &r->to);
    }
    return true;
}

static bool line_start(struct ui *ui, struct vi_range *r)
{
    r->to = vi_line_start(text_of(ui), r->from);
    return true;
}

static bool first_nonblank(struct ui *ui, struct vi_range *r)
{
    r->to = vi_first_nonblank(text_of(ui), r->from);
    if (r->to > vi_line_start(text_of(ui), r->to) && !vi_char(text_of(ui), r->to))
        r->to = text_previous_cluster(text_of(ui), r->to);
    return true;
}

static bool lines_on(struct ui *ui, size_t count, size_t *at)
{
    for (size_t i = 0; i < count; i++)
        if (!vi_next_line(text_of(ui), *at, at)) return i > 0;
    return true;
}

static bool line_end(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    if (!lines_on(ui, vi_count(ui) - 1, &r->to)) return false;
    r->to = vi_line_end(text, r->to);
    if (r->to > vi_line_start(text, r->to)) {
        r->inclusive = true;
        r->to = text_previous_cluster(text, r->to);
    }
    r->to_end = true;
    return true;
}

static bool last_nonblank(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    if (!lines_on(ui, vi_count(ui) - 1, &r->to)) return false;
    size_t start = vi_line_start(text, r->to), at = vi_line_end(text, r->to);
    if (at > start) at = text_previous_cluster(text, at);
    while (at > start && vi_is_white(vi_char(text, at))) at = text_previous_cluster(text, at);
    r->to = at;
    r->inclusive = true;
    return true;
}

static bool column(struct ui *ui, struct vi_range *r)
{
    r->to = vi_at_column(ui, r->from, (int)vi_count(ui) - 1);
    if (!ui->vi.op) r->to = vi_clamp(text_of(ui), r->to);
    return true;
}

/* ---- f t F T ; , ------------------------------------------------------------------------------------ */

static bool find_in_line(struct ui *ui, struct vi_range *r, bool back, bool again)
{
    const struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    size_t start = vi_line_start(text, r->from), end = vi_line_end(text, r->from), at = r->from;
    size_t count = vi_count(ui), found = at;
    /* `t` again stands before the character already: that one is passed over. */
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
    return find_in_line(ui, r, ui->vi.find_back, false);
}

static bool find_repeat(struct ui *ui, struct vi_range *r)
{
    return ui->vi.find_char && find_in_line(ui, r, ui->vi.find_back, true);
}

static bool find_reverse(struct ui *ui, struct vi_range *r)
{
    return ui->vi.find_char && find_in_line(ui, r, !ui->vi.find_back, true);
}

static void find_key(struct ui *ui, ui_key key)
{
    uint32_t c = key == UI_SPECIAL(UI_TAB) ? '\t' : ui_key_is_text(key) ? key : 0;
    if (!c) {
        vi_fail(ui);
        return;
    }
    ui->vi.find_char = c;
    vi_move(ui, find_new);
}

static void find(struct ui *ui, bool back, bool till)
{
    ui->vi.find_back = back;
    ui->vi.find_till = till;
    vi_await(ui, find_key);
}

void do_vi_find(struct ui *ui)
{
    find(ui, false, false);
}

void do_vi_find_back(struct ui *ui)
{
    find(ui, true, false);
}

void do_vi_till(struct ui *ui)
{
    find(ui, false, true);
}

void do_vi_till_back(struct ui *ui)
{
    find(ui, true, true);
}

/* ---- words --------------------------------------------------------------------------------------------- */

bool vi_word_forward(const struct text *text, size_t *at, size_t count, bool big, bool stop_at_end)
{
    while (count-- > 0) {
        int class = vi_class(text, *at, big);
        bool last_line = vi_line_start(text, *at) == vi_last_line(text);
        int moved = vi_inc(text, at);
        if (moved == -1 || (moved >= 1 && last_line)) return false;
        if (moved >= 1 && stop_at_end && !count) return true;
        if (class != 0)
            while (vi_class(text, *at, big) == class) {
                moved = vi_inc(text, at);
                if (moved == -1 || (moved >= 1 && stop_at_end && !count)) return true;
            }
        while (vi_class(text, *at, big) == 0) {
            if (vi_line_empty(text, *at)) break;
            moved = vi_inc(text, at);
            if (moved == -1 || (moved >= 1 && last_line)) return true;
        }
    }
    return true;
}

static bool skip_class(const struct text *text, size_t *at, int class, bool big, bool back)
{
    while (vi_class(text, *at, big) == class)
        if ((back ? vi_dec(text, at) : vi_inc(text, at)) == -1) return false;
    return true;
}

bool vi_word_end(const struct text *text, size_t *at, size_t count, bool big, bool stop, bool empty)
{
    for (; count-- > 0; stop = false) {
        int class = vi_class(text, *at, big);
        bool finished = false;
        if (vi_inc(text, at) == -1) return false;
        if (class != 0 && vi_class(text, *at, big) == class) {
            if (!skip_class(text, at, class, big, false)) return false;
        } else if (!stop || class == 0) {
            while (vi_class(text, *at, big) == 0 && !finished) {
                if (empty && vi_line_empty(text, *at))
                    finished = true;
                else if (vi_inc(text, at) == -1)
                    return false;
            }
            if (!finished && !skip_class(text, at, vi_class(text, *at, big), big, false)) return false;
        }
        if (!finished) vi_dec(text, at);
    }
    return true;
}

static bool word_back(const struct text *text, size_t *at, size_t count, bool big)
{
    while (count-- > 0) {
        bool finished = false;
        if (vi_dec(text, at) == -1) return false;
        while (vi_class(text, *at, big) == 0 && !finished) {
            if (vi_line_empty(text, *at))
                finished = true;
            else if (vi_dec(text, at) == -1)
                return true;
        }
        if (finished) continue;
        if (!skip_class(text, at, vi_class(text, *at, big), big, true)) return true;
        vi_inc(text, at);
    }
    return true;
}

static bool word_end_back(const struct text *text, size_t *at, size_t count, bool big)
{
    while (count-- > 0) {
        int class = vi_class(text, *at, big);
        if (vi_dec(text, at) == -1) return false;
        if (class != 0)
            while (vi_class(text, *at, big) == class)
                if (vi_dec(text, at) == -1) return true;
        while (vi_class(text, *at, big) == 0) {
            if (vi_line_empty(text, *at)) break;
            if (vi_dec(text, at) == -1) return true;
        }
    }
    return true;
}

/* An operator that ends at the end of a line takes its last character. */
static void off_the_end(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    if (r->to <= r->from || vi_char(text, r->to) || r->to == vi_line_start(text, r->to)) return;
    if (vi_is_visual(ui) && !ui->vi.op && ui->doc->select == SELECT_PLAIN) return;
    r->to = text_previous_cluster(text, r->to);
    r->inclusive = true;
}

static bool word(struct ui *ui, struct vi_range *r, bool big)
{
    const struct text *text = text_of(ui);
    bool good;
    uint32_t c = vi_char(text, r->from);
    /* "cw" in a word changes to its end. */
    if (ui->vi.op == VI_CHANGE && c && !vi_is_white(c)) {
        r->inclusive = true;
        good = vi_word_end(text, &r->to, vi_count(ui), big, true, false);
    } else {
        good = vi_word_forward(text, &r->to, vi_count(ui), big, ui->vi.op != VI_NONE);
    }
    off_the_end(ui, r);
    r->failed_op = !good;
    return good;
}

static bool next_word(struct ui *ui, struct vi_range *r)
{
    return word(ui, r, false);
}

static bool next_big_word(struct ui *ui, struct vi_range *r)
{
    return word(ui, r, true);
}

static bool end_of_word(struct ui *ui, struct vi_range *r, bool big)
{
    bool good = vi_word_end(text_of(ui), &r->to, vi_count(ui), big, false, false);
    r->inclusive = true;
    off_the_end(ui, r);
    r->failed_op = !good;
    return good;
}

static bool word_end(struct ui *ui, struct vi_range *r)
{
    return end_of_word(ui, r, false);
}

static bool big_word_end(struct ui *ui, struct vi_range *r)
{
    return end_of_word(ui, r, true);
}

static bool previous_word(struct ui *ui, struct vi_range *r)
{
    return word_back(text_of(ui), &r->to, vi_count(ui), false);
}

static bool previous_big_word(struct ui *ui, struct vi_range *r)
{
    return word_back(text_of(ui), &r->to, vi_count(ui), true);
}

static bool previous_word_end(struct ui *ui, struct vi_range *r)
{
    r->inclusive = true;
    return word_end_back(text_of(ui), &r->to, vi_count(ui), false);
}

static bool previous_big_word_end(struct ui *ui, struct vi_range *r)
{
    r->inclusive = true;
    return word_end_back(text_of(ui), &r->to, vi_count(ui), true);
}

/* ---- sentences and paragraphs --------------------------------------------------------------------------
 */

static bool is_one_of(uint32_t c, const char *set)
{
    return c && c < 0x80 && strchr(set, (int)c);
}

/* Back over white space, stops and closing quotes, to what a sentence ends with. */
static void back_to_sentence(const struct text *text, size_t *at, bool forward)
{
    bool dot = false;
    for (uint32_t c; c = vi_char(text, *at), vi_is_white(c) || is_one_of(c, ".!?)]\"'");) {
        size_t before = *at;
        if (vi_decl(text, &before) == -1 || (vi_line_empty(text, before) && forward) || dot) return;
        if (is_one_of(c, ".!?")) dot = true;
        if (is_one_of(c, ")]\"'") && !is_one_of(vi_char(text, before), ".!?)]\"'")) return;
        vi_decl(text, at);
    }
}

/* On (or back) to the place behind the end of a sentence. False: the end of the text. */
static bool sentence_break(const struct text *text, size_t *at, bool forward)
{
    size_t first_line = vi_line_start(text, *at);
    for (;;) {
        uint32_t c = vi_char(text, *at);
        if (!c) {
            if (!forward && vi_line_start(text, *at) != first_line) vi_next_line(text, *at, at);
            return true;
        }
        if (is_one_of(c, ".!?")) {
            size_t behind = *at;
            int moved;
            while ((moved = vi_inc(text, &behind)) != -1 && is_one_of(vi_char(text, behind), ")]\"'"))
                continue;
            c = vi_char(text, behind);
            if (moved == -1 || !c || vi_is_white(c)) {
                *at = behind;
                if (!c) vi_inc(text, at);
                return true;
            }
        }
        if ((forward ? vi_incl(text, at) : vi_decl(text, at)) == -1) return false;
    }
}

bool vi_sentence(const struct text *text, size_t *at, size_t count, bool forward)
{
    while (count-- > 0) {
        bool skip = true, found = false;
        if (!vi_char(text, *at)) {
            do
                if ((forward ? vi_incl(text, at) : vi_decl(text, at)) == -1) break;
            while (!vi_char(text, *at));
            found = forward;
        } else if (!forward) {
            vi_decl(text, at);
        }
        if (!found) {
            back_to_sentence(text, at, forward);
            if (!sentence_break(text, at, forward)) {
                if (count) return false;
                skip = false;
            }
        }
        while (skip && vi_is_white(vi_char(text, *at)))
            if (vi_incl(text, at) == -1) break;
    }
    return true;
}

static bool next_sentence(struct ui *ui, struct vi_range *r)
{
    r->reg_one = r->jump = true;
    if (!vi_sentence(text_of(ui), &r->to, vi_count(ui), true)) return false;
    off_the_end(ui, r);
    return true;
}

static bool previous_sentence(struct ui *ui, struct vi_range *r)
{
    r->reg_one = r->jump = true;
    return vi_sentence(text_of(ui), &r->to, vi_count(ui), false);
}

static bool paragraph(struct ui *ui, struct vi_range *r, bool forward)
{
    const struct text *text = text_of(ui);
    size_t at = vi_line_start(text, r->from);
    r->reg_one = r->jump = true;
    for (size_t count = vi_count(ui); count-- > 0;) {
        bool skipped = false;
        for (bool first = true;; first = false) {
            bool empty = vi_line_empty(text, at);
            skipped = skipped || !empty;
            if (!first && skipped && empty) break;
            if (forward ? vi_next_line(text, at, &at) : vi_previous_line(text, at, &at)) continue;
            if (count) return false;
            break;
        }
    }
    r->to = at;
    if (forward && at == vi_last_line(text) && !vi_line_empty(text, at)) {
        r->to = text_previous_cluster(text, vi_line_end(text, at));
        r->inclusive = true;
    }
    return true;
}

static bool next_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui, r, true);
}

static bool previous_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui, r, false);
}

/* ---- lines ------------------------------------------------------------------------------------------------
 */

static bool by_lines(struct ui *ui, struct vi_range *r, bool on)
{
    struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    if (vi->goal_at != r->from || vi->goal < 0) {
        bool tab = vi_char(text, r->from) == '\t'; /* the cursor is at its end */
        vi->goal = tab ? vi_column(ui, r->from + 1) - 1 : vi_column(ui, r->from);
    }
    size_t at = vi_line_start(text, r->from);
    for (size_t i = 0; i < vi_count(ui); i++)
        if (on ? !vi_next_line(text, at, &at) : !vi_previous_line(text, at, &at)) {
            if (i == 0) return false;
            break;
        }
    r->to = vi_clamp(text, vi_at_column(ui, at, vi->goal));
    if (vi_is_visual(ui) && vi->goal == INT_MAX) r->to = vi_line_end(text, at);
    r->lines = r->wanted = true;
    return true;
}

static bool down(struct ui *ui, struct vi_range *r)
{
    return by_lines(ui, r, true);
}

static bool up(struct ui *ui, struct vi_range *r)
{
    return by_lines(ui, r, false);
}

static bool nonblank_of_line(struct ui *ui, struct vi_range *r)
{
    r->to = vi_clamp(text_of(ui), vi_first_nonblank(text_of(ui), r->to));
    r->lines = true;
    return true;
}

static bool next_line(struct ui *ui, struct vi_range *r)
{
    return lines_on(ui, vi_count(ui), &r->to) && nonblank_of_line(ui, r);
}

static bool previous_line(struct ui *ui, struct vi_range *r)
{
    for (size_t i = 0; i < vi_count(ui); i++)
        if (!vi_previous_line(text_of(ui), r->to, &r->to)) {
            if (i == 0) return false;
            break;
        }
    return nonblank_of_line(ui, r);
}

static bool this_line(struct ui *ui, struct vi_range *r)
{
    return lines_on(ui, vi_count(ui) - 1, &r->to) && nonblank_of_line(ui, r);
}

static bool go_line(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    size_t line = vi_last_line(text), wanted = text_line_start(text, vi_count(ui) - 1);
    r->to = vi_counted(ui) && wanted < line ? wanted : line;
    r->jump = true;
    return nonblank_of_line(ui, r);
}

static bool first_line(struct ui *ui, struct vi_range *r)
{
    const struct text *text = text_of(ui);
    size_t line = vi_last_line(text), wanted = text_line_start(text, vi_count(ui) - 1);
    r->to = wanted < line ? wanted : line;
    r->jump = true;
    return nonblank_of_line(ui, r);
}

/* ---- rows of the screen ------------------------------------------------------------------------------- */

static bool by_rows(struct ui *ui, struct vi_range *r, bool on)
{
    struct row row, next;
    layout_row_of(ui, r->from, &row);
    int goal = ui->doc->goal >= 0 ? ui->doc->goal : layout_column_of(ui, &row, r->from);
    for (size_t i = 0; i < vi_count(ui); i++) {
        if (on ? !layout_next_row(ui, &row, &next) : !layout_previous_row(ui, &row, &next)) return i > 0;
        row = next;
    }
    r->to = layout_at_column(ui, &row, goal);
    ui->vi.row_goal = goal;
    return true;
}

static bool row_down(struct ui *ui, struct vi_range *r)
{
    return by_rows(ui, r, true);
}

static bool row_up(struct ui *ui, struct vi_range *r)
{
    return by_rows(ui, r, false);
}

static bool row_start(struct ui *ui, struct vi_range *r)
{
    struct row row;
    layout_row_of(ui, r->from, &row);
    r->to = layout_origin(&row, row.start);
    return true;
}

static bool row_end(struct ui *ui, struct vi_range *r)
{
    struct row row;
    layout_row_of(ui, r->from, &row);
    r->to = layout_origin(&row, row.end);
    r->inclusive = true;
    if (r->to > r->from) r->to = text_previous_cluster(text_of(ui), r->to);
    return true;
}

static bool on_screen(struct ui *ui, struct vi_range *r, int row)
{
    view_at(ui, row, 0, &r->to);
    r->jump = true;
    return nonblank_of_line(ui, r);
}

static bool screen_top(struct ui *ui, struct vi_range *r)
{
    int rows = view_rows(ui), row = (int)vi_count(ui) - 1;
    return on_screen(ui, r, row < rows ? row : rows - 1);
}

static bool screen_middle(struct ui *ui, struct vi_range *r)
{
    return on_screen(ui, r, view_rows(ui) / 2);
}

static bool screen_bottom(struct ui *ui, struct vi_range *r)
{
    int row = view_rows(ui) - (int)vi_count(ui);
    return on_screen(ui, r, row > 0 ? row : 0);
}

/* ---- brackets --------------------------------------------------------------------------------------------
 */

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
    const struct text *text = text_of(ui);
    size_t at = r->from, end = vi_line_end(text, at);
    r->reg_one = r->jump = true;
    if (vi_counted(ui)) { /* percent of the file */
        size_t lines = text_line_of(text, vi_last_line(text)) + 1;
        size_t line = (vi_count(ui) * lines + 99) / 100;
        if (vi_count(ui) > 100) return false;
        r->to = text_line_start(text, line ? line - 1 : 0);
        return nonblank_of_line(ui, r);
    }
    r->inclusive = true;
    while (at < end && !is_one_of(vi_char(text, at), "()[]{}")) at = text_next_cluster(text, at);
    return at < end && vi_matching(text, at, &r->to);
}

/* ---- searching ----------------------------------------------------------------------------------------- */

static bool again(struct ui *ui, struct vi_range *r, bool reverse)
{
    struct search *s = &ui->search;
    const struct text *text = text_of(ui);
    bool back = ui->vi.search_back != reverse, wrapped;
    size_t start, end, at = r->from;
    r->reg_one = r->jump = true;
    if (!s->pattern.size) return false;
    s->lit = true;
    for (size_t i = 0; i < vi_count(ui); i++) {
        if (!search_from(ui, back ? at : text_next_cluster(text, at), back, &wrapped, &start, &end)) {
            if (s->trouble[0])
                ui_complain(ui, "%s", s->trouble);
            else
                ui_complain(ui, "\"%.200s\" is not in the text", s->pattern.data);
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
static bool word_here(struct ui *ui, size_t *start, size_t *end)
{
    const struct text *text = text_of(ui);
    size_t at = ui->doc->cursor, stop = vi_line_end(text, at);
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
    if (!word_here(ui, &start, &end) || !text_append_to(text_of(ui), start, end, &word)) return false;
    bool keyword = vi_class(text_of(ui), start, false) != 1;
    bool good = search_set(ui, word.data, word.size);
    buffer_free(&word);
    if (!good) return false;
    ui->search.forced = true;
    ui->search.forced_flags = (whole && keyword ? TEXT_SEARCH_WORDS : 0) |
                              (ui->settings.search_case == SEARCH_ANY ? TEXT_SEARCH_IGNORE_CASE : 0);
    ui->vi.search_back = back;
    search_remember(ui);
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

/* A typed pattern: the question has moved the cursor while it was open, and is over. */
static bool typed_match(struct ui *ui, struct vi_range *r)
{
    return again(ui, r, false);
}

static void pattern_given(struct ui *ui, const char *answer)
{
    struct search *s = &ui->search;
    s->counting = false;
    doc_move(ui, s->origin, false);
    vi_prompt_over(ui);
    if (!answer) {
        s->lit = s->vi_prompt = false;
        ui->vi.op = VI_NONE;
        return;
    }
    ui->vi.search_back = s->prompt_back;
    const struct buffer *last = &s->last;
    if (!*answer || *answer == *s->what) { /* the last one again */
        if (!last->size || !search_set(ui, last->data, last->size)) return;
    }
    search_remember(ui);
    int flags = search_flags(ui) | TEXT_SEARCH_REGEX;
    s->forced = true;
    s->forced_flags = flags;
    s->vi_prompt = false;
    vi_move(ui, typed_match);
    vi_after(ui);
}

static void ask(struct ui *ui, bool back)
{
    vi_prompt_begins(ui);
    search_prompt(ui, back ? "?" : "/", pattern_given);
    ui->search.prompt_back = back;
    ui->search.vi_prompt = true;
    snprintf(ui->prompt.label, sizeof ui->prompt.label, back ? "?" : "/");
}

void do_vi_search(struct ui *ui)
{
    ask(ui, false);
}

void do_vi_search_back(struct ui *ui)
{
    ask(ui, true);
}

/* ---- marks -----------------------------------------------------------------------------------------------
 */

static uint32_t mark_wanted;

static bool to_mark(struct ui *ui, struct vi_range *r)
{
    r->reg_one = r->jump = true;
    return vi_mark_get(ui, mark_wanted, &r->to);
}

static bool to_mark_line(struct ui *ui, struct vi_range *r)
{
    r->jump = true;
    return vi_mark_get(ui, mark_wanted, &r->to) && nonblank_of_line(ui, r);
}

static void mark_key(struct ui *ui, ui_key key)
{
    mark_wanted = key;
    vi_move(ui, to_mark);
}

static void mark_line_key(struct ui *ui, ui_key key)
{
    mark_wanted = key;
    vi_move(ui, to_mark_line);
}

void do_vi_to_mark(struct ui *ui)
{
    vi_await(ui, mark_key);
}

void do_vi_to_mark_line(struct ui *ui)
{
    vi_await(ui, mark_line_key);
}

/* ---- the commands ----------------------------------------------------------------------------------------
 */

#define MOTION(name, function)                                                                               \
    void do_vi_##name(struct ui *ui)                                                                         \
    {                                                                                                        \
        vi_move(ui, function);                                                                               \
    }
MOTION(left, left)
MOTION(right, right)
MOTION(left_wrapping, left_wrapping)
MOTION(right_wrapping, right_wrapping)
MOTION(line_start, line_start)
MOTION(first_nonblank, first_nonblank)
MOTION(line_end, line_end)
MOTION(last_nonblank, last_nonblank)
MOTION(column, column)
MOTION(find_repeat, find_repeat)
MOTION(find_reverse, find_reverse)
MOTION(next_word, next_word)
MOTION(next_big_word, next_big_word)
MOTION(word_end, word_end)
MOTION(big_word_end, big_word_end)
MOTION(previous_word, previous_word)
MOTION(previous_big_word, previous_big_word)
MOTION(previous_word_end, previous_word_end)
MOTION(previous_big_word_end, previous_big_word_end)
MOTION(next_sentence, next_sentence)
MOTION(previous_sentence, previous_sentence)
MOTION(next_paragraph, next_paragraph)
MOTION(previous_paragraph, previous_paragraph)
MOTION(down, down)
MOTION(up, up)
MOTION(next_line, next_line)
MOTION(previous_line, previous_line)
MOTION(this_line, this_line)
MOTION(go_line, go_line)
MOTION(first_line, first_line)
MOTION(row_down, row_down)
MOTION(row_up, row_up)
MOTION(row_start, row_start)
MOTION(row_end, row_end)
MOTION(screen_top, screen_top)
MOTION(screen_middle, screen_middle)
MOTION(screen_bottom, screen_bottom)
MOTION(matching, matching)
MOTION(next_match, next_match)
MOTION(previous_match, previous_match)
MOTION(word_next, word_next)
MOTION(word_previous, word_previous)
MOTION(part_next, part_next)
MOTION(part_previous, part_previous)
