#include "wishes.h"
#include "document.h"
#include "lacuna/base.h"

static struct wish *find(const struct doc *doc, uint32_t blank)
{
    for (size_t i = 0; i < doc->wish_count; i++)
        if (doc->wishes[i].blank == blank) return &doc->wishes[i];
    return NULL;
}

const char *wish_of(const struct doc *doc, uint32_t blank)
{
    const struct wish *wish = find(doc, blank);
    return wish ? wish->line : "";
}

bool wish_set(struct doc *doc, uint32_t blank, const char *line)
{
    struct wish *wish = find(doc, blank);
    char *copy = *line ? mem_strdup(line) : NULL;
    if (*line && !copy) return false;
    if (!wish && copy) {
        if (!mem_grow(&doc->wishes, &doc->wish_capacity, doc->wish_count + 1, sizeof *doc->wishes)) {
            mem_free(copy);
            return false;
        }
        wish = &doc->wishes[doc->wish_count++];
        *wish = (struct wish){.blank = blank};
    }
    if (!wish) return true;
    mem_free(wish->line);
    wish->line = copy;
    if (!copy) *wish = doc->wishes[--doc->wish_count];
    return true;
}

void wishes_free(struct doc *doc)
{
    for (size_t i = 0; i < doc->wish_count; i++) mem_free(doc->wishes[i].line);
    mem_free(doc->wishes);
    doc->wishes = NULL;
    doc->wish_count = doc->wish_capacity = 0;
}
