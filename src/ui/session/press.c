#include "press.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/beside/beside.h"
#include "ui/blank/blank_commands.h"
#include "ui/blank/context.h"
#include "ui/blank/filling_say.h"
#include "ui/blank/timeline.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/macro.h"
#include "ui/line/palette.h"
#include "ui/message/message.h"
#include "ui/page/compare.h"
#include "ui/page/help.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/smart_typing.h"
#include "ui/settings/settings.h"
#include "ui/tray/choosing.h"
#include "ui/tray/vary.h"
#include "ui/vi/vi_insert.h"
#include "ui/vi/vi_mode.h"
#include "ui/vi/vi_state.h"
#include <string.h>

static bool is_running(const struct doc *doc)
{
    const struct proposal *p = proposal_find(doc, doc->focus);
    return p && p->job;
}

/* Another proposal is being drawn: the user was choosing, not writing. */
static bool is_redrawn(const struct doc *doc)
{
    const struct proposal *p = proposal_find(doc, doc->focus);
    return p && p->job && p->count > 1;
}

static void type(struct ui *ui, ui_key key)
{
    char bytes[4];
    size_t start = ui->doc->cursor, end = start;
    int size = utf8_put(key, bytes);
    bool selected = doc_selection(ui->doc, &start, &end);
    if (size && !selected && vi_type_over(ui, bytes, (size_t)size)) return;
    if (size && doc_replace(ui, start, end, bytes, (size_t)size)) typography_typed(ui, key);
}

static void name_pending(const struct typed_keys *typed, size_t count, char name[UI_SEQUENCE_NAME])
{
    struct ui_binding so_far = {0};
    memcpy(so_far.keys, typed->pending, count * sizeof *typed->pending);
    ui_binding_name(&so_far, name);
}

/* Whether it cancels pending input, as Esc does. */
static bool gives_up(const struct ui_keymap *keymap, ui_key key)
{
    bool prefix;
    const struct ui_command *command = ui_keymap_find(keymap, UI_EDIT, &key, 1, &prefix);
    return key == UI_SPECIAL(UI_ESC) ||
           (command && (command->run == do_cancel || command->run == do_vi_normal));
}

/* A key without effect gives a message; but Esc after other keys cancels them. */
static void say_unbound(struct ui *ui, size_t count)
{
    char name[UI_SEQUENCE_NAME], help[UI_SEQUENCE_NAME];
    ui->vi->op = 0;
    if (ui->prompt->active || gives_up(ui->keymap, ui->typed->pending[count - 1])) return;
    name_pending(ui->typed, count, name);
    ui_keymap_keys(ui->keymap, "help", UI_EDIT, help);
    ui_say(ui->message, *help ? "%s does nothing here; %s shows the keys" : "%s does nothing here%s", name,
           help);
}

static void say_what_is_here(struct ui *ui)
{
    char accept[UI_SEQUENCE_NAME], discard[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "accept", UI_BLANK, accept);
    ui_keymap_key_or_name(ui->keymap, "discard", UI_BLANK, discard);
    ui_say(ui->message, "a proposal is here: %s accepts it, %s discards it, moving away keeps it for later",
           accept, discard);
}

static void unbound(struct ui *ui, enum ui_context context, ui_key key)
{
    if (context == UI_PROMPT)
        prompt_key(ui, key);
    else if (context & (UI_BLANK | UI_TRAY) && ui_key_is_text(key) && is_redrawn(ui->doc))
        filling_say(ui);
    else if (context & (UI_BLANK | UI_TRAY) && ui_key_is_text(key))
        say_what_is_here(ui);
    else if (context == UI_TIMELINE && ui_key_is_text(key))
        ui_say(ui->message, "this is the timeline: the bottom line shows its keys");
    else if (context & (UI_ALTERNATIVES | UI_VARY) && ui_key_is_text(key))
        ui_say(ui->message, "the bottom line shows the keys here");
    else if (ui_key_is_text(key) && context != UI_BESIDE && ui->modal->context(ui) == UI_EDIT)
        type(ui, key);
    else
        say_unbound(ui, 1);
}

/* Contexts whose keys come before those of UI_BLANK. */
enum { OVER_BLANK = UI_TIMELINE | UI_TRAY | UI_ALTERNATIVES | UI_VARY };

/* A separate page comes before the text. */
static enum ui_context context_in(const struct ui *ui)
{
    if (ui->beside->active && !ui->prompt->active) return UI_BESIDE;
    enum ui_context listed = choosing_context(ui);
    return listed ? listed : ui_context_now(ui);
}

/* The contexts of the pending keys. */
static unsigned contexts_now(const struct ui *ui)
{
    enum ui_context context = context_in(ui);
    if (context & OVER_BLANK) return context | UI_BLANK | ui->modal->context(ui);
    return context == UI_BLANK ? UI_BLANK | ui->modal->context(ui) : context;
}

static const struct ui_command *look_up(struct ui *ui, enum ui_context context, bool *prefix)
{
    return ui_keymap_find(ui->keymap, context, ui->typed->pending, ui->typed->pending_count, prefix);
}

/* Keys that can never be text or a mode's command do the same in normal mode as elsewhere. */
static bool means_the_same(ui_key key)
{
    return key & (UI_KEY_SPECIAL | UI_KEY_ALT) || key == (UI_KEY_CTRL | ' ');
}

static const struct ui_command *find_command(struct ui *ui, enum ui_context context, bool *prefix)
{
    const struct ui_command *command = look_up(ui, context, prefix);
    bool is_text = ui_key_is_text(ui->typed->pending[0]);
    if (!command && !*prefix && context == UI_VARY && is_text) return NULL;
    if (!command && !*prefix && context & OVER_BLANK) {
        bool stays = context != UI_TRAY;
        context = UI_BLANK;
        command = look_up(ui, context, prefix);
        /* Letters of vi's normal mode would move the cursor off the proposal. */
        if (stays && !command && !*prefix && is_text) return NULL;
    }
    if (!command && !*prefix && context == UI_BLANK) {
        context = ui->modal->context(ui);
        command = look_up(ui, context, prefix);
    }
    if (command || *prefix || !(context & (UI_NORMAL | UI_VISUAL))) return command;
    return means_the_same(ui->typed->pending[0]) ? look_up(ui, UI_EDIT, prefix) : NULL;
}

/* After a while the keys that can follow are shown. */
static void plan_which_key(struct ui *ui)
{
    int delay = ui->settings->key_help_delay;
    ui->which_key->popup.count = 0;
    ui->which_key->at = delay && ui->typed->pending_count ? clock_seconds() + delay / 1000.0 : 0;
}

int which_key_timeout(const struct which_key *which_key)
{
    if (which_key->at <= 0) return -1;
    double left = which_key->at - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

void which_key_tick(struct ui *ui)
{
    if (ui->which_key->at <= 0 || clock_seconds() < ui->which_key->at) return;
    ui->which_key->at = 0;
    which_key_list(ui->keymap, contexts_now(ui), ui->typed->pending, ui->typed->pending_count,
                   &ui->which_key->popup);
}

/* Letters typed by a user who has moved on do not answer an offer. */
static void leave_offer(struct ui *ui, ui_key key)
{
    bool prefix;
    if (!ui->prompt->active || !ui->prompt->offers || ui_key_is_text(key)) return;
    if (!ui_keymap_find(ui->keymap, UI_PROMPT, &key, 1, &prefix) && !prefix) do_prompt_cancel(ui);
}

static void press(struct ui *ui, ui_key key)
{
    if (!ui->help->active && vi_splits(ui, key)) {
        press_key(ui, UI_SPECIAL(UI_ESC));
        press_key(ui, key & ~UI_KEY_ALT);
        return;
    }
    macro_take(ui->macros, key);
    ui->which_key->popup.count = 0;
    ui->which_key->at = 0;
    if (ui->help->active) {
        help_key(ui->help, ui->picture, key);
        return;
    }
    if (ui->compare->active) {
        compare_key(ui, key);
        return;
    }
    if (vi_take(ui, key)) return;
    leave_offer(ui, key);
    enum ui_context context = context_in(ui);
    bool prefix;
    /* Nothing to choose from yet: typed text is text. */
    if (context == UI_BLANK && ui_key_is_text(key) && is_running(ui->doc) && !is_redrawn(ui->doc))
        context = ui->modal->context(ui);
    ui->message->text[0] = '\0';
    ui->typed->pending[ui->typed->pending_count++] = key;
    const struct ui_command *command = find_command(ui, context, &prefix);
    if (prefix && ui->typed->pending_count < UI_SEQUENCE) {
        char name[UI_SEQUENCE_NAME];
        name_pending(ui->typed, ui->typed->pending_count, name);
        ui_say(ui->message, "%s …", name);
        plan_which_key(ui);
        return;
    }
    size_t count = ui->typed->pending_count;
    ui->typed->pending_count = 0;
    ui->typed->last_count = count;
    ui->typed->acts++;
    if (command)
        vary_make_way(ui, command), command->run(ui);
    else if (count == 1)
        unbound(ui, context, key);
    else
        say_unbound(ui, count);
    choosing_update(ui);
    timeline_update(ui);
    vi_after(ui);
}

/* Undo puts the cursor where it was before a key. */
void note_cursor(const struct doc *doc)
{
    text_cursor(doc->text, doc->cursor);
}

/* An unbound line feed is Enter: terminals without bracketed paste may send text like that. */
static ui_key line_feed_as_enter(struct ui *ui, ui_key key)
{
    bool prefix;
    if (key != (UI_KEY_CTRL | 'J') || ui->typed->pending_count) return key;
    ui->typed->pending[ui->typed->pending_count++] = key;
    const struct ui_command *command = find_command(ui, context_in(ui), &prefix);
    ui->typed->pending_count = 0;
    return command || prefix ? key : UI_SPECIAL(UI_ENTER);
}

void press_key(struct ui *ui, ui_key key)
{
    if (!key) return;
    note_cursor(ui->doc);
    press(ui, line_feed_as_enter(ui, key));
    note_cursor(ui->doc);
}
