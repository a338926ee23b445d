"""Modal editing on the screen: modes are shown, proposals and commands of the : line, the mouse, undo by command."""
import os

from terminal import Editor, check, contents, file, main, model


def vi(text, *arguments, **more):
    path = file(text)
    e = Editor("--keymap", "vi", *arguments, path, **more)
    e.wait_for("draft.txt")
    return path, e


def status(e):
    return e.line(22)


def modes_are_shown():
    _, editor = vi("one two\nthree\n")
    with editor as e:
        check("INSERT" not in status(e), "normal mode to begin with", e)
        e.type("x")
        check(e.line(0) == "ne two", "letters are commands", e)
        e.send("i")
        check(e.wait(lambda: "INSERT" in status(e)), "insert", e)
        e.send("esc", "R")
        check(e.wait(lambda: "REPLACE" in status(e)), "replace", e)
        e.send("esc", "v")
        check(e.wait(lambda: "VISUAL" in status(e)), "visual", e)
        e.send("V")
        check(e.wait(lambda: "VISUAL LINES" in status(e)), "lines", e)
        check(e.cell(0, 5).reverse, "all of the line is selected", e)
        e.send("esc", "2", "d")
        check(e.wait(lambda: "2d" in status(e)), "what is typed of a command", e)
        e.send("esc")
        check(e.wait(lambda: "2d" not in status(e)), "given up", e)


def cursor_stays_on_the_line():
    _, editor = vi("ab\n\nc\n")
    with editor as e:
        e.type("$")
        check(e.cursor() == (0, 1), "on the last character", e)
        e.type("G")
        check(e.cursor() == (2, 0), "behind the last line break is no line", e)
        e.type("A")
        check(e.cursor() == (2, 1), "one may insert behind it", e)
        e.send("esc")
        check(e.cursor() == (2, 0), "and is back", e)


def selection_shows_what_it_takes():
    path, editor = vi("abcdef\n")
    with editor as e:
        e.type("lvl")
        reverse = [e.cell(0, x).reverse for x in range(6)]
        check(reverse == [False, True, True, False, False, False], "with the character under the cursor", e)
        e.type("d:wq\r")
        check(e.finish() == 0, "ends")
    check(contents(path) == b"adef\n", "and that is deleted")


def questions_of_the_line():
    path, editor = vi("one\ntwo\nthree\n")
    with editor as e:
        e.type(":q\r")
        check(e.finish() == 0, ":q leaves")
    path, editor = vi("one\ntwo\nthree\n")
    with editor as e:
        e.type("x:q\r")
        check(e.wait_for("before quitting?"), "asks", e)
        e.send("esc")
        e.type(":nonsense\r")
        check(e.wait_for('unknown command "nonsense"'), "said", e)
        e.type(":9d\r")
        check(e.wait_for("is outside the text"), "a line that is not there", e)
        e.type(":w " + path + ".copy\r")
        check(e.wait_for("saved"), ":w FILE", e)
        check(contents(path + ".copy") == b"ne\ntwo\nthree\n", "saved there")
        e.type(":q!\r")
        check(e.finish() == 0, ":q! leaves")
    check(contents(path) == b"one\ntwo\nthree\n", "and the text is not saved")


def visual_gives_the_range():
    _, editor = vi("one\ntwo\nthree\n")
    with editor as e:
        e.type("Vj:")
        check(e.wait(lambda: e.line(23).startswith(":'<,'>")), "the range", e)
        e.type("s/o/0/\r")
        check(e.wait(lambda: e.line(0) == "0ne" and e.line(1) == "tw0" and e.line(2) == "three"), "done", e)
        check(e.wait_for("2 replacements in 2 lines"), "said", e)
        e.type("u")
        check(e.wait(lambda: e.line(0) == "one" and e.line(1) == "two"), "one step of undo", e)


def other_files():
    path, editor = vi("one\n")
    other = file("other\n", "other.txt")
    with editor as e:
        e.type(":e " + other + "\r")
        check(e.wait_for("other.txt"), "open", e)
        e.type(":bn\r")
        check(e.wait(lambda: e.line(0) == "one"), "back", e)
        e.type(":r " + other + "\r")
        check(e.wait(lambda: e.line(1) == "other"), "put in", e)


def undo_goes_by_commands():
    path, editor = vi("one two three\n")
    with editor as e:
        e.type("cwsome long words\r and a line")
        e.send("esc")
        e.type("wx")
        e.type("u")
        e.type("u")
        check(e.line(0) == "one two three" and e.cursor() == (0, 0), "one step each", e)
        e.send("^R")
        check(e.line(0) == "some long words" and e.line(1).startswith(" and a line"), "and again", e)
        e.type("uu")
        check(e.wait_for("nothing to undo"), "said", e)


def fast_escape_is_no_alt():
    path, editor = vi("word\n")
    with editor as e:
        e.type("ix\033lx:wq\r")
        check(e.finish() == 0, "ends")
    check(contents(path) == b"xord\n", repr(contents(path)))


def incremental_search():
    _, editor = vi("alpha\nbeta\ngamma\nbeta 2\n")
    with editor as e:
        e.type("/be")
        check(e.wait(lambda: e.line(23).startswith("/be") and "1 of 2" in e.line(23)), "counted while typed", e)
        check(e.cell(1, 0).reverse, "and shown", e)
        e.type("ta\r")
        check(e.cursor() == (1, 0), "gone to", e)
        e.type("n")
        check(e.cursor() == (3, 0), "the next", e)
        e.type("n")
        check(e.cursor() == (1, 0) and e.wait_for("from the start again"), "around the end is said", e)
        e.type(":noh\r")
        e.type("d/gam\r")
        check(e.line(1) == "gamma", "an operator goes as far", e)
        e.type("/b(\r")
        check(e.wait_for("missing closing"), "a broken pattern is said", e)


def keys_behind_g():
    _, editor = vi("word\n", "--set", "key-help-delay=50")
    with editor as e:
        e.send("g")
        check(e.wait_for("vi-first-line") and "vi-row-down" in e.text(), "shown", e)
        e.send("esc")
        e.settle()
        check("vi-first-line" not in e.text(), "gone", e)


def proposals():
    path = file("The old keeper [[3]] sea.\n")
    with Editor("--keymap", "vi", "--model", model(), path) as e:
        e.wait_for("keeper")
        e.type("fk")
        e.send("M-g")
        check(e.wait(lambda: "[[3]]" not in e.line(0) and "step" not in e.text() and "loading" not in e.text(), 20),
              "filled", e)
        e.send("M-n")
        check(e.wait_for("accept"), "on the proposal", e)
        e.send("x")
        check(e.alive() and e.wait(lambda: "old keeper" in e.line(0)), "a letter does no harm", e)
        e.send("M-n", "enter")
        e.type(":w\r")
        check(e.wait_for("saved"), "accepted and saved", e)
    check(b"[[3]]" not in contents(path), "the words are in the text")


def mouse_selects():
    _, editor = vi("one two three\nfour\n")
    with editor as e:
        e.type("vw")
        e.send_raw("\033[<0;5;2M\033[<0;5;2m")
        check(e.wait(lambda: "VISUAL" not in status(e) and e.cursor() == (1, 3)), "a click ends the selection", e)
        e.send_raw("\033[<0;1;1M\033[<32;4;1M\033[<0;4;1m")
        e.wait(lambda: e.cell(0, 0).reverse)
        e.type("d")
        check(e.wait(lambda: e.line(0) == " two three"), "what is dragged over is deleted", e)


def pasted_text_is_no_command():
    path, editor = vi("word\n")
    with editor as e:
        e.send_raw("\033[200~ddx\033[201~")
        e.send("esc")
        check(e.wait(lambda: e.line(0) == "ddxword"), "it is put in", e)


def the_shell():
    path, editor = vi("b\na\nc\n", "--set", "history=0")
    with editor as e:
        e.type("!Gsort\r")
        check(e.wait(lambda: [e.line(r) for r in range(3)] == ["a", "b", "c"]), "lines go through it", e)
        check(e.wait_for("3 lines filtered"), "said", e)
        e.type("u")
        check(e.wait(lambda: e.line(0) == "b"), "one undo", e)
        e.type(":%!ls /nonexistent\r")
        check(e.wait_for("No such file") and e.line(0) == "b" and e.line(2) == "c", "an error changes nothing", e)
        e.type(":%!nosuchcommand\r")
        check(e.wait_for("exit 127") and e.line(0) == "b", "nor does a command that is not there", e)
        e.type(":!echo hello\r")
        check(e.wait_for("hello"), "without lines it is shown", e)
        e.type(":!seq 5; echo wrong >&2\r")
        check(e.wait_for("any other key returns") and e.line(4) == "5" and e.line(5) == "wrong", "on a page", e)
        e.type("q")
        check(e.wait(lambda: e.line(0) == "b"), "and back", e)
        e.type(":r !\r")
        check(e.wait_for("needs a shell command"), "said", e)
        e.type(":!\r")
        check(e.wait_for("! needs a shell command"), "said", e)


def the_shell_is_stopped():
    for how in ("esc", "^C"):
        _, editor = vi("word\n")
        with editor as e:
            e.write(":%!cat; sleep 1000\r")
            check(e.wait_for("the command is running; Esc stops it"), "said when it takes long", e)
            e.send(how)
            check(e.wait_for("stopped; nothing was changed"), how + " stops it", e)
            e.type("x")
            check(e.wait(lambda: e.line(0) == "ord"), "and all goes on", e)
    _, editor = vi("word\n")
    with editor as e:
        e.write(":!trap '' TERM; while :; do sleep 1; done\r")
        e.wait_for("is running")
        e.send("esc")
        check(e.wait_for("stopped"), "also what does not want to end", e)
        e.type(":%!yes\r")
        check(e.wait_for("more than 64 MB"), "and what never stops writing", e)
        e.type(":!cat /dev/tty\r")
        check(e.wait_for("exit 1"), "it has no terminal to wait for", e)
    path, editor = vi("word\n")
    with editor as e:
        e.write("x:!sleep 1000\r")
        e.wait_for("is running")
        e.signal(15)
        check(e.finish() is not None, "a signal ends both")


def much_text_through_the_shell():
    path, editor = vi("some words here\n" * 50000)
    with editor as e:
        e.type(":%!tr a-z A-Z\r")
        check(e.wait_for("50000 lines filtered"), "more than a pipe holds", e)
        e.type(":%!head -1\r")
        check(e.wait_for("lines filtered") and e.line(1) == "", "a command that does not read all", e)
        e.type(":wq\r")
        check(e.finish(10) == 0, "ends")
    check(contents(path) == b"SOME WORDS HERE\n", repr(contents(path)[:100]))


def names_that_vim_has():
    _, editor = vi("One one\n", columns=100)
    with editor as e:
        for line, said in (("set ic", "search-case = any"), ("set noignorecase", "search-case = exact"),
                           ("set smartcase", "search-case = smart"), ("set tw=60", "reflow-width = 60"),
                           ("set textwidth?", "reflow-width = 60"), ("set ts=8", "tab-width = 8"),
                           ("set bg=light", "theme = light"), ("set nowrap", "lines are always wrapped"),
                           ("set nu", "lines have no numbers"), ("set ws", "searches always wrap around"),
                           ("set nospell", "spell = off"), ("set nonsense", 'unknown setting "nonsense"')):
            e.type(":" + line + "\r")
            check(e.wait_for(said), line, e)


def ga_shows_the_parts_of_a_character():
    _, editor = vi("e\u0301a\n", columns=100)
    with editor as e:
        e.type("ga")
        check(e.wait_for("U+0065") and "U+0301" in e.text(), "with what combines with it", e)
        e.type("lga")
        check(e.wait_for("<a>  U+0061  97"), "said", e)


def places():
    _, editor = vi("one\ntwo\nthree\n")
    with editor as e:
        e.send("^O")
        e.send("^O")
        check(e.wait_for("at the start of the jump list"), "said", e)
        e.type("Gg;")
        check(e.wait_for("the change list is empty"), "said", e)
        e.send("tab")
        check(e.alive() and "draft.txt *" not in e.text(), "Tab puts no tab in", e)


def keys_without_effect_say_so():
    path, editor = vi("one two\n")
    with editor as e:
        for keys, name in (("Q", "Q"), ("gz", "g z"), ("dgz", "g z"), ("dQ", "Q")):
            e.type(keys)
            check(e.wait_for(name + " does nothing here; F1 shows the keys"), keys, e)
            check(e.line(0) == "one two", keys, e)
        e.type("w")
        check(e.cursor() == (0, 4) and e.line(0) == "one two", "no operator waits", e)
        e.send("g", "esc")
        check("does nothing" not in e.text(), "Esc gives up what was begun", e)
    with Editor("--keymap", "emacs", path) as e:
        e.wait_for("one two")
        e.send("^X", "q")
        check(e.wait_for("^X q does nothing here"), "in other keymaps too", e)
        check(e.line(0) == "one two", "nothing is typed", e)
        e.send("^X", "^G")
        check("does nothing" not in e.text(), "^G gives up", e)


def many_lines_are_quick():
    path, editor = vi("some words here\n" * 20000)
    with editor as e:
        e.type(":%s/words/letters/\r")
        check(e.wait_for("20000 replacements"), "replaced", e)
        e.type("GkVgg:s/letters/words/\r")
        check(e.wait_for("19999 replacements"), "and back", e)
        e.type(":g/letters/d\r")
        e.type(":wq\r")
        check(e.finish(10) == 0, "ends")
    check(contents(path) == b"some words here\n" * 19999, "as it should be")


main([modes_are_shown, cursor_stays_on_the_line, selection_shows_what_it_takes, questions_of_the_line,
      visual_gives_the_range, other_files, undo_goes_by_commands, fast_escape_is_no_alt, incremental_search,
      keys_behind_g, proposals, mouse_selects, pasted_text_is_no_command,
      the_shell, the_shell_is_stopped, much_text_through_the_shell, names_that_vim_has, ga_shows_the_parts_of_a_character, places,
      keys_without_effect_say_so, many_lines_are_quick])
