"""Opening, typing, moving, undoing, finding, the clipboard, saving."""
import os

from terminal import Editor, check, contents, file, main


def open_type_save():
    path = file("One line.\nAnother.\n")
    with Editor(path) as e:
        check(e.wait_for("One line."), "the file is shown", e)
        check(e.cursor() == (0, 0), "the cursor is at the start", e)
        e.send("end")
        e.type(" And more.")
        check(e.line(0) == "One line. And more.", "typed text is shown", e)
        check("draft.txt *" in e.text(), "marked as changed", e)
        e.send("^S")
        check(e.wait_for("saved"), "said to be saved", e)
        check("draft.txt *" not in e.text(), "not marked any more", e)
        e.send("^Q")
        check(e.finish() == 0, "ends with 0", e)
    check(contents(path) == b"One line. And more.\nAnother.\n", "the bytes are right")


def new_file_asks_for_name():
    path = os.path.join(os.path.dirname(file("x")), "new.txt")
    with Editor() as e:
        check(e.wait_for("[no name]"), "an empty page", e)
        e.type("Words")
        e.send("^S")
        check(e.wait_for("Save as:"), "asks for a name", e)
        e.type(path)
        e.send("enter")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    check(contents(path) == b"Words", "the file holds what was typed")


def quit_asks():
    path = file("text\n")
    with Editor(path) as e:
        e.wait_for("text")
        e.type("more ")
        e.send("^Q")
        check(e.wait_for("Save draft.txt before quitting?"), "asks", e)
        e.settle()
        e.send("esc")
        e.settle()
        check(e.alive() and "before quitting" not in e.text(), "Esc stays", e)
        e.send("^Q")
        e.wait_for("before quitting")
        e.send("n")
        check(e.finish() == 0, "n leaves")
    check(contents(path) == b"text\n", "unsaved text is not saved")


def bytes_survive():
    data = b"caf\xe9 \xff\xfe\r\nline two\x01\x1b[31m\r\nno end"
    path = file(data)
    with Editor(path) as e:
        check(e.wait_for("\\xE9"), "invalid bytes are shown as \\xHH", e)
        check("\\xFF\\xFE" in e.line(0), "each", e)
        check("line two^A^[[31m" in e.line(1), "control characters as ^X", e)
        e.send("c-end")
        e.send("enter")
        e.type("x")
        e.send("^S")
        e.wait_for("saved")
        e.send("^Q")
        e.finish()
    check(contents(path) == data + b"\r\nx", "everything else is as it was, and Enter is the text's own line end")


def undo_redo():
    path = file("start\n")
    with Editor(path) as e:
        e.wait_for("start")
        e.type("one two ")
        e.send("enter")
        check(e.line(1) == "start", "typed", e)
        e.send("^Z", "^Z", "^Z", "^Z", "^Z")
        check(e.line(0) == "start", "all undone", e)
        check("draft.txt *" not in e.text(), "and clean again", e)
        e.send("^Y", "^Y", "^Y", "^Y", "^Y")
        check(e.line(0) == "one two" and e.line(1) == "start", "all redone", e)


def wide_combining_zwj():
    family = "\U0001F468\u200D\U0001F469\u200D\U0001F467"
    path = file("漢字 e\u0301 %s end\na\tb\n" % family)
    with Editor(path) as e:
        check(e.wait_for("end"), "shown", e)
        stops = []
        for _ in range(12):
            stops.append(e.cursor()[1])
            e.send("right")
        # two wide characters, a space, e with its accent, a space, the family (one stop), a space, e n d
        check(stops == [0, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 0], "cursor stops are %s" % stops, e)
        check(e.cell(0, 10).data == "e" and e.cell(0, 12).data == "d", "what follows is in its place", e)
        check(e.cell(0, 5).data in ("e\u0301", "\u00e9"), "the accent is on its letter", e)
        check(e.cell(1, 4).data == "b", "a tab goes to the next stop", e)
        e.send("c-home", "end", "left", "left", "left", "left", "backspace")
        e.send("^S")
        e.wait_for("saved")
    check(contents(path) == "漢字 e\u0301  end\na\tb\n".encode(), "the family is deleted as one")


def vowel_signs_are_drawn():
    words = "น้ำ ทำ ກຳ বাংলা தமிழ் कि क्षि"
    with Editor(file(words + " end\n")) as e:
        check(e.wait_for("end"), "shown", e)
        for word in words.split():
            check(word.encode() in e.raw, "all of %s is written" % word, e)
        e.send("end")
        e.type("!")
        e.send("c-home")
        e.settle()
        columns = []
        for _ in range(4):
            columns.append(e.cursor()[1])
            e.send("right")
        # SARA AM has its own cell, the tone mark has none
        check(columns == [0, 2, 3, 5], "cursor stops are %s" % columns, e)


def wraps_words():
    words = "Lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor"
    path = file(words + "\n\nlast\n")
    with Editor(path, columns=30) as e:
        check(e.wait_for("last"), "shown", e)
        lines = [e.line(i) for i in range(3)]
        check(" ".join(lines).startswith("Lorem ipsum") and all(len(line) < 30 for line in lines), "wrapped", e)
        check("".join(line + " " for line in lines).split() == words.split()[:len(" ".join(lines).split())], "whole words", e)
        e.send("down", "down")
        check(e.cursor() == (2, 0), "down goes by rows", e)
        e.send("end")
        check(e.cursor()[0] == 2, "End stays in the row", e)


def long_paragraph_scrolls():
    path = file("".join("word%d " % i for i in range(2000)) + "\n\nafter\n")
    with Editor(path, rows=12, columns=40) as e:
        e.wait_for("word0")
        for _ in range(30):
            e.send("down")
        check(e.cursor()[0] == 9, "the cursor is at the bottom", e)
        first = int(e.line(0).split()[0][4:])
        check(first > 20, "the paragraph has scrolled: %d" % first, e)
        e.send("pgdn")
        check(int(e.line(0).split()[0][4:]) > first, "by pages too", e)
        e.send("c-end")
        check(e.wait_for("after"), "to the end", e)
        e.send("c-home")
        check(e.wait_for("word0 "), "and back", e)


def cut_copy_paste():
    path = file("alpha beta gamma\n")
    with Editor(path) as e:
        e.wait_for("alpha")
        for _ in range(6):
            e.send("s-right")
        check(e.cell(0, 0).reverse and not e.cell(0, 6).reverse, "the selection is reverse", e)
        e.send("^X")
        check(e.line(0) == "beta gamma", "cut", e)
        check(b"\033]52;c;YWxwaGEg\a" in e.raw, "given to the terminal's clipboard")
        e.send("end", "^V")
        check(e.line(0) == "beta gammaalpha", "pasted", e)
        e.send("^A", "^C", "^V", "^V")
        check(e.line(1).startswith("beta gammaalpha"), "copied twice", e)


def text_too_long_for_the_terminals_clipboard_is_reported():
    for size, sent in ((74990, True), (80000, False)):
        path = file("x" * size + "\nend\n")
        with Editor(path) as e:
            e.wait_for("xxx")
            for key, word in (("^C", "copied"), ("^X", "1 word")):
                before = len(e.raw)
                e.send(key)
                check(e.wait_for(word), "done", e)
                check((b"\033]52;c;" in e.raw[before:]) == sent, "%s of %d bytes" % (key, size), e)
                told = "copied, but not to the terminal's clipboard: 80001 bytes" in e.text()
                check(told == (not sent), "said: %s of %d" % (key, size), e)
            e.send("^V")
            check(e.line(0).startswith("xxx"), "it is there all the same", e)


def backspace_takes_one_mark_and_a_whole_emoji():
    path = file("")
    with Editor(path) as e:
        e.type("\u0e17\u0e35\u0e48 e\u0301 \U0001F468\u200d\U0001F469")
        for keys, left in ((1, "\u0e17\u0e35\u0e48 e\u0301 "), (2, "\u0e17\u0e35\u0e48 e"), (2, "\u0e17\u0e35\u0e48"),
                           (1, "\u0e17\u0e35")):
            e.send(*["backspace"] * keys)
            e.send("^S")
            check(e.wait(lambda: contents(path).decode() == left), "%r, not %r" % (contents(path).decode(), left), e)
        e.send("home", "del", "^S")
        check(e.wait(lambda: contents(path) == b""), "Del takes all of it: %r" % contents(path), e)
        e.send("^F")
        e.type("x\U0001F468\u200d\U0001F469")
        e.send("backspace")
        check(e.wait(lambda: e.line(23).startswith("Find: x ")), "in a question, too", e)


def words_are_deleted_by_backspace_with_alt():
    path = file("one two three\n")
    with Editor(path) as e:
        e.wait_for("three")
        e.send("end", "\033\177")
        check(e.line(0) == "one two", "in the page", e)
        e.send("^F")
        e.type("one two")
        e.send("\033\177")
        check(e.wait(lambda: e.line(23).startswith("Find: one ") and "two" not in e.line(23)), "in a question", e)


def characters_without_width_are_shown_on_request():
    with Editor(file("a\u200bb\u200ec \u202ed\ufeff.\n")) as e:
        check(e.wait_for("abc \\u202Ed."), "only what turns the direction is seen", e)
        check("\u202e".encode() not in e.raw and "\u200b".encode() not in e.raw, "and the terminal gets none of it")
        e.send("right", "right", "right")
        check(e.cursor() == (0, 2), "each is a stop of the cursor: %s" % (e.cursor(),), e)
        e.send("M-x")
        e.type("set show-unseen on")
        e.send("enter")
        check(e.wait_for("a\u25ccb\u25ccc \\u202Ed\u25cc."), "all of them", e)


def bracketed_paste():
    path = file("")
    with Editor(path) as e:
        e.settle()
        check(b"\033[?2004h" in e.raw, "asked for")
        os.write(e.master, b"\033[200~one\rtwo\r\x13three\033[201~")
        check(e.wait_for("three"), "pasted", e)
        check(e.line(0) == "one" and e.line(1) == "two" and e.line(2) == "^Sthree", "as text, not as commands", e)
        e.send("^Z")
        check(e.line(0) == "", "one step of undo", e)


def search():
    path = file("The sea.\nThe Sea again.\nseals\n")
    with Editor(path) as e:
        e.wait_for("seals")
        e.send("^F")
        e.type("sea")
        check(e.cell(0, 4).reverse, "the first match is selected while typing", e)
        check(e.cell(1, 4).bg != "default" or e.cell(1, 4).reverse, "the others are lit", e)
        e.send("f3")
        check(e.cell(1, 4).reverse, "the next", e)
        e.send("enter")
        check(e.cursor() == (1, 4), "the cursor is there", e)
        e.send("f3")
        check(e.cursor() == (2, 0), "find next", e)
        e.send("f3")
        check(e.cursor() == (0, 4), "around the end", e)
        e.send("^F")
        e.type("Sea")
        e.send("enter")
        check(e.cursor() == (1, 4), "a capital means itself", e)
        e.send("^F")
        e.type("nowhere")
        check("no match" in e.text(), "says that there is none", e)
        e.send("esc")
        e.settle()
        check(e.cursor() == (1, 4), "Esc goes back", e)


def changed_on_disk():
    path = file("mine\n")
    with Editor(path) as e:
        e.wait_for("mine")
        e.type("x")
        with open(path, "w") as out:
            out.write("theirs, longer\n")
        e.send("^S")
        check(e.wait_for("changed by another program"), "asks", e)
        e.send("esc")
        e.settle()
        check(contents(path) == b"theirs, longer\n", "Esc keeps theirs")
        e.send("^S")
        e.wait_for("(o)verwrite")
        e.send("o")
        check(e.wait_for("saved"), "o saves", e)
    check(contents(path) == b"xmine\n", "mine")


def opens_at_line():
    path = file("".join("line %d\n" % i for i in range(1, 101)))
    with Editor("+60", path) as e:
        check(e.wait_for("line 60"), "shown", e)
        check(e.line(e.cursor()[0]) == "line 60", "the cursor is there", e)
        check("60:1" in e.text(), "and the status line says so", e)


def two_files():
    first, second = file("first\n", "a.txt"), file("second\n", "b.txt")
    with Editor(first, second) as e:
        check(e.wait_for("first"), "the first", e)
        e.send("M-.")
        check(e.wait_for("second"), "the second", e)
        e.send("M-.")
        check(e.wait_for("first"), "and around", e)


def help_screen():
    with Editor() as e:
        e.settle()
        e.send("f1")
        check(e.wait_for("Moving"), "help", e)
        check("next-word" not in e.text() and "C-Right" in e.text(), "names keys", e)
        e.send("x")
        e.settle()
        check("Moving" not in e.text() and e.line(0) == "", "any key goes back and does nothing else", e)


main([open_type_save, new_file_asks_for_name, quit_asks, bytes_survive, undo_redo, wide_combining_zwj, vowel_signs_are_drawn, wraps_words,
      long_paragraph_scrolls, cut_copy_paste, backspace_takes_one_mark_and_a_whole_emoji, words_are_deleted_by_backspace_with_alt,
      characters_without_width_are_shown_on_request,
      text_too_long_for_the_terminals_clipboard_is_reported, bracketed_paste, search, changed_on_disk, opens_at_line, two_files,
      help_screen])
