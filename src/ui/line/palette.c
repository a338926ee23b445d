/* A list of every command and setting, with keys and values, that narrows during typing; and the keys that
 * can follow those typed so far. All come from the tables of commands and settings, and the keymap. */
#include "palette.h"
#include "command_line.h"
#include "lacuna/base.h"
#include "synonyms.h"
#include "ui/blank/context.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/name_score.h"
#include "ui/prompt/popup.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/key_names.h"
#include "ui/tray/choosing.h"

#include <stdlib.h>
#include <string.h>

/* ---- which commands match, and how well
 * ----------------------------------------------------------------- */

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int better(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    return x->score != y->score ? y->score - x->score : x->place - y->place;
}

static bool begins(const char *text, const char *word, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (small(text[i]) != small(word[i])) return false;
    return true;
}

/* Every typed word begins a word of the text; letters scattered over a sentence do not match. */
static bool has_words(const char *text, const char *typed)
{
    for (const char *word = typed; *word;) {
        size_t size = strcspn(word, " ");
        const char *p = text;
        while (*p && !((p == text || strchr(" -(`,:", p[-1])) && begins(p, word, size))) p++;
        if (!*p) return false;
        word += size + strspn(word + size, " ");
    }
    return true;
}

/* In this order: the beginning of the name; a synonym; letters of the name; words of its help. */
static int score_of(const char *typed, const struct hit *hit)
{
    enum { BEGINS = 100000, SYNONYM = 50000, NAME = 1000 };
    size_t size = strlen(typed);
    int name = name_score(typed, hit->name);
    if (size && strlen(hit->name) >= size && begins(hit->name, typed, size)) return BEGINS + name;
    int rank = synonym_rank(typed, hit->name);
    if (rank) return SYNONYM - rank;
    return name > 0 ? NAME + name : has_words(hit->help, typed) ? NAME - (int)strlen(hit->help) : 0;
}

static void consider(struct hit *hits, int *count, const char *typed, struct hit hit)
{
    if (*count == MOST_HITS) return;
    typed += strspn(typed, " ");
    bool sets = hit.setting && strncmp(typed, "set ", 4) == 0;
    hit.score = score_of(sets ? typed + 4 : typed, &hit);
    if (*typed && hit.score <= 0) return;
    hit.place = *count;
    hits[(*count)++] = hit;
}

static int find_hits(const struct ui *ui, const char *typed, struct hit *hits)
{
    int count = 0;
    const struct ui_line_command *line;
    for (const struct ui_command *c = ui->keymap->commands; c->name; c++)
        if (strncmp(c->name, "vi-", 3) == 0 && !ui->modal->has_modes)
            continue; /* they are not available here */
        else if (c->contexts & (UI_EDIT | UI_BLANK) || (c->contexts & ui->palette->context))
            consider(hits, &count, typed, (struct hit){.name = c->name, .help = c->help});
    for (size_t i = 0; (line = line_command_at(i)) != NULL; i++)
        if (line->in_palette)
            consider(hits, &count, typed, (struct hit){.name = line->name, .help = line->help});
    for (const struct setting *s = ui_settings; s->name; s++)
        consider(hits, &count, typed, (struct hit){.name = s->name, .help = s->help, .setting = s});
    if (*typed) qsort(hits, (size_t)count, sizeof *hits, better);
    return count;
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static bool add_command(const struct ui_keymap *keymap, struct popup *popup, const char *name,
                        const char *help)
{
    char keys[UI_SEQUENCE_NAME] = "";
    ui_keymap_keys(keymap, name, ~(unsigned)UI_PROMPT, keys);
    return buffer_printf(&popup->lines, "%s\t%s%s%s%s\n", name, help, *keys ? "  (" : "", keys,
                         *keys ? ")" : "");
}

/* "set NAME" is the form on the : line for the same purpose. */
static bool add_setting(const struct settings *settings, struct popup *popup, const struct setting *setting)
{
    char value[64];
    setting_value(settings, setting, value, sizeof value);
    return buffer_printf(&popup->lines, "set %s\t%s%s%s%s\n", setting->name, *value ? "[" : "", value,
                         *value ? "] " : "", setting->help);
}

static void list(struct ui *ui)
{
    struct hit *hits = ui->palette->hits;
    struct popup *popup = &ui->palette->popup;
    const char *typed = ui->prompt->text.data ? ui->prompt->text.data : "";
    int count = find_hits(ui, typed, hits);
    popup->lines.size = 0;
    popup->count = popup->chosen = 0;
    for (int i = 0; i < count; i++) {
        if (!(hits[i].setting ? add_setting(ui->settings, popup, hits[i].setting)
                              : add_command(ui->keymap, popup, hits[i].name, hits[i].help)))
            return;
        popup->count++;
    }
    if (count)
        snprintf(ui->prompt->note, sizeof ui->prompt->note, "%d", count);
    else
        snprintf(ui->prompt->note, sizeof ui->prompt->note, "no match");
}

static void pick(struct ui *ui, int direction)
{
    (void)popup_pick(&ui->palette->popup, direction);
}

static void command_chosen(struct ui *ui, const char *answer)
{
    struct popup *popup = &ui->palette->popup;
    char name[64] = "";
    const char *p = popup->lines.data;
    for (int i = 0; answer && i < popup->count && i <= popup->chosen; i++) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(p, "\t"), p);
        p = strchr(p, '\n') + 1;
    }
    popup->count = 0;
    if (!answer) return;
    if (!*name)
        ui_complain(ui->message, "no command or setting matches \"%.80s\"", answer);
    else
        line_choose(ui, name);
}

void do_palette(struct ui *ui)
{
    ui->palette->context = ui_context_now(ui) | choosing_context(ui);
    prompt_line(ui, "", command_chosen, "Command: ");
    ui->prompt->changed = list;
    ui->prompt->pick = pick;
    ui->prompt->popup = &ui->palette->popup;
    list(ui);
}

/* ---- keys that can follow
 * ------------------------------------------------------------------------------- */

bool which_key_list(const struct ui_keymap *map, unsigned contexts, const ui_key *keys, size_t count,
                    struct popup *popup)
{
    popup->lines.size = 0;
    popup->count = 0;
    popup->chosen = -1;
    popup->columns = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct ui_binding *b = &map->bindings[i];
        if (!((unsigned)b->context & contexts) || memcmp(b->keys, keys, count * sizeof *keys) != 0 ||
            count == UI_SEQUENCE || !b->keys[count])
            continue;
        struct ui_binding rest = {0};
        char name[UI_SEQUENCE_NAME];
        memcpy(rest.keys, b->keys + count, (UI_SEQUENCE - count) * sizeof *keys);
        ui_binding_name(&rest, name);
        if (!buffer_printf(&popup->lines, "%s\t%s\n", name, b->command->name)) return false;
        popup->count++;
    }
    return popup->count > 0;
}
