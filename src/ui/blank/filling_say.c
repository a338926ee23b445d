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

/* Skips "blank 3: ". */
static const char *without_number(const char *why)
{
    const char *blank = "blank ";
    if (strncmp(why, blank, strlen(blank)) != 0) return why;
    const char *at = why + strlen(blank);
    at += strspn(at, "0123456789");
    return strncmp(at, ": ", 2) == 0 ? at + 2 : why;
}

void filling_complain(struct message *message, const char *why)
{
    static const char *const names[][2] = {{"\"max_words\"", "\"at most\""},
                                           {"\"no_repeat\"", "\"no repeat\""},
                                           {"\"sentence\"", "\"ends sentence\" or \"goes on\""}};
    const char *plain = without_number(why);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *found = strstr(plain, names[i][0]);
        if (!found) continue;
        ui_complain(message, "%.*s%s%s", (int)(found - plain), plain, names[i][1],
                    found + strlen(names[i][0]));
        return;
    }
    ui_complain(message, "%s", plain);
}
