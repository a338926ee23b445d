/* Where one change leaves a position and a blank. */
#include "lacuna/text.h"
#include "text_internal.h"

/* Where a position goes when [at, at + removed) is removed. */
size_t position_after_removal(size_t position, size_t at, size_t removed)
{
    if (position <= at) return position;
    return position - at <= removed ? at : position - removed;
}

/* Applies one change to one blank; false when that destroys it. */
bool blank_after(struct text_blank *blank, size_t at, size_t removed, size_t inserted)
{
    bool empty = blank->start == blank->end;
    if (empty && removed > 0 && inserted > 0 && (at == blank->start || at + removed == blank->start)) {
        /* The word beside it is replaced by another, which stays beside it. */
        if (at < blank->start) blank->start = blank->end = at + inserted;
        return true;
    }
    if (removed > 0) {
        bool covered = at <= blank->start && blank->end <= at + removed;
        bool both_sides = at < blank->start && blank->end < at + removed;
        if (empty ? both_sides : covered) return false;
        blank->start = position_after_removal(blank->start, at, removed);
        blank->end = position_after_removal(blank->end, at, removed);
    }
    if (blank->start == blank->end) {
        if (at < blank->start) blank->start += inserted;
        if (at <= blank->end) blank->end += inserted;
    } else {
        if (at <= blank->start) blank->start += inserted;
        if (at < blank->end) blank->end += inserted;
    }
    return true;
}
