/* Bytes from a terminal, parsed into keys, pasted text, the mouse and the terminal's replies. Pure: it has no
 * terminal and no clock, so that a test can cut the bytes anywhere. Characters and sequences may arrive in
 * any number of pieces: an incomplete one stays until its rest comes, or until the caller says that the time
 * given by input_parser_waits is over.
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
    INPUT_PASTE, /* a piece of pasted text: whole characters, and never only the first half of a CR LF */
    INPUT_MOUSE,
    INPUT_BACKGROUND, /* the terminal's background, as requested */
    INPUT_MODE,       /* whether it supports synchronised output, as requested */
    INPUT_SYNC,   /* CSI ? 7773 ; number n: a test asks for a sign that everything before it is processed */
    INPUT_IGNORED /* a whole sequence without a meaning here */
};
enum mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_OTHER };
struct input {
    enum input_kind kind;
    ui_key key;
    struct slice pasted; /* borrowed until the next call */
    bool paste_begins,
        paste_ends; /* the piece is the first, the last of its paste; an empty one can be last */
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
    size_t searched; /* of a paste: [at, searched) does not contain its end */
    bool pasting, paste_begun;
    bool skipping; /* the rest of a sequence that is too long to mean anything */
    struct input_key_string {
        char bytes[INPUT_STRING];
        size_t size;
        ui_key key;
    } strings[INPUT_KEY_STRINGS];
    size_t string_count;
};
/* Zero-initialise. Adds a string that a key sends, from terminfo; strings that are too long and strings
 * beyond the limit are left out. */
void input_parser_add_key(struct input_parser *parser, const char *string, ui_key key);
void input_parser_free(struct input_parser *parser);
/* Adds bytes that were read. False: out of memory, nothing was added. */
bool input_parser_feed(struct input_parser *parser, const char *bytes, size_t size) MUST_USE;
/* The next event. `time_is_over`: the incomplete bytes have waited as long as input_parser_waits says, and
 * are taken as they are: a lone ESC as the key, ESC [ as Alt-[. */
struct input input_parser_next(struct input_parser *parser, bool time_is_over);
/* After input_parser_next found nothing: what it waits for. */
enum input_wait {
    INPUT_WAIT_NOTHING,  /* nothing, or bytes that must come: no time limit */
    INPUT_WAIT_ESCAPE,   /* a lone ESC (or Alt with a character that may begin a string): ESCDELAY */
    INPUT_WAIT_SEQUENCE, /* ESC [ or ESC O alone: half a second, nobody types the next key faster */
    INPUT_WAIT_REPLY     /* an incomplete reply of the terminal: a second */
};
enum input_wait input_parser_waits(const struct input_parser *parser);

#endif
