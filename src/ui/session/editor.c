/* The editor: one poll on keys, the worker's events and signals; then one painting. Only this thread touches
 * the screen and the documents. */
#include "commands.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "press.h"
#include "ui/beside/beside.h"
#include "ui/beside/beside_paint.h"
#include "ui/blank/blank_commands.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_pace.h"
#include "ui/blank/proposal_walk.h"
#include "ui/blank/timeline.h"
#include "ui/blank/voice.h"
#include "ui/disk/disk.h"
#include "ui/disk/file_commands.h"
#include "ui/disk/history_files.h"
#include "ui/disk/leave.h"
#include "ui/disk/leaving.h"
#include "ui/disk/lock.h"
#include "ui/disk/open_document.h"
#include "ui/disk/open_files.h"
#include "ui/disk/pipe.h"
#include "ui/disk/recovery.h"
#include "ui/disk/rescue.h"
#include "ui/disk/tour.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/macro.h"
#include "ui/keys/paste.h"
#include "ui/lens/lens.h"
#include "ui/lens/ripple.h"
#include "ui/line/command_line.h"
#include "ui/line/palette.h"
#include "ui/line/set_commands.h"
#include "ui/message/message.h"
#include "ui/message/tell.h"
#include "ui/page/appearance.h"
#include "ui/page/compare.h"
#include "ui/page/help.h"
#include "ui/page/layout.h"
#include "ui/page/lens_paint.h"
#include "ui/page/mouse.h"
#include "ui/page/status.h"
#include "ui/page/view.h"
#include "ui/prompt/answers.h"
#include "ui/prompt/popup.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/clipboard.h"
#include "ui/prose/place.h"
#include "ui/prose/spell.h"
#include "ui/prose/word_count.h"
#include "ui/search/replace.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_keep.h"
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

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct loop {
    double painted_at;
    double watch_at; /* when the files on disk are checked again */
    unsigned sync;   /* the number of an unanswered request for a sign; 0: none */
};

static void apply_layout(struct ui *ui)
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
    apply_layout(ui);
}

static void take_mouse(struct ui *ui, const struct input *in)
{
    if (ui->prompt->active || ui->help->active || ui->compare->active || ui->beside->active) return;
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

/* ---- the loop ------------------------------------------------------------------------------------------ */

static void paint(struct ui *ui)
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
    if (ui->command_line->display_path) line_write_display(ui);
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
    voice_tick(ui);
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

static void loop(struct ui *ui)
{
    enum { AT_ONCE = 64 * 1024 }; /* bytes; in larger texts words are counted after the first painting */
    resize(ui);
    if (text_size(ui->doc->text) <= AT_ONCE) words_tick(ui->doc);
    if (ui->options->fill) do_fill_all(ui);
    paint(ui);
    screen_ask();
    while (!ui->ending->quitting)
        if (wait_and_take(ui) && !ui->ending->quitting) {
            paint(ui);
            answer_sync(ui);
        }
}

/* ---- beginning and end --------------------------------------------------------------------------------- */

/* The place in a file given on the command line. */
static void go_to_start(const struct ui_options *options, struct doc *doc, size_t file)
{
    size_t line = options->lines ? options->lines[file] : 0;
    size_t column = options->columns ? options->columns[file] : 0;
    if (!line) return;
    doc->cursor = text_line_start(doc->text, line - 1);
    size_t end = text_this_line_end(doc->text, doc->cursor);
    for (; column > 1 && doc->cursor < end; column--) doc->cursor = text_next_cluster(doc->text, doc->cursor);
    if (doc->cursor > end) doc->cursor = end; /* CRLF is one character */
}

static enum status add_opened(struct ui *ui, struct doc *doc, struct error *error)
{
    if (!doc) return error->code;
    if (ui_add_doc(ui, doc)) return STATUS_OK;
    doc_close(doc);
    return error_set(error, STATUS_NO_MEMORY, "out of memory");
}

static enum status open_files(struct ui *ui, char *const *files, size_t count, struct error *error)
{
    if (ui->options->tour && add_opened(ui, tour_open(ui, error), error)) return error->code;
    for (size_t i = 0; i < count; i++) {
        struct doc *doc = doc_open(ui, files[i], error);
        if (add_opened(ui, doc, error)) return error->code;
        go_to_start(ui->options, doc, i);
    }
    if (!ui->documents->count && add_opened(ui, doc_open(ui, NULL, error), error)) return error->code;
    ui_show_doc(ui, 0);
    return STATUS_OK;
}

/* The keymap from the settings; if it fails, the built-in one. */
static enum status load_map(struct ui *ui, struct error *error)
{
    struct error why = {0};
    bool changed;
    const char *wanted = *ui->settings->keymap ? ui->settings->keymap : NULL;
    ui_keymap_free(ui->keymap);
    if (!ui_keymap_load(ui_commands, wanted, ui->keymap, &why)) {
        if (ui_keymap_keep_exits(ui->keymap, &changed, error)) return error->code;
        char key[UI_SEQUENCE_NAME];
        ui_keymap_keys(ui->keymap, "quit", UI_EDIT, key);
        if (changed)
            ui_complain(ui->message, "%.300s has no key that quits: %s quits", ui->keymap->name, key);
        return STATUS_OK;
    }
    ui_complain(ui->message, "%.400s (using the built-in keys)", why.message);
    return ui_keymap_builtin(ui_commands, ui->keymap, error);
}

/* A keymap with keys for normal mode starts there. */
static enum status load_keys(struct ui *ui, struct error *error)
{
    enum status status = load_map(ui, error);
    ui->vi->mode = !status && ui_keymap_has(ui->keymap, UI_NORMAL) ? VI_NORMAL : VI_OFF;
    ui->modal = ui->vi->mode ? &vi_modal : &modal_none;
    ui->vi->row_goal = ui->vi->goal = -1;
    return status;
}

static void apply_keymap(struct ui *ui)
{
    struct error error = {0};
    if (load_keys(ui, &error)) ui_complain(ui->message, "%s", error.message);
}

/* A missing model matters only when something is to be filled; one that the user named, at once. */
static void look_for_model(struct ui *ui)
{
    struct error error = {0};
    if (!*ui->settings->model) return;
    char *folder = ui->options->find_model(ui->settings->model, &error);
    if (!folder) ui_complain(ui->message, "%s", error.message);
    mem_free(folder);
}

static void apply_model(struct ui *ui)
{
    beside_close(ui->beside, ui->picture);
    lens_close(ui->lens, ui->filling);
    ripple_close(ui);
    instead_close(ui);
    vary_close(ui);
    tray_close(ui);
    filling_close(ui); /* the next fill loads what is wanted now */
    look_for_model(ui);
}

static void greet(struct ui *ui)
{
    ui->doc->follow = true;
    if (!ui->message->text[0]) look_for_model(ui);
    if (!ui->message->text[0] && text_is_new(ui->doc->text)) ui_say(ui->message, "a new file");
    voice_look(ui);
    lock_look(ui);
    recovery_look(ui); /* a message about words that may be lost comes first */
}

static void close_all(struct ui *ui)
{
    beside_close(ui->beside, ui->picture);
    lens_close(ui->lens, ui->filling);
    ripple_close(ui);
    instead_close(ui);
    vary_close(ui);
    tray_close(ui);
    filling_close(ui);
    compare_close(ui->compare);
    recovery_free(ui->recovery);
    spell_close(ui->spelling);
    voice_free(ui->voice);
    for (size_t i = 0; i < ui->documents->count; i++) {
        if (ui->settings->reopen) place_keep(ui->documents->list[i]);
        history_leave(ui->settings, ui->documents->list[i]);
        text_journal_end(ui->documents->list[i]->text, ui->ending->keep_journals);
        doc_close(ui->documents->list[i]);
    }
    answers_keep(ui->answers, ui->settings);
    mem_free(ui->documents->list);
    layout_free(ui->layout);
    ui_keymap_free(ui->keymap);
    settings_free(ui->settings);
    settings_notes_free(ui->noted);
    buffer_free(&ui->clipboard->bytes);
    search_free(ui->search);
    macros_free(ui->macros);
    vi_free(ui->vi);
    buffer_free(&ui->palette->popup.lines);
    buffer_free(&ui->which_key->popup.lines);
    buffer_free(&ui->file_list->popup.lines);
    mem_free(ui->command_line->display_path);
    buffer_free(&ui->replacing->with);
    for (size_t i = 0; i < HISTORIES; i++) answers_free(&ui->answers->history[i]);
    prompt_free(ui->prompt);
    view_free(ui->kept_rows);
    buffer_free(&ui->help->text);
    buffer_free(&ui->ending->farewell);
}

static int fail(struct ui *ui, int status, const struct error *error)
{
    char text[sizeof error->message + 16];
    snprintf(text, sizeof text, "lacuna: %s", error->message);
    ui_tell(text);
    close_all(ui);
    return status;
}

/* Standard input was a pipe: keys come from the terminal itself. */
static bool take_terminal(struct error *error)
{
    int fd = open("/dev/tty", O_RDWR);
    bool good = fd >= 0 && dup2(fd, STDIN_FILENO) >= 0;
    if (!good) error_set(error, STATUS_IO, "/dev/tty: %s", strerror(errno));
    if (fd > STDERR_FILENO) close(fd);
    return good;
}

static void connect(struct ui *ui)
{
    static const struct doc_watcher *const watchers[] = {&filling_watcher, &words_watcher,   &layout_watcher,
                                                         &search_watcher,  &journal_watcher, &ripple_watcher};
    for (size_t i = 0; i < ARRAY_SIZE(watchers); i++) doc_watch(ui->documents, watchers[i]);
    filling_tell(ui->filling, beside_take);
    filling_tell(ui->filling, lens_take);
    filling_tell(ui->filling, ripple_take);
    filling_tell(ui->filling, tray_take);
    filling_tell(ui->filling, instead_take);
    ui->documents->limit = (struct token_limit){filling_most_tokens, ui};
    ui->modal = &modal_none;
    *ui->hooks = (struct ui_hooks){.press = press_key,
                                   .paint = paint,
                                   .line_run = line_run,
                                   .line_begin = line_begin,
                                   .changed = {[SETTING_LAYOUT] = apply_layout,
                                               [SETTING_THEME] = appearance_apply,
                                               [SETTING_COLOR] = appearance_apply_color,
                                               [SETTING_SPELL] = spell_setting_changed,
                                               [SETTING_MOUSE] = mouse_apply,
                                               [SETTING_JOURNAL] = journal_setting_changed,
                                               [SETTING_KEYMAP] = apply_keymap,
                                               [SETTING_MODEL] = apply_model}};
}

/* The state of each room. */
struct rooms {
    struct ui_hooks hooks;
    struct picture picture;
    struct settings settings;
    struct noted_settings noted;
    struct message message;
    struct ui_keymap keymap;
    struct typed_keys typed;
    struct prompt prompt;
    struct answers answers;
    struct documents documents;
    struct search search;
    struct replacing replacing;
    struct spelling spelling;
    struct clipboard clipboard;
    struct filling filling;
    struct timeline timeline;
    struct voice_run voice;
    struct beside beside;
    struct lens lens;
    struct ripple ripple;
    struct tray tray;
    struct instead instead;
    struct vary vary;
    struct breathing breathing;
    struct proposal_walk proposal_walk;
    struct layout layout;
    struct kept_rows kept_rows;
    struct help help;
    struct compare compare;
    struct mouse_state mouse;
    struct file_list file_list;
    struct saving saving;
    struct recovery recovery;
    struct leaving leaving;
    struct ending ending;
    struct macros macros;
    struct vi vi;
    struct ex_range range;
    struct command_line command_line;
    struct palette palette;
    struct which_key which_key;
    struct loop loop;
};

static struct ui whole(struct rooms *r)
{
    return (struct ui){.hooks = &r->hooks,
                       .picture = &r->picture,
                       .settings = &r->settings,
                       .noted = &r->noted,
                       .message = &r->message,
                       .keymap = &r->keymap,
                       .typed = &r->typed,
                       .prompt = &r->prompt,
                       .answers = &r->answers,
                       .documents = &r->documents,
                       .search = &r->search,
                       .replacing = &r->replacing,
                       .spelling = &r->spelling,
                       .clipboard = &r->clipboard,
                       .filling = &r->filling,
                       .timeline = &r->timeline,
                       .voice = &r->voice,
                       .beside = &r->beside,
                       .lens = &r->lens,
                       .ripple = &r->ripple,
                       .tray = &r->tray,
                       .instead = &r->instead,
                       .vary = &r->vary,
                       .breathing = &r->breathing,
                       .proposal_walk = &r->proposal_walk,
                       .layout = &r->layout,
                       .kept_rows = &r->kept_rows,
                       .help = &r->help,
                       .compare = &r->compare,
                       .mouse = &r->mouse,
                       .file_list = &r->file_list,
                       .saving = &r->saving,
                       .recovery = &r->recovery,
                       .leaving = &r->leaving,
                       .ending = &r->ending,
                       .macros = &r->macros,
                       .vi = &r->vi,
                       .range = &r->range,
                       .command_line = &r->command_line,
                       .palette = &r->palette,
                       .which_key = &r->which_key,
                       .loop = &r->loop};
}

int ui_run(const struct ui_options *options, char *const *files, size_t count)
{
    struct error error = {0};
    static struct rooms rooms; /* large */
    struct ui ui = whole(&rooms);
    ui.options = options;
    ui.filling->next_seed = options->seed;
    enum { SLICE = 100 }; /* µs: a key is processed at once, even if other threads compute */
    thread_slice(SLICE);
    connect(&ui);
    if (set_load(&ui, &error)) return fail(&ui, 1, &error);
    if (load_keys(&ui, &error)) return fail(&ui, 1, &error);
    if (open_files(&ui, files, count, &error)) return fail(&ui, 1, &error);
    for (size_t i = 0; i < count; i++)
        if (pipe_is_input(files[i]) && !take_terminal(&error)) return fail(&ui, 2, &error);
    /* Signals first: once the terminal is changed, every exit gives it back. */
    if (signals_open(&error)) return fail(&ui, 1, &error);
    if (screen_open(!ui.settings->color, &error)) {
        signals_close();
        return fail(&ui, 2, &error);
    }
    appearance_guess(ui.picture);
    appearance_apply(&ui);
    mouse_apply(&ui);
    greet(&ui);
    loop(&ui);
    screen_close();
    signals_close();
    if (ui.ending->farewell.size) ui_tell(ui.ending->farewell.data);
    close_all(&ui);
    return ui.ending->status;
}
