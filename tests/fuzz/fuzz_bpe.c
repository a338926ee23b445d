/* libFuzzer target: any bytes are encoded and decoded unchanged; the cache and the pre-tokens agree with
 * that. Data that begins with 0xFE 'm' is read as merges.txt instead, with the vocabulary of the tests. Run
 * it from the top folder: it opens tests/data/bpe. src/bpe/README.md says how to build it. */
#include "lacuna/bpe.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void round_trip(const struct bpe *bpe, const char *text, size_t size)
{
    struct bpe_ids ids = {0}, cached = {0};
    struct buffer back = {0};
    struct bpe_cache *cache = bpe_cache_new(bpe, NULL);
    require(cache && bpe_encode(bpe, text, size, &ids, NULL) == STATUS_OK);
    require(bpe_encode_cached(cache, text, size, &cached, NULL) == STATUS_OK);
    require(cached.count == ids.count);
    require(!ids.count || memcmp(cached.ids, ids.ids, ids.count * sizeof *ids.ids) == 0);
    require(bpe_decode(bpe, ids.ids, ids.count, &back, NULL) == STATUS_OK);
    require(back.size == size && (!size || memcmp(back.data, text, size) == 0));
    for (size_t i = 0; i < ids.count; i++) require(!bpe_is_special(bpe, ids.ids[i]));
    for (size_t at = 0, end; at < size; at = end) {
        end = bpe_pretoken_end(text, size, at);
        require(end > at && end <= size);
    }
    bpe_cache_free(cache);
    bpe_ids_free(&ids);
    bpe_ids_free(&cached);
    buffer_free(&back);
}

static void load_merges(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/fuzz-bpe-XXXXXX";
    int fd = mkstemp(path);
    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    close(fd);
    struct error error;
    struct bpe *bpe = bpe_load("tests/data/bpe/vocab.json", path, &error);
    unlink(path);
    static const char text[] = "the river, the winter, it's 1204";
    if (bpe) round_trip(bpe, text, sizeof text - 1);
    bpe_free(bpe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bpe *bpe;
    if (!bpe) bpe = bpe_load_folder("tests/data/bpe", NULL);
    require(bpe != NULL);
    if (size >= 2 && data[0] == 0xFE && data[1] == 'm')
        load_merges(data + 2, size - 2);
    else
        round_trip(bpe, (const char *)data, size);
    return 0;
}
