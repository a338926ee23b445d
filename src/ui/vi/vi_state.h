/* The state of modal editing. */
#ifndef LACUNA_UI_VI_STATE_H
#define LACUNA_UI_VI_STATE_H

#include "lacuna/base.h"
#include "ui/document/document.h"
#include "ui/keys/macro.h"
#include "ui/terminal/key_names.h"

struct ui;

enum vi_mode { VI_OFF, VI_NORMAL, VI_INSERT, VI_REPLACE, VI_VISUAL };

enum vi_shape { VI_CHARACTERS, VI_LINES, VI_BLOCK };

enum vi_block_insert { VI_BLOCK_NOT, VI_BLOCK_BEFORE, VI_BLOCK_AFTER };

struct vi_block {
    size_t first, last; /* lines, by their starts */
    size_t lines;
    int left, right; /* columns, both in it */
    bool to_end;     /* of each line */
};

struct vi_register {
    struct buffer text;
    enum vi_shape shape;
};

enum { VI_REGISTERS = 37 }; /* a to z, 0 to 9, - */

/* Lines before a command of the : line: the starts of the first and the last. */
struct ex_range {
    size_t first, last;
    int addresses; /* how many were written: 0, 1 or 2 */
};

struct vi {
    enum vi_mode mode;
    size_t count, op_count; /* typed before the command, and before its operator; op_count 0: none */
    bool counted;
    int op;                             /* enum vi_operator; it waits for a motion */
    uint32_t reg;                       /* "x; 0: none was named */
    void (*await)(struct ui *, ui_key); /* takes the next key */
    bool prefix, prompting;             /* the command continues */
    bool repeatable, repeating, failed;
    uint32_t find_char; /* of f t F T */
    bool find_till, find_back, search_back;
    int goal;       /* the target column of j and k, */
    size_t goal_at; /* while the cursor is there */
    int row_goal;
    struct macro typed, dot,
        inserted; /* the running command, the last change, the keys typed since inserting started */
    size_t dot_count;
    bool dot_visual, visual_command;
    enum selecting extent_kind, last_visual;
    size_t extent_lines, extent_characters;
    size_t insert_count, insert_from;
    size_t extending;  /* the end of the selection that an object extends */
    bool from_nothing; /* the text was empty */
    bool no_insert_count, opening, replaying_insert;
    struct buffer replaced, inserted_text;
    struct vi_register registers[VI_REGISTERS];
    int unnamed; /* the register that "" uses */
    int recording;
    uint32_t last_macro;
    bool to_register_one;
    uint32_t mark_wanted; /* the current one */
    int shift;
    struct vi_register shown_register; /* of those computed on request */
    struct buffer substitute_with;
    struct vi_block block; /* the one that the inserted text goes into */
    enum vi_block_insert block_insert;
    bool undo_step_open, in_history;
    struct step step;
    struct doc *step_doc;
};

#endif
