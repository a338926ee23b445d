"""Tools for prose: typographic quotes and dashes, reflow, words counted, focus, spelling, and files left and reopened."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from terminal import Editor, Skip, check, contents, file, main


def save(editor):
    editor.send("^S")
    check(editor.wait_for("saved"), "saved", editor)


def typed(text, *settings):
    path = file("\n")
    with Editor(*["--set=" + s for s in settings], path) as e:
        check(e.wait_for("0 words"), "shown", e)
        for letter in text:
            e.send(letter)
        save(e)
    return contents(path).decode()[:-1]


def quotes_and_apostrophes_as_printed():
    check(typed("\"Don't,\" ('so') in '90s", "smart-quotes=on") == "“Don’t,” (‘so’) in ’90s", "English")
    check(typed("\"a 'b'\"", "smart-quotes=on", "quotes=»«›‹") == "»a ›b‹«", "other marks")
    check(typed("\"Don't\" -- 1--2") == "\"Don't\" -- 1--2", "off by default")


def apostrophes_that_begin_a_word():
    on = "smart-quotes=on"
    for given, printed in (("'twas, 'Tis 'em. 'cause 'til", "’twas, ’Tis ’em. ’cause ‘til"),  # the last is not ended yet
                           ("rock 'n' roll 'n ", "rock ’n’ roll ’n "), ("'Tisn't so, 'twouldn't", "’Tisn’t so, ’twouldn’t"),
                           ("'em' and 'cause' ", "‘em’ and ‘cause’ "), ("the '90s ('08)", "the ’90s (’08)"),
                           ("\"'Twas he,\" \"'so' 'emphasis' \"", "“’Twas he,” “‘so’ ‘emphasis’ “"),
                           ("'twas\r'til\r", "’twas\n’til\n")):
        got = typed(given, on)
        check(got == printed, "%r is printed %r" % (given, got))


def nested_quotes_and_quotes_behind_dashes():
    on, dash = "smart-quotes=on", "smart-dashes=em"
    for given, printed in (("\"He said, 'I know, \"yes\".'\"", "“He said, ‘I know, “yes”.’”"),
                           ("\"I was only--\" --\"Yes\"--", "“I was only—” —“Yes”—"),
                           ("\"'I don't--' he said--\"", "“‘I don’t—’ he said—”"),
                           ("(\"'so'\")", "(“‘so’”)")):
        got = typed(given, on, dash)
        check(got == printed, "%r is printed %r" % (given, got))
    got = typed("\"Geht's?\" 'So geht's' dogs' ", on, "quotes=„“‚‘")
    check(got == "„Geht’s?“ ‚So geht’s‘ dogs’ ", "where single quotations end otherwise: %r" % got)


def dashes_as_printed():
    check(typed("so--be 1-2", "smart-dashes=em") == "so—be 1-2", "two make an em dash")
    check(typed("1--2 so---be", "smart-dashes=en-em") == "1–2 so—be", "or an en dash, and three an em dash")
    check(typed("[[4-20]] ----", "smart-dashes=off") == "[[4-20]] ----", "or none")


def quotes_are_seen_through_marks_of_markdown():
    on, dash = "smart-quotes=on", "smart-dashes=em"
    for given, printed in (("_\"Hello\"_ **\"Bold\"** <\"t\">", "_“Hello”_ **“Bold”** <“t”>"),
                           ("\"**Bold**\" \"*so*\" (*'x'*) ~~\"gone\"~~", "“**Bold**” “*so*” (*‘x’*) ~~“gone”~~"),
                           (">\"Quoted\"\r> \"so\"", ">“Quoted”\n> “so”"), ("|\"cell\"|'x'|", "|“cell”|‘x’|"),
                           ("[\"a\"](b) _'twas_ ", "[“a”](b) _’twas_ "), ("--\"Yes\"--", "—“Yes”—")):
        got = typed(given, on, dash)
        check(got == printed, "%r is printed %r" % (given, got))


def text_that_is_not_prose_is_not_changed():
    on, dash = "smart-quotes=on", "smart-dashes=em"
    for text in ("Say `\"x\" -- 'y'` so", "``a ` \"b\"`` so", "<!-- \"note\" -- 'so' -->", "---", "----- ", "| --- |:--|--:|",
                 "a | b\r--- | ---", "***", "```\r\"x\" -- y\r```", "~~~ c\r'x'\r~~~", "---\rtitle: \"One\" -- 'two'\r---",
                 "<a href=\"x--y\">", "http://example.org/a--b", "-- ", "-->", "[[4-20]]"):
        got = typed(text, on, dash)
        check(got == text.replace("\r", "\n"), "%r became %r" % (text, got))
    for given, printed in (("`a` \"b\" -- c", "`a` “b” — c"), ("<!-- a --> \"b\" -- c", "<!-- a --> “b” — c"),
                           ("```\rx\r```\r\"b\" -- c", "```\nx\n```\n“b” — c"), ("--Yes\r> --No", "—Yes\n> —No"),
                           ("---\ra: b\r---\r\"b\"", "---\na: b\n---\n“b”"), ("<b>\"x\"</b>", "<b>“x”</b>"),
                           ("2 < 3 \"x\" -- y", "2 < 3 “x” — y")):
        got = typed(given, on, dash)
        check(got == printed, "%r is printed %r" % (given, got))
    check(typed("--Yes\r---No\r---", "smart-dashes=en-em") == "–Yes\n—No\n---", "three hyphens, too")


def one_undo_brings_back_what_was_typed():
    path = file("\n")
    with Editor("--set=smart-quotes=on", "--set=smart-dashes=em", path) as e:
        check(e.wait_for("0 words"), "shown", e)
        for letter in "so \"":
            e.send(letter)
        check(e.line(0).strip() == "so “", "printed", e)
        e.send("^Z")
        check(e.line(0).strip() == "so \"", "typed", e)
        e.type("it")
        for letter in "--":
            e.send(letter)
        e.send("^Z")
        check(e.line(0).strip() == "so \"it--", "dashes, too", e)


LONG = ("The rain fell on the grey town all day long, and nobody who sat by the window spoke a word about the "
        "well-known river—it rose.")


def reflow_fills_lines_and_unwrap_joins_them():
    path = file("One.\n\n" + LONG + "\n\nTwo.\n")
    with Editor("--set=reflow-width=30", path) as e:
        check(e.wait_for("rain"), "shown", e)
        e.send("down", "down", "right", "right", "right", "right", "M-q")
        e.type("X")
        save(e)
        lines = contents(path).decode().split("\n\n")[1].split("\n")
        check(len(lines) > 3 and all(len(line) <= 31 for line in lines), "filled: %r" % lines)
        check(lines[0].startswith("The Xrain"), "the cursor stayed with its words: %r" % lines[0])
        check(contents(path).decode().startswith("One.\n\n") and contents(path).decode().endswith("\n\nTwo.\n"),
              "others are as they were")
        e.send("M-Q")
        save(e)
        check(contents(path).decode() == "One.\n\n" + LONG.replace("The rain", "The Xrain") + "\n\nTwo.\n",
              "joined again, dashes without spaces: %r" % contents(path))
        e.send("^Z", "^Z", "^Z")
        save(e)
        check(contents(path).decode() == "One.\n\n" + LONG + "\n\nTwo.\n", "each was one step")


def undo_of_a_reflow_puts_the_cursor_back():
    path = file("One.\n\n" + LONG + "\n\nTwo.\n")
    with Editor("--set=reflow-width=30", path) as e:
        check(e.wait_for("rain"), "shown", e)
        e.send("down", "down", "right", "right", "right", "right")
        before = e.cursor()
        e.send("M-q", "right", "right", "^Z")
        check(e.cursor() == before, "where it was: %r, not %r" % (e.cursor(), before), e)
        e.send("c-home", "^Y")
        check(e.cursor() == before, "and redo: where it was behind it: %r" % (e.cursor(),), e)
        e.send("M-Q", "c-end", "^Z")
        check(e.cursor() == before, "unwrap, too: %r" % (e.cursor(),), e)


def reflow_of_megabytes_in_one_line_is_quick_and_even():
    path = file((LONG + " ") * (3000000 // len(LONG)) + "\n")
    with Editor("--set=reflow-width=72", path) as e:
        check(e.wait_for("rain"), "shown", e)
        e.send("M-q")
        check("draft.txt *" in e.text(), "filled", e)
        save(e)
    lines = contents(path).decode().splitlines()
    check(len(lines) > 40000 and all(60 < len(line) <= 73 for line in lines[:-1]),
          "no line ends early: %r" % sorted(lines[:-1], key=len)[0])


def reflow_keeps_what_lines_begin_with():
    path = file("> a quoted paragraph that\n> somebody wrote in lines of no\n> length\n")
    with Editor("--set=reflow-width=20", path) as e:
        check(e.wait_for("quoted"), "shown", e)
        e.send("M-q")
        save(e)
    lines = contents(path).decode().splitlines()
    check(all(line.startswith("> ") and len(line) <= 20 for line in lines), "%r" % lines)
    check(" ".join(line[2:] for line in lines) == "a quoted paragraph that somebody wrote in lines of no length",
          "and its words: %r" % lines)


def reflow_changes_only_prose():
    address = "http://example.org/" + "a-long-way/" * 9 + "there?in=one"
    made = ("---\ntitle: One\ndraft: yes\n---\n# A heading of several words\n" + LONG + " " + address + " is where.\n\n"
            "- one\n- two, and " + LONG + "\n\n| a | b |\n|---|---|\n| c | d |\n\n```\ncode of\n\ntwo lines\n```\n\n"
            "A verse  \nof lines\\\nthat stand.\n\n> " + LONG + "\n")
    path = file(made)
    with Editor("--set=reflow-width=60", path) as e:
        check(e.wait_for("heading"), "shown", e)
        e.send("^A", "M-q")
        save(e)
        filled = contents(path).decode()
        check(address + "\n" in filled, "the address is whole: %s" % filled)
        for kept in ("---\ntitle: One\ndraft: yes\n---\n# A heading of several words\nThe rain", "\n- one\n- two, and The",
                     "\n  ", "| a | b |\n|---|---|\n| c | d |\n", "```\ncode of\n\ntwo lines\n```\n",
                     "A verse  \nof lines\\\nthat stand.\n", "\n> The rain"):
            check(kept in filled, "%r is not in %s" % (kept, filled))
        check(all(len(line) <= 60 or address in line for line in filled.split("\n")), "filled: %s" % filled)
        e.send("^A", "M-Q")
        save(e)
        check(contents(path).decode() == made, "and all bytes are back: %s" % contents(path).decode())


def reflow_leaves_paragraphs_that_would_merge():
    path = file(LONG * 2 + "\nYes.\n")
    with Editor(path) as e:
        check(e.wait_for("rain"), "shown", e)
        e.send("M-q")
        check("would merge" in e.text() and "draft.txt *" not in e.text(), "left, and why", e)


def reflow_leaves_bare_lines():
    path = file("> one\n> two\n>\n> three\n> four\n")
    other = file("one\ntwo\n  \nthree\nfour\n")
    for made, want in ((path, "> one two\n>\n> three four\n"), (other, "one two\n  \nthree four\n")):
        with Editor(made) as e:
            check(e.wait_for("four"), "shown", e)
            e.send("^A", "M-q")
            save(e)
        check(contents(made).decode() == want, "%r" % contents(made))


def reflow_of_a_selection_is_every_paragraph_in_it():
    path = file("\n\n".join([LONG] * 3) + "\n")
    with Editor("--set=reflow-width=40", path) as e:
        check(e.wait_for("rain"), "shown", e)
        e.send("^A", "M-q")
        save(e)
        check(all(len(line) <= 41 for line in contents(path).decode().splitlines()), "all")
        check(len(contents(path).decode().split("\n\n")) == 3, "three still")
        e.send("^A", "M-Q")
        save(e)
        check(contents(path).decode() == "\n\n".join([LONG] * 3) + "\n", "and back")


def words_are_counted_as_they_are_written():
    with Editor(file("one two three\n" * 20000)) as e:
        check(e.wait_for("60,000 words"), "counted", e)
        e.type("four ")
        check("60,001 words" in e.text(), "at once", e)
        e.send("^Z")
        check(e.wait_for("60,000 words"), "and after undo", e)
        e.type("rock-n-roll ")
        check("60,001 words" in e.text(), "one word, however many hyphens", e)
        e.send("^Z")
        e.send("s-down")
        check("3 words selected" in e.text(), "of the selection", e)


def a_goal_is_shown_and_reached():
    with Editor("--set=goal=3", file("one two\n")) as e:
        check(e.wait_for("+0 of 3"), "begins at nothing", e)
        e.type("a b ")
        check("+2 of 3" in e.text(), "counts on", e)
        e.type("c ")
        check("+3 of 3" in e.text() and "the goal is reached" in e.text(), "reached", e)


PARAGRAPHS = "\n\n".join("Paragraph %d is here. It goes on." % i for i in range(40)) + "\n"


def focus_fades_the_rest():
    with Editor("--set=focus=paragraph", "--set=spell=off", "--width", "0", file(PARAGRAPHS)) as e:
        check(e.wait_for("Paragraph 2"), "shown", e)
        check(e.cell(0, 0).fg == "default" and e.cell(2, 0).fg != "default", "the others are faded", e)
        e.send("down", "down")
        check(e.cell(0, 0).fg != "default" and e.cell(2, 0).fg == "default", "it follows", e)
        e.send("M-x")
        e.type("set focus sentence\r")
        check(e.cell(2, 0).fg == "default" and e.cell(2, 25).fg != "default", "the sentence alone", e)


def typewriter_keeps_the_row_in_the_middle():
    with Editor("--set=typewriter=on", file(PARAGRAPHS)) as e:
        check(e.wait_for("Paragraph 2"), "shown", e)
        for _ in range(30):
            e.send("down")
        check(e.cursor()[0] == 11, "in the middle: %r" % (e.cursor(),), e)
        e.send("down")
        check(e.cursor()[0] == 11, "and it stays there", e)


def a_file_opens_where_it_was_left():
    path, state = file(PARAGRAPHS), file("", name="none")
    state = os.path.dirname(state) + "/state"
    with Editor(path, env={"XDG_STATE_HOME": state}) as e:
        check(e.wait_for("Paragraph 2"), "shown", e)
        e.send("c-end", "up", "^Q")
        check(e.finish() == 0, "left")
    places = state + "/lacuna/places"
    check(path in contents(places).decode() and os.stat(places).st_mode & 0o777 == 0o600, "for nobody else to read")
    os.chmod(places, 0o644)  # as earlier versions wrote it
    with Editor(path, env={"XDG_STATE_HOME": state}) as e:
        check(e.wait_for("Paragraph 38"), "there again", e)
        e.type("X")
        check("XParagraph 39" in e.text(), "the cursor, too", e)
        e.send("^Q", "n")
        e.finish()
    check(os.stat(places).st_mode & 0o777 == 0o600, "again")
    with Editor("+1", path, env={"XDG_STATE_HOME": state}) as e:
        check(e.wait_for("Paragraph 0"), "a line that is asked for is stronger", e)
    with Editor("--set=reopen=off", path, env={"XDG_STATE_HOME": state}) as e:
        check(e.wait_for("Paragraph 0"), "or at the start", e)


def spelling():
    def underlined(editor, row=0):
        return "".join(editor.screen.display[row][i] for i in range(60) if editor.cell(row, i).underscore)

    path = file("The quikc brown fox, don’t teh ABC 2nd a@b.cde.\n")
    with Editor("--width", "0", "--set=language=en_US", path) as e:
        check(e.wait_for("quikc"), "shown", e)
        e.send("\033[18~")  # F7
        e.wait(lambda: "no dictionary" in e.text() or "1 quick" in e.text())
        if "no dictionary" in e.text():
            raise Skip("no English dictionary")
        check(e.wait_for("1 quick"), "suggestions", e)
        e.send("^P")
        check(e.wait_for("Command:"), "another question in its place", e)
        e.send("a", "esc")
        check(e.wait(lambda: underlined(e) == "quikcteh"), "no answer: %r" % underlined(e), e)
        e.send("\033[18~")
        check(e.wait_for("1 quick"), "suggestions again", e)
        e.send("enter")
        check(e.wait(lambda: underlined(e) == "teh"), "right now: %r" % underlined(e), e)
        check(e.wait_for("teh: 1"), "and on to the next", e)
        e.send("esc", "M-i")
        check("is ignored" in e.text() or "no word" in e.text(), "ignored", e)
        e.send("c-end")
        e.type("xyzzyx")
        e.settle()
        check(underlined(e, 1) == "", "not while it is being typed", e)
        e.type(" ")
        check(e.wait(lambda: underlined(e, 1) == "xyzzyx"), "but then", e)
        e.send("left", "left", "M-i")
        check(e.wait(lambda: underlined(e, 1) == ""), "ignored", e)
        e.send("enter")
        e.type("qwzx да 漢字 \U0001F600 a\u0663 http://qwzx-host/ и ")
        check(e.wait(lambda: underlined(e, 2) == "qwzx"), "only what an English dictionary can know: %r" % underlined(e, 2), e)
        before = underlined(e)
        e.send("M-x")
        e.type("set language tlh_QO\r")
        check(e.wait_for("no dictionary") and underlined(e) == before, "stays on without a dictionary", e)


def spelling_goes_around_the_text():
    path = file("Wun thhe end. Soft\u00adware is rock\u00adet sciense.\nOnlie.\n")
    with Editor("--width", "0", "--set=language=en_US", path) as e:
        check(e.wait_for("Wun"), "shown", e)
        e.send("down", "\033[18~")
        e.wait(lambda: "no dictionary" in e.text() or "Onlie: 1" in e.text())
        if "no dictionary" in e.text():
            raise Skip("no English dictionary")
        check(e.wait_for("Onlie: 1"), "the last", e)
        e.send("\033[18~")
        check(e.wait_for("Wun: 1"), "F7 once more: the next, around the end", e)
        e.send("\033[18~")
        check(e.wait_for("thhe: 1"), "and the next", e)
        e.send("1")
        check(e.wait_for("sciense: 1"), "a correction goes on; soft hyphens are no mistake", e)
        e.send("i")
        check(e.wait_for("no other misspelt word"), "up to where it began", e)


def plain_shows_a_fill_when_it_is_done():
    from terminal import model
    with Editor("-m", model(), "--set=plain=on", "--steps", "8", "--width", "0", file("It was [[6]] and so.\n")) as e:
        check(e.wait_for("It was"), "shown", e)
        before = len(e.raw)
        e.send("M-n", "^G")
        check(e.wait_for("accept"), "done", e)
        check("░".encode() not in e.raw[before:] and "step" not in e.raw[before:].decode(errors="replace"),
              "nothing moved until then")


def huge_and_tiny_screens():
    text = "漢字 e\u0301 👩‍💻 🇫🇷 word\t" * 40 + "\n" + PARAGRAPHS
    with Editor(file(text)) as e:
        check(e.wait_for("word"), "shown", e)
        for rows, columns in ((1, 1), (2, 2), (3, 1), (1, 200), (300, 1000), (2, 1000), (300, 1), (5, 7), (24, 80)):
            e.resize(rows, columns)
            e.send("pgdn", "pgup", "right")
            check(e.alive(), "alive at %dx%d" % (rows, columns))
        check(e.wait_for("Paragraph 2"), "and as it was", e)
        e.send("^Q")
        check(e.finish() == 0, "it ends")


main([quotes_and_apostrophes_as_printed, apostrophes_that_begin_a_word, nested_quotes_and_quotes_behind_dashes,
      dashes_as_printed, quotes_are_seen_through_marks_of_markdown, text_that_is_not_prose_is_not_changed,
      one_undo_brings_back_what_was_typed,
      reflow_fills_lines_and_unwrap_joins_them, reflow_of_megabytes_in_one_line_is_quick_and_even,
      undo_of_a_reflow_puts_the_cursor_back, reflow_keeps_what_lines_begin_with, reflow_leaves_bare_lines, reflow_changes_only_prose,
      reflow_leaves_paragraphs_that_would_merge,
      reflow_of_a_selection_is_every_paragraph_in_it, words_are_counted_as_they_are_written,
      a_goal_is_shown_and_reached, focus_fades_the_rest, typewriter_keeps_the_row_in_the_middle,
      a_file_opens_where_it_was_left, spelling, spelling_goes_around_the_text, plain_shows_a_fill_when_it_is_done, huge_and_tiny_screens])
