#include "vi_mark.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/terminal/key_names.h"
#include "vi_command.h"

#include <string.h>

/* a to z, and ' [ ] < > ^ . in this order */
static int mark_index(uint32_t name)
{
    static const char others[] = "'[]<>^.";
    if (name >= 'a' && name <= 'z') return (int)(name - 'a');
    if (name == '`') name = '\'';
    const char *found = name && name < 0x80 ? strchr(others, (int)name) : NULL;
    return found ? 26 + (int)(found - others) : -1;
}

void vi_mark_set(struct doc *doc, uint32_t name, size_t at)
{
    int index = mark_index(name);
    if (index < 0) return;
    text_mark *mark = &doc->marks[index];
    if (*mark)
        text_mark_set(doc->text, *mark, at);
    else
        *mark = text_mark_add(doc->text, at, TEXT_AFTER);
}

bool vi_mark_get(const struct doc *doc, uint32_t name, size_t *at)
{
    int index = mark_index(name);
    if (index < 0 || (!doc->marks[index] && name != '\'' && name != '`')) return false;
    *at = doc->marks[index] ? text_mark_get(doc->text, doc->marks[index]) : 0;
    return true;
}

static void set_mark_key(struct ui *ui, ui_key key)
{
    if (mark_index(key) < 0)
        vi_fail(ui->vi, ui->macros);
    else
        vi_mark_set(ui->doc, key, ui->doc->cursor);
}

void do_vi_mark(struct ui *ui)
{
    vi_await(ui->vi, set_mark_key);
}
