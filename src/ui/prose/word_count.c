#include "word_count.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/editor_state.h"

enum {
    NEAR = 4096,                    /* bytes beside an edit in which white space is looked for */
    AT_A_TIME = 64 * 1024,          /* bytes */
    WORDS_UP_TO = 64 * 1024 * 1024, /* bytes: reading a larger file through would defeat leaving it on disk */
    EDIT_UP_TO = 64 * 1024
};
static const double tick_seconds = 0.001;

static bool is_white(const struct text *text, size_t at)
{
    int byte = text_byte(text, at);
    return byte < 0 || byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

/* No word extends across these places. */
static size_t gap_before(const struct text *text, size_t at)
{
    size_t here = at;
    while (here > 0 && at - here < NEAR && !is_white(text, here - 1)) here--;
    return here;
}

static size_t gap_after(const struct text *text, size_t at)
{
    size_t here = at;
    while (here - at < NEAR && !is_white(text, here)) here++;
    return here < text_size(text) ? here : text_size(text);
}

/* ---- edits ------------------------------------------------------------------------------------------- */

static void before_edit(struct ui *ui, struct doc *doc, size_t start, size_t end)
{
    struct words_around *around = &doc->words_around;
    (void)ui;
    around->holds = doc->words_known && !doc->words_stale && end - start <= EDIT_UP_TO;
    if (!around->holds) return;
    around->start = gap_before(doc->text, start);
    end = gap_after(doc->text, end);
    around->tail = text_size(doc->text) - end;
    around->words = text_count_words(doc->text, around->start, end);
}

static void after_edit(struct ui *ui, struct doc *doc, const struct doc_edit *edit)
{
    struct words_around *around = &doc->words_around;
    size_t size = text_size(doc->text);
    bool counts = around->holds && edit->size != SIZE_MAX && around->start + around->tail <= size &&
                  size - around->tail - around->start <= EDIT_UP_TO + 2 * NEAR;
    (void)ui;
    around->holds = false;
    if (!counts) {
        doc->words_stale = true;
        return;
    }
    doc->words += text_count_words(doc->text, around->start, size - around->tail) - around->words;
}

const struct doc_watcher words_watcher = {.before = before_edit, .after = after_edit};

/* ---- the whole text ---------------------------------------------------------------------------------- */

bool words_counted(const struct doc *doc)
{
    return doc->words_known && text_size(doc->text) <= WORDS_UP_TO;
}

static void finish(struct doc *doc)
{
    doc->words = doc->count.words;
    doc->words_stale = false;
    if (!doc->words_known) doc->words_begun = doc->words;
    doc->words_known = true;
    doc->count = (struct word_count){0};
}

int words_timeout(const struct doc *doc)
{
    enum { PAUSE = 250 }; /* ms without a key, before recounting */

    if (!doc->words_stale || text_size(doc->text) > WORDS_UP_TO) return -1;
    return doc->count.at ? 0 : PAUSE;
}

void words_tick(struct doc *doc)
{
    size_t size = text_size(doc->text);
    double end = clock_seconds() + tick_seconds;
    if (!doc->words_stale || size > WORDS_UP_TO) return;
    if (doc->count.version != text_version(doc->text))
        doc->count = (struct word_count){.version = text_version(doc->text)};
    do {
        size_t next =
            size - doc->count.at > AT_A_TIME ? gap_after(doc->text, doc->count.at + AT_A_TIME) : size;
        doc->count.words += text_count_words(doc->text, doc->count.at, next);
        doc->count.at = next;
    } while (doc->count.at < size && clock_seconds() < end);
    if (doc->count.at >= size) finish(doc);
}

size_t words_between(struct doc *doc, size_t start, size_t end)
{
    struct word_count *last = &doc->selected;
    bool same = last->version == text_version(doc->text) && last->start == start && last->at == end;
    if (start == 0 && end == text_size(doc->text) && words_counted(doc) && !doc->words_stale)
        return doc->words;
    if (!same)
        *last = (struct word_count){.version = text_version(doc->text),
                                    .start = start,
                                    .at = end,
                                    .words = text_count_words(doc->text, start, end)};
    return last->words;
}
