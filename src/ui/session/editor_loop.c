/* One poll on keys, the worker's events and signals; then one painting. Only this thread touches the screen and the
 * documents. */
#include "editor_loop.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "press.h"
#include "ui/beside/beside.h"
#include "ui/beside/beside_paint.h"
#include "ui/beside/covered_text.h"
#include "ui/blank/blank_commands.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_pace.h"
#include "ui/blank/timeline.h"
#include "ui/blank/voice.h"
#include "ui/disk/disk.h"
#include "ui/disk/file_commands.h"
#include "ui/disk/leave.h"
#include "ui/disk/leaving.h"
#include "ui/disk/recovery.h"
#include "ui/disk/rescue.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/paste.h"
#include "ui/lens/lens.h"
#include "ui/lens/ripple.h"
#include "ui/line/command_line.h"
#include "ui/line/palette.h"
#include "ui/message/message.h"
#include "ui/page/appearance.h"
#include "ui/page/compare.h"
#include "ui/page/help.h"
#include "ui/page/layout.h"
#include "ui/page/lens_paint.h"
#include "ui/page/mouse.h"
#include "ui/page/status.h"
#include "ui/page/view.h"
#include "ui/prompt/popup.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/clipboard.h"
#include "ui/prose/spell.h"
#include "ui/prose/word_count.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/input.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/terminal/signals.h"
#include "ui/tray/breathe.h"
#include "ui/tray/choosing.h"
#include "ui/tray/instead.h"
#include "ui/tray/tray.h"
#include "ui/tray/vary.h"
#include "ui/vi/vi_mode.h"
#include "ui/vi/vi_state.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

void loop_layout(struct ui *ui)
{
    int room = ui->picture->columns > 1 ? ui->picture->columns - 1
                                        : 1; /* one cell for the cursor after the last character */
    int width = ui->settings->width, beside = lens_margin(ui->settings);
    if (room > 2 * beside) room -= beside;
    ui->layout->wrap = (struct text_wrap){.width = width > 0 && width < room ? width : room,
                                          .tab = ui->settings->tab_width,
                                          .unseen = ui->settings->show_unseen};
    ui->doc->follow = true;
    ui->picture->stale = true;
}

static void resize(struct ui *ui)
{
    if (!screen_resize()) ui_complain(ui->message, "not enough memory for a screen of that size");
    screen_size(&ui->picture->rows, &ui->picture->columns);
    loop_layout(ui);
}

static void take_mouse(struct ui *ui, const struct input *in)
{
    if (ui->prompt->active || text_is_covered(ui)) return;
    vi_mouse(ui);
    mouse_event(ui, in);
    vi_after(ui);
}

static void take_reply(struct ui *ui, const struct input *in)
{
    screen_answered(in->kind == INPUT_BACKGROUND);
    if (in->kind == INPUT_BACKGROUND) appearance_learnt(ui, in->light);
    if (in->kind == INPUT_MODE && in->knows_mode) screen_synchronise();
}

static void take_input(struct ui *ui, const struct input *in)
{
    switch (in->kind) {
    case INPUT_KEY:
        press_key(ui, in->key);
        return;
    case INPUT_PASTE:
        note_cursor(ui->doc);
        if (!ui->prompt->active) vary_close(ui);
        paste_piece(ui, in);
        note_cursor(ui->doc);
        return;
    case INPUT_MOUSE:
        ui->typed->acts++;
        note_cursor(ui->doc);
        take_mouse(ui, in);
        note_cursor(ui->doc);
        return;
    case INPUT_BACKGROUND:
    case INPUT_MODE:
        take_reply(ui, in);
        return;
    case INPUT_SYNC:
        ui->loop->sync = in->number;
        return;
    case INPUT_NONE:
    case INPUT_IGNORED:
        return;
    }
}

/* False: there was no input. */
static bool take_keys(struct ui *ui)
{
    for (bool any = false;; any = true) {
        struct input in = input_next();
        if (in.kind == INPUT_NONE || ui->ending->quitting) return any;
        if (in.kind == INPUT_KEY) mouse_let_go(ui->mouse);
        take_input(ui, &in);
    }
}

/* The editor's remaining work, for a test that asks for it: the words of WHAT in CSI ? 7773. */
static void answer_sync(struct ui *ui)
{
    char busy[96];
    if (!ui->loop->sync) return;
    snprintf(busy, sizeof busy, "%s%s%s%s%s%s%s%s%s%s", text_journal_behind(ui->doc->text) ? " journal" : "",
             ui->which_key->at > 0 ? " keys" : "",
             filling_current(ui->filling) || filling_timeout(ui->filling) >= 0 ? " fill" : "",
             beside_runs(ui->beside) ? " beside" : "", lens_busy(ui) ? " lens" : "",
             ripple_busy(ui->ripple) ? " ripple" : "",
             tray_busy(ui->tray) || instead_busy(ui->instead) || breathe_timeout(ui->breathing) >= 0 ? " tray"
                                                                                                     : "",
             words_timeout(ui->doc) >= 0 ? " words" : "",
             spell_timeout(ui->spelling, ui->settings) >= 0 ? " spelling" : "",
             search_timeout(ui) == 0 ? " search" : "");
    screen_answer_sync(ui->loop->sync, busy);
    ui->loop->sync = 0;
}

/* ---- one picture, one wait ------------------------------------------------------------------------------ */

void loop_paint(struct ui *ui)
{
    int row = 0, column = 0;
    screen_clear();
    if (ui->help->active) {
        help_paint(ui);
        row = -1;
    } else if (ui->compare->active) {
        compare_paint(ui);
        row = -1;
    } else if (ui->beside->active) {
        beside_paint(ui);
        row = -1;
    } else {
        if (ui->doc->follow) view_follow(ui);
        ui->doc->follow = false;
        view_paint(ui, &row, &column);
        status_paint(ui, &row, &column);
        if (ui->which_key->popup.count) popup_paint(ui->picture, &ui->which_key->popup);
        if (ui->prompt->active && ui->prompt->popup) popup_paint(ui->picture, ui->prompt->popup);
    }
    if (row < 0 && ui->settings->plain) row = 0; /* screen readers follow the cursor, so it is never hidden */
    screen_show(row, column);
    ui->loop->painted_at = clock_seconds();
    if (!ui->command_line->display_path) return;
    line_write_display(ui);
    loop_paint(ui); /* with the message */
}

static void take_signals(struct ui *ui)
{
    for (int number; (number = signals_next()) != 0;) {
        if (number == SIGWINCH)
            resize(ui);
        else if (number == SIGTSTP)
            do_suspend(ui), resize(ui);
        else if (number == SIGCONT) /* after SIGSTOP: nobody gave the terminal back */
            screen_retake(), resize(ui);
        else if (!ui->ending->quitting)
            paste_end(ui->clipboard), ui_rescue(ui->documents, ui->ending, number);
    }
}

/* A small model can do a thousand steps per second, and the eye can see sixty: ms until the next of them is
 * taken. Keys are taken at once. */
static int frame_timeout(const struct filling *filling, const struct loop *loop)
{
    static const double frame_seconds = 1.0 / 60;
    double left = filling_current(filling) ? loop->painted_at + frame_seconds - clock_seconds() : 0;
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}

/* By the clock, since during continuous typing the wait never times out. */
static void watch(struct ui *ui)
{
    double now = clock_seconds();
    if (now < ui->loop->watch_at) return;
    ui->loop->watch_at = now + 1;
    disk_watch(ui->doc);
    journal_watch(ui);
    if (!text_is_covered(ui)) voice_tick(ui); /* it asks a question at the end */
}

static bool look_words_up(struct ui *ui)
{
    size_t start, end;
    view_extent(ui, &start, &end);
    return spell_tick(ui, start, end);
}

static void look_through_lens(struct ui *ui)
{
    size_t start = 0, end = 0;
    if (ui->settings->lens) view_extent(ui, &start, &end);
    lens_tick(ui, start, end);
}

/* False: nothing visible happened. */
static bool wait_and_take(struct ui *ui)
{
    struct pollfd fds[3 + BESIDE_MOST] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = ui->filling->worker ? fill_worker_fd(ui->filling->worker) : -1, .events = POLLIN}};
    enum { IDLE = 5000, UNSAVED = 1000 }; /* ms between checks of the file on disk */
    int idle = text_dirty(ui->doc->text) || ui->voice->folder ? UNSAVED : IDLE;
    int words = words_timeout(ui->doc), pause = words >= 0 ? words : idle,
        step = filling_timeout(ui->filling);
    int more[BESIDE_MOST], workers = beside_fds(ui->beside, more), beside = beside_timeout(ui->beside);
    for (int i = 0; i < workers; i++) fds[3 + i] = (struct pollfd){.fd = more[i], .events = POLLIN};
    if (beside >= 0 && (step < 0 || beside < step)) step = beside;
    int breath = breathe_timeout(ui->breathing);
    if (breath >= 0 && (step < 0 || breath < step)) step = breath;
    int lens = lens_timeout(ui);
    if (lens >= 0 && (step < 0 || lens < step)) step = lens;
    int timeline = timeline_timeout(ui->timeline);
    if (timeline >= 0 && (step < 0 || timeline < step)) step = timeline;
    int drag = mouse_timeout(ui->mouse);
    if (drag >= 0 && (step < 0 || drag < step)) step = drag;
    int which_key = which_key_timeout(ui->which_key), spelling = spell_timeout(ui->spelling, ui->settings);
    if (search_timeout(ui) == 0) step = 0;
    if (which_key >= 0 && (step < 0 || which_key < step)) step = which_key;
    int incomplete = input_timeout();
    if (incomplete >= 0 && (step < 0 || incomplete < step)) step = incomplete;
    bool spells = spelling >= 0 && spelling < pause && (step < 0 || spelling < step);
    if (spells) step = spelling;
    int rest = frame_timeout(ui->filling, ui->loop);
    if (rest > 0) {
        fds[2].fd = -1;
        if (step < 0 || rest < step) step = rest, spells = false;
    }
    int ready = poll(fds, (nfds_t)(3 + workers), step >= 0 && step < pause ? step : pause);
    if (ready == 0 && spells) return look_words_up(ui);
    if (ready == 0 && (step < 0 || step >= pause)) {
        if (words < 0) disk_check(ui);
        words_tick(ui->doc);
    }
    take_signals(ui);
    bool gone = ready > 0 && fds[0].revents & (POLLERR | POLLHUP | POLLNVAL);
    bool taken = !ui->ending->quitting && take_keys(ui);
    /* A terminal that has gone away can be read for ever without input, and a SIGHUP does not always come. */
    if (gone && !taken && !ui->ending->quitting)
        paste_end(ui->clipboard), ui_rescue(ui->documents, ui->ending, SIGHUP);
    filling_events(ui);
    beside_events(ui->beside);
    beside_tick(ui->beside, ui->settings);
    choosing_update(ui);
    timeline_update(ui);
    timeline_tick(ui);
    mouse_tick(ui);
    if (!ui->ending->quitting) watch(ui);
    search_tick(ui);
    which_key_tick(ui);
    look_through_lens(ui);
    return true;
}

void loop_run(struct ui *ui)
{
    enum { AT_ONCE = 64 * 1024 }; /* bytes; in larger texts words are counted after the first painting */
    resize(ui);
    if (text_size(ui->doc->text) <= AT_ONCE) words_tick(ui->doc);
    if (ui->options->fill) do_fill_all(ui);
    loop_paint(ui);
    screen_ask();
    while (!ui->ending->quitting)
        if (wait_and_take(ui) && !ui->ending->quitting) {
            loop_paint(ui);
            answer_sync(ui);
        }
}
