/* The record of a document: a line for each proposal that was accepted, with what it was drawn by and from, beside the
 * file as FILE.record.jsonl. `lacuna fill --from-record` draws the same again. */
#ifndef LACUNA_UI_RECORD_H
#define LACUNA_UI_RECORD_H

#include "lacuna/base.h"

struct candidate;
struct doc;
struct message;
struct settings;
struct ui;

/* Whether what is accepted in this document is recorded: it was asked for, here or by the setting, or there is a
 * record already. */
bool record_wanted(const struct settings *settings, const struct doc *doc);
/* Records, if that is wanted, that these words of the candidate have gone into the text: all of them, or a part. */
void record_accepted(struct ui *ui, const struct candidate *candidate, struct slice words);
void record_flush(struct message *message,
                  struct doc *doc); /* lines that waited for the document to have a name */

/* Commands; session/commands.h says what they do. */
void do_record(struct ui *ui);

#endif
