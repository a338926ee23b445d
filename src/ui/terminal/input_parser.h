/* Bytes from a terminal, parsed into keys, pasted text, the mouse and the terminal's replies. Pure: it knows
 * no terminal and no clock, so that a test can cut the bytes anywhere. Characters and sequences may arrive in
 * any number of pieces: what is incomplete stays until its rest comes, or until input_parser_waits says for
 * how long and the caller says that the time is over.
 *
 * The grammar is ECMA-48's: ESC, CSI sequences (ESC [ parameters intermediates final), SS3 (ESC O final), and
 * strings (OSC, DCS, APC) that end with BEL or ESC \. Key strings of terminfo are data and come first. */
#ifndef LACUNA_UI_INPUT_PARSER_H
#define LACUNA_UI_INPUT_PARSER_H

#include "key_names.h"
#include "lacuna/base.h"

enum input_kind {
    INPUT_NONE, /* nothing is complete */
    INPUT_KEY,
    INPUT_PASTE, /* a piece of pasted text: whole characters, and never the first half of a CR LF */
    INPUT_MOUSE,
    INPUT_BACKGROUND, /* the terminal's, as it was asked */
    INPUT_MODE,       /* whether it knows synchronised output, as it was asked */
    INPUT_SYNC,       /* CSI ? 7773 ; number n: a test asks for a sign that all before it is dealt with */
    INPUT_IGNORED     /* a whole sequence that means nothing here */
};
enum mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_OTHER };
struct input {
    enum input_kind kind;
    ui_key key;
    struct slice pasted; /* borrowed until the next call */
    bool paste_begins,
        paste_ends; /* the piece is the first, the last of its paste; an empty one may be last */
    enum mouse mouse;
    int row, column; /* of the mouse, from 0 */
    bool extends;    /* with Shift */
    bool light;      /* the background */
    bool knows_mode;
    unsigned number; /* of a sync */
};

enum { INPUT_KEY_STRINGS = 64, INPUT_STRING = 16 };
struct input_parser {
    char *bytes; /* [at, end) are not parsed yet */
    size_t at, end, capacity;
    size_t searched; /* of a paste: [at, searched) does not hold its end */
    bool pasting, paste_begun;
    struct input_key_string {
        char bytes[INPUT_STRING];
        size_t size;
        ui_key key;
    } strings[INPUT_KEY_STRINGS];
    size_t string_count;
};
/* Zero-initialise. A string that a key sends, as terminfo has it; too long ones and too many are left out. */
void input_parser_add_key(struct input_parser *parser, const char *string, ui_key key);
void input_parser_free(struct input_parser *parser);
/* Bytes that were read. False: no memory, nothing was taken. */
bool input_parser_feed(struct input_parser *parser, const char *bytes, size_t size) MUST_USE;
/* The next event. `time_is_over`: what waits for its rest has waited for as long as input_parser_waits says,
 * and is taken for what it is: a lone ESC for the key, ESC [ for Alt-[. */
struct input input_parser_next(struct input_parser *parser, bool time_is_over);
/* After input_parser_next found nothing: what it waits for. */
enum input_wait {
    INPUT_WAIT_NOTHING,  /* nothing, or bytes that must come: no time runs */
    INPUT_WAIT_ESCAPE,   /* a lone ESC (or Alt with a character that might begin a string): ESCDELAY */
    INPUT_WAIT_SEQUENCE, /* ESC [ or ESC O alone: half a second, nobody types what follows faster */
    INPUT_WAIT_REPLY     /* a reply of the terminal that has begun: a second */
};
enum input_wait input_parser_waits(const struct input_parser *parser);

#endif
