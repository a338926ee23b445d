/* A replay as one self-contained page of HTML, with a slider for the frames and the odds of the token under the
 * pointer. */
#include "replay_frames.h"

#include <string.h>

static const char script[] =
    "const all=[...document.querySelectorAll('pre')],slider=document.querySelector('input'),odds=document."
    "querySelector('#odds'),button=document.querySelector('button');let timer=0;\n"
    "function "
    "show(i){i=Math.max(0,Math.min(all.length-1,i));all.forEach((f,j)=>f.hidden=j!=i);slider.value=i;odds."
    "textContent='';}\n"
    "function stop(){clearTimeout(timer);timer=0;button.textContent='play';}\n"
    "function next(){const "
    "i=+slider.value;if(i+1>=all.length){stop();return;}show(i+1);timer=setTimeout(next,+all[i+1]."
    "dataset.ms);}\n"
    "function "
    "play(){if(timer){stop();return;}button.textContent='pause';if(+slider.value+1>=all.length)show(0);timer="
    "setTimeout(next,+all[+slider.value].dataset.ms);}\n"
    "slider.addEventListener('input',()=>{stop();show(+slider.value);});button.addEventListener('click',play)"
    ";\n"
    "document.addEventListener('keydown',e=>{const i=+slider.value;if(e.key==' "
    "'){e.preventDefault();if(e.target!=button)"
    "play();else button.click();return;}\n"
    "const "
    "to={ArrowLeft:i-1,ArrowRight:i+1,Home:0,End:all.length-1}[e.key];if(to===undefined)return;e."
    "preventDefault();"
    "stop();show(to);});\n"
    "document.addEventListener('pointerover',e=>{const "
    "o=e.target.dataset&&e.target.dataset.odds;odds.textContent=o===un"
    "defined?'':ODDS[o];});\n"
    "show(all.length-1);\n";

static bool put_style(const struct replay_colours *c, int columns, struct buffer *out)
{
    bool ok = buffer_printf(
        out,
        "<style>\nbody{background:#%06x;color:#%06x;margin:2em auto;max-width:%dch;font:14px/1.4 "
        "ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,monospace}\npre{font:inherit;margin:0}\n"
        "input{width:100%%}\n#odds{min-height:3em}\n[data-odds]{cursor:help}\n",
        (unsigned)c->back, (unsigned)c->fore, columns + 2);
    for (int i = 0; ok && i < REPLAY_LOOKS; i++) {
        const struct ui_colours *look = &c->looks[i];
        int fore = look->fore >= 0 ? look->fore : c->fore, back = look->back >= 0 ? look->back : c->back;
        ok = buffer_printf(out, ".l%d{color:#%06x;background:#%06x%s%s%s%s}\n", i,
                           (unsigned)(look->reverse ? back : fore), (unsigned)(look->reverse ? fore : back),
                           look->bold ? ";font-weight:bold" : "", look->italic ? ";font-style:italic" : "",
                           look->dim ? ";opacity:.6" : "",
                           look->underline ? ";text-decoration:underline" : "");
    }
    return ok && buffer_append_string(out, "</style>\n");
}

static bool put_runs(const struct playback_text *shown, struct buffer *out)
{
    bool ok = true;
    for (size_t at = 0, end; ok && at < shown->text.size; at = end) {
        end = replay_run_end(shown, at, shown->text.size);
        uint32_t note = playback_note(shown, at);
        int look = shown->looks.data[at];
        bool plain = look == PLAYBACK_PLAIN && !note;
        if (!plain) ok = buffer_printf(out, "<span class=\"l%d\"", look);
        if (ok && note) ok = buffer_printf(out, " data-odds=\"%u\"", note - 1);
        if (ok && !plain) ok = buffer_append_char(out, '>');
        ok = ok && replay_escape_text(out, shown->text.data + at, end - at) &&
             (plain || buffer_append_string(out, "</span>"));
    }
    return ok;
}

static bool put_frame(const struct replay_frames *f, size_t i, const struct replay_timing *timing,
                      struct buffer *out)
{
    const struct playback_picture *picture = &f->frames[i].picture;
    return buffer_printf(out, "<pre%s data-ms=\"%.0f\">", i + 1 < f->count ? " hidden" : "",
                         replay_duration(f, i, timing->speed, timing->pace)) &&
           put_runs(&picture->shown, out) && buffer_printf(out, "\n<span class=\"l%d\">", REPLAY_STATUS) &&
           replay_escape_text(out, picture->status, strlen(picture->status)) &&
           buffer_append_string(out, "</span></pre>\n");
}

/* A string of JavaScript. Characters that could end the string or the script are escaped. */
static bool put_string(const char *text, struct buffer *out)
{
    bool ok = buffer_append_char(out, '"');
    for (const char *p = text; ok && *p; p++)
        ok = strchr("\"\\<>&", *p) || (unsigned char)*p < ' '
                 ? buffer_printf(out, "\\u%04x", (unsigned)(unsigned char)*p)
                 : buffer_append_char(out, *p);
    return ok && buffer_append_string(out, "\",\n");
}

bool replay_html(const struct replay_frames *f, const struct replay_colours *colours,
                 const struct replay_timing *timing, struct buffer *out)
{
    bool ok = buffer_append_string(
                  out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>lacuna "
                       "fill</title>\n") &&
              put_style(colours, f->columns, out) && buffer_append_string(out, "</head><body>\n");
    for (size_t i = 0; ok && i < f->count; i++) ok = put_frame(f, i, timing, out);
    ok = ok &&
         buffer_printf(
             out,
             "<p><input type=\"range\" min=\"0\" max=\"%zu\" value=\"%zu\" aria-label=\"step\"></p>\n"
             "<p><button>play</button> <span class=\"l%d\">Space plays, \u2190 \u2192 Home End go to "
             "steps%s</span></p>\n<p id=\"odds\" class=\"l%d\"></p>\n<script>\nconst ODDS=[\n",
             f->count ? f->count - 1 : 0, f->count ? f->count - 1 : 0, REPLAY_STATUS,
             playback_odds_count(f->playback) ? "; the pointer on a word, or a touch, shows its odds" : "",
             REPLAY_STATUS);
    for (size_t i = 0; ok && i < playback_odds_count(f->playback); i++)
        ok = put_string(playback_odds(f->playback, i), out);
    return ok && buffer_append_string(out, "];\n") && buffer_append_string(out, script) &&
           buffer_append_string(out, "</script></body></html>\n");
}
