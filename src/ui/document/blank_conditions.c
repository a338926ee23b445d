#include "blank_conditions.h"
#include "document.h"
#include "lacuna/base.h"

static struct blank_conditions *find(const struct doc *doc, uint32_t blank)
{
    for (size_t i = 0; i < doc->conditions_count; i++)
        if (doc->conditions[i].blank == blank) return &doc->conditions[i];
    return NULL;
}

const char *blank_conditions_line(const struct doc *doc, uint32_t blank)
{
    const struct blank_conditions *conditions = find(doc, blank);
    return conditions ? conditions->line : "";
}

bool blank_conditions_set(struct doc *doc, uint32_t blank, const char *line)
{
    struct blank_conditions *conditions = find(doc, blank);
    char *copy = *line ? mem_strdup(line) : NULL;
    if (*line && !copy) return false;
    if (!conditions && copy) {
        if (!mem_grow(&doc->conditions, &doc->conditions_capacity, doc->conditions_count + 1,
                      sizeof *doc->conditions)) {
            mem_free(copy);
            return false;
        }
        conditions = &doc->conditions[doc->conditions_count++];
        *conditions = (struct blank_conditions){.blank = blank};
    }
    if (!conditions) return true;
    mem_free(conditions->line);
    conditions->line = copy;
    if (!copy) *conditions = doc->conditions[--doc->conditions_count];
    return true;
}

void blank_conditions_free(struct doc *doc)
{
    for (size_t i = 0; i < doc->conditions_count; i++) mem_free(doc->conditions[i].line);
    mem_free(doc->conditions);
    doc->conditions = NULL;
    doc->conditions_count = doc->conditions_capacity = 0;
}
