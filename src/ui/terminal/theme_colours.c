/* Themes for other rooms: the colours of a look by its name. */
#include "lacuna/ui.h"
#include "theme.h"

#include <string.h>

static const char *const look_names[LOOKS] = {
#define X(name, word) [LOOK_##name] = word,
    UI_LOOKS(X)
#undef X
};

enum status ui_theme_colours(const char *theme, const char *look, struct ui_colours *out, struct error *error)
{
    struct theme loaded;
    enum status status = theme_load(theme, &loaded, error);
    if (status) return status;
    for (int i = 0; i < LOOKS; i++) {
        if (strcmp(look_names[i], look) != 0) continue;
        const struct style *style = &loaded.styles[i], *text = &loaded.styles[LOOK_PLAIN];
        int fore = style->fore == THEME_DEFAULT ? text->fore : style->fore,
            back = style->back == THEME_DEFAULT ? text->back : style->back;
        *out = (struct ui_colours){.fore = fore == THEME_DEFAULT ? -1 : theme_rgb(fore),
                                   .back = back == THEME_DEFAULT ? -1 : theme_rgb(back),
                                   .bold = style->attributes & THEME_BOLD,
                                   .dim = style->attributes & THEME_DIM,
                                   .italic = style->attributes & THEME_ITALIC,
                                   .reverse = style->attributes & THEME_REVERSE,
                                   .underline = style->attributes & THEME_UNDERLINE};
        return STATUS_OK;
    }
    return error_set(error, STATUS_ARGUMENT, "there is no look \"%s\"", look);
}
