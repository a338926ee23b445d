/* libFuzzer target: what the editor keeps between two runs is read from any bytes. The first byte says which: proposals
 * and conditions of a text; earlier answers; where files were left; the configuration file, into which a setting is
 * written. */
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "scratch.h"
#include "ui/document/blank_conditions.h"
#include "ui/document/document.h"
#include "ui/document/kept.h"
#include "ui/document/moments.h"
#include "ui/document/proposal.h"
#include "ui/keymap/keymap.h"
#include "ui/message/message.h"
#include "ui/prompt/answers.h"
#include "ui/prose/place.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_file.h"
#include "ui/settings/settings_keep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Messages are not shown here. */
void ui_say(struct message *message, const char *format, ...)
{
    (void)message, (void)format;
}

void ui_complain(struct message *message, const char *format, ...)
{
    (void)message, (void)format;
}

void ui_keymap_key_or_name(const struct ui_keymap *map, const char *command, unsigned contexts,
                           char out[UI_SEQUENCE_NAME])
{
    (void)map, (void)command, (void)contexts;
    *out = '\0';
}

static const char draft[] =
    "The old keeper [[6]] and looked out.\n\nThen [[2]] he [[]] slept \xE2\x80\x94 well.\n";
static char folder[64], draft_path[128];

static void require(bool condition)
{
    if (!condition) abort();
}

/* Not file_write: a fuzzer need not wait for the disk. */
static void put_file(const char *path, const void *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    require(out && fwrite(bytes, 1, size, out) == size && fclose(out) == 0);
}

static void write_state(const char *name, const uint8_t *data, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/lacuna/%s", folder, name);
    put_file(path, data, size);
}

static void make_folders(void)
{
    char path[128];
    if (folder[0]) return;
    snprintf(folder, sizeof folder, "%s", scratch());
    snprintf(path, sizeof path, "%s/lacuna", folder);
    snprintf(draft_path, sizeof draft_path, "%s/draft.txt", folder);
    require(file_make_folders(path, NULL) == STATUS_OK);
    put_file(draft_path, draft, sizeof draft - 1);
    setenv("XDG_STATE_HOME", folder, 1);
}

static struct doc *open_draft(void)
{
    static const struct token_limit none;
    struct text *text = text_open(draft_path, NULL);
    require(text != NULL);
    struct doc *doc = doc_new(text, &none, NULL);
    require(doc != NULL);
    doc_mark_blanks(doc, false);
    return doc;
}

/* ---- proposals ------------------------------------------------------------------------------------------ */

static void check_proposals(const struct doc *doc)
{
    for (size_t i = 0; i < doc->proposal_count; i++) {
        const struct proposal *p = &doc->proposals[i];
        require(p->count > 0 && p->chosen < p->count);
        for (size_t j = 0; j < p->count; j++) {
            const struct words *w = &p->candidates[j].words;
            require(utf8_valid(w->text.data ? w->text.data : "", w->text.size));
            for (uint32_t k = 0; k < w->count; k++)
                require(w->tokens[k].start <= w->tokens[k].end && w->tokens[k].end <= w->text.size);
        }
    }
}

/* What was restored is noted, and restored again from the note. */
static void proposals(const uint8_t *data, size_t size)
{
    struct doc *doc = open_draft(), *again = open_draft();
    size_t count = kept_restore(doc, (struct slice){(const char *)data, size}, NULL, NULL);
    check_proposals(doc);
    kept_note(doc);
    require(kept_restore(again, text_companion(doc->text), NULL, NULL) == count);
    check_proposals(again);
    require(again->conditions_count == doc->conditions_count);
    doc_free(doc);
    doc_free(again);
}

/* ---- files ---------------------------------------------------------------------------------------------- */

static void answers(const uint8_t *data, size_t size)
{
    struct answers answers = {0};
    struct settings settings = {0};
    require(settings_init(&settings));
    write_state("answers", data, size);
    answers_load(&answers, &settings);
    answers_add(&answers.history[HISTORY_FIND], "lantern");
    answers_keep(&answers, &settings);
    for (int i = 0; i < HISTORIES; i++) {
        for (size_t j = 0; j < answers.history[i].count; j++)
            require(utf8_valid(answers.history[i].lines[j], strlen(answers.history[i].lines[j])));
        answers_free(&answers.history[i]);
    }
    struct answers next = {0};
    answers_load(&next, &settings);
    const struct history *found = &next.history[HISTORY_FIND];
    require(found->count && strcmp(found->lines[found->count - 1], "lantern") == 0);
    for (int i = 0; i < HISTORIES; i++) answers_free(&next.history[i]);
    settings_free(&settings);
}

static void places(const uint8_t *data, size_t size)
{
    write_state("places", data, size);
    struct doc *doc = open_draft();
    place_find(doc);
    require(doc->cursor <= text_size(doc->text));
    free(place_encoding(doc->text));
    doc->cursor = 4;
    place_keep(doc);
    doc->cursor = 0;
    place_find(doc);
    require(doc->cursor == 4);
    doc_free(doc);
}

/* The bytes before the first zero are a value for the setting that the first byte names; the rest is the file. */
static void configuration(const uint8_t *data, size_t size)
{
    struct settings settings = {0}, again = {0};
    struct buffer warnings = {0}, file = {0};
    struct error error = {0};
    char value[64] = "", read[1024], kept[1024];
    if (!size) return;
    size_t number = 0, length = strnlen((const char *)data + 1, size - 1 < 63 ? size - 1 : 63);
    memcpy(value, data + 1, length);
    while (ui_settings[number].name) number++;
    const struct setting *setting = &ui_settings[data[0] % number];
    size_t rest = length + 2 < size ? length + 2 : size;
    require(settings_init(&settings) && settings_init(&again) &&
            buffer_append(&file, data + rest, size - rest));
    config_read_bytes("config", (struct slice){file.data ? file.data : "", file.size}, &settings, &warnings);
    if (utf8_valid(value, length) && !setting_set(&settings, setting, value, &error)) {
        setting_value(&settings, setting, kept, sizeof kept);
        if (!settings_put(&file, setting, kept, &error)) {
            config_read_bytes("config", (struct slice){file.data, file.size}, &again, &warnings);
            setting_value(&again, setting, read, sizeof read);
            require(strcmp(read, kept) == 0);
        }
    }
    settings_free(&settings);
    settings_free(&again);
    buffer_free(&warnings);
    buffer_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const kinds[])(const uint8_t *data, size_t size) = {proposals, answers, places,
                                                                      configuration};
    if (!size) return 0;
    make_folders();
    kinds[data[0] % 4](data + 1, size - 1);
    return 0;
}
