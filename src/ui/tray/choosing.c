#include "choosing.h"
#include "breathe.h"
#include "instead.h"
#include "tray.h"
#include "ui/document/document.h"
#include "ui/document/proposal_past.h"
#include "ui/editor_state.h"
#include "ui/prompt/prompt.h"
#include "ui/terminal/picture.h"
#include "vary.h"

enum ui_context choosing_context(const struct ui *ui)
{
    if (ui->prompt->active) return 0;
    enum ui_context listed = vary_context(ui);
    if (!listed) listed = instead_context(ui);
    return listed ? listed : tray_context(ui);
}

void choosing_update(struct ui *ui)
{
    if (proposal_pasts_follow(ui->doc)) {
        filling_cancel_lost(ui->filling, ui->picture);
        ui->picture->stale = true;
    }
    vary_update(ui);
    breathe_update(ui);
    instead_update(ui);
    tray_update(ui);
}
