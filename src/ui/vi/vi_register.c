#include "vi_register.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/typed_keys.h"
#include "ui/keys/macro.h"
#include "ui/message/message.h"
#include "ui/prose/clipboard.h"
#include "ui/search/search.h"
#include "ui/terminal/key_names.h"
#include "vi_command.h"
#include "vi_state.h"

#include <string.h>

enum { NUMBERED = 26, SMALL = 36, NONE = -1 };

/* The index in vi.registers; NONE: no such register. */
static int register_index(uint32_t name)
{
    if (name >= 'a' && name <= 'z') return (int)(name - 'a');
    if (name >= 'A' && name <= 'Z') return (int)(name - 'A');
    if (name >= '0' && name <= '9') return NUMBERED + (int)(name - '0');
    return name == '-' ? SMALL : NONE;
}

static bool is_clipboard(uint32_t name)
{
    return name == '+' || name == '*';
}

static bool vi_register_exists(uint32_t name)
{
    return register_index(name) != NONE || is_clipboard(name) ||
           (name && name < 0x80 && strchr("\"_/:.%", (int)name));
}

static void set(struct vi_register *r, const char *bytes, size_t size, enum vi_shape shape)
{
    struct buffer copy = {0};
    if (!buffer_append(&copy, bytes, size)) return;
    buffer_free(&r->text);
    *r = (struct vi_register){.text = copy, .shape = shape};
}

/* A capital letter appends to the register. */
static void add(struct vi_register *r, const char *bytes, size_t size, enum vi_shape shape)
{
    struct buffer sum = {0};
    bool lines = shape == VI_LINES || r->shape == VI_LINES, ok = true;
    if (r->text.size) ok = buffer_append(&sum, r->text.data, r->text.size);
    if (ok && lines && sum.size && sum.data[sum.size - 1] != '\n') ok = buffer_append_char(&sum, '\n');
    ok = ok && buffer_append(&sum, bytes, size);
    if (ok && lines && sum.size && sum.data[sum.size - 1] != '\n') ok = buffer_append_char(&sum, '\n');
    if (ok) set(r, sum.data ? sum.data : "", sum.size, lines ? VI_LINES : shape);
    buffer_free(&sum);
}

static void shift_numbered(struct vi *vi)
{
    buffer_free(&vi->registers[NUMBERED + 9].text);
    memmove(&vi->registers[NUMBERED + 2], &vi->registers[NUMBERED + 1], 8 * sizeof *vi->registers);
    vi->registers[NUMBERED + 1] = (struct vi_register){0};
}

static void vi_macro_from_register(const struct vi *vi, struct macros *macros, int place);

void vi_yank_bytes(struct ui *ui, const char *bytes, size_t size, enum vi_shape shape, bool deleted,
                   bool to_register_one)
{
    struct vi *vi = ui->vi;
    uint32_t name = vi->reg;
    int named = register_index(name);
    bool big = shape == VI_LINES || memchr(bytes, '\n', size) || to_register_one;
    if (name == '_') return;
    if (is_clipboard(name)) {
        ui->clipboard->bytes.size = 0;
        if (buffer_append(&ui->clipboard->bytes, bytes, size)) clipboard_give(ui->message, bytes, size);
        ui->clipboard->lines = shape == VI_LINES;
    }
    if (named != NONE) {
        struct vi_register *r = &vi->registers[named];
        if (name >= 'A' && name <= 'Z')
            add(r, bytes, size, shape);
        else
            set(r, bytes, size, shape);
        if (named < 26) vi_macro_from_register(ui->vi, ui->macros, named);
    }
    int last = named;
    if (deleted && big) {
        shift_numbered(vi);
        set(&vi->registers[NUMBERED + 1], bytes, size, shape);
        if (last == NONE) last = NUMBERED + 1;
    } else if (deleted && named == NONE && !is_clipboard(name)) {
        set(&vi->registers[SMALL], bytes, size, shape);
        last = SMALL;
    } else if (!deleted && named == NONE) {
        set(&vi->registers[NUMBERED], bytes, size, shape);
        last = NUMBERED;
    }
    if (last != NONE) vi->unnamed = last;
}

void vi_yank(struct ui *ui, size_t start, size_t end, enum vi_shape shape, bool deleted, bool to_register_one)
{
    struct buffer bytes = {0};
    bool ok = text_append_to(ui->doc->text, start, end, &bytes);
    /* Lines always end with a line break, even a last one without it. */
    if (ok && shape == VI_LINES && (!bytes.size || bytes.data[bytes.size - 1] != '\n'))
        ok = buffer_append_char(&bytes, '\n');
    if (ok)
        vi_yank_bytes(ui, bytes.data ? bytes.data : "", bytes.size, shape, deleted, to_register_one);
    else
        ui_complain(ui->message, "not enough memory for the register");
    buffer_free(&bytes);
}

const struct vi_register *vi_register_get(struct ui *ui, uint32_t name)
{
    struct vi *vi = ui->vi;
    struct vi_register *other = &vi->shown_register;
    if (name == 0 || name == '"')
        return vi->registers[vi->unnamed].text.data ? &vi->registers[vi->unnamed] : NULL;
    int place = register_index(name);
    if (place != NONE) return vi->registers[place].text.data ? &vi->registers[place] : NULL;
    const struct buffer *from = is_clipboard(name) ? &ui->clipboard->bytes
                                : name == '/'      ? &ui->search->last
                                : name == '.'      ? &vi->inserted_text
                                                   : NULL;
    if (from && from->size) set(other, from->data, from->size, VI_CHARACTERS);
    if (name == '%' && text_path(ui->doc->text))
        set(other, text_path(ui->doc->text), strlen(text_path(ui->doc->text)), VI_CHARACTERS);
    else if (!from || !from->size)
        return NULL;
    if (is_clipboard(name) && ui->clipboard->lines) other->shape = VI_LINES;
    return other;
}

/* ---- "x ---------------------------------------------------------------------------------------------- */

static void register_key(struct ui *ui, ui_key key)
{
    if (!vi_register_exists(key)) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    ui->vi->reg = key;
    ui->vi->prefix = true;
}

void do_vi_register(struct ui *ui)
{
    vi_await(ui->vi, register_key);
}

/* ---- recording and playing: a macro is a register's text as keys ------------------------------------- */

/* The key for a byte of text. */
static ui_key key_of(uint32_t c)
{
    switch (c) {
    case '\n':
    case '\r':
        return UI_SPECIAL(UI_ENTER);
    case '\t':
        return UI_SPECIAL(UI_TAB);
    case 0x1b:
        return UI_SPECIAL(UI_ESC);
    case 0x7f:
        return UI_SPECIAL(UI_BACKSPACE);
    default:
        return c < ' ' ? UI_KEY_CTRL | (c + '@') : c;
    }
}

static void vi_macro_from_register(const struct vi *vi, struct macros *macros, int place)
{
    const struct buffer *text = &vi->registers[place].text;
    struct macro *macro = &macros->named[place];
    macro->count = 0;
    for (size_t at = 0; at < text->size;) {
        uint32_t c;
        int length = utf8_decode(text->data + at, text->size - at, &c);
        if (!length) c = (unsigned char)text->data[at];
        at += length ? (size_t)length : 1;
        if (!mem_grow(&macro->keys, &macro->capacity, macro->count + 1, sizeof *macro->keys)) return;
        macro->keys[macro->count++] = key_of(c);
    }
}

/* The reverse, as far as keys are characters. */
static void register_from_macro(struct vi *vi, const struct macros *macros, int place)
{
    const struct macro *macro = &macros->named[place];
    struct buffer text = {0};
    bool ok = true;
    for (size_t i = 0; i < macro->count && ok; i++) {
        ui_key key = macro->keys[i];
        char bytes[4];
        uint32_t c = key;
        if (key & UI_KEY_SPECIAL)
            c = key == UI_SPECIAL(UI_ENTER)       ? '\r'
                : key == UI_SPECIAL(UI_ESC)       ? 0x1b
                : key == UI_SPECIAL(UI_TAB)       ? '\t'
                : key == UI_SPECIAL(UI_BACKSPACE) ? 0x7f
                                                  : 0;
        else if (key & UI_KEY_CTRL)
            c = key & 0x1f;
        if (c && c <= 0x10ffff) ok = buffer_append(&text, bytes, (size_t)utf8_put(c, bytes));
    }
    if (ok) set(&vi->registers[place], text.data ? text.data : "", text.size, VI_CHARACTERS);
    buffer_free(&text);
}

static void record_key(struct ui *ui, ui_key key)
{
    if (key >= 'A' && key <= 'Z') key = key - 'A' + 'a';
    if (key < 'a' || key > 'z' || ui->macros->playing) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    ui->vi->recording = (int)(key - 'a');
    macro_begin(ui->macros, &ui->macros->named[ui->vi->recording]);
    ui_say(ui->message, "recording @%c", (char)key);
}

void do_vi_record(struct ui *ui)
{
    if (!ui->macros->recording) {
        vi_await(ui->vi, record_key);
        return;
    }
    macro_end(ui->macros, ui->typed->last_count);
    register_from_macro(ui->vi, ui->macros, ui->vi->recording);
}

static void play_key(struct ui *ui, ui_key key)
{
    struct vi *vi = ui->vi;
    size_t count = vi_count(ui->vi);
    if (key == '@') key = vi->last_macro;
    if (key >= 'A' && key <= 'Z') key = key - 'A' + 'a';
    if (key < 'a' || key > 'z' || !ui->macros->named[key - 'a'].count) {
        vi_fail(ui->vi, ui->macros);
        return;
    }
    vi->last_macro = key;
    vi_command_over(ui->vi);
    if (!macro_play(ui, &ui->macros->named[key - 'a'], count)) vi_fail(ui->vi, ui->macros);
}

void do_vi_play(struct ui *ui)
{
    vi_await(ui->vi, play_key);
}

void vi_registers_show(struct ui *ui)
{
    char out[600];
    size_t used = 0;
    for (int i = 0; i <= SMALL && used < sizeof out - 40; i++) {
        const struct vi_register *r = &ui->vi->registers[i];
        char name = (char)(i < 26 ? 'a' + i : i < SMALL ? '0' + i - NUMBERED : '-');
        if (!r->text.size) continue;
        int size = r->text.size > 24 ? 24 : (int)r->text.size;
        used += (size_t)snprintf(out + used, sizeof out - used, "\"%c %.*s  ", name, size, r->text.data);
    }
    if (used)
        ui_say(ui->message, "%s", out);
    else
        ui_say(ui->message, "all registers are empty");
}
