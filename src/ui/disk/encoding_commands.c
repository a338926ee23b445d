#include "encoding_commands.h"
#include "disk.h"
#include "lacuna/base.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"

#include <string.h>

void encoding_complete(struct ui *ui, const char *begun, size_t size, size_t *start, struct buffer *out)
{
    const char *word;
    (void)ui;
    *start = 0;
    for (int i = 0; (word = text_encoding_word((enum text_encoding)i)) != NULL; i++)
        if (strncmp(word, begun, size) == 0 && !buffer_printf(out, "%s\n", word)) return;
}

/* Finds an encoding by name. False: unknown, or this machine cannot convert it. */
static bool find_encoding(struct message *message, const char *word, enum text_encoding *out)
{
    struct error error = {0};
    if (!text_encoding_find(word, out))
        ui_complain(message, "unknown encoding \"%.40s\"; Tab lists the encodings", word);
    else if (text_encoding_check(*out, &error))
        ui_complain(message, "%s", error.message);
    else
        return true;
    return false;
}

void line_encoding(struct ui *ui, const char *word)
{
    enum text_encoding encoding;
    if (!*word) {
        ui_say(ui->message, "%s", text_encoding_name(text_encoding(ui->doc->text)));
        return;
    }
    if (!doc_writable(ui) || !find_encoding(ui->message, word, &encoding)) return;
    text_set_encoding(ui->doc->text, encoding);
    ui_say(ui->message, "will be saved as %s", text_encoding_name(encoding));
}

void line_read_as(struct ui *ui, const char *word)
{
    enum text_encoding encoding;
    if (!*word)
        do_read_as(ui);
    else if (find_encoding(ui->message, word, &encoding))
        disk_read_as(ui, encoding);
}

/* ---- asking for one ---- */

static void complete(struct ui *ui, const char *line, size_t cursor, size_t *start, struct buffer *out)
{
    encoding_complete(ui, line, cursor, start, out);
}

static void ask_for_encoding(struct ui *ui, void (*done)(struct ui *, const char *), const char *label)
{
    prompt_line(ui, "", done, "%s", label);
    ui->prompt->complete = complete;
    snprintf(ui->prompt->note, sizeof ui->prompt->note, "now %s",
             text_encoding_name(text_encoding(ui->doc->text)));
    do_prompt_complete(ui); /* shows them */
}

static void given_to_save(struct ui *ui, const char *answer)
{
    if (answer && *answer) line_encoding(ui, answer);
}

static void given_to_read(struct ui *ui, const char *answer)
{
    if (answer && *answer) line_read_as(ui, answer);
}

void do_change_encoding(struct ui *ui)
{
    if (doc_writable(ui)) ask_for_encoding(ui, given_to_save, "Save in which encoding: ");
}

void do_read_as(struct ui *ui)
{
    ask_for_encoding(ui, given_to_read, "Read in which encoding: ");
}
