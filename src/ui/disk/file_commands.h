/* Files: saving and opening; and the commands of the screen. Several files: open_files.c; quitting:
 * leave.c. */
#ifndef LACUNA_UI_FILE_COMMANDS_H
#define LACUNA_UI_FILE_COMMANDS_H

#include "lacuna/base.h"
#include "lacuna/text.h"

struct buffer;
struct ui;

/* While questions about it are open. */
struct saving {
    char *path;                /* the requested path; NULL: the text's own */
    struct file_identity seen; /* the file there, when the user was asked or nothing was to be asked */
    enum text_encoding encoding_before;
    size_t unfit_at; /* the first character that the encoding lacks */
};

void file_save(struct ui *ui); /* asks the necessary questions; leave_go_on follows */
/* Commands; session/commands.h says what they do. */
void do_save(struct ui *ui);
void do_save_as(struct ui *ui);
void do_toggle_read_only(struct ui *ui);
void do_reload(struct ui *ui);
void do_compare(struct ui *ui);
void do_open(struct ui *ui);
void do_suspend(struct ui *ui);
void do_toggle_hints(struct ui *ui);
void do_redraw(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_save_as(struct ui *ui, const char *arguments);
void line_open(struct ui *ui, const char *arguments);

#endif
