/* The meaning of a key: it is looked up in its context, and its command is run. */
#ifndef LACUNA_UI_PRESS_H
#define LACUNA_UI_PRESS_H

#include "ui/prompt/popup.h"
#include "ui/terminal/key_names.h"

struct doc;
struct ui;

/* Keys that can follow the pending ones. */
struct which_key {
    struct popup popup;
    double at; /* when to show them; 0: never */
};

void press_key(struct ui *ui, ui_key key); /* handles a key as if it were typed */
/* Undo puts the cursor where it was before a key, the mouse or a paste: called before and after each. */
void note_cursor(const struct doc *doc);
/* After a while, shows the keys that can follow those typed so far. */
/* ms until which_key_tick has something to do; -1: nothing */
int which_key_timeout(const struct which_key *which_key);
void which_key_tick(struct ui *ui);

#endif
