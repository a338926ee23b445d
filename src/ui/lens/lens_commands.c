#include "lens_commands.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lens.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/hooks.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/settings/settings.h"

#include <math.h>
#include <string.h>

void do_lens(struct ui *ui)
{
    static const char *const said[] = {"lens: off",
                                       "lens: surprise, how unexpected each word is given all the others",
                                       "lens: odds, what else is likely at the cursor",
                                       "lens: owed, how much the later text needs each sentence"};
    ui->settings->lens = (ui->settings->lens + 1) % 4;
    ui->hooks->changed[SETTING_LAYOUT](ui);
    ui->lens->generation++;
    ui_say(ui->message, "%s", said[ui->settings->lens]);
}

static const struct fit_word *word_here(const struct lens *lens, const struct doc *doc, size_t *start)
{
    size_t at = doc->cursor;
    const struct fit_word *word = lens_word(lens, at, start);
    return word || !at ? word : lens_word(lens, at - 1, start); /* the cursor is after its last letter */
}

static bool add_word(const struct doc *doc, const struct fit_word *word, size_t start, struct buffer *out)
{
    /* A key may come before the lens has looked at the text of now. */
    if (start + word->end > text_size(doc->text)) return true;
    return text_append_to(doc->text, start + word->start, start + word->end, out);
}

/* Small probabilities as "1 in 350": easier to compare than many zeros. */
static bool add_odds(double p, struct buffer *out)
{
    if (p > 0.01) return buffer_printf(out, "%.0f %%", 100 * p);
    return buffer_printf(out, 1 / p < 1e6 ? "1 in %.0f" : "1 in %.0e", 1 / p);
}

static bool describe_surprise(const struct doc *doc, const struct fit_word *word, size_t start,
                              struct buffer *out)
{
    return add_word(doc, word, start, out) && buffer_append_string(out, " ") &&
           add_odds(exp(word->ln_q), out);
}

/* Only words are shown as alternatives of a word, not commas or line breaks. */
static bool is_other_word(const struct buffer *text, const struct buffer *own)
{
    int first = text->size ? (unsigned char)text->data[0] : 0, small = first | 0x20;
    bool word = first >= 0x80 || (first >= '0' && first <= '9') || (small >= 'a' && small <= 'z');
    return word && !(text->size == own->size && memcmp(text->data, own->data, own->size) == 0);
}

static bool add_ratios(const struct fit_word *word, const struct buffer *here, struct buffer *out)
{
    double own = exp(word->ln_q);
    bool ok =
        buffer_append(out, here->data, here->size) && buffer_append_string(out, " ") && add_odds(own, out);
    for (size_t i = 0; ok && i < word->instead_count; i++) {
        const struct fill_alternative *other = &word->instead[i];
        double ratio = other->p / own;
        if (!is_other_word(&other->text, here)) continue;
        ok = buffer_append_string(out, " · ") && buffer_append(out, other->text.data, other->text.size) &&
             buffer_printf(out, ratio < 100 ? " ×%.2g" : " ×%.0f", ratio);
    }
    return ok;
}

static bool describe_ratios(const struct doc *doc, const struct fit_word *word, size_t start,
                            struct buffer *out)
{
    struct buffer here = {0};
    bool ok = add_word(doc, word, start, &here) && add_ratios(word, &here, out);
    buffer_free(&here);
    return ok;
}

static bool describe_owed(const struct lens *lens, const struct doc *doc, bool ratios, struct buffer *out)
{
    double owed = lens_owed(lens, doc, doc->cursor);
    if (ratios)
        return buffer_append_string(out, "not available: this model has no left-context probabilities");
    if (!isfinite(owed)) return true;
    return buffer_printf(out, "this sentence: %+.2f nats per word", owed);
}

bool lens_describe(const struct ui *ui, struct buffer *out)
{
    size_t start;
    if (ui->settings->lens == LENS_OWED)
        return describe_owed(ui->lens, ui->doc, lens_has_ratios(ui->filling), out);
    const struct fit_word *word = word_here(ui->lens, ui->doc, &start);
    if (!word) return true;
    return ui->settings->lens == LENS_ODDS ? describe_ratios(ui->doc, word, start, out)
                                           : describe_surprise(ui->doc, word, start, out);
}

void do_lens_numbers(struct ui *ui)
{
    size_t start;
    struct buffer line = {0};
    const struct fit_word *word = ui->settings->lens ? word_here(ui->lens, ui->doc, &start) : NULL;
    if (!word) {
        char key[UI_SEQUENCE_NAME];
        ui_keymap_keys(ui->keymap, "lens", UI_EDIT, key);
        if (ui->settings->lens)
            ui_say(ui->message, "the model has not scored this word yet");
        else
            ui_say(ui->message, "the lens is off: %s turns it on", *key ? key : ":lens");
        return;
    }
    double owed = lens_owed(ui->lens, ui->doc, ui->doc->cursor);
    bool ok = add_word(ui->doc, word, start, &line) &&
              buffer_printf(&line, ": ln q %.2f, rank %u, entropy %.2f nats, %u %s", word->ln_q, word->rank,
                            word->entropy, word->tokens, word->tokens == 1 ? "token" : "tokens");
    if (ok && isfinite(word->ln_q_left))
        ok = buffer_printf(&line, "; given only the left context %.2f", word->ln_q_left);
    if (ok && isfinite(owed)) ok = buffer_printf(&line, "; its sentence: owed %+.2f nats per word", owed);
    if (ok && buffer_append_char(&line, '\0')) ui_say(ui->message, "%s", line.data);
    buffer_free(&line);
}
