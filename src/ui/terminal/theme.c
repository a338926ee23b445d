/* Themes: reading a file, finding it, and colours for terminals with few. */
#include "theme.h"
#include "lacuna/base.h"
#include "looks.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static const char *const look_names[LOOKS] = {
#define X(name, word) word,
    UI_LOOKS(X)
#undef X
};
static const char *const color_names[] = {
    "black",        "red",           "green",       "yellow",         "blue",
    "magenta",      "cyan",          "white",       "bright-black",   "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white"};
static const struct {
    const char *name;
    unsigned bit;
} attribute_names[] = {{"bold", THEME_BOLD},
                       {"dim", THEME_DIM},
                       {"italic", THEME_ITALIC},
                       {"reverse", THEME_REVERSE},
                       {"underline", THEME_UNDERLINE}};

/* ---- one line ------------------------------------------------------------------------------------- */

struct words {
    const char *at, *end; /* the rest of the line */
    const char *word;     /* the current one */
    size_t size;
    const char *line_start, *name;
    int line;
};

static bool next_field(struct words *w)
{
    while (w->at < w->end && (*w->at == ' ' || *w->at == '\t' || *w->at == '\r')) w->at++;
    w->word = w->at;
    while (w->at < w->end && *w->at != ' ' && *w->at != '\t' && *w->at != '\r') w->at++;
    w->size = (size_t)(w->at - w->word);
    /* # begins a comment, unless six digits make it a colour */
    bool comment =
        w->size && *w->word == '#' && (w->size != 7 || strspn(w->word + 1, "0123456789abcdefABCDEF") < 6);
    if (comment) w->at = w->end;
    return w->size > 0 && !comment;
}

static bool is_word(const struct words *w, const char *word)
{
    return strlen(word) == w->size && memcmp(word, w->word, w->size) == 0;
}

static enum status complain(const struct words *w, const char *why, struct error *error)
{
    return error_set(error, STATUS_FORMAT, "%s:%d:%d: %s: \"%.*s\"", w->name, w->line,
                     (int)(w->word - w->line_start) + 1, why, w->size > 60 ? 60 : (int)w->size, w->word);
}

static bool read_color(const struct words *w, int *out)
{
    char copy[16] = {0}, *end;
    if (w->size >= sizeof copy) return false;
    memcpy(copy, w->word, w->size);
    if (is_word(w, "default")) return *out = THEME_DEFAULT, true;
    for (size_t i = 0; i < ARRAY_SIZE(color_names); i++)
        if (is_word(w, color_names[i])) return *out = (int)i, true;
    if (copy[0] == '#') {
        *out = THEME_RGB | (int)strtol(copy + 1, &end, 16);
        return w->size == 7 && !*end;
    }
    long number = strtol(copy, &end, 10);
    *out = (int)number;
    return !*end && copy[0] >= '0' && copy[0] <= '9' && number < 256;
}

static unsigned read_attribute(const struct words *w)
{
    for (size_t i = 0; i < ARRAY_SIZE(attribute_names); i++)
        if (is_word(w, attribute_names[i].name)) return attribute_names[i].bit;
    return 0;
}

static enum status read_style(struct words *w, struct theme *theme, struct error *error)
{
    enum look look = LOOK_PLAIN;
    if (!next_field(w)) return STATUS_OK;
    while (look < LOOKS && !is_word(w, look_names[look])) look++;
    if (look == LOOKS) return complain(w, "unknown look", error);
    struct style style = {.fore = THEME_DEFAULT, .back = THEME_DEFAULT};
    if (!next_field(w)) return complain(w, "a colour is missing", error);
    if (!read_color(w, &style.fore)) return complain(w, "not a colour", error);
    bool more = next_field(w);
    if (more && is_word(w, "on")) {
        if (!next_field(w) || !read_color(w, &style.back)) return complain(w, "not a colour", error);
        more = next_field(w);
    }
    for (; more; more = next_field(w)) {
        unsigned bit = read_attribute(w);
        if (!bit) return complain(w, "not an attribute", error);
        if (bit == THEME_UNDERLINE && look != LOOK_MISSPELT)
            return complain(w, "only misspelt words may be underlined", error);
        style.attributes |= bit;
    }
    theme->styles[look] = style;
    return STATUS_OK;
}

/* ---- a file ---------------------------------------------------------------------------------------- */

static void inherit(struct theme *theme)
{
    for (int i = 1; i < LOOKS; i++) {
        struct style *style = &theme->styles[i];
        if (style->fore == THEME_DEFAULT) style->fore = theme->styles[LOOK_PLAIN].fore;
        if (style->back == THEME_DEFAULT) style->back = theme->styles[LOOK_PLAIN].back;
    }
}

static enum status parse(const char *bytes, size_t size, const char *name, struct theme *out,
                         struct error *error)
{
    const char *end = bytes + size;
    int line = 0;
    for (const char *p = bytes; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        if (!stop) stop = end;
        line++;
        struct words words = {.at = p, .end = stop, .line_start = p, .name = name, .line = line};
        if (read_style(&words, out, error)) return error ? error->code : STATUS_FORMAT;
        p = stop + 1;
    }
    return STATUS_OK;
}

enum status theme_parse(const char *bytes, size_t size, const char *name, struct theme *out,
                        struct error *error)
{
    struct theme theme = {0};
    struct error own = {0};
    enum status status = parse(ui_theme_dark, strlen(ui_theme_dark), "dark", &theme, &own);
    if (!status) status = parse(bytes, size, name, &theme, &own);
    if (status) return error_set(error, own.code, "%s", own.message);
    inherit(&theme);
    *out = theme;
    return STATUS_OK;
}

/* ---- finding one ------------------------------------------------------------------------------------ */

static enum status load_file(const char *path, struct theme *out, struct error *error)
{
    struct buffer bytes = {0};
    enum status status = file_read(path, &bytes, error);
    if (!status) status = theme_parse(bytes.data ? bytes.data : "", bytes.size, path, out, error);
    buffer_free(&bytes);
    return status;
}

enum status theme_load(const char *name, struct theme *out, struct error *error)
{
    static const struct {
        const char *name, *bytes;
    } own[] = {{"dark", ui_theme_dark}, {"light", ui_theme_light}, {"mono", ui_theme_mono}};
    char relative[160];
    for (size_t i = 0; i < ARRAY_SIZE(own); i++)
        if (strcmp(name, own[i].name) == 0)
            return theme_parse(own[i].bytes, strlen(own[i].bytes), name, out, error);
    if (strchr(name, '/')) return load_file(name, out, error);
    if (snprintf(relative, sizeof relative, "themes/%s.theme", name) >= (int)sizeof relative)
        return error_set(error, STATUS_ARGUMENT, "no theme \"%.80s\"", name);
    char *path = path_xdg("CONFIG", relative);
    if (!path || !file_exists(path)) {
        mem_free(path);
        path = path_find_data(relative);
    }
    enum status status =
        path ? load_file(path, out, error) : error_set(error, STATUS_ARGUMENT, "no theme \"%.80s\"", name);
    mem_free(path);
    return status;
}

/* Adds a name, once. */
static bool add_name(struct buffer *out, const char *name, size_t size)
{
    for (const char *p = out->data; out->size && p < out->data + out->size; p += strcspn(p, "\n") + 1)
        if (strncmp(p, name, size) == 0 && p[size] == '\n') return true;
    return buffer_append(out, name, size) && buffer_append_char(out, '\n');
}

static bool add_folder(struct buffer *out, char *folder)
{
    static const char suffix[] = ".theme";
    DIR *all = folder ? opendir(folder) : NULL;
    bool ok = true;
    for (struct dirent *entry; ok && all && (entry = readdir(all)) != NULL;) {
        size_t size = strlen(entry->d_name), rest = sizeof suffix - 1;
        if (size > rest && strcmp(entry->d_name + size - rest, suffix) == 0)
            ok = add_name(out, entry->d_name, size - rest);
    }
    if (all) closedir(all);
    mem_free(folder);
    return ok;
}

bool theme_names(struct buffer *out)
{
    return buffer_append_string(out, "auto\ndark\nlight\nmono\n") &&
           add_folder(out, path_xdg("CONFIG", "themes")) && add_folder(out, path_find_data("themes"));
}

/* ---- few colours ------------------------------------------------------------------------------------- */

/* xterm's colour for a number of its palette. */
static void components(int color, int out[3])
{
    static const unsigned char basic[16][3] = {
        {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},  {0, 0, 238}, {205, 0, 205},
        {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},    {0, 255, 0}, {255, 255, 0},
        {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255}};
    if (color & THEME_RGB) {
        for (int i = 0; i < 3; i++) out[i] = color >> (16 - 8 * i) & 0xff;
    } else if (color < 16) {
        for (int i = 0; i < 3; i++) out[i] = basic[color][i];
    } else if (color >= 232) {
        out[0] = out[1] = out[2] = 8 + 10 * (color - 232);
    } else {
        int levels[3] = {(color - 16) / 36, (color - 16) / 6 % 6, (color - 16) % 6};
        for (int i = 0; i < 3; i++) out[i] = levels[i] ? 55 + 40 * levels[i] : 0;
    }
}

int theme_rgb(int color)
{
    int parts[3];
    if (color == THEME_DEFAULT) return color;
    components(color, parts);
    return parts[0] << 16 | parts[1] << 8 | parts[2];
}

int theme_nearest(int color, int colors)
{
    if (color == THEME_DEFAULT || (!(color & THEME_RGB) && color < colors)) return color;
    int want[3], have[3], best = 0, best_distance = -1;
    components(color, want);
    /* With many colours the first sixteen are left out: users often change those. */
    for (int i = colors > 16 ? 16 : 0; i < colors; i++) {
        int distance = 0;
        components(i, have);
        for (int j = 0; j < 3; j++) distance += (want[j] - have[j]) * (want[j] - have[j]);
        if (best_distance < 0 || distance < best_distance) best = i, best_distance = distance;
    }
    return best;
}
