/* Internal to cli/: a writer's texts in pages, for `lacuna voice`. */
#ifndef LACUNA_CLI_VOICE_TEXTS_H
#define LACUNA_CLI_VOICE_TEXTS_H

#include "lacuna/base.h"

/* Pages of about 2,000 bytes, whole paragraphs. Every page is in one of the three; where a page was held out, a
 * separator stands between its neighbours, so that no window reaches across. */
struct voice_texts {
    struct buffer train, watch, test; /* watch: decides when to stop; test: measured before and after */
    size_t files, pages, tested;
};
/* Reads the .txt and .md files in a folder and those below it, in the order of their names; or one file. STATUS_ARGUMENT:
 * there is too little. */
enum status voice_texts_read(const char *folder, struct voice_texts *out, struct error *error) MUST_USE;
void voice_texts_free(struct voice_texts *texts);

#endif
