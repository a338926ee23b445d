/* The `:` line: commands with arguments, and every other command by its name. */
#ifndef LACUNA_UI_COMMAND_LINE_H
#define LACUNA_UI_COMMAND_LINE_H

#include "lacuna/base.h"

struct buffer;
struct ui;

struct command_line {
    char *display_path; /* the next screen is written there; NULL: not */
};

/* Commands of the `:` line with arguments: the function (which gets the rest of the line), the name and an
 * optional short one, whether the palette offers it, the argument, its completion (NULL: none), and the help.
 * All other commands can be run there by their names. */
#define UI_LINE_COMMANDS(X)                                                                                  \
    X(set_command, "set", "se", true, "NAME VALUE", set_complete,                                            \
      "change a setting; NAME? shows it, NAME! toggles a switch, noNAME turns it off, -w keeps what was "    \
      "changed")                                                                                             \
    X(line_open, "open", NULL, false, "FILE", path_complete, "open a file, or go to it")                     \
    X(line_save_as, "save-as", NULL, false, "FILE", path_complete, "save the text under another name")       \
    X(line_read_as, "read-as", NULL, false, "NAME", encoding_complete,                                       \
      "read the file again in that encoding")                                                                \
    X(line_encoding, "encoding", NULL, false, "NAME", encoding_complete,                                     \
      "set the encoding of the file; without a name, show it")                                               \
    X(line_save_display, "save-display", NULL, true, "FILE", path_complete,                                  \
      "write the screen to a file, as text")                                                                 \
    X(line_save_annotated, "save-annotated", NULL, true, "FILE", path_complete,                              \
      "write a copy of the text with notes on what you and the model wrote")                                 \
    X(line_voice, "voice", NULL, false, "FOLDER", path_complete,                                             \
      "learn my voice from the texts in a folder")                                                           \
    X(line_save_trace, "save-trace", NULL, true, "FILE", path_complete,                                      \
      "write the steps of the proposal at the cursor to a file, for lacuna replay")                          \
    X(line_conditions, "conditions", NULL, false, "must X, Y@2; not Z; begins A; at most 6 words …", NULL,   \
      "set conditions on the words of the blank")                                                            \
    X(line_beside, "beside", NULL, false, "seeds N | samplers NAME… | models NAME…", NULL,                   \
      "draw the blank side by side, two to four times")                                                      \
    X(ex_substitute, "substitute", "s", false, "/PATTERN/WITH/FLAGS", NULL,                                  \
      "replace in the lines; & is the match, \\1 a group")                                                   \
    X(ex_substitute, "&", NULL, false, "FLAGS", NULL, "repeat the last replacement")                         \
    X(ex_global, "global", "g", false, "/PATTERN/COMMAND", NULL, "run a command on the lines that match")    \
    X(ex_global_not, "vglobal", "v", false, "/PATTERN/COMMAND", NULL,                                        \
      "run a command on the lines that do not match")                                                        \
    X(ex_delete, "delete", "d", false, "REGISTER COUNT", NULL, "delete the lines")                           \
    X(ex_yank, "yank", "y", false, "REGISTER COUNT", NULL, "copy the lines to a register")                   \
    X(ex_copy, "copy-lines", "t", false, "ADDRESS", NULL, "copy the lines below a line")                     \
    X(ex_copy, "co", NULL, false, "ADDRESS", NULL, "the same")                                               \
    X(ex_move, "move", "m", false, "ADDRESS", NULL, "move the lines below a line")                           \
    X(ex_join, "join", "j", false, "", NULL, "join the lines; j! without spaces")                            \
    X(ex_shift_right, ">", NULL, false, "", NULL, "indent the lines")                                        \
    X(ex_shift_left, "<", NULL, false, "", NULL, "unindent the lines")                                       \
    X(ex_normal, "normal", "norm", false, "KEYS", NULL, "run normal-mode keys on each line")                 \
    X(ex_mark, "mark", "k", false, "LETTER", NULL, "set a mark")                                             \
    X(ex_registers, "registers", "reg", false, "", NULL, "show the registers")                               \
    X(ex_write, "write", "w", false, "FILE", path_complete, "save; with a name, under that name")            \
    X(ex_update, "update", "up", false, "", NULL, "save if changed")                                         \
    X(line_help, "help", "h", false, "", NULL, "show the keys")                                              \
    X(ex_quit, "q", NULL, false, "", NULL, "quit; q! discards the changes of this file")                     \
    X(ex_write_quit, "wq", NULL, false, "", NULL, "save and quit")                                           \
    X(ex_exit, "xit", "x", false, "", NULL, "save if changed, and quit")                                     \
    X(ex_edit, "edit", "e", false, "FILE", path_complete, "open another file")                               \
    X(ex_read, "read", "r", false, "FILE", path_complete,                                                    \
      "insert a file below the line; r !COMMAND inserts the command's output")                               \
    X(ex_filter, "!", NULL, false, "COMMAND", NULL,                                                          \
      "filter the lines through a shell command; without lines, show its output")                            \
    X(ex_earlier, "earlier", "ea", false, "COUNT", NULL,                                                     \
      "back in time by COUNT changes, across undo branches")                                                 \
    X(ex_later, "later", "lat", false, "COUNT", NULL,                                                        \
      "forward in time by COUNT changes, across undo branches")                                              \
    X(line_unlight, "nohlsearch", "noh", false, "", NULL, "stop highlighting matches")                       \
    X(line_next, "bnext", "bn", false, "", NULL, "to the next open file")                                    \
    X(line_previous, "bprevious", "bp", false, "", NULL, "to the previous open file")                        \
    X(line_buffer, "buffer", "b", false, "NAME", NULL,                                                       \
      "to the open file with that number or name; without one, list the files")                              \
    X(line_files, "buffers", "ls", false, "", NULL, "list the open files")                                   \
    X(line_close, "bdelete", "bd", false, "", NULL, "close the file; bd! discards its changes")              \
    X(line_save_all, "wall", "wa", false, "", NULL, "save every open file that has changed")                 \
    X(line_quit_all, "qall", "qa", false, "", NULL, "quit; qa! discards the changes of all files")           \
    X(line_save_all_and_quit, "wqall", "wqa", false, "", NULL, "save all files and quit")                    \
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

const struct ui_line_command *line_command_at(size_t index); /* NULL after the last */
void line_run(struct ui *ui, const char *line);
void line_begin(struct ui *ui, const char *beginning); /* asks for a : line */
void line_choose(struct ui *ui, const char *name);     /* runs it, or asks for its argument */

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
