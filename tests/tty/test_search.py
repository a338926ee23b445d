"""Finding and replacing: switches, counts, wrapping around, one by one, all, in a selection, groups."""
import os
import subprocess

from terminal import PROGRAM, Editor, check, contents, file, main


def saved(e, path):
    e.send("^S")
    e.wait_for("saved")
    return contents(path).decode()


def find(e, pattern, *keys):
    e.send("^F")
    check(e.wait(lambda: e.line(23).startswith("Find")), "asked", e)
    e.type(pattern)
    e.send(*keys)


def note(e, words):
    return e.wait(lambda: words in e.line(23))


def two_escapes_at_once_are_two_keys():
    with Editor(file("one two one\n")) as e:
        e.wait_for("two")
        find(e, "one")
        e.send_raw("\x1b\x1b")
        check(e.wait(lambda: not e.line(23).startswith("Find")), "the question is gone", e)
        find(e, "two")
        e.send_raw("\x1b\x1b<")  # M-<: the beginning of the text, or at least no letter in the question
        check(e.wait(lambda: not e.line(23).startswith("Find")), "Esc, then a key with Alt", e)
        check(e.line(0).strip() == "one two one", "and no letter of it in the text", e)


def matches_are_counted():
    with Editor(file("one two one\ntwo one two\none\n")) as e:
        e.wait_for("two")
        find(e, "one")
        check(note(e, "1 of 4"), "counted", e)
        e.send("f3")
        check(note(e, "2 of 4"), "the next", e)
        e.send("\033[1;2R", "\033[1;2R")  # S-F3
        check(note(e, "4 of 4, from the end"), "backwards, around the start", e)
        e.send("f3")
        check(note(e, "1 of 4, from the start"), "and around the end", e)
        e.type("x")
        check(note(e, "no match"), "none", e)
        e.send("backspace", "enter")
        check(note(e, "1 of 4"), "also when the question is answered", e)
        e.send("f3")
        check(note(e, "2 of 4") and e.cursor() == (0, 8), "again", e)
        e.send("f3", "f3", "f3")
        check(note(e, "1 of 4, from the start again"), "said", e)


def switches_are_seen_and_toggled():
    with Editor(file("cat Cat cats ca+t\n")) as e:
        e.wait_for("cats")
        find(e, "Cat")
        check(note(e, "1 of 1"), "a capital counts", e)
        e.send("M-c", "M-c")
        check(e.line(23).startswith("Find any case:") and note(e, " of 3"), "capitals do not count", e)
        e.send("M-w")
        check(e.line(23).startswith("Find words any case:") and note(e, " of 2"), "whole words", e)
        e.send("M-w", "M-r", "^U")
        e.type("ca+t")
        check(e.line(23).startswith("Find regex any case:") and note(e, " of 3"), "a regular expression", e)
        e.send("^U")
        e.type("ca(t")
        check(note(e, "missing closing"), "a broken one is said", e)
        e.send("^U", "M-r")
        e.type("ca+t")
        check(note(e, "1 of 1"), "plain text again", e)


def searches_are_remembered():
    with Editor(file("one two three\n")) as e:
        e.wait_for("three")
        find(e, "two", "enter")
        find(e, "three", "enter")
        e.send("^F", "up")
        check(e.wait(lambda: e.line(23).startswith("Find: three")), "the last", e)
        e.send("up")
        check(e.wait(lambda: e.line(23).startswith("Find: two")), "the one before", e)
        e.send("down", "down")
        check(e.wait(lambda: e.line(23).rstrip() == "Find:"), "back", e)
        e.send("home", "enter")
        check(e.cursor() == (0, 8), "an empty answer is the last one again", e)


def counting_does_not_block():
    with Editor(file("needle hay hay hay hay\n" * 400000)) as e:  # 9 MB
        e.wait_for("needle")
        find(e, "ha")
        e.type_at_once("y")
        check("hay" in e.line(23) and "search" in e.busy, "a key is taken and shown before all is counted", e)
        check(e.wait(lambda: "of 1000000+" in e.line(23)), "as far as it goes", e)
        check(e.cell(20, 8).bg != "default" or e.cell(20, 8).reverse, "lit in a large text too", e)


def replace(e, what, with_):
    e.send("^R")
    check(e.wait(lambda: e.line(23).startswith("Replace")), "asked", e)
    e.type(what)
    e.send("enter")
    check(e.wait(lambda: "with:" in e.line(23)), "asked what with", e)
    e.type(with_)
    e.send("enter")


def one_by_one():
    path = file("cat cat cat cat cat\n")
    with Editor(path) as e:
        e.wait_for("cat")
        replace(e, "cat", "dog")
        check(e.wait_for("y yes") and e.cell(0, 0).reverse, "asks about the first", e)
        e.send("y", "n", "y")
        check(e.wait_for("dog cat dog cat cat"), "yes, no, yes", e)
        e.send("a")
        check(e.wait_for("dog cat dog dog dog"), "the rest", e)
        check(e.wait_for("replaced 4 matches"), "counted", e)
        e.send("^Z")
        check(e.wait_for("cat cat cat cat cat"), "one step of undo", e)
        e.send("home")
        replace(e, "cat", "cow")
        e.send("y", ".")
        check(e.wait_for("cow cow cat cat cat") and e.wait_for("replaced 2"), "this one and stop", e)
        e.send("home")
        replace(e, "cat", "elk")
        e.send("q")
        check(e.wait_for("nothing was replaced"), "stop", e)
        check(saved(e, path) == "cow cow cat cat cat\n", "saved")


def from_the_cursor_around_the_end():
    path = file("a1 a2 a3\n")
    with Editor(path) as e:
        e.wait_for("a3")
        e.send("right", "right", "right")
        replace(e, "a", "bb")
        e.send("y", "y")
        check(e.wait_for("(from the start again)"), "said", e)
        e.send("y")
        check(e.wait_for("replaced 3") and "bb1 bb2 bb3" in e.line(0), "all of them, none twice", e)
        e.send("^Z", "home", "right", "right", "right")
        replace(e, "a", "aa")
        e.send("a")
        check(e.wait_for("replaced 3") and "aa1 aa2 aa3" in e.line(0), "all at once", e)


def in_a_selection():
    path = file("x x\nx x\nx x\n")
    with Editor(path) as e:
        e.wait_for("x x")
        e.send("down", "s-down")
        replace(e, "x", "yy")
        e.send("a")
        check(e.wait_for("replaced 2"), "in the selection alone", e)
        check(saved(e, path) == "x x\nyy yy\nx x\n", "saved")


def groups():
    path = file("Ada Lovelace\nAlan Turing\n")
    with Editor(path) as e:
        e.wait_for("Turing")
        e.send("^R", "M-r")
        e.type(r"(\w+) (\w+)")
        e.send("enter")
        e.type(r"$2, \U$1\E ${1}$$\n")
        e.send("enter", "a")
        e.wait_for("replaced 2")
        check(saved(e, path) == "Lovelace, ADA Ada$\n\nTuring, ALAN Alan$\n\n", repr(contents(path)))


def an_empty_match_can_be_replaced():
    path = file("a\nb\n")
    with Editor(path) as e:
        e.wait_for("b")
        e.send("^R", "M-r")
        e.type("^")
        e.send("enter")
        e.type("> ")
        e.send("enter", "a")
        e.wait_for("replaced")
        check(saved(e, path) == "> a\n> b\n", repr(contents(path)))
        e.send("^R", "up", "enter")
        e.type("! ")
        e.send("enter", "y", "y", "q")
        check(saved(e, path).count("! ") == 2, repr(contents(path)))


def a_line_feed_is_any_line_end():
    path = file(b"one\r\ntwo, three\r\nfour\r\n")
    with Editor(path) as e:
        e.wait_for("four")
        e.send("^R", "M-r")
        e.type(r"one\n")
        e.send("enter")
        e.type("1 ")
        e.send("enter", "a")
        check(e.wait_for("replaced 1"), "a CRLF is found", e)
        e.send("^R")
        e.type(", ")
        e.send("enter")
        e.type(r"\n")
        e.send("enter", "a")
        check(e.wait_for("replaced 1"), "and made", e)
        check(saved(e, path) == "1 two\r\nthree\r\nfour\r\n", repr(contents(path)))
    subprocess.run([PROGRAM, "replace", "-qE", r"\n(\w)", r"\n\n$1", path], check=True)
    check(contents(path) == b"1 two\r\n\r\nthree\r\n\r\nfour\r\n", repr(contents(path)))
    for made, want in ((b"a\r\nb\r\nc\r\n", b"a b c\r\n"), (b"a\nb\nc\n", b"a b c\n")):
        path = file(made)
        with Editor("-k", "vi", path) as e:
            e.wait_for("c")
            e.type(":1s/\\n/ /")
            e.send("enter")
            check(e.wait_for("a b") and e.line(1) == "c", "the line end of one line", e)
            e.type("u:%s/\\n/ /")
            e.send("enter")
            e.wait_for("a b c")
            e.type(":w")
            e.send("enter")
            check(e.wait(lambda: contents(path) == want), "of all but the last: %r" % contents(path), e)


def plain_quotes_and_dashes_find_typographic_ones():
    path = file("It wasn\u2019t\u00a0there; \u201cno\u201d, wasn't cafe\u0301 \"x\"\n")
    with Editor(path) as e:
        e.wait_for("there")
        for pattern, column in (("n't t", 6), ('"no', 17), ("caf\u00e9", 30)):
            find(e, pattern)
            check(e.cursor()[0] == 23 and note(e, "1 of 1"), "%s is found" % pattern, e)
            e.send("enter")
            check(e.cursor() == (0, column), "%s at %r" % (pattern, e.cursor()), e)
        find(e, "cafe")
        check(note(e, "no match"), "but no part of a character", e)
        e.send("esc")
        replace(e, "wasn't", "was not")
        e.send("a")
        check(e.wait_for("replaced 2"), "replaced, both", e)
        replace(e, '"', "*")
        e.send("a")
        check(e.wait_for("replaced 2"), "of signs alone those that are meant", e)
        check(saved(e, path) == "It was not\u00a0there; \u201cno\u201d, was not cafe\u0301 *x*\n", contents(path).decode())


def plain_text_means_itself():
    path = file("a.b $1 a.b\n")
    with Editor(path) as e:
        e.wait_for("a.b")
        replace(e, "a.b", r"$1\n")
        e.send("a")
        e.wait_for("replaced 2")
        check(saved(e, path) == "$1\\n $1 $1\\n\n", repr(contents(path)))


def the_rest_after_the_end():
    path = file("the a the b the c the d\n")
    with Editor(path) as e:
        e.wait_for("the d")
        e.send(*["right"] * 12)
        replace(e, "the", "the the")
        e.send("y", "y")
        check(e.wait_for("(from the start again)"), "said", e)
        e.send("n", "a")
        check(e.wait_for("replaced 3"), "neither what was refused nor what was replaced", e)
        check(e.line(0) == "the a the the b the the c the the d", "as answered", e)


def a_count_is_of_its_question():
    with Editor(file("one two one\n")) as e:
        e.wait_for("two")
        find(e, "one", "enter")
        check(note(e, "1 of 2"), "counted", e)
        e.send("^T")
        check(e.wait_for("Go to line") and " of 2" not in e.line(23), "another question", e)


def many_at_once():
    path = file("word " * 20000 + "\n")
    with Editor(path) as e:
        e.wait_for("word")
        replace(e, "word", "words")
        e.send("a")
        check(e.wait_for("replaced 20000"), "all", e)
        e.send("^Z")
        check(saved(e, path) == "word " * 20000 + "\n", "undone in one step")


main([matches_are_counted, two_escapes_at_once_are_two_keys, switches_are_seen_and_toggled, searches_are_remembered, counting_does_not_block, one_by_one,
      from_the_cursor_around_the_end, in_a_selection, groups, an_empty_match_can_be_replaced,
      a_line_feed_is_any_line_end, plain_quotes_and_dashes_find_typographic_ones, plain_text_means_itself,
      the_rest_after_the_end, a_count_is_of_its_question, many_at_once])
