/* Who else has a file open: a small file for each document that is, in the user's state folder, locked as
 * long as its editor lives. One that nobody holds is stale and goes away. */
#ifndef LACUNA_UI_LOCK_H
#define LACUNA_UI_LOCK_H

struct doc;
struct ui;

void lock_look(struct ui *ui); /* says who else has the file, and that it is open here; once for each path */
void lock_release(struct doc *doc);

#endif
