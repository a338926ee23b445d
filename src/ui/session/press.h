/* What a key means now: it is looked up where it may be bound, and its command is run. */
#ifndef LACUNA_UI_PRESS_H
#define LACUNA_UI_PRESS_H

#include "ui/prompt/popup.h"
#include "ui/terminal/key_names.h"

struct doc;
struct ui;

/* Keys that may follow those that are pending. */
struct which_key {
    struct popup popup;
    double at; /* when it is to be shown; 0: never */
};

void press_key(struct ui *ui, ui_key key); /* as if it were typed */
/* Undo puts the cursor where it was before a key, the mouse or a paste: called before and after each. */
void note_cursor(const struct doc *doc);
/* The keys that may follow those typed so far are shown after a while. */
/* ms until which_key_tick has something to do; -1: it has not */
int which_key_timeout(const struct which_key *which_key);
void which_key_tick(struct ui *ui);

#endif
