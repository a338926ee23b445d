#include "proposal_walk.h"
#include "filling.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"

/* A writer who presses Enter for one proposal after another does not count them. So the next Enter after the
 * last one inserts no line break. After a single proposal it does, because its meaning is clear. */

void proposals_passed(struct ui *ui, size_t settled)
{
    bool goes_on = ui->proposal_walk->doc == ui->doc && ui->proposal_walk->act + 1 == ui->typed->acts;
    ui->proposal_walk->settled = settled + (goes_on ? ui->proposal_walk->settled : 0);
    ui->proposal_walk->doc = ui->doc;
    ui->proposal_walk->led = false;
    ui->proposal_walk->act = ui->typed->acts;
}

bool proposals_take_enter(struct ui *ui)
{
    bool running = filling_current(ui->filling) && filling_current(ui->filling)->doc == ui->doc;
    if (ui->proposal_walk->doc != ui->doc || ui->proposal_walk->act + 1 != ui->typed->acts ||
        !ui->proposal_walk->settled)
        return false;
    if (ui->proposal_walk->settled < 2 && !running && !ui->proposal_walk->led) return false;
    if (ui->proposal_walk->led) {
        ui_say(ui->message, "this blank is not filled yet; Enter again starts a new line");
        return true;
    }
    ui_say(ui->message, running ? "the next one is still being filled; Enter again starts a new line"
                                : "that was the last proposal; Enter again starts a new line");
    return true;
}
