/* The clipboard: the editor's own, and a copy for the terminal's. */
#ifndef LACUNA_UI_CLIPBOARD_H
#define LACUNA_UI_CLIPBOARD_H

#include "lacuna/base.h"

struct message;
struct text;
struct ui;

struct clipboard {
    struct buffer bytes;
    bool lines;           /* it contains whole lines */
    size_t taken_at;      /* the last command that cut a line */
    struct text *pasting; /* a paste into it has started and not ended; NULL: none */
};

/* Copies that text. False: out of memory, with a message; the clipboard is unchanged. */
bool clipboard_take(struct ui *ui, size_t start, size_t end);
/* Appends to what the previous command cut. */
bool clipboard_add(struct ui *ui, size_t start, size_t end);
/* Gives the terminal these bytes too; a message says if it cannot take them. */
void clipboard_give(struct message *message, const char *bytes, size_t size);
/* Inserts them at the cursor; line breaks become the document's. */
void clipboard_paste(struct ui *ui, const char *bytes, size_t size);

/* Commands; session/commands.h says what they do. */
void do_prompt_paste(struct ui *ui);

#endif
