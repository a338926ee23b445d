/* A blank's conditions as JSON, for traces and records: a record that lacks them cannot be drawn again. */
#include "condition_json.h"

#include <jansson.h>

static bool put_member(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0; /* owns value; fails on NULL */
}

static bool put_string(json_t *object, const char *key, const char *text)
{
    return !text || !*text || put_member(object, key, json_string(text));
}

static bool put_number(json_t *object, const char *key, uint32_t number)
{
    return !number || put_member(object, key, json_integer(number));
}

static json_t *must_value(const struct fill_must *must)
{
    if (!must->at) return json_string(must->text);
    return json_pack("{s:s, s:I}", "text", must->text, "at", (json_int_t)must->at);
}

static bool put_words(json_t *object, const struct fill_conditions *c)
{
    json_t *must = c->must_count ? json_array() : NULL, *without = c->without_count ? json_array() : NULL;
    bool ok = (!c->must_count || put_member(object, "must", must)) &&
              (!c->without_count || put_member(object, "not", without));
    for (size_t i = 0; ok && i < c->must_count; i++)
        ok = json_array_append_new(must, must_value(&c->must[i])) == 0;
    for (size_t i = 0; ok && i < c->without_count; i++)
        ok = json_array_append_new(without, json_string(c->without[i])) == 0;
    return ok;
}

bool condition_json_put(const struct fill_conditions *c, json_t *object)
{
    return put_words(object, c) && put_string(object, "begins", c->begins) &&
           put_string(object, "ends", c->ends) && put_string(object, "tie", c->tie) &&
           put_number(object, "max_words", c->max_words) && put_number(object, "no_repeat", c->no_repeat) &&
           (c->sentence == FILL_SENTENCE_ANY ||
            put_member(object, "sentence", json_boolean(c->sentence == FILL_SENTENCE_ENDS))) &&
           (!c->vary || put_member(object, "noise", json_real(c->noise)));
}
