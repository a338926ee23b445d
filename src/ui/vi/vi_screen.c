#include "vi_screen.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/page/layout.h"
#include "ui/page/move_commands.h"
#include "ui/page/page_rows.h"
#include "ui/page/view.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_motion.h"
#include "vi_state.h"
#include "vi_text.h"
#include "vi_visual.h"

/* ---- rows of the screen ------------------------------------------------------------------------------ */

static bool by_rows(struct ui *ui, struct vi_range *r, bool on)
{
    struct row row, next;
    layout_row_of(ui, r->from, &row);
    int goal = ui->doc->goal >= 0 ? ui->doc->goal : layout_column_of(ui->layout, &row, r->from);
    for (size_t i = 0; i < vi_count(ui->vi); i++) {
        if (on ? !layout_next_row(ui, &row, &next) : !layout_previous_row(ui, &row, &next)) return i > 0;
        row = next;
    }
    r->to = layout_at_column(ui->layout, &row, goal);
    ui->vi->row_goal = goal;
    return true;
}

static bool row_down(struct ui *ui, struct vi_range *r)
{
    return by_rows(ui, r, true);
}

static bool row_up(struct ui *ui, struct vi_range *r)
{
    return by_rows(ui, r, false);
}

static bool row_start(struct ui *ui, struct vi_range *r)
{
    struct row row;
    layout_row_of(ui, r->from, &row);
    r->to = layout_origin(&row, row.start);
    return true;
}

static bool row_end(struct ui *ui, struct vi_range *r)
{
    struct row row;
    layout_row_of(ui, r->from, &row);
    r->to = layout_origin(&row, row.end);
    r->inclusive = true;
    if (r->to > r->from) r->to = text_previous_cluster(ui->doc->text, r->to);
    return true;
}

static bool on_screen(struct ui *ui, struct vi_range *r, int row)
{
    view_at(ui, row, 0, &r->to);
    r->jump = true;
    return vi_nonblank_of_line(ui->doc, r);
}

static bool screen_top(struct ui *ui, struct vi_range *r)
{
    int rows = view_rows(ui), row = (int)vi_count(ui->vi) - 1;
    return on_screen(ui, r, row < rows ? row : rows - 1);
}

static bool screen_middle(struct ui *ui, struct vi_range *r)
{
    return on_screen(ui, r, view_rows(ui) / 2);
}

static bool screen_bottom(struct ui *ui, struct vi_range *r)
{
    int row = view_rows(ui) - (int)vi_count(ui->vi);
    return on_screen(ui, r, row > 0 ? row : 0);
}

/* ---- scrolling --------------------------------------------------------------------------------------- */

static void scroll_half(struct ui *ui, int direction)
{
    int rows = ui->vi->counted ? (int)vi_count(ui->vi) : view_rows(ui) / 2;
    const struct text *text = ui->doc->text;
    size_t at = vi_line_start(text, ui->doc->cursor);
    bool moved = false;
    for (int i = 0; i < rows; i++) {
        if (direction > 0 ? !vi_next_line(text, at, &at) : !vi_previous_line(text, at, &at)) break;
        moved = true;
    }
    if (!moved) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    view_scroll(ui, direction * rows);
    doc_move(ui->doc, vi_clamp(text, vi_first_nonblank(text, at)), vi_is_visual(ui->vi));
}

void do_vi_half_down(struct ui *ui)
{
    scroll_half(ui, 1);
}

void do_vi_half_up(struct ui *ui)
{
    scroll_half(ui, -1);
}

void do_vi_page_down(struct ui *ui)
{
    for (size_t i = 0; i < vi_count(ui->vi); i++) do_page_down(ui);
}

void do_vi_page_up(struct ui *ui)
{
    for (size_t i = 0; i < vi_count(ui->vi); i++) do_page_up(ui);
}

/* Puts the cursor's row this many rows below the top. */
static void bring_row(struct ui *ui, int row)
{
    view_center(ui);
    int here = view_rows(ui) / 2;
    view_scroll(ui, here - row);
}

void do_vi_row_to_top(struct ui *ui)
{
    bring_row(ui, 0);
}

void do_vi_row_to_bottom(struct ui *ui)
{
    bring_row(ui, view_rows(ui) - 1);
}

/* ---- the commands ------------------------------------------------------------------------------------ */

VI_MOTION(row_down)
VI_MOTION(row_up)
VI_MOTION(row_start)
VI_MOTION(row_end)
VI_MOTION(screen_top)
VI_MOTION(screen_middle)
VI_MOTION(screen_bottom)
