/* Bytes of the caller that are stored with a text: in its history file and in its journal. */
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "text_internal.h"
#include "text_journal.h"

#include <string.h>

struct slice text_companion(const struct text *text)
{
    return (struct slice){text->companion.data ? text->companion.data : "", text->companion.size};
}

bool companion_put(struct text *text, struct slice bytes)
{
    text->companion.size = 0;
    return buffer_append(&text->companion, bytes.data, bytes.size);
}

bool text_companion_set(struct text *text, struct slice bytes)
{
    struct slice is = text_companion(text);
    if (is.size == bytes.size && memcmp(is.data, bytes.data, bytes.size) == 0) return true;
    if (!companion_put(text, bytes)) return false;
    journal_changed_companion(text);
    return true;
}
