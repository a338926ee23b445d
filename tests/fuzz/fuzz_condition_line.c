/* libFuzzer target: any line of conditions is read or refused with a reason, and its words are no longer than the line. */
#include "ui/blank/condition_line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct condition_line line; /* it is large */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {0};
    char *text = malloc(size + 1);
    if (!text) abort();
    if (size) memcpy(text, data, size);
    text[size] = '\0';
    if (condition_line_parse(text, &line, &error)) {
        if (!error.message[0]) abort();
    } else {
        const struct fill_conditions *c = &line.conditions;
        for (size_t i = 0; i < c->must_count; i++)
            if (strlen(c->must[i].text) > size) abort();
        for (size_t i = 0; i < c->without_count; i++)
            if (strlen(c->without[i]) > size) abort();
    }
    free(text);
    return 0;
}
