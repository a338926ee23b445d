#include "status.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "lens_paint.h"
#include "page_rows.h"
#include "timeline_paint.h"
#include "tray_paint.h"
#include "ui/blank/context.h"
#include "ui/blank/filling.h"
#include "ui/blank/record.h"
#include "ui/blank/timeline.h"
#include "ui/blank/timeline_commands.h"
#include "ui/blank/voice.h"
#include "ui/document/document.h"
#include "ui/document/modal.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/prose/word_count.h"
#include "ui/settings/settings.h"
#include "ui/terminal/cells.h"
#include "ui/terminal/looks.h"
#include "ui/terminal/picture.h"
#include "ui/tray/choosing.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* Writes a number with a comma between thousands: 12,345. */
static void number(size_t n, char out[32])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%zu", n), used = 0;
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0) out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

static size_t column_in_line(const struct text *text, size_t cursor)
{
    enum { FAR = 16384 };
    size_t at = text_this_line_start(text, cursor), column = 1;
    if (cursor - at > FAR) return cursor - at + 1; /* in a very long line bytes are counted */
    for (; at < cursor; column++) {
        size_t next = text_next_cluster(text, at);
        if (next <= at) break;
        at = next;
    }
    return column;
}

/* The progress towards the goal of the session. */
static void describe_goal(const struct doc *doc, const struct settings *settings, char *out, size_t size)
{
    char now[32], goal[32];
    bool fewer = doc->words < doc->words_begun;
    *out = '\0';
    if (!settings->goal || !words_counted(doc)) return;
    number(fewer ? doc->words_begun - doc->words : doc->words - doc->words_begun, now);
    number((size_t)settings->goal, goal);
    snprintf(out, size, "  %s%s of %s", fewer ? "-" : "+", now, goal);
}

/* How much the status row shows, from everything in a wide one to almost nothing in a narrow one. */
enum tags { TAGS_LONG, TAGS_SHORT, TAGS_URGENT, TAGS_NONE };
enum extent { PLACE_AND_GOAL, PLACE_AND_WORDS, PLACE_AND_COUNT, PLACE_ONLY };

static void describe_place(struct doc *doc, const struct settings *settings, enum extent extent, char *out,
                           size_t size)
{
    char words[32] = "", goal[96] = "";
    size_t start, end;
    int used = snprintf(out, size, "%zu:%zu", text_line_of(doc->text, doc->cursor) + 1,
                        column_in_line(doc->text, doc->cursor));
    bool selected = doc_selection(doc, &start, &end);
    if (!words_counted(doc) || extent == PLACE_ONLY) return;
    size_t count = selected ? words_between(doc, start, end) : doc->words;
    number(count, words);
    if (extent == PLACE_AND_GOAL) describe_goal(doc, settings, goal, sizeof goal);
    if (extent == PLACE_AND_COUNT)
        snprintf(out + used, size - (size_t)used, "  %sw%s", words, selected ? " sel" : "");
    else
        snprintf(out + used, size - (size_t)used, "  %s %s%s%s", words, count == 1 ? "word" : "words",
                 selected ? " selected" : "", goal);
}

/* One message, when the goal is reached. */
static void watch_goal(struct ui *ui)
{
    struct doc *doc = ui->doc;
    if (!ui->settings->goal || !words_counted(doc) || doc->goal_said || ui->message->text[0]) return;
    if (doc->words < doc->words_begun + (size_t)ui->settings->goal) return;
    doc->goal_said = true;
    ui_say(ui->message, "%d words: the goal is reached", ui->settings->goal);
}

/* Appends to a list of facts separated by dots. */
PRINTF_LIKE(3, 4) static void append_fact(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;
    if (used) snprintf(out + used, size - used, " · ");
    used = strlen(out);
    va_start(arguments, format);
    vsnprintf(out + used, size - used, format, arguments);
    va_end(arguments);
}

/* `details`: the noise level and the milliseconds of the step, too. */
static void describe_job(const struct job *job, bool held, bool details, char *out, size_t size)
{
    if (job->loading) {
        snprintf(out, size, "loading the model …");
        return;
    }
    const char *state = held ? "held at " : "";
    if (!job->step)
        append_fact(out, size, held ? "held" : "starting …");
    else if (job->planned && job->step > job->planned)
        append_fact(out, size, "%sstep %u, words drawn again", state, job->step);
    else
        append_fact(out, size, "%sstep %u of %u", state, job->step, job->steps);
    if (job->step && job->windows > 1)
        append_fact(out, size, "window %u of %u", job->window + 1, job->windows);
    if (details && job->step && job->step <= job->planned) append_fact(out, size, "σ̄ %.3g", job->sigma_bar);
    if (details && job->step && job->ms >= 0.5) append_fact(out, size, "%.0f ms", job->ms);
    append_fact(out, size, "seed %llu", (unsigned long long)job->seed);
}

/* `details`: how it was drawn, and the mean logarithm of the probabilities of its tokens, too. */
static void describe_proposal(const struct proposal *p, bool details, char *out, size_t size)
{
    const struct candidate *c = &p->candidates[p->chosen];
    if (p->count > 1) append_fact(out, size, "%zu of %zu", p->chosen + 1, p->count);
    append_fact(out, size, "%u %s", c->words.count, c->words.count == 1 ? "token" : "tokens");
    append_fact(out, size, "seed %llu", (unsigned long long)c->seed);
    if (!details) return;
    bool finished = c->top_p > 0;
    if (c->seconds >= 0.001) append_fact(out, size, "%.2g s", c->seconds);
    if (finished && c->temperature != 1) append_fact(out, size, "T %g", c->temperature);
    if (finished && c->top_p != 1) append_fact(out, size, "p %g", c->top_p);
    if (isfinite(candidate_ln_q(c))) append_fact(out, size, "ln q %.2f", candidate_ln_q(c));
}

static void describe_blanks(const struct ui *ui, bool brief, char *out, size_t size)
{
    const struct job *job = filling_current(ui->filling);
    struct text_blank b;
    const struct proposal *p = proposal_at(ui->doc, ui->doc->cursor, &b);
    size_t count = text_blank_count(ui->doc->text);
    bool details = ui->settings->fill_details || timeline_active(ui->timeline, ui->doc);
    out[0] = '\0';
    if (job && (ui->settings->plain || (brief && !job->step)))
        snprintf(out, size, "filling …");
    else if (job && brief)
        snprintf(out, size, "%u/%u", job->step, job->planned > job->step ? job->planned : job->step);
    else if (job)
        describe_job(job, ui->filling->held, details, out, size);
    else if (p && p->count && !p->job && brief)
        snprintf(out, size, "%zu of %zu", p->chosen + 1, p->count);
    else if (p && p->count && !p->job)
        describe_proposal(p, details, out, size);
    else if (ui->voice->progress[0])
        snprintf(out, size, "%s", ui->voice->progress);
    else if (count && !brief)
        snprintf(out, size, "%zu %s", count, count == 1 ? "blank" : "blanks");
}

/* Everything about the file that is unusual. */
static void describe_file(const struct doc *doc, bool recorded, enum tags tags, char *out, size_t size)
{
    static const char *const own[] = {"", "BOM", "L1", "W1252", "U16LE", "U16BE", "U16LE", "U16BE"};
    enum text_encoding encoding = text_encoding(doc->text);
    const char *briefly = encoding < TEXT_OTHER_ENCODINGS ? own[encoding] : text_encoding_word(encoding);
    bool brief = tags != TAGS_LONG, crlf = text_line_ending(doc->text) == TEXT_CRLF;
    bool strays = text_has_strays(doc->text);
    *out = '\0';
    if (tags == TAGS_NONE) return;
    if (tags == TAGS_URGENT)
        encoding = TEXT_UTF8, crlf = strays = recorded = false; /* these are left out first */
    snprintf(out, size, "%s%s%s%s%s%s%s%s",
             !doc->read_only ? ""
             : brief         ? " [ro]"
                             : "  [read-only]",
             !doc->disk_differs ? ""
             : brief            ? " [disk!]"
                                : "  [changed on disk]",
             !doc->journal_trouble ? ""
             : brief               ? " [journal!]"
                                   : "  [journal cannot be written]",
             !recorded ? ""
             : brief   ? " [rec]"
                       : "  [recorded]",
             !strays ? ""
             : brief ? " [bytes]"
                     : "  [not all UTF-8]",
             encoding == TEXT_UTF8 ? ""
             : brief               ? " "
                                   : "  ",
             encoding == TEXT_UTF8 ? ""
             : brief               ? briefly
                                   : text_encoding_name(encoding),
             !crlf   ? ""
             : brief ? " CRLF"
                     : "  CRLF");
}

/* Whether the text is saved, the mode, and the typed part of a command. */
static void describe_mode(const struct ui *ui, bool brief, char *out, size_t size)
{
    char waiting[64], mode[32];
    const char *whole = ui->modal->name(ui), *second = strchr(whole, ' '), *gap = brief ? " " : "  ";
    ui->modal->pending(ui, waiting, sizeof waiting);
    if (brief && second)
        snprintf(mode, sizeof mode, "%c-%c", whole[0], second[1]);
    else
        snprintf(mode, sizeof mode, "%.*s", brief ? 3 : 30, whole);
    snprintf(out, size, "%s%s%s%s%s", text_dirty(ui->doc->text) ? " *" : "", *mode ? gap : "", mode,
             *waiting ? gap : "", waiting);
}

/* The left part of the status row. The name gets the cells that the rest leaves. */
struct status_left {
    char name[256], marks[128], file[128], place[128];
};
static const struct status_form {
    int name; /* the least number of its cells */
    bool brief;
    enum tags tags;
    enum extent place;
} forms[] = {{24, false, TAGS_LONG, PLACE_AND_GOAL},  {24, false, TAGS_SHORT, PLACE_AND_GOAL},
             {12, false, TAGS_SHORT, PLACE_AND_GOAL}, {12, false, TAGS_SHORT, PLACE_AND_WORDS},
             {8, false, TAGS_SHORT, PLACE_AND_COUNT}, {4, true, TAGS_SHORT, PLACE_AND_COUNT},
             {4, true, TAGS_SHORT, PLACE_ONLY},       {4, true, TAGS_URGENT, PLACE_ONLY},
             {4, true, TAGS_NONE, PLACE_ONLY},        {0, true, TAGS_NONE, PLACE_ONLY}};

/* False: it does not fit. */
static bool compose(const struct ui *ui, bool recorded, const struct status_form *form, int width,
                    struct status_left *out)
{
    const char *name = doc_name(ui->doc);
    describe_mode(ui, form->brief, out->marks, sizeof out->marks);
    describe_file(ui->doc, recorded, form->tags, out->file, sizeof out->file);
    describe_place(ui->doc, ui->settings, form->place, out->place, sizeof out->place);
    int gap = form->brief ? 1 : 2, margin = form->name ? 1 : 0;
    int room =
        width - margin - gap - screen_cells(out->marks) - screen_cells(out->file) - screen_cells(out->place);
    int wanted = screen_cells(name), least = wanted < form->name ? wanted : form->name;
    screen_shorten(name, room > 0 ? room : 0, out->name, sizeof out->name);
    if (!form->name) out->name[0] = '\0';
    return room >= least;
}

static void paint_left(const struct picture *picture, int row, const struct status_form *form,
                       const struct status_left *left)
{
    int used = form->name ? 1 : 0, gap = form->brief ? 1 : 2;
    const char *parts[] = {left->name, left->marks, left->file};
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        if (used < picture->columns)
            used += screen_text(row, used, picture->columns - used, i < 2 ? LOOK_STATUS_STRONG : LOOK_STATUS,
                                parts[i]);
    if (used) used += gap;
    if (used < picture->columns) screen_text(row, used, picture->columns - used, LOOK_STATUS, left->place);
}

/* The state of a fill is more important than the end of a long name, but its details are less important than
 * the cursor's place. */
static void paint_status(const struct ui *ui, int row)
{
    enum { WITH_ALL_OF_THE_FILL = 4 }; /* the first forms may stand beside the long state of a fill */
    struct status_left left;
    char fill[2][192];
    size_t last = ARRAY_SIZE(forms) - 1;
    bool recorded = record_wanted(ui->settings, ui->doc);
    describe_blanks(ui, false, fill[0], sizeof fill[0]);
    describe_blanks(ui, true, fill[1], sizeof fill[1]);
    screen_fill_row(row, 0, ui->picture->columns, LOOK_STATUS);
    for (int brief = 0; brief < 2; brief++) {
        int cells = *fill[brief] ? screen_cells(fill[brief]) + 3 : 1;
        for (size_t i = 0; i < (brief ? last + 1 : WITH_ALL_OF_THE_FILL); i++) {
            if (!compose(ui, recorded, &forms[i], ui->picture->columns - cells, &left)) continue;
            paint_left(ui->picture, row, &forms[i], &left);
            screen_text(row, ui->picture->columns - cells + 2, cells - 2, LOOK_STATUS, fill[brief]);
            return;
        }
    }
    compose(ui, recorded, &forms[last], ui->picture->columns, &left);
    paint_left(ui->picture, row, &forms[last], &left);
}

/* ---- hints --------------------------------------------------------------------------------------------- */

static const struct hint {
    const char *command, *text;
} edit_hints[] = {{"help", "help"},         {"save", "save"},
                  {"quit", "quit"},         {"close-or-quit", "close"},
                  {"blank", "blank"},       {"fill", "fill"},
                  {"fill-all", "fill all"}, {"next-blank", "next blank"},
                  {"undo", "undo"},         {"find", "find"},
                  {"replace", "replace"},   {"palette", "commands"}},
  /* of keymaps with modes */
    normal_hints[] =
        {{"help", "help"},         {"vi-insert", "insert"},     {"vi-undo", "undo"},
         {"vi-search", "find"},    {"command-line", "command"}, {"vi-write-quit", "save and quit"},
         {"fill-all", "fill all"}, {"next-blank", "next blank"}},
  insert_hints[] = {{"vi-normal", "normal mode"}, {"help", "help"}, {"fill-all", "fill all"}},
  visual_hints[] = {{"vi-normal", "deselect"},  {"vi-delete", "delete"}, {"vi-change", "change"},
                    {"vi-yank", "copy"},        {"blank", "blank"},      {"fill", "fill"},
                    {"command-line", "command"}},
  blank_hints[] = {{"accept", "accept"},        {"again", "again"},
                   {"next-candidate", "next"},  {"previous-candidate", "previous"},
                   {"timeline", "timeline"},    {"discard", "discard"},
                   {"next-blank", "next blank"}},
  tray_hints[] = {{"accept", "accept"},  {"tray-down", "choose"}, {"accept-word", "one word"},
                  {"tray-more", "more"}, {"tray-drop", "drop"},   {"alternatives", "words"},
                  {"conditions", "ask"}, {"mix", "mix"},          {"timeline", "steps"},
                  {"discard", "discard"}},
  lone_hints[] = {{"accept", "accept"},     {"accept-word", "one word"}, {"tray-more", "more"},
                  {"again", "again"},       {"alternatives", "words"},   {"conditions", "ask"},
                  {"timeline", "timeline"}, {"discard", "discard"},      {"next-blank", "next blank"}},
  vary_hints[] = {{"vary-more", "more"},         {"vary-less", "less"},   {"vary-accept", "accept"},
                  {"vary-original", "original"}, {"vary-again", "again"}, {"vary-leave", "leave"}},
  alternatives_hints[] = {{"alternatives-put", "put in"},          {"alternatives-down", "choose"},
                          {"alternatives-next-word", "next word"}, {"alternatives-previous-word", "back"},
                          {"alternatives-write", "write"},         {"alternatives-close", "proposals"}},
  timeline_hints[] = {{"timeline-back", "back"},  {"timeline-on", "forward"},  {"timeline-next-word", "word"},
                      {"timeline-pin", "pin"},    {"timeline-open", "redraw"}, {"timeline-write", "write"},
                      {"timeline-fill", "go on"}, {"timeline-help", "help"},   {"timeline-play", "play"},
                      {"timeline-close", "close"}},
  whole_hints[] = {{"timeline-fill", "accept"},    {"timeline-back", "back"}, {"timeline-on", "forward"},
                   {"timeline-next-word", "word"}, {"timeline-pin", "pin"},   {"timeline-open", "redraw"},
                   {"timeline-write", "write"},    {"timeline-play", "play"}, {"timeline-close", "close"}},
  running_hints[] =
      {{"cancel", "stop filling"}, {"hold", "hold"},         {"one-step", "one step"}, {"slower", "slower"},
       {"faster", "faster"},       {"timeline", "timeline"}, {"help", "help"}},
  held_hints[] = {{"hold", "go on"},
                  {"one-step", "one step"},
                  {"timeline", "timeline"},
                  {"cancel", "stop filling"},
                  {"help", "help"}};

/* The first key that runs a command now. */
static void key_now(const struct ui_keymap *keymap, const char *command, unsigned contexts,
                    char out[UI_SEQUENCE_NAME])
{
    ui_keymap_keys(keymap, command, contexts, out);
    if (*out || !(contexts & (UI_NORMAL | UI_VISUAL | UI_BLANK))) return;
    ui_keymap_keys(keymap, command, UI_EDIT,
                   out); /* keys that have names, and keys with Alt, work here too */
    if (!(out[0] == 'F' && out[1]) && !(out[0] == 'M' && out[1] == '-')) *out = '\0';
}

static void paint_hints(const struct ui *ui, int row, const struct hint *hints, size_t count,
                        unsigned contexts)
{
    int column = 1;
    for (size_t i = 0; i < count; i++) {
        char key[UI_SEQUENCE_NAME];
        key_now(ui->keymap, hints[i].command, contexts, key);
        int cells = screen_cells(key) + 1 + screen_cells(hints[i].text);
        if (!*key || column + cells > ui->picture->columns) continue;
        column += screen_text(row, column, ui->picture->columns - column, LOOK_KEY, key) + 1;
        column += screen_text(row, column, ui->picture->columns - column, LOOK_HINT, hints[i].text) + 2;
    }
}

static void paint_mode_hints(const struct ui *ui, int row)
{
    enum ui_context context = ui->modal->context(ui);
    if (context & (UI_NORMAL | UI_OPERATOR))
        paint_hints(ui, row, normal_hints, ARRAY_SIZE(normal_hints), UI_NORMAL);
    else if (context == UI_VISUAL)
        paint_hints(ui, row, visual_hints, ARRAY_SIZE(visual_hints), UI_VISUAL);
    else if (ui->modal->has_modes)
        paint_hints(ui, row, insert_hints, ARRAY_SIZE(insert_hints), UI_EDIT);
    else
        paint_hints(ui, row, edit_hints, ARRAY_SIZE(edit_hints), UI_EDIT);
}

/* The hints on a proposal; false: the cursor is not on one. */
static bool paint_proposal_hints(const struct ui *ui, int row)
{
    enum ui_context listed = choosing_context(ui);
    if (listed != UI_VARY && (filling_current(ui->filling) || ui_context_now(ui) != UI_BLANK)) return false;
    if (listed == UI_VARY)
        paint_hints(ui, row, vary_hints, ARRAY_SIZE(vary_hints), listed);
    else if (listed == UI_ALTERNATIVES)
        paint_hints(ui, row, alternatives_hints, ARRAY_SIZE(alternatives_hints), listed);
    else if (listed == UI_TRAY)
        paint_hints(ui, row, tray_hints, ARRAY_SIZE(tray_hints), UI_TRAY | UI_BLANK);
    else if (ui->settings->candidates > 1)
        paint_hints(ui, row, lone_hints, ARRAY_SIZE(lone_hints), UI_BLANK);
    else
        paint_hints(ui, row, blank_hints, ARRAY_SIZE(blank_hints), UI_BLANK);
    return true;
}

static void paint_bottom(struct ui *ui, int row, int *cursor_row, int *cursor_column)
{
    watch_goal(ui);
    if (ui->prompt->active) {
        *cursor_row = row;
        prompt_paint(ui->prompt, ui->picture, row, cursor_column);
    } else if (ui->message->text[0]) {
        char shown[sizeof ui->message->text];
        screen_shorten(ui->message->text, ui->picture->columns - 1, shown, sizeof shown);
        screen_text(row, 1, ui->picture->columns - 1, ui->message->is_error ? LOOK_ERROR : LOOK_PLAIN, shown);
    } else if (ui->settings->hints && timeline_active(ui->timeline, ui->doc)) {
        if (timeline_is_whole(ui->timeline) && !timeline_is_running(ui))
            paint_hints(ui, row, whole_hints, ARRAY_SIZE(whole_hints), UI_TIMELINE);
        else
            paint_hints(ui, row, timeline_hints, ARRAY_SIZE(timeline_hints), UI_TIMELINE);
    } else if (ui->settings->hints && paint_proposal_hints(ui, row)) {
        return;
    } else if (ui->settings->hints && filling_current(ui->filling)) {
        unsigned contexts = ui->modal->context(ui) == UI_NORMAL ? UI_NORMAL : UI_EDIT;
        if (ui->filling->held)
            paint_hints(ui, row, held_hints, ARRAY_SIZE(held_hints), contexts);
        else
            /* plain shows no steps: there is nothing to hold or slow down */
            paint_hints(ui, row, running_hints, ui->settings->plain ? 1 : ARRAY_SIZE(running_hints),
                        contexts);
    } else if (ui->settings->hints) {
        paint_mode_hints(ui, row);
    }
}

void status_paint(struct ui *ui, int *cursor_row, int *cursor_column)
{
    if (timeline_rows(ui)) timeline_paint(ui, view_rows(ui));
    if (tray_rows(ui)) tray_paint(ui, view_rows(ui));
    if (lens_rows(ui)) lens_paint(ui, view_rows(ui));
    if (ui->picture->rows >= 2) paint_status(ui, ui->picture->rows > 2 ? ui->picture->rows - 2 : 1);
    if (ui->picture->rows > 2 || ui->prompt->active) {
        screen_fill_row(ui->picture->rows - 1, 0, ui->picture->columns, LOOK_PLAIN);
        paint_bottom(ui, ui->picture->rows - 1, cursor_row, cursor_column);
    }
}
