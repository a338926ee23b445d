#include "vi_settings.h"
#include "lacuna/base.h"
#include "ui/editor_state.h"
#include "ui/message/message.h"
#include "ui/search/search.h"

#include <string.h>

static const struct option {
    const char *name, *brief;
    const char *setting;  /* NULL: none */
    const char *on, *off; /* a switch in vim: the values; NULL: it takes a value */
    const char *says;
} options[] = {
    {"ignorecase", "ic", "search-case", "any", "exact", NULL},
    {"smartcase", "scs", "search-case", "smart", "exact", NULL},
    {"textwidth", "tw", "reflow-width", NULL, NULL, NULL},
    {"tabstop", "ts", "tab-width", NULL, NULL, NULL},
    {"shiftwidth", "sw", "tab-width", NULL, NULL, NULL},
    {"softtabstop", "sts", "tab-width", NULL, NULL, NULL},
    {"spelllang", "spl", "language", NULL, NULL, NULL},
    {"background", "bg", "theme", NULL, NULL, NULL},
    {"colorscheme", "colo", "theme", NULL, NULL, NULL},
    {"columns", "co", "width", NULL, NULL, NULL},
    {"backup", "bk", "backup", "on", "off", NULL},
    {"undofile", "udf", "history", "4", "0", NULL},
    {"swapfile", "swf", "journal", "on", "off", NULL},
    {"hlsearch", "hls", NULL, "", "", "matches are highlighted until Esc or :noh"},
    {"incsearch", "is", NULL, "", "", "searches are always incremental"},
    {"wrapscan", "ws", NULL, "", "", "searches always wrap around, with a message"},
    {"wrap", NULL, NULL, "", "", "lines are always wrapped, at the setting width"},
    {"linebreak", "lbr", NULL, "", "", "lines are always wrapped at words"},
    {"number", "nu", NULL, "", "", "lines have no numbers here; the status line shows the position"},
    {"relativenumber", "rnu", NULL, "", "", "lines have no numbers here; the status line shows the position"},
    {"autoindent", "ai", NULL, "", "", "new lines are not indented"},
    {"expandtab", "et", NULL, "", "", "Tab inserts a tab"},
    {"readonly", "ro", NULL, "", "", "use the command toggle-read-only"},
    {"fileencoding", "fenc", NULL, NULL, NULL, "use the command encoding"},
    {"encoding", "enc", NULL, NULL, NULL, "use the command encoding"},
    {"fileformat", "ff", NULL, NULL, NULL, "the file's line endings are kept"},
    {"syntax", "syn", NULL, NULL, NULL, "prose has no syntax"},
    {"filetype", "ft", NULL, NULL, NULL, "prose has no syntax"},
};

static const struct option *find_option(const char *name, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        const struct option *o = &options[i];
        if (strlen(o->name) == size && memcmp(o->name, name, size) == 0) return o;
        if (o->brief && strlen(o->brief) == size && memcmp(o->brief, name, size) == 0) return o;
    }
    return NULL;
}

bool vi_option(struct ui *ui, const char *arguments, char *line, size_t line_size)
{
    *line = '\0';
    size_t length = strcspn(arguments, "=?!:& \t");
    const char *rest = arguments + length + strspn(arguments + length, " \t=:");
    const struct option *o = find_option(arguments, length);
    bool no = !o && length > 2 && strncmp(arguments, "no", 2) == 0;
    if (no) o = find_option(arguments + 2, length - 2);
    if (!o || (no && !o->on)) return false;
    if (!o->setting && no && strcmp(o->name, "hlsearch") == 0) do_unlight(ui);
    if (!o->setting) {
        ui_say(ui->message, "%s: %s", o->name, o->says);
        return true;
    }
    bool asks = *rest == '?' || (!o->on && !*rest);
    snprintf(line, line_size, "%s%s%.100s", o->setting, asks ? "?" : "=",
             asks    ? ""
             : o->on ? no ? o->off : o->on
                     : rest);
    return true;
}
