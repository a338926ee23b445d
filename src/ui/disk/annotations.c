#include "annotations.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/path_prompt.h"
#include "ui/settings/settings.h"

#include <string.h>

/* Counts characters, which are grapheme clusters, up to ascending offsets. */
struct characters {
    const struct text *text;
    size_t at, count;
};

static size_t count_to(struct characters *c, size_t end)
{
    while (c->at < end) {
        c->at = text_next_cluster(c->text, c->at);
        c->count++;
    }
    return c->count;
}

static bool put_range(struct buffer *out, size_t start, size_t end)
{
    if (start == end) return true;
    return end - start == 1 ? buffer_printf(out, " %zu", start)
                            : buffer_printf(out, " %zu,%zu", start, end - start);
}

/* The ranges of one author: the drawn words, or all the rest. */
static bool put_ranges(const struct text *text, size_t size, bool drawn, struct buffer *out)
{
    struct characters c = {text, 0, 0};
    size_t start, end, last = 0;
    bool ok = true;
    for (size_t at = 0; ok && text_drawn_next(text, at, &start, &end) && start < size; at = end) {
        size_t from = count_to(&c, start), to = count_to(&c, end < size ? end : size);
        ok = drawn ? put_range(out, from, to) : put_range(out, last, from);
        last = to;
    }
    return ok && (drawn || put_range(out, last, count_to(&c, size)));
}

static bool put_author(const struct text *text, size_t size, const char *key, bool drawn, struct buffer *out)
{
    struct buffer ranges = {0};
    bool ok = put_ranges(text, size, drawn, &ranges);
    if (ok && ranges.size) ok = buffer_printf(out, "%s:%s  \n", key, ranges.data);
    buffer_free(&ranges);
    return ok;
}

/* An author's key. Colons in the name are escaped, since a colon ends it. */
static void write_key(char sign, const char *name, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%c", sign);
    for (; *name && used + 3 < size; name++) {
        if (*name == ':') out[used++] = '\\';
        out[used++] = (unsigned char)*name < ' ' ? ' ' : *name;
    }
    out[used] = '\0';
}

bool annotations_append(const struct text *text, const char *writer, const char *model, struct buffer *out)
{
    char hash[65], human[256], other[256];
    size_t before = out->size, all = text_size(text),
           size = all && text_byte(text, all - 1) == '\n' ? all - 1 : all;
    struct characters c = {text, 0, 0};
    if (!text_append_to(text, 0, size, out)) return false;
    hash_sha256(out->data ? out->data + before : "", size, hash);
    write_key('@', writer, human, sizeof human);
    write_key('&', model, other, sizeof other);
    enum { HASH_CHARACTERS = 32 }; /* the format allows 32 to 64 */
    return buffer_printf(out, "\n\n---\nAnnotations: 0,%zu SHA-256 %.*s  \n", count_to(&c, size),
                         HASH_CHARACTERS, hash) &&
           put_author(text, size, human, false, out) && put_author(text, size, other, true, out) &&
           buffer_append_string(out, "...\n");
}

void line_save_annotated(struct ui *ui, const char *arguments)
{
    struct buffer out = {0};
    if (!*arguments)
        ui_complain(ui->message, "save-annotated needs a file, as in :save-annotated notes.txt");
    else if (!annotations_append(ui->doc->text, ui->settings->author, "lacuna", &out))
        ui_complain(ui->message, "out of memory");
    else if (path_write_new(ui->message, arguments, (struct slice){out.data, out.size}))
        ui_say(ui->message, "%s written, with authorship notes%s", arguments,
               *ui->settings->author ? "" : "; :set author=NAME names you in them");
    buffer_free(&out);
}
