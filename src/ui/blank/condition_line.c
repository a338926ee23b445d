#include "condition_line.h"
#include "lacuna/base.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at;
    struct condition_line *out;
    struct error *error;
};

static void skip(struct reader *r)
{
    while (*r->at == ' ') r->at++;
}

static bool at_end(const struct reader *r)
{
    return !*r->at || *r->at == ';';
}

/* Skips these words, ignoring case, if they are next and a word ends after them. */
static bool takes(struct reader *r, const char *words)
{
    const char *at = r->at;
    for (; *words; words++) {
        if (*words == ' ') {
            if (*at != ' ') return false;
            while (*at == ' ') at++;
            continue;
        }
        if (tolower((unsigned char)*at++) != *words) return false;
    }
    if (*at && *at != ' ' && *at != ';') return false;
    r->at = at;
    skip(r);
    return true;
}

static enum status complain(const struct reader *r, const char *wanted)
{
    int shown = (int)strcspn(r->at, ";");
    return error_set(r->error, STATUS_ARGUMENT, "expected %s%s%.*s%s", wanted, shown ? ", not \"" : "",
                     shown > 40 ? 40 : shown, r->at, shown ? "\"" : "");
}

/* Reads one or more words, up to a comma, a semicolon or an @, or between quotation marks. NULL: there are
 * none. */
static const char *text(struct reader *r)
{
    bool quoted = *r->at == '"';
    const char *start = r->at + quoted;
    size_t size = strcspn(start, quoted ? "\"" : ",;@");
    if (quoted && start[size] != '"') return NULL;
    r->at = start + size + quoted;
    while (!quoted && size && start[size - 1] == ' ') size--;
    if (!size || r->out->used + size + 1 > sizeof r->out->strings) return NULL;
    char *copy = r->out->strings + r->out->used;
    memcpy(copy, start, size);
    copy[size] = '\0';
    r->out->used += size + 1;
    skip(r);
    return copy;
}

static bool number(struct reader *r, uint32_t *out)
{
    char *end;
    if (*r->at < '0' || *r->at > '9') return false;
    unsigned long n = strtoul(r->at, &end, 10);
    if (!n || n > 10000) return false;
    *out = (uint32_t)n;
    r->at = end;
    skip(r);
    return true;
}

static bool comma(struct reader *r)
{
    if (*r->at != ',') return false;
    r->at++;
    skip(r);
    return true;
}

static enum status read_must(struct reader *r)
{
    struct fill_conditions *c = &r->out->conditions;
    do {
        if (c->must_count == FILL_MUST_WORDS)
            return error_set(r->error, STATUS_ARGUMENT, "\"must\" takes %d words at most", FILL_MUST_WORDS);
        struct fill_must *must = &r->out->must[c->must_count];
        *must = (struct fill_must){.text = text(r)};
        if (!must->text) return complain(r, "a word after \"must\"");
        if (*r->at == '@') {
            r->at++;
            if (!number(r, &must->at)) return complain(r, "the number of a word after @");
        }
        c->must_count++;
    } while (comma(r));
    return STATUS_OK;
}

static enum status read_not(struct reader *r)
{
    struct fill_conditions *c = &r->out->conditions;
    do {
        if (c->without_count == CONDITION_WORDS)
            return error_set(r->error, STATUS_ARGUMENT, "\"not\" takes %d words at most", CONDITION_WORDS);
        const char *word = text(r);
        if (!word) return complain(r, "a word after \"not\"");
        r->out->without[c->without_count++] = word;
    } while (comma(r));
    return STATUS_OK;
}

static enum status read_number(struct reader *r, uint32_t *out)
{
    return number(r, out) ? STATUS_OK : complain(r, "a number from 1 to 10000");
}

static enum status once(const struct reader *r, bool already, const char *name)
{
    return already ? error_set(r->error, STATUS_ARGUMENT, "\"%s\" is there twice", name) : STATUS_OK;
}

static enum status read_sentence(struct reader *r, enum fill_sentence sentence)
{
    enum fill_sentence *out = &r->out->conditions.sentence;
    if (*out != FILL_SENTENCE_ANY && *out != sentence)
        return error_set(r->error, STATUS_ARGUMENT, "the fill cannot both end its sentence and go on");
    *out = sentence;
    return STATUS_OK;
}

static enum status read_text(struct reader *r, const char **out, const char *name)
{
    char wanted[32];
    enum status status = once(r, *out, name);
    if (status) return status;
    snprintf(wanted, sizeof wanted, "%s after \"%s\"", strcmp(name, "tie") ? "letters" : "a name", name);
    *out = text(r);
    return *out ? STATUS_OK : complain(r, wanted);
}

static enum status read_no_repeat(struct reader *r)
{
    enum status status = once(r, r->out->conditions.no_repeat > 0, "no repeat");
    return status ? status : read_number(r, &r->out->conditions.no_repeat);
}

static bool takes_ends_sentence(struct reader *r)
{
    return takes(r, "ends sentence") || takes(r, "ends a sentence") || takes(r, "ends the sentence") ||
           takes(r, "ends its sentence");
}

/* The words that are none of a condition come first: the row may be too short for all that are expected. */
static enum status complain_of_name(const struct reader *r)
{
    int shown = (int)strcspn(r->at, ";");
    return error_set(r->error, STATUS_ARGUMENT,
                     "\"%.*s\" is none of must, not, begins, ends, at most, goes on, no repeat, tie",
                     shown > 14 ? 14 : shown, r->at);
}

static enum status read_at_most(struct reader *r)
{
    enum status status = once(r, r->out->conditions.max_words > 0, "at most");
    if (!status) status = read_number(r, &r->out->conditions.max_words);
    if (!status && !takes(r, "words")) (void)takes(r, "word");
    return status;
}

static enum status read_one(struct reader *r)
{
    struct fill_conditions *c = &r->out->conditions;
    if (takes(r, "must")) return read_must(r);
    if (takes(r, "not")) return read_not(r);
    if (takes(r, "at most")) return read_at_most(r);
    if (takes_ends_sentence(r)) return read_sentence(r, FILL_SENTENCE_ENDS);
    if (takes(r, "goes on")) return read_sentence(r, FILL_SENTENCE_GOES_ON);
    if (takes(r, "begins")) return read_text(r, &c->begins, "begins");
    if (takes(r, "ends")) return read_text(r, &c->ends, "ends");
    if (takes(r, "no repeat")) return read_no_repeat(r);
    if (takes(r, "tie")) return read_text(r, &c->tie, "tie");
    return complain_of_name(r);
}

enum status condition_line_parse(const char *line, struct condition_line *out, struct error *error)
{
    struct error why = {0};
    struct reader r = {.at = line, .out = out, .error = &why};
    *out = (struct condition_line){0};
    enum status status = strlen(line) > CONDITION_LINE
                             ? error_set(&why, STATUS_ARGUMENT, "longer than %d bytes", CONDITION_LINE)
                             : STATUS_OK;
    for (skip(&r); !status && *r.at; skip(&r)) {
        if (*r.at == ';') {
            r.at++;
            continue;
        }
        status = read_one(&r);
        if (!status && !at_end(&r)) status = complain(&r, "a semicolon");
    }
    out->conditions.must = out->must;
    out->conditions.without = out->without;
    if (status) return error_set(error, status, "%s", why.message);
    status = fill_conditions_check(&out->conditions, 1, &why);
    const char *plain = strncmp(why.message, "blank 0: ", 9) == 0 ? why.message + 9 : why.message;
    return status ? error_set(error, status, "%s", plain) : STATUS_OK;
}
