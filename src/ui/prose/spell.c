#include "spell.h"
#include "lacuna/base.h"
#include "lacuna/dictionary.h"
#include "lacuna/text.h"
#include "spell_words.h"
#include "ui/document/document.h"
#include "ui/editor_state.h"
#include "ui/keymap/typed_keys.h"
#include "ui/message/message.h"
#include "ui/prompt/prompt.h"
#include "ui/settings/settings.h"
#include "ui/terminal/picture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

/* ---- loading ------------------------------------------------------------------------------------------- */

enum state { UNLOADED, LOADING, LOADED, ABSENT };

static void *load(void *context)
{
    struct spelling *spelling = context;
    spelling->dictionary = dictionary_open(spelling->language, NULL);
    atomic_store(&spelling->state, spelling->dictionary ? LOADED : ABSENT);
    return NULL;
}

void spell_language(const struct settings *settings, char out[DICTIONARY_TAG])
{
    dictionary_language(out);
    if (*settings->language) snprintf(out, DICTIONARY_TAG, "%s", settings->language);
}

static void join_loader(struct spelling *spelling)
{
    if (spelling->has_thread) pthread_join(spelling->thread, NULL);
    spelling->has_thread = false;
}

static void begin_loading(struct spelling *spelling, struct settings *settings)
{
    spell_language(settings, spelling->language);
    spelling->script = spell_script(spelling->language);
    atomic_store(&spelling->state, LOADING);
    spelling->has_thread = pthread_create(&spelling->thread, NULL, load, spelling) == 0;
    if (!spelling->has_thread) atomic_store(&spelling->state, ABSENT);
}

enum status spell_try(struct spelling *spelling, const char *language, struct error *error)
{
    join_loader(spelling);
    struct error reason = {0};
    if (!dictionary_open(language, &reason))
        return error_set(error, reason.code, "language: %s", reason.message);
    return STATUS_OK;
}

/* ---- what is known about words ------------------------------------------------------------------------- */

enum verdict { UNKNOWN, RIGHT, WRONG };

static uint64_t hash_of_word(const char *word, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3u;
    return hash ? hash : 1;
}

static void forget_all(struct spelling *spelling)
{
    spelling->generation++;
    memset(spelling->table, 0, sizeof spelling->table);
}

/* The word's slot among a few, else (verdict UNKNOWN) one that it may take. */
static struct known_word *find_known(struct spelling *spelling, const char *word, size_t size)
{
    uint64_t hash = hash_of_word(word, size);
    struct known_word *first = spelling->table + (size_t)(hash >> 17) % SPELL_TABLE, *found = NULL;
    for (int i = 0; i < SPELL_BESIDE && !found; i++)
        if (first[i].hash == hash || first[i].verdict == UNKNOWN) found = first + i;
    if (!found) {
        found = first + spelling->turn++ % SPELL_BESIDE;
        found->verdict = UNKNOWN;
    }
    found->hash = hash;
    return found;
}

static enum verdict look_up(struct spelling *spelling, const char *word, size_t size)
{
    return (enum verdict)find_known(spelling, word, size)->verdict;
}

static enum verdict ask_dictionary(struct spelling *spelling, const char *word, size_t size)
{
    enum verdict verdict = look_up(spelling, word, size);
    if (verdict != UNKNOWN) return verdict;
    verdict = dictionary_knows(spelling->dictionary, word, size) ? RIGHT : WRONG;
    find_known(spelling, word, size)->verdict = (uint8_t)verdict;
    return verdict;
}

/* ---- words of the text --------------------------------------------------------------------------------- */

static bool ready(const struct spelling *spelling, const struct settings *settings)
{
    return settings->spell && atomic_load(&spelling->state) == LOADED;
}

/* The next word that starts in [*at, end) and is not known to be right; *at moves past it. */
static bool next_doubtful_word(struct spelling *spelling, struct text_reader *reader, size_t *at, size_t end,
                               size_t *from, size_t *to, char *word)
{
    while (*at < end && text_reader_word(reader, *at, from, to) && *from < end) {
        size_t size = *to - *from;
        *at = *to;
        if (size >= SPELL_WORD_MAX) continue;
        text_copy(reader->text, *from, *to, word);
        if (look_up(spelling, word, size) == RIGHT) continue; /* in every context */
        if (spell_is_checked(reader->text, *from, *to, word, spelling->script)) return true;
    }
    *at = end;
    return false;
}

/* The word that is being typed is unfinished. */
static bool is_being_typed(const struct doc *doc, size_t to)
{
    return doc->cursor == to && doc->typing;
}

bool spell_next(struct ui *ui, size_t start, size_t end, size_t *from, size_t *to)
{
    struct spelling *spelling = ui->spelling;
    char word[SPELL_WORD_MAX];
    if (!ready(ui->spelling, ui->settings)) return false;
    struct text_reader reader = text_reader_new(ui->doc->text);
    while (next_doubtful_word(spelling, &reader, &start, end, from, to, word)) {
        if (is_being_typed(ui->doc, *to)) continue;
        enum verdict verdict = look_up(spelling, word, *to - *from);
        spelling->page_unknown |= verdict == UNKNOWN;
        if (verdict == WRONG) return true;
    }
    return false;
}

int spell_timeout(const struct spelling *spelling, const struct settings *settings)
{
    enum { WHILE_LOADING = 30 }; /* ms */
    int state = atomic_load(&spelling->state);
    if (!settings->spell) return -1;
    if (state == UNLOADED) return 0;
    if (state == LOADING) return WHILE_LOADING;
    return state == LOADED && (spelling->page_unknown || !spelling->seen) ? 0 : -1;
}

bool spell_tick(struct ui *ui, size_t at, size_t end)
{
    struct spelling *spelling = ui->spelling;
    static const double tick_seconds = 0.001;
    if (!ui->settings->spell) return false;
    if (atomic_load(&spelling->state) == UNLOADED) begin_loading(ui->spelling, ui->settings);
    if (!ready(ui->spelling, ui->settings)) return false;
    spelling->generation += !spelling->seen;
    if (!spelling->seen) return spelling->seen = true; /* painting decides which words to look up */
    spelling->page_unknown = false;
    double stop = clock_seconds() + tick_seconds;
    size_t from, to;
    bool wrong = false;
    char word[SPELL_WORD_MAX];
    struct text_reader reader = text_reader_new(ui->doc->text);
    while (!spelling->page_unknown && next_doubtful_word(spelling, &reader, &at, end, &from, &to, word)) {
        if (is_being_typed(ui->doc, to) || look_up(spelling, word, to - from) != UNKNOWN) continue;
        wrong |= ask_dictionary(spelling, word, to - from) == WRONG;
        spelling->page_unknown = clock_seconds() > stop; /* it continues after the next check for keys */
    }
    spelling->generation += wrong;
    return wrong;
}

void spell_setting_changed(struct ui *ui)
{
    struct spelling *spelling = ui->spelling;
    join_loader(spelling);
    forget_all(spelling);
    spelling->dictionary = NULL;
    spelling->seen = false;
    atomic_store(&spelling->state, UNLOADED);
    (void)ui;
}

void spell_close(struct spelling *spelling)
{
    join_loader(spelling);
    dictionary_close_all();
    spelling->dictionary = NULL;
}

/* ---- commands ------------------------------------------------------------------------------------------ */

/* Waits for a dictionary that is still loading: the user asked for it. */
static bool wait_for_dictionary(struct ui *ui)
{
    struct spelling *spelling = ui->spelling;
    if (atomic_load(&spelling->state) == UNLOADED) begin_loading(ui->spelling, ui->settings);
    join_loader(spelling);
    if (atomic_load(&spelling->state) == LOADED) return true;
    ui_complain(ui->message, "no dictionary for \"%s\": install one of hunspell or aspell, and enchant-2",
                spelling->language);
    return false;
}

static void forget_suggestions(struct spelling *spelling)
{
    for (int i = 0; i < spelling->suggested.count; i++) mem_free(spelling->suggested.words[i]);
    spelling->suggested.count = 0;
}

static void suggest(struct spelling *spelling, const char *word, size_t size)
{
    forget_suggestions(spelling);
    spelling->suggested.count =
        dictionary_suggest(spelling->dictionary, word, size, spelling->suggested.words, SPELL_SUGGESTIONS);
}

static void keep_word(struct ui *ui, bool for_good)
{
    struct spelling *spelling = ui->spelling;
    char word[SPELL_WORD_MAX];
    size_t start, end;
    text_word_around(ui->doc->text, ui->doc->cursor, &start, &end);
    if (!wait_for_dictionary(ui)) return;
    if (start < end && end - start < SPELL_WORD_MAX) text_copy(ui->doc->text, start, end, word);
    if (start == end || end - start >= SPELL_WORD_MAX || !utf8_valid(word, end - start)) {
        ui_say(ui->message, "no word here");
        return;
    }
    dictionary_add(spelling->dictionary, word, end - start, for_good);
    forget_all(spelling);
    ui_say(ui->message,
           for_good ? "\"%.*s\" added to your dictionary" : "\"%.*s\" is ignored in this session",
           (int)(end - start), word);
}

static void go_on(struct ui *ui, size_t from);

static void correction_chosen(struct ui *ui, const char *answer)
{
    struct spelling *spelling = ui->spelling;
    size_t from = spelling->suggested.end;
    bool corrects = answer && *answer >= '1' && *answer < '1' + spelling->suggested.count;
    if (corrects) {
        const char *word = spelling->suggested.words[*answer - '1'];
        corrects = doc_replace(ui, spelling->suggested.start, spelling->suggested.end, word, strlen(word));
        from = spelling->suggested.start + strlen(word);
        if (corrects && spelling->suggested.start < spelling->around.origin)
            spelling->around.origin += from - spelling->suggested.end;
    } else if (answer && (*answer == 'a' || *answer == 'i')) {
        doc_move(ui->doc, spelling->suggested.start, false);
        keep_word(ui, *answer == 'a');
    }
    forget_suggestions(spelling);
    if (corrects || (answer && strchr("ai", *answer))) go_on(ui, from);
}

static void offer(struct ui *ui, size_t start, size_t end, const char *word)
{
    struct spelling *spelling = ui->spelling;
    char label[150];
    int room = ui->picture->columns - 24 < 100 ? ui->picture->columns - 24 : 100;
    suggest(spelling, word, end - start);
    memset(spelling->letters, 0, sizeof spelling->letters);
    spelling->suggested.start = start;
    spelling->suggested.end = end;
    int used = snprintf(label, sizeof label, "%.*s:", (int)(end - start), word), count = 0;
    for (;
         count < spelling->suggested.count && used + (int)strlen(spelling->suggested.words[count]) + 3 < room;
         count++) {
        used += snprintf(label + used, sizeof label - (size_t)used, " %d %.40s", count + 1,
                         spelling->suggested.words[count]);
        spelling->letters[count] = (char)('1' + count);
    }
    static const char more[] = "  (a add, i ignore)";
    if (used + (int)sizeof more <= ui->picture->columns &&
        (size_t)used + sizeof more <= sizeof label) { /* seen whole */
        memcpy(spelling->letters + count, "ai", 2);
        memcpy(label + used, more, sizeof more);
    }
    doc_move(ui->doc, start, false);
    prompt_question(ui, spelling->letters, correction_chosen, "%s ", label);
    ui->prompt->offers = true;
}

static bool find_wrong(struct spelling *spelling, const struct text *text, size_t at, size_t end,
                       size_t *from, size_t *to, char *word)
{
    struct text_reader reader = text_reader_new(text);
    while (next_doubtful_word(spelling, &reader, &at, end, from, to, word))
        if (ask_dictionary(spelling, word, *to - *from) == WRONG) return true;
    return false;
}

/* Offers the next misspelt word, around the end of the text and up to where it started. */
static void go_on(struct ui *ui, size_t at)
{
    struct spelling *spelling = ui->spelling;
    const struct text *text = ui->doc->text;
    size_t from, to;
    char word[SPELL_WORD_MAX];
    bool found =
        find_wrong(spelling, text, at, spelling->around.wrapped ? spelling->around.origin : text_size(text),
                   &from, &to, word);
    if (!found && !spelling->around.wrapped) {
        spelling->around.wrapped = true;
        found = find_wrong(spelling, text, 0, spelling->around.origin, &from, &to, word);
    }
    if (found)
        offer(ui, from, to, word);
    else
        ui_say(ui->message, "no other misspelt word");
    spelling->around.act = ui->typed->acts;
}

void do_spell(struct ui *ui)
{
    struct spelling *spelling = ui->spelling;
    const struct text *text = ui->doc->text;
    size_t at, to;
    if (!wait_for_dictionary(ui)) return;
    /* Instead of an answer: keeps the word and goes to the next. */
    if (spelling->around.act && spelling->around.act + 1 == ui->typed->acts &&
        ui->doc->cursor == spelling->suggested.start) {
        go_on(ui, spelling->suggested.end);
        return;
    }
    text_word_around(text, ui->doc->cursor, &at, &to);
    spelling->around.origin = at;
    spelling->around.wrapped = false;
    go_on(ui, at);
}

void do_spell_add(struct ui *ui)
{
    keep_word(ui, true);
}

void do_spell_ignore(struct ui *ui)
{
    keep_word(ui, false);
}
