/* A file that another program changed under the editor: told, and reloaded, kept or compared. Reloading is an
 * edit like any other, so undo brings back what was here. */
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
void disk_read_as(struct ui *ui, enum text_encoding encoding); /* the file anew, in another encoding */
void disk_compare(struct ui *ui);

#endif
