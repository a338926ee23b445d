"""Varying the writer's own words with a dial."""

import os
import signal

from test_tray import done, saved, start
from terminal import ROOT, Editor, check, file, main

TEXT = ("He had not spoken to anyone for a week, and the lamp burned low.\n\n"
        "When the boat came round the point he [[6]] and went down.\n")
FIRST = TEXT.split("\n")[0]


def vary(e, words=8):
    e.send(*["\033[1;6C"] * words)
    e.send("M-d")
    check(done(e) and "vary  30 %" in e.text(), "the dial", e)


def page(e):
    return e.line(0) + " " + e.line(1)


def the_dial_turns_and_the_original_is_a_key_away():
    with start(text=TEXT) as e:
        vary(e)
        e.send("left")
        check(done(e) and "20 %" in e.text(), "left", e)
        e.send("right", "right", "right")
        check(done(e) and "50 %" in e.text(), "right", e)
        half = page(e)
        check(half.strip() != FIRST and "and the lamp burned low." in half, "other words, and the same text behind", e)
        e.send("o")
        check(done(e) and FIRST in page(e), "the original", e)
        e.send("o")
        check(done(e) and page(e) == half, "and back: the same words at the same place of the dial", e)
        e.send("right", "left")
        check(done(e) and page(e) == half, "turned on and back", e)
        for _ in range(8):
            e.send("right")
        check(done(e) and "100 %" in e.text(), "to the end", e)
        for _ in range(12):
            e.send("left")
        check(done(e) and "vary   0 %" in e.text() and FIRST in page(e), "and to the original", e)


def words_that_were_drawn_again_are_marked():
    with start(text=TEXT) as e:
        vary(e)

        def looks():
            return [(c.fg, c.bg, c.bold, c.reverse, c.underscore) for c in (e.cell(0, x) for x in range(len(FIRST)))]
        for _ in range(3):
            e.send("left")
        check(done(e) and "vary   0 %" in e.text(), "nothing is drawn again", e)
        own = looks()
        for _ in range(10):
            e.send("right")
        check(done(e) and "100 %" in e.text(), "everything is", e)
        other = looks()
        check(other[0] != own[0], "its first word looks otherwise", e)
        check(other[-3] == own[-3], "the text behind it looks the same", e)
        e.send("o")
        check(done(e) and looks() == own, "the original is not marked", e)


def accepting_is_one_step_of_undo():
    with start(text=TEXT) as e:
        vary(e)
        e.send("right", "right")
        check(done(e), "drawn", e)
        words = page(e).split()
        e.send("enter")
        check("accepted" in e.text() and "vary" not in e.text(), "accepted", e)
        text = saved(e)
        check(text.split("\n")[0].split() == words and text != TEXT, text)
        e.send("^Z")
        check(saved(e) == TEXT, "one step back", e)
        e.send("^Z")
        check(saved(e) == TEXT, "and none before it", e)
        e.send("^Y")
        check(saved(e) == text, "redo", e)


def leaving_changes_nothing():
    for leave in ("esc", "c-end", "^Z"):
        with start(text=TEXT) as e:
            vary(e)
            e.send(leave)
            check(done(e) and "vary" not in e.text() and FIRST in page(e) and "draft.txt *" not in e.text(), leave, e)
            e.send("end")
            e.type("x")
            text = saved(e)
            check(text.replace("x", "", 1) == TEXT, text)
            e.send("^Z")
            check(saved(e) == TEXT, "undo of what was typed", e)


def redo_does_what_it_would_have_done():
    for leave in ("esc", "^Z", "c-end", "^S"):
        with start(text=TEXT) as e:
            e.type("New")
            e.send("^Z")
            vary(e)
            e.send(leave)
            check(done(e) and "vary" not in e.text() and FIRST in page(e), leave, e)
            e.send("^Y")
            check(e.line(0).startswith("NewHe had"), "%s: what was undone before comes back" % leave, e)
            e.send("^Z")
            check(saved(e) == TEXT, "%s: and goes" % leave, e)


def commands_for_blanks_do_not_see_the_words_under_the_dial():
    for command in ("c-right", "^G", "M-b", "f8", "M-t", "\033[200~Pasted \033[201~", ":accept-word", ":discard", "x", "n", "b"):
        with start(text=TEXT) as e:
            vary(e)
            if command[0] == ":":
                e.send("M-x")
                e.type(command[1:] + "\r")
            else:
                e.send(command)
            e.send("esc", "esc")
            text = saved(e)
            check(text.replace("Pasted ", "") == TEXT, "%s: %s" % (command, text), e)
            if text != TEXT:
                e.send("^Z")
                check(saved(e) == TEXT, command + ": one step of undo", e)
            e.send("^Z")
            check("nothing to undo" in e.text(), command + ": and none before it", e)


def the_dial_does_not_wait_for_a_fill_that_is_held():
    with start("--pace", "200", text=TEXT) as e:
        e.send("M-n")
        e.send_at_once("^G", "M-h")
        e.send("c-home", *["\033[1;6C"] * 4)
        e.send("M-d")
        check("a fill is held" in e.text() and "vary" not in e.text() and FIRST in page(e), "said", e)
        e.send("M-h")
        check(done(e) and "[[6]]" not in e.text(), "it goes on", e)
        e.send("M-d")
        check(done(e) and "vary  30 %" in e.text(), "and the dial is there", e)


def the_file_is_closed_meanwhile():
    with start(text=TEXT) as e:
        vary(e)
        e.send("right", "M-w")
        check(done(e) and e.alive() and "[no name]" in e.text(), "an empty page", e)
        e.type("x")
        check(e.line(0) == "x", "to write on", e)


def another_seed_draws_other_words():
    with start(text=TEXT) as e:
        vary(e)
        e.send("right", "right", "right", "right")
        check(done(e), "drawn", e)
        before = page(e)
        e.send("r")
        check(done(e) and page(e) != before, "others", e)


def what_cannot_be_varied():
    with start(text=TEXT) as e:
        e.send("M-d")
        check("first select the words" in e.text(), "nothing is selected", e)
        e.send("^A", "M-d")
        check("selection contains a blank" in e.text() and "[[6]]" in e.text(), "a blank", e)
        check(saved(e) == TEXT, "as it was", e)


def keys_of_all_keymaps():
    for keymap, begin, more, leave in (("emacs", "\003d", "^F", "^G"), ("nano", "\033d", "^F", "^C"), ("vi", "gV", "l", "esc")):
        with start("-k", keymap, text=TEXT) as e:
            if keymap == "vi":
                e.type("vee")
            else:
                e.send(*["\033[1;6C"] * 3)
            e.type(begin)
            check(done(e) and "vary  30 %" in e.text(), keymap, e)
            e.send(more)
            check(done(e) and "40 %" in e.text(), "%s: more" % keymap, e)
            e.send(leave)
            check("vary" not in e.text() and FIRST in page(e), "%s: leave" % keymap, e)


def the_whole_passage_is_above_the_dial():
    passage = ("He had not spoken to anyone for a week, and the lamp burned low, and the oil was nearly gone, and nobody had "
               "come that way since the storm, which had taken the boat and both of the oars and all of the rope.")
    text = "".join("Line %d.\n" % n for n in range(21)) + passage + "\n" + "".join("Behind %d.\n" % n for n in range(40))
    with start(text=text) as e:
        e.send(*["down"] * 21)
        check(e.cursor()[0] == 21, "at the last row of the page", e)
        e.send(*["\033[1;6C"] * 40, "M-d")
        check(done(e) and "vary  30 %" in e.text(), "the dial", e)
        for _ in range(8):
            e.send("left")
        check(done(e) and "vary   0 %" in e.text(), "the original", e)
        check("Behind 0." in e.text() and e.line(e.cursor()[0]).startswith("He had not spoken"), "all of it, and the row behind", e)


def a_crash_under_the_dial_leaves_no_blank():
    path = file(TEXT)
    env = {"XDG_STATE_HOME": os.path.dirname(path) + "/state", "HOME": os.path.dirname(path)}
    model = os.path.join(ROOT, "models/starter")
    for typed in ("", "More. "):
        with Editor("-m", model, "--pace", "0", path, env=env) as e:
            check(e.wait_for("He had"), "shown", e)
            e.type(typed)
            vary(e)
            e.idle()
            os.kill(e.pid, signal.SIGKILL)
            e.finish()
        with Editor("-m", model, path, env=env) as e:
            check(e.wait_for("He had"), "shown again", e)
            if typed:
                check(e.wait_for("unsaved changes"), "they are offered", e)
                e.send("r")
            check(e.settle() and "unsaved blanks" not in e.text(), "no question about what the writer did not do", e)
            check("1 blank" in e.line(22) and "2 blanks" not in e.line(22), "only the writer's blank", e)
            check((typed + FIRST)[:60] in e.line(0), "and the original words", e)


def small_screens_plain_and_no_color():
    for more in ({}, {"env": {"NO_COLOR": "1"}}):
        with start(*(["--plain"] if more else []), text=TEXT, **more) as e:
            vary(e)
            for size in ((12, 40), (7, 30), (5, 20), (2, 9), (1, 1), (24, 80)):
                e.resize(*size)
                check(e.alive(), "%d x %d" % size, e)
            e.send("enter")
            check("accepted" in e.text(), "accepted", e)


def the_dial_is_turned_by_name_too():
    with start(text=TEXT) as e:
        vary(e)
        e.send("M-x")
        e.type("vary-more\r")
        check(done(e) and "vary  40 %" in e.text(), "on the command line", e)
        e.send("^P")
        e.type("vary-less")
        check("draw fewer of the words" in e.text(), "the palette has it", e)
        e.send("enter")
        check(done(e) and "vary  30 %" in e.text(), "and runs it", e)


if __name__ == "__main__":
    main([words_that_were_drawn_again_are_marked, the_dial_turns_and_the_original_is_a_key_away, accepting_is_one_step_of_undo, leaving_changes_nothing,
          redo_does_what_it_would_have_done, commands_for_blanks_do_not_see_the_words_under_the_dial,
          the_dial_does_not_wait_for_a_fill_that_is_held, the_file_is_closed_meanwhile, another_seed_draws_other_words, what_cannot_be_varied, keys_of_all_keymaps, the_whole_passage_is_above_the_dial, a_crash_under_the_dial_leaves_no_blank,
          small_screens_plain_and_no_color, the_dial_is_turned_by_name_too])
