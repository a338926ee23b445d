/* Input from a terminal is understood the same, however its bytes are cut, and nothing typed or pasted is
 * lost. */
#include "ui/terminal/input_parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct input_parser fresh(void)
{
    struct input_parser p = {0};
    input_parser_add_key(&p, "\033OA", UI_SPECIAL(UI_UP));
    input_parser_add_key(&p, "\033[[A", UI_SPECIAL(UI_F1));
    input_parser_add_key(&p, "\010", UI_SPECIAL(UI_BACKSPACE));
    return p;
}

/* One line per event, so that two runs can be compared; pieces of a paste are joined. */
static void note(struct buffer *log, const struct input *in)
{
    char name[UI_KEY_NAME];
    bool ok = true;
    switch (in->kind) {
    case INPUT_KEY:
        ui_key_name(in->key, name);
        ok = buffer_printf(log, "%s\n", name);
        break;
    case INPUT_PASTE:
        if (in->paste_begins) ok = buffer_append_string(log, "paste<");
        ok = ok && buffer_append(log, in->pasted.data, in->pasted.size);
        if (in->paste_ends) ok = ok && buffer_append_string(log, ">\n");
        break;
    case INPUT_MOUSE:
        ok = buffer_printf(log, "mouse %d %d,%d%s\n", in->mouse, in->row, in->column,
                           in->extends ? " shift" : "");
        break;
    case INPUT_BACKGROUND:
        ok = buffer_printf(log, "background %s\n", in->light ? "light" : "dark");
        break;
    case INPUT_MODE:
        ok = buffer_printf(log, "mode %d\n", in->knows_mode);
        break;
    case INPUT_SYNC:
        ok = buffer_printf(log, "sync %u\n", in->number);
        break;
    case INPUT_IGNORED:
        ok = buffer_append_string(log, "ignored\n");
        break;
    case INPUT_NONE:
        break;
    }
    assert_true(ok);
}

static void take_all(struct input_parser *p, bool time_is_over, struct buffer *log)
{
    for (struct input in; (in = input_parser_next(p, time_is_over)).kind != INPUT_NONE;) note(log, &in);
}

/* The events of bytes that arrive in the given pieces. After each piece there is a pause, long enough for
 * everything except a lone ESC, whose pause is a setting. */
static void events(const char *bytes, size_t size, const size_t *cuts, size_t count, struct buffer *log)
{
    struct input_parser p = fresh();
    size_t at = 0;
    for (size_t i = 0; i <= count; i++) {
        size_t end = i < count ? cuts[i] : size;
        assert_true(input_parser_feed(&p, bytes + at, end - at));
        take_all(&p, false, log);
        at = end;
    }
    take_all(&p, true, log);
    if (p.at != p.end) assert_true(buffer_append_string(log, "(incomplete)\n"));
    input_parser_free(&p);
}

static void expect(const char *bytes, const char *wanted)
{
    struct buffer log = {0};
    events(bytes, strlen(bytes), NULL, 0, &log);
    assert_string_equal(log.data ? log.data : "", wanted);
    buffer_free(&log);
}

#define PASTE_ON  "\033[200~"
#define PASTE_OFF "\033[201~"

static const char everything[] =
    "a\303\251\xe2\x80\x9c\xf0\x9f\x98\x80"                                  /* a é “ emoji */
    "\r\n\t\177\010\001\033OA\033[A\033[1;5C\033[3~\033[24;2~\033[Z\033[[A"  /* keys */
    "\033[<0;12;7M\033[<35;1;1m\033[M *#"                                    /* the mouse, new and old */
    "\033]11;rgb:ffff/ffff/ffff\033\\\033]11;rgb:00/00/00\007\033[?2026;2$y" /* replies */
    "\033[?7773;41n\033P>|xterm(367)\033\\\033[>0;276;0c\033[I"              /* more of them */
    PASTE_ON "start \303\251 middle\r\nnext\rlast \033[201 no\033[A\n" PASTE_OFF "b" /* pasted text */
    PASTE_ON PASTE_OFF "\033[97;5u\033[27;5;13~z";

static void any_cut_gives_the_same_events(void **state)
{
    (void)state;
    struct buffer whole = {0};
    size_t size = sizeof everything - 1;
    events(everything, size, NULL, 0, &whole);
    assert_non_null(strstr(whole.data, "paste<start \303\251 middle\r\nnext\rlast \033[201 no\033[A\n>\n"));
    assert_non_null(strstr(whole.data, "C-Right\n"));
    for (size_t first = 1; first < size; first++)
        for (size_t second = first; second < size; second++) {
            size_t cuts[] = {first, second};
            struct buffer log = {0};
            events(everything, size, cuts, 2, &log);
            if (strcmp(log.data, whole.data))
                fail_msg("cut at %zu and %zu:\n%s\ninstead of\n%s", first, second, log.data, whole.data);
            buffer_free(&log);
        }
    buffer_free(&whole);
}

static void byte_by_byte_gives_the_same_events(void **state)
{
    (void)state;
    struct buffer whole = {0}, log = {0};
    size_t size = sizeof everything - 1, cuts[sizeof everything];
    for (size_t i = 0; i < size; i++) cuts[i] = i;
    events(everything, size, NULL, 0, &whole);
    events(everything, size, cuts, size, &log);
    assert_string_equal(log.data, whole.data);
    buffer_free(&whole);
    buffer_free(&log);
}

/* Every prefix, and then a letter: nothing typed after a broken sequence is lost for long. */
static void after_any_prefix_typing_goes_on(void **state)
{
    (void)state;
    size_t size = sizeof everything - 1;
    for (size_t n = 0; n < size; n++) {
        struct input_parser p = fresh();
        struct buffer log = {0};
        assert_true(input_parser_feed(&p, everything, n));
        take_all(&p, true, &log);
        bool was_pasting = p.pasting;
        log.size = 0;
        assert_true(input_parser_feed(&p, "qqqqqqqqq", 9));
        take_all(&p, true, &log);
        if (was_pasting)
            assert_non_null(strstr(log.data, "qqq"));
        else if (!log.data || !strstr(log.data, "q\nq\nq\nq\n"))
            fail_msg("after %zu bytes: %s", n, log.data ? log.data : "nothing");
        buffer_free(&log);
        input_parser_free(&p);
    }
}

static void a_lone_escape_is_the_key_when_its_time_is_over(void **state)
{
    (void)state;
    struct input_parser p = fresh();
    struct buffer log = {0};
    assert_true(input_parser_feed(&p, "\033", 1));
    take_all(&p, false, &log);
    assert_int_equal(log.size, 0);
    assert_int_equal(input_parser_waits(&p), INPUT_WAIT_ESCAPE);
    take_all(&p, true, &log);
    assert_string_equal(log.data, "Esc\n");
    assert_int_equal(input_parser_waits(&p), INPUT_WAIT_NOTHING);
    buffer_free(&log);
    input_parser_free(&p);
}

static void what_waits_and_for_what(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        enum input_wait wait;
        const char *otherwise; /* when its time is over */
    } cases[] = {
        {"\033", INPUT_WAIT_ESCAPE, "Esc\n"},          {"\033\033", INPUT_WAIT_ESCAPE, "Esc\nEsc\n"},
        {"\033[", INPUT_WAIT_SEQUENCE, "M-[\n"},       {"\033O", INPUT_WAIT_SEQUENCE, "M-O\n"},
        {"\033_", INPUT_WAIT_ESCAPE, "M-_\n"},         {"\033P", INPUT_WAIT_ESCAPE, "M-P\n"},
        {"\033]", INPUT_WAIT_ESCAPE, "M-]\n"},         {"\033]11;rgb:00", INPUT_WAIT_REPLY, "ignored\n"},
        {"\033[1;", INPUT_WAIT_NOTHING, ""},           {"\303", INPUT_WAIT_NOTHING, ""},
        {"\033\303", INPUT_WAIT_NOTHING, ""},          {PASTE_ON, INPUT_WAIT_NOTHING, ""},
        {PASTE_ON "a\033[20", INPUT_WAIT_NOTHING, ""},
    };
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct input_parser p = fresh();
        struct buffer log = {0};
        assert_true(input_parser_feed(&p, cases[i].bytes, strlen(cases[i].bytes)));
        take_all(&p, false, &log);
        log.size = 0;
        assert_int_equal(input_parser_waits(&p), cases[i].wait);
        take_all(&p, true, &log);
        if (log.data) log.data[log.size] = '\0';
        assert_string_equal(log.data ? log.data : "", cases[i].otherwise);
        buffer_free(&log);
        input_parser_free(&p);
    }
}

static void alt_is_an_escape_in_front(void **state)
{
    (void)state;
    expect("\033x\033\303\251\033\r\033\033OA\033\033[1;5C", "M-x\nM-é\nM-Enter\nM-Up\nM-C-Right\n");
    expect("\033\033x", "Esc\nM-x\n"); /* Esc, then Alt-x: a user who hits Esc twice means it */
    expect("\033_abc\033Pq\033]x", "M-_\na\nb\nc\nM-P\nq\nM-]\nx\n");
    expect("\033\033[?7773;1n", "Esc\nsync 1\n");
}

static void what_is_no_character_is_shown_and_does_not_swallow(void **state)
{
    (void)state;
    expect("\xff"
           "a",
           "\xef\xbf\xbd\na\n");
    expect("\xe2\x80"
           "a",
           "\xef\xbf\xbd\n\xef\xbf\xbd\na\n");
    expect(PASTE_ON "\xff\xe2\x80" PASTE_OFF, "paste<\xff\xe2\x80>\n"); /* a document keeps any byte */
}

static void broken_sequences_end_at_the_next_control_character(void **state)
{
    (void)state;
    expect("\033[1;\033OA", "ignored\nUp\n");
    expect("\033[1;\ra", "ignored\nEnter\na\n");
    expect("\033[\033OA", "M-[\nUp\n");
    expect("\033[1;2\030a", "ignored\na\n");
}

static void letters_with_modifiers_as_newer_terminals_report_them(void **state)
{
    (void)state;
    expect("\033[97;5u\033[97;3u\033[13;2u\033[27;5;115~\033[27u\033[32;5u",
           "^A\nM-a\nS-Enter\n^S\nEsc\n^Space\n");
}

static void an_endless_sequence_is_given_up(void **state)
{
    (void)state;
    struct buffer bytes = {0}, log = {0};
    assert_true(buffer_append_string(&bytes, "\033["));
    for (int i = 0; i < 200; i++) assert_true(buffer_append_char(&bytes, '1'));
    struct input_parser p = fresh();
    assert_true(input_parser_feed(&p, bytes.data, bytes.size));
    take_all(&p, false, &log);
    assert_int_equal(input_parser_waits(&p), INPUT_WAIT_REPLY);
    take_all(&p, true, &log);
    assert_int_equal(input_parser_waits(&p), INPUT_WAIT_NOTHING);
    assert_true(input_parser_feed(&p, "a", 1));
    take_all(&p, false, &log);
    assert_string_equal(log.data, "a\n");
    buffer_free(&bytes);
    buffer_free(&log);
    input_parser_free(&p);
}

/* However it is cut, a sequence that is too long ends at its final byte, and takes no key with it. */
static void a_sequence_that_is_too_long_takes_no_key_with_it(void **state)
{
    (void)state;
    static const char *const ends[] = {"A", "\x18", "\r", "\x7f", "\033[A"};
    static const char *const keys[] = {"", "", "Enter\n", "Backspace\n", "Up\n"};
    for (size_t e = 0; e < ARRAY_SIZE(ends); e++)
        for (size_t step = 1; step < 140; step++)
            for (int alt = 0; alt < 2; alt++) {
                struct buffer bytes = {0}, log = {0}, wanted = {0};
                assert_true(buffer_append_string(&bytes, alt ? "\033\033[" : "\033["));
                for (int i = 0; i < 120; i++) assert_true(buffer_append_char(&bytes, "1;"[i % 2]));
                assert_true(buffer_append_string(&bytes, ends[e]) && buffer_append_string(&bytes, "xy"));
                assert_true(buffer_printf(&wanted, "%signored\n%sx\ny\n", alt ? "Esc\n" : "", keys[e]));
                struct input_parser p = fresh();
                for (size_t at = 0; at < bytes.size; at += step) {
                    size_t part = bytes.size - at < step ? bytes.size - at : step;
                    assert_true(input_parser_feed(&p, bytes.data + at, part));
                    take_all(&p, false, &log);
                }
                take_all(&p, true, &log);
                assert_string_equal(log.data, wanted.data);
                buffer_free(&bytes);
                buffer_free(&log);
                buffer_free(&wanted);
                input_parser_free(&p);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cut_gives_the_same_events),
        cmocka_unit_test(byte_by_byte_gives_the_same_events),
        cmocka_unit_test(after_any_prefix_typing_goes_on),
        cmocka_unit_test(a_lone_escape_is_the_key_when_its_time_is_over),
        cmocka_unit_test(what_waits_and_for_what),
        cmocka_unit_test(alt_is_an_escape_in_front),
        cmocka_unit_test(what_is_no_character_is_shown_and_does_not_swallow),
        cmocka_unit_test(broken_sequences_end_at_the_next_control_character),
        cmocka_unit_test(letters_with_modifiers_as_newer_terminals_report_them),
        cmocka_unit_test(an_endless_sequence_is_given_up),
        cmocka_unit_test(a_sequence_that_is_too_long_takes_no_key_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
