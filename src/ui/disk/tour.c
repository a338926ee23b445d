#include "tour.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/documents.h"
#include "ui/document/modal.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"

#include <string.h>

/* The key of a command in the current keymap, or else its form on the : line. */
static bool append_key(const struct ui *ui, struct slice command, struct buffer *out)
{
    char name[64], key[UI_SEQUENCE_NAME];
    snprintf(name, sizeof name, "%.*s", (int)command.size, command.data);
    if (ui->modal->has_modes)
        ui_keymap_keys(ui->keymap, name, UI_NORMAL, key);
    else
        *key = '\0';
    if (!*key) ui_keymap_keys(ui->keymap, name, UI_EDIT, key);
    if (!*key) ui_keymap_key_or_name(ui->keymap, name, UI_BLANK, key);
    return buffer_append_string(out, key);
}

/* Replaces each {command} with its key. */
static bool write_tour(const struct ui *ui, struct buffer *out)
{
    bool ok = true;
    for (const char *p = tour_text; *p && ok;) {
        size_t plain = strcspn(p, "{");
        ok = buffer_append(out, p, plain);
        p += plain;
        if (!*p) break;
        size_t size = strcspn(p + 1, "}");
        ok = ok && append_key(ui, (struct slice){p + 1, size}, out);
        p += size + 2;
    }
    return ok;
}

struct doc *tour_open(struct ui *ui, struct error *error)
{
    struct buffer bytes = {0};
    struct text *text = NULL;
    if (write_tour(ui, &bytes))
        text = text_from_bytes(bytes.data, bytes.size, error);
    else
        error_set(error, STATUS_NO_MEMORY, "out of memory");
    buffer_free(&bytes);
    struct doc *doc = text ? doc_new(text, &ui->documents->limit, error) : NULL;
    if (doc) doc_mark_blanks(doc, false);
    return doc;
}
