#include "macro.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/disk/leave.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/document/undo.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/key_names.h"

#include <stdlib.h>
#include <string.h>

enum { DEEP = 20, MOST_KEYS = 1000000 };

static void add_key(struct macro *macro, ui_key key)
{
    if (macro->count < MOST_KEYS && mem_grow(&macro->keys, &macro->capacity, macro->count + 1, sizeof key))
        macro->keys[macro->count++] = key;
}

void macro_take(const struct macros *m, ui_key key)
{
    if (m->recording && !m->playing) add_key(m->recording, key);
}

/* The keys that stopped the recording are not part of it. */
void macro_end(struct macros *m, size_t keys)
{
    if (!m->recording) return;
    m->recording->count = m->recording->count > keys ? m->recording->count - keys : 0;
    m->recording = NULL;
}

void macro_begin(struct macros *macros, struct macro *macro)
{
    macro->count = 0;
    macros->recording = macro;
}

/* Whatever it contains, and however often it is played: one undo step in each text that it changes. A keymap
 * with modes handles that itself. */
static void begin_steps(const struct documents *documents)
{
    for (size_t i = 0; i < documents->count; i++) {
        struct doc *doc = documents->list[i];
        text_break_group(doc->text);
        doc->play = step_begin(doc);
        doc->played = true;
    }
}

static void end_steps(const struct documents *documents)
{
    for (size_t i = 0; i < documents->count; i++) {
        struct doc *doc = documents->list[i];
        if (doc->played) step_end(doc, doc->play);
        doc->played = false;
    }
}

bool macro_play(struct ui *ui, const struct macro *macro, size_t times)
{
    struct macros *m = ui->macros;
    if (m->playing == DEEP) {
        ui_complain(ui->message, "this macro would play itself");
        m->broken = true;
        return false;
    }
    /* It may be recorded again, or grow, while it is played. */
    size_t count = macro->count;
    ui_key *keys = mem_alloc_array(count ? count : 1, sizeof *keys);
    if (!keys) return false;
    memcpy(keys, macro->keys, count * sizeof *keys);
    const struct modal *modal = ui->modal;
    bool steps = !m->playing && !modal->has_modes;
    if (!m->playing) m->broken = false;
    struct modal_play play = modal->play_begin(ui);
    if (steps) begin_steps(ui->documents);
    m->playing++;
    for (size_t time = 0; time < times && count && !m->broken && !ui->ending->quitting; time++) {
        text_break_group(ui->doc->text);
        for (size_t i = 0; i < count && !m->broken && !ui->ending->quitting; i++)
            ui->hooks->press(ui, keys[i]);
        text_break_group(ui->doc->text);
    }
    m->playing--;
    if (steps) end_steps(ui->documents);
    modal->play_end(ui, play);
    mem_free(keys);
    bool good = !m->broken;
    if (!m->playing) m->broken = false;
    return good;
}

void macro_fail(struct macros *macros)
{
    if (macros->playing) macros->broken = true;
}

/* ---- the commands for keymaps without modes ------------------------------------------------------------ */

void do_macro_record(struct ui *ui)
{
    struct macros *m = ui->macros;
    if (m->playing) return;
    if (m->recording) {
        macro_end(ui->macros, ui->typed->last_count);
        ui_say(ui->message, "%zu %s recorded", m->plain.count, m->plain.count == 1 ? "key" : "keys");
        return;
    }
    char key[UI_SEQUENCE_NAME];
    ui_keymap_keys(ui->keymap, "macro-record", UI_EDIT, key);
    macro_begin(ui->macros, &m->plain);
    ui_say(ui->message, *key ? "recording; %s ends it" : "recording%s", key);
}

static void play(struct ui *ui, size_t times)
{
    struct macros *m = ui->macros;
    if (m->recording == &m->plain) macro_end(ui->macros, ui->typed->last_count);
    if (!m->plain.count) {
        ui_say(ui->message, "no macro has been recorded");
        return;
    }
    macro_play(ui, &m->plain, times);
}

void do_macro_play(struct ui *ui)
{
    play(ui, 1);
}

static void times_given(struct ui *ui, const char *answer)
{
    char *end;
    if (!answer || !*answer) return;
    unsigned long times = strtoul(answer, &end, 10);
    if (*end || times == 0 || times > 1000000)
        ui_complain(ui->message, "\"%.40s\" is not a number", answer);
    else
        play(ui, times);
}

void do_macro_play_times(struct ui *ui)
{
    prompt_line(ui, "", times_given, "Play the macro how many times? ");
}

void macros_free(struct macros *macros)
{
    mem_free(macros->plain.keys);
    for (size_t i = 0; i < ARRAY_SIZE(macros->named); i++) mem_free(macros->named[i].keys);
}
