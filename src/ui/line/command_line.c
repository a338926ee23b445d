#include "command_line.h"
#include "lacuna/base.h"
#include "set_commands.h"
#include "theme_list.h"
#include "ui/beside/beside.h"
#include "ui/beside/beside_commands.h"
#include "ui/blank/condition_commands.h"
#include "ui/blank/timeline_commands.h"
#include "ui/blank/voice.h"
#include "ui/disk/annotations.h"
#include "ui/disk/encoding_commands.h"
#include "ui/disk/file_commands.h"
#include "ui/disk/leave.h"
#include "ui/disk/open_files.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/page/help.h"
#include "ui/prompt/answers.h"
#include "ui/prompt/path_prompt.h"
#include "ui/prompt/prompt.h"
#include "ui/search/search.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/picture.h"
#include "ui/tray/choosing.h"
#include "ui/tray/vary.h"
#include "ui/vi/ex.h"
#include "ui/vi/ex_pattern.h"
#include "ui/vi/ex_range.h"
#include "ui/vi/shell.h"
#include "ui/vi/vi_command.h"
#include "ui/vi/vi_jumps.h"
#include "ui/vi/vi_mode.h"
#include "ui/vi/vi_state.h"
#include "ui/vi/vi_visual.h"

#include <string.h>

static const struct ui_line_command line_commands[] = {
#define X(function, name, alias, in_palette, arguments, complete, help)                                      \
    {name, alias, in_palette, arguments, help, function, complete},
    UI_LINE_COMMANDS(X)
#undef X
};

const struct ui_line_command *line_command_at(size_t index)
{
    return index < ARRAY_SIZE(line_commands) ? &line_commands[index] : NULL;
}

static bool is(const char *name, const char *word, size_t size)
{
    return name && strlen(name) == size && memcmp(name, word, size) == 0;
}

static const struct ui_line_command *find_line_command(const char *word, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(line_commands); i++)
        if (is(line_commands[i].name, word, size) || is(line_commands[i].alias, word, size))
            return &line_commands[i];
    return NULL;
}

/* Names are letters and dashes, or one of the signs that are vi commands. */
static size_t name_size(const char *line)
{
    size_t size = 0;
    while ((line[size] >= 'a' && line[size] <= 'z') || (size && line[size] == '-')) size++;
    return size ? size : *line && strchr("<>&!", *line) ? 1 : 0;
}

/* Commands for keys of a list or a page that is not shown. */
static const char *what_is_missing(const struct ui *ui, const struct ui_command *command)
{
    static const struct {
        enum ui_context context;
        const char *words;
    } shown[] = {{UI_BESIDE, "nothing is drawn side by side"},
                 {UI_ALTERNATIVES, "no alternatives are listed"},
                 {UI_VARY, "no words are being varied"}};
    unsigned now = ui->beside->active ? UI_BESIDE : choosing_context(ui);
    for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
        if (command->contexts == (unsigned)shown[i].context && now != command->contexts)
            return shown[i].words;
    return NULL;
}

static void run_plain(struct ui *ui, const struct ui_command *command, const char *arguments)
{
    const char *missing = what_is_missing(ui, command);
    if (!(command->contexts & ~(unsigned)UI_PROMPT))
        ui_complain(ui->message, "%s only works in questions", command->name);
    else if (*arguments)
        ui_complain(ui->message, "%s takes no argument", command->name);
    else if (missing)
        ui_say(ui->message, "%s does nothing here: %s", command->name, missing);
    else
        command->run(ui);
}

void line_run(struct ui *ui, const char *line)
{
    line += strspn(line, " \t:");
    if (!*line || !ex_range(ui, &line, ui->range)) return;
    line += strspn(line, " \t");
    size_t size = name_size(line);
    /* "s-a-b-" is s, not a long name. */
    const struct ui_command *plain = ui_command_find(ui->keymap->commands, line, size);
    const struct ui_line_command *command = find_line_command(line, size);
    if (!plain && !command && memchr(line, '-', size)) {
        size = strcspn(line, "-");
        command = find_line_command(line, size);
    }
    if (!plain && !command && size == 2 && line[0] == 'k') { /* "ka" */
        size = 1;
        command = find_line_command(line, size);
    }
    const char *arguments = line + size + strspn(line + size, " \t");
    if (plain && !command)
        vary_make_way(ui, plain);
    else
        vary_close(ui);
    if (!*line && ui->range->addresses)
        ex_go(ui);
    else if (command)
        command->run(ui, arguments);
    else if (plain)
        run_plain(ui, plain, arguments);
    else if (*line)
        ui_complain(ui->message, "unknown command \"%.*s\"", size ? (int)size : (int)strcspn(line, " "),
                    line);
}

static void add_name(struct buffer *out, const char *name, const char *begun, size_t size)
{
    if (strncmp(name, begun, size) != 0) return;
    if (!buffer_append_string(out, name) || !buffer_append_char(out, '\n')) return;
}

static void complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out)
{
    size_t skip = strspn(line, "%$.,;'<>+-0123456789"), size = skip + strcspn(line + skip, " \t");
    if (cursor < skip) return;
    if (cursor <= size) {
        *start = skip;
        line += skip;
        cursor -= skip;
        for (size_t i = 0; i < ARRAY_SIZE(line_commands); i++)
            add_name(out, line_commands[i].name, line, cursor);
        for (const struct ui_command *c = ui->keymap->commands; c->name; c++)
            if ((c->contexts & (UI_EDIT | UI_BLANK)) && !find_line_command(c->name, strlen(c->name)))
                add_name(out, c->name, line, cursor);
        return;
    }
    const struct ui_line_command *command = find_line_command(line + skip, size - skip);
    size_t from = size + strspn(line + size, " \t");
    if (!command || !command->complete || from > cursor) return;
    command->complete(ui, line + from, cursor - from, start, out);
    *start += from;
}

static void given(struct ui *ui, const char *answer)
{
    if (answer) line_run(ui, answer);
}

void line_begin(struct ui *ui, const char *initial)
{
    prompt_line(ui, initial, given, ":");
    ui->prompt->complete = complete;
    ui->prompt->history = &ui->answers->history[HISTORY_COMMAND];
}

void do_command_line(struct ui *ui)
{
    char range[48] = "";
    if (vi_is_visual(ui->vi)) {
        vi_leave_visual(ui->vi, ui->doc);
        snprintf(range, sizeof range, "'<,'>");
    } else if (ui->vi->mode && vi_counted(ui->vi)) {
        snprintf(range, sizeof range, vi_count(ui->vi) == 1 ? "." : ".,.+%zu", vi_count(ui->vi) - 1);
    }
    line_begin(ui, range);
}

/* A switch is toggled; for other settings the line asks for the value, with the current one beside it. */
static void choose_setting(struct ui *ui, const struct setting *setting)
{
    char line[80], value[64];
    snprintf(line, sizeof line, "%s%s", setting->name, setting->type == SETTING_SWITCH ? "!" : " ");
    if (setting->type == SETTING_SWITCH) {
        set_command(ui, line);
        return;
    }
    if (setting->subject == SETTING_THEME) {
        do_themes(ui);
        return;
    }
    snprintf(line, sizeof line, "set %s ", setting->name);
    line_begin(ui, line);
    setting_value(ui->settings, setting, value, sizeof value);
    snprintf(ui->prompt->note, sizeof ui->prompt->note, "now %.60s", *value ? value : "empty");
    if (setting->type == SETTING_CHOICE) do_prompt_complete(ui); /* shows them */
}

void line_choose(struct ui *ui, const char *name)
{
    char line[80];
    bool sets = strncmp(name, "set ", 4) == 0;
    const struct setting *setting = sets ? setting_find(name + 4, strlen(name + 4)) : NULL;
    if (setting) {
        choose_setting(ui, setting);
        return;
    }
    if (find_line_command(name, strlen(name)) && !ui_command_find(ui->keymap->commands, name, strlen(name))) {
        snprintf(line, sizeof line, "%s ", name);
        line_begin(ui, line);
        return;
    }
    line_run(ui, name);
}

/* ---- commands without a room of their own
 * --------------------------------------------------------------- */

#define ALSO(name, command)                                                                                  \
    void line_##name(struct ui *ui, const char *arguments)                                                   \
    {                                                                                                        \
        (void)arguments;                                                                                     \
        do_##command(ui);                                                                                    \
    }
ALSO(unlight, unlight)
ALSO(next, next_file)
ALSO(previous, previous_file)
ALSO(files, files)
ALSO(help, help)

/* The screen after the line is gone. */
void line_save_display(struct ui *ui, const char *arguments)
{
    mem_free(ui->command_line->display_path);
    ui->command_line->display_path = *arguments ? mem_strdup(arguments) : NULL;
    if (!*arguments) ui_complain(ui->message, "save-display needs a file, as in :save-display screen.txt");
}

void line_write_display(struct ui *ui)
{
    struct buffer out = {0};
    bool ok = true;
    const char *path = ui->command_line->display_path;
    for (int row = 0; row < ui->picture->rows && ok; row++) ok = screen_text_at(row, &out);
    if (!ok)
        ui_complain(ui->message, "not enough memory for the screen");
    else if (path_write_new(ui->message, path, (struct slice){out.data, out.size}))
        ui_say(ui->message, "%s written", path);
    buffer_free(&out);
    mem_free(ui->command_line->display_path);
    ui->command_line->display_path = NULL;
}
