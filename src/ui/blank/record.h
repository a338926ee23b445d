/* The record of a document, FILE.record.jsonl beside the file: a line for each accepted proposal, with how
 * and from what it was drawn. `lacuna fill --from-record` draws the same words again. */
#ifndef LACUNA_UI_RECORD_H
#define LACUNA_UI_RECORD_H

#include "lacuna/base.h"

struct candidate;
struct doc;
struct message;
struct settings;
struct ui;

/* Whether accepted proposals of this document are recorded: by a command, by the setting, or because there is
 * a record already. */
bool record_wanted(const struct settings *settings, const struct doc *doc);
/* If record_wanted: records that these words of the candidate, all or a part of them, were put into the text. */
void record_accepted(struct ui *ui, const struct candidate *candidate, struct slice words);
void record_flush(struct message *message,
                  struct doc *doc); /* lines that waited for the document to have a name */

/* Commands; session/commands.h says what they do. */
void do_record(struct ui *ui);

#endif
