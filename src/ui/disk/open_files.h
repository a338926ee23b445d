/* Several files: going from one to another, a list of them, closing one. */
#ifndef LACUNA_UI_OPEN_FILES_H
#define LACUNA_UI_OPEN_FILES_H

#include "lacuna/base.h"
#include "ui/prompt/popup.h"

struct ui;

enum { MOST_LISTED = 1000 };
struct file_list {
    struct popup popup;
    size_t documents[MOST_LISTED]; /* the indices of the files in its rows */
};

/* Commands; session/commands.h says what they do. */
void do_next_file(struct ui *ui);
void do_previous_file(struct ui *ui);
void do_last_file(struct ui *ui);
void do_files(struct ui *ui);
void do_close(struct ui *ui);
void do_close_or_quit(struct ui *ui);

/* Commands of the : line; line/command_line.h says what they do. */
void line_buffer(struct ui *ui, const char *arguments);
void line_close(struct ui *ui, const char *arguments);

#endif
