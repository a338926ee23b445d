#include "leaving.h"
#include "history_files.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "leave.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/prompt/prompt.h"

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

size_t leave_loses(struct ui *ui, struct doc *doc, size_t *kept)
{
    *kept = 0;
    if (doc == ui->leaving->lost || text_dirty(doc->text)) return 0;
    size_t waiting = proposals_waiting(doc);
    if (!waiting || !history_keeps_proposals(ui->settings, doc)) return waiting;
    *kept = waiting;
    return 0;
}

static void proposals_answered(struct ui *ui, const char *answer)
{
    ui->leaving->proposals_go = true;
    leave_go_on(ui, answer && *answer == 'y');
}

bool leave_asks_proposals(struct ui *ui, size_t count)
{
    if (!count || ui->leaving->proposals_go) return false;
    prompt_question(ui, "yn", proposals_answered, "%zu %s not accepted and cannot be kept: %s anyway? (y/n) ",
                    count, count == 1 ? "proposal is" : "proposals are",
                    ui->leaving->closes ? "close it" : "leave");
    return true;
}

void leave_quit(struct ui *ui)
{
    size_t sum = 0, kept;
    for (size_t i = 0; i < ui->documents->count; i++) {
        (void)leave_loses(ui, ui->documents->list[i], &kept);
        sum += kept;
    }
    struct buffer *said = &ui->ending->farewell;
    if (sum && !buffer_printf(said, "lacuna: %zu %s kept and will be back when you open the file again\n",
                              sum, sum == 1 ? "proposal is" : "proposals are"))
        said->size = 0;
    ui->ending->quitting = true;
}
