/* Modes: which keys are digits or operands, what a selection covers, where a command ends, what `.` and `u`
 * go over. */
#include "vi.h"

#include <limits.h>
#include <string.h>

static struct text *text_of(const struct ui *ui)
{
    return ui->doc->text;
}

/* ---- counts ------------------------------------------------------------------------------------------- */

enum { MOST = 99999999 };

size_t vi_count(const struct ui *ui)
{
    const struct vi *vi = &ui->vi;
    size_t a = vi->counted ? vi->count : 1, b = vi->op_count ? vi->op_count : 1;
    return a * b > MOST ? MOST : a * b > 0 ? a * b : 1;
}

bool vi_counted(const struct ui *ui)
{
    return ui->vi.counted || ui->vi.op_count;
}

void vi_fail(struct ui *ui)
{
    ui->vi.op = VI_NONE;
    ui->vi.repeatable = false;
    ui->vi.failed = true;
    macro_fail(ui);
}

void vi_repeatable(struct ui *ui)
{
    ui->vi.repeatable = true;
}

void vi_await(struct ui *ui, void (*then)(struct ui *, ui_key))
{
    ui->vi.await = then;
}

/* ---- cursor, marks ---------------------------------------------------------------------------------------
 */

void vi_place(struct ui *ui, size_t at)
{
    struct doc *doc = ui->doc;
    if (at > text_size(doc->text)) at = text_size(doc->text);
    doc->cursor = at;
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    doc->goal = -1;
    ui->follow = true;
}

/* a to z, and ' [ ] < > ^ . in this order */
static int mark_index(uint32_t name)
{
    static const char others[] = "'[]<>^.";
    if (name >= 'a' && name <= 'z') return (int)(name - 'a');
    if (name == '`') name = '\'';
    const char *found = name && name < 0x80 ? strchr(others, (int)name) : NULL;
    return found ? 26 + (int)(found - others) : -1;
}

void vi_mark_set(struct ui *ui, uint32_t name, size_t at)
{
    int index = mark_index(name);
    if (index < 0) return;
    text_mark *mark = &ui->doc->marks[index];
    if (*mark)
        text_mark_set(text_of(ui), *mark, at);
    else
        *mark = text_mark_add(text_of(ui), at, TEXT_AFTER);
}

bool vi_mark_get(const struct ui *ui, uint32_t name, size_t *at)
{
    int index = mark_index(name);
    if (index < 0 || (!ui->doc->marks[index] && name != '\'' && name != '`')) return false;
    *at = ui->doc->marks[index] ? text_mark_get(text_of(ui), ui->doc->marks[index]) : 0;
    return true;
}

void vi_jump_from(struct ui *ui, size_t at)
{
    vi_mark_set(ui, '\'', at);
}

static void mark_key(struct ui *ui, ui_key key)
{
    if (mark_index(key) < 0)
        vi_fail(ui);
    else
        vi_mark_set(ui, key, ui->doc->cursor);
}

void do_vi_mark(struct ui *ui)
{
    vi_await(ui, mark_key);
}

/* ---- a motion, whatever it is for ---------------------------------------------------------------------- */

static void select_object(struct ui *ui, const struct vi_range *r)
{
    struct doc *doc = ui->doc;
    size_t last = r->to;
    if (!r->inclusive && !r->lines && last > r->from) vi_dec(text_of(ui), &last);
    if (!r->extend) doc->anchor = r->from;
    doc->cursor = last;
    if (r->lines) doc->select = SELECT_LINES;
    ui->follow = true;
}

void vi_move(struct ui *ui, vi_motion *motion)
{
    struct vi *vi = &ui->vi;
    struct doc *doc = ui->doc;
    struct vi_range r = {.from = doc->cursor, .to = doc->cursor};
    bool visual = vi_is_visual(ui);
    r.extend = visual && doc->anchor < doc->cursor;
    if (r.extend) vi->extending = doc->cursor;
    size_t from = doc->cursor;
    bool good = motion(ui, &r);
    if (r.object && visual && good) {
        select_object(ui, &r);
        return;
    }
    if (!good && !(r.failed_op && vi->op)) {
        bool moved = r.failed_op && !vi->op; /* as far as it goes */
        vi_fail(ui);
        if (moved) doc_move(ui, r.to, visual);
        return;
    }
    if (vi->op) {
        vi_operate(ui, &r);
        return;
    }
    if (r.object) {
        vi_fail(ui);
        return;
    }
    if (r.jump) vi_jump_from(ui, from);
    int goal = vi->goal;
    doc_move(ui, r.to, visual);
    if (vi->row_goal >= 0) doc->goal = vi->row_goal;
    vi->row_goal = -1;
    if (r.to_end) {
        vi->goal = INT_MAX;
        vi->goal_at = doc->cursor;
    } else if (r.wanted) {
        vi->goal = goal;
        vi->goal_at = doc->cursor;
    } else {
        vi->goal = -1;
    }
    if (visual && r.to_end) doc->cursor = vi_line_end(text_of(ui), doc->cursor);
    if (r.to_end) vi->goal_at = visual ? doc->cursor : vi_clamp(text_of(ui), doc->cursor);
}

/* ---- visual ----------------------------------------------------------------------------------------------
 */

bool vi_is_visual(const struct ui *ui)
{
    return ui->vi.mode == VI_VISUAL;
}

static void begin_visual(struct ui *ui, enum selecting select)
{
    struct doc *doc = ui->doc;
    doc->anchor = doc->cursor;
    doc->selecting = doc->sticky = true;
    doc->select = select;
    ui->vi.mode = VI_VISUAL;
}

void vi_leave_visual(struct ui *ui)
{
    struct doc *doc = ui->doc;
    if (!vi_is_visual(ui)) return;
    size_t low = doc->anchor < doc->cursor ? doc->anchor : doc->cursor;
    vi_mark_set(ui, '<', low);
    vi_mark_set(ui, '>', low == doc->anchor ? doc->cursor : doc->anchor);
    ui->vi.last_visual = doc->select;
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    ui->vi.mode = VI_NORMAL;
}

static void visual(struct ui *ui, enum selecting select)
{
    struct doc *doc = ui->doc;
    if (!vi_is_visual(ui)) {
        begin_visual(ui, select);
        if (ui->vi.counted && select == SELECT_CHARACTERS)
            for (size_t i = 1; i < vi_count(ui) && vi_char(text_of(ui), doc->cursor); i++)
                doc->cursor = text_next_cluster(text_of(ui), doc->cursor);
    } else if (doc->select == select) {
        vi_leave_visual(ui);
    } else {
        doc->select = select;
    }
}

void do_vi_visual(struct ui *ui)
{
    visual(ui, SELECT_CHARACTERS);
}

void do_vi_visual_lines(struct ui *ui)
{
    visual(ui, SELECT_LINES);
}

void do_vi_visual_block(struct ui *ui)
{
    visual(ui, SELECT_BLOCK);
}

void do_vi_other_end(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t anchor = doc->anchor;
    doc->anchor = doc->cursor;
    doc->cursor = anchor;
    ui->follow = true;
}

void do_vi_visual_again(struct ui *ui)
{
    size_t from, to;
    if (!vi_mark_get(ui, '<', &from) || !vi_mark_get(ui, '>', &to)) {
        vi_fail(ui);
        return;
    }
    vi_place(ui, from);
    begin_visual(ui, ui->vi.last_visual ? ui->vi.last_visual : SELECT_CHARACTERS);
    ui->doc->cursor = to;
}

/* How much `.` is to cover: so many lines, and characters of the last. */
static void remember_extent(struct ui *ui, size_t start, size_t end)
{
    struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    vi->extent_kind = ui->doc->select == SELECT_PLAIN ? SELECT_CHARACTERS : ui->doc->select;
    vi->extent_lines = 0;
    struct vi_block block;
    if (vi_block_get(ui, &block)) {
        vi->extent_lines = block.lines - 1;
        vi->extent_characters = block.to_end ? INT_MAX : (size_t)(block.right - block.left + 1);
        return;
    }
    size_t line = vi_line_start(text, start), next;
    while (vi_next_line(text, line, &next) && next < end) line = next, vi->extent_lines++;
    vi->extent_characters = 0;
    for (size_t at = vi->extent_lines ? line : start; at < end && vi_char(text, at);
         at = text_next_cluster(text, at))
        vi->extent_characters++;
}

bool vi_visual_range(struct ui *ui, size_t *start, size_t *end)
{
    if (!doc_selection(ui->doc, start, end)) return false;
    remember_extent(ui, *start, *end);
    ui->vi.visual_command = true;
    return true;
}

static void select_extent(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    begin_visual(ui, vi->extent_kind);
    size_t at = ui->doc->cursor;
    for (size_t i = 0; i < vi->extent_lines && vi_next_line(text, at, &at); i++) continue;
    if (vi->extent_kind == SELECT_BLOCK) {
        int left = vi_column(ui, ui->doc->cursor);
        vi->goal = vi->extent_characters == INT_MAX ? INT_MAX : -1;
        ui->doc->cursor = vi->goal == INT_MAX ? vi_line_end(text, at)
                                              : vi_at_column(ui, at, left + (int)vi->extent_characters - 1);
        return;
    }
    for (size_t i = 1; i < vi->extent_characters; i++) {
        size_t next = text_next_cluster(text, at);
        if (!vi_char(text, next)) break;
        at = next;
    }
    ui->doc->cursor = at;
}

void vi_operate_visual(struct ui *ui, enum vi_operator op)
{
    size_t start, end;
    bool lines = ui->doc->select == SELECT_LINES, block = ui->doc->select == SELECT_BLOCK;
    if (!vi_visual_range(ui, &start, &end)) {
        vi_leave_visual(ui);
        return;
    }
    ui->vi.shift = (int)(vi_count(ui) > 50 ? 50 : vi_count(ui));
    if (block) {
        vi_operate_block(ui, op);
        ui->vi.shift = 0;
        return;
    }
    vi_leave_visual(ui);
    ui->vi.reg_one = false;
    /* The last line break of the text is not one that could be taken. */
    const struct text *text = text_of(ui);
    if (!lines && end == text_size(text) && end > start && text_byte(text, end - 1) == '\n')
        end = vi_line_end(text, end - 1);
    /* The cursor stays in its line as it was when lines are yanked upwards. */
    size_t first = start;
    vi_mark_get(ui, '<', &first);
    vi_place(ui, lines ? first : start);
    if (lines)
        vi_operate_lines(ui, op, start, end);
    else
        vi_operate_characters(ui, op, start, end);
    ui->vi.shift = 0;
}

void vi_operate_visual_lines(struct ui *ui, enum vi_operator op)
{
    ui->doc->select = SELECT_LINES;
    vi_operate_visual(ui, op);
}

/* ---- inserting --------------------------------------------------------------------------------------------
 */

void vi_insert(struct ui *ui, enum vi_mode mode)
{
    struct vi *vi = &ui->vi;
    /* A count in front of an operator was for its motion. */
    vi->insert_count = vi->op || vi->op_count || vi->visual_command || vi->no_insert_count ? 1 : vi_count(ui);
    vi->mode = mode;
    vi->insert_from = ui->doc->cursor;
    vi->from_nothing = vi->from_nothing || !text_size(text_of(ui));
    vi->inserted.count = 0;
    vi->replaced.size = 0;
    vi->op = VI_NONE;
}

/* The keys typed since are played again, in a line of their own each when lines were opened. */
static void insert_again(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    struct macro keys = {0};
    bool opening = vi->opening;
    size_t times = vi->insert_count - 1;
    if (opening && !mem_grow(&keys.keys, &keys.capacity, 1, sizeof *keys.keys)) return;
    if (opening) keys.keys[keys.count++] = UI_SPECIAL(UI_ENTER);
    if (!mem_grow(&keys.keys, &keys.capacity, keys.count + vi->inserted.count + 1, sizeof *keys.keys)) return;
    if (vi->inserted.count)
        memcpy(keys.keys + keys.count, vi->inserted.keys, vi->inserted.count * sizeof *keys.keys);
    keys.count += vi->inserted.count;
    vi->insert_count = 1;
    vi->replaying_insert = true;
    macro_play(ui, &keys, times);
    vi->replaying_insert = false;
    mem_free(keys.keys);
}

static void leave_insert(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    if (vi->insert_count > 1 && vi->inserted.count) insert_again(ui);
    size_t cursor = ui->doc->cursor, size = text_size(text);
    /* A line that is written where there was none ends like a line. */
    if (vi->from_nothing && size && text_byte(text, size - 1) != '\n') doc_replace(ui, size, size, "\n", 1);
    vi->from_nothing = false;
    vi_mark_set(ui, '^', cursor);
    vi->inserted_text.size = 0;
    if (cursor > vi->insert_from && !text_append_to(text, vi->insert_from, cursor, &vi->inserted_text))
        vi->inserted_text.size = 0;
    vi->mode = VI_NORMAL;
    vi->opening = false;
    if (cursor > vi_line_start(text, cursor)) cursor = text_previous_cluster(text, cursor);
    vi_place(ui, cursor);
    vi_mark_set(ui, '.', cursor);
    vi_block_inserted(ui);
}

void do_vi_normal(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    bool waits = vi->op || vi->counted || vi->op_count || vi->reg;
    if (vi->mode == VI_INSERT || vi->mode == VI_REPLACE)
        leave_insert(ui);
    else if (vi_is_visual(ui))
        vi_leave_visual(ui);
    else if (vi->mode == VI_NORMAL && !waits)
        do_cancel(ui);
    vi->op = VI_NONE;
}

/* In replace mode what is typed goes over what stands there; Backspace brings that back. */
bool vi_type_over(struct ui *ui, const char *bytes, size_t size)
{
    struct vi *vi = &ui->vi;
    const struct text *text = text_of(ui);
    size_t at = ui->doc->cursor, end = vi_char(text, at) ? text_next_cluster(text, at) : at;
    uint32_t length = (uint32_t)(end - at);
    struct buffer old = {0};
    if (vi->mode != VI_REPLACE) return false;
    if (!text_append_to(text, at, end, &old) ||
        !buffer_append(&vi->replaced, old.data ? old.data : "", old.size) ||
        !buffer_append(&vi->replaced, &length, sizeof length)) {
        buffer_free(&old);
        return false;
    }
    buffer_free(&old);
    doc_replace(ui, at, end, bytes, size);
    return true;
}

void do_vi_insert_backspace(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    uint32_t length;
    size_t at = ui->doc->cursor;
    if (vi->mode != VI_REPLACE) {
        do_delete_backward(ui);
        return;
    }
    if (at == 0) return;
    size_t before = text_previous_cluster(text_of(ui), at);
    if (vi->replaced.size < sizeof length) {
        vi_place(ui, before);
        return;
    }
    memcpy(&length, vi->replaced.data + vi->replaced.size - sizeof length, sizeof length);
    vi->replaced.size -= sizeof length + length;
    doc_replace(ui, before, at, vi->replaced.data + vi->replaced.size, length);
    vi_place(ui, before);
}

/* ---- undo: what one command changed is one step ---------------------------------------------------------
 */

void vi_step_begin(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (vi->step_open) return;
    vi->step_open = true;
    vi->step_doc = ui->doc;
    vi->step_from = text_history_at(text_of(ui));
    ui->doc->change_first = SIZE_MAX;
    text_break_group(text_of(ui));
}

static void close_step(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    struct doc *doc = vi->step_doc;
    if (!vi->step_open) return;
    vi->step_open = false;
    if (doc != ui->doc) return; /* it was closed, or left */
    size_t now = text_history_at(doc->text);
    if (now == vi->step_from || doc->change_first == SIZE_MAX || vi->in_history) return;
    if (!mem_grow(&doc->steps, &doc->step_capacity, doc->step_count + 1, sizeof *doc->steps)) return;
    doc->steps[doc->step_count++] = (struct vi_step){
        .from = vi->step_from, .to = now, .first = doc->change_first, .cursor = doc->change_cursor};
    text_break_group(doc->text);
}

/* All that a macro or `.` does is one step. */
void vi_step_end(struct ui *ui)
{
    if (!ui->macros.playing) close_step(ui);
}

static void after_walk(struct ui *ui, const struct vi_step *step, size_t at)
{
    const struct text *text = text_of(ui);
    ui->doc->words_stale = true;
    layout_invalidate(ui);
    if (!step) {
        vi_place(ui, at);
        return;
    }
    size_t line = vi_line_start(text, step->first), before = line;
    vi_previous_line(text, line, &before);
    bool inside = step->cursor >= before && step->cursor <= text_size(text);
    vi_place(ui, inside ? step->cursor : vi_first_nonblank(text, line));
}

static bool undo_one(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t now = text_history_at(doc->text), at = doc->cursor;
    const struct vi_step *step = NULL;
    if (!doc_writable(ui)) return false;
    for (size_t i = doc->step_count; i-- > 0 && !step;)
        if (doc->steps[i].to == now) step = &doc->steps[i];
    if (!step) {
        do_undo(ui);
        return text_history_at(doc->text) != now;
    }
    while (text_history_at(doc->text) != step->from && text_history_at(doc->text) != doc->first_node)
        if (!text_undo(doc->text, &at)) break;
    after_walk(ui, step, at);
    return true;
}

static bool redo_one(struct ui *ui)
{
    struct doc *doc = ui->doc;
    size_t now = text_history_at(doc->text), at = doc->cursor;
    const struct vi_step *step = NULL;
    if (!doc_writable(ui)) return false;
    for (size_t i = doc->step_count; i-- > 0 && !step;)
        if (doc->steps[i].from == now) step = &doc->steps[i];
    if (!step) {
        do_redo(ui);
        return text_history_at(doc->text) != now;
    }
    while (text_history_at(doc->text) != step->to)
        if (!text_redo(doc->text, &at)) break;
    after_walk(ui, step, at);
    return true;
}

static void walk(struct ui *ui, bool (*one)(struct ui *))
{
    size_t count = vi_count(ui);
    close_step(ui);
    ui->vi.in_history = true;
    for (size_t i = 0; i < count; i++)
        if (!one(ui)) {
            if (i == 0) vi_fail(ui);
            break;
        }
}

void do_vi_undo(struct ui *ui)
{
    if (vi_is_visual(ui))
        vi_operate_visual(ui, VI_LOWER);
    else
        walk(ui, undo_one);
}

void do_vi_redo(struct ui *ui)
{
    walk(ui, redo_one);
}

/* ---- .
 * ------------------------------------------------------------------------------------------------------ */

static void remember_command(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    struct macro *dot = &vi->dot;
    dot->count = 0;
    if (!mem_grow(&dot->keys, &dot->capacity, vi->typed.count + 1, sizeof *dot->keys)) return;
    if (vi->typed.count) memcpy(dot->keys, vi->typed.keys, vi->typed.count * sizeof *dot->keys);
    dot->count = vi->typed.count;
    vi->dot_count = vi_counted(ui) ? vi_count(ui) : 0;
    vi->dot_visual = vi->visual_command;
}

void do_vi_repeat(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (!vi->dot.count || vi->repeating) {
        vi_fail(ui);
        return;
    }
    if (vi_counted(ui)) vi->dot_count = vi_count(ui);
    size_t count = vi->dot_count;
    vi_command_over(ui);
    vi->repeating = true;
    if (vi->dot_visual)
        select_extent(ui);
    else if (count)
        vi->counted = true, vi->count = count;
    if (!macro_play(ui, &vi->dot, 1)) vi->failed = true;
    vi->repeating = false;
}

/* ---- where commands begin and end -----------------------------------------------------------------------
 */

void vi_command_over(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    vi->count = vi->op_count = 0;
    vi->counted = vi->repeatable = vi->prefix = vi->visual_command = vi->no_insert_count = false;
    vi->op = VI_NONE;
    vi->reg = 0;
    vi->await = NULL;
    vi->typed.count = 0;
}

void vi_set_mode(struct ui *ui, enum vi_mode mode)
{
    vi_command_over(ui);
    vi_step_end(ui);
    ui->vi.mode = mode;
}

void vi_after(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (!vi->mode || ui->pending_count || vi->await || vi->prompting) return;
    if (vi->prefix) {
        vi->prefix = false;
        return;
    }
    if (vi->op || vi->mode == VI_INSERT || vi->mode == VI_REPLACE) return;
    if (vi_is_visual(ui) && !ui->doc->selecting) vi->mode = VI_NORMAL; /* an edit ended it */
    if (vi->repeatable && !vi->repeating && !vi->failed) remember_command(ui);
    vi_step_end(ui);
    vi->in_history = vi->failed = false;
    vi_command_over(ui);
    if (vi->mode != VI_NORMAL || ui->prompt.active) return;
    size_t at = vi_clamp(text_of(ui), ui->doc->cursor);
    if (at != ui->doc->cursor && !ui->doc->selecting) ui->doc->cursor = at;
}

void vi_prompt_begins(struct ui *ui)
{
    ui->vi.prompting = true;
}

void vi_prompt_over(struct ui *ui)
{
    ui->vi.prompting = false;
}

static bool digit(struct vi *vi, ui_key key)
{
    if (key < '0' || key > '9' || (key == '0' && !vi->counted)) return false;
    vi->count = (vi->counted ? vi->count : 0) * 10 + (key - '0');
    if (vi->count > MOST) vi->count = MOST;
    vi->counted = true;
    return true;
}

static void record(struct macro *macro, ui_key key)
{
    if (mem_grow(&macro->keys, &macro->capacity, macro->count + 1, sizeof key))
        macro->keys[macro->count++] = key;
}

/* What is selected with the mouse or shifted arrows is a selection as good as any. */
static void take_selection(struct ui *ui)
{
    struct vi *vi = &ui->vi;
    if (vi->mode == VI_NORMAL && ui->doc->selecting && ui->doc->anchor != ui->doc->cursor) {
        vi->mode = VI_VISUAL;
        ui->doc->sticky = true;
        ui->doc->select = SELECT_PLAIN;
    }
}

bool vi_take(struct ui *ui, ui_key key)
{
    struct vi *vi = &ui->vi;
    bool inserting = vi->mode == VI_INSERT || vi->mode == VI_REPLACE;
    if (!vi->mode) return false;
    if (ui->prompt.active) {
        if (vi->prompting && !vi->repeating) record(&vi->typed, key);
        return false;
    }
    take_selection(ui);
    if (!inserting && !ui->pending_count && !vi->await && digit(vi, key)) return true;
    if (!inserting && !vi->typed.count && !vi->op) vi_step_begin(ui);
    if (!vi->repeating && !vi->replaying_insert) record(&vi->typed, key);
    if (inserting && key != UI_SPECIAL(UI_ESC) && !vi->replaying_insert) record(&vi->inserted, key);
    if (!vi->await) return false;
    void (*then)(struct ui *, ui_key) = vi->await;
    vi->await = NULL;
    ui->message[0] = '\0';
    if (key == UI_SPECIAL(UI_ESC))
        vi_fail(ui);
    else
        then(ui, key);
    vi_after(ui);
    return true;
}

/* A click begins anew, as a motion would not. */
void vi_mouse(struct ui *ui)
{
    if (vi_is_visual(ui)) vi_leave_visual(ui);
}

/* Esc and a letter typed fast arrive as the letter with Alt. Where text is written that is what was meant. */
bool vi_splits(const struct ui *ui, ui_key key)
{
    enum vi_mode mode = ui->vi.mode;
    bool letter = key & UI_KEY_ALT && !(key & UI_KEY_SPECIAL) && ui_key_is_text(key & ~UI_KEY_ALT), prefix;
    if (!mode || !letter || ui->prompt.active) return false;
    if (mode != VI_NORMAL || ui->vi.op) return true;
    return !ui_keymap_find(&ui->keymap, UI_NORMAL, &key, 1, &prefix) && !prefix &&
           !ui_keymap_find(&ui->keymap, UI_EDIT, &key, 1, &prefix) && !prefix;
}

const char *vi_mode_name(const struct ui *ui)
{
    static const char *const names[] = {"", "", "INSERT", "REPLACE", "VISUAL"};
    if (ui->vi.mode == VI_VISUAL && ui->doc->select == SELECT_LINES) return "VISUAL LINES";
    if (ui->vi.mode == VI_VISUAL && ui->doc->select == SELECT_BLOCK) return "VISUAL BLOCK";
    return names[ui->vi.mode];
}

/* The keys that wait to be completed, for the status line. */
void vi_pending(const struct ui *ui, char *out, size_t size)
{
    const struct vi *vi = &ui->vi;
    static const char *const ops[] = {"", "d", "c", "y", ">", "<", "gu", "gU", "g~", "gq"};
    size_t used = 0;
    *out = '\0';
    if (vi->reg) used += (size_t)snprintf(out, size, "\"%c", (char)vi->reg);
    if (vi->op_count) used += (size_t)snprintf(out + used, size - used, "%zu", vi->op_count);
    used += (size_t)snprintf(out + used, size - used, "%s", ops[vi->op]);
    if (vi->counted) snprintf(out + used, size - used, "%zu", vi->count);
}

void vi_free(struct vi *vi)
{
    for (size_t i = 0; i < ARRAY_SIZE(vi->registers); i++) buffer_free(&vi->registers[i].text);
    mem_free(vi->typed.keys);
    mem_free(vi->dot.keys);
    mem_free(vi->inserted.keys);
    buffer_free(&vi->replaced);
    buffer_free(&vi->inserted_text);
}

/* ---- scrolling
 * ---------------------------------------------------------------------------------------------- */

static void scroll_half(struct ui *ui, int direction)
{
    int rows = ui->vi.counted ? (int)vi_count(ui) : view_rows(ui) / 2;
    const struct text *text = text_of(ui);
    size_t at = vi_line_start(text, ui->doc->cursor);
    bool moved = false;
    for (int i = 0; i < rows; i++) {
        if (direction > 0 ? !vi_next_line(text, at, &at) : !vi_previous_line(text, at, &at)) break;
        moved = true;
    }
    if (!moved) {
        vi_fail(ui);
        return;
    }
    view_scroll(ui, direction * rows);
    doc_move(ui, vi_clamp(text, vi_first_nonblank(text, at)), vi_is_visual(ui));
}

void do_vi_half_down(struct ui *ui)
{
    scroll_half(ui, 1);
}

void do_vi_half_up(struct ui *ui)
{
    scroll_half(ui, -1);
}

void do_vi_page_down(struct ui *ui)
{
    for (size_t i = 0; i < vi_count(ui); i++) do_page_down(ui);
}

void do_vi_page_up(struct ui *ui)
{
    for (size_t i = 0; i < vi_count(ui); i++) do_page_up(ui);
}

/* The cursor's row so many rows below the top. */
static void bring_row(struct ui *ui, int row)
{
    view_center(ui);
    int here = view_rows(ui) / 2;
    view_scroll(ui, here - row);
}

void do_vi_row_to_top(struct ui *ui)
{
    bring_row(ui, 0);
}

void do_vi_row_to_bottom(struct ui *ui)
{
    bring_row(ui, view_rows(ui) - 1);
}
