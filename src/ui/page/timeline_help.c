#include "timeline_help.h"
#include "help.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/screen.h"

#include <string.h>

static const char what_it_is[] =
    "The timeline: the steps of this proposal\n"
    "  A bar for each step: the more words it drew, the higher. | is the step shown.\n"
    "  Below: the chosen word, at which step it was drawn, with what probability q;\n"
    "  at the right the step and the remaining noise, σ̄.\n"
    "\n"
    "Words and bars\n";

/* The lines of the legend for the words in the text. */
static bool add_legend(struct buffer *out)
{
    bool colors = screen_has_colors();
    return buffer_printf(out, "  %s  not drawn at this step; as wide as its word will be\n",
                         screen_masked()) &&
           buffer_append_string(out, "  fresh, pinned: drawn in this step; kept by you\n") &&
           buffer_printf(out, "  %s  drawn with q of at least 0.5\n", colors ? "sure  " : " word ") &&
           buffer_printf(out, "  %s  q from 0.05 to 0.5\n", colors ? "likely" : "~word ") &&
           buffer_printf(out, "  %s  q below 0.05\n", colors ? "unsure" : "?word ");
}

/* The keys of a group of commands in a context; for the timeline also those of the page. */
static bool add_keys(const struct ui_keymap *keymap, enum ui_context context, const char *title,
                     const char *group, struct buffer *out)
{
    bool ok = buffer_append_string(out, title);
    for (const struct ui_command *c = keymap->commands; ok && c->name; c++) {
        char keys[UI_SEQUENCE_NAME];
        if (strcmp(c->group, group) != 0) continue;
        ui_keymap_keys(keymap, c->name, context, keys);
        if (!*keys && context == UI_TIMELINE) ui_keymap_keys(keymap, c->name, UI_BLANK | UI_EDIT, keys);
        int cells = screen_cells(keys);
        if (*keys) ok = buffer_printf(out, "  %s%*s  %s\n", keys, cells < 8 ? 8 - cells : 0, "", c->help);
    }
    return ok;
}

void do_timeline_help(struct ui *ui)
{
    struct buffer lines = {0};
    if (!buffer_append_string(&lines, what_it_is) || !add_legend(&lines) ||
        !add_keys(ui->keymap, UI_TIMELINE, "\nKeys\n", "Timeline", &lines) ||
        !add_keys(ui->keymap, UI_TIMELINE, "", "Watching", &lines) || !help_show(ui->help, &lines))
        ui_complain(ui->message, "out of memory");
    buffer_free(&lines);
}

static const char what_is_beside[] =
    "Side by side: the same blank drawn several times, each run at the same step\n"
    "  Where one draw was swapped, words that differ from the first run are marked,\n"
    "  and the label names the step at which the runs diverge.\n"
    "\n"
    "Words\n";

void do_beside_help(struct ui *ui)
{
    struct buffer lines = {0};
    if (!buffer_append_string(&lines, what_is_beside) || !add_legend(&lines) ||
        !add_keys(ui->keymap, UI_BESIDE, "\nKeys\n", "Side by side", &lines) ||
        !add_keys(ui->keymap, UI_BESIDE, "", "Watching", &lines) || !help_show(ui->help, &lines))
        ui_complain(ui->message, "out of memory");
    buffer_free(&lines);
}
