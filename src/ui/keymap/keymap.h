/* Keymaps: what a key does in which context. */
#ifndef LACUNA_UI_KEYMAP_H
#define LACUNA_UI_KEYMAP_H

#include "lacuna/base.h"
#include "ui/terminal/key_names.h"

struct buffer;
struct ui;

enum ui_context {
    UI_EDIT = 1,   /* the page */
    UI_BLANK = 2,  /* the cursor was moved to a blank with a proposal; then UI_EDIT's keys */
    UI_PROMPT = 4, /* a question on the bottom line */
    UI_NORMAL = 8, /* keymaps with modes: keys are commands, and UI_EDIT is insert mode */
    UI_VISUAL = 16,
    UI_OPERATOR = 32,      /* an operator waits for a motion or an object */
    UI_TIMELINE = 64,      /* the steps of a proposal are shown; then UI_BLANK's keys */
    UI_BESIDE = 128,       /* runs are shown side by side */
    UI_TRAY = 256,         /* a proposal's candidates are listed; then UI_BLANK's keys */
    UI_ALTERNATIVES = 512, /* alternatives to a word of it are listed; then UI_BLANK's keys */
    UI_VARY = 1024         /* words of the text are being varied */
};

struct ui_command {
    const char *name, *group, *help;
    unsigned contexts; /* where it may be bound, of enum ui_context */
    void (*run)(struct ui *);
};
/* `commands` end with a NULL name. */
const struct ui_command *ui_command_find(const struct ui_command *commands, const char *name, size_t size);

enum { UI_SEQUENCE = 4 };
struct ui_binding {
    enum ui_context context;
    ui_key keys[UI_SEQUENCE]; /* filled up with 0 */
    const struct ui_command *command;
};
struct ui_keymap {
    struct ui_binding *bindings;
    size_t count, capacity;
    char *name;                        /* of the file, or "built-in" */
    const struct ui_command *commands; /* all there are; ends with a NULL name */
};
/* Reads the text of a keymap for these commands. STATUS_FORMAT with "NAME:LINE:COLUMN: why"; then *out is
 * empty. */
enum status ui_keymap_parse(const struct ui_command *commands, const char *name, const char *bytes,
                            size_t size, struct ui_keymap *out, struct error *error) MUST_USE;
/* Loads a file, an installed keymap of that name, or (NULL) the user's own `keys`, else the built-in
 * keymap. */
enum status ui_keymap_load(const struct ui_command *commands, const char *name, struct ui_keymap *out,
                           struct error *error) MUST_USE;
enum status ui_keymap_builtin(const struct ui_command *commands, struct ui_keymap *out,
                              struct error *error) MUST_USE;
/* The names of installed keymaps, one per line. False: out of memory. */
bool ui_keymap_names(struct buffer *out) MUST_USE;
/* If no key quits, or answers or cancels a question, the built-in one does. *changed: no key quit. */
enum status ui_keymap_keep_exits(struct ui_keymap *map, bool *changed, struct error *error) MUST_USE;
bool ui_keymap_has(const struct ui_keymap *map, enum ui_context context); /* a key is bound there */
const char *ui_context_name(enum ui_context context);
void ui_keymap_free(struct ui_keymap *map);
/* What keys[0, count) do in that context: a command, or NULL; *prefix tells whether a longer sequence begins
 * with them. An unbound ^H counts as C-Backspace, and M-^H as M-Backspace. */
const struct ui_command *ui_keymap_find(const struct ui_keymap *map, enum ui_context context,
                                        const ui_key *keys, size_t count, bool *prefix);
/* The first sequence that runs a command in a context, as text; "" if there is none. */
enum { UI_SEQUENCE_NAME = UI_SEQUENCE * UI_KEY_NAME };
void ui_keymap_keys(const struct ui_keymap *map, const char *command, unsigned contexts,
                    char out[UI_SEQUENCE_NAME]);
/* The same; if there is none, the form of the command on the : line. */
void ui_keymap_key_or_name(const struct ui_keymap *map, const char *command, unsigned contexts,
                           char out[UI_SEQUENCE_NAME]);
void ui_binding_name(const struct ui_binding *binding, char out[UI_SEQUENCE_NAME]);

extern const char ui_keymap_default[]; /* keymaps/default.keys, compiled in */

#endif
