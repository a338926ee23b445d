#include "vi_command.h"
#include "lacuna/base.h"
#include "ui/document/document.h"
#include "ui/keys/macro.h"
#include "vi.h"
#include "vi_state.h"

size_t vi_count(const struct vi *vi)
{
    size_t a = vi->counted ? vi->count : 1, b = vi->op_count ? vi->op_count : 1;
    return a * b > VI_MOST_COUNTED ? VI_MOST_COUNTED : a * b > 0 ? a * b : 1;
}

bool vi_counted(const struct vi *vi)
{
    return vi->counted || vi->op_count;
}

void vi_fail(struct vi *vi, struct macros *macros)
{
    vi->op = VI_NONE;
    vi->repeatable = false;
    vi->failed = true;
    macro_fail(macros);
}

void vi_repeatable(struct vi *vi)
{
    vi->repeatable = true;
}

void vi_await(struct vi *vi, void (*then)(struct ui *, ui_key))
{
    vi->await = then;
}

void vi_place(struct doc *doc, size_t at)
{
    doc->cursor = doc_beside(doc, at);
    doc->selecting = doc->sticky = false;
    doc->select = SELECT_PLAIN;
    doc->goal = -1;
    doc->follow = true;
}

void vi_command_over(struct vi *vi)
{
    vi->count = vi->op_count = 0;
    vi->counted = vi->repeatable = vi->prefix = vi->visual_command = vi->no_insert_count = false;
    vi->op = VI_NONE;
    vi->reg = 0;
    vi->await = NULL;
    vi->typed.count = 0;
}

void vi_prompt_begins(struct vi *vi)
{
    vi->prompting = true;
}

void vi_prompt_over(struct vi *vi)
{
    vi->prompting = false;
}
