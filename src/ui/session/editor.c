/* The editor: its rooms connected, opened and closed. */
#include "commands.h"
#include "editor_loop.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "press.h"
#include "ui/beside/beside.h"
#include "ui/blank/filling.h"
#include "ui/blank/filling_pace.h"
#include "ui/blank/proposal_walk.h"
#include "ui/blank/timeline.h"
#include "ui/blank/voice.h"
#include "ui/disk/file_commands.h"
#include "ui/disk/history_files.h"
#include "ui/disk/leave.h"
#include "ui/disk/leaving.h"
#include "ui/disk/lock.h"
#include "ui/disk/open_document.h"
#include "ui/disk/open_files.h"
#include "ui/disk/pipe.h"
#include "ui/disk/recovery.h"
#include "ui/disk/tour.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/macro.h"
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
#include "ui/page/mouse.h"
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
#include "ui/terminal/input_parser.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/terminal/signals.h"
#include "ui/tray/breathe.h"
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

/* All that asks the model for something, and then its worker. */
static void close_fills(struct ui *ui)
{
    beside_close(ui->beside, ui->picture);
    lens_close(ui->lens, ui->filling);
    ripple_close(ui);
    instead_close(ui);
    vary_close(ui);
    tray_close(ui);
    filling_close(ui);
}

static void apply_model(struct ui *ui)
{
    close_fills(ui); /* the next fill loads what is wanted now */
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
    close_fills(ui);
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
                                   .paint = loop_paint,
                                   .line_run = line_run,
                                   .line_begin = line_begin,
                                   .changed = {[SETTING_LAYOUT] = loop_layout,
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
    loop_run(&ui);
    screen_close();
    signals_close();
    if (ui.ending->farewell.size) ui_tell(ui.ending->farewell.data);
    close_all(&ui);
    return ui.ending->status;
}
