/* The table of settings, and reading and writing values. */
#include "settings.h"
#include "lacuna/base.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct setting ui_settings[] = {
#define ROW(field, kind, name_, value, low, high, list, hook, help_)                                         \
    {.name = name_,                                                                                          \
     .help = help_,                                                                                          \
     .type = kind,                                                                                           \
     .offset = offsetof(struct settings, field),                                                             \
     .standard = value,                                                                                      \
     .least = low,                                                                                           \
     .most = high,                                                                                           \
     .choices = list,                                                                                        \
     .subject = hook},
#define SWITCH(field, name, value, changed, help)                                                            \
    ROW(field, SETTING_SWITCH, name, #value, 0, 1, NULL, changed, help)
#define NUMBER(field, name, value, least, most, changed, help)                                               \
    ROW(field, SETTING_NUMBER, name, #value, least, most, NULL, changed, help)
#define REAL(field, name, value, least, most, changed, help)                                                 \
    ROW(field, SETTING_REAL, name, #value, least, most, NULL, changed, help)
#define CHOICE(field, name, value, choices, changed, help)                                                   \
    ROW(field, SETTING_CHOICE, name, #value, 0, 0, choices, changed, help)
#define STRING(field, name, value, changed, help)                                                            \
    ROW(field, SETTING_STRING, name, value, 0, 0, NULL, changed, help)
    UI_SETTINGS(SWITCH, NUMBER, REAL, CHOICE, STRING){0},
};

const struct setting *setting_find(const char *name, size_t size)
{
    for (const struct setting *s = ui_settings; s->name; s++)
        if (strlen(s->name) == size && memcmp(s->name, name, size) == 0) return s;
    return NULL;
}

static void *field(const struct settings *settings, const struct setting *setting)
{
    return (char *)settings + setting->offset;
}

/* ---- reading values -------------------------------------------------------------------------------- */

static bool read_switch(const char *value, bool *out)
{
    static const char *const words[2][4] = {{"off", "false", "no", "0"}, {"on", "true", "yes", "1"}};
    for (int is_on = 0; is_on < 2; is_on++)
        for (size_t i = 0; i < ARRAY_SIZE(words[0]); i++)
            if (strcmp(value, words[is_on][i]) == 0) return *out = is_on, true;
    return false;
}

/* The index of a word in "one other third"; -1: not in it. */
static int read_choice(const char *choices, const char *value)
{
    size_t size = strlen(value);
    int place = 0;
    for (const char *p = choices; *p; place++) {
        size_t length = strcspn(p, " ");
        if (length == size && memcmp(p, value, size) == 0) return place;
        p += length + (p[length] == ' ');
    }
    return -1;
}

static enum status refuse(const struct setting *setting, const char *value, struct error *error)
{
    char range[256];
    setting_range(setting, range, sizeof range);
    return error_set(error, STATUS_ARGUMENT, "%s: \"%.80s\" is not %s", setting->name, value, range);
}

static enum status set_number(struct settings *settings, const struct setting *setting, const char *value,
                              struct error *error)
{
    char *end;
    errno = 0;
    double number = setting->type == SETTING_REAL ? strtod(value, &end) : (double)strtoll(value, &end, 10);
    if (end == value || *end || errno || !isfinite(number) || number < setting->least ||
        number > setting->most)
        return refuse(setting, value, error);
    if (setting->type == SETTING_REAL)
        *(double *)field(settings, setting) = number;
    else
        *(int *)field(settings, setting) = (int)number;
    return STATUS_OK;
}

static enum status set_string(struct settings *settings, const struct setting *setting, const char *value,
                              struct error *error)
{
    char **string = field(settings, setting), *copy;
    if (!utf8_valid(value, strlen(value)))
        return error_set(error, STATUS_ARGUMENT, "%s: not UTF-8", setting->name);
    copy = mem_strdup(value);
    if (!copy) return error_set(error, STATUS_NO_MEMORY, "out of memory");
    mem_free(*string);
    *string = copy;
    return STATUS_OK;
}

enum status setting_set(struct settings *settings, const struct setting *setting, const char *value,
                        struct error *error)
{
    int place;
    switch (setting->type) {
    case SETTING_SWITCH:
        return read_switch(value, field(settings, setting)) ? STATUS_OK : refuse(setting, value, error);
    case SETTING_NUMBER:
    case SETTING_REAL:
        return set_number(settings, setting, value, error);
    case SETTING_CHOICE:
        place = read_choice(setting->choices, value);
        if (place < 0) return refuse(setting, value, error);
        *(int *)field(settings, setting) = place;
        return STATUS_OK;
    case SETTING_STRING:
        break;
    }
    return set_string(settings, setting, value, error);
}

bool settings_init(struct settings *settings)
{
    for (const struct setting *s = ui_settings; s->name; s++)
        if (setting_set(settings, s, s->standard, NULL)) return settings_free(settings), false;
    return true;
}

void settings_free(struct settings *settings)
{
    for (const struct setting *s = ui_settings; s->name; s++)
        if (s->type == SETTING_STRING) mem_free(*(char **)field(settings, s));
    *settings = (struct settings){0};
}

/* ---- writing values ------------------------------------------------------------------------------- */

void setting_value(const struct settings *settings, const struct setting *setting, char *out, size_t size)
{
    const void *value = field(settings, setting);
    const char *p = setting->choices;
    switch (setting->type) {
    case SETTING_SWITCH:
        snprintf(out, size, "%s", *(const bool *)value ? "on" : "off");
        return;
    case SETTING_NUMBER:
        snprintf(out, size, "%d", *(const int *)value);
        return;
    case SETTING_REAL:
        snprintf(out, size, "%g", *(const double *)value);
        return;
    case SETTING_CHOICE:
        for (int i = 0; i < *(const int *)value; i++) p += strcspn(p, " ") + 1;
        snprintf(out, size, "%.*s", (int)strcspn(p, " "), p);
        return;
    case SETTING_STRING:
        snprintf(out, size, "%s", *(char *const *)value);
        return;
    }
}

void setting_range(const struct setting *setting, char *out, size_t size)
{
    size_t used = 0;
    switch (setting->type) {
    case SETTING_SWITCH:
        snprintf(out, size, "on or off");
        return;
    case SETTING_NUMBER:
        snprintf(out, size, "a whole number from %.0f to %.0f", setting->least, setting->most);
        return;
    case SETTING_REAL:
        snprintf(out, size, "a number from %g to %g", setting->least, setting->most);
        return;
    case SETTING_STRING:
        snprintf(out, size, "a line of text");
        return;
    case SETTING_CHOICE:
        break;
    }
    *out = '\0';
    for (const char *p = setting->choices; *p && used < size;) {
        size_t length = strcspn(p, " ");
        const char *next = p + length + (p[length] == ' ');
        const char *before = !used ? "" : *next ? ", " : " or ";
        used += (size_t)snprintf(out + used, size - used, "%s%.*s", before, (int)length, p);
        p = next;
    }
}
