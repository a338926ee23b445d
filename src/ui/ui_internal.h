/* Inside ui/ only: the editor's state. What its files offer one another is in the headers by subject. */
#ifndef LACUNA_UI_INTERNAL_H
#define LACUNA_UI_INTERNAL_H

#include "context.h"
#include "document.h"
#include "documents.h"
#include "files.h"
#include "hooks.h"
#include "keymap.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "layout.h"
#include "message.h"
#include "modal.h"
#include "mouse.h"
#include "palette.h"
#include "paste.h"
#include "prompt.h"
#include "proposal.h"
#include "screen.h"
#include "search.h"
#include "settings.h"
#include "signals.h"
#include "theme.h"
#include "timeline.h"
#include "vi_state.h"
#include "view.h"
#include "writing.h"

struct ui {
    const struct ui_options *options;
    struct ui_hooks hooks;
    struct settings settings;
    struct ui_keymap keymap;
    struct doc **docs, *doc;
    const struct doc *last_doc; /* that was shown before this one; perhaps it is gone */
    size_t doc_count, doc_capacity, current;
    struct doc_watchers watchers;
    size_t shown; /* changes whenever another document is shown */
    bool stale;   /* what lies over the page, or the text, is other than what is laid out */
    const struct modal *modal;
    struct fill_worker *worker;
    uint32_t most_tokens; /* filling_most_tokens; 0: not asked yet */
    struct job jobs[FILL_QUEUE];
    struct waiting *waiting; /* events that were taken from the worker and not shown yet */
    struct waiting *last_waiting;
    double next_step; /* when the next of them is due */
    struct timeline timeline;
    uint64_t next_seed;
    struct layout layout;
    struct prompt prompt;
    struct history history[HISTORIES];
    bool answers_loaded;
    struct search search;
    bool counts_matches; /* a search wants its matches counted; a question that opens ends that */
    struct replacing replacing;
    struct help help;
    struct compare compare;
    struct recovery recovery;
    bool keep_journals; /* at the end: a signal ended it */
    struct palette palette;
    struct macros macros;
    struct vi vi;
    struct ex_range range; /* of the running command of the : line */
    struct buffer substitute_with;
    bool clipboard_lines;   /* it holds whole lines */
    struct popup which_key; /* keys that may follow */
    struct popup open_list; /* documents that are open */
    double which_key_at;    /* when it is to be shown; 0: never */
    size_t last_keys;       /* that the running command was called with */
    char *display_path;     /* the next screen is written there; NULL: not */
    struct buffer clipboard;
    struct text *pasting;  /* a paste into it has begun and not ended; NULL: none has */
    unsigned sync;         /* number of a request for a sign of life that is not answered; 0: there is none */
    size_t acts, taken_at; /* commands, keys and other input so far; the last one that took a line away */
    ui_key *pending;       /* UI_SEQUENCE of them: keys that were typed and are not a command yet */
    size_t pending_count;
    char message[640];
    bool message_is_error;
    bool follow; /* the page must show the cursor */
    bool light;  /* the terminal's background */
    double painted_at;
    int rows, columns;
    bool quitting;
    int exit_status;
    struct leaving leaving;
    struct buffer farewell; /* printed when the terminal is given back */
};

/* ---- editor.c, file_commands.c */

/* ---- set_commands.c: settings ---- */
enum status set_load(struct ui *ui, struct error *error) MUST_USE; /* the file, then the command line */
/* Gives a setting another value and tells who must know. */
enum status set_setting(struct ui *ui, const struct setting *setting, const char *value, struct error *error);
void set_command(struct ui *ui, const char *arguments); /* what follows `:set` */
/* vi_settings.c: an option of vim as `:set` has it; `line` receives ours, "" when all is said. False: vim has
 * no such option. */
bool vi_option(struct ui *ui, const char *arguments, char *line, size_t line_size);
void set_complete(struct ui *ui, const char *arguments, size_t cursor, size_t *start, struct buffer *out);

/* ---- command_line.c */
void line_write_display(struct ui *ui); /* to display_path */

#endif
