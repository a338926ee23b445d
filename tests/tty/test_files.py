"""Files: undo that outlives the session, encodings, line ends, read-only files, names and folders, other programs and
other instances that have the same file."""
import os
import stat
import subprocess

from terminal import PROGRAM, ROOT, Editor, check, contents, file, main


def home(path):
    return {"XDG_STATE_HOME": os.path.dirname(path) + "/state"}


def undo_goes_on_after_reopening():
    path = file("first [[3]] x\n")
    with Editor(path, env=home(path)) as e:
        e.wait_for("first")
        e.type("one ")
        e.send("end")
        e.type(" [[5]]")
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("one first [[3]] x [[5]]"), "opened again", e)
        check("2 blanks" in e.text(), "with its blanks", e)
        for _ in range(12):
            e.send("^Z")
        check(e.line(0) == "first [[3]] x", "undone to where it began", e)
        check("nothing to undo" in e.text() and "1 blank" in e.text(), "and no further", e)
        for _ in range(12):
            e.send("^Y")
        check(e.line(0) == "one first [[3]] x [[5]]" and "draft.txt *" not in e.text(), "and done again", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    with open(path, "a") as out:
        out.write("more")
    with Editor(path, env=home(path)) as e:
        e.wait_for("more")
        e.send("^Z")
        check(e.wait_for("nothing to undo"), "not when the file is another", e)
    with Editor("--set", "history=0", path, env=home(path)) as e:
        e.wait_for("more")
        e.type("x")
        e.send("^S", "^Q")
        e.finish()
    with Editor(path, env=home(path)) as e:
        e.wait_for("more")
        e.send("^Z")
        check(e.wait_for("nothing to undo"), "nor when it is switched off", e)


main([undo_goes_on_after_reopening])
