/* libFuzzer target: markup is parsed from any bytes, the dialects map the rest there and back, and fills
 * leave every other byte alone. src/fill/README.md says how to build it. */
#include "lacuna/fill.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void check_blanks(const struct fill_markup *markup)
{
    size_t at = 0;
    for (size_t i = 0; i < markup->count; i++) {
        const struct fill_blank *b = &markup->blanks[i];
        require(b->start == b->end && b->start >= at && b->end <= markup->text.size);
        require(b->min >= 1 && b->min <= b->max && b->line >= 1 && b->column >= 1);
        at = b->end;
    }
}

/* A source with words in its blanks is a source without blanks, with the same text. */
static void check_in_place(const struct fill_markup *markup, struct slice text)
{
    struct buffer source = {0}, filled = {0};
    struct fill_markup again;
    struct slice *words = calloc(markup->count + 1, sizeof *words);
    for (size_t i = 0; i < markup->count; i++) words[i] = (struct slice){"x[[1]]y", 7};
    require(fill_markup_splice(markup, words, &source));
    require(fill_splice(text, markup->blanks, words, markup->count, &filled));
    require(fill_parse(source.data, source.size, &again, NULL) == STATUS_OK && again.count == 0);
    require(again.text.size == filled.size &&
            (!filled.size || !memcmp(again.text.data, filled.data, filled.size)));
    fill_markup_free(&again);
    buffer_free(&source);
    buffer_free(&filled);
    free(words);
}

/* Text whose literal [[ is escaped again equals its source, if that had no blanks. */
static void check_escape(struct slice text)
{
    struct buffer source = {0};
    struct fill_markup again;
    for (size_t i = 0; i < text.size; i++) {
        bool pair = i + 1 < text.size && text.data[i] == '[' && text.data[i + 1] == '[';
        require(buffer_append(&source, pair ? "\\[[" : text.data + i, pair ? 3 : 1));
        i += pair;
    }
    require(fill_parse(source.data, source.size, &again, NULL) == STATUS_OK);
    require(again.count == 0 && again.text.size == text.size);
    require(!text.size || memcmp(again.text.data, text.data, text.size) == 0);
    fill_markup_free(&again);
    buffer_free(&source);
}

static void check_dialect(struct slice text)
{
    struct fill_dialect dialect = fill_dialect_detect(text, "plain");
    struct fill_mapped there, back;
    require(fill_dialect_to_model(&dialect, text, &there, NULL) == STATUS_OK);
    for (size_t i = 0; i < there.text.size; i++) require(there.origin[i] <= there.origin[i + 1]);
    require(there.origin[there.text.size] == text.size);
    struct slice mapped = {there.text.data, there.text.size};
    require(fill_dialect_to_draft(&dialect, mapped, text, text, &back, NULL) == STATUS_OK);
    fill_mapped_free(&back);
    fill_mapped_free(&there);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fill_markup markup;
    struct error error = {0};
    if (fill_parse((const char *)data, size, &markup, &error)) {
        require(error.code == STATUS_FORMAT && strchr(error.message, ':'));
        return 0;
    }
    check_blanks(&markup);
    struct slice text = {markup.text.data ? markup.text.data : "", markup.text.size};
    struct slice *texts = calloc(markup.count + 1, sizeof *texts);
    struct buffer out = {0};
    require(fill_splice(text, markup.blanks, texts, markup.count, &out));
    require(out.size == text.size && (!out.size || memcmp(out.data, text.data, out.size) == 0));
    check_in_place(&markup, text);
    if (text.size < 65536) check_dialect(text);
    check_escape(text);
    buffer_free(&out);
    free(texts);
    fill_markup_free(&markup);
    return 0;
}
