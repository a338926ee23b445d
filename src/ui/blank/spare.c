#include "spare.h"
#include "filling.h"
#include "lacuna/base.h"
#include "lacuna/fill.h"
#include "lacuna/text.h"
#include "ui/document/document.h"

static const double pause_seconds = 0.5; /* without a change */

void spare_tick(struct filling *filling, const struct doc *doc)
{
    struct spare *s = &filling->spare;
    uint64_t version = text_version(doc->text);
    if (s->doc == doc && s->version != version) s->until = clock_seconds() + pause_seconds;
    s->doc = doc;
    s->version = version;
    bool on = filling->worker && clock_seconds() < s->until;
    if (on == s->on) return;
    s->on = on;
    fill_worker_spare(filling->worker, on);
}

void spare_end(struct filling *filling, const struct doc *doc)
{
    struct spare *s = &filling->spare;
    s->doc = doc;
    s->version = text_version(doc->text);
    s->until = 0;
    if (s->on) fill_worker_spare(filling->worker, false);
    s->on = false;
}

int spare_timeout(const struct filling *filling)
{
    if (!filling->spare.on) return -1;
    double left = filling->spare.until - clock_seconds();
    return left > 0 ? (int)(left * 1000) + 1 : 0;
}
