/* libFuzzer target: bytes from a terminal mean the same however they are cut. */
#include "ui/terminal/input_parser.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

/* The events that are complete, as bytes; pieces of a paste are joined. */
static void take(struct input_parser *p, bool time_is_over, struct buffer *log)
{
    struct input in;
    while ((in = input_parser_next(p, time_is_over)).kind != INPUT_NONE) {
        bool good = true;
        if (in.kind == INPUT_KEY) {
            char name[UI_KEY_NAME];
            ui_key_name(in.key, name);
            good = buffer_printf(log, "key %s\n", name);
        } else if (in.kind == INPUT_PASTE) {
            good = (!in.paste_begins || buffer_append_string(log, "paste ")) &&
                   (!in.pasted.size || buffer_append(log, in.pasted.data, in.pasted.size)) &&
                   (!in.paste_ends || buffer_append_string(log, "\n"));
        } else if (in.kind == INPUT_MOUSE) {
            good = buffer_printf(log, "mouse %d %d %d\n", (int)in.mouse, in.row, in.column);
        } else if (in.kind != INPUT_IGNORED) {
            good = buffer_printf(log, "answer %d\n", (int)in.kind);
        }
        require(good);
    }
}

/* In pieces of `step` bytes; 0: at once. */
static struct buffer parse(const char *bytes, size_t size, size_t step)
{
    struct input_parser p = {0};
    struct buffer log = {0};
    input_parser_add_key(&p, "\033OA", UI_SPECIAL(UI_UP));
    input_parser_add_key(&p, "\033[[A", UI_SPECIAL(UI_F1));
    for (size_t at = 0; at < size;) {
        size_t part = !step || step > size - at ? size - at : step;
        require(input_parser_feed(&p, bytes + at, part));
        take(&p, false, &log);
        at += part;
    }
    take(&p, true, &log);
    input_parser_free(&p);
    return log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    const char *bytes = (const char *)data + 1;
    struct buffer whole = parse(bytes, size - 1, 0), pieces = parse(bytes, size - 1, 1 + data[0] % 8);
    require(whole.size == pieces.size && (!whole.size || memcmp(whole.data, pieces.data, whole.size) == 0));
    buffer_free(&whole);
    buffer_free(&pieces);
    return 0;
}
