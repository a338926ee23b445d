#include "name_score.h"

#include <stdbool.h>
#include <string.h>

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int name_score(const char *typed, const char *name)
{
    int score = 1;
    const char *at = name;
    for (const char *p = typed; *p; p++) {
        if (*p == ' ') continue;
        const char *found = at;
        while (*found && small(*found) != small(*p)) found++;
        if (!*found) return 0;
        bool starts = found == name || found[-1] == '-' || found[-1] == ' ';
        /* A letter is more likely to mean the start of a later word than a place inside this word. */
        if (!starts && found != at) {
            for (const char *later = found + 1; *later; later++)
                if (small(*later) == small(*p) && (later[-1] == '-' || later[-1] == ' ')) {
                    found = later;
                    starts = true;
                    break;
                }
        }
        score += (found == at && p != typed) ? 8 : starts ? 6 : 1;
        if (found == name) score += 4;
        at = found + 1;
    }
    return score * 16 - (int)strlen(name) / 4;
}
