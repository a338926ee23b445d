/* Internal to cli/: reads a line of JSON before jansson does. jansson refuses some lines (integers of more
 * than 64 bits, duplicate members) and writes some values differently; a record must not lose its id for
 * that. */
#ifndef LACUNA_CLI_JSON_LINE_H
#define LACUNA_CLI_JSON_LINE_H

#include "lacuna/base.h"

struct json_line {
    bool valid; /* the whole line is one object by the grammar of RFC 8259; duplicate members are allowed */
    bool has_text; /* a member "text" */
    struct slice
        /* of the member "id", verbatim; size 0: there is none, there are two that differ, or the line is not
         * JSON */
        id;
};
/* Borrows from the line. In a line that is truncated or wrong, the members before the fault are read, and
 * also those after a value that is not JSON (such as NaN). */
struct json_line json_line_read(const char *line, size_t size);

/* A copy of the line for jansson in which the id is 0 and everything else is in its place; the caller
 * frees. */
char *json_line_without_id(const struct json_line *read, const char *line, size_t size) MUST_USE;
/* A string that identifies the id: as jansson would write it, if it can, so that 1.50 and 1.5 are equal;
 * "null" if there is none. The caller frees with mem_free. */
char *json_line_id_key(const struct json_line *read) MUST_USE;

#endif
