/* Typed keys: those that are not a complete command yet, and what they ran. */
#ifndef LACUNA_UI_TYPED_KEYS_H
#define LACUNA_UI_TYPED_KEYS_H

#include "keymap.h"
#include "ui/terminal/key_names.h"

struct typed_keys {
    ui_key pending[UI_SEQUENCE]; /* not a complete command yet */
    size_t pending_count;
    size_t last_count; /* the keys that ran the current command */
    size_t acts;       /* number of commands, keys and other input so far */
};

#endif
