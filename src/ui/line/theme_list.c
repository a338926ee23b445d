#include "theme_list.h"
#include "lacuna/base.h"
#include "palette.h"
#include "set_commands.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/page/appearance.h"
#include "ui/prompt/name_score.h"
#include "ui/prompt/popup.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/theme.h"

#include <string.h>

enum { THEME_NAME = 128 };

/* The name in line n of the list; "" if there is none. */
static void name_at(const struct popup *popup, int n, char out[THEME_NAME])
{
    const char *p = popup->lines.data;
    *out = '\0';
    for (int i = 0; i < popup->count && i <= n; i++, p = strchr(p, '\n') + 1)
        snprintf(out, THEME_NAME, "%.*s", (int)strcspn(p, "\t"), p);
}

static bool add_theme(struct popup *popup, struct slice name, const char *now)
{
    bool here = strlen(now) == name.size && memcmp(now, name.data, name.size) == 0;
    if (here) popup->chosen = popup->count;
    popup->count++;
    return buffer_printf(&popup->lines, "%.*s\t%s\n", (int)name.size, name.data, here ? "(now)" : "");
}

static void preview(struct ui *ui)
{
    char name[THEME_NAME];
    name_at(&ui->palette->popup, ui->palette->popup.chosen, name);
    if (*name) appearance_show(ui, name);
}

static void list(struct ui *ui)
{
    struct popup *popup = &ui->palette->popup;
    struct buffer names = {0};
    const char *typed = ui->prompt->text.data ? ui->prompt->text.data : "";
    popup->lines.size = 0;
    popup->count = popup->chosen = 0;
    bool ok = set_values(ui->settings, setting_find("theme", strlen("theme")), &names);
    for (const char *p = names.data; ok && p && *p; p += strcspn(p, "\n") + 1) {
        char name[THEME_NAME];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(p, "\n"), p);
        if (!*typed || name_score(typed, name) > 0)
            ok = add_theme(popup, (struct slice){name, strlen(name)}, ui->settings->theme);
    }
    if (!ok) popup->count = 0;
    buffer_free(&names);
    snprintf(ui->prompt->note, sizeof ui->prompt->note,
             popup->count ? "Up and Down preview, Enter chooses" : "no theme matches");
    preview(ui);
}

static void pick(struct ui *ui, int direction)
{
    if (popup_pick(&ui->palette->popup, direction)) preview(ui);
}

static void theme_chosen(struct ui *ui, const char *answer)
{
    char name[THEME_NAME], line[THEME_NAME + 8];
    name_at(&ui->palette->popup, ui->palette->popup.chosen, name);
    ui->palette->popup.count = 0;
    if (answer && *name) {
        snprintf(line, sizeof line, "theme=%s", name);
        set_command(ui, line);
    } else {
        appearance_apply(ui);
        if (answer) ui_complain(ui->message, "no theme matches \"%.80s\"", answer);
    }
}

void do_themes(struct ui *ui)
{
    prompt_line(ui, "", theme_chosen, "Theme: ");
    ui->prompt->changed = list;
    ui->prompt->pick = pick;
    ui->prompt->popup = &ui->palette->popup;
    list(ui);
}
