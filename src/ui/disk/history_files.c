#include "history_files.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/settings/settings.h"

static uint64_t companion_hash(const struct text *text)
{
    struct slice bytes = text_companion(text);
    return hash_bytes(bytes.data, bytes.size, 0);
}

bool history_open(const struct settings *settings, struct doc *doc)
{
    char *folder = settings->history ? path_own("STATE", "history") : NULL;
    bool there = folder && text_history_load(doc->text, folder, &doc->first_node);
    mem_free(folder);
    if (there) kept_restore(doc, text_companion(doc->text), NULL, NULL);
    doc->kept_hash = companion_hash(doc->text);
    return there;
}

/* Failure to keep a history is no reason to bother a writer whose words are saved. */
bool history_keep(const struct settings *settings, struct doc *doc)
{
    char *folder = settings->history ? path_own("STATE", "history") : NULL;
    struct error error;
    size_t limit = (size_t)settings->history << 20;
    kept_note(doc);
    bool kept = folder && !text_history_save(doc->text, folder, limit, doc->first_node, &error);
    if (kept) {
        doc->kept_node = text_history_at(doc->text);
        doc->kept_hash = companion_hash(doc->text);
    }
    mem_free(folder);
    return kept;
}

static bool has_changed(const struct doc *doc)
{
    return text_history_at(doc->text) != doc->kept_node || companion_hash(doc->text) != doc->kept_hash;
}

void history_leave(const struct settings *settings, struct doc *doc)
{
    kept_note(doc);
    if (text_path(doc->text) && !text_dirty(doc->text) && has_changed(doc)) (void)history_keep(settings, doc);
}

/* They belong to exactly the bytes that were opened or saved last. */
bool history_keeps_proposals(const struct settings *settings, struct doc *doc)
{
    kept_note(doc);
    if (!settings->history || !text_path(doc->text) || text_dirty(doc->text) ||
        text_changed_on_disk(doc->text))
        return false;
    return !has_changed(doc) || history_keep(settings, doc);
}
