/* Last stage of training: writes vocab.json and merges.txt in exactly the style of GPT-2's own files, so that
 * other tools can read them. Also bpe_train, which runs the stages. */
#include "bpe_internal.h"
#include "lacuna/base.h"
#include "lacuna/bpe.h"

#include <string.h>

static enum status no_memory_to_write(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "not enough memory to write a vocabulary");
}

/* The spelling of a learned id in GPT-2's files; UTF-8. */
struct spellings {
    struct buffer text;
    size_t *starts; /* (size + 1) */
};

static bool spell_all(const struct bpe_learnt *learnt, struct spellings *out)
{
    out->starts = mem_alloc_array((size_t)learnt->size + 1, sizeof *out->starts);
    if (!out->starts) return false;
    uint32_t id = 0;
    for (; id < 256; id++) {
        char symbol[4];
        int length = utf8_put(bpe_symbol_of_byte(bpe_byte_of_id(id)), symbol);
        out->starts[id] = out->text.size;
        if (!buffer_append(&out->text, symbol, (size_t)length)) return false;
    }
    out->starts[id] = out->text.size;
    for (size_t i = 0; i < learnt->count; i++) {
        const struct bpe_learnt_merge *merge = &learnt->merges[i];
        if (merge->id != id) continue; /* a second way to an existing token */
        const uint32_t parts[2] = {merge->left, merge->right};
        for (int k = 0; k < 2; k++) {
            /* a copy first: appending may move the text */
            struct buffer part = {0};
            size_t start = out->starts[parts[k]], size = out->starts[parts[k] + 1] - start;
            bool ok = buffer_append(&part, out->text.data + start, size) &&
                      buffer_append(&out->text, part.data, part.size);
            buffer_free(&part);
            if (!ok) return false;
        }
        out->starts[++id] = out->text.size;
    }
    return true;
}

/* Like Python's json.dumps: everything beyond ASCII as \uXXXX, with surrogate pairs. */
static bool put_json_string(struct buffer *out, const char *text, size_t size)
{
    bool ok = buffer_append_char(out, '"');
    for (size_t i = 0; ok && i < size;) {
        uint32_t c;
        int length = utf8_decode(text + i, size - i, &c);
        if (length == 0) return false;
        i += (size_t)length;
        if (c == '"' || c == '\\')
            ok = buffer_printf(out, "\\%c", (int)c);
        else if (c >= 0x20 && c < 0x7F)
            ok = buffer_append_char(out, (char)c);
        else if (c < 0x10000)
            ok = buffer_printf(out, "\\u%04x", c);
        else
            ok = buffer_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                               0xDC00 + ((c - 0x10000) & 0x3FF));
    }
    return ok && buffer_append_char(out, '"');
}

static bool put_vocab(struct buffer *out, const struct bpe_train_options *options,
                      const struct bpe_learnt *learnt, const struct spellings *spellings)
{
    bool ok = buffer_append_char(out, '{');
    for (uint32_t id = 0; ok && id < learnt->size; id++) {
        size_t start = spellings->starts[id];
        ok = put_json_string(out, spellings->text.data + start, spellings->starts[id + 1] - start) &&
             buffer_printf(out, ": %u, ", id);
    }
    for (size_t i = 0; ok && i < options->special_count; i++)
        ok = put_json_string(out, options->specials[i], strlen(options->specials[i])) &&
             buffer_printf(out, ": %zu, ", learnt->size + i);
    if (!ok) return false;
    out->size -= 2; /* the last ", " */
    return buffer_append_char(out, '}');
}

static bool put_merges(struct buffer *out, const struct bpe_learnt *learnt, const struct spellings *spellings)
{
    bool ok = buffer_append_string(out, "#version: 0.2\n");
    for (size_t i = 0; ok && i < learnt->count; i++) {
        uint32_t left = learnt->merges[i].left, right = learnt->merges[i].right;
        const size_t *starts = spellings->starts;
        ok = buffer_append(out, spellings->text.data + starts[left], starts[left + 1] - starts[left]) &&
             buffer_append_char(out, ' ') &&
             buffer_append(out, spellings->text.data + starts[right], starts[right + 1] - starts[right]) &&
             buffer_append_char(out, '\n');
    }
    return ok;
}

/* A special token spelt like a learned token would give one key two ids. */
static enum status check_clashes(const struct bpe_train_options *options, const struct bpe_learnt *learnt,
                                 const struct spellings *spellings, struct error *error)
{
    for (size_t i = 0; i < options->special_count; i++)
        for (uint32_t id = 0; id < learnt->size; id++) {
            size_t start = spellings->starts[id], size = spellings->starts[id + 1] - start;
            if (strlen(options->specials[i]) == size &&
                memcmp(options->specials[i], spellings->text.data + start, size) == 0)
                return error_set(error, STATUS_ARGUMENT,
                                 "the special token \"%s\" is also an ordinary token of this text",
                                 options->specials[i]);
        }
    return STATUS_OK;
}

static enum status write_file(const char *folder, const char *name, const struct buffer *bytes,
                              struct error *error)
{
    char *path = path_join(folder, name);
    enum status status =
        path ? file_write_atomic(path, bytes->data, bytes->size, error) : no_memory_to_write(error);
    mem_free(path);
    return status;
}

enum status bpe_write(const struct bpe_train_options *options, const struct bpe_learnt *learnt,
                      const char *folder, struct error *error)
{
    struct spellings spellings = {0};
    struct buffer vocab = {0}, merges = {0};
    enum status status = spell_all(learnt, &spellings) ? STATUS_OK : no_memory_to_write(error);
    if (status == STATUS_OK) status = check_clashes(options, learnt, &spellings, error);
    if (status == STATUS_OK &&
        !(put_vocab(&vocab, options, learnt, &spellings) && put_merges(&merges, learnt, &spellings)))
        status = no_memory_to_write(error);
    if (status == STATUS_OK) status = file_make_folders(folder, error);
    if (status == STATUS_OK) status = write_file(folder, "vocab.json", &vocab, error);
    if (status == STATUS_OK) status = write_file(folder, "merges.txt", &merges, error);
    mem_free(spellings.starts);
    buffer_free(&spellings.text);
    buffer_free(&vocab);
    buffer_free(&merges);
    return status;
}

/* ---- the stages in order ------------------------------------------------------------------------------ */

static enum status check_options(const struct bpe_train_options *options, struct error *error)
{
    if (options->special_count > 1000)
        return error_set(error, STATUS_ARGUMENT, "more than 1000 special tokens");
    for (size_t i = 0; i < options->special_count; i++) {
        const char *name = options->specials[i];
        if (!*name || !utf8_valid(name, strlen(name)))
            return error_set(error, STATUS_ARGUMENT,
                             "special token %zu: its name must be valid UTF-8 and not empty", i + 1);
        for (size_t k = 0; k < i; k++)
            if (strcmp(options->specials[k], name) == 0)
                return error_set(error, STATUS_ARGUMENT, "the special token \"%s\" is named twice", name);
    }
    if (options->size < 256 + options->special_count)
        return error_set(error, STATUS_ARGUMENT,
                         "a vocabulary of %u is too small: 256 byte symbols and %zu special tokens",
                         options->size, options->special_count);
    return STATUS_OK;
}

enum status bpe_train(const struct bpe_train_options *options, const struct slice *texts, size_t text_count,
                      const char *folder, struct error *error)
{
    struct bpe_words words = {0};
    struct bpe_learnt learnt = {0};
    enum status status = check_options(options, error);
    uint32_t size = options->size - (uint32_t)options->special_count;
    if (status == STATUS_OK) status = bpe_count_words(options, texts, text_count, &words, error);
    if (status == STATUS_OK) status = bpe_learn(options, &words, size, &learnt, error);
    if (status == STATUS_OK && learnt.size < size)
        status = error_set(error, STATUS_ARGUMENT,
                           "the text has only enough pairs for a vocabulary of %zu; choose at most that size",
                           learnt.size + options->special_count);
    if (status == STATUS_OK) status = bpe_write(options, &learnt, folder, error);
    mem_free(words.words);
    mem_free(learnt.merges);
    return status;
}
