/* Prints the current keys: in columns for `lacuna keys`, in mdoc for the manual. */
#include "commands.h"
#include "lacuna/base.h"
#include "lacuna/ui.h"
#include "ui/keymap/keymap.h"
#include "ui/line/command_line.h"

#include <string.h>

static void print_text(const struct ui_keymap *map, FILE *out)
{
    const char *group = "";
    for (const struct ui_command *c = ui_commands; c->name; c++) {
        if (strcmp(group, c->group) != 0) fprintf(out, "%s# %s\n", *group ? "\n" : "", c->group);
        group = c->group;
        bool bound = false;
        for (size_t i = 0; i < map->count; i++) {
            char keys[UI_SEQUENCE_NAME];
            if (map->bindings[i].command != c) continue;
            ui_binding_name(&map->bindings[i], keys);
            fprintf(out, "%-8s %-12s = %-20s # %s\n", ui_context_name(map->bindings[i].context), keys,
                    c->name, c->help);
            bound = true;
        }
        if (!bound) fprintf(out, "# (no key)           = %-20s # %s\n", c->name, c->help);
    }
}

/* In mdoc a backslash is \e, and a line may not begin with a dot or a quote; none of ours does. */
static void print_escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '^')
            fputs("\\(ha", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
    }
}

static void print_man_keys(const struct ui_keymap *map, const struct ui_command *c, FILE *out)
{
    enum ui_context last = 0;
    bool first = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct ui_binding *b = &map->bindings[i];
        char keys[UI_SEQUENCE_NAME];
        if (b->command != c) continue;
        ui_binding_name(b, keys);
        if (!first) fputs(", ", out);
        if (b->context != last && b->context != UI_EDIT) fprintf(out, "(%s) ", ui_context_name(b->context));
        print_escaped(keys, out);
        last = b->context;
        first = false;
    }
    if (first) fputs("no key", out);
}

static void print_man(const struct ui_keymap *map, FILE *out)
{
    const char *group = "";
    for (const struct ui_command *c = ui_commands; c->name; c++) {
        if (strcmp(group, c->group) != 0) {
            if (*group) fputs(".El\n", out);
            fprintf(out, ".Ss %s\n.Bl -tag -width Ds\n", c->group);
        }
        group = c->group;
        fprintf(out, ".It Cm %s\n", c->name);
        print_escaped(c->help, out);
        fputs("\n.Pq ", out);
        print_man_keys(map, c, out);
        fputc('\n', out);
    }
    fputs(".El\n", out);
}

enum status ui_keys_print(const char *keymap, bool man, FILE *out, struct error *error)
{
    struct ui_keymap map;
    enum status status = ui_keymap_load(ui_commands, keymap, &map, error);
    if (status) return status;
    if (man)
        print_man(&map, out);
    else
        print_text(&map, out);
    ui_keymap_free(&map);
    return STATUS_OK;
}

/* ---- the : line ---------------------------------------------------------------------------------------- */

void ui_line_commands_print(bool man, FILE *out)
{
    const struct ui_line_command *c;
    for (size_t i = 0; (c = line_command_at(i)) != NULL; i++) {
        if (!man) {
            char usage[80];
            snprintf(usage, sizeof usage, "%s%s%s %s", c->name, c->alias ? " or " : "",
                     c->alias ? c->alias : "", c->arguments);
            fprintf(out, "%-36s # %s\n", usage, c->help);
            continue;
        }
        fputs(".It Ic ", out);
        if (strchr("<>&!", c->name[0])) fputs("\\&", out);
        print_escaped(c->name, out);
        if (c->alias) fprintf(out, " , %s", c->alias);
        if (*c->arguments) fprintf(out, " Ar %s", c->arguments);
        fputs("\n", out);
        print_escaped(c->help, out);
        fputs("\n", out);
    }
}
