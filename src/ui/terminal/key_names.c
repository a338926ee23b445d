/* Names of keys. */
#include "key_names.h"
#include "lacuna/base.h"

#include <string.h>

static const struct {
    ui_key key;
    const char *name;
} names[] = {
    {UI_SPECIAL(UI_ENTER), "Enter"},
    {UI_SPECIAL(UI_TAB), "Tab"},
    {UI_SPECIAL(UI_ESC), "Esc"},
    {UI_SPECIAL(UI_BACKSPACE), "Backspace"},
    {UI_SPECIAL(UI_DELETE), "Del"},
    {UI_SPECIAL(UI_INSERT), "Ins"},
    {UI_SPECIAL(UI_UP), "Up"},
    {UI_SPECIAL(UI_DOWN), "Down"},
    {UI_SPECIAL(UI_LEFT), "Left"},
    {UI_SPECIAL(UI_RIGHT), "Right"},
    {UI_SPECIAL(UI_HOME), "Home"},
    {UI_SPECIAL(UI_END), "End"},
    {UI_SPECIAL(UI_PAGE_UP), "PgUp"},
    {UI_SPECIAL(UI_PAGE_DOWN), "PgDn"},
    {' ', "Space"},
    {'#', "Hash"}, /* a word that begins with # is a comment */
};

void ui_key_name(ui_key key, char out[UI_KEY_NAME])
{
    char name[16] = "";
    ui_key base = key & (UI_KEY_SPECIAL | UI_KEY_CODE), code = key & UI_KEY_CODE;
    bool caret = (key & UI_KEY_CTRL) && !(key & UI_KEY_SPECIAL);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (names[i].key == base) strcpy(name, names[i].name);
    if (!*name && (key & UI_KEY_SPECIAL))
        snprintf(name, sizeof name, "F%u", code - UI_F1 + 1);
    else if (!*name)
        name[utf8_put(code, name)] = '\0';
    snprintf(out, UI_KEY_NAME, "%s%s%s%s%s", key & UI_KEY_ALT ? "M-" : "", caret ? "^" : "",
             (key & UI_KEY_CTRL) && !caret ? "C-" : "", key & UI_KEY_SHIFT ? "S-" : "", name);
}

static ui_key parse_special(const char *name, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strlen(names[i].name) == size && memcmp(names[i].name, name, size) == 0) return names[i].key;
    if (size < 2 || size > 3 || name[0] != 'F') return 0;
    unsigned number = 0;
    for (size_t i = 1; i < size; i++) {
        if (name[i] < (i == 1 ? '1' : '0') || name[i] > '9') return 0;
        number = 10 * number + (unsigned)(name[i] - '0');
    }
    return number <= 12 ? UI_SPECIAL(UI_F1 + number - 1) : 0;
}

/* What a terminal can send with Ctrl and a character: ^@ … ^_; Ctrl with the space bar is ^@. */
static ui_key parse_control(const char *name, size_t size)
{
    if (size == 5 && memcmp(name, "Space", 5) == 0) return UI_KEY_CTRL | ' ';
    if (size != 1) return 0;
    char c = name[0];
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'M' || c == '[') return 0; /* these are Tab, Enter and Esc */
    if ((c >= 'A' && c <= 'Z') || c == '\\' || c == ']' || c == '^' || c == '_')
        return UI_KEY_CTRL | (ui_key)c;
    return 0;
}

ui_key ui_key_parse(const char *name, size_t size)
{
    ui_key modifiers = 0;
    for (; size > 2 && name[1] == '-'; name += 2, size -= 2) {
        ui_key add = name[0] == 'M'   ? UI_KEY_ALT
                     : name[0] == 'C' ? UI_KEY_CTRL
                     : name[0] == 'S' ? UI_KEY_SHIFT
                                      : 0;
        if (!add || (modifiers & add)) return 0;
        modifiers |= add;
    }
    if (size > 1 && name[0] == '^') {
        ui_key key = modifiers & ~UI_KEY_ALT ? 0 : parse_control(name + 1, size - 1);
        return key ? key | modifiers : 0;
    }
    ui_key key = parse_special(name, size);
    uint32_t code = 0;
    if (!key && size && utf8_decode(name, size, &code) == (int)size && code > ' ' && code != 0x7f) key = code;
    /* Terminals send no Ctrl or Shift apart from the character itself. */
    if (key && !(key & UI_KEY_SPECIAL) && (modifiers & ~UI_KEY_ALT)) return 0;
    return key ? key | modifiers : 0;
}

bool ui_key_is_text(ui_key key)
{
    return key >= ' ' && key != 0x7f && !(key & ~UI_KEY_CODE);
}
