/* A file that another program changed: a message, then reload, keep or compare. Reloading is an edit like any
 * other, so undo restores the old text. */
#ifndef LACUNA_UI_DISK_H
#define LACUNA_UI_DISK_H

#include "lacuna/text.h"

#include "lacuna/base.h"

struct doc;
struct ui;

void disk_watch(struct doc *doc); /* whether it did, without a question */
void disk_check(struct ui *ui);   /* whether another program changed the file; asks once */
bool disk_changed(const struct doc *doc);
void disk_reload(struct ui *ui);
void disk_read_as(struct ui *ui, enum text_encoding encoding); /* the file again, in another encoding */
void disk_compare(struct ui *ui);

#endif
