#include "modal.h"
#include "ui_internal.h"

static enum ui_context always_edit(const struct ui *ui)
{
    (void)ui;
    return UI_EDIT;
}

static const char *no_name(const struct ui *ui)
{
    (void)ui;
    return "";
}

static void nothing_pending(const struct ui *ui, char *out, size_t size)
{
    (void)ui;
    if (size) *out = '\0';
}

static bool no_block(const struct ui *ui, size_t at)
{
    (void)ui;
    (void)at;
    return false;
}

static void do_nothing(struct ui *ui)
{
    (void)ui;
}

static struct modal_play play_begin(struct ui *ui)
{
    return (struct modal_play){.doc = ui->doc, .step = step_begin(ui->doc)};
}

static void play_end(struct ui *ui, struct modal_play play)
{
    (void)ui;
    (void)play;
}

const struct modal modal_none = {
    .context = always_edit,
    .name = no_name,
    .pending = nothing_pending,
    .block_contains = no_block,
    .write = do_nothing,
    .leave_selection = do_nothing,
    .document_goes = do_nothing,
    .play_begin = play_begin,
    .play_end = play_end,
};
