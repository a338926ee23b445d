"""The mouse, colours, and a terminal's answers."""
import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Editor, check, contents, file, main, model


def mouse(editor, code, row, column, release=False):
    editor.type("\033[<%d;%d;%d%s" % (code, column + 1, row + 1, "m" if release else "M"))


def click(editor, row, column, code=0):
    mouse(editor, code, row, column)
    mouse(editor, code, row, column, release=True)


PROSE = "The rain fell. It fell all day.\n\nNobody spoke, and the wide river rose.\n"


def a_click_places_the_cursor():
    with Editor("--width", "0", file(PROSE)) as e:
        check(e.wait_for("Nobody"), "shown", e)
        check("\033[?1002h\033[?1006h".encode() in e.raw, "reports of the mouse are asked for")
        click(e, 2, 7)
        check(e.cursor() == (2, 7), "there %r" % (e.cursor(),), e)
        click(e, 0, 60)
        check(e.cursor() == (0, 31), "behind the end of the row: its end %r" % (e.cursor(),), e)
        click(e, 15, 3)
        check(e.cursor() == (3, 0), "below the text: its end %r" % (e.cursor(),), e)
        e.type("x")
        check(e.line(3) == "x", "typing goes on there", e)


def a_drag_selects():
    with Editor("--width", "0", file(PROSE)) as e:
        check(e.wait_for("Nobody"), "shown", e)
        mouse(e, 0, 0, 4)
        mouse(e, 32, 0, 8)
        mouse(e, 0, 0, 8, release=True)
        check(e.cell(0, 4).reverse and e.cell(0, 7).reverse and not e.cell(0, 8).reverse, "the letters between", e)
        e.send("del")
        check(e.line(0).startswith("The  fell") or e.line(0).startswith("The fell"), "they are selected", e)


def two_clicks_select_a_word_and_three_a_paragraph():
    with Editor("--width", "0", file(PROSE)) as e:
        check(e.wait_for("Nobody"), "shown", e)
        click(e, 2, 2)
        click(e, 2, 2)
        check([e.cell(2, i).reverse for i in (0, 5, 6)] == [True, True, False], "the word", e)
        click(e, 2, 2)
        check(all(e.cell(2, i).reverse for i in range(38)), "the paragraph", e)
        check("7 words selected" in e.text(), "and no more", e)


def the_wheel_scrolls_and_leaves_the_cursor():
    with Editor(file("".join("line %d\n" % i for i in range(100)))) as e:
        check(e.wait_for("line 5"), "shown", e)
        mouse(e, 65, 3, 3)
        check(e.line(0).strip() == "line 3", "three rows down", e)
        mouse(e, 64, 3, 3)
        check(e.line(0).strip() == "line 0", "and back", e)
        e.type("x")
        check("xline 0" in e.line(0), "the cursor stayed", e)


def a_drag_that_is_held_at_the_edge_scrolls_on():
    with Editor(file("".join("line %d\n" % i for i in range(1, 200)))) as e:
        e.wait_for("line 1")
        mouse(e, 0, 5, 2)
        mouse(e, 32, 22, 2)
        check(e.wait_for("line 60", 10), "down, without another movement", e)
        mouse(e, 0, 22, 2, release=True)
        e.pump(0.1)
        before = e.line(0)
        e.pump(0.3)
        check(e.line(0) == before and "selected" in e.text(), "until it is let go", e)
        mouse(e, 0, 10, 2)
        mouse(e, 32, 0, 2)
        check(e.wait(lambda: e.line(0) == "line 1", 10), "and up", e)
        e.type("x")
        check(e.wait(lambda: e.line(0).startswith("lix")), "a key ends it: what was selected is gone", e)


def shift_goes_on_with_the_selection():
    with Editor("--width", "0", file(PROSE)) as e:
        check(e.wait_for("Nobody"), "shown", e)
        click(e, 0, 4)
        click(e, 0, 13, code=4)
        check(e.cell(0, 4).reverse and e.cell(0, 12).reverse, "from the cursor to the click", e)


def a_click_on_a_proposal_goes_to_it():
    with Editor("-m", model(), "--steps", "8", "--pace", "0", "--width", "0", file("It was [[6]] and so.\n\nEnd.\n")) as e:
        check(e.wait_for("It was"), "shown", e)
        e.send("M-n", "^G")
        check(e.wait_for("accept"), "done", e)
        e.send("c-end")
        check(e.wait(lambda: "accept" not in e.text()), "left", e)
        click(e, 0, 9)
        check(e.wait_for("accept"), "its keys are there again", e)
        e.send("enter")
        check(e.wait_for("accepted") and "[[6]]" not in e.text(), "accepted", e)


def the_mouse_can_be_off():
    with Editor("--set", "mouse=off", file(PROSE)) as e:
        check(e.wait_for("Nobody"), "shown", e)
        check(b"\033[?1002h" not in e.raw, "nothing is asked for")


def halves_of_sequences_are_no_text():
    path = file("abc\n")
    with Editor("--width", "0", path) as e:
        check(e.wait_for("abc"), "shown", e)
        for part in ("\033[<0;", "3;1M", "\033[<0;3;1", "m", "\033]11;rgb:ff", "ff/ffff/ffff\033\\"):
            e.write(part)
            e.pump(0.05)  # the pause is under test
        e.settle()
        check(e.line(0) == "abc" and e.cursor() == (0, 2), "a click in pieces %r" % (e.cursor(),), e)


def a_light_background_gives_a_light_theme():
    def hint(editor):
        return editor.cell(23, 5).fg
    with Editor(file("abc\n")) as e:
        check(e.wait_for("help"), "shown", e)
        check(e.wait(lambda: b"\033]11;?" in e.raw), "the background is asked for")
        dark = hint(e)
        e.type("\033]11;rgb:ffff/ffff/dddd\033\\")
        check(hint(e) != dark, "other colours", e)
        check(b"\033[?2026$p" in e.raw, "then synchronised output is asked for")
    with Editor(file("abc\n"), env={"COLORFGBG": "0;15"}) as e:
        check(e.wait_for("help") and hint(e) != dark, "or by the environment", e)
    with Editor(file("abc\n"), env={"NO_COLOR": "1"}) as e:
        check(e.wait_for("help") and hint(e) == "default", "never with NO_COLOR", e)


def synchronised_frames_are_whole():
    with Editor(file("abc\n")) as e:
        check(e.wait_for("abc"), "shown", e)
        e.type("\033]11;rgb:0000/0000/0000\033\\")
        e.type("\033[?2026;2$y")
        before = len(e.raw)
        e.type("x")
        frame = e.raw[before:]
        check(frame.startswith(b"\033[?2026h") and frame.endswith(b"\033[?2026l"), "marked: %r" % frame)
        check(frame.count(b"\033[?2026h") == frame.count(b"\033[?2026l"), "and ended")
        check("2026" not in e.text(), "nothing of it is text", e)


def long_names_leave_room():
    with Editor(file("abc\n", name="漢" * 55 + ".txt")) as e:
        e.send("x")
        check(e.wait(lambda: "… *  1:2  1 word" in e.line(22)), "name, mark, place and words", e)
        e.send("M-x")
        e.type("set theme " + "nope" * 30 + "\r")
        check(e.wait(lambda: e.line(23).rstrip().endswith("…")), "a long complaint is seen to be cut", e)


def the_users_theme_and_a_broken_theme():
    with Editor(file("abc\n")) as e:
        os.makedirs(e.folder + "/config/lacuna/themes")
        with open(e.folder + "/config/lacuna/themes/mine.theme", "w") as out:
            out.write("hint #123456\n")
        with open(e.folder + "/config/lacuna/themes/broken.theme", "w") as out:
            out.write("# mine\nhint  #12345\n")
        check(e.wait_for("help"), "shown", e)
        before = e.cell(23, 5).fg
        e.send("M-x")
        e.type("set theme mine\r")
        e.send("esc")
        check(e.wait(lambda: e.cell(23, 5).fg not in (before, "default")), "in force", e)
        e.send("M-x")
        e.type("set theme broken\r")
        check(e.wait_for("broken.theme:2:7: a colour"), "file, line and column", e)


def control_characters_reach_no_terminal():
    path = file("a\033[31mb\x9bc\x07\n".encode("latin-1"), name="na\033[7mme.txt")
    with Editor(path) as e:
        check(e.wait_for("a^[[31mb"), "shown as ^[", e)
        check("na^[[7mme.txt" in e.line(22), "in the name, too", e)
        check(b"\033[31m" not in e.raw and b"\x9b" not in e.raw.replace("›".encode(), b""), "and never sent")
        e.type("x")
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        check(b"\033[7mme" not in e.raw, "nor in messages", e)
        e.send("^Q")
        check(e.finish() == 0, "it ends")
    check(re.match(rb"xa\033\[31mb", contents(path)), "and the bytes are kept")


def directions_are_not_overridden():
    path = file("a\u202ebc\u2066d\u009be\n", name="na\u202eme\u009b.txt")
    with Editor(path) as e:
        check(e.wait_for("a\\u202Ebc\\u2066d\\u009Be"), "on the page", e)
        check("na\\u202Eme\\u009B.txt" in e.line(22), "in the status line", e)
        e.send("end")
        check(e.wait(lambda: e.screen.cursor.x == 24), "the cursor stands behind what is shown", e)
        e.type("x")
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^O")
        e.type(path)
        check(e.wait_for("\\u202Eme"), "in prompts", e)
        e.send("esc")
        e.send("^Q")
        check(e.finish() == 0, "it ends")
        for c in "\u202e\u2066\u009b":
            check(c.encode() not in e.raw, "never sent: %r" % c)
    check(contents(path).decode().startswith("a\u202ebc\u2066d\u009bex"), "and the characters are kept")


def messages_without_a_screen_have_no_escapes():
    with Editor("--config", "no\033[7m\u202e/such\ufffd", "x") as e:
        check(e.finish() != 0, "it ends")
        check(b"\033" not in e.raw and "\u202e".encode() not in e.raw, repr(e.raw))


DIRECT = """xterm-direct|xterm with colours as they are,
	RGB, colors#0x1000000, pairs#0x7FFF,
	setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:%p1%{255}%&%d%;m,
	setab=\\E[%?%p1%{8}%<%t4%p1%d%e48\\:2\\:\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:%p1%{255}%&%d%;m,
	setf@, setb@, initc@, ccc@, use=xterm-256color,
"""


def colours_as_many_as_the_terminal_has():
    def colors(term, **more):
        with Editor(file("abc\n"), env=dict({"TERM": term}, **more)) as e:
            check(e.wait(lambda: b"help" in e.raw), "shown by " + term)
            return set(re.findall(rb"(?:38[:;][0-9:;]*|3[0-7])(?=m)", e.raw))

    folder = os.path.dirname(file(DIRECT, name="direct.ti"))
    if subprocess.run(["tic", "-x", "-o", folder, folder + "/direct.ti"], stderr=subprocess.DEVNULL).returncode == 0:
        found = colors("xterm-direct", TERMINFO=folder)
        check(b"38:2::138:138:138" in found, "the theme's own, where terminfo has RGB: %s" % found)
    check(b"38;5;245" in colors("xterm-256color"), "one of 256")
    check(b"38;5;245" in colors("xterm-256color", COLORTERM="truecolor"), "the environment is not terminfo")
    check(colors("xterm") and not any(c.startswith(b"38") for c in colors("xterm")), "one of 8")
    check(not colors("vt100"), "none")
    check(not colors("xterm-256color", NO_COLOR="1"), "none wanted")


def page(editor):
    editor.settle()
    return [editor.line(y) for y in range(editor.screen.lines - 2)], editor.cursor()


def rows_kept_while_typing_are_those_of_a_new_layout():
    """The layout after an edit is kept as long as possible; a change of the width lays out everything again."""
    rnd = random.Random(11)
    words = "rain window café 本を読む don’t melancholy a I of [[3]] \u0301 x-y — naïve 👩‍👩‍👧 tab\there".split(" ")
    text = "\n".join(" ".join(rnd.choices(words[:9], k=rnd.randint(0, 30))) for _ in range(9)) + "\n"
    with Editor("--set=spell=off", "--width", "0", file(text), rows=100, columns=40) as e:
        check(e.wait(lambda: e.line(0).strip()), "shown", e)
        for i in range(30):
            for _ in range(rnd.randint(1, 3)):
                e.send(*rnd.choices(["right", "left", "up", "down", "c-right", "home", "end", "^Z"],
                                    [5, 5, 8, 8, 5, 3, 3, 1], k=rnd.randint(1, 6)))
                what = rnd.randint(0, 5)
                if what < 3:
                    e.type(rnd.choice(words) + rnd.choice([" ", "", "  "]))
                elif what == 3:
                    e.send(rnd.choice(["enter", "backspace", "del", "M-d", "^W"]))
                else:
                    e.type("\033[200~%s\033[201~" % "\n".join(rnd.choices(words, k=rnd.randint(0, 3))))
            kept = page(e)
            e.resize(100, 41)
            e.settle()
            e.resize(100, 40)
            new = page(e)
            check(kept == new, "after %d: %r" % (i, [pair for pair in zip(kept[0], new[0]) if pair[0] != pair[1]][:3]
                                              or (kept[1], new[1])), e)


main([a_drag_that_is_held_at_the_edge_scrolls_on, rows_kept_while_typing_are_those_of_a_new_layout, long_names_leave_room, colours_as_many_as_the_terminal_has, a_click_places_the_cursor, a_drag_selects, a_click_on_a_proposal_goes_to_it, two_clicks_select_a_word_and_three_a_paragraph,
      the_wheel_scrolls_and_leaves_the_cursor, shift_goes_on_with_the_selection, the_mouse_can_be_off,
      halves_of_sequences_are_no_text, a_light_background_gives_a_light_theme, synchronised_frames_are_whole,
      the_users_theme_and_a_broken_theme, control_characters_reach_no_terminal])
