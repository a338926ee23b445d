#include "set_commands.h"
#include "keep_settings.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/ui.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prose/spell.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_file.h"
#include "ui/settings/settings_keep.h"
#include "ui/terminal/theme.h"
#include "ui/vi/vi_settings.h"

#include <stdlib.h>
#include <string.h>

/* ---- from the file and the command line ------------------------------------------------------------- */

static void show_warnings(struct message *message, const struct buffer *warnings)
{
    size_t lines = 0;
    for (size_t i = 0; i < warnings->size; i++) lines += warnings->data[i] == '\n';
    if (!lines) return;
    int first = (int)strcspn(warnings->data, "\n");
    if (lines == 1)
        ui_complain(message, "%.*s", first, warnings->data);
    else
        ui_complain(message, "%.*s (and %zu more; see `lacuna config`)", first, warnings->data, lines - 1);
}

enum status set_load(struct ui *ui, struct error *error)
{
    struct buffer warnings = {0};
    if (!settings_init(ui->settings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the settings");
    config_read(ui->options->config, ui->settings, &warnings);
    show_warnings(ui->message, &warnings);
    buffer_free(&warnings);
    for (size_t i = 0; i < ui->options->override_count; i++) {
        const struct ui_override *o = &ui->options->overrides[i];
        const struct setting *setting = setting_find(o->setting, strlen(o->setting));
        if (!setting) return error_set(error, STATUS_ARGUMENT, "unknown setting \"%.80s\"", o->setting);
        if (setting_set(ui->settings, setting, o->value, error)) return error->code;
    }
    if (!settings_note(ui->noted, ui->settings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the settings");
    return STATUS_OK;
}

enum status ui_setting_check(const char *name, const char *value, struct error *error)
{
    struct settings settings = {0};
    const struct setting *setting = setting_find(name, strlen(name));
    if (!setting) return error_set(error, STATUS_ARGUMENT, "unknown setting \"%.80s\"", name);
    if (!settings_init(&settings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the settings");
    enum status status = setting_set(&settings, setting, value, error);
    settings_free(&settings);
    return status;
}

/* ---- :set -------------------------------------------------------------------------------------------- */

/* Whether a folder has the files of a model; only loading shows whether it is a good one. */
static enum status try_model(const struct ui_options *options, const char *name, struct error *error)
{
    struct sedd_config config;
    char *folder = options->find_model(name, error);
    if (!folder) return error->code;
    enum status status = sedd_config_load(folder, &config, error);
    char *weights = status ? NULL : path_join(folder, "model.safetensors");
    char *index = status ? NULL : path_join(folder, "model.safetensors.index.json"); /* of several files */
    if (weights && index && !file_exists(weights) && !file_exists(index))
        status = error_set(error, STATUS_IO, "%s: no model in this folder", weights);
    mem_free(weights);
    mem_free(index);
    mem_free(folder);
    return status;
}

static enum status try_quotes(const char *value, struct error *error)
{
    size_t size = strlen(value), count = 0;
    uint32_t c;
    for (int length; (length = utf8_decode(value, size, &c)) > 0; value += length, size -= (size_t)length)
        count++;
    if (count == 2 || count == 4) return STATUS_OK;
    return error_set(error, STATUS_ARGUMENT,
                     "quotes: expected two marks (opening, closing) or four (with the inner ones)");
}

/* A value that names something missing or invalid leaves the old value unchanged. */
static enum status try_value(const struct ui *ui, const struct setting *setting, const char *value,
                             struct error *error)
{
    struct theme theme;
    struct ui_keymap map = {0};
    enum status status = STATUS_OK;
    if (strcmp(setting->name, "quotes") == 0) return try_quotes(value, error);
    if (!*value) return STATUS_OK;
    if (setting->subject == SETTING_THEME && strcmp(value, "auto") != 0)
        status = theme_load(value, &theme, error);
    if (setting->subject == SETTING_KEYMAP) {
        status = ui_keymap_load(ui->keymap->commands, value, &map, error);
        ui_keymap_free(&map);
    }
    if (strcmp(setting->name, "model") == 0 || strcmp(setting->name, "voice") == 0)
        status = try_model(ui->options, value, error);
    if (strcmp(setting->name, "language") == 0) status = spell_try(ui->spelling, value, error);
    return status;
}

/* Gives a setting another value and calls the hook of its subject. */
static enum status set_setting(struct ui *ui, const struct setting *setting, const char *value,
                               struct error *error)
{
    if (try_value(ui, setting, value, error)) return error->code;
    enum status status = setting_set(ui->settings, setting, value, error);
    if (!status && ui->hooks->changed[setting->subject]) ui->hooks->changed[setting->subject](ui);
    return status;
}

static void show(struct ui *ui, const struct setting *setting)
{
    char value[512];
    setting_value(ui->settings, setting, value, sizeof value);
    ui_say(ui->message, "%s = %s", setting->name, *value ? value : "(empty)");
}

/* It lasts as long as the editor runs, unless somebody keeps it. */
static void show_changed(struct ui *ui, const struct setting *setting)
{
    char value[512];
    setting_value(ui->settings, setting, value, sizeof value);
    ui_say(ui->message, "%s = %s%s", setting->name, *value ? value : "(empty)",
           setting_changed(ui->noted, ui->settings, setting) ? "; :set -w keeps it for the next time" : "");
}

static void change(struct ui *ui, const struct setting *setting, const char *value)
{
    struct error error = {0};
    ui->message->text[0] = '\0';
    if (set_setting(ui, setting, value, &error))
        ui_complain(ui->message, "%s", error.message);
    else if (!ui->message->text[0]) /* the hook has shown no message */
        show_changed(ui, setting);
}

/* "name", "name?", "name!", "noname", "name=value", "name value", as in vi. */
void set_command(struct ui *ui, const char *arguments)
{
    if (strncmp(arguments, "-w", 2) == 0 && strchr(" \t", arguments[2])) {
        line_keep_settings(ui, arguments + 2 + strspn(arguments + 2, " \t"));
        return;
    }
    size_t length = strcspn(arguments, "=?! \t");
    const char *rest = arguments + length + strspn(arguments + length, " \t");
    const struct setting *setting = setting_find(arguments, length);
    char as_ours[200];
    if (!setting && vi_option(ui, arguments, as_ours, sizeof as_ours)) {
        if (*as_ours) set_command(ui, as_ours);
        return;
    }
    bool no = !setting && length > 2 && strncmp(arguments, "no", 2) == 0;
    if (no) setting = setting_find(arguments + 2, length - 2);
    bool is_switch = setting && setting->type == SETTING_SWITCH;
    if (!*arguments)
        ui_say(ui->message, ":set NAME VALUE; Tab shows the names");
    else if (!setting || (no && !is_switch))
        ui_complain(ui->message, "unknown setting \"%.*s\"; Tab shows the names",
                    length > 80 ? 80 : (int)length, arguments);
    else if (no && !*rest)
        change(ui, setting, "off");
    else if (strcmp(rest, "?") == 0 || (!*rest && !is_switch))
        show(ui, setting);
    else if (strcmp(rest, "!") == 0 && is_switch)
        change(ui, setting, *(bool *)((char *)ui->settings + setting->offset) ? "off" : "on");
    else if (!*rest)
        change(ui, setting, "on");
    else
        change(ui, setting, *rest == '=' ? rest + 1 + strspn(rest + 1, " \t") : rest);
}

static void add(struct buffer *out, const char *word, size_t size, const char *begun, size_t begun_size)
{
    if (size < begun_size || memcmp(word, begun, begun_size) != 0) return;
    size_t before = out->size;
    if (!buffer_append(out, word, size) || !buffer_append_char(out, '\n')) out->size = before;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts lines: a folder lists its files in any order. */
static void sort_lines(char *lines)
{
    enum { MOST_VALUES = 200 };
    const char *list[MOST_VALUES] = {0};
    size_t count = 0, size = strlen(lines);
    char *copy = mem_strdup(lines), *to = lines;
    for (char *p = copy; p && *p && count < MOST_VALUES; p = p + strlen(p) + 1) {
        p[strcspn(p, "\n")] = '\0';
        list[count++] = p;
        if (p + strlen(p) + 1 >= copy + size) break;
    }
    if (count == MOST_VALUES) count = 0; /* then they stay as they are */
    qsort(list, count, sizeof *list, compare_lines);
    for (size_t i = 0; i < count; i++) to += sprintf(to, "%s\n", list[i]);
    mem_free(copy);
}

bool set_values(const struct settings *settings, const struct setting *setting, struct buffer *out)
{
    char value[512];
    setting_value(settings, setting, value, sizeof value);
    if (setting->type == SETTING_SWITCH) return buffer_append_string(out, "on\noff\n");
    if (setting->subject == SETTING_THEME || setting->subject == SETTING_KEYMAP) {
        bool ok = setting->subject == SETTING_THEME ? theme_names(out) : ui_keymap_names(out);
        if (ok && out->size) sort_lines(out->data);
        return ok;
    }
    if (setting->type != SETTING_CHOICE) return buffer_printf(out, "%s\n", value);
    for (const char *p = setting->choices; *p; p += strcspn(p, " "), p += *p == ' ')
        if (!buffer_printf(out, "%.*s\n", (int)strcspn(p, " "), p)) return false;
    return true;
}

/* Names first; after a name, its values. */
void set_complete(struct ui *ui, const char *arguments, size_t cursor, size_t *start, struct buffer *out)
{
    size_t length = strcspn(arguments, "=?! \t");
    *start = 0;
    if (length >= cursor) {
        for (const struct setting *s = ui_settings; s->name; s++)
            add(out, s->name, strlen(s->name), arguments, cursor);
        return;
    }
    const struct setting *setting = setting_find(arguments, length);
    if (!setting) return;
    *start = length + strspn(arguments + length, " \t=");
    if (*start > cursor) *start = cursor;
    const char *begun = arguments + *start;
    size_t size = cursor - *start;
    struct buffer values = {0};
    if (set_values(ui->settings, setting, &values))
        for (const char *p = values.data; p && *p; p += strcspn(p, "\n") + 1)
            add(out, p, strcspn(p, "\n"), begun, size);
    buffer_free(&values);
}

/* ---- printing ---------------------------------------------------------------------------------------- */

static void print_config(const struct settings *settings, FILE *out)
{
    char range[256], value[1024];
    fputs("# Settings of lacuna; see lacuna-config(5).\n", out);
    for (const struct setting *s = ui_settings; s->name; s++) {
        setting_range(s, range, sizeof range);
        setting_value(settings, s, value, sizeof value);
        fprintf(out, "\n# %s\n# %s; default: %s\n", s->help, range, *s->standard ? s->standard : "empty");
        fprintf(out, "%s = %s\n", s->name, value);
    }
}

static void print_mdoc(const char *text, FILE *out)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
}

static void print_man(FILE *out)
{
    char range[256];
    fputs(".Bl -tag -width Ds\n", out);
    for (const struct setting *s = ui_settings; s->name; s++) {
        setting_range(s, range, sizeof range);
        fprintf(out, ".It Cm %s\n", s->name);
        print_mdoc(s->help, out);
        fputs(".\n.Pq ", out);
        print_mdoc(range, out);
        fputs("; default: ", out);
        print_mdoc(*s->standard ? s->standard : "empty", out);
        fputc('\n', out);
    }
    fputs(".El\n", out);
}

enum status ui_settings_print(const char *config, bool man, FILE *out, struct buffer *warnings,
                              struct error *error)
{
    struct settings settings = {0};
    if (!settings_init(&settings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the settings");
    if (man) {
        print_man(out);
    } else {
        config_read(config, &settings, warnings);
        print_config(&settings, out);
    }
    settings_free(&settings);
    return STATUS_OK;
}
