/* safetensors: eight bytes of header length, a JSON header, then the bytes of the tensors. A file is never
 * trusted: every offset, shape and length is checked before use. It is read with pread, not mapped: if
 * another program truncated it, touching a mapping would raise SIGBUS. */
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "lacuna/sedd_kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One file. */
struct part {
    int fd;
    struct stat opened; /* the file's identity at opening */
    json_t *header;     /* owns the names */
};

struct sedd_tensors {
    char *path; /* for messages: the file, or the index if there are several */
    struct part *parts;
    size_t part_count, part_capacity;
    struct sedd_tensor *items;
    uint32_t *part_of; /* per item */
    size_t count, capacity, part_of_capacity;
};

static const struct {
    const char *name;
    size_t size;
} dtypes[SEDD_DTYPES] = {
    [SEDD_F32] = {"F32", 4}, [SEDD_F16] = {"F16", 2}, [SEDD_BF16] = {"BF16", 2}, [SEDD_F64] = {"F64", 8},
    [SEDD_I64] = {"I64", 8}, [SEDD_I32] = {"I32", 4}, [SEDD_I8] = {"I8", 1},     [SEDD_U8] = {"U8", 1},
};

/* ---- one entry of a header ----------------------------------------------------------------------------- */

static enum status read_shape(const json_t *shape, struct sedd_tensor *out, struct error *error)
{
    if (!json_is_array(shape) || json_array_size(shape) > UINT32_MAX)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: its shape is not an array", out->name);
    out->dims = (uint32_t)json_array_size(shape);
    for (uint32_t i = 0; i < out->dims; i++) {
        const json_t *n = json_array_get(shape, i);
        if (!json_is_integer(n) || json_integer_value(n) < 0)
            return error_set(error, STATUS_FORMAT, "tensor %.80s: bad shape", out->name);
        if (i < ARRAY_SIZE(out->shape)) out->shape[i] = (uint64_t)json_integer_value(n);
        if (__builtin_mul_overflow(out->elements, (size_t)json_integer_value(n), &out->elements))
            return error_set(error, STATUS_FORMAT, "tensor %.80s: shape overflows", out->name);
    }
    return STATUS_OK;
}

/* data, data_size: where the tensors' bytes begin in the file, and their number. An unsupported dtype is not
 * an error: the tensor may not be needed. */
static enum status read_entry(const char *name, const json_t *value, uint64_t data, uint64_t data_size,
                              struct sedd_tensor *out, struct error *error)
{
    const json_t *dtype = json_object_get(value, "dtype"), *offsets = json_object_get(value, "data_offsets");
    *out = (struct sedd_tensor){.name = name, .shape = {1, 1, 1, 1}, .elements = 1, .dtype = SEDD_OTHER};
    if (!json_is_string(dtype)) return error_set(error, STATUS_FORMAT, "tensor %.80s: it has no dtype", name);
    for (int d = 0; d < SEDD_DTYPES; d++)
        if (dtypes[d].name && strcmp(json_string_value(dtype), dtypes[d].name) == 0)
            out->dtype = (enum sedd_dtype)d;
    enum status status = read_shape(json_object_get(value, "shape"), out, error);
    if (status) return status;
    if (!json_is_array(offsets) || json_array_size(offsets) != 2 ||
        !json_is_integer(json_array_get(offsets, 0)) || !json_is_integer(json_array_get(offsets, 1)))
        return error_set(error, STATUS_FORMAT, "tensor %.80s: bad data_offsets", name);
    json_int_t begin = json_integer_value(json_array_get(offsets, 0)),
               end = json_integer_value(json_array_get(offsets, 1));
    if (begin < 0 || end < begin || (uint64_t)end > data_size)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: is outside the file (truncated?)", name);
    out->bytes = (size_t)(end - begin);
    out->at = data + (uint64_t)begin;
    size_t bytes;
    if (out->dtype != SEDD_OTHER &&
        (__builtin_mul_overflow(out->elements, dtypes[out->dtype].size, &bytes) || bytes != out->bytes))
        return error_set(error, STATUS_FORMAT, "tensor %.80s: its size does not match its shape", name);
    return STATUS_OK;
}

/* ---- one file ------------------------------------------------------------------------------------------ */

static enum status read_bytes(const struct part *part, uint64_t at, void *out, size_t size,
                              struct error *error)
{
    char *to = out;
    while (size > 0) {
        ssize_t got = pread(part->fd, to, size, (off_t)at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return error_set(error, STATUS_IO, "cannot read: %s", strerror(errno));
        if (got == 0) return error_set(error, STATUS_IO, "the file was truncated while it was read");
        to += got;
        at += (uint64_t)got;
        size -= (size_t)got;
    }
    return STATUS_OK;
}

static enum status add_item(struct sedd_tensors *file, uint32_t part, struct sedd_tensor item,
                            struct error *error)
{
    if (!mem_grow(&file->items, &file->capacity, file->count + 1, sizeof *file->items) ||
        !mem_grow(&file->part_of, &file->part_of_capacity, file->count + 1, sizeof *file->part_of))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for its header");
    file->part_of[file->count] = part;
    file->items[file->count++] = item;
    return STATUS_OK;
}

/* Which tensors of a file are used: all (weight_map NULL), or those that the index assigns to it. */
struct wanted {
    const json_t *weight_map;
    const char *shard;
};

static bool is_wanted(const struct wanted *wanted, const char *name)
{
    if (strcmp(name, "__metadata__") == 0) return false;
    const json_t *where = wanted->weight_map ? json_object_get(wanted->weight_map, name) : NULL;
    return !wanted->weight_map ||
           (json_is_string(where) && strcmp(json_string_value(where), wanted->shard) == 0);
}

static enum status parse_header(struct sedd_tensors *file, uint32_t index, const char *text, size_t size,
                                const struct wanted *wanted, struct error *error)
{
    struct part *part = &file->parts[index];
    part->header = json_parse(text, size, error);
    if (!part->header) return STATUS_FORMAT;
    if (!json_is_object(part->header)) return error_set(error, STATUS_FORMAT, "its header is not an object");
    uint64_t data = 8 + (uint64_t)size, data_size = (uint64_t)part->opened.st_size - data;
    const char *name;
    json_t *value;
    json_object_foreach(part->header, name, value)
    {
        struct sedd_tensor item;
        if (!is_wanted(wanted, name)) continue;
        enum status status = read_entry(name, value, data, data_size, &item, error);
        if (!status) status = add_item(file, index, item, error);
        if (status) return status;
    }
    return STATUS_OK;
}

static enum status read_header(struct sedd_tensors *file, uint32_t index, const struct wanted *wanted,
                               struct error *error)
{
    const struct part *part = &file->parts[index];
    uint8_t bytes[8];
    uint64_t header_size = 0, size = (uint64_t)part->opened.st_size;
    if (size < 8) return error_set(error, STATUS_FORMAT, "too short for a safetensors file");
    enum status status = read_bytes(part, 0, bytes, sizeof bytes, error);
    for (int i = 7; i >= 0; i--) header_size = header_size << 8 | bytes[i];
    if (!status && (header_size > size - 8 || header_size > 100u << 20))
        status = error_set(error, STATUS_FORMAT,
                           "its header is longer than the file (not safetensors, or truncated)");
    char *text = status ? NULL : mem_alloc((size_t)header_size);
    if (!status && !text) status = error_set(error, STATUS_NO_MEMORY, "not enough memory for its header");
    if (!status) status = read_bytes(part, 8, text, (size_t)header_size, error);
    if (!status) status = parse_header(file, index, text, (size_t)header_size, wanted, error);
    mem_free(text);
    return status;
}

static enum status open_part(struct sedd_tensors *file, const char *path, const struct wanted *wanted,
                             struct error *error)
{
    if (!mem_grow(&file->parts, &file->part_capacity, file->part_count + 1, sizeof *file->parts))
        return error_set(error, STATUS_NO_MEMORY, "not enough memory for %s", path);
    uint32_t index = (uint32_t)file->part_count++;
    struct part *part = &file->parts[index];
    /* opening a pipe must not block */
    *part = (struct part){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (part->fd < 0) return error_set(error, STATUS_IO, "%s: cannot open: %s", path, strerror(errno));
    if (fstat(part->fd, &part->opened)) return error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    if (!S_ISREG(part->opened.st_mode)) return error_set(error, STATUS_IO, "%s: not a regular file", path);
    enum status status = read_header(file, index, wanted, error);
    if (status) error_prefix(error, "%s", path);
    return status;
}

/* ---- opening ------------------------------------------------------------------------------------------- */

static struct sedd_tensors *new_file(const char *path, struct error *error)
{
    struct sedd_tensors *file = path ? mem_zalloc(sizeof *file) : NULL;
    if (file && (file->path = mem_strdup(path))) return file;
    mem_free(file);
    error_set(error, STATUS_NO_MEMORY, "not enough memory for %s", path ? path : "a model");
    return NULL;
}

struct sedd_tensors *sedd_tensors_open(const char *path, struct error *error)
{
    struct sedd_tensors *file = new_file(path, error);
    if (file && !open_part(file, path, &(struct wanted){0}, error)) return file;
    sedd_tensors_close(file);
    return NULL;
}

/* Every file that the index names, once. Only names of files in the same folder are accepted, since the index
 * is not trusted. */
static enum status open_shards(struct sedd_tensors *file, const char *folder, const json_t *weight_map,
                               struct error *error)
{
    json_t *seen = json_object(), *value;
    enum status status =
        seen ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "not enough memory for a model");
    const char *tensor;
    json_object_foreach((json_t *)(uintptr_t)weight_map, tensor, value)
    {
        const char *shard = json_is_string(value) ? json_string_value(value) : "";
        if (!*shard || strchr(shard, '/'))
            status =
                error_set(error, STATUS_FORMAT, "tensor %.80s must be in a file in the same folder", tensor);
        if (status || json_object_get(seen, shard)) continue;
        char *path = path_join(folder, shard);
        status = path ? open_part(file, path, &(struct wanted){weight_map, shard}, error)
                      : error_set(error, STATUS_NO_MEMORY, "not enough memory for a model");
        mem_free(path);
        if (json_object_set_new(seen, shard, json_true()) && !status)
            status = error_set(error, STATUS_NO_MEMORY, "not enough memory for a model");
    }
    json_decref(seen);
    return status;
}

static struct sedd_tensors *open_index(const char *folder, const char *path, struct error *error)
{
    json_t *root = json_parse_file(path, error);
    const json_t *weight_map = json_object_get(root, "weight_map");
    struct sedd_tensors *file = root ? new_file(path, error) : NULL;
    enum status status = file ? STATUS_OK : STATUS_FORMAT;
    if (file && !json_is_object(weight_map))
        status = error_set(error, STATUS_FORMAT, "%s: it has no \"weight_map\"", path);
    else if (file)
        status = open_shards(file, folder, weight_map, error);
    json_decref(root);
    if (!status) return file;
    sedd_tensors_close(file);
    return NULL;
}

/* Whether the weights are there in PyTorch's own format, a program that is run to read it. */
static bool has_pickles(const char *folder)
{
    static const char *const names[] = {"pytorch_model.bin", "pytorch_model.bin.index.json"};
    bool found = false;
    for (size_t i = 0; i < ARRAY_SIZE(names) && !found; i++) {
        char *path = path_join(folder, names[i]);
        found = path && file_exists(path);
        mem_free(path);
    }
    return found;
}

struct sedd_tensors *sedd_tensors_open_model(const char *folder, struct error *error)
{
    char *whole = path_join(folder, "model.safetensors"),
         *index = path_join(folder, "model.safetensors.index.json");
    struct sedd_tensors *file = NULL;
    if (!whole || !index)
        error_set(error, STATUS_NO_MEMORY, "not enough memory for a model");
    else if (!file_exists(whole) && file_exists(index))
        file = open_index(folder, index, error);
    else if (!file_exists(whole) && has_pickles(folder))
        error_set(
            error, STATUS_UNSUPPORTED,
            "%s: its weights are in PyTorch's format; convert them with: python3 models/tools/convert.py %s "
            "DIR",
            folder, folder);
    else
        file = sedd_tensors_open(whole, error);
    mem_free(whole);
    mem_free(index);
    return file;
}

void sedd_tensors_close(struct sedd_tensors *file)
{
    if (!file) return;
    for (size_t i = 0; i < file->part_count; i++) {
        if (file->parts[i].fd >= 0) close(file->parts[i].fd);
        json_decref(file->parts[i].header);
    }
    mem_free(file->parts);
    mem_free(file->items);
    mem_free(file->part_of);
    mem_free(file->path);
    mem_free(file);
}

const char *sedd_tensors_path(const struct sedd_tensors *file)
{
    return file->path;
}

uint64_t sedd_tensors_file_bytes(const struct sedd_tensors *file)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < file->part_count; i++) bytes += (uint64_t)file->parts[i].opened.st_size;
    return bytes;
}

enum status sedd_tensors_unchanged(const struct sedd_tensors *file, struct error *error)
{
    for (size_t i = 0; i < file->part_count; i++) {
        const struct stat *then = &file->parts[i].opened;
        struct stat now;
        if (fstat(file->parts[i].fd, &now)) return error_set(error, STATUS_IO, "%s", strerror(errno));
        if (now.st_size != then->st_size || now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != then->st_mtim.tv_nsec)
            return error_set(error, STATUS_IO, "the file was changed while it was read");
    }
    return STATUS_OK;
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

static const char *dtype_name(const struct sedd_tensors *file, const struct sedd_tensor *tensor)
{
    const struct part *part = &file->parts[file->part_of[tensor - file->items]];
    return json_string_value(json_object_get(json_object_get(part->header, tensor->name), "dtype"));
}

enum status sedd_tensors_read(const struct sedd_tensors *file, const struct sedd_tensor *tensor, size_t first,
                              size_t count, void *out, struct error *error)
{
    size_t size = dtypes[tensor->dtype].size;
    if (tensor->dtype == SEDD_OTHER)
        return error_set(error, STATUS_UNSUPPORTED, "tensor %.80s: its dtype %.20s is not supported",
                         tensor->name, dtype_name(file, tensor));
    if (first > tensor->elements || count > tensor->elements - first)
        return error_set(error, STATUS_ARGUMENT, "tensor %.80s has no values %zu to %zu", tensor->name, first,
                         first + count);
    const struct part *part = &file->parts[file->part_of[tensor - file->items]];
    enum status status = read_bytes(part, tensor->at + (uint64_t)first * size, out, count * size, error);
    if (status) error_prefix(error, "tensor %.80s", tensor->name);
    return status;
}

/* A loop for each type, so that the compiler vectorises them. */
SIMD_CLONES static void widen(enum sedd_dtype dtype, const void *restrict from, size_t count,
                              float *restrict out)
{
    const uint16_t *half = from;
    const double *wide = from;
    if (dtype == SEDD_BF16)
        for (size_t i = 0; i < count; i++) out[i] = simd_from_bf16(half[i]);
    else if (dtype == SEDD_F16)
        for (size_t i = 0; i < count; i++) out[i] = f16_to_f32(half[i]);
    else
        for (size_t i = 0; i < count; i++) out[i] = (float)wide[i];
}

enum status sedd_tensors_read_f32(const struct sedd_tensors *file, const struct sedd_tensor *tensor,
                                  size_t first, size_t count, float *out, struct error *error)
{
    enum { CHUNK = 4096 };
    double some[CHUNK]; /* of any dtype */
    if (tensor->dtype == SEDD_F32 || tensor->dtype == SEDD_OTHER)
        return sedd_tensors_read(file, tensor, first, count, out, error);
    if (tensor->dtype != SEDD_F16 && tensor->dtype != SEDD_BF16 && tensor->dtype != SEDD_F64)
        return error_set(error, STATUS_FORMAT, "tensor %.80s: %s where a floating-point type is expected",
                         tensor->name, dtypes[tensor->dtype].name);
    while (count > 0) {
        size_t n = count < CHUNK ? count : CHUNK;
        enum status status = sedd_tensors_read(file, tensor, first, n, some, error);
        if (status) return status;
        widen(tensor->dtype, some, n, out);
        out += n;
        first += n;
        count -= n;
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

static enum status produce_tensors(void *context, file_put *put, void *sink, struct error *error)
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
    enum status status =
        ok ? file_write_from(path, produce_tensors, &plan, error)
           : error_set(error, STATUS_NO_MEMORY, "%s: not enough memory for its header", path);
    free(dump);
    json_decref(header);
    buffer_free(&text);
    return status;
}
