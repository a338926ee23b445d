/* What modal editing adds: functions that a keymap with modes answers. vi provides its own (vi_modal);
 * without modes they do next to nothing (modal_none). So rooms below vi need not know it. */
#ifndef LACUNA_UI_MODAL_H
#define LACUNA_UI_MODAL_H

#include "document.h"
#include "lacuna/base.h"
#include "ui/keymap/keymap.h"

struct ui;

/* A macro is being played: the state that the mode keeps for it. */
struct modal_play {
    bool open, in_history;
    struct step step;
    struct doc *doc;
    size_t first, cursor, steps;
};

struct modal {
    bool has_modes;
    /* The context in which a key of the page is looked up: UI_EDIT, UI_NORMAL, UI_VISUAL or UI_OPERATOR. */
    enum ui_context (*context)(const struct ui *ui);
    const char *(*name)(const struct ui *ui);                     /* of the mode, "" for none */
    void (*pending)(const struct ui *ui, char *out, size_t size); /* an incomplete key sequence */
    bool (*block_contains)(const struct ui *ui, size_t at);       /* the selected block */
    void (*write)(struct ui *ui);                                 /* the next input is text, not commands */
    void (*leave_selection)(struct ui *ui);
    void (*document_goes)(struct ui *ui); /* the current document is closed */
    struct modal_play (*play_begin)(struct ui *ui);
    void (*play_end)(struct ui *ui, struct modal_play play);
};
extern const struct modal modal_none;

#endif
