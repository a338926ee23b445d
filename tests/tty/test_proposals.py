"""Writing beside proposals, and moving through them: what keys do before, on and after one."""
import time

from terminal import Editor, check, contents, file, main, model

TEXT = "The old house stood [[6]] by the river, and nobody went there.\n\nSecond [[3]] paragraph.\n\nThird [[4]] one.\n"
MASKED = "\u2591"


def start(text=TEXT, *arguments, **more):
    path = file(text)
    e = Editor("-m", model(), "--set", "real-words=off", "--pace", "0", *arguments, path, **more)
    e.path = path
    check(e.wait_for(text.split("\n")[0].split()[0]), "shown", e)
    return e


def filled(e, seconds=30):
    return e.wait(lambda: "step" not in e.text() and "loading" not in e.text() and MASKED not in e.text()
                  and "starting" not in e.text() and "[[" not in e.text(), seconds)


def saved(e):
    e.send("^S")
    check(e.wait_for("saved"), "saved", e)
    return contents(e.path).decode()


def prose_goes_behind_a_proposal_that_ends_the_file():
    with start("He went to [[4]]") as e:
        e.send("M-n", "^G")
        check(filled(e), "a proposal", e)
        e.send("c-end")
        for letter in "rnpt, over there":
            e.send(letter)
        check(e.line(0).rstrip().endswith("rnpt, over there"), "all letters are text", e)
        check(saved(e) == "He went to [[4]]rnpt, over there", "behind the blank, which is there still: %s" % contents(e.path))
        e.send("M-p", "enter")
        check("accepted" in e.text(), "the proposal is still to be had", e)
        text = saved(e)
        check("[[" not in text and text.endswith("rnpt, over there"), text)


def prose_goes_behind_a_proposal_in_the_middle_of_a_line():
    with start() as e:
        e.send("M-n", "^G")
        check(e.wait_for("accept", 30), "a proposal", e)
        e.send("right")
        e.type("npr t")
        check("1 accepted" not in e.text() and saved(e).startswith("The old house stood [[6]]npr t by the river"), "%s" % contents(e.path))
        e.send("enter")
        check(saved(e).startswith("The old house stood [[6]]npr t\n by"), "Enter breaks the line there")


def words_are_deleted_up_to_a_proposal():
    with start("One two [[4]] three four\n") as e:
        e.send("M-n", "^G")
        check(filled(e), "a proposal", e)
        line = e.line(0)
        e.send("right", "^W")
        check(e.line(0) == line and "accept or discard it first" in e.text(), "^W leaves it alone", e)
        check(e.cursor()[1] == 8, "and goes to it", e)
        e.send("\033[3;5~")
        check(e.line(0) == line and "accept or discard it first" in e.text(), "C-Del too", e)
        e.send("c-left", "\033[3;5~")
        check(e.line(0) == line.replace("two ", ""), "and takes the word before it alone", e)


def a_new_blank_is_before_the_cursor():
    with start("One") as e:
        e.send("end", "^B", "4", "enter")
        check(e.line(0) == "One [[4]]" and e.cursor() == (0, 9), "the cursor is behind it", e)
        e.type(", two")
        check(e.line(0) == "One [[4]], two", "where writing goes on", e)
        e.send("c-left", "left", "left", "^B", "enter")
        check(e.line(0) == "One [[4]] [[]], two", "a space in front of another", e)


def ctrl_g_fills_the_blank_before_the_cursor():
    with start("One") as e:
        e.send("end", "^B", "4", "enter", "^G")
        check(e.wait_for("accept", 30) and filled(e), "filled", e)
        check(e.cursor() == (0, 4), "the cursor is on the proposal", e)
        e.send("enter")
        check("accepted" in e.text(), "which Enter accepts", e)
        e.type(" two.")
        text = saved(e)
        check(text.endswith(" two.") and "[[" not in text, text)
    with start("One [[4]]  ") as e:
        e.send("c-end", "^G")
        check(e.wait_for("accept", 30), "over spaces, too", e)


def writing_on_while_it_is_filled_goes_behind_the_blank():
    with start("One", "--pace", "200") as e:
        e.send("end", "^B", "4", "enter", "^G")
        e.type(" two")
        check(e.wait_for("One [[4]] two", 0.1) or e.line(0).endswith(" two"), "behind it", e)
        check(filled(e), "filled", e)
        e.type(" three")
        check(saved(e) == "One [[4]] two three", "and when it is done: %s" % contents(e.path))


def no_key_is_named_that_goes_to_a_blank_where_none_is():
    with start("No blank here.\n") as e:
        for key in ("M-n", "M-p", "^G", "M-m"):
            e.send(key)
            check(e.wait_for("the text has no blank; ^B makes one"), key, e)


def accepting_goes_to_the_next_proposal():
    with start() as e:
        e.send("M-g")
        check(filled(e), "three proposals", e)
        e.send("enter")
        check("2 blanks with proposals are left" in e.text() and e.cursor()[0] == 2, "on to the second", e)
        e.send("enter")
        check(e.cursor()[0] == 4 and "the last" in e.text(), "the third", e)
        e.send("enter")
        rows = [e.line(y) for y in range(6)]
        e.send("enter")
        check([e.line(y) for y in range(6)] == rows, "Enter once too often breaks no line", e)
        check("last proposal" in e.text(), "and says why", e)
        e.send("enter")
        check([e.line(y) for y in range(6)] != rows, "the next one does", e)


def accepting_goes_round_to_those_before():
    with start() as e:
        e.send("M-g")
        check(filled(e), "three proposals", e)
        e.send("M-n", "M-n", "enter")
        check(e.cursor() == (0, 20), "to the first in the text", e)
        e.send("esc")
        check("[[6]]" in e.text(), "Esc discards that one", e)


def enter_after_the_only_proposal_is_a_line_break():
    with start("One [[4]] two\n") as e:
        e.send("M-n", "^G")
        check(filled(e), "a proposal", e)
        e.send("enter", "enter")
        check(e.line(1).startswith(" two"), "a new line", e)


def still_filling_is_said_no_longer_than_it_is_true():
    with start("One [[4]] two\n", "--pace", "60") as e:
        e.send("M-n", "^G")
        check(e.wait_for("accept", 30) and filled(e), "a proposal", e)
        e.send("n")
        e.send("r")
        check("still filling" in e.text(), "it is being drawn", e)
        check(e.wait(lambda: "2 of 2" in e.text() or "still" not in e.text(), 30), "done", e)
        check("still filling" not in e.text() and "accept" in e.text(), "the line says what can be done now", e)
        time.sleep(0.6)
        e.send("esc")
        check("[[4]]" in e.text(), "Esc discards", e)


def esc_that_comes_too_late_to_stop_discards_nothing():
    with start("One [[4]] two\n", "--pace", "60") as e:
        e.send("M-n", "^G")
        check(e.wait_for("accept", 30) and filled(e), "a proposal", e)
        e.send("n")
        e.send("r")
        check("still filling" in e.text(), "it is being drawn", e)
        check(e.wait(lambda: "still filling" not in e.text(), 30), "done", e)
        e.send("esc")
        check("just been filled" in e.text() and "[[4]]" not in e.text(), "the proposals are there", e)
        e.send("esc")
        check("[[4]]" in e.text(), "the next Esc discards", e)


def vi_writes_behind_a_proposal():
    with start("He went to [[4]]", "-k", "vi") as e:
        e.send("M-n", "M-g")
        check(filled(e), "a proposal", e)
        e.send("A")
        e.type(" npr t")
        e.send("esc", ":", "w", "enter")
        check(e.wait(lambda: contents(e.path).decode().startswith("He went to [[4]] npr t")), "%s" % contents(e.path), e)


def accepting_all_in_a_read_only_text_says_why_not():
    with start() as e:
        e.send("M-g")
        check(filled(e), "proposals", e)
        e.send("M-x")
        e.type("toggle-read-only\r")
        e.send("\033\r")
        check("is read-only" in e.line(23), "said", e)


main([no_key_is_named_that_goes_to_a_blank_where_none_is,
      prose_goes_behind_a_proposal_that_ends_the_file, prose_goes_behind_a_proposal_in_the_middle_of_a_line,
      words_are_deleted_up_to_a_proposal, a_new_blank_is_before_the_cursor, ctrl_g_fills_the_blank_before_the_cursor,
      writing_on_while_it_is_filled_goes_behind_the_blank, accepting_goes_to_the_next_proposal,
      accepting_goes_round_to_those_before, enter_after_the_only_proposal_is_a_line_break,
      still_filling_is_said_no_longer_than_it_is_true, esc_that_comes_too_late_to_stop_discards_nothing,
      vi_writes_behind_a_proposal,
      accepting_all_in_a_read_only_text_says_why_not])
