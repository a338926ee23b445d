#include "appearance.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"
#include "ui/terminal/screen.h"
#include "ui/terminal/theme.h"

#include <stdlib.h>
#include <string.h>

/* Some terminals give their colours in the environment: COLORFGBG=15;0. */
void appearance_guess(struct picture *picture)
{
    const char *colors = getenv("COLORFGBG"), *last = colors ? strrchr(colors, ';') : NULL;
    picture->light = last && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}

void appearance_show(struct ui *ui, const char *name)
{
    struct theme theme;
    struct error error = {0};
    bool automatic = !*name || strcmp(name, "auto") == 0;
    if (!screen_has_colors())
        name = "mono";
    else if (automatic)
        name = ui->picture->light ? "light" : "dark";
    if (theme_load(name, &theme, &error)) {
        ui_complain(ui->message, "%.500s (using a built-in theme)", error.message);
        if (theme_load(ui->picture->light ? "light" : "dark", &theme, &error)) return;
    }
    screen_set_theme(&theme);
}

void appearance_apply(struct ui *ui)
{
    appearance_show(ui, ui->settings->theme);
}

void appearance_apply_color(struct ui *ui)
{
    screen_use_colors(ui->settings->color);
    appearance_apply(ui);
}

void appearance_learnt(struct ui *ui, bool light)
{
    if (light == ui->picture->light) return;
    ui->picture->light = light;
    appearance_apply(ui);
}
