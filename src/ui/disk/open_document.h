/* Opens and closes documents of files, with everything that belongs to a file besides its text. */
#ifndef LACUNA_UI_OPEN_DOCUMENT_H
#define LACUNA_UI_OPEN_DOCUMENT_H

#include <stddef.h>

struct ui;

struct doc;
struct error;

/* NULL path: an empty page; "-" or a pipe: read once, without a name. Its undo history and its last place are
 * restored. NULL: the message says why. */
struct doc *doc_open(struct ui *ui, const char *path, struct error *error);
/* Before it is closed: ends what other rooms do with it, and lets them forget it. */
void doc_detach(struct ui *ui, struct doc *doc);
void doc_close(struct doc *doc); /* releases its lock, and frees it */
/* Says that proposals of the last session are back, if there are any, and the key that goes to the next. */
void doc_say_back(struct ui *ui, size_t count);

#endif
