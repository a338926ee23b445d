#include "tied.h"
#include "lacuna/base.h"
#include "ui/blank/condition_commands.h"
#include "ui/document/document.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"

#include <string.h>

enum { MOST_TIED = 64 };

/* The candidate with these words; SIZE_MAX: none. */
static size_t find(const struct proposal *p, const struct words *words)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct buffer *text = &p->candidates[i].words.text;
        if (text->size == words->text.size &&
            (!text->size || memcmp(text->data, words->text.data, text->size) == 0))
            return i;
    }
    return SIZE_MAX;
}

/* The finished proposal for a blank that is tied to another one; NULL: there is none. */
static struct proposal *partner(const struct doc *doc, uint32_t tied, uint32_t blank)
{
    struct proposal *p = tied == blank ? NULL : proposal_find(doc, tied);
    return p && !p->job && p->count ? p : NULL;
}

void tied_follow(const struct doc *doc, const struct proposal *proposal)
{
    uint32_t tied[MOST_TIED];
    size_t count = blanks_tied(doc, proposal->blank, tied, MOST_TIED);
    for (size_t i = 0; count > 1 && i < count; i++) {
        struct proposal *p = partner(doc, tied[i], proposal->blank);
        size_t same = p ? find(p, &proposal->candidates[proposal->chosen].words) : SIZE_MAX;
        if (same != SIZE_MAX) p->chosen = same;
    }
}

bool tied_have(const struct doc *doc, uint32_t blank, const struct candidate *candidate)
{
    uint32_t tied[MOST_TIED];
    size_t count = blanks_tied(doc, blank, tied, MOST_TIED);
    bool have = true;
    for (size_t i = 0; have && count > 1 && i < count; i++) {
        const struct proposal *p = partner(doc, tied[i], blank);
        have = !p || find(p, &candidate->words) != SIZE_MAX;
    }
    return have;
}
