#include "meant_blank.h"
#include "lacuna/base.h"
#include "lacuna/text.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"

bool blank_meant(const struct doc *doc, struct text_blank *out)
{
    if (doc->focus && text_blank_get(doc->text, doc->focus, out)) return true;
    uint32_t here = doc_blank_at(doc, doc->cursor);
    return text_blank_get(doc->text, here ? here : text_blank_find(doc->text, doc->cursor), out);
}

void blank_needed(struct ui *ui)
{
    char make[UI_SEQUENCE_NAME], next[UI_SEQUENCE_NAME];
    ui_keymap_key_or_name(ui->keymap, "blank", UI_EDIT, make);
    ui_keymap_key_or_name(ui->keymap, "next-blank", UI_EDIT, next);
    if (!text_blank_count(ui->doc->text))
        ui_say(ui->message, "the text has no blank; %s makes one", make);
    else
        ui_say(ui->message, "no blank at the cursor: %s makes one, %s goes to the next", make, next);
}

void blank_go_to(struct doc *doc, const struct text_blank *b)
{
    doc->sticky = false;
    doc_move(doc, b->start, false);
    doc->focus = b->id;
}
