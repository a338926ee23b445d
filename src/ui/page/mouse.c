#include "mouse.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "timeline_paint.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/settings/settings.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/screen.h"
#include "view.h"

#include <math.h>
#include <stdlib.h>

enum { WHEEL_ROWS = 3 };
static const double click_seconds = 0.4; /* two presses in this time are one double click */

/* What a drag selects: everything from the unit that was pressed on to the one under the mouse. */
enum unit { CHARACTERS, WORDS, PARAGRAPHS };
static struct {
    double when;
    int row, column, count;
    bool pressed;
    size_t start, end; /* the unit that was pressed on */
} click;
/* A drag that is at the upper (-1) or lower edge (1), where terminals tell of no further movement. */
static struct {
    int direction, column;
    double next; /* when it scrolls again */
} edge;
static const double scroll_seconds = 0.04;

static void unit_around(const struct text *text, enum unit unit, size_t at, size_t *start, size_t *end)
{
    *start = *end = at;
    if (unit == WORDS) text_word_around(text, at, start, end);
    if (unit == WORDS && *start == *end) *end = text_next_cluster(text, at);
    if (unit == PARAGRAPHS) text_paragraph_around(text, at, start, end);
}

static void select_between(struct ui *ui, size_t from, size_t to)
{
    doc_move(ui, from, false);
    if (to != from) doc_move(ui, to, true);
    ui->follow = false; /* the page stays under the mouse */
}

static void press(struct ui *ui, const struct input *in, size_t at)
{
    double now = clock_seconds();
    bool again =
        now - click.when < click_seconds && in->row == click.row && abs(in->column - click.column) < 2;
    click.count = again ? click.count % 3 + 1 : 1;
    click.when = now;
    click.row = in->row;
    click.column = in->column;
    click.pressed = true;
    if (in->extends) {
        doc_move(ui, at, true);
        click.start = click.end = ui->doc->anchor;
        return;
    }
    unit_around(ui->doc->text, (enum unit)(click.count - 1), at, &click.start, &click.end);
    select_between(ui, click.start, click.end);
}

static void drag(struct ui *ui, size_t at)
{
    size_t start, end;
    if (!click.pressed) return;
    unit_around(ui->doc->text, (enum unit)(click.count > 0 ? click.count - 1 : 0), at, &start, &end);
    if (at < click.start)
        select_between(ui, click.end, start);
    else
        select_between(ui, click.start, end > click.end ? end : click.end);
}

/* ---- held at an edge ---------------------------------------------------------------------------------- */

static void scroll_and_drag(struct ui *ui)
{
    size_t at, cursor = ui->doc->cursor, top = text_mark_get(ui->doc->text, ui->doc->top);
    int skip = ui->doc->top_skip;
    view_scroll(ui, edge.direction);
    if (view_at(ui, edge.direction < 0 ? 0 : view_rows(ui) - 1, edge.column, &at)) drag(ui, at);
    bool moved = cursor != ui->doc->cursor || skip != ui->doc->top_skip ||
                 top != text_mark_get(ui->doc->text, ui->doc->top);
    if (!moved) edge.direction = 0; /* there is no more */
    edge.next = clock_seconds() + scroll_seconds;
}

int mouse_timeout(const struct ui *ui)
{
    (void)ui;
    if (!edge.direction) return -1;
    double left = edge.next - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

void mouse_tick(struct ui *ui)
{
    if (mouse_timeout(ui) == 0) scroll_and_drag(ui);
}

void mouse_let_go(void)
{
    edge.direction = 0;
    click.pressed = false;
}

void mouse_event(struct ui *ui, const struct input *in)
{
    size_t at;
    int rows = view_rows(ui), row = in->row;
    if (timeline_mouse(ui, in)) return;
    if (in->mouse == MOUSE_WHEEL_UP || in->mouse == MOUSE_WHEEL_DOWN) {
        view_scroll(ui, in->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
        ui->follow = false;
        return;
    }
    edge.direction = 0;
    if (in->mouse == MOUSE_RELEASE) mouse_let_go();
    if (in->mouse != MOUSE_PRESS && in->mouse != MOUSE_DRAG) return;
    if (in->mouse == MOUSE_PRESS && row >= rows) return;
    if (in->mouse == MOUSE_DRAG && click.pressed && (row >= rows || row <= 0)) {
        edge.direction = row <= 0 ? -1 : 1;
        edge.column = in->column;
        scroll_and_drag(ui);
        return;
    }
    if (row >= rows) row = rows - 1;
    if (!view_at(ui, row, in->column, &at)) return;
    ui->message[0] = '\0';
    if (in->mouse == MOUSE_PRESS)
        press(ui, in, at);
    else
        drag(ui, at);
}

void mouse_apply(struct ui *ui)
{
    screen_mouse(ui->settings->mouse);
}
