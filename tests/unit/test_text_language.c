/* Files that say nothing about their encoding: the language that their bytes make does. */
#define _XOPEN_SOURCE 700
#include "text_test.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Written for this test. */
static const char russian[] =
    "Смотритель маяка поднялся по винтовой лестнице и долго глядел на море. Ветер за ночь переменился, и "
    "теперь волны "
    "шли с севера, тяжёлые и серые, как старое олово. Он вспомнил письмо, которое так и не отправил, и "
    "подумал, что "
    "завтра непременно дойдёт до почты. «Завтра», — сказал он вслух, но сам себе не поверил.\n";
static const char japanese[] =
    "灯台守は螺旋階段をゆっくり上り、長いあいだ海を見ていた。夜のうちに風向きが変わり、波は北から重く灰色に"
    "押し寄せてくる。彼は出さずにしまってある手紙のことを思い出し、明日こそ郵便局まで行こうと考えた。「明日だ"
    "」"
    "と声に出して言ったが、自分でもあまり信じてはいなかった。\n";
static const char simplified[] =
    "看灯塔的老人慢慢走上楼梯，在窗前站了很久，望着外面的海。夜里风向变了，现在浪从北边来，又重又灰。他想起那"
    "封"
    "一直没有寄出的信，心里说明天一定要去邮局。“明天吧。”他说出声来，可是连自己也不相信。\n";
static const char traditional[] =
    "看燈塔的老人慢慢走上樓梯，在窗前站了很久，望著外面的海。夜裡風向變了，現在浪從北邊來，又重又灰。他想起那"
    "封"
    "一直沒有寄出的信，心裡說明天一定要去郵局。「明天吧。」他說出聲來，可是連自己也不相信。\n";
static const char korean[] = "등대지기는 나선 계단을 천천히 올라가 오랫동안 바다를 바라보았다. 밤사이에 "
                             "바람이 바뀌어 이제 파도는 북쪽에서 "
                             "무겁고 어둡게 밀려왔다. 그는 아직 보내지 못한 편지를 떠올리며 내일은 꼭 "
                             "우체국에 가야겠다고 생각했다. 그러나 "
                             "그 말을 스스로도 믿지 않았다.\n";
static const char polish[] = "Latarnik wszedł po kręconych schodach i długo patrzył na morze. W nocy wiatr "
                             "się zmienił i teraz fale szły z północy, "
                             "ciężkie i szare jak stara cyna. Przypomniał sobie list, którego wciąż nie "
                             "wysłał, i pomyślał, że jutro na pewno "
                             "dojdzie na pocztę. Powiedział to nawet głośno, ale sam sobie nie uwierzył, bo "
                             "mówił tak już wiele razy.\n";
static const char czech[] = "Strážce majáku vystoupil po točitých schodech a dlouho se díval na moře. V noci "
                            "se vítr změnil a vlny teď přicházely "
                            "od severu, těžké a šedé jako starý cín. Vzpomněl si na dopis, který pořád "
                            "neodeslal, a řekl si, že zítra určitě dojde "
                            "na poštu. Řekl to dokonce nahlas, ale sám sobě nevěřil.\n";
static const char hungarian[] =
    "A világítótorony őre felment a csigalépcsőn, és sokáig nézte a tengert. Éjjel megfordult a szél, és a "
    "hullámok most "
    "észak felől jöttek, nehezen és szürkén, mint az ón. Eszébe jutott a levél, amelyet még mindig nem "
    "küldött el, és úgy "
    "döntött, hogy holnap biztosan elmegy a postára. Ki is mondta, de ő maga sem hitte el.\n";
static const char french[] =
    "Le gardien du phare monta l’escalier en colimaçon et regarda longtemps la mer. Le vent avait tourné "
    "pendant la nuit, et "
    "les vagues venaient à présent du nord, lourdes et grises. Il se souvint de la lettre qu’il n’avait "
    "jamais envoyée – et "
    "décida d’aller à la poste dès le lendemain. Il le dit même à voix haute, sans y croire.\n";
static const char german[] = "Der Leuchtturmwärter stieg die Wendeltreppe hinauf und sah lange auf das Meer. "
                             "In der Nacht hatte der Wind gedreht, und "
                             "die Wellen kamen nun von Norden, schwer und grau. Er dachte an den Brief, den "
                             "er noch immer nicht abgeschickt hatte, "
                             "und beschloß, morgen ganz gewiß zur Post zu gehen. Er sagte es sogar laut, "
                             "glaubte es sich aber nicht: „Morgen“ hieß "
                             "bei ihm schon früher nie.\n";

static const struct {
    const char *text, *iconv, *word;
} files[] = {
    {russian, "CP1251", "windows-1251"}, {russian, "KOI8-R//TRANSLIT", "koi8-r"},
    {japanese, "CP932", "shift_jis"},    {japanese, "EUC-JP", "euc-jp"},
    {simplified, "GB18030", "gb18030"},  {traditional, "BIG5", "big5"},
    {korean, "EUC-KR", "euc-kr"},        {polish, "ISO-8859-2", "iso-8859-2"},
    {polish, "CP1250", "windows-1250"},  {czech, "ISO-8859-2", "iso-8859-2"},
    {czech, "CP1250", "windows-1250"},   {hungarian, "ISO-8859-2", "iso-8859-2"},
    {french, "CP1252", "windows-1252"},  {german, "CP1252", "windows-1252"},
};

static size_t convert(const char *text, size_t size, const char *encoding, char *out, size_t room)
{
    iconv_t cd = iconv_open(encoding, "UTF-8");
    char *in = (char *)(uintptr_t)text, *to = out;
    size_t left = room;
    assert_true(cd != (iconv_t)-1);
    assert_true(iconv(cd, &in, &size, &to, &left) != (size_t)-1);
    iconv_close(cd);
    return room - left;
}

static void write_and_compare(struct text *text, const char *bytes, size_t size)
{
    char path[] = "/tmp/lacuna-language-XXXXXX";
    int fd = mkstemp(path);
    struct buffer written = {0};
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(text_save(text, path, NULL), STATUS_OK);
    assert_int_equal(file_read(path, &written, NULL), STATUS_OK);
    unlink(path);
    assert_int_equal(written.size, size);
    assert_memory_equal(written.data, bytes, size);
    buffer_free(&written);
}

static void a_paragraph_is_enough_and_is_saved_as_it_was(void **state)
{
    (void)state;
    char bytes[4096];
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        size_t size = convert(files[i].text, strlen(files[i].text), files[i].iconv, bytes, sizeof bytes);
        struct text *text = text_from_file_bytes(bytes, size, NULL);
        const char *word = text_encoding_word(text_encoding(text));
        if (strcmp(word, files[i].word) != 0) fail_msg("%s is taken for %s", files[i].word, word);
        assert_true(text_encoding_guessed(text));
        assert_false(text_has_strays(text));
        assert_false(text_dirty(text));
        write_and_compare(text, bytes, size);
        text_free(text);
    }
}

/* Up to the last whole character of that many bytes at most. */
static size_t cut_at(const char *text, size_t size)
{
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) size--;
    return size;
}

static void pieces_are_never_taken_for_something_else(void **state)
{
    (void)state;
    char bytes[4096], right[4096];
    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        for (size_t from = 0, whole = strlen(files[i].text); from + 20 < whole; from += 7) {
            size_t start = cut_at(files[i].text, from),
                   end = cut_at(files[i].text, start + (whole - start) / (1 + from % 5));
            size_t size = convert(files[i].text + start, end - start, files[i].iconv, bytes, sizeof bytes);
            struct text *text = text_from_file_bytes(bytes, size, NULL);
            enum text_encoding encoding = text_encoding(text);
            size_t same = text_size(text);
            text_copy(text, 0, same < sizeof right ? same : sizeof right, right);
            bool good = same == end - start && memcmp(right, files[i].text + start, same) == 0;
            if (text_encoding_guessed(text) && encoding >= TEXT_OTHER_ENCODINGS && !good &&
                strstr(files[i].iconv, "TRANSLIT") == NULL)
                fail_msg("%zu bytes of %s are taken for %s", size, files[i].word,
                         text_encoding_name(encoding));
            text_free(text);
        }
}

static void what_is_no_language_is_not_guessed(void **state)
{
    (void)state;
    char bytes[2000];
    struct rng rng = {1, 2, 0};
    for (int round = 0; round < 200; round++) {
        size_t size = 20 + rng_below(&rng, sizeof bytes - 20);
        for (size_t i = 0; i < size; i++)
            bytes[i] =
                (char)(rng_below(&rng, 3) ? 0x80 + rng_below(&rng, 0x80) : 0x20 + rng_below(&rng, 0x5f));
        struct text *text = text_from_file_bytes(bytes, size, NULL);
        if (text_encoding(text) != TEXT_UTF8)
            fail_msg("%zu bytes are taken for %s", size, text_encoding_name(text_encoding(text)));
        write_and_compare(text, bytes, size);
        text_free(text);
    }
}

static void utf8_with_a_stray_byte_stays_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        struct buffer bytes = {0};
        assert_true(buffer_append_string(&bytes, files[i].text) &&
                    buffer_append_string(&bytes, "\xff \xe9\n"));
        struct text *text = text_from_file_bytes(bytes.data, bytes.size, NULL);
        assert_int_equal(text_encoding(text), TEXT_UTF8);
        assert_true(text_has_strays(text) && !text_encoding_guessed(text));
        text_free(text);
        buffer_free(&bytes);
    }
}

/* The first 64 KiB are Russian; what follows is not in that encoding. */
static void a_guess_that_fails_later_is_none(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    char part[4096];
    size_t size = convert(russian, strlen(russian), "CP1251", part, sizeof part);
    while (bytes.size < 80 << 10) assert_true(buffer_append(&bytes, part, size));
    assert_true(buffer_append_string(&bytes, "\x98\n"));
    struct text *text = text_from_file_bytes(bytes.data, bytes.size, NULL);
    assert_int_equal(text_encoding(text), TEXT_UTF8);
    assert_true(text_has_strays(text));
    write_and_compare(text, bytes.data, bytes.size);
    text_free(text);
    buffer_free(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_is_enough_and_is_saved_as_it_was),
        cmocka_unit_test(pieces_are_never_taken_for_something_else),
        cmocka_unit_test(what_is_no_language_is_not_guessed),
        cmocka_unit_test(utf8_with_a_stray_byte_stays_utf8),
        cmocka_unit_test(a_guess_that_fails_later_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
