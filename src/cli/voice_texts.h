/* Internal to cli/: a writer's texts, cut into pages, for `lacuna voice`. */
#ifndef LACUNA_CLI_VOICE_TEXTS_H
#define LACUNA_CLI_VOICE_TEXTS_H

#include "lacuna/base.h"

/* Pages of whole paragraphs, about 2,000 bytes each. Every page is in one of the three parts. A separator replaces each
 * page that is held out, so that no window spans its neighbours. */
struct voice_texts {
    struct buffer train, watch, test; /* watch: to decide when to stop; test: measured before and after */
    size_t files, pages, tested;
    size_t left_out;      /* files that are not UTF-8 */
    char *first_left_out; /* NULL: none */
};
/* Reads one file, or the .txt and .md files of a folder and its subfolders in the order of their names.
 * STATUS_ARGUMENT: there is too little text. */
enum status voice_texts_read(const char *folder, struct voice_texts *out, struct error *error) MUST_USE;
void voice_texts_free(struct voice_texts *texts);

#endif
