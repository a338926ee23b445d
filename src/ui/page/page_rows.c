#include "page_rows.h"
#include "lacuna/base.h"
#include "ui/blank/timeline.h"
#include "ui/document/document.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/lens/lens.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"
#include "ui/tray/instead.h"
#include "ui/tray/tray.h"
#include "ui/tray/vary.h"

int timeline_rows(const struct ui *ui)
{
    if (!timeline_active(ui->timeline, ui->doc)) return 0;
    return ui->picture->rows >= 8 ? 2 : ui->picture->rows >= 5 ? 1 : 0;
}

/* Eight candidates and a title on a screen of 24 rows, and the same share of other screens. */
static int most_rows(const struct picture *picture)
{
    enum { ROWS = 9, OF = 22, LEAST = 6 };
    return picture->rows < LEAST ? 0 : (picture->rows - 2) * ROWS / OF;
}

int tray_rows(const struct ui *ui)
{
    enum { ALTERNATIVES_ROWS = 3 };
    int most = most_rows(ui->picture);
    if (vary_context(ui)) return most ? 1 : 0;
    if (instead_context(ui)) return most < ALTERNATIVES_ROWS ? most : ALTERNATIVES_ROWS;
    if (!tray_context(ui)) return 0;
    int wanted = (int)tray_proposal(ui->doc)->count + 1;
    return wanted < most ? wanted : most;
}

int lens_rows(const struct ui *ui)
{
    return ui->settings->lens != LENS_OFF && ui->picture->rows >= 6 && !timeline_rows(ui) && !tray_rows(ui);
}

int view_rows(const struct ui *ui)
{
    /* Below the page: the status line, and the line for hints, messages and questions. */
    return ui->picture->rows > 2 ? ui->picture->rows - 2 - timeline_rows(ui) - tray_rows(ui) - lens_rows(ui)
                                 : 1;
}
