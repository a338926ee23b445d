#include "help_here.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/blank/context.h"
#include "ui/blank/filling.h"
#include "ui/blank/meant_blank.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/prompt/prompt.h"
#include "ui/tray/choosing.h"

#include <string.h>

/* The page has too many commands to list all. These are the ones that a writer needs first. */
static const char *const
    on_page[] = {"fill",   "blank",         "next-blank", "fill-all",      "palette", "save",
                 "undo",   "redo",          "find",       "replace",       "cut",     "copy",
                 "paste",  "next-word",     "spell",      "open",          "files",   "go-to-line",
                 "themes", "keep-settings", "quit",       "close-or-quit", NULL},
    *const on_empty[] = {"blank", "open", "palette", "command-line", "themes", "quit", "close-or-quit", NULL},
    *const on_blank[] = {"fill",         "conditions",   "type-into",  "fill-all",
                         "blank-length", "blank-remove", "next-blank", "previous-blank",
                         "undo",         "palette",      NULL},
    *const while_filling[] = {"cancel",     "timeline", "next-blank", "previous-blank",
                              "accept-all", "save",     NULL},
    *const selected[] = {"fill",    "blank",  "vary",   "cut",    "copy", "paste", "delete-backward",
                         "replace", "reflow", "unwrap", "cancel", NULL},
    *const in_normal[] = {"vi-insert",     "vi-append", "vi-open",   "fill",          "blank",
                          "next-blank",    "fill-all",  "palette",   "command-line",  "vi-undo",
                          "vi-redo",       "vi-repeat", "vi-delete", "vi-change",     "vi-yank",
                          "vi-put",        "vi-visual", "vi-search", "vi-next-match", "vi-next-word",
                          "vi-write-quit", NULL},
    *const in_visual[] = {"fill",         "vary",      "blank",    "vi-delete", "vi-change",
                          "vi-yank",      "vi-lower",  "vi-upper", "vi-reflow", "vi-other-end",
                          "command-line", "vi-normal", NULL};

static void take(const struct ui_keymap *map, const char *const *names, struct help_here *out)
{
    for (; *names && out->count < MOST_HERE; names++) {
        const struct ui_command *command = ui_command_find(map->commands, *names, strlen(*names));
        if (command) out->commands[out->count++] = command;
    }
}

/* Every command that has a key there, in the order of the keymap. `useful` may leave some out; it may be NULL. */
static void take_bound(const struct ui_keymap *map, enum ui_context context,
                       bool (*useful)(const char *command, const void *user), const void *user,
                       struct help_here *out)
{
    for (size_t i = 0; i < map->count && out->count < MOST_HERE; i++) {
        const struct ui_binding *b = &map->bindings[i];
        bool known = b->context != context || (useful && !useful(b->command->name, user));
        for (size_t j = 0; j < out->count; j++) known |= out->commands[j] == b->command;
        if (!known) out->commands[out->count++] = b->command;
    }
}

static const char *prompt_title(const struct prompt *prompt)
{
    if (prompt->letters) return "A question: answer with one of the letters in brackets";
    if (prompt->pick) return "A list: type to narrow it";
    return prompt->finds ? "A pattern: it is searched for as you type" : "A line to type";
}

static bool is_one_of(const char *name, const char *const *list)
{
    while (*list && strcmp(*list, name) != 0) list++;
    return *list;
}

/* A question takes only letters. Keys of patterns, lists and completion are listed only where these are. */
static bool is_useful_in_prompt(const char *command, const void *user)
{
    static const char *const in_questions[] = {"prompt-accept", "prompt-cancel", "help", NULL},
                             *const in_patterns[] = {"search-case", "search-words", "search-regex", NULL},
                             *const among_matches[] = {"prompt-next", "prompt-previous", NULL},
                             *const completing[] = {"prompt-complete", "prompt-complete-back", NULL},
                             *const older[] = {"prompt-older", "prompt-newer", NULL};
    const struct prompt *prompt = user;
    if (prompt->letters)
        return is_one_of(command, in_questions) && (prompt->offers || strcmp(command, "prompt-accept") != 0);
    if (is_one_of(command, in_patterns)) return prompt->finds;
    if (is_one_of(command, among_matches)) return prompt->step;
    if (is_one_of(command, completing)) return prompt->complete;
    return !is_one_of(command, older) || prompt->history || prompt->pick;
}

static void find_on_page(const struct ui *ui, unsigned context, struct help_here *out)
{
    struct text_blank b;
    size_t start, end;
    bool modal = context & (UI_NORMAL | UI_OPERATOR);
    if (context & UI_VISUAL) {
        out->title = "Words are selected";
        take(ui->keymap, in_visual, out);
    } else if (filling_current(ui->filling)) {
        out->title = "Blanks are being filled";
        take(ui->keymap, while_filling, out);
    } else if (doc_selection(ui->doc, &start, &end)) {
        out->title = "Words are selected";
        take(ui->keymap, selected, out);
    } else if (blank_meant(ui->doc, &b)) {
        out->title = "The cursor is at a blank";
        take(ui->keymap, on_blank, out);
    } else if (modal) {
        out->title = "Normal mode: keys are commands";
        take(ui->keymap, in_normal, out);
    } else if (!text_size(ui->doc->text)) {
        out->title = "An empty page: write, or use these keys";
        take(ui->keymap, on_empty, out);
    } else {
        out->title = "Writing";
        take(ui->keymap, on_page, out);
    }
}

void help_find_here(const struct ui *ui, struct help_here *out)
{
    enum ui_context listed = choosing_context(ui), context = listed ? listed : ui_context_now(ui);
    *out = (struct help_here){.contexts = context};
    if (listed) {
        out->title = listed == UI_VARY           ? "Varying: part of the words is drawn again"
                     : listed == UI_ALTERNATIVES ? "Alternatives to a word of the proposal"
                                                 : "A proposal, and the other proposals for the blank";
        take_bound(ui->keymap, listed, NULL, NULL, out);
        if (listed == UI_TRAY) take_bound(ui->keymap, UI_BLANK, NULL, NULL, out);
        out->contexts |= listed == UI_TRAY ? UI_BLANK | UI_EDIT : 0;
    } else if (context == UI_BESIDE) {
        out->title = "Side by side: the same blank, drawn in several ways";
        take_bound(ui->keymap, context, NULL, NULL, out);
    } else if (context == UI_PROMPT) {
        out->title = prompt_title(ui->prompt);
        take_bound(ui->keymap, context, is_useful_in_prompt, ui->prompt, out);
    } else if (context == UI_TIMELINE) {
        out->title = "The timeline: the steps of a proposal";
        take_bound(ui->keymap, context, NULL, NULL, out);
    } else if (context == UI_BLANK) {
        out->title = "A proposal: the text changes when it is accepted";
        out->contexts |= UI_EDIT;
        take_bound(ui->keymap, context, NULL, NULL, out);
    } else {
        find_on_page(ui, context, out);
    }
}
