/* Keys and their names. */
#ifndef LACUNA_UI_KEY_NAMES_H
#define LACUNA_UI_KEY_NAMES_H

#include "lacuna/base.h"

/* A key: a code point, or KEY_SPECIAL + one of the enum, with modifiers in the high bits. Control letters are
 * KEY_CTRL + the capital letter. 0 is no key. */
typedef uint32_t ui_key;
#define UI_KEY_ALT     (1u << 31)
#define UI_KEY_CTRL    (1u << 30)
#define UI_KEY_SHIFT   (1u << 29)
#define UI_KEY_SPECIAL (1u << 28)
#define UI_KEY_CODE    0x1fffffu
enum ui_special {
    UI_ENTER = 1,
    UI_TAB,
    UI_ESC,
    UI_BACKSPACE,
    UI_DELETE,
    UI_INSERT,
    UI_UP,
    UI_DOWN,
    UI_LEFT,
    UI_RIGHT,
    UI_HOME,
    UI_END,
    UI_PAGE_UP,
    UI_PAGE_DOWN,
    UI_F1, /* … UI_F1 + 11 */
    UI_LAST = UI_F1 + 11
};
#define UI_SPECIAL(name) (UI_KEY_SPECIAL | (ui_key)(name))

/* The name in keymaps: "^S", "M-x", "S-Left", "F1", "Space". At most 32 bytes with the NUL. */
enum { UI_KEY_NAME = 32 };
void ui_key_name(ui_key key, char out[UI_KEY_NAME]);
ui_key ui_key_parse(const char *name, size_t size); /* 0: unknown name */
/* Whether the key stands for itself when typed: a printable character without Ctrl or Alt. */
bool ui_key_is_text(ui_key key);

#endif
