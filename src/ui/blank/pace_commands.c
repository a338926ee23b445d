#include "pace_commands.h"
#include "filling.h"
#include "filling_pace.h"
#include "lacuna/base.h"
#include "timeline.h"
#include "timeline_commands.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"

enum { SLOWEST = 10000, QUICKEST = 10 }; /* ms; the next faster value is 0, no pace at all */

static void set_pace(struct ui *ui, int pace)
{
    ui->settings->pace = pace;
    filling_changed_pace(ui->filling, pace);
    if (pace)
        ui_say(ui->message, "pace: %d ms for each step", pace);
    else
        ui_say(ui->message, "pace: as fast as the model");
}

void do_slower(struct ui *ui)
{
    int pace = ui->settings->pace;
    set_pace(ui, pace < QUICKEST ? QUICKEST : pace > SLOWEST / 2 ? SLOWEST : 2 * pace);
}

void do_faster(struct ui *ui)
{
    int pace = ui->settings->pace / 2;
    set_pace(ui, pace < QUICKEST ? 0 : pace);
}

static bool nothing_runs(struct ui *ui)
{
    if (filling_current(ui->filling)) return false;
    char key[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "timeline", UI_EDIT, key);
    ui_say(ui->message, "nothing is being filled; %s shows the steps of a proposal", key);
    return true;
}

void do_hold(struct ui *ui)
{
    if (timeline_active(ui->timeline, ui->doc)) {
        do_timeline_play(ui);
        return;
    }
    if (nothing_runs(ui)) return;
    filling_hold(ui->filling, !ui->filling->held);
    if (!ui->filling->held) return;
    char go_on[UI_SEQUENCE_NAME], step[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "hold", UI_EDIT, go_on);
    ui_keymap_key_or_name(ui->keymap, "one-step", UI_EDIT, step);
    ui_say(ui->message, "held: %s does one step, %s goes on", step, go_on);
}

void do_one_step(struct ui *ui)
{
    if (timeline_active(ui->timeline, ui->doc)) {
        do_timeline_on(ui);
        return;
    }
    if (nothing_runs(ui)) return;
    if (!ui->filling->held) filling_hold(ui->filling, true);
    filling_single(ui->filling);
}
