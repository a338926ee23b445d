/* Keymaps: reading them and looking keys up. */
#include "keymap.h"
#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

#include <dirent.h>
#include <string.h>

static const struct {
    const char *name;
    enum ui_context context;
} contexts[] = {{"edit", UI_EDIT},         {"blank", UI_BLANK},
                {"prompt", UI_PROMPT},     {"normal", UI_NORMAL},
                {"visual", UI_VISUAL},     {"operator", UI_OPERATOR},
                {"timeline", UI_TIMELINE}, {"beside", UI_BESIDE},
                {"tray", UI_TRAY},         {"alternatives", UI_ALTERNATIVES},
                {"vary", UI_VARY}};

const char *ui_context_name(enum ui_context context)
{
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++)
        if (contexts[i].context == context) return contexts[i].name;
    return "";
}

bool ui_keymap_has(const struct ui_keymap *map, enum ui_context context)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->bindings[i].context == context) return true;
    return false;
}

const struct ui_command *ui_command_find(const struct ui_command *commands, const char *name, size_t size)
{
    for (const struct ui_command *c = commands; c->name; c++)
        if (c->name[0] == name[0] && strlen(c->name) == size && memcmp(c->name, name, size) == 0) return c;
    return NULL;
}

void ui_keymap_free(struct ui_keymap *map)
{
    mem_free(map->bindings);
    mem_free(map->name);
    *map = (struct ui_keymap){0};
}

/* ---- reading ------------------------------------------------------------------------------------- */

struct reader {
    const char *name;
    size_t line;
    const char *start; /* of the line, for columns */
};

enum { MAX_WORDS = UI_SEQUENCE + 4 };
struct words {
    struct slice word[MAX_WORDS];
    size_t count;
};

static enum status complain(const struct reader *r, const char *at, struct error *error, const char *why,
                            struct slice what)
{
    size_t column = utf8_count(r->start, (size_t)(at - r->start)) + 1;
    int shown = what.size > 60 ? 60 : (int)what.size;
    if (!what.data) return error_set(error, STATUS_FORMAT, "%s:%zu:%zu: %s", r->name, r->line, column, why);
    return error_set(error, STATUS_FORMAT, "%s:%zu:%zu: %s: %.*s", r->name, r->line, column, why, shown,
                     what.data);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Words between white space; a word that begins with # ends the line. */
static enum status split(const struct reader *r, const char *end, struct words *out, struct error *error)
{
    const char *p = r->start;
    out->count = 0;
    for (;;) {
        while (p < end && is_space(*p)) p++;
        if (p == end || *p == '#') return STATUS_OK;
        const char *word = p;
        while (p < end && !is_space(*p)) p++;
        if (out->count == MAX_WORDS)
            return complain(r, word, error, "too many words on this line", (struct slice){0});
        out->word[out->count++] = (struct slice){word, (size_t)(p - word)};
    }
}

static bool is(struct slice word, const char *string)
{
    return strlen(string) == word.size && memcmp(word.data, string, word.size) == 0;
}

static bool same_keys(const struct ui_binding *a, const struct ui_binding *b)
{
    return a->context == b->context && memcmp(a->keys, b->keys, sizeof a->keys) == 0;
}

/* No sequence may be the beginning of another in its context: one of them could not be typed. */
static bool shadows(const struct ui_binding *a, const struct ui_binding *b)
{
    if (a->context != b->context) return false;
    for (size_t i = 0; i < UI_SEQUENCE && a->keys[i] && b->keys[i]; i++)
        if (a->keys[i] != b->keys[i]) return false;
    return true;
}

static enum status bind(const struct reader *r, const struct words *w, struct ui_keymap *map,
                        const struct ui_binding *binding, struct error *error)
{
    for (size_t i = 0; i < map->count; i++) {
        if (same_keys(&map->bindings[i], binding)) {
            if (binding->command) {
                map->bindings[i] = *binding;
            } else {
                memmove(&map->bindings[i], &map->bindings[i + 1],
                        (map->count - i - 1) * sizeof *map->bindings);
                map->count--;
            }
            return STATUS_OK;
        }
        if (binding->command && shadows(&map->bindings[i], binding))
            return complain(r, w->word[1].data, error,
                            "one key sequence is the beginning of another in this context", w->word[1]);
    }
    if (!binding->command) return STATUS_OK;
    if (!mem_grow(&map->bindings, &map->capacity, map->count + 1, sizeof *map->bindings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the keymap");
    map->bindings[map->count++] = *binding;
    return STATUS_OK;
}

/* The next of "edit,blank"; 0: unknown context. */
static enum ui_context next_context(struct slice *list, struct slice *name)
{
    const char *comma = memchr(list->data, ',', list->size);
    *name = (struct slice){list->data, comma ? (size_t)(comma - list->data) : list->size};
    size_t used = name->size + (comma != NULL);
    *list = (struct slice){list->data + used, list->size - used};
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++)
        if (is(*name, contexts[i].name)) return contexts[i].context;
    return 0;
}

static enum status read_keys(const struct reader *r, const struct words *w, const struct ui_command *commands,
                             struct ui_binding *binding, struct error *error)
{
    struct slice last = w->word[w->count - 1];
    if (w->count < 4 || !is(w->word[w->count - 2], "="))
        return complain(r, last.data, error, "expected \"context key… = command\"", (struct slice){0});
    size_t keys = w->count - 3;
    if (keys > UI_SEQUENCE)
        return complain(r, w->word[UI_SEQUENCE + 1].data, error, "more than 4 keys", (struct slice){0});
    for (size_t i = 0; i < keys; i++) {
        struct slice word = w->word[i + 1];
        binding->keys[i] = ui_key_parse(word.data, word.size);
        if (!binding->keys[i]) return complain(r, word.data, error, "not a key", word);
    }
    if (is(last, "none")) return STATUS_OK;
    binding->command = ui_command_find(commands, last.data, last.size);
    return binding->command ? STATUS_OK : complain(r, last.data, error, "not a command", last);
}

static enum status complain_context(const struct reader *r, struct slice name, struct error *error)
{
    char why[160] = "not a context (";
    for (size_t i = 0; i < ARRAY_SIZE(contexts); i++) {
        size_t used = strlen(why), last = ARRAY_SIZE(contexts) - 1;
        snprintf(why + used, sizeof why - used, "%s%s", contexts[i].name,
                 i == last       ? ")"
                 : i + 1 == last ? " or "
                                 : ", ");
    }
    return complain(r, name.data, error, why, name);
}

static enum status read_binding(const struct reader *r, const struct words *w, struct ui_keymap *map,
                                struct error *error)
{
    struct ui_binding binding = {0};
    struct slice list = w->word[0], name, last = w->word[w->count - 1];
    if (list.data[list.size - 1] == ',')
        return complain(r, list.data, error, "a context is missing after the comma", list);
    for (struct slice rest = list; rest.size;)
        if (!next_context(&rest, &name)) return complain_context(r, name, error);
    enum status status = read_keys(r, w, map->commands, &binding, error);
    while (!status && list.size) {
        binding.context = next_context(&list, &name);
        if (binding.command && !(binding.command->contexts & (unsigned)binding.context))
            return complain(r, last.data, error, "this command is not available in this context", last);
        status = bind(r, w, map, &binding, error);
    }
    return status;
}

static enum status read_lines(const char *name, const char *bytes, size_t size, struct ui_keymap *map,
                              struct error *error)
{
    struct reader r = {.name = name, .line = 0, .start = bytes};
    const char *end = bytes + size;
    for (const char *p = bytes; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        r.line++;
        r.start = p;
        struct words w;
        enum status status = split(&r, stop, &w, error);
        if (!status && w.count == 2 && is(w.word[0], "include") && is(w.word[1], "default"))
            status = read_lines("built-in", ui_keymap_default, strlen(ui_keymap_default), map, error);
        else if (!status && w.count)
            status = read_binding(&r, &w, map, error);
        if (status) return status;
        p = stop + 1;
    }
    return STATUS_OK;
}

enum status ui_keymap_parse(const struct ui_command *commands, const char *name, const char *bytes,
                            size_t size, struct ui_keymap *out, struct error *error)
{
    *out = (struct ui_keymap){.name = mem_strdup(name), .commands = commands};
    enum status status =
        out->name ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for the keymap");
    if (!status && !utf8_valid(bytes, size))
        status = error_set(error, STATUS_FORMAT, "%s:1:1: not UTF-8", name);
    if (!status) status = read_lines(name, bytes, size, out, error);
    if (status) ui_keymap_free(out);
    return status;
}

enum status ui_keymap_builtin(const struct ui_command *commands, struct ui_keymap *out, struct error *error)
{
    return ui_keymap_parse(commands, "built-in", ui_keymap_default, strlen(ui_keymap_default), out, error);
}

/* A name without a slash that is not a file is an installed keymap. */
static char *find_file(const char *name)
{
    if (!name) {
        char *own = path_xdg("CONFIG", "keys");
        if (own && file_exists(own)) return own;
        mem_free(own);
        return NULL;
    }
    if (strchr(name, '/') || file_exists(name)) return mem_strdup(name);
    char relative[256], *found = NULL;
    if ((size_t)snprintf(relative, sizeof relative, "keymaps/%s.keys", name) < sizeof relative)
        found = path_find_data(relative);
    return found ? found : mem_strdup(name); /* reading it will report the error */
}

bool ui_keymap_names(struct buffer *out)
{
    static const char suffix[] = ".keys";
    char *folder = path_find_data("keymaps");
    DIR *all = folder ? opendir(folder) : NULL;
    bool ok = true;
    for (struct dirent *entry; ok && all && (entry = readdir(all)) != NULL;) {
        size_t size = strlen(entry->d_name), rest = sizeof suffix - 1;
        if (size > rest && strcmp(entry->d_name + size - rest, suffix) == 0)
            ok = buffer_append(out, entry->d_name, size - rest) && buffer_append_char(out, '\n');
    }
    if (all) closedir(all);
    mem_free(folder);
    return ok;
}

enum status ui_keymap_load(const struct ui_command *commands, const char *name, struct ui_keymap *out,
                           struct error *error)
{
    *out = (struct ui_keymap){0};
    char *path = find_file(name);
    if (!path)
        return name ? error_set(error, STATUS_NO_MEMORY, "out of memory")
                    : ui_keymap_builtin(commands, out, error);
    struct buffer bytes = {0};
    enum status status = file_read(path, &bytes, error);
    if (!status)
        status = ui_keymap_parse(commands, path, bytes.data ? bytes.data : "", bytes.size, out, error);
    buffer_free(&bytes);
    mem_free(path);
    return status;
}

/* ---- bindings that no keymap can remove -------------------------------------------------------------- */

static bool runs(const struct ui_binding *b, const char *command, enum ui_context context)
{
    return b->context == context && strcmp(b->command->name, command) == 0;
}

static bool has(const struct ui_keymap *map, const char *command, enum ui_context context)
{
    for (size_t i = 0; i < map->count; i++)
        if (runs(&map->bindings[i], command, context)) return true;
    return false;
}

/* Replaces any binding in its way. */
static enum status insist(struct ui_keymap *map, const struct ui_binding *binding, struct error *error)
{
    size_t kept = 0;
    for (size_t i = 0; i < map->count; i++)
        if (!shadows(&map->bindings[i], binding)) map->bindings[kept++] = map->bindings[i];
    map->count = kept;
    if (!mem_grow(&map->bindings, &map->capacity, map->count + 1, sizeof *map->bindings))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for the keymap");
    map->bindings[map->count++] = *binding;
    return STATUS_OK;
}

enum status ui_keymap_keep_exits(struct ui_keymap *map, bool *changed, struct error *error)
{
    static const struct {
        const char *command;
        enum ui_context context;
    } exits[] = {{"quit", UI_EDIT}, {"prompt-accept", UI_PROMPT}, {"prompt-cancel", UI_PROMPT}};
    *changed = false;
    bool missing[ARRAY_SIZE(exits)], any = false;
    for (size_t i = 0; i < ARRAY_SIZE(exits); i++) {
        bool otherwise = exits[i].context == UI_EDIT && has(map, "command-line", UI_NORMAL); /* :q does */
        otherwise |= exits[i].context == UI_EDIT && has(map, "close-or-quit", UI_EDIT);      /* in the end */
        missing[i] = !otherwise && !has(map, exits[i].command, exits[i].context);
        any = any || missing[i];
        if (missing[i] && exits[i].context == UI_EDIT) *changed = true;
    }
    if (!any) return STATUS_OK;
    struct ui_keymap builtin;
    enum status status = ui_keymap_builtin(map->commands, &builtin, error);
    for (size_t i = 0; !status && i < ARRAY_SIZE(exits); i++)
        for (size_t j = 0; missing[i] && !status && j < builtin.count; j++)
            if (runs(&builtin.bindings[j], exits[i].command, exits[i].context))
                status = insist(map, &builtin.bindings[j], error);
    ui_keymap_free(&builtin);
    return status;
}

/* ---- looking up ---------------------------------------------------------------------------------- */

static const struct ui_command *find_keys(const struct ui_keymap *map, enum ui_context context,
                                          const ui_key *keys, size_t count, bool *prefix)
{
    *prefix = false;
    for (size_t i = 0; i < map->count; i++) {
        const struct ui_binding *b = &map->bindings[i];
        if (b->context != context || memcmp(b->keys, keys, count * sizeof *keys) != 0) continue;
        if (count == UI_SEQUENCE || !b->keys[count]) return b->command;
        *prefix = true;
    }
    return NULL;
}

/* ^H is what most terminals send for C-Backspace, if their Backspace sends DEL (input.c). */
static ui_key backspace_of(ui_key key)
{
    const ui_key control_h = UI_KEY_CTRL | 'H';
    if ((key & ~UI_KEY_ALT) != control_h) return 0;
    return UI_SPECIAL(UI_BACKSPACE) | (key & UI_KEY_ALT ? UI_KEY_ALT : UI_KEY_CTRL);
}

const struct ui_command *ui_keymap_find(const struct ui_keymap *map, enum ui_context context,
                                        const ui_key *keys, size_t count, bool *prefix)
{
    const struct ui_command *command = find_keys(map, context, keys, count, prefix);
    ui_key instead = count == 1 ? backspace_of(keys[0]) : 0;
    return command || *prefix || !instead ? command : find_keys(map, context, &instead, 1, prefix);
}

void ui_binding_name(const struct ui_binding *binding, char out[UI_SEQUENCE_NAME])
{
    out[0] = '\0';
    for (size_t i = 0; i < UI_SEQUENCE && binding->keys[i]; i++) {
        char name[UI_KEY_NAME];
        ui_key_name(binding->keys[i], name);
        if (i) strcat(out, " ");
        strcat(out, name);
    }
}

void ui_keymap_keys(const struct ui_keymap *map, const char *command, unsigned in, char out[UI_SEQUENCE_NAME])
{
    out[0] = '\0';
    for (size_t i = 0; i < map->count; i++)
        if (((unsigned)map->bindings[i].context & in) &&
            strcmp(map->bindings[i].command->name, command) == 0) {
            ui_binding_name(&map->bindings[i], out);
            return;
        }
}

void ui_keymap_key_or_name(const struct ui_keymap *map, const char *command, unsigned in,
                           char out[UI_SEQUENCE_NAME])
{
    ui_keymap_keys(map, command, in, out);
    if (!*out) snprintf(out, UI_SEQUENCE_NAME, ":%.40s", command);
}
