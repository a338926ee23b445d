#include "vi_mark_motion.h"
#include "lacuna/base.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/terminal/key_names.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_mark.h"
#include "vi_motion.h"
#include "vi_state.h"

static bool to_mark(struct ui *ui, struct vi_range *r)
{
    r->to_register_one = r->jump = true;
    return vi_mark_get(ui->doc, ui->vi->mark_wanted, &r->to);
}

static bool to_mark_line(struct ui *ui, struct vi_range *r)
{
    r->jump = true;
    return vi_mark_get(ui->doc, ui->vi->mark_wanted, &r->to) && vi_nonblank_of_line(ui->doc, r);
}

static void mark_key(struct ui *ui, ui_key key)
{
    ui->vi->mark_wanted = key;
    vi_move(ui, to_mark);
}

static void mark_line_key(struct ui *ui, ui_key key)
{
    ui->vi->mark_wanted = key;
    vi_move(ui, to_mark_line);
}

void do_vi_to_mark(struct ui *ui)
{
    vi_await(ui->vi, mark_key);
}

void do_vi_to_mark_line(struct ui *ui)
{
    vi_await(ui->vi, mark_line_key);
}
