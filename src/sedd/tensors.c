/* safetensors: eight bytes of header length, a JSON header, then the bytes of the tensors. A file from
 * elsewhere is never trusted: every offset, shape and length is checked before use. It is read with pread,
 * not mapped: another program may cut it short at any time, which would turn a touched mapping into a SIGBUS.
 */
#include "lacuna/sedd.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sedd_tensors {
    int fd;
    struct stat opened; /* what the file was then */
    json_t *header;     /* owns the names */
    struct sedd_tensor *items;
    size_t count;
};

static const struct {
    const char *name;
    size_t size;
} dtypes[SEDD_DTYPES] = {
    [SEDD_F32] = {"F32", 4}, [SEDD_F16] = {"F16", 2}, [SEDD_BF16] = {"BF16", 2}, [SEDD_I64] = {"I64", 8},
    [SEDD_I32] = {"I32", 4}, [SEDD_I8] = {"I8", 1},   [SEDD_U8] = {"U8", 1},
};

/* data, data_size: where the tensors' bytes begin in the file, and how many they are. */
static enum status read_entry(const char *name, const json_t *value, uint64_t data, uint64_t data_size,
                              struct sedd_tensor *out, struct error *error)
{
    const json_t *dtype = json_object_get(value, "dtype"), *shape = json_object_get(value, "shape");
    const json_t *offsets = json_object_get(value, "data_offsets");
    *out = (struct sedd_tensor){.name = name, .shape = {1, 1, 1, 1}, .elements = 1, .dtype = SEDD_DTYPES};
    for (int d = 0; d < SEDD_DTYPES && json_is_string(dtype); d++)
        if (strcmp(json_string_value(dtype), dtypes[d].name) == 0) out->dtype = (enum sedd_dtype)d;
    if (out->dtype == SEDD_DTYPES)
        return error_set(error, STATUS_UNSUPPORTED, "tensor %.80s: its dtype is not one we read", name);
    if (!json_is_array(shape) || json_array_size(shape) > 4)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: shape must be an array of at most 4", name);
    out->dims = (uint32_t)json_array_size(shape);
    for (uint32_t i = 0; i < out->dims; i++) {
        const json_t *n = json_array_get(shape, i);
        if (!json_is_integer(n) || json_integer_value(n) < 0)
            return error_set(error, STATUS_FORMAT, "tensor %.80s: bad shape", name);
        out->shape[i] = (uint64_t)json_integer_value(n);
        if (__builtin_mul_overflow(out->elements, (size_t)out->shape[i], &out->elements))
            return error_set(error, STATUS_FORMAT, "tensor %.80s: shape overflows", name);
    }
    if (!json_is_array(offsets) || json_array_size(offsets) != 2 ||
        !json_is_integer(json_array_get(offsets, 0)) || !json_is_integer(json_array_get(offsets, 1)))
        return error_set(error, STATUS_FORMAT, "tensor %.80s: bad data_offsets", name);
    json_int_t begin = json_integer_value(json_array_get(offsets, 0)),
               end = json_integer_value(json_array_get(offsets, 1));
    if (begin < 0 || end < begin || (uint64_t)end > data_size)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: lies outside the file (truncated?)", name);
    size_t bytes;
    if (__builtin_mul_overflow(out->elements, dtypes[out->dtype].size, &bytes) ||
        bytes != (uint64_t)(end - begin))
        return error_set(error, STATUS_FORMAT, "tensor %.80s: its size does not match its shape", name);
    out->bytes = bytes;
    out->at = data + (uint64_t)begin;
    return STATUS_OK;
}

static enum status read_bytes(const struct sedd_tensors *file, uint64_t at, void *out, size_t size,
                              struct error *error)
{
    char *to = out;
    while (size > 0) {
        ssize_t got = pread(file->fd, to, size, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_set(error, STATUS_IO, "cannot read: %s", strerror(errno));
        if (got == 0) return error_set(error, STATUS_IO, "the file became shorter while it was read");
        to += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

static enum status parse_header(struct sedd_tensors *file, const char *text, size_t size, struct error *error)
{
    file->header = json_parse(text, size, error);
    if (!file->header) return STATUS_FORMAT;
    if (!json_is_object(file->header)) return error_set(error, STATUS_FORMAT, "its header is not an object");
    file->items = mem_zalloc_array(json_object_size(file->header) + 1, sizeof *file->items);
    if (!file->items) return error_set(error, STATUS_NO_MEMORY, "no memory for its header");
    uint64_t data = 8 + (uint64_t)size, data_size = (uint64_t)file->opened.st_size - data;
    const char *name;
    json_t *value;
    json_object_foreach(file->header, name, value)
    {
        if (strcmp(name, "__metadata__") == 0) continue;
        enum status status = read_entry(name, value, data, data_size, &file->items[file->count], error);
        if (status) return status;
        file->count++;
    }
    return STATUS_OK;
}

static enum status read_header(struct sedd_tensors *file, struct error *error)
{
    uint8_t bytes[8];
    uint64_t header_size = 0, size = (uint64_t)file->opened.st_size;
    if (size < 8) return error_set(error, STATUS_FORMAT, "too short for a safetensors file");
    enum status status = read_bytes(file, 0, bytes, sizeof bytes, error);
    for (int i = 7; i >= 0; i--) header_size = header_size << 8 | bytes[i];
    if (!status && (header_size > size - 8 || header_size > 100u << 20))
        status = error_set(error, STATUS_FORMAT,
                           "its header is longer than the file (not safetensors, or truncated)");
    char *text = status ? NULL : mem_alloc((size_t)header_size);
    if (!status && !text) status = error_set(error, STATUS_NO_MEMORY, "no memory for its header");
    if (!status) status = read_bytes(file, 8, text, (size_t)header_size, error);
    if (!status) status = parse_header(file, text, (size_t)header_size, error);
    mem_free(text);
    return status;
}

static enum status open_file(struct sedd_tensors *file, const char *path, struct error *error)
{
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold us */
    if (file->fd < 0) return error_set(error, STATUS_IO, "%s: cannot open: %s", path, strerror(errno));
    if (fstat(file->fd, &file->opened)) return error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(file->opened.st_mode)) return error_set(error, STATUS_IO, "%s: not a regular file", path);
    enum status status = read_header(file, error);
    if (status) error_prefix(error, "%s", path);
    return status;
}

struct sedd_tensors *sedd_tensors_open(const char *path, struct error *error)
{
    struct sedd_tensors *file = mem_zalloc(sizeof *file);
    if (!file) {
        error_set(error, STATUS_NO_MEMORY, "no memory for %s", path);
        return NULL;
    }
    file->fd = -1;
    if (!open_file(file, path, error)) return file;
    sedd_tensors_close(file);
    return NULL;
}

void sedd_tensors_close(struct sedd_tensors *file)
{
    if (!file) return;
    if (file->fd >= 0) close(file->fd);
    json_decref(file->header);
    mem_free(file->items);
    mem_free(file);
}

enum status sedd_tensors_unchanged(const struct sedd_tensors *file, struct error *error)
{
    struct stat now;
    if (fstat(file->fd, &now)) return error_set(error, STATUS_IO, "%s", strerror(errno));
    if (now.st_size == file->opened.st_size && now.st_mtim.tv_sec == file->opened.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == file->opened.st_mtim.tv_nsec)
        return STATUS_OK;
    return error_set(error, STATUS_IO, "the file was changed while it was read");
}

size_t sedd_tensors_count(const struct sedd_tensors *file)
{
    return file->count;
}

const struct sedd_tensor *sedd_tensors_at(const struct sedd_tensors *file, size_t index)
{
    return index < file->count ? &file->items[index] : NULL;
}

const struct sedd_tensor *sedd_tensors_find(const struct sedd_tensors *file, const char *name)
{
    for (size_t i = 0; i < file->count; i++)
        if (strcmp(file->items[i].name, name) == 0) return &file->items[i];
    return NULL;
}

float sedd_bf16_to_f32(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    return value;
}

uint16_t sedd_f32_to_bf16(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return (uint16_t)(bits >> 16 | 0x40); /* quiet NaN */
    return (uint16_t)((bits + 0x7FFFu + (bits >> 16 & 1)) >> 16);
}

static float f16_to_f32(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 31, mantissa = h & 1023u, bits;
    float value;
    if (exponent == 0) { /* zero or subnormal: mantissa · 2^−24 */
        value = (float)mantissa * 0x1p-24f;
        return sign ? -value : value;
    }
    bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | mantissa << 13;
    memcpy(&value, &bits, sizeof value);
    return value;
}

enum status sedd_tensors_read(const struct sedd_tensors *file, const struct sedd_tensor *tensor, size_t first,
                              size_t count, void *out, struct error *error)
{
    size_t size = dtypes[tensor->dtype].size;
    if (first > tensor->elements || count > tensor->elements - first)
        return error_set(error, STATUS_ARGUMENT, "tensor %.80s has no values %zu to %zu", tensor->name, first,
                         first + count);
    enum status status = read_bytes(file, tensor->at + (uint64_t)first * size, out, count * size, error);
    if (status) error_prefix(error, "tensor %.80s", tensor->name);
    return status;
}

enum status sedd_tensors_read_f32(const struct sedd_tensors *file, const struct sedd_tensor *tensor,
                                  size_t first, size_t count, float *out, struct error *error)
{
    enum { SOME = 8192 };
    uint16_t half[SOME];
    if (tensor->dtype == SEDD_F32) return sedd_tensors_read(file, tensor, first, count, out, error);
    if (tensor->dtype != SEDD_F16 && tensor->dtype != SEDD_BF16)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: %s where numbers with fractions are expected",
                         tensor->name, dtypes[tensor->dtype].name);
    while (count > 0) {
        size_t some = count < SOME ? count : SOME;
        enum status status = sedd_tensors_read(file, tensor, first, some, half, error);
        if (status) return status;
        if (tensor->dtype == SEDD_BF16)
            for (size_t i = 0; i < some; i++) out[i] = sedd_bf16_to_f32(half[i]);
        else
            for (size_t i = 0; i < some; i++) out[i] = f16_to_f32(half[i]);
        out += some;
        first += some;
        count -= some;
    }
    return STATUS_OK;
}

/* ---- writing ------------------------------------------------------------------------------------- */

struct plan {
    const struct sedd_tensor *tensors;
    size_t count;
    const char *header;
    size_t header_size;
};

static size_t byte_size(const struct sedd_tensor *tensor)
{
    size_t elements = 1;
    for (uint32_t d = 0; d < tensor->dims; d++) elements *= (size_t)tensor->shape[d];
    return elements * dtypes[tensor->dtype].size;
}

static enum status produce(void *context, file_put *put, void *sink, struct error *error)
{
    const struct plan *plan = context;
    uint8_t length[8];
    for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)plan->header_size >> 8 * i);
    enum status status = put(sink, length, 8, error);
    if (!status) status = put(sink, plan->header, plan->header_size, error);
    for (size_t i = 0; i < plan->count && !status; i++)
        status = put(sink, plan->tensors[i].data, byte_size(&plan->tensors[i]), error);
    return status;
}

enum status sedd_tensors_write(const char *path, const struct sedd_tensor *tensors, size_t count,
                               struct error *error)
{
    json_t *header = json_pack("{s:{s:s}}", "__metadata__", "format", "pt");
    json_int_t offset = 0;
    for (size_t i = 0; i < count && header; i++) {
        json_t *shape = json_array();
        for (uint32_t d = 0; d < tensors[i].dims; d++)
            json_array_append_new(shape, json_integer((json_int_t)tensors[i].shape[d]));
        json_int_t end = offset + (json_int_t)byte_size(&tensors[i]);
        json_object_set_new(header, tensors[i].name,
                            json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtypes[tensors[i].dtype].name, "shape",
                                      shape, "data_offsets", offset, end));
        offset = end;
    }
    struct buffer text = {0};
    char *dump = header ? json_dumps(header, JSON_COMPACT) : NULL;
    bool ok = dump && buffer_append_string(&text, dump);
    while (ok && text.size % 8) ok = buffer_append_char(&text, ' '); /* so that the data is aligned */
    struct plan plan = {tensors, count, text.data, text.size};
    enum status status = ok ? file_write_from(path, produce, &plan, error)
                            : error_set(error, STATUS_NO_MEMORY, "%s: no memory for its header", path);
    free(dump);
    json_decref(header);
    buffer_free(&text);
    return status;
}
