/* Dictionaries through enchant, which finds those of hunspell and aspell. The library is loaded with the
 * first dictionary: linking it in would slow every start. One lock for everything, since enchant has none. */
#include "lacuna/dictionary.h"
#include "lacuna/base.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { TAG = DICTIONARY_TAG, LONGEST_WORD = 128 };
typedef struct broker Broker;
typedef struct dict Dict;
typedef void describe(const char *tag, const char *name, const char *text, const char *file, void *context);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    void *library;
    bool usable;
    Broker *broker;
    Broker *(*broker_init)(void);
    void (*broker_free)(Broker *);
    Dict *(*request_dict)(Broker *, const char *tag);
    void (*free_dict)(Broker *, Dict *);
    int (*check)(Dict *, const char *word, ssize_t size); /* 0: correct */
    char **(*suggest)(Dict *, const char *word, ssize_t size, size_t *count);
    void (*free_list)(Dict *, char **list);
    void (*list)(Broker *, describe *, void *context);
    void (*add)(Dict *, const char *word, ssize_t size);
    void (*add_to_session)(Dict *, const char *word, ssize_t size);
} enchant;

struct dictionary {
    struct dictionary *next;
    Dict *dict;
    char tag[TAG]; /* the tag that was asked for */
};
static struct dictionary *loaded;

static bool find_symbols(void)
{
    const struct {
        const char *name;
        void *place;
    } symbols[] = {{"enchant_broker_init", &enchant.broker_init},
                   {"enchant_broker_free", &enchant.broker_free},
                   {"enchant_broker_request_dict", &enchant.request_dict},
                   {"enchant_broker_free_dict", &enchant.free_dict},
                   {"enchant_dict_check", &enchant.check},
                   {"enchant_dict_suggest", &enchant.suggest},
                   {"enchant_dict_free_string_list", &enchant.free_list},
                   {"enchant_broker_list_dicts", &enchant.list},
                   {"enchant_dict_add", &enchant.add},
                   {"enchant_dict_add_to_session", &enchant.add_to_session}};
    for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
        void *symbol = dlsym(enchant.library, symbols[i].name);
        if (!symbol) return false;
        memcpy(symbols[i].place, &symbol, sizeof symbol); /* C has no cast from data to function pointers */
    }
    return true;
}

/* GLib, which enchant uses, would write its warnings over the screen unless a handler takes them. */
static void drop_message(const char *domain, int level, const char *message, void *context)
{
    (void)domain;
    (void)level;
    (void)message;
    (void)context;
}

static void silence_library(void)
{
    void (*set_handler)(void (*)(const char *, int, const char *, void *), void *) = NULL;
    void *symbol = dlsym(enchant.library, "g_log_set_default_handler");
    memcpy(&set_handler, &symbol, sizeof symbol);
    if (set_handler) set_handler(drop_message, NULL);
}

static bool open_library(void)
{
    if (!enchant.library) {
        enchant.library = dlopen("libenchant-2.so.2", RTLD_NOW | RTLD_LOCAL);
        enchant.usable = enchant.library && find_symbols();
        if (enchant.usable) silence_library();
    }
    if (enchant.usable && !enchant.broker) enchant.broker = enchant.broker_init();
    return enchant.usable && enchant.broker;
}

static Dict *request_dictionary(const char *language)
{
    char tag[TAG];
    Dict *dict = NULL;
    snprintf(tag, sizeof tag, "%s", language);
    tag[strcspn(tag, ".@")] = '\0';
    if (*tag) dict = enchant.request_dict(enchant.broker, tag);
    if (!dict && tag[strcspn(tag, "_")]) { /* de_AT, else de */
        tag[strcspn(tag, "_")] = '\0';
        dict = enchant.request_dict(enchant.broker, tag);
    }
    return dict;
}

static struct dictionary *open_locked(const char *language, struct error *error)
{
    for (struct dictionary *d = loaded; d; d = d->next)
        if (strcmp(d->tag, language) == 0) return d;
    if (strlen(language) >= TAG)
        return error_set(error, STATUS_ARGUMENT, "unknown language \"%.32s\"", language), NULL;
    if (!open_library())
        return error_set(error, STATUS_IO, "spelling needs the library enchant-2, which is not installed"),
               NULL;
    Dict *dict = request_dictionary(language);
    struct dictionary *d = dict ? mem_zalloc(sizeof *d) : NULL;
    if (!d) {
        if (dict) enchant.free_dict(enchant.broker, dict);
        error_set(error, dict ? STATUS_NO_MEMORY : STATUS_ARGUMENT,
                  dict ? "out of memory" : "no dictionary \"%.32s\" of hunspell or aspell is installed",
                  language);
        return NULL;
    }
    *d = (struct dictionary){.next = loaded, .dict = dict};
    memcpy(d->tag, language, strlen(language) + 1);
    return loaded = d;
}

struct dictionary *dictionary_open(const char *language, struct error *error)
{
    pthread_mutex_lock(&lock);
    struct dictionary *d = open_locked(language, error);
    pthread_mutex_unlock(&lock);
    return d;
}

/* Dictionaries contain the plain apostrophe, and no soft hyphens. */
static size_t as_in_dictionary(const char *word, size_t size, char out[LONGEST_WORD])
{
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        bool curly = i + 2 < size && memcmp(word + i, "\u2019", 3) == 0;
        bool soft = i + 1 < size && memcmp(word + i, "\u00ad", 2) == 0;
        if (!soft) out[used++] = curly ? '\'' : word[i];
        i += curly ? 2 : soft;
    }
    return used;
}

bool dictionary_knows(struct dictionary *d, const char *word, size_t size)
{
    char plain[LONGEST_WORD];
    if (size == 0 || size >= LONGEST_WORD || !utf8_valid(word, size)) return false;
    size_t used = as_in_dictionary(word, size, plain);
    if (!used) return false;
    pthread_mutex_lock(&lock);
    bool known = enchant.check(d->dict, plain, (ssize_t)used) == 0;
    pthread_mutex_unlock(&lock);
    return known;
}

int dictionary_suggest(struct dictionary *d, const char *word, size_t size, char **out, int most)
{
    char plain[LONGEST_WORD];
    size_t count = 0, length = size < LONGEST_WORD ? as_in_dictionary(word, size, plain) : 0;
    int used = 0;
    if (!length) return 0;
    pthread_mutex_lock(&lock);
    char **list = enchant.suggest(d->dict, plain, (ssize_t)length, &count);
    for (size_t i = 0; list && i < count && used < most; i++)
        if ((out[used] = mem_strdup(list[i])) != NULL) used++;
    if (list) enchant.free_list(d->dict, list);
    pthread_mutex_unlock(&lock);
    return used;
}

void dictionary_add(struct dictionary *d, const char *word, size_t size, bool for_good)
{
    char plain[LONGEST_WORD];
    size_t length = size < LONGEST_WORD ? as_in_dictionary(word, size, plain) : 0;
    if (!length) return;
    pthread_mutex_lock(&lock);
    (for_good ? enchant.add : enchant.add_to_session)(d->dict, plain, (ssize_t)length);
    pthread_mutex_unlock(&lock);
}

/* ---- the installed ones -------------------------------------------------------------------------- */

struct list {
    char (*tags)[TAG];
    int count, most;
};

static size_t code_size(const char *tag)
{
    return strcspn(tag, "_-.@");
}

/* Keeps the list sorted; for each language it keeps the tag that sorts first. */
static void note_tag(const char *tag, const char *name, const char *text, const char *file, void *context)
{
    struct list *list = context;
    int at = 0;
    (void)name, (void)text, (void)file;
    size_t n = code_size(tag);
    if (strlen(tag) >= TAG) return;
    while (at < list->count && strcmp(list->tags[at], tag) < 0) at++;
    for (int i = 0; i < list->count; i++) {
        if (code_size(list->tags[i]) != n || strncmp(list->tags[i], tag, n) != 0) continue;
        if (strcmp(tag, list->tags[i]) < 0) snprintf(list->tags[i], TAG, "%s", tag);
        return;
    }
    if (at == list->most) return;
    if (list->count < list->most) list->count++;
    memmove(list->tags[at + 1], list->tags[at], (size_t)(list->count - 1 - at) * sizeof *list->tags);
    snprintf(list->tags[at], TAG, "%s", tag);
}

int dictionary_list(char (*tags)[TAG], int most)
{
    struct list list = {tags, 0, most};
    pthread_mutex_lock(&lock);
    if (open_library()) enchant.list(enchant.broker, note_tag, &list);
    pthread_mutex_unlock(&lock);
    return list.count;
}

void dictionary_language(char out[TAG])
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *language = "";
    for (size_t i = 0; !*language && i < ARRAY_SIZE(names); i++) {
        const char *value = getenv(names[i]);
        bool none =
            !value || strcmp(value, "C") == 0 || strncmp(value, "C.", 2) == 0 || strcmp(value, "POSIX") == 0;
        if (!none) language = value;
    }
    snprintf(out, TAG, "%s", *language ? language : "en_US");
}

void dictionary_close_all(void)
{
    pthread_mutex_lock(&lock);
    while (loaded) {
        struct dictionary *d = loaded;
        loaded = d->next;
        enchant.free_dict(enchant.broker, d->dict);
        mem_free(d);
    }
    if (enchant.broker) enchant.broker_free(enchant.broker);
    enchant.broker = NULL;
    pthread_mutex_unlock(&lock);
}

void dictionary_keep_out_of_other_homes(void)
{
    char *root = getenv("ENCHANT_CONFIG_DIR") ? NULL : path_root_folder("CONFIG");
    char *folder = root ? path_join(root, "enchant") : NULL;
    if (folder) (void)setenv("ENCHANT_CONFIG_DIR", folder, 0);
    mem_free(root);
    mem_free(folder);
}
