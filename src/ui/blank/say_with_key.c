#include "say_with_key.h"
#include "lacuna/base.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"

#include <string.h>

void say_with_key(struct ui *ui, const char *said, const char *command, const char *does)
{
    char key[UI_SEQUENCE_NAME] = "";
    if (ui->modal->has_modes)
        ui_keymap_keys(ui->keymap, strcmp(command, "undo") == 0 ? "vi-undo" : command, UI_NORMAL, key);
    if (!*key) ui_keymap_keys(ui->keymap, command, UI_EDIT | UI_BLANK, key);
    if (*key)
        ui_note(ui->message, "%s; %s %s", said, key, does);
    else
        ui_note(ui->message, "%s", said);
}
