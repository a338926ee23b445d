/* Which file a text was read from or saved to, and whether it holds those bytes still. Inside text/ only. */
#ifndef LACUNA_TEXT_IDENTITY_H
#define LACUNA_TEXT_IDENTITY_H

#include "text_internal.h"

#include <sys/stat.h>

struct file_identity identity_of(const struct stat *info);
struct file_identity identity_at(const char *path);
struct file_identity identity_behind(int fd); /* fd < 0: there is none */
bool identity_same(struct file_identity a, struct file_identity b);
/* Nobody wrote to it, as far as its times tell; its mode and its names may be others. */
bool identity_same_bytes(struct file_identity a, struct file_identity b);
/* The file holds bytes of that hash (pack_stream) now. */
void identity_know(struct text *text, struct file_identity now, uint64_t hash);

#endif
