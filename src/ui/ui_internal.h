/* Inside ui/ only: the editor's state, and what its files offer one another. */
#ifndef LACUNA_UI_INTERNAL_H
#define LACUNA_UI_INTERNAL_H

#include "keymap.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "lacuna/ui.h"
#include "settings.h"
#include "theme.h"

/* ---- screen.c: the terminal -------------------------------------------------------------------------- */

enum status screen_open(bool no_color, struct error *error) MUST_USE;
bool screen_has_colors(void);                     /* wanted and there */
void screen_set_theme(const struct theme *theme); /* from now on; before that nothing has a look */
void screen_close(void);
void screen_suspend(void); /* gives the terminal back */
void screen_resume(void);  /* and takes it again */
void screen_retake(void);  /* when it may be as a shell has left it */
bool screen_resize(void);  /* asks the terminal for its size; false: no memory, it stays as it was */
/* The picture, in cells.c. */
void screen_size(int *rows, int *columns);
void screen_clear(void);
void screen_redraw(void); /* everything, at the next screen_show */
/* A line cut after `width` cells, control characters as ^X; returns the cells painted. */
int screen_text(int row, int column, int width, enum look look, const char *text);
void screen_fill_row(int row, int column, int width, enum look look);
/* One cluster; whoever calls has made room for its cells. */
void screen_cluster(int row, int column, const struct text *text, const struct text_cluster *cluster,
                    enum look look);
int screen_cells(const char *text); /* of a UTF-8 string */
/* The text, or as much of its beginning as leaves room for an ellipsis, in at most so many cells and bytes.
 */
void screen_shorten(const char *text, int cells, char *out, size_t size);
void screen_keep_row(int row); /* as it is now, until the size changes */
void screen_restore_row(int row);
void screen_show(int row,
                 int column); /* paints what changed; the cursor stands there, or (row < 0) is hidden */
bool screen_text_at(int row, struct buffer *out) MUST_USE; /* a row as it is shown, and a line end */
/* Asks the terminal, once it shows the page, for its background and for synchronised output (DEC 2026).
 * Nobody waits: input.c takes the answers, if there are any. */
void screen_ask(void);
void screen_answered(bool background);
void screen_synchronise(void);                    /* frames are marked from now on */
void screen_mouse(bool on);                       /* whether it reports the mouse, where it can */
void screen_copy(const char *bytes, size_t size); /* to the terminal's clipboard, where it has one (OSC 52) */
const char *screen_masked(void);                  /* how a masked token is drawn: "░░░" or "___" */

/* ---- input.c: what the terminal sends -------------------------------------------------------------------
 */

void input_define_keys(void); /* once curses is up */
enum input_kind {
    INPUT_NONE,
    INPUT_KEY,
    INPUT_PASTE,
    INPUT_RESIZE,
    INPUT_MOUSE,
    INPUT_BACKGROUND, /* the terminal's, as it was asked */
    INPUT_ANSWER      /* another one, which is dealt with */
};
enum mouse { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN, MOUSE_OTHER };
struct input {
    enum input_kind kind;
    ui_key key;
    struct slice pasted; /* borrowed until the next input_next */
    enum mouse mouse;
    int row, column; /* of the mouse, from 0 */
    bool extends;    /* with Shift */
    bool light;      /* the background */
};
void mouse_event(struct ui *ui, const struct input *in); /* mouse.c */
struct input input_next(void);                           /* never waits (but 25 ms after an Esc) */

/* ---- signals.c
 * --------------------------------------------------------------------------------------------- */

enum status signals_open(struct error *error) MUST_USE;
void signals_close(void);
int signals_fd(void);
int signals_next(void); /* the number of one that came, or 0 */
/* Bytes that give the terminal back, written when the program crashes. Copied. */
void signals_on_crash(const char *bytes, size_t size);
void signals_stop_self(void); /* stops like a program that does not handle SIGTSTP; returns when continued */

/* ---- proposals and jobs: proposal.c, filling.c
 * ---------------------------------------------------------------- */

struct candidate {
    struct buffer text; /* masked tokens have no bytes */
    struct fill_token *tokens;
    uint32_t count;
    uint64_t seed;
    double score, seconds; /* seconds of its whole job */
};
/* What is laid over a blank. The newest candidate is the one that a job works on. */
struct proposal {
    uint32_t blank;
    uint64_t job; /* 0: finished */
    struct candidate *candidates;
    size_t count, capacity, chosen;
};

/* What anchor and cursor stand for: what is between them, with the character at the later one, whole lines,
 * or the columns between them. */
enum selecting { SELECT_PLAIN, SELECT_CHARACTERS, SELECT_LINES, SELECT_BLOCK };

/* What one command of vi changed: nodes of the history, undone and redone together. */
struct vi_step {
    size_t from, to;
    size_t first, cursor; /* the first place that changed, and the cursor before */
};

struct doc {
    struct text *text;
    size_t cursor, anchor;
    bool selecting, sticky; /* sticky: plain motions extend the selection */
    bool typing;            /* the last thing done was an edit here, not a motion */
    int goal;               /* column that up and down aim at; -1: where the cursor is */
    text_mark top;          /* the row that holds it, and */
    int top_skip;           /* so many rows on, is the first on the screen */
    uint32_t focus;         /* the blank that the cursor was moved to; 0: none */
    size_t first_node;      /* undo stops here: the blanks of the file's markup are not the writer's edits */
    struct proposal *proposals;
    size_t proposal_count, proposal_capacity;
    struct proposal set_aside; /* discarded last; no candidates: there is none */
    size_t set_aside_at;       /* in the history: undo from here brings it back */
    size_t words;              /* as counted last */
    size_t words_begun;        /* when the session began */
    bool words_stale, words_known, goal_said;
    struct word_count {
        uint64_t version;
        size_t start, at, words;
    } count, selected;           /* going on; of a selection */
    bool read_only;              /* it cannot be changed here */
    bool disk_differs;           /* another program changed the file */
    bool disk_asked;             /* what to do about it */
    bool backed_up;              /* FILE~ was made */
    int lock;                    /* of lock_name; -1: none */
    char *lock_name, *lock_path; /* the file that says that this one is open, and for which path */
    enum selecting select;
    text_mark marks[40]; /* a to z and a few more, vi_mark.c; 0: not set */
    struct vi_step *steps;
    size_t step_count, step_capacity;
    size_t change_first,
        change_cursor; /* the first place changed since SIZE_MAX was put there, and the cursor then */
    bool rescue_looked, recovery_looked;
    bool journal_trouble; /* and it was said */
};

struct job {
    uint64_t id; /* 0: free */
    struct doc *doc;
    uint32_t *blanks; /* ids, by index in the job */
    size_t count;
    uint64_t seed;
    uint32_t step, steps, window, windows;
    double sigma_bar, ms;
    bool loading;
};

struct proposal *proposal_find(const struct doc *doc, uint32_t blank);
/* The one that is laid over the view there: its blank is alive. */
struct proposal *proposal_at(const struct doc *doc, size_t at, struct text_blank *blank);
struct proposal *proposal_make(struct doc *doc, uint32_t blank); /* finds or adds; NULL: no memory */
struct candidate *proposal_add(struct proposal *proposal, uint64_t seed);
void proposal_drop_last(struct doc *doc,
                        struct proposal *proposal); /* the candidate; the proposal when it was the only one */
void proposal_remove(struct doc *doc, uint32_t blank);
/* Discarding, and bringing back what was discarded last; blank 0: there is nothing that undo should bring
 * back. */
void proposal_set_aside(struct doc *doc, uint32_t blank);
uint32_t proposal_bring_back(struct doc *doc);
void proposals_free(struct doc *doc);
bool candidate_take(struct candidate *candidate, const struct fill_view *view);

/* Submits one job for these blanks (ids, ascending). False: nothing was; the message says why. */
bool filling_submit(struct ui *ui, struct doc *doc, const uint32_t *blanks, size_t count);
void filling_events(struct ui *ui); /* takes what the worker posted, at a pace that the eye can follow */
void filling_hurry(struct ui *ui);  /* takes all of it now */
int filling_timeout(const struct ui *ui); /* ms until filling_events has something to do; -1: nothing waits */
void filling_cancel(struct ui *ui, uint64_t job);
bool filling_cancel_all(struct ui *ui, const struct doc *doc); /* true: something ran. doc NULL: everywhere */
const struct job *filling_current(const struct ui *ui);        /* the one that is being worked on, or NULL */
void filling_touch(struct ui *ui, struct doc *doc, size_t start,
                   size_t end); /* that text is about to change */
void filling_close(struct ui *ui);

/* ---- layout.c: rows of the page as it is shown, overlays included
 * --------------------------------------------- */

struct shown; /* a line with overlays in it */
struct row {
    const struct text *text;   /* the document, or the composed line */
    const struct shown *shown; /* NULL: the document itself */
    size_t line;               /* document: where the shown line begins */
    size_t start, end;         /* in `text` */
    bool last;                 /* of the line */
};
struct layout {
    struct text_wrap wrap;
    struct overlay *overlays; /* of the current document, ascending */
    size_t overlay_count, overlay_capacity;
    struct shown **lines;
    size_t line_count, line_capacity;
    struct laid_row {
        const struct text *text;
        struct text_row row;
    } rows[256]; /* wrapped since the last change */
    size_t row_count, row_next, row_hint;
    uint64_t version; /* of the text that they are rows of */
    const struct text *row_text;
    struct text_wrap row_wrap;
    bool stale;
};
void layout_invalidate(struct ui *ui); /* the text, the overlays or the width changed */
void layout_free(struct layout *layout);
void layout_row_of(struct ui *ui, size_t at, struct row *out);
bool layout_next_row(struct ui *ui, const struct row *row, struct row *out);
bool layout_previous_row(struct ui *ui, const struct row *row, struct row *out);
int layout_column_of(struct ui *ui, const struct row *row, size_t at);
size_t layout_at_column(struct ui *ui, const struct row *row, int column);
/* Document offset of an offset in the row's text, and how it looks apart from selection and matches. */
size_t layout_origin(const struct row *row, size_t shown_offset);
enum look layout_look(struct ui *ui, const struct row *row, size_t shown_offset);

/* ---- appearance.c: the theme in force */
void appearance_guess(struct ui *ui);
void appearance_learnt(struct ui *ui, bool light); /* the terminal's background */

/* ---- view.c, status.c, prompt.c, search.c, help.c, clipboard.c
 * -------------------------------------------------- */

void view_paint(struct ui *ui, int *cursor_row, int *cursor_column);
void view_follow(struct ui *ui);           /* brings the cursor onto the page */
void view_scroll(struct ui *ui, int rows); /* the page, not the cursor */
void view_center(struct ui *ui);
void view_extent(struct ui *ui, size_t *start, size_t *end);  /* what the page shows */
bool view_at(struct ui *ui, int row, int column, size_t *at); /* what stands there; below the text: its end */
int view_rows(const struct ui *ui);                           /* rows of the page */
void status_paint(struct ui *ui, int *cursor_row, int *cursor_column);

/* ---- move_commands.c */
size_t word_end_from(const struct text *text, size_t at); /* of the word at `at`, else of the next one */

/* ---- typography.c, reflow.c, place.c */
void typography_typed(struct ui *ui, ui_key key); /* that character was put in before the cursor */
/* The lines that [start, end) is, without its last line break, filled to reflow-width; lines of their
 * paragraphs before and behind stay as they are. */
void reflow_lines(struct ui *ui, size_t start, size_t end);
void place_find(struct doc *doc); /* the cursor and the top of the page to where they were left */
void place_keep(const struct doc *doc);

/* ---- spell.c: the words of the page, by enchant, which is loaded when the first page stands */
int spell_timeout(const struct ui *ui); /* ms until spell_tick has something to do; -1: it has not */
bool spell_tick(struct ui *ui);         /* true: there is something new to paint */
/* Misspelt words of [start, end), while it is painted: each as [*from, *to), the next after *to; false: no
 * more.
 */
bool spell_next(struct ui *ui, size_t start, size_t end, size_t *from, size_t *to);
unsigned spell_generation(void); /* another number when words look otherwise than before */
void spell_close(void);

/* ---- words.c */
void words_before_edit(struct doc *doc, size_t start, size_t end);
void words_after_edit(struct doc *doc); /* or it is marked as stale */
bool words_counted(const struct doc *doc);
int words_timeout(const struct ui *ui); /* ms until words_tick has something to do; -1: it has not */
void words_tick(struct ui *ui);
size_t words_between(struct doc *doc, size_t start, size_t end);

/* ---- popup.c: a list over the lower rows of the page */
struct popup {
    struct buffer lines; /* "left\tright\n" */
    int count, chosen;   /* -1: none */
    bool columns;        /* several beside one another */
};
void popup_paint(struct ui *ui, const struct popup *popup);

struct prompt {
    bool active;
    char label[160];
    struct buffer text;
    size_t cursor;
    const char *letters; /* a question: the letters that answer it; NULL: a line of text */
    void (*done)(struct ui *, const char *answer); /* a letter's string, or the line. NULL answer: given up */
    void (*changed)(struct ui *);                  /* may be NULL */
    void (*step)(struct ui *, int direction);      /* prompt-next and -previous; may be NULL */
    /* Tab: what could stand in place of [*start, cursor) of the line, one a line, added to *out in the order
     * to show. May be NULL. */
    void (*complete)(struct ui *, const char *line, size_t cursor, size_t *start, struct buffer *out);
    void (*pick)(struct ui *, int direction); /* prompt-older and -newer: in a list; may be NULL */
    struct history *history;                  /* may be NULL */
    size_t history_at;
    bool offers;               /* a question: Enter is its "1", and keys of the page alone end it */
    bool finds;                /* its text is a pattern */
    char note[96];             /* on the right */
    const struct popup *popup; /* above; may be NULL */
    struct buffer choices;     /* what it said; shown above the line while it is being chosen from */
    size_t choice_start;       /* in the line */
    int choice, choice_count;  /* the one in the line; -1: what they begin with */
};
/* What was answered before, the newest last. */
enum { HISTORY_FIND, HISTORY_REPLACE, HISTORY_COMMAND, HISTORY_PATH, HISTORIES, HISTORY_LINES = 100 };
struct history {
    char *lines[HISTORY_LINES];
    size_t count;
};
void answers_add(struct history *history, const char *line);
void answers_free(struct history *history);

void prompt_line(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_question(struct ui *ui, const char *letters, void (*done)(struct ui *, const char *),
                     const char *label, ...) PRINTF_LIKE(4, 5);
void prompt_key(struct ui *ui, ui_key key); /* a key that is bound to nothing */
void prompt_insert(struct ui *ui, const char *bytes, size_t size);
void prompt_paint(struct ui *ui, int row, int *cursor_column);
void prompt_free(struct prompt *prompt);

/* ---- set_commands.c: settings ---- */
enum status set_load(struct ui *ui, struct error *error) MUST_USE; /* the file, then the command line */
/* Gives a setting another value and tells who must know. */
enum status set_setting(struct ui *ui, const struct setting *setting, const char *value, struct error *error);
void set_command(struct ui *ui, const char *arguments); /* what follows `:set` */
void set_complete(struct ui *ui, const char *arguments, size_t cursor, size_t *start, struct buffer *out);

/* Starts of matches, counted from the start of the text between keys. */
struct matches {
    const struct text *text; /* which text, at which node of its history and size, was counted */
    size_t node, size;
    size_t *starts, count, capacity;
    size_t at; /* counted up to here */
    bool complete;
};
enum { SEARCH_SMART, SEARCH_EXACT, SEARCH_ANY }; /* settings.search_case */
struct search {
    struct buffer pattern;
    struct buffer last;   /* the one that was looked for last */
    bool lit;             /* matches are painted */
    bool counting, said;  /* the count is wanted; it stands on the message line */
    char said_words[640]; /* as they stand there */
    bool backwards, wrapped;
    bool forced; /* forced_flags, not the settings, say how the pattern is meant */
    int forced_flags;
    bool prompt_back, vi_prompt;
    size_t origin;     /* where the cursor was when the search began */
    size_t at;         /* the match that was gone to */
    const char *what;  /* what the question is called */
    char trouble[160]; /* of the pattern */
    struct matches matches;
};
int search_flags(const struct ui *ui);
bool search_set(struct ui *ui, const char *pattern, size_t size) MUST_USE;
void search_forget(struct ui *ui);   /* pattern, switches or text are others: what was counted */
void search_remember(struct ui *ui); /* as the last pattern */
/* The first match that begins in [low, high). */
bool search_between(struct ui *ui, size_t low, size_t high, size_t *start, size_t *end);
/* The first that begins at or after `from`, or (backwards) the last that begins before it; *wrapped: around
 * the end of the text. */
bool search_from(struct ui *ui, size_t from, bool backwards, bool *wrapped, size_t *start, size_t *end);
void search_again(struct ui *ui, bool backwards);
/* Asks for a pattern and goes to its matches while it is typed. */
void search_prompt(struct ui *ui, const char *what, void (*when_done)(struct ui *, const char *));
void search_label(struct ui *ui, char *out, size_t size, const char *what);
void search_say(struct ui *ui); /* "3 of 17" on the message line */
void search_describe(struct ui *ui, char *out, size_t size);
int search_timeout(const struct ui *ui); /* ms until search_tick has something to do; -1: it has not */
void search_tick(struct ui *ui);         /* counts for a few milliseconds */
void search_free(struct search *search);

/* ---- replace.c */
enum replace_style { REPLACE_LITERAL, REPLACE_DOLLAR /* $1 */, REPLACE_VI /* \\1 and & */ };
struct replace_wish {
    size_t low, high; /* matches in [low, high) */
    const char *with;
    enum replace_style style;
    bool first_of_line, only_count;
};
struct replace_edit {
    size_t start, end, from, size; /* [start, end) becomes bytes[from, from + size) */
};
struct replace_edits {
    struct replace_edit *list;
    size_t count, capacity;
    struct buffer bytes;
};
struct replacing {
    bool active, grouped, wrapped, first_of_line;
    enum replace_style style;
    struct buffer with;
    size_t low, from, at;       /* the range begins, the first was looked for, the next is looked for here */
    text_mark end;              /* of the range */
    size_t start, end_of_match; /* that is asked about */
    size_t done;
};
/* What the match that was found last becomes. */
bool replace_expand(const struct text *text, const char *with, enum replace_style style, struct buffer *out);
/* All matches of the search's pattern, as one step of undo; *edits says what was changed. */
bool replace_all(struct ui *ui, const struct replace_wish *wish, struct replace_edits *edits);
void replace_ask(struct ui *ui, const struct replace_wish *wish); /* one after the other */
void replace_edits_free(struct replace_edits *edits);
uint32_t letter_upper(uint32_t code_point); /* letters.c */
uint32_t letter_lower(uint32_t code_point);

struct help {
    bool active;
    int top;
    struct buffer text; /* lines */
};
/* ---- compare.c: what two texts differ in -----------------------------------------------------------------
 */

struct compare {
    bool active;
    struct text *page;
    struct lit *lit; /* what changed in its lines, in order */
    size_t lit_count, top;
    char title[160], keys[160];
    const char *letters;                           /* that answer, in small */
    void (*done)(struct ui *, const char *answer); /* NULL: Esc */
};
bool compare_open(struct ui *ui, const struct text *a, const struct text *b, const char *title,
                  const char *keys, const char *letters, void (*done)(struct ui *, const char *answer));
void compare_close(struct ui *ui);
void compare_key(struct ui *ui, ui_key key);
void compare_paint(struct ui *ui);

/* ---- recovery.c: journals
 * ---------------------------------------------------------------------------------- */

void file_open(struct ui *ui, const char *typed); /* or goes to it, when it is open */
void file_save_as(struct ui *ui, const char *typed);
void disk_watch(struct ui *ui); /* whether it did, without a question */
void disk_check(struct ui *ui); /* whether another program changed the file; asks once */
bool disk_changed(const struct doc *doc);
void disk_reload(struct ui *ui);
void disk_compare(struct ui *ui);
void lock_look(struct ui *ui); /* says who else has the file, and that it is open here; once for each path */
void lock_release(struct doc *doc);
char *path_expand(const char *typed) MUST_USE; /* ~ and ~user; NULL: no memory; the caller frees */
void encoding_complete(struct ui *ui, const char *begun, size_t size, size_t *start, struct buffer *out);
void path_complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out);
void path_prompt(struct ui *ui, const char *initial, void (*done)(struct ui *, const char *),
                 const char *label);

struct recovery { /* what is being asked about */
    struct text_journal *list;
    size_t count, index;
    struct text_recovered found;
};
void journal_open(struct ui *ui, struct doc *doc);
void journal_watch(struct ui *ui); /* says when changes cannot be written, and when they can again */
void recovery_look(struct ui *ui); /* offers what an earlier end left of this document */
void recovery_free(struct ui *ui);
/* Undo from one session to the next. */
bool history_open(struct ui *ui, struct doc *doc); /* true: it goes on where it was */
void history_keep(struct ui *ui, struct doc *doc); /* the text was just saved */

void help_paint(struct ui *ui);
void help_key(struct ui *ui, ui_key key);

void clipboard_take(struct ui *ui, size_t start, size_t end);        /* copies that text */
void clipboard_add(struct ui *ui, size_t start, size_t end);         /* behind what the act before took so */
void clipboard_paste(struct ui *ui, const char *bytes, size_t size); /* line ends become the document's */

/* ---- document.c, editor.c
 * ------------------------------------------------------------------------------------------ */

struct doc *doc_open(struct ui *ui, const char *path,
                     struct error *error); /* NULL path: an empty page; "-": standard input */
void doc_free(struct doc *doc);
bool doc_selection(const struct doc *doc, size_t *start, size_t *end); /* false: nothing is selected */
const char *doc_name(const struct doc *doc);
/* Moves the cursor and ends a coalescing run of edits. It lands beside a proposal, never inside one. */
void doc_move(struct ui *ui, size_t at, bool extend);
bool doc_writable(struct ui *ui); /* false: this text is read only, and that was said */
/* Every edit of the page goes through here: cancels jobs that it touches, keeps blanks that are written as
 * markup in step with their text, and puts the cursor after what was put in. False: said on the message line.
 */
bool doc_replace(struct ui *ui, size_t start, size_t end, const char *bytes, size_t size);
/* Many changes in [start, end) as one step of undo, at the cost of one; the cursor stays where it is in the
 * text. */
bool doc_replace_many(struct ui *ui, size_t start, size_t end, text_next_edit *next, void *context,
                      size_t *count);
/* A blank written at [start, start + *length): its wish. */
bool doc_markup_at(const struct text *text, size_t start, size_t *length, uint32_t *min, uint32_t *max);
bool doc_blank_is_markup(const struct doc *doc, const struct text_blank *blank);

/* ---- palette.c, macro.c, command_line.c ---------------------------------------------------------------- */

struct palette {
    struct popup popup;
    unsigned context; /* where it was called */
};
/* How well what is typed fits a name: its letters in this order, best at the beginnings of words. 0: not. */
int palette_score(const char *typed, const char *name);
/* The keys that may follow keys[0, count), and what they run. */
bool which_key_list(const struct ui_keymap *map, unsigned contexts, const ui_key *keys, size_t count,
                    struct popup *popup);

struct macro {
    ui_key *keys;
    size_t count, capacity;
};
struct macros {
    struct macro plain, named[26];
    struct macro *recording; /* NULL: none is */
    int playing;             /* how deep */
    bool broken;             /* something failed: the rest is not played */
};
void macro_take(struct ui *ui, ui_key key); /* every key that was typed passes here */
void macro_begin(struct ui *ui, struct macro *macro);
void macro_end(struct ui *ui, size_t keys); /* without the last so many keys */
bool macro_play(struct ui *ui, const struct macro *macro, size_t times);
void macro_fail(struct ui *ui); /* a command came to nothing */
void macros_free(struct macros *macros);
void line_write_display(struct ui *ui); /* to display_path */

/* Makes the text that of another, as one step of undo; where they are alike, the cursor stays with its words.
 */
bool doc_become(struct ui *ui, const struct text *like);

/* ---- vi_*.c: keymaps with modes ----------------------------------------------------------------------
 */

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
/* Lines in front of a command of the : line: where the first and the last begin. */
struct ex_range {
    size_t first, last;
    int addresses; /* that were written: 0, 1 or 2 */
};
struct vi {
    enum vi_mode mode;
    size_t count, op_count; /* typed before the command, and before its operator; op_count 0: none */
    bool counted;
    int op;                             /* enum vi_operator, that waits for a motion */
    uint32_t reg;                       /* "x; 0: none was named */
    void (*await)(struct ui *, ui_key); /* takes the next key */
    bool prefix, prompting;             /* the command goes on */
    bool repeatable, repeating, failed;
    uint32_t find_char; /* of f t F T */
    bool find_till, find_back, search_back;
    int goal;       /* the column that j and k aim at, */
    size_t goal_at; /* while the cursor is there */
    int row_goal;
    struct macro typed, dot,
        inserted; /* the running command, the last change, what was typed since inserting began */
    size_t dot_count;
    bool dot_visual, visual_command;
    enum selecting extent_kind, last_visual;
    size_t extent_lines, extent_characters;
    size_t insert_count, insert_from;
    size_t extending;  /* where the selection ended that an object extends */
    bool from_nothing; /* the text was empty */
    bool no_insert_count, opening, replaying_insert;
    struct buffer replaced, inserted_text;
    struct vi_register registers[VI_REGISTERS];
    int unnamed; /* the one that "" is */
    int recording;
    uint32_t last_macro;
    bool reg_one;
    int shift;
    struct vi_block block; /* that what is being inserted goes into */
    enum vi_block_insert block_insert;
    bool step_open, in_history;
    size_t step_from;
    struct doc *step_doc;
};
bool vi_splits(const struct ui *ui, ui_key key); /* the key is Esc and another */
bool vi_take(struct ui *ui, ui_key key);         /* false: look it up in the keymap */
void vi_after(struct ui *ui);                    /* a key was done with */
bool vi_type_over(struct ui *ui, const char *bytes, size_t size);
const char *vi_mode_name(const struct ui *ui);
void vi_pending(const struct ui *ui, char *out, size_t size);
bool vi_block_contains(const struct ui *ui, size_t at); /* of the selected block */
void vi_mouse(struct ui *ui);                           /* before it does something */
void vi_free(struct vi *vi);

struct ui {
    const struct ui_options *options;
    struct settings settings;
    struct ui_keymap keymap;
    struct doc **docs, *doc;
    size_t doc_count, doc_capacity, current;
    struct fill_worker *worker;
    struct job jobs[FILL_QUEUE];
    struct waiting *waiting; /* events that were taken from the worker and not shown yet */
    struct waiting *last_waiting;
    double next_step; /* when the next of them is due */
    uint64_t next_seed;
    struct layout layout;
    struct prompt prompt;
    struct history history[HISTORIES];
    struct search search;
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
    bool clipboard_lines; /* it holds whole lines */
    struct popup which_key;
    double which_key_at; /* when it is to be shown; 0: never */
    size_t last_keys;    /* that the running command was called with */
    char *display_path;  /* the next screen is written there; NULL: not */
    struct buffer clipboard;
    size_t acts, taken_at; /* commands, keys and other input so far; the last one that took a line away */
    ui_key pending[UI_SEQUENCE];
    size_t pending_count;
    char message[640];
    bool message_is_error;
    bool follow; /* the page must show the cursor */
    bool light;  /* the terminal's background */
    double painted_at;
    int rows, columns;
    bool quitting;
    int exit_status;
    bool leaving; /* ui_quit is asking about the documents from leave_index on */
    size_t leave_index;
    struct buffer farewell; /* printed when the terminal is given back */
};

void ui_say(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);
void ui_complain(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);
void ui_say_filling(struct ui *ui);
void ui_press(struct ui *ui, ui_key key); /* as if it were typed */
bool ui_add_doc(struct ui *ui, struct doc *doc);
void ui_show_doc(struct ui *ui, size_t index);
void file_save_and_quit(struct ui *ui);
void ui_quit(struct ui *ui);               /* asks for each document that is not saved */
void ui_rescue(struct ui *ui, int signal); /* rescue.c: keeps copies of what is not saved */
void rescue_look(struct ui *ui);           /* says where such a copy of this document is */
enum ui_context ui_context_now(const struct ui *ui);

#endif
