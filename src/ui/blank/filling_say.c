#include "filling_say.h"
#include "filling.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"

#include <string.h>

static void still_filling(const struct ui_keymap *keymap, char *out, size_t size)
{
    char key[UI_SEQUENCE_NAME];
    ui_keymap_keys(keymap, "cancel", UI_EDIT, key);
    snprintf(out, size, *key ? "still filling; %s stops" : "still filling%s", key);
}

void filling_say(struct ui *ui)
{
    char words[UI_SEQUENCE_NAME + 64];
    still_filling(ui->keymap, words, sizeof words);
    ui_say(ui->message, "%s", words);
    ui->filling->told_over_at = 0;
}

/* The message on the bottom line is no longer true. */
void filling_unsay(struct ui *ui)
{
    char words[UI_SEQUENCE_NAME + 64];
    still_filling(ui->keymap, words, sizeof words);
    if (filling_current(ui->filling) || strcmp(ui->message->text, words) != 0) return;
    ui->message->text[0] = '\0';
    ui->filling->told = ui->typed->acts;
    ui->filling->told_over_at = clock_seconds();
}

bool filling_too_late(struct ui *ui)
{
    /* seconds: a key pressed this soon was meant for the fill that has just ended */
    const double unseen = 0.5;
    bool late = ui->filling->told_over_at > 0 && ui->filling->told + 1 == ui->typed->acts &&
                clock_seconds() < ui->filling->told_over_at + unseen;
    if (late) ui_say(ui->message, "it had just been filled; again discards the proposal");
    return late;
}
