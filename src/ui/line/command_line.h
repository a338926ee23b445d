/* The `:` line: commands with what they need behind them, and every other command by its name. */
#ifndef LACUNA_UI_COMMAND_LINE_H
#define LACUNA_UI_COMMAND_LINE_H

#include "lacuna/base.h"

struct buffer;
struct ui;

struct command_line {
    char *display_path; /* the next screen is written there; NULL: not */
};

/* Commands of the `:` line that take something behind them: the function (its argument is the rest of the
 * line), the name and perhaps a short one, whether the palette offers it, what the argument is, how Tab
 * completes it (NULL: not), and what it does. All others can be run there by their names. */
#define UI_LINE_COMMANDS(X)                                                                                  \
    X(set_command, "set", "se", true, "NAME VALUE", set_complete,                                            \
      "change a setting; NAME? shows it, NAME! and noNAME turn a switch")                                    \
    X(line_open, "open", NULL, false, "FILE", path_complete, "open a file, or go to it")                     \
    X(line_save_as, "save-as", NULL, false, "FILE", path_complete, "save the text under another name")       \
    X(line_read_as, "read-as", NULL, false, "NAME", encoding_complete,                                       \
      "read the file again, in that encoding")                                                               \
    X(line_encoding, "encoding", NULL, false, "NAME", encoding_complete,                                     \
      "how the file's bytes are written; without a name, how they were read")                                \
    X(line_save_display, "save-display", NULL, true, "FILE", path_complete,                                  \
      "write the screen to a file, as text")                                                                 \
    X(line_save_trace, "save-trace", NULL, true, "FILE", path_complete,                                      \
      "write the steps of the proposal at the cursor to a file, for lacuna replay")                          \
    X(ex_substitute, "substitute", "s", false, "/PATTERN/WITH/FLAGS", NULL,                                  \
      "replace in the lines; & is the match, \\1 a group")                                                   \
    X(ex_substitute, "&", NULL, false, "FLAGS", NULL, "the same replacement again")                          \
    X(ex_global, "global", "g", false, "/PATTERN/COMMAND", NULL, "run a command on the lines that match")    \
    X(ex_global_not, "vglobal", "v", false, "/PATTERN/COMMAND", NULL, "run it on the others")                \
    X(ex_delete, "delete", "d", false, "REGISTER COUNT", NULL, "delete the lines")                           \
    X(ex_yank, "yank", "y", false, "REGISTER COUNT", NULL, "copy the lines to a register")                   \
    X(ex_copy, "copy-lines", "t", false, "ADDRESS", NULL, "copy the lines below a line")                     \
    X(ex_copy, "co", NULL, false, "ADDRESS", NULL, "the same")                                               \
    X(ex_move, "move", "m", false, "ADDRESS", NULL, "move the lines below a line")                           \
    X(ex_join, "join", "j", false, "", NULL, "join the lines; j! without spaces")                            \
    X(ex_shift_right, ">", NULL, false, "", NULL, "indent the lines")                                        \
    X(ex_shift_left, "<", NULL, false, "", NULL, "take their indent back")                                   \
    X(ex_normal, "normal", "norm", false, "KEYS", NULL, "type keys of normal mode, in each line")            \
    X(ex_mark, "mark", "k", false, "LETTER", NULL, "set a mark")                                             \
    X(ex_registers, "registers", "reg", false, "", NULL, "show what registers hold")                         \
    X(ex_write, "write", "w", false, "FILE", path_complete, "save, perhaps under another name")              \
    X(ex_update, "update", "up", false, "", NULL, "save if need be")                                         \
    X(line_help, "help", "h", false, "", NULL, "show the keys")                                              \
    X(ex_quit, "q", NULL, false, "", NULL, "leave; q! loses what is not saved of this file")                 \
    X(ex_write_quit, "wq", NULL, false, "", NULL, "save and leave")                                          \
    X(ex_exit, "xit", "x", false, "", NULL, "save if need be and leave")                                     \
    X(ex_edit, "edit", "e", false, "FILE", path_complete, "open another file")                               \
    X(ex_read, "read", "r", false, "FILE", path_complete,                                                    \
      "put a file in below the line; r !COMMAND what that writes")                                           \
    X(ex_filter, "!", NULL, false, "COMMAND", NULL,                                                          \
      "send the lines through a command of the shell; without lines, show what it writes")                   \
    X(ex_earlier, "earlier", "ea", false, "COUNT", NULL, "to the text as it was so many changes ago")        \
    X(ex_later, "later", "lat", false, "COUNT", NULL, "to the text as it was so many changes after that")    \
    X(line_unlight, "nohlsearch", "noh", false, "", NULL, "show matches like other text again")              \
    X(line_next, "bnext", "bn", false, "", NULL, "to the next open file")                                    \
    X(line_previous, "bprevious", "bp", false, "", NULL, "to the open file before")                          \
    X(line_buffer, "buffer", "b", false, "NAME", NULL,                                                       \
      "to the open file of that number or name; without one, a list")                                        \
    X(line_files, "buffers", "ls", false, "", NULL, "a list of the open files")                              \
    X(line_close, "bdelete", "bd", false, "", NULL, "close the file; bd! loses what is not saved")           \
    X(line_save_all, "wall", "wa", false, "", NULL, "save every open file that has changed")                 \
    X(line_quit_all, "qall", "qa", false, "", NULL, "leave; qa! loses what is not saved of all files")       \
    X(line_save_all_and_quit, "wqall", "wqa", false, "", NULL, "save all files and leave")                   \
    X(line_save_all_and_quit, "xall", "xa", false, "", NULL, "the same")

void line_write_display(struct ui *ui); /* to display_path */

struct ui_line_command {
    const char *name, *alias;
    bool in_palette;
    const char *arguments, *help;
    void (*run)(struct ui *ui, const char *arguments);
    /* As prompt.complete, within the arguments. */
    void (*complete)(struct ui *ui, const char *arguments, size_t cursor, size_t *start, struct buffer *out);
};

const struct ui_line_command *line_command_at(size_t index); /* NULL behind the last */
void line_run(struct ui *ui, const char *line);
void line_begin(struct ui *ui, const char *beginning); /* asks for a : line */
void line_choose(struct ui *ui, const char *name);     /* runs it, or asks for what it takes */

/* Commands; session/commands.h says what they do. */
void do_command_line(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_unlight(struct ui *ui, const char *arguments);
void line_next(struct ui *ui, const char *arguments);
void line_previous(struct ui *ui, const char *arguments);
void line_files(struct ui *ui, const char *arguments);
void line_help(struct ui *ui, const char *arguments);
void line_save_display(struct ui *ui, const char *arguments);

#endif
