/* Which other editors have a file open: for each open document a small file in the user's state folder,
 * locked as long as its editor lives. A file that nobody holds is stale and is removed. */
#ifndef LACUNA_UI_LOCK_H
#define LACUNA_UI_LOCK_H

struct doc;
struct ui;

void lock_look(struct ui *ui); /* reports who else has the file, and that it is open here; once per path */
void lock_release(struct doc *doc);

#endif
