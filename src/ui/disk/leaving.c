#include "leaving.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"

void leave_stay(struct leaving *leaving)
{
    *leaving = (struct leaving){0};
}

void leave_go_on(struct ui *ui, bool saved)
{
    if (!saved)
        leave_stay(ui->leaving);
    else if (ui->leaving->go_on)
        ui->leaving->go_on(ui);
}

bool leave_asks_proposals(struct ui *ui, size_t count, void (*answered)(struct ui *, const char *))
{
    if (!count || ui->leaving->proposals_go) return false;
    prompt_question(ui, "yn", answered, "%zu %s not accepted%s: %s anyway? (y/n) ", count,
                    count == 1 ? "proposal is" : "proposals are", ui->settings->history ? ", but kept" : "",
                    ui->leaving->closes ? "close it" : "leave");
    return true;
}
