/* libFuzzer target: the data is the content of a journal or a history file, with the right hashes. For any
 * content, the recovered text is valid. */
#include "scratch.h"
#include "text/text_journal.h"
#include "text/text_pack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void use(struct text *text)
{
    size_t size = text_size(text);
    char *copy = malloc(size + 1);
    require(copy != NULL);
    text_copy(text, 0, size, copy);
    free(copy);
    require(text_line_of(text, text_size(text)) + 1 >= 1);
    for (size_t node = 0; node < text_history_count(text); node++) {
        (void)text_history_go(text, node, NULL);
        struct text_blank b;
        for (size_t i = 0; i < text_blank_count(text); i++) {
            text_blank_at(text, i, &b);
            require(b.start <= b.end);
        }
    }
    require(text_insert(text, text_size(text), "x", 1, NULL) == STATUS_OK);
}

/* A base of twelve bytes with a snapshot, and then records: one byte for the kind and one for the size. */
static void journal(const uint8_t *data, size_t size)
{
    static const char base[] = "one two\n\xC3\xA9.\n";
    static char name[96];
    struct buffer out = {0}, head = {0};
    uint64_t number = 0, id = 7;
    if (!name[0]) snprintf(name, sizeof name, "%s/journal", scratch());
    require(pack_number(&head, 1) && pack_number(&head, 1) && pack_number(&head, 12) &&
            pack_number(&head, 0) && pack_fixed(&head, pack_hash(base, 12, 0), 8) && pack_number(&head, 1) &&
            pack_string(&head, "/p", 2));
    require(buffer_append_string(&out, JOURNAL_MAGIC) && pack_fixed(&out, id, 8));
    for (int part = 0; part < 2 || size > 2; part++) {
        const char *bytes = part == 0 ? head.data : part == 1 ? base : (const char *)data + 2;
        int kind = part == 0 ? JOURNAL_BASE : part == 1 ? JOURNAL_SNAPSHOT : JOURNAL_CHANGE + data[0] % 4;
        size_t length = part == 0 ? head.size : part == 1 ? 12 : data[1];
        bool more = part > 1 && data[0] >= 0xc0;
        if (part > 1 && length > size - 2) length = size - 2;
        require(pack_fixed(&out, length, 4) && pack_fixed(&out, (uint64_t)kind, 1) &&
                pack_fixed(&out, more, 1) && pack_fixed(&out, 0, 2) &&
                pack_fixed(&out, journal_part_hash(bytes, length, kind, more, number++, id), 8) &&
                buffer_append(&out, bytes, length));
        if (part > 1) data += 2 + length, size -= 2 + length;
    }
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(fd >= 0 && write(fd, out.data, out.size) == (ssize_t)out.size && close(fd) == 0);
    struct text_recovered recovered;
    enum status status = text_recover(name, NULL, &recovered, NULL);
    require(status == STATUS_OK);
    use(recovered.text);
    text_recovered_free(&recovered);
    buffer_free(&out);
    buffer_free(&head);
}

static void history(const uint8_t *data, size_t size)
{
    struct text *text = text_from_bytes("one two three\nfour\n", 19, NULL);
    require(text != NULL);
    struct journal_content content = journal_content_of(text);
    struct buffer bytes = {0};
    size_t floor;
    require(pack_number(&bytes, content.size) && pack_number(&bytes, 0) &&
            pack_fixed(&bytes, content.hash, 8) && pack_number(&bytes, 0) && pack_number(&bytes, 0) &&
            buffer_append(&bytes, data, size));
    if (history_unpack(text, (struct slice){bytes.data, bytes.size}, &floor)) use(text);
    text_free(text);
    buffer_free(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    if (data[0] % 2)
        journal(data + 1, size - 1);
    else
        history(data + 1, size - 1);
    return 0;
}
