/* Encodings that the C library converts. Reading checks that writing gives the same bytes, since some
 * encodings have several byte forms for one character. */
#define _XOPEN_SOURCE 700
#include "text_charset.h"
#include "lacuna/base.h"
#include "lacuna/text.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <string.h>

/* ---- their names -------------------------------------------------------------------------------------- */

/* The names as typed, and iconv's names. For East Asian encodings these are the Windows variants, which is
 * what files with those labels contain. text_encoding.c converts the first ones itself. */
static const struct {
    const char *word, *name, *iconv;
} encodings[] = {
    {"utf-8", "UTF-8", NULL},
    {"utf-8-bom", "UTF-8 with BOM", NULL},
    {"latin-1", "ISO-8859-1", NULL},
    {"windows-1252", "Windows-1252", NULL},
    {"utf-16le", "UTF-16LE", NULL},
    {"utf-16be", "UTF-16BE", NULL},
    {"utf-16le-no-bom", "UTF-16LE without BOM", NULL},
    {"utf-16be-no-bom", "UTF-16BE without BOM", NULL},
    {"windows-1250", "Windows-1250", "CP1250"},
    {"windows-1251", "Windows-1251", "CP1251"},
    {"windows-1253", "Windows-1253", "CP1253"},
    {"windows-1254", "Windows-1254", "CP1254"},
    {"windows-1255", "Windows-1255", "CP1255"},
    {"windows-1256", "Windows-1256", "CP1256"},
    {"windows-1257", "Windows-1257", "CP1257"},
    {"windows-1258", "Windows-1258", "CP1258"},
    {"iso-8859-2", "ISO-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9", "ISO-8859-9"},
    {"iso-8859-10", "ISO-8859-10", "ISO-8859-10"},
    {"iso-8859-11", "ISO-8859-11", "ISO-8859-11"},
    {"iso-8859-13", "ISO-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16", "ISO-8859-16"},
    {"koi8-r", "KOI8-R", "KOI8-R"},
    {"koi8-u", "KOI8-U", "KOI8-U"},
    {"mac-roman", "Mac Roman", "MACINTOSH"},
    {"mac-cyrillic", "Mac Cyrillic", "MAC-CYRILLIC"},
    {"cp437", "CP437", "CP437"},
    {"cp850", "CP850", "CP850"},
    {"cp852", "CP852", "CP852"},
    {"cp866", "CP866", "CP866"},
    {"tis-620", "TIS-620", "TIS-620"},
    {"shift_jis", "Shift_JIS", "CP932"},
    {"euc-jp", "EUC-JP", "EUC-JP"},
    {"gb18030", "GB18030", "GB18030"},
    {"gbk", "GBK", "GBK"},
    {"big5", "Big5", "CP950"},
    {"big5-hkscs", "Big5-HKSCS", "BIG5-HKSCS"},
    {"euc-kr", "EUC-KR", "CP949"},
};

/* Other names for them. */
static const struct {
    const char *word, *instead;
} aliases[] = {{"iso-8859-1", "latin-1"},  {"latin-2", "iso-8859-2"},  {"latin-9", "iso-8859-15"},
               {"cp1250", "windows-1250"}, {"cp1251", "windows-1251"}, {"cp1252", "windows-1252"},
               {"cp1253", "windows-1253"}, {"cp1254", "windows-1254"}, {"cp1255", "windows-1255"},
               {"cp1256", "windows-1256"}, {"cp1257", "windows-1257"}, {"cp1258", "windows-1258"},
               {"sjis", "shift_jis"},      {"cp932", "shift_jis"},     {"gb2312", "gbk"},
               {"cp936", "gbk"},           {"cp950", "big5"},          {"cp949", "euc-kr"},
               {"ks_c_5601", "euc-kr"},    {"macintosh", "mac-roman"}, {"cp874", "tis-620"},
               {"utf-16", "utf-16le"},     {"ibm866", "cp866"},        {"dos-866", "cp866"}};

const char *text_encoding_name(enum text_encoding encoding)
{
    return encodings[encoding].name;
}

const char *text_encoding_word(enum text_encoding encoding)
{
    return (size_t)encoding < ARRAY_SIZE(encodings) ? encodings[encoding].word : NULL;
}

/* Compares names without case and without the characters between letters and digits. */
static bool same_word(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == '-' || *a == '_' || *a == ' ') a++;
        while (*b == '-' || *b == '_' || *b == ' ') b++;
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) return false;
        if (!*a) return true;
    }
}

bool text_encoding_find(const char *word, enum text_encoding *out)
{
    const char *wanted = word;
    for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
        if (same_word(word, aliases[i].word)) wanted = aliases[i].instead;
    for (size_t i = 0; i < ARRAY_SIZE(encodings); i++)
        if (same_word(wanted, encodings[i].word)) return *out = (enum text_encoding)i, true;
    return false;
}

/* ---- converting ---------------------------------------------------------------------------------------- */

enum { PART = 32 << 10 };

static iconv_t open_converter(enum text_encoding encoding, bool reads, struct error *error)
{
    const char *other = encodings[encoding].iconv;
    iconv_t cd = reads ? iconv_open("UTF-8", other) : iconv_open(other, "UTF-8");
    if (cd == (iconv_t)-1)
        error_set(error, STATUS_UNSUPPORTED, "%s cannot be converted on this machine",
                  encodings[encoding].name);
    return cd;
}

enum status text_encoding_check(enum text_encoding encoding, struct error *error)
{
    iconv_t cd = charset_is(encoding) ? open_converter(encoding, true, error) : (iconv_t)0;
    if (cd == (iconv_t)-1) return STATUS_UNSUPPORTED;
    if (cd) iconv_close(cd);
    return STATUS_OK;
}

/* Counts lines as a text does. */
static size_t lines_in(const char *bytes, size_t size)
{
    size_t lines = 1;
    for (const char *p = bytes; (p = memchr(p, '\n', size - (size_t)(p - bytes))) != NULL; p++) lines++;
    return lines;
}

static enum status read_all(iconv_t cd, enum text_encoding encoding, const char *bytes, size_t size,
                            struct buffer *out, struct error *error)
{
    char part[PART], *in = (char *)(uintptr_t)bytes;
    size_t left = size;
    for (bool flushed = false; !flushed;) {
        char *to = part;
        size_t room = sizeof part;
        flushed = left == 0;
        size_t made = flushed ? iconv(cd, NULL, NULL, &to, &room) : iconv(cd, &in, &left, &to, &room);
        if (!buffer_append(out, part, sizeof part - room))
            return error_set(error, STATUS_NO_MEMORY, "out of memory");
        if (made == (size_t)-1 && errno != E2BIG)
            return error_set(error, STATUS_FORMAT, "line %zu is not valid %s", lines_in(bytes, size - left),
                             encodings[encoding].name);
    }
    return STATUS_OK;
}

static enum status decode_start(iconv_t cd, const char *bytes, size_t size, bool cut, struct buffer *out)
{
    enum { LONGEST = 4 }; /* bytes of a character */
    char part[PART], *in = (char *)(uintptr_t)bytes;
    size_t left = size;
    for (bool flushed = false; !flushed;) {
        char *to = part;
        size_t room = sizeof part;
        flushed = left == 0 || (cut && left < LONGEST);
        size_t made = flushed ? iconv(cd, NULL, NULL, &to, &room) : iconv(cd, &in, &left, &to, &room);
        if (!buffer_append(out, part, sizeof part - room)) return STATUS_NO_MEMORY;
        if (made == (size_t)-1 && errno != E2BIG && !(errno == EINVAL && cut && left < LONGEST))
            return STATUS_FORMAT;
    }
    return STATUS_OK;
}

enum status charset_decode_start(enum text_encoding encoding, const char *bytes, size_t size, bool cut,
                                 struct buffer *out)
{
    iconv_t cd = open_converter(encoding, true, NULL);
    if (cd == (iconv_t)-1) return STATUS_UNSUPPORTED;
    enum status status = decode_start(cd, bytes, size, cut, out);
    iconv_close(cd);
    return status;
}

/* Compares what is written with what was read. */
struct comparison {
    const char *bytes;
    size_t size, at;
};

static enum status put_same(void *sink, const void *bytes, size_t size, struct error *error)
{
    struct comparison *c = sink;
    bool same = size <= c->size - c->at && memcmp(c->bytes + c->at, bytes, size) == 0;
    c->at += same ? size : 0;
    return same ? STATUS_OK : error_set(error, STATUS_FORMAT, "not the same");
}

enum status charset_decode(enum text_encoding encoding, const char *bytes, size_t size, struct buffer *out,
                           struct error *error)
{
    iconv_t cd = open_converter(encoding, true, error);
    if (cd == (iconv_t)-1) return STATUS_UNSUPPORTED;
    enum status status = read_all(cd, encoding, bytes, size, out, error);
    iconv_close(cd);
    if (status) return status;
    struct text *text = text_from_bytes(out->data ? out->data : "", out->size, error);
    if (!text) return STATUS_NO_MEMORY;
    struct comparison c = {bytes, size, 0};
    size_t at;
    status = charset_encode(text, encoding, put_same, &c, &at, NULL);
    text_free(text);
    if (status == STATUS_NO_MEMORY) return error_set(error, status, "out of memory");
    if (!status && c.at == size) return STATUS_OK;
    return error_set(error, STATUS_FORMAT, "line %zu would change when saved as %s", lines_in(bytes, c.at),
                     encodings[encoding].name);
}

/* Bytes of the text that are not converted yet: a part may end inside a character. */
struct source {
    const struct text *text;
    size_t next, kept; /* the next offset in the text; how many of `bytes` are left from before */
    char bytes[PART];
};

static enum status write_part(iconv_t cd, struct source *s, size_t have, file_put *put, void *sink,
                              size_t *at, struct error *error)
{
    char part[PART], *in = s->bytes;
    size_t left = have, start = s->next - have;
    for (;;) {
        char *to = part;
        size_t room = sizeof part, made = iconv(cd, &in, &left, &to, &room);
        enum status status = put ? put(sink, part, sizeof part - room, error) : STATUS_OK;
        if (status) return status;
        if (made != (size_t)-1) break;
        if (errno == E2BIG) continue;
        bool cut = errno == EINVAL && s->next < text_size(s->text);
        if (cut) break; /* the rest of the character follows */
        *at = start + (have - left);
        return error_set(error, STATUS_ARGUMENT, "does not fit");
    }
    memmove(s->bytes, in, left);
    s->kept = left;
    return STATUS_OK;
}

static enum status end_writing(iconv_t cd, file_put *put, void *sink, struct error *error)
{
    char part[64], *to = part;
    size_t room = sizeof part;
    if (iconv(cd, NULL, NULL, &to, &room) == (size_t)-1 || !put) return STATUS_OK;
    return put(sink, part, sizeof part - room, error);
}

enum status charset_encode(const struct text *text, enum text_encoding encoding, file_put *put, void *sink,
                           size_t *at, struct error *error)
{
    struct source s = {.text = text};
    size_t size = text_size(text);
    iconv_t cd = open_converter(encoding, false, error);
    *at = 0;
    if (cd == (iconv_t)-1) return STATUS_UNSUPPORTED;
    enum status status = STATUS_OK;
    while (!status && s.next < size) {
        size_t room = sizeof s.bytes - s.kept, take = size - s.next < room ? size - s.next : room;
        text_copy(text, s.next, s.next + take, s.bytes + s.kept);
        s.next += take;
        status = write_part(cd, &s, s.kept + take, put, sink, at, error);
    }
    if (!status) status = end_writing(cd, put, sink, error);
    iconv_close(cd);
    return status;
}
