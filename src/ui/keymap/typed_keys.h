/* Keys that were typed: those that are not a command yet, and what they came to. */
#ifndef LACUNA_UI_TYPED_KEYS_H
#define LACUNA_UI_TYPED_KEYS_H

#include "keymap.h"
#include "ui/terminal/key_names.h"

struct typed_keys {
    ui_key pending[UI_SEQUENCE]; /* not a command yet */
    size_t pending_count;
    size_t last_count; /* that the running command was called with */
    size_t acts;       /* commands, keys and other input so far */
};

#endif
