"""Filling: steps over the view, proposals, accepting, undoing, cancelling; blanks made in the editor."""
import os
import re

from terminal import FIRST_SEED, Editor, check, contents, file, main, model

TEXT = "The old house stood [[6]] by the river, and nobody went there.\n\nSecond [[3]] paragraph.\n"
MASKED = "\u2591"


def start(text=TEXT, *arguments, env=None, **more):
    path = file(text)
    # the tiny model writes only non-words, which would all be drawn again
    e = Editor("-m", model(), "--set", "real-words=off", "--pace", "60", *arguments, path, env=env, **more)
    e.path = path
    check(e.wait_for(text.split("\n")[0].split()[0]), "shown", e)
    return e


def done(e, seconds=30):
    return e.wait(lambda: "accept" in e.text() and "step" not in e.text() and MASKED not in e.text(), seconds)


def steps_then_accept_then_undo():
    with start() as e:
        e.send("M-n")
        check(e.cursor() == (0, 20), "next blank", e)
        e.send("^G")
        check(e.wait_for(MASKED), "masked tokens are shown", e)
        frames = set()

        def watch():
            frames.add((e.line(0), re.search(r"step (\d+) of 32", e.text()) and re.search(r"step (\d+) of 32", e.text()).group(1)))
            return "accept" in e.text() and MASKED not in e.text() and "step" not in e.text()

        check(e.wait(watch, 30), "done", e)
        steps = {int(step) for _, step in frames if step}
        check(len(steps) >= 8, "%d different steps were seen" % len(steps))
        cells = {line.count(MASKED) for line, _ in frames}
        check(len(cells) > 2, "words settle one after the other: %s" % cells)
        check("seed %d" % FIRST_SEED in e.text() and "[[6]]" not in e.text(), "the proposal is over the blank", e)
        check(contents(e.path).decode() == TEXT and "draft.txt *" not in e.text(), "the text has not changed", e)
        proposal = e.text().split("Second")[0]
        e.send("enter")
        check("draft.txt *" in e.text(), "accepting changes it", e)
        check(e.text().split("Second")[0] == proposal, "to what was proposed", e)
        e.send("^S")
        e.wait_for("saved")
        saved = contents(e.path).decode()
        check("[[6]]" not in saved and "[[3]]" in saved, "saved: %s" % saved)
        first = saved.split("\n")[0]
        check(first.startswith("The old house stood ") and first.endswith(" by the river, and nobody went there."),
              "only the blank has changed: %s" % first)
        e.send("^Z")
        check(e.cursor() == (0, 20), "undo brings the cursor back to the blank", e)
        e.send("esc")
        check(e.wait_for("[[6]]"), "undo and Esc bring the blank back", e)
        e.send("^S")
        e.wait(lambda: contents(e.path).decode() == TEXT)
        check(contents(e.path).decode() == TEXT, "byte for byte")


def same_seed_same_words():
    lines = []
    for _ in range(2):
        with start(TEXT, "--seed", "7", "--pace", "0") as e:
            e.send("M-n", "^G")
            check(done(e), "done", e)
            lines.append(e.line(0))
    check(lines[0] == lines[1], "%s" % lines)


def again_and_candidates():
    with start(TEXT, "--pace", "0") as e:
        e.send("M-n", "^G")
        check(done(e), "first", e)
        first = e.line(0)
        e.send("r")
        check(e.wait_for("2 of 2"), "again", e)
        second = e.line(0)
        check("seed %d" % (FIRST_SEED + 1) in e.text() and second != first, "another seed, other words", e)
        e.send("p")
        check(e.wait_for("1 of 2") and e.line(0) == first, "the one before", e)
        e.send("n")
        check(e.wait_for("2 of 2") and e.line(0) == second, "and the next", e)
        e.send("esc")
        check(e.wait_for("[[6]]"), "discarded", e)


def redraw_takes_no_letters():
    with start(TEXT, "--pace", "200", "--width", "0", columns=200) as e:  # one row, whatever is drawn
        e.send("M-n", "^G")
        check(done(e), "a proposal", e)
        before, after = e.line(0)[:20], e.line(2)
        e.send("r")
        for key in ("n", "p", "x", "r"):
            e.send(key)
            check("still filling; Esc stops" in e.text(), "%s says why it does nothing" % key, e)
        e.send("enter", "h", "v", "e")
        check(e.line(0)[:20] == before and e.line(2) == after and "draft.txt *" not in e.text(), "nothing typed", e)
        e.send("esc")
        check(e.wait_for("stopped") and "[[6]]" not in e.text(), "Esc stops; the proposal before stays", e)
        e.send("^Q")
        check(e.finish() == 0, "nothing was changed", e)


def esc_stops_elsewhere_and_undo_brings_back():
    with start(TEXT, "--pace", "200") as e:
        e.send("M-n", "^G")
        check(done(e), "a proposal", e)
        line = e.line(0)
        e.send("M-n", "^G")
        e.wait_for(MASKED)
        e.send("M-p")
        check(e.wait_for("step"), "it runs", e)
        e.send("esc")
        check(e.line(0) == line and "[[3]]" in e.text() and "stopped" in e.text(), "the fill stops, no more", e)
        e.send("esc")
        check("[[6]]" in e.text(), "the next Esc discards", e)
        e.send("^Z")
        check(e.line(0) == line and "is back" in e.text(), "undo brings it back", e)
        e.send("^Y")
        check("[[6]]" in e.text() and "discarded again" in e.text(), "and redo discards it again", e)
        e.send("^Z")
        check(e.line(0) == line, "as often as one likes", e)
        e.type(" ")
        e.send("c-end")
        e.type("x")
        e.send("^Z", "^Y")
        check(e.line(0) == line, "but not when something else was undone since", e)
        e.send("M-p")
        e.send("esc", "^Z", "enter")
        check(e.line(0) == line and "draft.txt *" in e.text(), "to be accepted", e)


def typing_meanwhile():
    with start() as e:
        e.send("M-n", "^G")
        e.wait_for(MASKED)
        e.send("c-end")
        e.type("Typed meanwhile.")
        check("Typed meanwhile." in e.text() and MASKED in e.text(), "typed while it is filled", e)
        check(e.until_not("fill") and MASKED not in e.text(), "and it is finished", e)
        check("[[6]]" not in e.text(), "a proposal", e)
        e.send("M-p", "M-p", "enter", "^S")
        e.wait_for("saved")
        saved = contents(e.path).decode()
        check(saved.endswith("paragraph.\nTyped meanwhile.") and "[[6]]" not in saved, saved)


def typing_before_the_blank():
    with start() as e:
        e.send("M-n", "^G")
        e.wait_for(MASKED)
        e.send("c-home")
        e.type("Yes. ")
        check(e.until_not("fill") and MASKED not in e.text(), "finished", e)
        check(e.line(0).startswith("Yes. The old house stood ") and "[[6]]" not in e.line(0), "over the moved blank", e)


def cancels():
    with start(TEXT, "--pace", "200") as e:
        e.send("M-n", "^G")
        e.wait_for(MASKED)
        e.send("esc")
        check("[[6]]" in e.text(), "the blank is back at once", e)
        check("stopped" in e.text() and "step" not in e.text(), "and it says so", e)
        e.settle()
        check("[[6]]" in e.text(), "and stays", e)


def editing_the_blank_cancels():
    with start(TEXT, "--pace", "200") as e:
        e.send("M-g")
        e.wait_for(MASKED)
        e.send("^A", "del")
        e.settle()
        check(e.line(0) == "" and e.alive(), "all deleted", e)
        e.send("^Z")
        check(e.wait_for("[[6]]"), "undone, with its blanks", e)
        check("2 blanks" in e.text(), "both", e)


def fills_all():
    with start(TEXT, "--fill") as e:
        check(e.wait(lambda: "[[" not in e.text() and MASKED not in e.text() and "step" not in e.text()), "both", e)
        e.send("\033\r")
        check(e.wait_for("2 accepted"), "accepted together", e)
        e.send("^Z")
        check("draft.txt *" not in e.text(), "one step of undo", e)


def selection_as_blank():
    with start("He walked slowly down to the sea.\n", "--pace", "0") as e:
        for _ in range(3):
            e.send("right")
        for _ in range(13):
            e.send("s-right")
        e.send("^B")
        check(e.wait_for("1 blank"), "a blank", e)
        check(e.line(0) == "He walked slowly down to the sea.", "its words stay", e)
        e.send("^G")
        check(done(e), "filled", e)
        e.send("enter", "^S")
        e.wait_for("saved")
        saved = contents(e.path).decode()
        check(saved.startswith("He ") and saved.endswith(" down to the sea.\n") and "walked slowly" not in saved, saved)


def blank_inserted():
    with start("One two.\n") as e:
        e.send("right", "right", "right", "^B")
        check(e.wait_for("Length of the blank"), "asks", e)
        e.type("4-9")
        e.send("enter")
        check(e.line(0) == "One [[4-9]] two." and "1 blank" in e.text(), "put in with its spaces", e)
        e.send("end")
        e.type(" [[5]]")
        check("2 blanks" in e.text(), "typed markup is a blank", e)
        e.send("backspace")
        check("1 blank" in e.text() and e.line(0).endswith("[[5]"), "broken markup is text", e)
        e.send("^Z")
        check("2 blanks" in e.text(), "undo", e)


def a_year_in_brackets_is_text():
    path = file("In [[1984]] she wrote [[3]] of it.\n")
    with Editor("-m", model(), path) as e:  # which takes 64
        check(e.wait_for("1 blank"), "one blank", e)
        e.send("end")
        e.type(" [[64]]")
        check(e.wait_for("2 blanks"), "what the model takes is a blank", e)
        e.send("left", "left")
        e.type("0")
        check(e.wait_for("1 blank"), "what it does not take is text, also as it is typed", e)
        e.send("backspace")
        check(e.wait_for("2 blanks"), "and is a blank again", e)
        e.send("end")
        e.send("^B")
        e.type("300\r")
        check(e.wait_for("8, 4-20 or nothing, at most 64"), "nor can it be put in", e)


def without_color():
    with start(TEXT, env={"NO_COLOR": "1"}) as e:
        e.send("M-n", "^G")
        seen = set()

        def watch():
            row = [e.cell(0, x) for x in range(20, 79)]
            seen.update(("masked" if c.data == "\u2591" else "fresh" if c.reverse else "settled" if c.italics
                         and not c.bold else None) for c in row)
            return "accept" in e.text() and MASKED not in e.text() and "step" not in e.text()

        check(e.wait(watch, 30), "done", e)
        check({"masked", "fresh", "settled"} <= seen, "told apart by attributes: %s" % seen)


def no_model():
    path = file(TEXT)
    with Editor("-m", "/nonexistent/model", path) as e:
        check(e.wait_for("/nonexistent/model"), "says that there is none", e)
        e.send("M-n", "^G")
        e.settle()
        check("/nonexistent/model" in e.text() and "[[6]]" in e.text() and e.alive(), "and at a fill again", e)


def quits_while_filling():
    with start(TEXT, "--pace", "500") as e:
        e.send("M-n", "^G")
        e.wait_for(MASKED)
        e.send("^Q")
        check(e.finish() == 0, "ends")


def resize_while_filling():
    with start(TEXT) as e:
        e.send("M-g")
        e.wait_for(MASKED)
        for rows, columns in ((1, 1), (5, 10), (24, 200), (24, 80)):
            e.resize(rows, columns)
        check(e.wait(lambda: "[[" not in e.text() and MASKED not in e.text()), "finished", e)


def keeps_crlf():
    text = TEXT.replace("\n", "\r\n")
    with start(text, "--pace", "0") as e:
        e.send("M-n", "^G")
        check(done(e), "done", e)
        e.send("enter", "^S")
        e.wait_for("saved")
        saved = contents(e.path)
        check(saved.count(b"\r\n") == text.count("\r\n") and saved.count(b"\n") == text.count("\n"), "%s" % saved)


def another_length_stops_the_fill():
    with start(TEXT, "--pace", "2000") as e:
        e.send("M-n", "^G", "M-x")
        e.type("blank-length\r")
        e.type("4\r")
        check(e.until_not("fill") and "[[4]]" in e.text(), "the words would not fit any more", e)
        check("filled" not in e.line(23), "nothing claims that it was filled", e)


def filling_all_twice_says_that_it_goes_on():
    with start(TEXT, "--pace", "500") as e:
        e.send("M-g", "M-g")
        check("still filling" in e.line(23), "nothing claims that every blank has its words", e)


def removing_a_proposal_stops_no_other_fill():
    with start(TEXT, "--pace", "0") as e:
        e.send("M-n", "^G")
        check(done(e), "the first", e)
        e.send("M-x")
        e.type("set pace 2000\r")
        e.send("M-n", "^G", "M-p", "x")
        check("discarded" in e.line(23) and "[[6]]" in e.line(0), "it is gone", e)
        e.settle()
        check("fill" in e.busy, "the other goes on", e)


main([steps_then_accept_then_undo, same_seed_same_words, again_and_candidates, redraw_takes_no_letters,
      esc_stops_elsewhere_and_undo_brings_back, typing_meanwhile,
      typing_before_the_blank, cancels, editing_the_blank_cancels, fills_all, selection_as_blank, blank_inserted,
      a_year_in_brackets_is_text, without_color, no_model, quits_while_filling, resize_while_filling, keeps_crlf,
      another_length_stops_the_fill,
      filling_all_twice_says_that_it_goes_on,
      removing_a_proposal_stops_no_other_fill])
