/* The clipboard: the editor's own, and a copy for the terminal's. */
#ifndef LACUNA_UI_CLIPBOARD_H
#define LACUNA_UI_CLIPBOARD_H

#include "lacuna/base.h"

struct message;
struct text;
struct ui;

struct clipboard {
    struct buffer bytes;
    bool lines;           /* it holds whole lines */
    size_t taken_at;      /* the last command that took a line away */
    struct text *pasting; /* a paste into it has begun and not ended; NULL: none has */
};

/* Takes a copy of that text. False: no memory, which was said; the clipboard is as it was. */
bool clipboard_take(struct ui *ui, size_t start, size_t end);
/* Puts it behind what the act before took so. */
bool clipboard_add(struct ui *ui, size_t start, size_t end);
/* Gives the terminal these bytes, too; says so when it cannot have them. */
void clipboard_give(struct message *message, const char *bytes, size_t size);
/* Puts them in at the cursor; line ends become the document's. */
void clipboard_paste(struct ui *ui, const char *bytes, size_t size);

/* Commands; session/commands.h says what they do. */
void do_prompt_paste(struct ui *ui);

#endif
