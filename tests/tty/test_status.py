"""The status row in narrow and wide terminals: the most important parts stay longest."""
import os

from terminal import FIRST_SEED, Editor, check, contents, file, main, model


def rows_of(e):
    """The screen, as the editor writes it to a file."""
    out = e.folder + "/screen.txt"
    if os.path.exists(out):
        os.remove(out)
    e.send("M-x")
    e.type("save-display " + out + "\r")
    check(e.wait(lambda: os.path.exists(out) and contents(out).endswith(b"\n")), "written", e)
    return contents(out).decode().split("\n")[:-1]


def status_of(path, columns, *arguments):
    with Editor(*arguments, path, columns=columns, rows=6) as e:
        e.wait(lambda: e.line(0) or e.line(4))
        e.settle()
        rows = rows_of(e)
        check(len(rows) == 6, "%d rows" % len(rows))
        return rows[4].rstrip()


def tags_go_before_the_place():
    path = file("Caf\xe9 one two three four\r\nfive six\r\n".encode("latin-1") * 30, "a-rather-long-name-of-a-chapter.txt")
    os.chmod(path, 0o444)
    want = {1: "1", 2: "1:", 20: " a-rather… [ro] 1:1", 40: " a-rather-long… [ro] L1 CRLF  1:1  210w",
            80: " a-rather-long-name-of-a-chapte…  [read-only]  ISO-8859-1  CRLF  1:1  210 words",
            100: " a-rather-long-name-of-a-chapter.txt  [read-only]  ISO-8859-1  CRLF  1:1  210 words",
            300: " a-rather-long-name-of-a-chapter.txt  [read-only]  ISO-8859-1  CRLF  1:1  210 words"}
    for columns, line in want.items():
        got = status_of(path, columns)
        check(got == line, "%d columns: %r" % (columns, got))
    for columns in (60, 70):
        got = status_of(path, columns)
        check("[ro] L1 CRLF  1:1  210 words" in got and got.startswith(" a-rather-long-name"), "%d: %r" % (columns, got))
    for columns in range(1, 60):
        if columns % 7 == 0:
            got = status_of(path, columns)
            check("1:1" in got and len(got) <= columns, "%d: %r" % (columns, got))


def modes_and_changes_stay():
    path = file("one two three\n", "chapter-one-of-the-book.txt")
    for columns in (12, 20, 40, 80):
        with Editor("--keymap", "vi", path, columns=columns, rows=6) as e:
            e.wait(lambda: e.line(4))
            e.type("ix")
            check(e.wait(lambda: " *" in e.line(4) and "INS" in e.line(4) and "1:2" in e.line(4)), str(columns), e)
            e.send("esc", "V")
            check(e.wait(lambda: "V-L" in e.line(4) or "VISUAL LINES" in e.line(4)), "%d: lines" % columns, e)


def blanks_do_not_hide_the_place():
    path = file("one [[3]] two\n", "chapter.txt")
    for columns in (16, 24, 40, 60, 100):
        with Editor("-m", model(), "--pace", "0", path, columns=columns, rows=6) as e:
            e.wait(lambda: e.line(4))
            check(e.wait(lambda: "1:1" in e.line(4)), "%d: the place" % columns, e)
            e.send("M-n", "^G")
            check(e.wait(lambda: "seed %d" % FIRST_SEED in e.line(4) or (columns < 100 and "1 of 1" in e.line(4)), 30),
                  "%d: which proposal" % columns, e)
            check("1:5" in e.line(4), "%d: and where it is" % columns, e)


def figures_of_a_fill_are_shown_by_a_setting():
    path = file("one [[3]] two\n", "chapter.txt")
    for details in ("off", "on"):
        with Editor("-m", model(), "--pace", "0", "-t", "0.5", "--set", "fill-details=" + details, path, columns=120, rows=10) as e:
            e.wait(lambda: e.line(8))
            e.send("M-n", "^G")
            check(e.wait(lambda: "3 tokens · seed %d" % FIRST_SEED in e.line(8), 30), "what it is", e)
            check(("ln q" in e.line(8), "T 0.5" in e.line(8)) == (details == "on",) * 2, "and how it was drawn", e)
            e.send("t")
            check(e.wait(lambda: "ln q" in e.line(8) and "σ̄" in e.text(), 30), "the timeline has it", e)


main([tags_go_before_the_place, modes_and_changes_stay, blanks_do_not_hide_the_place,
      figures_of_a_fill_are_shown_by_a_setting])
