#include "keep_settings.h"
#include "lacuna/base.h"
#include "lacuna/ui.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_keep.h"

#include <string.h>

static void keep(struct ui *ui, const struct setting *only)
{
    struct buffer kept = {0};
    struct error error = {0};
    const char *given = ui->options->config;
    char *path = given ? mem_strdup(given) : path_own("CONFIG", "config");
    if (!path)
        ui_complain(ui->message, "out of memory");
    else if (settings_keep(path, ui->noted, ui->settings, only, &kept, &error))
        ui_complain(ui->message, "%s", error.message);
    else if (kept.size)
        ui_say(ui->message, "kept in %.200s: %.300s", path, kept.data);
    else
        ui_say(ui->message, "no setting was changed; :set NAME VALUE changes one");
    mem_free(path);
    buffer_free(&kept);
}

void do_keep_settings(struct ui *ui)
{
    keep(ui, NULL);
}

void line_keep_settings(struct ui *ui, const char *name)
{
    const struct setting *setting = setting_find(name, strlen(name));
    if (*name && !setting)
        ui_complain(ui->message, "unknown setting \"%.80s\"; Tab shows the names", name);
    else
        keep(ui, setting);
}
