#include "vi_word.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "vi.h"
#include "vi_command.h"
#include "vi_motion.h"
#include "vi_operator.h"
#include "vi_state.h"
#include "vi_text.h"

/* ---- words ------------------------------------------------------------------------------------------- */

bool vi_word_forward(const struct text *text, size_t *at, size_t count, bool big, bool stop_at_end)
{
    while (count-- > 0) {
        int class = vi_class(text, *at, big);
        bool last_line = vi_line_start(text, *at) == vi_last_line(text);
        int moved = vi_inc(text, at);
        if (moved == -1 || (moved >= 1 && last_line)) return false;
        if (moved >= 1 && stop_at_end && !count) return true;
        if (class != 0)
            while (vi_class(text, *at, big) == class) {
                moved = vi_inc(text, at);
                if (moved == -1 || (moved >= 1 && stop_at_end && !count)) return true;
            }
        while (vi_class(text, *at, big) == 0) {
            if (vi_line_empty(text, *at)) break;
            moved = vi_inc(text, at);
            if (moved == -1 || (moved >= 1 && last_line)) return true;
        }
    }
    return true;
}

static bool skip_class(const struct text *text, size_t *at, int class, bool big, bool back)
{
    while (vi_class(text, *at, big) == class)
        if ((back ? vi_dec(text, at) : vi_inc(text, at)) == -1) return false;
    return true;
}

bool vi_word_end(const struct text *text, size_t *at, size_t count, bool big, bool stop, bool empty)
{
    for (; count-- > 0; stop = false) {
        int class = vi_class(text, *at, big);
        bool finished = false;
        if (vi_inc(text, at) == -1) return false;
        if (class != 0 && vi_class(text, *at, big) == class) {
            if (!skip_class(text, at, class, big, false)) return false;
        } else if (!stop || class == 0) {
            while (vi_class(text, *at, big) == 0 && !finished) {
                if (empty && vi_line_empty(text, *at))
                    finished = true;
                else if (vi_inc(text, at) == -1)
                    return false;
            }
            if (!finished && !skip_class(text, at, vi_class(text, *at, big), big, false)) return false;
        }
        if (!finished) vi_dec(text, at);
    }
    return true;
}

static bool word_back(const struct text *text, size_t *at, size_t count, bool big)
{
    while (count-- > 0) {
        bool finished = false;
        if (vi_dec(text, at) == -1) return false;
        while (vi_class(text, *at, big) == 0 && !finished) {
            if (vi_line_empty(text, *at))
                finished = true;
            else if (vi_dec(text, at) == -1)
                return true;
        }
        if (finished) continue;
        if (!skip_class(text, at, vi_class(text, *at, big), big, true)) return true;
        vi_inc(text, at);
    }
    return true;
}

static bool word_end_back(const struct text *text, size_t *at, size_t count, bool big)
{
    while (count-- > 0) {
        int class = vi_class(text, *at, big);
        if (vi_dec(text, at) == -1) return false;
        if (class != 0)
            while (vi_class(text, *at, big) == class)
                if (vi_dec(text, at) == -1) return true;
        while (vi_class(text, *at, big) == 0) {
            if (vi_line_empty(text, *at)) break;
            if (vi_dec(text, at) == -1) return true;
        }
    }
    return true;
}

static bool word(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool big)
{
    const struct text *text = doc->text;
    bool good;
    uint32_t c = vi_char(text, r->from);
    /* "cw" in a word changes to its end. */
    if (vi->op == VI_CHANGE && c && !vi_is_white(c)) {
        r->inclusive = true;
        good = vi_word_end(text, &r->to, vi_count(vi), big, true, false);
    } else {
        good = vi_word_forward(text, &r->to, vi_count(vi), big, vi->op != VI_NONE);
    }
    vi_off_the_end(vi, doc, r);
    r->failed_op = !good;
    return good;
}

static bool next_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, false);
}

static bool next_big_word(struct ui *ui, struct vi_range *r)
{
    return word(ui->vi, ui->doc, r, true);
}

static bool end_of_word(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool big)
{
    bool good = vi_word_end(doc->text, &r->to, vi_count(vi), big, false, false);
    r->inclusive = true;
    vi_off_the_end(vi, doc, r);
    r->failed_op = !good;
    return good;
}

static bool word_end(struct ui *ui, struct vi_range *r)
{
    return end_of_word(ui->vi, ui->doc, r, false);
}

static bool big_word_end(struct ui *ui, struct vi_range *r)
{
    return end_of_word(ui->vi, ui->doc, r, true);
}

static bool previous_word(struct ui *ui, struct vi_range *r)
{
    return word_back(ui->doc->text, &r->to, vi_count(ui->vi), false);
}

static bool previous_big_word(struct ui *ui, struct vi_range *r)
{
    return word_back(ui->doc->text, &r->to, vi_count(ui->vi), true);
}

static bool previous_word_end(struct ui *ui, struct vi_range *r)
{
    r->inclusive = true;
    return word_end_back(ui->doc->text, &r->to, vi_count(ui->vi), false);
}

static bool previous_big_word_end(struct ui *ui, struct vi_range *r)
{
    r->inclusive = true;
    return word_end_back(ui->doc->text, &r->to, vi_count(ui->vi), true);
}

/* ---- sentences and paragraphs ------------------------------------------------------------------------ */

/* Back over white space, full stops and closing quotes, to the end of a sentence. */
static void back_to_sentence(const struct text *text, size_t *at, bool forward)
{
    bool dot = false;
    for (uint32_t c; c = vi_char(text, *at), vi_is_white(c) || vi_is_one_of(c, ".!?)]\"'");) {
        size_t before = *at;
        if (vi_decl(text, &before) == -1 || (vi_line_empty(text, before) && forward) || dot) return;
        if (vi_is_one_of(c, ".!?")) dot = true;
        if (vi_is_one_of(c, ")]\"'") && !vi_is_one_of(vi_char(text, before), ".!?)]\"'")) return;
        vi_decl(text, at);
    }
}

/* Forward (or back) to the place after the end of a sentence. False: the end of the text. */
static bool sentence_break(const struct text *text, size_t *at, bool forward)
{
    size_t first_line = vi_line_start(text, *at);
    for (;;) {
        uint32_t c = vi_char(text, *at);
        if (!c) {
            if (!forward && vi_line_start(text, *at) != first_line) vi_next_line(text, *at, at);
            return true;
        }
        if (vi_is_one_of(c, ".!?")) {
            size_t behind = *at;
            int moved;
            while ((moved = vi_inc(text, &behind)) != -1 && vi_is_one_of(vi_char(text, behind), ")]\"'"))
                continue;
            c = vi_char(text, behind);
            if (moved == -1 || !c || vi_is_white(c)) {
                *at = behind;
                if (!c) vi_inc(text, at);
                return true;
            }
        }
        if ((forward ? vi_incl(text, at) : vi_decl(text, at)) == -1) return false;
    }
}

bool vi_sentence(const struct text *text, size_t *at, size_t count, bool forward)
{
    while (count-- > 0) {
        bool skip = true, found = false;
        if (!vi_char(text, *at)) {
            do
                if ((forward ? vi_incl(text, at) : vi_decl(text, at)) == -1) break;
            while (!vi_char(text, *at));
            found = forward;
        } else if (!forward) {
            vi_decl(text, at);
        }
        if (!found) {
            back_to_sentence(text, at, forward);
            if (!sentence_break(text, at, forward)) {
                if (count) return false;
                skip = false;
            }
        }
        while (skip && vi_is_white(vi_char(text, *at)))
            if (vi_incl(text, at) == -1) break;
    }
    return true;
}

static bool next_sentence(struct ui *ui, struct vi_range *r)
{
    r->to_register_one = r->jump = true;
    if (!vi_sentence(ui->doc->text, &r->to, vi_count(ui->vi), true)) return false;
    vi_off_the_end(ui->vi, ui->doc, r);
    return true;
}

static bool previous_sentence(struct ui *ui, struct vi_range *r)
{
    r->to_register_one = r->jump = true;
    return vi_sentence(ui->doc->text, &r->to, vi_count(ui->vi), false);
}

static bool paragraph(const struct vi *vi, const struct doc *doc, struct vi_range *r, bool forward)
{
    const struct text *text = doc->text;
    size_t at = vi_line_start(text, r->from);
    r->to_register_one = r->jump = true;
    for (size_t count = vi_count(vi); count-- > 0;) {
        bool skipped = false;
        for (bool first = true;; first = false) {
            bool empty = vi_line_empty(text, at);
            skipped = skipped || !empty;
            if (!first && skipped && empty) break;
            if (forward ? vi_next_line(text, at, &at) : vi_previous_line(text, at, &at)) continue;
            if (count) return false;
            break;
        }
    }
    r->to = at;
    if (forward && at == vi_last_line(text) && !vi_line_empty(text, at)) {
        r->to = text_previous_cluster(text, vi_line_end(text, at));
        r->inclusive = true;
    }
    return true;
}

static bool next_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui->vi, ui->doc, r, true);
}

static bool previous_paragraph(struct ui *ui, struct vi_range *r)
{
    return paragraph(ui->vi, ui->doc, r, false);
}

/* ---- the commands ------------------------------------------------------------------------------------ */

VI_MOTION(next_word)
VI_MOTION(next_big_word)
VI_MOTION(word_end)
VI_MOTION(big_word_end)
VI_MOTION(previous_word)
VI_MOTION(previous_big_word)
VI_MOTION(previous_word_end)
VI_MOTION(previous_big_word_end)
VI_MOTION(next_sentence)
VI_MOTION(previous_sentence)
VI_MOTION(next_paragraph)
VI_MOTION(previous_paragraph)

/* "gww", where w would be a word. */
void do_vi_reflow_stay_line(struct ui *ui)
{
    if (ui->vi->op == VI_REFLOW_STAY)
        do_vi_reflow_stay(ui);
    else
        do_vi_next_word(ui);
}
