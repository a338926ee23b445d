#include "mouse.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "page_rows.h"
#include "timeline_paint.h"
#include "tray_paint.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"
#include "ui/terminal/input_parser.h"
#include "ui/terminal/screen.h"
#include "view.h"

#include <math.h>
#include <stdlib.h>

enum { WHEEL_ROWS = 3 };
static const double click_seconds = 0.4; /* two presses within this time are a double click */

/* The selection of a drag: everything from the first unit to the one under the mouse. */
enum unit { CHARACTERS, WORDS, PARAGRAPHS };
static const double scroll_seconds = 0.04;

static void unit_around(const struct text *text, enum unit unit, size_t at, size_t *start, size_t *end)
{
    *start = *end = at;
    if (unit == WORDS) text_word_around(text, at, start, end);
    if (unit == WORDS && *start == *end) *end = text_next_cluster(text, at);
    if (unit == PARAGRAPHS) text_paragraph_around(text, at, start, end);
}

static void select_between(struct doc *doc, size_t from, size_t to)
{
    doc_move(doc, from, false);
    if (to != from) doc_move(doc, to, true);
    doc->follow = false; /* the page stays under the mouse */
}

static void press(struct mouse_state *mouse, struct doc *doc, const struct input *in, size_t at)
{
    double now = clock_seconds();
    bool again = now - mouse->click.when < click_seconds && in->row == mouse->click.row &&
                 abs(in->column - mouse->click.column) < 2;
    mouse->click.count = again ? mouse->click.count % 3 + 1 : 1;
    mouse->click.when = now;
    mouse->click.row = in->row;
    mouse->click.column = in->column;
    mouse->click.pressed = true;
    if (in->extends) {
        doc_move(doc, at, true);
        mouse->click.start = mouse->click.end = doc->anchor;
        return;
    }
    unit_around(doc->text, (enum unit)(mouse->click.count - 1), at, &mouse->click.start, &mouse->click.end);
    select_between(doc, mouse->click.start, mouse->click.end);
}

static void drag(struct mouse_state *mouse, struct doc *doc, size_t at)
{
    size_t start, end;
    if (!mouse->click.pressed) return;
    unit_around(doc->text, (enum unit)(mouse->click.count > 0 ? mouse->click.count - 1 : 0), at, &start,
                &end);
    if (at < mouse->click.start)
        select_between(doc, mouse->click.end, start);
    else
        select_between(doc, mouse->click.start, end > mouse->click.end ? end : mouse->click.end);
}

/* ---- held at an edge ---------------------------------------------------------------------------------- */

static void scroll_and_drag(struct ui *ui)
{
    size_t at, cursor = ui->doc->cursor, top = text_mark_get(ui->doc->text, ui->doc->top);
    int skip = ui->doc->top_skip;
    view_scroll(ui, ui->mouse->edge.direction);
    if (view_at(ui, ui->mouse->edge.direction < 0 ? 0 : view_rows(ui) - 1, ui->mouse->edge.column, &at))
        drag(ui->mouse, ui->doc, at);
    bool moved = cursor != ui->doc->cursor || skip != ui->doc->top_skip ||
                 top != text_mark_get(ui->doc->text, ui->doc->top);
    if (!moved) ui->mouse->edge.direction = 0; /* nothing more to scroll */
    ui->mouse->edge.next = clock_seconds() + scroll_seconds;
}

int mouse_timeout(const struct mouse_state *mouse)
{
    if (!mouse->edge.direction) return -1;
    double left = mouse->edge.next - clock_seconds();
    return left > 0 ? (int)ceil(1000 * left) : 0;
}

void mouse_tick(struct ui *ui)
{
    if (mouse_timeout(ui->mouse) == 0) scroll_and_drag(ui);
}

void mouse_let_go(struct mouse_state *mouse)
{
    mouse->edge.direction = 0;
    mouse->click.pressed = false;
}

void mouse_event(struct ui *ui, const struct input *in)
{
    size_t at;
    int rows = view_rows(ui), row = in->row;
    if (timeline_mouse(ui, in) || tray_mouse(ui, in)) return;
    if (in->mouse == MOUSE_WHEEL_UP || in->mouse == MOUSE_WHEEL_DOWN) {
        view_scroll(ui, in->mouse == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
        ui->doc->follow = false;
        return;
    }
    ui->mouse->edge.direction = 0;
    if (in->mouse == MOUSE_RELEASE) mouse_let_go(ui->mouse);
    if (in->mouse != MOUSE_PRESS && in->mouse != MOUSE_DRAG) return;
    if (in->mouse == MOUSE_PRESS && row >= rows) return;
    if (in->mouse == MOUSE_DRAG && ui->mouse->click.pressed && (row >= rows || row <= 0)) {
        ui->mouse->edge.direction = row <= 0 ? -1 : 1;
        ui->mouse->edge.column = in->column;
        scroll_and_drag(ui);
        return;
    }
    if (row >= rows) row = rows - 1;
    if (!view_at(ui, row, in->column, &at)) return;
    ui->message->text[0] = '\0';
    if (in->mouse == MOUSE_PRESS)
        press(ui->mouse, ui->doc, in, at);
    else
        drag(ui->mouse, ui->doc, at);
}

void mouse_apply(struct ui *ui)
{
    screen_mouse(ui->settings->mouse);
}
