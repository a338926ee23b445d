/* The published models, and fetching them. curl and sha256sum do the work: others maintain them well, and
 * nothing else in the program ever opens a connection. */
#define _GNU_SOURCE
#include "model_source.h"
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the published checkpoints ------------------------------------------------------------------------- */

#define HUB  "https://huggingface.co/"
#define GPT2 HUB "openai-community/gpt2/resolve/main/"
#define TOKENIZER                                                                                            \
    {"vocab.json", GPT2 "vocab.json", 1042301,                                                               \
     "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783"},                                    \
    {                                                                                                        \
        "merges.txt", GPT2 "merges.txt", 456318,                                                             \
            "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5"                               \
    }

/* A repository of the hub with these two files, and the tokenizer that all of them were trained with. */
#define FILES(name, repository)                                                                              \
    static const struct source_file name[] = {                                                               \
        {"config.json", HUB repository "/resolve/main/config.json", 0, NULL},                                \
        {"model.safetensors", HUB repository "/resolve/main/model.safetensors", 0, NULL},                    \
        TOKENIZER,                                                                                           \
    }
FILES(sedd_small, "louaaron/sedd-small");
FILES(sedd_medium, "louaaron/sedd-medium");
FILES(radd_lambda_dce, "JingyangOu/radd-lambda-dce");
FILES(radd_t_dce, "JingyangOu/radd-t-dce");
FILES(radd_medium, "JingyangOu/radd-lambda-dce-medium");
FILES(mdlm_owt, "kuleshov-group/mdlm-owt");

#define SMALL            .n_blocks = 12, .width = 768
#define MEDIUM           .n_blocks = 24, .width = 1024
#define ROW(model, list) .name = model, .files = list, .count = ARRAY_SIZE(list)

/* Bytes of weights: float32, by the shapes; the hub's pages say the same. */
const struct source model_sources[] = {
    {ROW("radd-lambda-dce-medium", radd_medium), MEDIUM, .time_free = true, .weight_bytes = 1620767048,
     .about = "RADD medium, lambda-DCE loss (Ou et al. 2025)"},
    {ROW("radd-lambda-dce", radd_lambda_dce), SMALL, .time_free = true, .weight_bytes = 649062728,
     .about = "RADD small, lambda-DCE loss (Ou et al. 2025)"},
    {ROW("radd-t-dce", radd_t_dce), SMALL, .time_free = true, .weight_bytes = 649062728,
     .about = "RADD small, t-DCE loss (Ou et al. 2025)"},
    {ROW("mdlm-owt", mdlm_owt), SMALL, .time_free = true, .weight_bytes = 678508872,
     .about = "MDLM small (Sahoo et al. 2024)"},
    {ROW("sedd-medium", sedd_medium), MEDIUM, .weight_bytes = 1697908040,
     .about = "SEDD medium, absorbing (Lou et al. 2024)"},
    {ROW("sedd-small", sedd_small), SMALL, .weight_bytes = 678508872,
     .about = "SEDD small, absorbing (Lou et al. 2024)"},
};
const size_t model_source_count = ARRAY_SIZE(model_sources);

struct sedd_config model_source_config(const struct source *source)
{
    enum { GPT2_TOKENS = 50257, LENGTH = 1024, HEAD_WIDTH = 64, COND_DIM = 128 };
    return (struct sedd_config){.tokens = GPT2_TOKENS,
                                .graph = SEDD_ABSORB,
                                .noise = SEDD_LOGLINEAR,
                                .sigma_min = 1e-4,
                                .sigma_max = 20,
                                .hidden_size = source->width,
                                .cond_dim = COND_DIM,
                                .length = LENGTH,
                                .n_blocks = source->n_blocks,
                                .n_heads = source->width / HEAD_WIDTH,
                                .scale_by_sigma = true,
                                .parametrisation = source->time_free ? SEDD_TIME_FREE : SEDD_SCORE,
                                .endoftext = -1,
                                .delete_id = -1,
                                .expand_id = -1};
}

/* ---- other programs ------------------------------------------------------------------------------------ */

/* Runs a program and waits; with `out` its standard output is read. -1: it could not be started. */
static int run_program(char *const arguments[], struct buffer *out)
{
    int pipes[2] = {-1, -1};
    if (out && pipe2(pipes, O_CLOEXEC)) return -1;
    pid_t child = fork();
    if (child == 0) {
        if (out) dup2(pipes[1], STDOUT_FILENO);
        execvp(arguments[0], arguments);
        _exit(127);
    }
    if (out) close(pipes[1]);
    char bytes[4096];
    ssize_t n;
    while (child > 0 && out && ((n = read(pipes[0], bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0 && !buffer_append(out, bytes, (size_t)n)) break;
    if (out) close(pipes[0]);
    int status = -1;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char *url_of(const struct source_file *file)
{
    const char *base = getenv("LACUNA_MODEL_SOURCE");
    if (!base || !*base) return mem_strdup(file->url);
    return path_join(base, file->url + strlen(HUB));
}

/* ---- what the server says about a file --------------------------------------------------------------- */

struct stated {
    uint64_t size;
    char sha256[65]; /* empty: not given */
};

static void read_header(const char *line, struct stated *out)
{
    static const char size[] = "x-linked-size:", etag[] = "x-linked-etag:", length[] = "content-length:";
    if (strncasecmp(line, size, sizeof size - 1) == 0) out->size = strtoull(line + sizeof size - 1, NULL, 10);
    if (strncasecmp(line, length, sizeof length - 1) == 0 && !*out->sha256 && !out->size)
        out->size = strtoull(line + sizeof length - 1, NULL, 10);
    if (strncasecmp(line, etag, sizeof etag - 1) != 0) return;
    const char *at = line + sizeof etag - 1;
    at += strspn(at, " \"");
    if (strspn(at, "0123456789abcdef") == 64) snprintf(out->sha256, sizeof out->sha256, "%.64s", at);
}

/* The headers of the first answer. Large files are stored elsewhere; the answer with that location also has
 * their size and hash. */
static enum status ask_headers(const char *url, struct stated *out, struct error *error)
{
    char *arguments[] = {"curl", "--silent", "--show-error", "--head", "--", (char *)(uintptr_t)url, NULL};
    struct buffer headers = {0};
    *out = (struct stated){0};
    int status = run_program(arguments, &headers);
    if (status == 127) error_set(error, STATUS_UNSUPPORTED, "curl is not installed");
    if (status && status != 127)
        error_set(error, STATUS_IO, "%s: curl cannot reach it (exit %d)", url, status);
    char *line = headers.data, *end;
    bool linked = headers.size && strcasestr(headers.data, "\nx-linked-size:");
    for (; line && (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        if (!(linked && strncasecmp(line, "content-length:", 15) == 0)) read_header(line, out);
    }
    buffer_free(&headers);
    return status ? error ? error->code : STATUS_IO : STATUS_OK;
}

/* ---- checking ------------------------------------------------------------------------------------------ */

static uint64_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (uint64_t)info.st_size : UINT64_MAX;
}

static enum status check_file(const char *path, uint64_t size, const char *sha256, struct error *error)
{
    if (size && size_of(path) != size)
        return error_set(error, STATUS_FORMAT, "%s: %llu bytes, should be %llu", path,
                         (unsigned long long)size_of(path), (unsigned long long)size);
    if (!sha256 || !*sha256) return STATUS_OK;
    char *arguments[] = {"sha256sum", "--", (char *)(uintptr_t)path, NULL};
    struct buffer out = {0};
    int status = run_program(arguments, &out);
    bool good = status == 0 && out.size >= 64 && memcmp(out.data, sha256, 64) == 0;
    buffer_free(&out);
    if (status) return error_set(error, STATUS_UNSUPPORTED, "sha256sum cannot read %s", path);
    if (!good) return error_set(error, STATUS_FORMAT, "%s: its SHA-256 is not %s", path, sha256);
    return STATUS_OK;
}

/* ---- fetching ------------------------------------------------------------------------------------------ */

static enum status download_file(const char *url, const char *part, bool quiet, struct error *error)
{
    char *arguments[] = {"curl",
                         quiet ? "--silent" : "--progress-bar",
                         "--show-error",
                         "--fail",
                         "--location",
                         "--retry",
                         "3",
                         "--continue-at",
                         "-",
                         "--output",
                         (char *)(uintptr_t)part,
                         "--",
                         (char *)(uintptr_t)url,
                         NULL};
    int status = run_program(arguments, NULL);
    if (status == 0) return STATUS_OK;
    return error_set(error, STATUS_IO, "%s: curl failed (exit %d); run the same command again to continue",
                     url, status);
}

static enum status fetch_file(const struct source_file *file, const char *url, const char *path,
                              const char *part, bool quiet, struct error *error)
{
    struct stated stated = {0};
    struct error ignored = {0};
    enum status status = STATUS_OK;
    if (!file->size || !file->sha256) status = ask_headers(url, &stated, error);
    if (status) return status;
    uint64_t size = file->size ? file->size : stated.size;
    const char *sha256 = file->sha256 ? file->sha256 : stated.sha256;
    if (file_exists(path) && !check_file(path, size, sha256, &ignored)) {
        cli_note("%s is already there", path);
        return STATUS_OK;
    }
    cli_note("%s", url);
    cli_note("  → %s%s", path, file_exists(part) ? " (continuing)" : "");
    if (size == 0 || size_of(part) != size) status = download_file(url, part, quiet, error);
    if (!status && (status = check_file(part, size, sha256, error)) == STATUS_FORMAT)
        unlink(part); /* continuing would never make it right */
    if (!status && rename(part, path)) status = error_set(error, STATUS_IO, "%s: %s", path, strerror(errno));
    if (!status)
        cli_note("  %llu bytes; %s", (unsigned long long)size_of(path),
                 file->sha256     ? "SHA-256 matches the published one"
                 : *stated.sha256 ? "SHA-256 matches the server's"
                                  : "the server gives no SHA-256");
    return status;
}

enum status model_fetch(const struct source_file *file, const char *path, bool quiet, struct error *error)
{
    char *url = url_of(file);
    struct buffer part = {0};
    enum status status = url && buffer_printf(&part, "%s.part", path)
                             ? fetch_file(file, url, path, part.data, quiet, error)
                             : error_set(error, STATUS_NO_MEMORY, "out of memory");
    buffer_free(&part);
    mem_free(url);
    return status;
}
