"""Several files: listing, closing and saving them, and the usual keys for that in each keymap."""
import os
import subprocess

from terminal import PROGRAM, Editor, check, contents, file, main

ALT = "\033"


def three(*arguments, **more):
    paths = [file(name + "\n", name + ".txt") for name in ("alpha", "beta", "gamma")]
    e = Editor(*arguments, *paths, **more)
    e.wait_for("alpha.txt")
    return paths, e


def a_list_to_choose_from():
    paths, editor = three()
    with editor as e:
        e.type("x")
        e.send_raw(ALT + "o")
        check(e.wait_for("File:") and "2  beta.txt" in e.text() and "3  gamma.txt" in e.text(), "listed", e)
        check("1  alpha.txt *" in e.text() and "(here)" in e.text(), "what is not saved, and where one is", e)
        e.type("gam\r")
        check(e.wait(lambda: e.line(0) == "gamma"), "by name", e)
        e.send_raw(ALT + "o")
        e.send("enter")
        check(e.wait(lambda: e.line(0) == "xalpha"), "the one before is offered first", e)
        e.send_raw(ALT + "o")
        e.type("2\r")
        check(e.wait(lambda: e.line(0) == "beta"), "by number", e)
        e.send_raw(ALT + "o")
        e.type("zzz\r")
        check(e.wait_for('no open file matches "zzz"'), "said", e)


def save_all_saves_all():
    paths, editor = three()
    with editor as e:
        e.type("1")
        e.send("M-.", "M-.")
        e.type("3")
        e.send("M-S")
        check(e.wait_for("2 files are saved") and e.line(0) == "3gamma", "said, and one is where one was", e)
        e.send("M-S")
        check(e.wait_for("nothing to save"), "nothing left", e)
    check([contents(p) for p in paths] == [b"1alpha\n", b"beta\n", b"3gamma\n"], "saved")


def vi_buffers():
    paths, editor = three("--keymap", "vi")
    with editor as e:
        e.type(":b gam\r")
        check(e.wait(lambda: e.line(0) == "gamma"), ":b NAME", e)
        e.type(":b2\r")
        check(e.wait(lambda: e.line(0) == "beta"), ":b2", e)
        e.send_raw("\036")  # ^^
        check(e.wait(lambda: e.line(0) == "gamma"), "the file before", e)
        e.type(":b a\r")
        check(e.wait_for("several open files match"), "not clear which", e)
        e.type(":ls\r")
        check(e.wait_for("1  alpha.txt"), ":ls", e)
        e.send("esc")
        e.type("x:bd\r")
        check(e.wait_for("before closing it?"), ":bd asks", e)
        e.send("esc")
        e.type(":bd!\r")
        check(e.wait_for("gamma.txt is closed; 2 of 2: beta.txt"), ":bd! does not", e)
        e.type("x:bn\rx:wqa\r")
        check(e.finish() == 0, ":wqa")
    check([contents(p) for p in paths] == [b"lpha\n", b"eta\n", b"gamma\n"], "saved but for what was thrown away")
    paths, editor = three("--keymap", "vi")
    with editor as e:
        e.type("x:bn\rx:qa!\r")
        check(e.finish() == 0, ":qa!")


def nano_closes_one_after_the_other():
    _, editor = three("--keymap", "nano")
    with editor as e:
        e.send("^X")
        check(e.wait_for("alpha.txt is closed"), "one", e)
        e.send("^X")
        check(e.wait_for("beta.txt is closed"), "two", e)
        e.send("^X")
        check(e.finish() == 0, "with the last one leaves")


def emacs_keys():
    _, editor = three("--keymap", "emacs")
    with editor as e:
        e.send("^X", "b")
        e.type("beta\r")
        check(e.wait(lambda: e.line(0) == "beta"), "C-x b", e)
        e.send("^X", "right")
        check(e.wait(lambda: e.line(0) == "gamma"), "C-x Right", e)
        e.send("^X", "^Q")
        check(e.wait_for("read-only: the text cannot be changed"), "C-x C-q", e)
        e.send("^X", "k")
        check(e.wait_for("gamma.txt is closed"), "C-x k", e)


def the_encoding_is_asked_for():
    path = file("Caf\u00e9\n")
    with Editor(path) as e:
        e.wait_for("Caf")
        e.send_raw(ALT + "8")
        check(e.wait_for("now UTF-8") and "latin-1" in e.line(22), "the choices", e)
        e.type("latin-1\r")
        check(e.wait_for("will be saved as ISO-8859-1"), "said", e)
        e.send("^S")
        e.wait_for("saved")
    check(contents(path) == b"Caf\xe9\n", "saved so")


def every_file_command_has_a_key():
    for keymap in ("default", "nano", "emacs"):
        keys = subprocess.run([PROGRAM, "keys", "--keymap", keymap], capture_output=True, text=True, check=True).stdout
        either = [name for name in ("close", "close-or-quit") if "\n# (no key)           = " + name + " " not in keys]
        check(either, keymap + ": closing")
        for name in ("save", "save-as", "save-all", "open", "reload", "compare", "toggle-read-only", "change-encoding",
                     "files", "next-file", "previous-file"):
            check("(no key)           = " + name + " " not in keys, keymap + ": no key for " + name)


main([a_list_to_choose_from, save_all_saves_all, vi_buffers, nano_closes_one_after_the_other, emacs_keys,
      the_encoding_is_asked_for, every_file_command_has_a_key])
