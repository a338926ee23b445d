/* Which file a text was read from or saved to, and whether the file still has those bytes. Internal to
 * text/. */
#ifndef LACUNA_TEXT_IDENTITY_H
#define LACUNA_TEXT_IDENTITY_H

#include "text_internal.h"

#include <sys/stat.h>

struct file_identity identity_of(const struct stat *info);
struct file_identity identity_at(const char *path); /* text_file_seen */
struct file_identity identity_behind(int fd);       /* fd < 0: no file */
bool identity_same(struct file_identity a, struct file_identity b);
/* Whether its times show that the content was not written to; mode and names may differ. */
bool identity_same_bytes(struct file_identity a, struct file_identity b);
/* The file now has bytes with that hash (pack_stream). */
void identity_know(struct text *text, struct file_identity now, uint64_t hash);

#endif
