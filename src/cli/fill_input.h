/* Internal to cli/: the input of `lacuna fill`, and whether it is text or JSON lines. */
#ifndef LACUNA_CLI_FILL_INPUT_H
#define LACUNA_CLI_FILL_INPUT_H

#include "lacuna/base.h"

/* Zero-initialise; fill_input_close frees it. */
struct fill_input {
    const char *path;
    const char *name; /* for messages */
    bool lines;       /* JSON lines; else a text */
    bool once;        /* can be read only once: it stays open after its format was detected */
    FILE *file;
    struct buffer head; /* the part that was already read */
    size_t at;          /* bytes of the head that were already used */
    const struct interrupt *interrupt;
};

/* Detects the format of an input. It is JSON lines by `format`, by a name that ends in .jsonl, or else if the
 * first line that is not blank is a JSON object with a member "text". A file that cannot be opened counts as
 * text; opening it again gives the reason. */
void fill_input_look(struct fill_input *input, const char *path, int format,
                     const struct interrupt *interrupt);
/* Reads everything. STATUS_CANCELLED if an interrupt ended the wait. */
enum status fill_input_read(struct fill_input *input, struct buffer *out, struct error *error) MUST_USE;
/* The next line, with its line feed if it has one; false at the end, or with error->code set. Borrowed until
 * the next call. */
bool fill_input_line(struct fill_input *input, struct slice *line, struct error *error) MUST_USE;
void fill_input_close(struct fill_input *input);

#endif
