/* lacuna model: lists, shows, fetches and converts model folders. */
#include "cli.h"
#include "lacuna/base.h"
#include "lacuna/sedd.h"
#include "model_cost.h"
#include "model_path.h"
#include "model_source.h"
#include "outputs.h"
#include "say.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUT, DTYPE, JSON, DRY_RUN, QUIET };

static const struct cli_option options[] = {
    [OUT] = {"out", 'o', "DIR", "get, convert: the folder to write"},
    [DTYPE] = {"dtype", 0, "T", "convert: type of the weights, f32, bf16 or int8 (default bf16)"},
    [JSON] = {"json", 0, NULL, "list, show: print JSON"},
    [DRY_RUN] = {"dry-run", 'n', NULL, "get: list the files without fetching them"},
    [QUIET] = {"quiet", 'q', NULL, "get: show no progress bar"},
    {0},
};

struct model_settings {
    const char *out;
    enum sedd_dtype dtype;
    bool json, dry_run, quiet;
};

static void default_model_settings(void *opaque)
{
    ((struct model_settings *)opaque)->dtype = SEDD_BF16;
}

static bool parse_dtype(const char *name, enum sedd_dtype *out)
{
    static const struct {
        const char *name;
        enum sedd_dtype dtype;
    } known[] = {{"f32", SEDD_F32}, {"bf16", SEDD_BF16}, {"int8", SEDD_I8}};
    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(name, known[i].name) == 0) return *out = known[i].dtype, true;
    return cli_fail("--dtype: \"%s\" is not f32, bf16 or int8", name);
}

static bool set_model_option(void *opaque, int option, const char *value)
{
    struct model_settings *s = opaque;
    switch (option) {
    case OUT:
        s->out = value;
        return true;
    case DTYPE:
        return parse_dtype(value, &s->dtype);
    case JSON:
        return s->json = true;
    case DRY_RUN:
        return s->dry_run = true;
    case QUIET:
        return s->quiet = true;
    default:
        return false;
    }
}

/* The files of a converted folder besides the weights, copied unchanged. */
static const char *const beside[] = {"vocab.json", "merges.txt", "README.md"};

/* `out` NULL: the results go to standard output. */
static bool check_model_outputs(const char *model, const char *out)
{
    struct outputs all = {0};
    outputs_read_model(&all, model);
    if (model) outputs_read_in(&all, model, "README.md");
    outputs_write_in(&all, out, "config.json");
    outputs_write_in(&all, out, "model.safetensors");
    for (size_t i = 0; out && i < ARRAY_SIZE(beside); i++) outputs_write_in(&all, out, beside[i]);
    if (!out) outputs_write(&all, "-");
    return outputs_check(&all);
}

/* ---- what is in a folder ------------------------------------------------------------------------------- */

static uint64_t weight_count(const struct sedd_config *config)
{
    struct sedd_layout layout;
    uint64_t count = 0;
    if (sedd_layout_init(&layout, config, NULL)) return 0;
    for (size_t i = 0; i < layout.count; i++)
        count += layout.entries[i].rows * (layout.entries[i].columns ? layout.entries[i].columns : 1);
    sedd_layout_free(&layout);
    return count;
}

static uint64_t file_bytes(const char *folder, const char *name)
{
    struct stat info;
    char *path = path_join(folder, name);
    uint64_t bytes = path && stat(path, &info) == 0 ? (uint64_t)info.st_size : 0;
    mem_free(path);
    return bytes;
}

/* The size of all files with weights; 0: none could be read. */
static uint64_t weight_bytes(const char *folder)
{
    struct sedd_tensors *file = sedd_tensors_open_model(folder, NULL);
    uint64_t bytes = file ? sedd_tensors_file_bytes(file) : file_bytes(folder, "model.safetensors");
    sedd_tensors_close(file);
    return bytes;
}

static json_t *config_json(const char *folder, const struct sedd_config *c)
{
    return json_pack(
        "{s:s, s:o, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "name", c->name, "folder",
        json_text(folder, strlen(folder)), "graph", c->graph == SEDD_ABSORB ? "absorb" : "uniform", "noise",
        c->noise == SEDD_LOGLINEAR ? "loglinear" : "geometric", "parametrisation",
        c->parametrisation == SEDD_TIME_FREE ? "time_free" : "score", "tokens", (json_int_t)c->tokens,
        "hidden_size", (json_int_t)c->hidden_size, "n_blocks", (json_int_t)c->n_blocks, "n_heads",
        (json_int_t)c->n_heads, "length", (json_int_t)c->length, "weights", (json_int_t)weight_count(c),
        "bytes", (json_int_t)weight_bytes(folder), "sizes_blanks", (int)c->sizes_blanks);
}

static bool print_json(json_t *json)
{
    char *text = json ? json_dumps(json, 0) : NULL;
    bool ok = say_result_line(text);
    free(text);
    json_decref(json);
    return ok;
}

static void print_config(const char *folder, const struct sedd_config *c)
{
    say_line("%s", *c->name ? c->name : "(no name)");
    say_line("  folder      %s", folder);
    say_line("  network     %u blocks, width %u, %u heads, %u positions, %.1f M weights, %s", c->n_blocks,
             c->hidden_size, c->n_heads, c->length, (double)weight_count(c) / 1e6,
             c->parametrisation == SEDD_TIME_FREE ? "time-free form" : "score form");
    say_line("  process     %s graph, %s noise", c->graph == SEDD_ABSORB ? "absorbing" : "uniform",
             c->noise == SEDD_LOGLINEAR ? "loglinear" : "geometric");
    say_line("  vocabulary  %u ids%s%s", c->tokens, *c->dialect ? ", dialect " : "", c->dialect);
    say_line("  blanks      %s", c->sizes_blanks ? "length predicted by the model"
                                 : c->calibrated ? "length found by search, with a fitted curve"
                                                 : "length found by search");
    if (c->temperature > 0) say_line("  suggests    temperature %g", c->temperature);
    if (c->top_p > 0) say_line("  suggests    top-p %g", c->top_p);
    static const char *const files[] = {"config.json", "model.safetensors", "vocab.json", "merges.txt",
                                        "README.md"};
    uint64_t index = file_bytes(folder, "model.safetensors.index.json");
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        uint64_t bytes = file_bytes(folder, files[i]);
        if (!bytes && i == 1 && index)
            say_line("  %-18s %llu bytes", "several files", (unsigned long long)weight_bytes(folder));
        else if (bytes)
            say_line("  %-18s %llu bytes", files[i], (unsigned long long)bytes);
        else
            say_line("  %-18s missing", files[i]);
    }
}

/* ---- list, show ---------------------------------------------------------------------------------------- */

static void list_folder(const char *base, const struct model_settings *s, bool *any)
{
    struct dirent **entries = NULL;
    int count = base ? scandir(base, &entries, NULL, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        struct sedd_config config;
        char *folder = entries[i]->d_name[0] != '.' ? path_join(base, entries[i]->d_name) : NULL;
        if (folder && weight_bytes(folder) && !sedd_config_load(folder, &config, NULL)) {
            *any = true;
            if (s->json)
                print_json(config_json(folder, &config));
            else
                say_line("%-14s %6.1f M weights  %ux%u  %s", entries[i]->d_name,
                         (double)weight_count(&config) / 1e6, config.n_blocks, config.hidden_size, folder);
        }
        mem_free(folder);
        free(entries[i]);
    }
    free(entries);
}

static double megabytes(uint64_t bytes)
{
    return (double)bytes / 1e6;
}

/* Networks of one width are estimated once. */
static void list_sources(void)
{
    struct model_cost cost = {0};
    struct sedd_config last = {0};
    uint64_t machine = model_cost_machine_memory();
    say_line("%s", "");
    say_line("available with `lacuna model get NAME` (all: OpenWebText, English, GPT-2's vocabulary); memory "
             "and the");
    say_line("time of a step of %d tokens are estimates for this machine:", COST_TOKENS);
    for (size_t i = 0; i < model_source_count; i++) {
        const struct source *source = &model_sources[i];
        struct sedd_config config = model_source_config(source);
        bool same = config.hidden_size == last.hidden_size && config.parametrisation == last.parametrisation;
        if (!same && model_cost_estimate(&config, &cost, NULL)) cost = (struct model_cost){0};
        last = config;
        say_line("%-22s %5.0f MB on disk, %5.0f MB of memory, %5.0f ms  %s%s", source->name,
                 megabytes(source->weight_bytes), megabytes(cost.memory), cost.ms, source->about,
                 machine && cost.memory > machine ? "; needs more memory than this machine has" : "");
    }
}

static int list_models(const struct model_settings *s)
{
    char *own = path_xdg("DATA", "models"), *rooted = path_own("DATA", "models");
    char *installed = path_find_data("models");
    char *real =
        /* the path beside the program has the form …/build/release/../../ */
        installed ? realpath(installed, NULL) : NULL;
    bool any = false;
    list_folder(own, s, &any);
    if (rooted && own && strcmp(rooted, own) != 0) list_folder(rooted, s, &any);
    list_folder(real ? real : installed, s, &any);
    free(real);
    mem_free(own);
    mem_free(rooted);
    mem_free(installed);
    if (!any) cli_note("no models found");
    if (!s->json) list_sources();
    return EXIT_DONE;
}

static int show_model(const struct model_settings *s, const char *name)
{
    struct error error = {0};
    struct sedd_config config;
    char *folder = model_path(name, &error);
    int status = EXIT_DONE;
    if (!folder || sedd_config_load(folder, &config, &error))
        cli_fail("%s", error.message), status = EXIT_MODEL;
    else if (!check_model_outputs(folder, NULL))
        status = EXIT_USAGE;
    else if (s->json)
        status = print_json(config_json(folder, &config)) ? EXIT_DONE : EXIT_SOME_FAILED;
    else
        print_config(folder, &config);
    mem_free(folder);
    return status;
}

/* ---- get ----------------------------------------------------------------------------------------------- */

static const struct source *find_source(const char *name)
{
    for (size_t i = 0; i < model_source_count; i++)
        if (strcmp(model_sources[i].name, name) == 0) return &model_sources[i];
    return NULL;
}

static void note_estimate(const struct source *source)
{
    struct sedd_config config = model_source_config(source);
    struct model_cost cost;
    uint64_t machine = model_cost_machine_memory();
    cli_note("%.0f MB on disk", megabytes(source->weight_bytes));
    if (model_cost_estimate(&config, &cost, NULL)) return;
    cli_note("about %.0f MB of memory and %.0f ms per step of %d tokens here (%s), estimated with %s",
             megabytes(cost.memory), cost.ms, COST_TOKENS, sedd_precision_name(cost.precision),
             "random weights");
    if (machine && cost.memory > machine)
        cli_note("this machine has only %.0f MB of memory", megabytes(machine));
}

/* A folder that cannot be loaded is not ready, whatever was fetched. */
static enum status note_measured(const char *folder, const char *name, struct error *error)
{
    struct model_cost cost;
    enum status status = model_cost_measure(folder, &cost, error);
    if (status) return status;
    cli_note("measured: loaded in %.1f s, %.0f MB of memory, %.0f ms per step of %d tokens (%s)",
             cost.load_seconds, megabytes(cost.memory), cost.ms, COST_TOKENS,
             sedd_precision_name(cost.precision));
    cli_note("ready: lacuna fill -m %s", name);
    return STATUS_OK;
}

static int get_model(const struct model_settings *s, const char *name)
{
    const struct source *source = find_source(name);
    struct error error = {0};
    if (!source)
        return cli_fail("no published model is named \"%s\"; see `lacuna model list`", name), EXIT_USAGE;
    cli_note("%s: %s, English, GPT-2's vocabulary. Its licence is on its page. Fetching from", source->name,
             source->about);
    for (size_t i = 0; i < source->count; i++) cli_note("  %s", source->files[i].url);
    note_estimate(source);
    if (s->dry_run) return EXIT_DONE;
    struct buffer relative = {0};
    bool named = buffer_printf(&relative, "models/%s", name);
    char *folder = s->out ? mem_strdup(s->out) : named ? path_own("DATA", relative.data) : NULL;
    enum status status = folder ? file_make_folders(folder, &error) : STATUS_NO_MEMORY;
    for (size_t i = 0; i < source->count && !status; i++) {
        char *path = path_join(folder, source->files[i].name);
        status = path ? model_fetch(&source->files[i], path, s->quiet, &error)
                      : error_set(&error, STATUS_NO_MEMORY, "out of memory");
        mem_free(path);
    }
    if (!status) status = note_measured(folder, s->out ? folder : name, &error);
    if (status) cli_fail("%s", error.message);
    buffer_free(&relative);
    mem_free(folder);
    return status ? EXIT_SOME_FAILED : EXIT_DONE;
}

/* ---- convert ------------------------------------------------------------------------------------------- */

static enum status copy_beside(const char *from, const char *to, const char *name, struct error *error)
{
    char *source = path_join(from, name);
    enum status status = !source               ? error_set(error, STATUS_NO_MEMORY, "out of memory")
                         : file_exists(source) ? file_copy(from, name, to, name, error)
                                               : STATUS_OK;
    mem_free(source);
    return status;
}

static enum status rewrite_weights(const struct model_settings *s, const char *folder, struct error *error)
{
    struct sedd_config config;
    struct sedd_layout layout = {0};
    enum status status = sedd_config_load(folder, &config, error);
    if (status || (status = sedd_layout_init(&layout, &config, error))) return status;
    char *to = path_join(s->out, "model.safetensors");
    float *weights = mem_alloc_array(layout.size, sizeof *weights);
    struct sedd_tensors *file = to && weights ? sedd_tensors_open_model(folder, error) : NULL;
    if (!to || !weights)
        status = error_set(error, STATUS_NO_MEMORY, "not enough memory for the weights");
    else
        status = file ? sedd_weights_read(&layout, file, weights, error) : STATUS_IO;
    if (!status) status = file_make_folders(s->out, error);
    if (!status) status = sedd_config_save(s->out, &config, error);
    if (!status) status = sedd_weights_write(&layout, weights, s->dtype, to, error);
    for (size_t i = 0; i < ARRAY_SIZE(beside) && !status; i++)
        status = copy_beside(folder, s->out, beside[i], error);
    sedd_tensors_close(file);
    mem_free(weights);
    mem_free(to);
    sedd_layout_free(&layout);
    return status;
}

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), most = strlen(ending);
    return length > most && strcmp(name + length - most, ending) == 0;
}

/* A checkpoint in PyTorch's own format. */
static bool is_pickle(const char *name)
{
    static const char *const endings[] = {".bin", ".pt", ".pth", ".ckpt", ".bin.index.json"};
    struct stat info;
    bool known = false;
    for (size_t i = 0; i < ARRAY_SIZE(endings); i++) known = known || ends_in(name, endings[i]);
    return known && stat(name, &info) == 0 && S_ISREG(info.st_mode);
}

static int convert_model(const struct model_settings *s, const char *name)
{
    struct error error = {0};
    if (!s->out) return cli_fail("name the folder to write: --out DIR"), EXIT_USAGE;
    if (is_pickle(name))
        return cli_fail("%s is in PyTorch's format; convert it with: python3 models/tools/convert.py %s %s",
                        name, name, s->out),
               EXIT_USAGE;
    char *folder = model_path(name, &error);
    if (!check_model_outputs(folder, s->out)) return mem_free(folder), EXIT_USAGE;
    enum status status = folder ? rewrite_weights(s, folder, &error) : STATUS_IO;
    if (status) cli_fail("%s", error.message);
    mem_free(folder);
    return status ? EXIT_MODEL : EXIT_DONE;
}

static int run_model(void *opaque, int count, char **operands)
{
    const struct model_settings *s = opaque;
    const char *what = count ? operands[0] : "", *name = count > 1 ? operands[1] : NULL;
    if (count > 2) return cli_fail("name only one model"), EXIT_USAGE;
    if (name && !*name) return cli_fail("the name of the model is empty"), EXIT_USAGE;
    if (strcmp(what, "list") == 0 && !name) return list_models(s);
    if (strcmp(what, "show") == 0) return show_model(s, name);
    if (strcmp(what, "get") == 0 && name) return get_model(s, name);
    if (strcmp(what, "convert") == 0 && name) return convert_model(s, name);
    return cli_fail("expected list, show [MODEL], get NAME or convert MODEL --out DIR"), EXIT_USAGE;
}

const struct cli_command command_model = {
    .name = "model",
    .summary = "list, show, fetch and convert models",
    .usage = "model list | show [MODEL] | get NAME | convert MODEL --out DIR",
    .options = options,
    .set = set_model_option,
    .settings_size = sizeof(struct model_settings),
    .defaults = default_model_settings,
    .run = run_model,
};
