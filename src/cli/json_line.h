/* Inside cli/: a line of JSON as it stands, before jansson has a say: what it refuses (integers of more than
 * 64 bits, a member twice) or would write in another way must not lose a record its id. */
#ifndef LACUNA_CLI_JSON_LINE_H
#define LACUNA_CLI_JSON_LINE_H

#include "lacuna/base.h"

struct json_line {
    bool valid; /* the whole line is one object by the grammar of RFC 8259; a member may stand there twice */
    bool has_text; /* a member "text" */
    struct slice
        id; /* of the member "id", to the letter; size 0: there is none, two that differ, or it is no JSON */
};
/* Borrows from the line. Of one that breaks off or goes wrong what comes before is read, and what comes after
 * a value that is no JSON (NaN, say) too. */
struct json_line json_line_read(const char *line, size_t size);

/* A copy of the line in which the id is 0, and all else in its place, for jansson; the caller frees. */
char *json_line_without_id(const struct json_line *read, const char *line, size_t size) MUST_USE;
/* A string that names the id: as jansson would write it, where it can, so that 1.50 and 1.5 are one; "null"
 * when there is none. The caller frees with mem_free. */
char *json_line_id_key(const struct json_line *read) MUST_USE;

#endif
