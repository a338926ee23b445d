"""Quitting and closing: what can be kept is kept, and nothing of value is lost without a question."""
import os
import shutil
import signal

from terminal import Editor, check, contents, file, main, model

TEXT = "The old house stood [[3]] by the river, and [[2]] went there.\n"
NO_HISTORY = ("--set", "history=0")  # nothing but words is kept


def filled(*arguments, text=TEXT, **more):
    """Both blanks have proposals that are not accepted."""
    path = file(text)
    e = Editor("-m", model(), "--pace", "0", *arguments, path, **more)
    e.wait_for("old house")
    e.send("M-g")
    check(e.wait(lambda: "[[" not in e.text() and "step" not in e.text() and "starting" not in e.text()
                 and "loading" not in e.text(), 30), "filled", e)
    return path, e


def proposals_are_kept_without_a_question():
    path, editor = filled()
    with editor as e:
        shown = e.line(0)
        e.send("^Q")
        check(e.finish() == 0, "no question", e)
        check("2 proposals are kept and will be back" in e.text(), "but a word about them", e)
        with Editor(path, env={"XDG_STATE_HOME": e.folder + "/state"}) as again:
            check(again.wait(lambda: again.line(0) == shown), "there they are", again)
            again.send("M-x")
            again.type("close\r")
            check(again.wait_for("draft.txt is closed, its proposals are kept"), "closing asks nothing either", again)
            again.send("M-x")
            again.type("open " + path + "\r")
            check(again.wait(lambda: again.line(0) == shown), "and opening brings them back", again)
    check(contents(path).decode() == TEXT, "the text is as it was")


def a_folder_that_cannot_be_written_is_asked_about():
    path, editor = filled()
    with editor as e:
        history = e.folder + "/state/lacuna/history"
        shutil.rmtree(history, ignore_errors=True)
        with open(history, "w", encoding="utf-8") as stream:
            stream.write("in the way")
        e.send("^Q")
        check(e.wait_for("2 proposals are not accepted and cannot be kept: leave anyway? (y/n)"), "asked", e)
        os.unlink(history)
        e.send("n", "^Q")
        check(e.finish() == 0, "now they can be kept")


def proposals_that_cannot_be_kept_are_asked_about():
    path, editor = filled(*NO_HISTORY)
    with editor as e:
        e.send("^Q")
        check(e.wait_for("2 proposals are not accepted and cannot be kept: leave anyway? (y/n)"), "asked", e)
        e.send("n")
        check(e.alive() and "[[" not in e.line(0), "n stays, with the proposals", e)
        e.send("^Q", "esc")
        check(e.alive() and "[[" not in e.line(0), "so does Esc", e)
        e.send("M-n", "enter", "^S")
        e.wait_for("saved")
        e.send("^Q")
        check(e.wait_for("1 proposal is not accepted"), "one is left", e)
        e.send("y")
        check(e.finish() == 0, "y leaves")
    check(contents(path).count(b"[[") == 1, "what was saved is saved")


def not_without_proposals():
    path, editor = filled()
    with editor as e:
        e.send("\033\r", "^S")
        e.wait_for("saved")
        e.send("^Q")
        check(e.finish() == 0, "all are accepted: no question")
    path, editor = filled()
    with editor as e:
        e.send("M-n", "esc", "M-n", "esc", "^Q")
        check(e.finish() == 0, "all are discarded: no question")
    check(contents(path).decode() == TEXT, "the text is as it was")


def saved_first_then_proposals():
    path, editor = filled(*NO_HISTORY)
    with editor as e:
        e.send("c-end")
        e.type("More.")
        e.send("^Q")
        check(e.wait_for("Save draft.txt before quitting?"), "the text first", e)
        e.send("y")
        check(e.wait_for("2 proposals are not accepted"), "then these", e)
        e.send("n", "^Q", "y")
        check(e.finish() == 0, "left")
    check(contents(path).endswith(b"More."), "saved")
    path, editor = filled()
    with editor as e:
        e.send("c-end")
        e.type("x")
        e.send("^Q", "n")
        check(e.finish() == 0, "who throws the text away throws them away with it")


def vi_leaves():
    _, editor = filled("--keymap", "vi", *NO_HISTORY)
    with editor as e:
        e.type(":q\r")
        check(e.wait_for("2 proposals are not accepted"), ":q asks", e)
        e.send("esc")
        e.type(":wq\r")
        check(e.wait_for("2 proposals are not accepted"), ":wq too", e)
        e.send("esc")
        e.type(":q!\r")
        check(e.finish() == 0, ":q! does not")


def a_signal_keeps_the_text():
    path, editor = filled()
    with editor as e:
        e.send("c-end")
        e.type("Kept.")
        e.signal(signal.SIGHUP)
        check(e.finish() is not None, "ended without a question")
        with Editor(path, env={"XDG_STATE_HOME": e.folder + "/state"}) as again:
            check(again.wait_for("(r)ecover"), "what was not saved is offered", again)
            again.send("r")
            check(again.wait_for("Kept."), "the words are there", again)


def closing_asks():
    path, editor = filled(*NO_HISTORY)
    other = file("other\n", "other.txt")
    with editor as e:
        e.send("M-x")
        e.type("open " + other + "\r")
        check(e.wait(lambda: e.line(0) == "other"), "another file", e)
        e.type("x")
        e.send("M-x")
        e.type("close\r")
        check(e.wait_for("Save other.txt before closing it?"), "changes", e)
        e.send("esc")
        check(e.line(0) == "xother", "still open", e)
        e.send("M-x")
        e.type("close\r")
        e.send("y")
        check(e.wait_for("other.txt is closed; 1 of 1: draft.txt"), "saved and closed", e)
        check(contents(other) == b"xother\n", "saved")
        e.send("M-x")
        e.type("close\r")
        check(e.wait_for("2 proposals are not accepted and cannot be kept: close it anyway?"), "proposals", e)
        e.send("y")
        check(e.wait_for("draft.txt is closed") and "[no name]" in e.text(), "the last leaves an empty page", e)
        e.type("new")
        check(e.line(0) == "new", "to write on", e)
        e.send("^Q", "n")
        check(e.finish() == 0, "left")


def closed_texts_leave_nothing_behind():
    path = file("one\n")
    with Editor(path) as e:
        e.wait_for("one")
        e.type("x")
        e.until_not("journal")
        e.send("M-x")
        e.type("close\r")
        e.send("n")
        check(e.wait_for("draft.txt is closed"), "closed", e)
        e.send("M-x")
        e.type("open " + path + "\r")
        check(e.wait(lambda: e.line(0) == "one" and "recover" not in e.text()), "thrown away, as was said", e)


def only_this_file_is_lost():
    a, b = file("aaa\n", "a.txt"), file("bbb\n", "b.txt")
    with Editor("--keymap", "vi", a, b) as e:
        e.wait_for("a.txt")
        e.type("x:bn\rx:q!\r")
        check(e.wait_for("Save a.txt before quitting?"), "q! is about the file that is shown", e)
        e.send("y")
        check(e.finish() == 0, "left")
    check(contents(a) == b"aa\n" and contents(b) == b"bbb\n", "one saved, one lost")


def a_question_about_a_long_name_shows_its_letters():
    path = file("one\n", "a-draft-with-a-name-that-is-longer-than-the-screen-of-the-writer-who-has-chosen-it.txt")
    for columns in (80, 40):
        with Editor(path, columns=columns) as e:
            e.wait_for("one")
            e.type("x")
            e.send("^Q")
            check(e.line(23).startswith("\u2026") and e.line(23).endswith("(y/n, Esc: stay)"), "%d columns" % columns, e)
            e.send("n")
            check(e.finish() == 0, "answered")


main([proposals_are_kept_without_a_question, a_folder_that_cannot_be_written_is_asked_about,
      proposals_that_cannot_be_kept_are_asked_about, not_without_proposals, saved_first_then_proposals, vi_leaves,
      a_signal_keeps_the_text, closing_asks, closed_texts_leave_nothing_behind, only_this_file_is_lost,
      a_question_about_a_long_name_shows_its_letters])
