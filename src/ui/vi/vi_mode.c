#include "vi_mode.h"
#include "lacuna/base.h"
#include "ui/blank/blank_commands.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_block_lines.h"
#include "vi_command.h"
#include "vi_insert.h"
#include "vi_repeat.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

void do_vi_normal(struct ui *ui)
{
    struct vi *vi = ui->vi;
    bool waits = vi->op || vi->counted || vi->op_count || vi->reg;
    if (vi->mode == VI_INSERT || vi->mode == VI_REPLACE)
        vi_leave_insert(ui);
    else if (vi_is_visual(ui->vi))
        vi_leave_visual(ui->vi, ui->doc);
    else if (vi->mode == VI_NORMAL && !waits)
        do_cancel(ui);
    vi->op = VI_NONE;
}

/* ---- start and end of commands
 * -------------------------------------------------------------------------- */

void vi_after(struct ui *ui)
{
    struct vi *vi = ui->vi;
    if (!vi->mode || ui->typed->pending_count || vi->await || vi->prompting) return;
    if (vi->prefix) {
        vi->prefix = false;
        return;
    }
    if (vi->op || vi->mode == VI_INSERT || vi->mode == VI_REPLACE) return;
    if (vi_is_visual(ui->vi) && !ui->doc->selecting) vi->mode = VI_NORMAL; /* an edit ended it */
    if (vi->repeatable && !vi->repeating && !vi->failed) vi_remember_command(ui->vi);
    vi_step_end(ui);
    vi->in_history = vi->failed = false;
    vi_command_over(ui->vi);
    if (vi->mode != VI_NORMAL || ui->prompt->active) return;
    size_t at = vi_clamp(ui->doc->text, ui->doc->cursor);
    if (at == ui->doc->cursor || ui->doc->selecting) return;
    ui->doc->cursor = doc_beside(ui->doc, at);
    ui->doc->focus = doc_blank_at(ui->doc, ui->doc->cursor);
}

static bool digit(struct vi *vi, ui_key key)
{
    if (key < '0' || key > '9' || (key == '0' && !vi->counted)) return false;
    vi->count = (vi->counted ? vi->count : 0) * 10 + (key - '0');
    if (vi->count > VI_MOST_COUNTED) vi->count = VI_MOST_COUNTED;
    vi->counted = true;
    return true;
}

static void record(struct macro *macro, ui_key key)
{
    if (mem_grow(&macro->keys, &macro->capacity, macro->count + 1, sizeof key))
        macro->keys[macro->count++] = key;
}

/* A selection made with the mouse or with shifted arrows is an ordinary selection. */
static void take_selection(struct vi *vi, struct doc *doc)
{
    if (vi->mode == VI_NORMAL && doc->selecting && doc->anchor != doc->cursor) {
        vi->mode = VI_VISUAL;
        doc->sticky = true;
        doc->select = SELECT_PLAIN;
    }
}

bool vi_take(struct ui *ui, ui_key key)
{
    struct vi *vi = ui->vi;
    bool inserting = vi->mode == VI_INSERT || vi->mode == VI_REPLACE;
    if (!vi->mode) return false;
    if (ui->prompt->active) {
        if (vi->prompting && !vi->repeating) record(&vi->typed, key);
        return false;
    }
    take_selection(ui->vi, ui->doc);
    if (!inserting && !ui->typed->pending_count && !vi->await && digit(vi, key)) return true;
    if (!inserting && !vi->typed.count && !vi->op) vi_step_begin(ui->vi, ui->doc);
    if (!vi->repeating && !vi->replaying_insert) record(&vi->typed, key);
    if (inserting && key != UI_SPECIAL(UI_ESC) && !vi->replaying_insert) record(&vi->inserted, key);
    if (!vi->await) return false;
    void (*then)(struct ui *, ui_key) = vi->await;
    vi->await = NULL;
    ui->message->text[0] = '\0';
    if (key == UI_SPECIAL(UI_ESC))
        vi_fail(ui->vi, ui->macros);
    else
        then(ui, key);
    vi_after(ui);
    return true;
}

/* A click starts a new command, unlike a motion. */
void vi_mouse(struct ui *ui)
{
    if (vi_is_visual(ui->vi)) vi_leave_visual(ui->vi, ui->doc);
}

/* Esc and a letter typed fast arrive as the letter with Alt. In insert mode they are two keys. */
bool vi_splits(const struct ui *ui, ui_key key)
{
    enum vi_mode mode = ui->vi->mode;
    bool letter = key & UI_KEY_ALT && !(key & UI_KEY_SPECIAL) && ui_key_is_text(key & ~UI_KEY_ALT), prefix;
    if (!mode || !letter || ui->prompt->active) return false;
    if (mode != VI_NORMAL || ui->vi->op) return true;
    return !ui_keymap_find(ui->keymap, UI_NORMAL, &key, 1, &prefix) && !prefix &&
           !ui_keymap_find(ui->keymap, UI_EDIT, &key, 1, &prefix) && !prefix;
}

static const char *vi_mode_name(const struct ui *ui)
{
    static const char *const names[] = {"", "", "INSERT", "REPLACE", "VISUAL"};
    if (ui->vi->mode == VI_VISUAL && ui->doc->select == SELECT_LINES) return "VISUAL LINES";
    if (ui->vi->mode == VI_VISUAL && ui->doc->select == SELECT_BLOCK) return "VISUAL BLOCK";
    return names[ui->vi->mode];
}

/* The incomplete keys, for the status line. */
static void vi_pending(const struct ui *ui, char *out, size_t size)
{
    const struct vi *vi = ui->vi;
    static const char *const ops[] = {"", "d", "c", "y", ">", "<", "gu", "gU", "g~", "gq", "gw", "!"};
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
    buffer_free(&vi->shown_register.text);
    buffer_free(&vi->substitute_with);
}

static enum ui_context context(const struct ui *ui)
{
    if (ui->vi->mode == VI_VISUAL) return UI_VISUAL;
    if (ui->vi->mode == VI_NORMAL) return ui->vi->op ? UI_OPERATOR : UI_NORMAL;
    return UI_EDIT;
}

static void document_goes(struct ui *ui)
{
    ui->vi->undo_step_open = false;
}

const struct modal vi_modal = {
    .has_modes = true,
    .context = context,
    .name = vi_mode_name,
    .pending = vi_pending,
    .block_contains = vi_block_contains,
    .write = do_vi_insert,
    .leave_selection = vi_mouse,
    .document_goes = document_goes,
    .play_begin = vi_play_begin,
    .play_end = vi_play_end,
};
