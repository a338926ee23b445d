/* Nothing else in ui/ prints. */
#include "tell.h"
#include "lacuna/base.h"

#include <string.h>

void ui_tell(const char *text)
{
    struct buffer shown = {0};
    bool ok = true;
    for (const char *end; *text && ok; text = end) { /* file names may contain anything */
        size_t size = strcspn(text, "\n");
        end = text + size + (text[size] == '\n');
        ok = visible_append(&shown, text, size) && buffer_append_char(&shown, '\n');
    }
    if (ok && shown.size) fputs(shown.data, stderr);
    buffer_free(&shown);
}
