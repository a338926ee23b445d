/* libFuzzer target: any lines are played as a trace, or refused with a reason. The pictures are as wide as they
 * should be and have no control characters; they can be drawn as SVG and HTML. */
#include "cli/playback.h"
#include "cli/replay_frames.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Themes are not read here. */
enum status ui_theme_colours(const char *theme, const char *look, struct ui_colours *out, struct error *error)
{
    (void)theme, (void)look, (void)out;
    return error_set(error, STATUS_UNSUPPORTED, "no themes");
}

static void require(bool condition)
{
    if (!condition) abort();
}

/* Not file_write: a fuzzer need not wait for the disk. */
static void put_file(const char *path, const void *bytes, size_t size)
{
    FILE *out = fopen(path, "wb");
    require(out && fwrite(bytes, 1, size, out) == size && fclose(out) == 0);
}

static void check_text(const char *text, size_t size)
{
    require(utf8_valid(text, size));
    for (size_t i = 0; i < size; i++)
        require(text[i] == '\n' || ((unsigned char)text[i] >= ' ' && text[i] != 0x7F));
}

static void check_frames(const struct replay_frames *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct playback_picture *p = &f->frames[i].picture;
        check_text(p->shown.text.data, p->shown.text.size);
        check_text(p->status, strlen(p->status));
        require(p->shown.looks.size == p->shown.text.size);
        double ms = replay_duration(f, i, 0.01, 0);
        require(ms >= 0 && ms <= 1e9);
    }
    for (size_t i = 0; i < playback_odds_count(f->playback); i++)
        check_text(playback_odds(f->playback, i), strlen(playback_odds(f->playback, i)));
}

static void draw(const struct replay_frames *f)
{
    static const struct replay_colours colours;
    const struct replay_timing timing = {1, 60};
    struct buffer svg = {0}, html = {0}, still = {0};
    require(replay_svg(f, &colours, &timing, -1, &svg) && replay_svg(f, &colours, &timing, 1, &still) &&
            replay_html(f, &colours, &timing, &html));
    buffer_free(&svg);
    buffer_free(&html);
    buffer_free(&still);
}

/* The first byte chooses the width and the candidate. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[96];
    struct error error = {0};
    struct replay_frames frames;
    if (!size) return 0;
    if (!path[0]) snprintf(path, sizeof path, "%s/trace", scratch());
    put_file(path, data + 1, size - 1);
    if (replay_load(path, 10 + data[0] % 40, 3 + data[0] % 5, data[0] % 3 - 1, data[0] % 2, &frames,
                    &error)) {
        require(error.message[0] != '\0');
    } else {
        check_frames(&frames);
        if (frames.count < 50) draw(&frames);
    }
    replay_free(&frames);
    return 0;
}
