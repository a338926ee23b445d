#include "welcome.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "page_rows.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"

#include <string.h>

enum { LINES = 3, LINE_SIZE = 512 };

/* The key of a command on the page; if the keymap has none, its form on the : line. */
static const char *key_or_name(const struct ui *ui, const char *command, char out[UI_SEQUENCE_NAME])
{
    ui_keymap_key_or_name(ui->keymap, command, ui->modal->has_modes ? UI_NORMAL | UI_EDIT : UI_EDIT, out);
    return out;
}

static void write_lines(const struct ui *ui, char lines[LINES][LINE_SIZE])
{
    char a[UI_SEQUENCE_NAME], b[UI_SEQUENCE_NAME], c[UI_SEQUENCE_NAME];
    const char *insert = ui->modal->has_modes ? key_or_name(ui, "vi-insert", a) : NULL;
    snprintf(lines[0], LINE_SIZE, "Write%s%s. A blank is [[8]] (eight tokens), or selected words: %s.",
             insert ? ": " : "", insert ? insert : "", key_or_name(ui, "blank", b));
    ui_keymap_key_or_name(ui->keymap, "accept", UI_BLANK, b);
    ui_keymap_key_or_name(ui->keymap, "discard", UI_BLANK, c);
    snprintf(lines[1], LINE_SIZE, "%s fills it from the words on both sides. %s accepts, %s discards.",
             key_or_name(ui, "fill", a), b, c);
    snprintf(lines[2], LINE_SIZE,
             "%s shows the keys for here, %s finds any command, `lacuna --tour` is a tutorial.",
             key_or_name(ui, "help", a), key_or_name(ui, "palette", b));
}

void welcome_paint(const struct ui *ui, int left)
{
    enum { FIRST = 2 }; /* row; the first row is for the cursor */
    char lines[LINES][LINE_SIZE];
    int rows = view_rows(ui), column = left + 1;
    if (!ui->settings->hints || text_size(ui->doc->text)) return;
    write_lines(ui, lines);
    for (int i = 0; i < LINES; i++)
        if (FIRST + i < rows && column < ui->picture->columns)
            screen_text(FIRST + i, column, ui->picture->columns - column, LOOK_HINT, lines[i]);
}
