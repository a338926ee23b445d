#include "covered_text.h"
#include "beside.h"
#include "ui/editor_state.h"
#include "ui/page/compare.h"
#include "ui/page/help.h"

bool text_is_covered(const struct ui *ui)
{
    bool help = ui->help->active, compare = ui->compare->active, beside = ui->beside->active;
    return help || compare || beside;
}
