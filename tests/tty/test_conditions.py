"""Conditions on a blank's words: they are set on one line, and every proposal meets them."""
import os
import re

from test_tray import chosen, done, draw, prose, rows, start
from terminal import Editor, check, file, main


def ask(e, line):
    e.send("M-m", "^U")
    e.type(line + "\r")


def words_are_as_was_asked():
    with start() as e:
        e.send("M-n")
        ask(e, "must lantern@1; not sea, the, and; at most 9 words")
        check("[[12]] {must lantern@1; not sea," in e.text(), "shown behind the blank", e)
        e.send("^G")
        check(done(e) and len(rows(e)) > 3, "drawn", e)
        for row in rows(e):
            words = re.findall(r"[\w']+", row[1].lower())
            check(words[0] == "lantern" and not {"sea", "the", "and"} & set(words), row[1], e)
            check(len(row[1].split()) <= 9, row[1], e)
        check("{must lantern@1" in e.text(), "shown above the candidates", e)


def first_and_last_letters():
    with start() as e:
        e.send("M-n", "M-n")
        ask(e, "begins w; goes on")
        e.send("^G")
        check(done(e) and all(row[1].startswith("w") and row[1][-1] not in ".?!" for row in rows(e)), "all", e)


def the_line_can_be_edited():
    with start() as e:
        e.send("M-n")
        ask(e, "must lantern")
        e.send("M-m")
        check("must lantern" in e.line(23), "it is offered", e)
        e.type("; not sea\r")
        check("{must lantern; not sea}" in e.text(), "longer now", e)
        ask(e, "")
        check("{" not in e.text() and "no conditions" in e.text(), "and gone", e)


def what_cannot_be_is_said_at_once():
    with start() as e:
        e.send("M-n", "M-n")
        for line, why in (("must sea; not sea", 'is in both "must" and "not"'), ("sing", "is none of must, not"),
                          ("must a, b; at most 1 word", "at most 1"), ("must one two three four five six seven", "has at most"),
                          ("ends sentence; goes on", "cannot both"), ("begins x; must lamp@1", 'first word must be "lamp"'),
                          ("must the; no repeat 30", "may not be repeated")):
            ask(e, line)
            check(why in e.text() and "{" not in e.text(), line, e)


def tied_blanks_get_the_same_words():
    with start(text="He saw a [[3]] there, and she saw a [[3]] too.\n") as e:
        e.send("M-n")
        ask(e, "tie animal")
        e.send("M-n")
        ask(e, "tie animal")
        e.send("^G")
        check(done(e), "drawn", e)
        found = re.match(r"He saw a (.*) there, and she saw a (.*) too\.", prose(e))
        check(found and found.group(1) == found.group(2), "both", e)
        check(len(rows(e)) > 4, "and there are others, for both", e)
        e.send("enter", "enter")
        check(prose(e).startswith(found.group(0)), "accepted as they are", e)


def what_is_chosen_for_a_tied_blank_is_chosen_for_all():
    with start(text="He saw a [[3]] there, and she saw a [[3]] too.\n") as e:
        def words():
            return re.match(r"He saw a (.*) there, and she saw a (.*) too\.", prose(e)).groups()
        for _ in range(2):
            e.send("M-n")
            ask(e, "tie animal")
        e.send("^G")
        check(done(e) and "do not meet" not in e.text(), "drawn: each is there for both", e)
        for row in rows(e):
            e.send(str(row[0]))
            check(words() == (row[1], row[1]), "the other one follows", e)
        count = len(rows(e))
        last = words()
        e.send("+")
        check(done(e) and "%d proposals" % count not in e.text() and "do not meet" not in e.text(), "more, for both", e)
        check(words() == last, "the chosen one stays", e)
        e.send("enter")
        check(words() == last, "and the other has the same words when this one is accepted", e)


def proposals_from_before_the_conditions_are_marked_and_come_last():
    marked = re.compile(r"^[> ][ \d]\d! ")
    with start() as e:
        draw(e)
        count = len(rows(e))
        ask(e, "must lantern")
        check("%d do not meet {must lantern}" % count in e.text(), "the title", e)
        check(sum(bool(marked.match(e.line(r))) for r in range(e.screen.lines)) == count, "all are marked", e)
        e.send("^G")
        check(done(e) and "%d do not meet" % count in e.text(), "drawn", e)
        check(chosen(e)[0] == 1 and "lantern" in chosen(e)[1], "it is the first", e)
        ask(e, "")
        check(done(e) and "!" not in "".join(e.line(r)[:5] for r in range(e.screen.lines)), "no conditions, no marks", e)


def undo_brings_the_line_back_with_the_blank():
    with start(text="He said [[4]] to her.\n") as e:
        e.send("M-n")
        ask(e, "must lamp")
        draw(e, "M-n")
        e.send("enter", "^Z", "esc")
        check("{must lamp}" in e.text() or "must lamp" in e.text(), "it is there again", e)


def the_line_survives_quitting():
    path = file("He said [[4]] to her.\n")
    state = {"XDG_STATE_HOME": os.path.dirname(path) + "/state", "HOME": os.path.dirname(path)}
    with Editor(path, env=state) as e:
        check(e.wait_for("He said"), "shown", e)
        e.send("M-n")
        ask(e, "must lamp; goes on")
        e.send("^Q")
        e.send("y") if e.alive() else None
        check(e.finish() == 0, "quit", e)
    with Editor(path, env=state) as e:
        check(e.wait_for("[[4]] {must lamp; goes on} to her"), "it is there again", e)


if __name__ == "__main__":
    main([words_are_as_was_asked, first_and_last_letters, the_line_can_be_edited, what_cannot_be_is_said_at_once,
          tied_blanks_get_the_same_words, what_is_chosen_for_a_tied_blank_is_chosen_for_all,
          proposals_from_before_the_conditions_are_marked_and_come_last, undo_brings_the_line_back_with_the_blank,
          the_line_survives_quitting])
