"""The palette, the keys that can follow a prefix, macros, the screen as text."""
import os
import subprocess
import unicodedata

from terminal import PROGRAM, ROOT, Editor, check, contents, file, main

KEYMAPS = sorted(name[:-5] for name in os.listdir(os.path.join(ROOT, "keymaps")) if name.endswith(".keys"))


def palette_finds_and_runs():
    with Editor(file("one\ntwo\nthree\n")) as e:
        e.wait_for("three")
        e.send("^P")
        check(e.wait_for("Command:"), "asked", e)
        e.type("texend")
        check(e.wait_for("to the end of the text  (C-End)"), "with what it does and its key", e)
        check(e.cell(21, 1).reverse or True, "chosen", e)
        e.send("enter")
        check(e.wait(lambda: e.cursor() == (3, 0)), "run", e)
        e.send("^P")
        e.type("qqqq")
        e.send("enter")
        check(e.wait_for('no command or setting matches "qqqq"'), "said", e)


def palette_is_walked():
    with Editor(file("one\n")) as e:
        e.wait_for("one")
        e.send("^P")
        e.type("select-")
        e.wait_for("select-left")
        names = [line.split()[0] for line in e.screen.display[:22] if line.strip().startswith("select-")]
        check(len(names) >= 5, "a list", e)
        e.send("down", "down", "up")
        rows = [r for r in range(22) if e.line(r).strip().startswith(names[1] + " ")]
        check(rows and e.cell(rows[0], 1).reverse, "the second is chosen", e)
        e.send("esc")
        e.settle()
        check("select-" not in e.text(), "gone", e)


def palette_knows_other_words():
    with Editor(file("word\n")) as e:
        e.wait_for("word")
        for typed, first in (("exit", "quit"), ("spelling", "spell"), ("goal", "set goal"), ("alternatives", "alternatives"),
                             ("dark", "set theme"), ("shortcuts", "help")):
            e.send("^P")
            e.type(typed)
            check(e.wait(lambda: any(e.line(r).startswith(" " + first + "  ") and e.cell(r, 1).reverse for r in range(22))),
                  "%s is %s" % (typed, first), e)
            e.send("esc")


def palette_shows_what_is_chosen_and_all_of_it():
    for columns in (80, 40, 24):
        with Editor(file("word\n"), columns=columns) as e:
            e.wait_for("word")
            e.send("^P")
            e.type("spelling")
            e.wait_for("spell-add" if columns > 30 else "set spell")
            seen = ""
            for _ in range(3):
                seen += " ".join(" ".join(e.line(r) for r in range(1, 22)).split())
                chosen = [r for r in range(22) if e.line(r) and e.cell(r, columns - 1).reverse and e.line(r)[1] != " "
                          and e.line(r + 1)[:1] != "D"]
                plain = [r for r in range(22) if e.line(r) and not e.cell(r, 1).reverse]
                check(chosen and plain, "one is told from the others: %s %s" % (chosen, plain), e)
                e.send("down")
            check("underline words that are not in the dictionary, if there is one" in seen,
                  "nothing is cut: %s" % seen, e)


def themes_and_keymaps_are_completed():
    with Editor(file("word\n")) as e:
        e.wait_for("word")
        os.makedirs(e.folder + "/config/lacuna/themes")
        with open(e.folder + "/config/lacuna/themes/own.theme", "w") as out:
            out.write("text default\n")
        e.send("M-x")
        e.type("set theme ")
        e.send("tab")
        check(e.wait(lambda: e.line(22).split() == ["auto", "dark", "light", "mono", "own"]), "all themes: %s" % e.line(22), e)
        e.send("tab")
        check(e.wait(lambda: e.line(23).startswith(":set theme auto")) and not e.cell(22, 2).reverse and e.cell(22, 8).reverse,
              "one is told from the others", e)
        e.send("^U")
        e.type("set keymap ")
        e.send("tab")
        check(e.wait(lambda: e.line(22).split() == ["default", "emacs", "nano", "vi"]), "keymaps: %s" % e.line(22), e)


def palette_asks_for_what_a_command_takes():
    with Editor(file("word\n")) as e:
        e.wait_for("word")
        e.send("^P")
        e.type("set")
        check(e.wait_for("change a setting"), "in the list", e)
        e.send("enter")
        check(e.wait(lambda: e.line(23) == ":set"), "the line is begun", e)
        e.type("width?")
        e.send("enter")
        check(e.wait_for("width = 88"), "and run", e)


def palette_has_settings():
    with Editor(file("word\n"), columns=100) as e:
        e.wait_for("word")
        e.send("^P")
        e.type("typewriter")
        check(e.wait_for("set typewriter") and "[off] keep the cursor's row" in e.text(), "by name, with its value", e)
        e.send("enter")
        check(e.wait_for("typewriter = on"), "a switch is turned", e)
        e.send("^P")
        e.type("quotation apostro")
        check(e.wait_for("set smart-quotes"), "by words of its help", e)
        e.send("esc", "^P")
        e.type("reflow-width")
        e.send("enter")
        check(e.wait(lambda: e.line(23).startswith(":set reflow-width") and "now 72" in e.line(23)), "asked for", e)
        e.type("60\r")
        check(e.wait_for("reflow-width = 60"), "and set", e)
        e.send("^P")
        e.type("set focus\r")
        check(e.wait_for("off  paragraph  sentence"), "the choices are shown", e)


def keys_that_may_follow():
    with Editor("--keymap", "emacs", "--set", "key-help-delay=50", file("word\n")) as e:
        e.wait_for("word")
        e.send("^X")
        check(e.wait_for("save-as") and "^S" in e.text() and "quit" in e.text(), "shown after a while", e)
        e.send("^S")
        e.settle()
        check("save-as" not in e.text(), "gone", e)
    with Editor("--keymap", "emacs", "--set", "key-help-delay=0", file("word\n")) as e:
        e.wait_for("word")
        e.send("^X")
        check("keys" not in e.busy and "save-as" not in e.text(), "never, when it is turned off", e)


def macro():
    path = file("a\nb\nc\nd\ne\n")
    with Editor(path) as e:
        e.wait_for("e")
        e.send("\033[15~")  # F5
        e.type("- ")
        e.send("home", "down", "\033[15~")
        check(e.wait_for("4 keys recorded"), "recorded", e)
        e.send("\033[17~")
        check(e.wait(lambda: e.line(1) == "- b"), "played", e)
        e.send("\033[17;2~")
        check(e.wait_for("how many times?"), "asked", e)
        e.type("3")
        e.send("enter")
        check(e.wait(lambda: e.line(4) == "- e"), "three times", e)
        e.send("^S")
        e.wait_for("saved")
    check(contents(path) == b"- a\n- b\n- c\n- d\n- e\n", "saved")


def each_play_is_undone_by_itself():
    with Editor(file("z\n")) as e:
        e.wait_for("z")
        e.send("\033[15~", "x", "\033[15~", "\033[17~", "\033[17~")
        check(e.wait(lambda: e.line(0) == "xxxz"), "played twice", e)
        for left in ("xxz", "xz", "z"):
            e.send("^Z")
            check(e.wait(lambda: e.line(0) == left), "undone: " + left, e)


def a_play_is_one_step():
    with Editor(file("one\ntwo\nthree\nfour\n")) as e:
        e.wait_for("four")
        e.send("\033[15~", "-", "end", "!", "?", "home", "down", "\033[15~")
        check(e.wait(lambda: e.line(0) == "-one!?"), "recorded", e)
        e.send("\033[17;2~")
        e.type("3\r")
        check(e.wait(lambda: e.line(3) == "-four!?"), "played three times", e)
        played = [e.line(row) for row in range(4)]
        e.send("^Z")
        check(e.wait(lambda: [e.line(row) for row in range(4)] == ["-one!?", "two", "three", "four"]), "one undo", e)
        e.send("^Y")
        check(e.wait(lambda: [e.line(row) for row in range(4)] == played), "one redo", e)
        e.send("^Z", "c-end")
        e.type("x")
        e.send("^Z", "^Y")
        check(e.wait(lambda: e.line(4) == "x" and e.line(3) == "four"), "redo takes the newest branch", e)
        e.send("^Z", "^Z")
        check(e.wait(lambda: e.line(4) == "" and e.line(0) != "-one!?"), "and undo goes on before it", e)


def a_play_that_undoes():
    with Editor(file("text\n")) as e:
        e.wait_for("text")
        e.type("a")
        e.send("left", "right", "\033[15~", "^Z", "b", "end", "c", "\033[15~")
        check(e.wait(lambda: e.line(0) == "btextc"), "recorded", e)
        e.send("\033[17~")
        check(e.wait(lambda: e.line(0) == "btextbc"), "played: undoes c, then writes", e)
        e.send("^Z")
        check(e.wait(lambda: e.line(0) == "btextc"), "undone", e)
        e.send("^Y")
        check(e.wait(lambda: e.line(0) == "btextbc"), "and done again", e)
    with Editor("--keymap", "vi", file("one two three\n")) as e:
        e.wait_for("three")
        e.type("qaA!\033uIz\033q")
        before = e.line(0)
        e.type("2@a")
        check(e.wait(lambda: e.line(0) == "zz" + before), "played in vi", e)
        e.type("u")
        check(e.wait(lambda: e.line(0) == before), "one step there too", e)


def macro_cannot_play_itself_for_ever():
    with Editor(file("a\n")) as e:
        e.wait_for("a")
        e.send("\033[15~", "x", "\033[17~", "\033[17~", "y")
        e.settle()
        check(e.alive() and "y" in e.line(0), "goes on", e)


def screen_as_text():
    path = file("plain\twords\n漢字 wide, e\u0301 combined\nmarked ^\x01 [[4]]\n")
    out = os.path.join(os.path.dirname(path), "screen.txt")
    with Editor(path) as e:
        e.wait_for("combined")
        e.send("M-x")
        e.type("save-display " + out)
        e.send("enter")
        check(e.wait(lambda: os.path.exists(out)), "written", e)
        lines = contents(out).decode().split("\n")
        check(lines.pop() == "" and len(lines) == 24, "every row")
        shown = ["".join(e.screen.buffer[row][column].data for column in range(80)) for row in range(24)]
        check(e.wait_for("screen.txt written"), "said, on the row below", e)
        for row, (wrote, saw) in enumerate(zip(lines[:23], shown)):
            wrote, saw = (unicodedata.normalize("NFC", line) for line in (wrote, saw))
            check(wrote == saw, "row %d: %r is not %r" % (row, wrote, saw))
        e.send("M-x")
        e.type("save-display /nonexistent/x")
        e.send("enter")
        check(e.wait_for("/nonexistent"), "a failure is said", e)
        e.send("M-x")
        e.type("save-display " + path)
        e.send("enter")
        check(e.wait_for("already exists; choose another name"), "nothing is written over", e)
    check(contents(path).startswith(b"plain"), "the draft is as it was")


def emacs_kills_and_yanks():
    path = file("one two three\nnext\n")
    with Editor("--keymap", "emacs", path) as e:
        e.wait_for("three")
        e.send("M-f", "^K", "^N", "^E", "^Y")
        check(e.wait(lambda: e.line(0) == "one" and e.line(1) == "next two three"), "the rest of the line", e)
        e.send("^X", "u", "M-x")
        e.type("text-start")
        e.send("enter")
        check(e.wait(lambda: e.cursor() == (0, 0) and e.line(1) == "next"), "undone; M-x is the palette", e)
        e.send("^X", "^S")
        check(e.wait_for("saved"), "saved", e)


def emacs_kills_accumulate():
    with Editor("--keymap", "emacs", file("one\ntwo\nthree\n")) as e:
        e.wait_for("three")
        e.send("^K", "^K", "^K", "^K")
        check(e.wait(lambda: e.line(0) == "three"), "killed", e)
        e.send("^N", "^Y")
        check(e.wait(lambda: [e.line(i) for i in range(3)] == ["three", "one", "two"]), "all come back", e)
        e.send("^P", "^P", "^K", "^Y")
        check(e.wait(lambda: e.line(1) == "one"), "what was moved between is another", e)


def emacs_copying_ends_the_selection():
    with Editor("--keymap", "emacs", file("one two\n")) as e:
        e.wait_for("two")
        e.send("\0", "M-f", "M-w", "^Y")
        check(e.wait(lambda: e.line(0) == "oneone two"), "pasted behind it", e)


def emacs_words_end():
    path = file("one, two\n(don't) four.\n")
    with Editor("--keymap", "emacs", path) as e:
        e.wait_for("four")
        for place in ((0, 3), (0, 8), (1, 6), (1, 12), (2, 0)):
            e.send("M-f")
            check(e.wait(lambda: e.cursor() == place), "%r is the end of a word: %r" % (place, e.cursor()), e)
        e.send("M-<", "right", "M-d")
        check(e.wait(lambda: e.line(0) == "o, two"), "the rest of a word", e)
        e.send("M-d")
        check(e.wait(lambda: e.line(0) == "o"), "between words, all to the end of the next", e)


def nano_cuts_and_counts():
    path = file("one\ntwo\nthree\n")
    with Editor("--keymap", "nano", path) as e:
        e.wait_for("three")
        e.send("^K", "^N", "^U")
        check(e.wait(lambda: e.line(0) == "two" and e.line(1) == "one"), "lines are cut and put back", e)
        e.send("^P", "^P", "^K", "^K", "^U")
        check(e.wait(lambda: e.line(0) == "two" and e.line(1) == "one"), "both", e)
        e.send("M-G")
        check(e.wait_for("Go to line"), "asked", e)
        e.type("3\r")
        check(e.wait(lambda: e.cursor() == (2, 0)), "gone to", e)
        e.send("^W")
        e.type("two\r")
        check(e.wait(lambda: e.cursor() == (0, 0)), "found", e)


def every_keymap_loads_and_quits():
    for name in KEYMAPS:
        done = subprocess.run([PROGRAM, "keys", "--keymap", name], capture_output=True, text=True, check=False)
        check(done.returncode == 0 and not done.stderr, "%s: %s" % (name, done.stderr))
        again = subprocess.run([PROGRAM, "keys", "--keymap", file(done.stdout, "again.keys")], capture_output=True,
                               text=True, check=False)
        check(again.stdout == done.stdout, name + ": what is printed can be read")
        with Editor("--keymap", name, file("word\n")) as e:
            check(e.wait_for("word") and "no key of" not in e.text() and "in force" not in e.text(), name, e)


def the_manual_lists_line_commands():
    made = subprocess.run([PROGRAM, "keys", "--line", "--man"], capture_output=True, text=True, check=True).stdout
    check(made and made in contents(os.path.join(ROOT, "man/lacuna.1")).decode(), "man/lacuna.1: make man")


def paths_of_all_commands_may_begin_with_a_tilde():
    with Editor(file("one\n")) as e:
        e.wait_for("one")
        for line, said in (("save-display ~/screen.txt", "written"), ("save-annotated ~/notes.md", "written"),
                           ("read ~/notes.md", "")):
            e.send("M-x")
            e.type(line + "\r")
            check(said in e.line(23), line, e)
        check(os.path.exists(e.folder + "/screen.txt"), "the screen is there")
        check("Annotations:" in e.text(), "the file is read", e)


def replacing_in_a_read_only_text_says_why_not():
    with Editor(file("aa bb aa\n")) as e:
        e.wait_for("aa")
        for line in ("toggle-read-only", "replace"):
            e.send("M-x")
            e.type(line + "\r")
        check("is read-only" in e.line(23), "before it asks for words", e)


def a_command_for_lines_may_leave_for_another_file():
    a, b = file("xa\nxb\n", "a.txt"), file("ya\n", "b.txt")
    for leaves in ("bn", "bd"):
        with Editor("--keymap", "vi", a, b) as e:
            e.wait_for("a.txt")
            e.type(":g/x/%s\r" % leaves)
            check(e.line(0) == "ya", "the other file", e)
            e.type("x:bp\r" if leaves == "bn" else "x")
            first = e.line(0)
            e.type("x")
            e.type("u")
            check(e.line(0) == first and "nothing to undo" not in e.line(23), "and undo works", e)


def messages_name_a_command_that_has_no_key():
    keys = file("include default\nedit ^B = none\nedit M-n = none\nblank M-n = none\nblank Enter = none\nblank a = accept\n", "own.keys")
    with Editor("--keymap", keys, file("one\n\ntwo [[2]] three\n")) as e:
        e.wait_for("three")
        e.send("^G")
        check(":blank makes one, :next-blank goes to the next" in e.line(23), "on the : line", e)
    with Editor("--keymap", keys) as e:
        check(e.wait_for("a accepts, Esc discards"), "an empty page names the keymap's keys", e)


main([each_play_is_undone_by_itself, a_play_is_one_step, a_play_that_undoes, emacs_kills_accumulate, emacs_copying_ends_the_selection, the_manual_lists_line_commands, emacs_kills_and_yanks, emacs_words_end, nano_cuts_and_counts, palette_finds_and_runs, palette_is_walked, palette_knows_other_words, palette_shows_what_is_chosen_and_all_of_it,
      themes_and_keymaps_are_completed, palette_asks_for_what_a_command_takes, palette_has_settings, keys_that_may_follow, macro,
      macro_cannot_play_itself_for_ever, screen_as_text, every_keymap_loads_and_quits,
      paths_of_all_commands_may_begin_with_a_tilde,
      replacing_in_a_read_only_text_says_why_not,
      a_command_for_lines_may_leave_for_another_file,
      messages_name_a_command_that_has_no_key])
