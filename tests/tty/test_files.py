"""Files: undo across sessions, encodings, line ends, read-only files, names and folders, and other programs and other
instances with the same file."""
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile

from terminal import FOLDERS, PROGRAM, ROOT, Editor, Skip, check, contents, file, main


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


def other_encodings():
    for data, name, shown in (("caf\xe9 na\xefve\r\n".encode("latin-1"), "ISO-8859-1", "café naïve"),
                              ("\u201cquoted\u201d caf\xe9 \u2014 so\n".encode("cp1252"), "Windows-1252", "“quoted” café — so"),
                              (b"\xff\xfe" + "wide \U0001F600 é\n".encode("utf-16-le"), "UTF-16LE", "wide"),
                              (b"\xfe\xff" + "wide é\n".encode("utf-16-be"), "UTF-16BE", "wide é"),
                              (b"\xef\xbb\xbf" + "marked é\n".encode(), "UTF-8 with BOM", "marked é")):
        path = file(data)
        with Editor(path, env=home(path)) as e:
            check(e.wait_for(shown), "shown", e)
            check(name in e.text(), "%s in the status line" % name, e)
            check(("CRLF" in e.text()) == (b"\r" in data), "and CRLF", e)
            e.type("Zé")
            e.send("^S")
            check(e.wait_for("saved"), "saved", e)
            e.send("^Z", "^Z", "^S")
            e.settle()
            e.send("^Q")
            e.finish()
        check(contents(path) == data, "%s: the same bytes: %r" % (name, contents(path)))


def a_guessed_encoding_is_named_and_can_be_changed():
    words = "Смотритель маяка поднялся по лестнице и долго глядел на море. Ветер за ночь переменился.\n"
    data = words.encode("cp1251")
    path = file(data)
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("detected as Windows-1251; the command read-as"), "said", e)
        check(e.wait_for("Смотритель маяка") and "[not all UTF-8]" not in e.text(), "read", e)
        e.type("Да. ")
        e.send("^S")
        check(e.wait_for("saved") and contents(path) == b"\xc4\xe0. " + data, "saved in it: %r" % contents(path), e)
        e.send("M-x")
        e.type("read-as koi8-r")
        e.send("enter")
        check(e.wait_for("KOI8-R") and "маяка" not in e.text(), "another", e)
        e.send("^Q")
        e.finish()
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("KOI8-R"), "which is remembered", e)
        e.send("^Q")
        e.finish()


def encodings_by_their_names():
    data = "Да, мир\n".encode("koi8-r")
    path = file(data)
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("[not all UTF-8]"), "too short to be guessed", e)
        e.send("^P")
        e.type("read-as")
        e.send("enter")
        check(e.wait_for("in which encoding") and "now UTF-8" in e.text(), "asked", e)
        e.type("koi8-r")
        e.send("enter")
        check(e.wait_for("Да, мир") and "KOI8-R" in e.text() and "draft.txt *" not in e.text(), "read as that", e)
        e.send("end")
        e.type("! Да")
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        check(contents(path) == "Да, мир! Да\n".encode("koi8-r"), "in its encoding: %r" % contents(path))
        e.type("\u6f22")
        e.send("^S")
        check(e.wait_for("is not in KOI8-R"), "what does not fit is asked about", e)
        e.send("esc", "^Z", "^Q")
        e.finish()
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("Да, мир") and "KOI8-R" in e.text(), "and it is remembered", e)
        e.send("M-x")
        e.type("read-as cp1253")
        e.send("enter")
        check(e.wait_for("draft.txt: line 1 "), "what it is not is refused", e)
        e.send("M-x")
        e.type("encoding cp1251")
        e.send("enter", "^S")
        check(e.wait_for("saved") and contents(path) == "Да, мир! Да\n".encode("cp1251"), "%r" % contents(path), e)
        e.send("^Q")
        e.finish()
    for name, words in (("shift_jis", "日本語"), ("gb18030", "中文"), ("big5", "中文"), ("euc-kr", "한글"), ("iso-8859-7", "αβγ")):
        path = file((words + "\n").encode(name))
        with Editor("--encoding", name, path, env=home(path)) as e:
            check(e.wait_for(words), name, e)
            e.send("^Q")
            e.finish()
    run = subprocess.run([PROGRAM, "--encoding", "none", path], capture_output=True, text=True)
    check(run.returncode == 2 and "none" in run.stderr, "%s" % run)


def bytes_that_are_not_utf8_are_reported():
    path = file("“quoted” ".encode() * 40 + b"a stray \xe9\n")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("[not all UTF-8]") and "\\xE9" in e.text(), "told", e)
        e.type("é")
        e.send("^S")
        check(e.wait_for("saved /"), "saved", e)
    check(contents(path) == "é".encode() + "“quoted” ".encode() * 40 + b"a stray \xe9\n", "kept, and what was typed is UTF-8")
    path = file(b"It was plain for long. " * 20000 + b"Then a caf\xe9.\n")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("ISO-8859-1"), "told", e)
        e.type("é")
        e.send("^S")
        check(e.wait_for("saved /"), "saved", e)
    check(contents(path) == b"\xe9" + b"It was plain for long. " * 20000 + b"Then a caf\xe9.\n", "written alike")


def characters_outside_the_encoding_cause_a_question():
    path = file("caf\xe9\n".encode("latin-1"))
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("café"), "shown", e)
        e.type("漢")
        e.send("home", "^S")
        check(e.wait_for('"漢" in line 1 is not in ISO-8859-1: save as (u)TF-8, Esc'), "asks", e)
        e.send("end", "esc")
        check(e.wait_for("not saved") and e.cursor() == (0, 0), "goes to the character", e)
        check(contents(path) == b"caf\xe9\n", "and changes nothing")
        e.send("^S", "u")
        check(e.wait_for("saved"), "saved as UTF-8", e)
        check("ISO" not in e.text(), "and that is what it is now", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    check(contents(path) == "漢café\n".encode(), "UTF-8")
    path = file("caf\xe9\n".encode("latin-1"))
    with Editor(path, env=home(path)) as e:
        e.wait_for("café")
        e.type("“")
        e.send("^S")
        check(e.wait_for("(w)indows-1252"), "the one that is nearest is offered", e)
        e.send("w")
        check(e.wait_for("saved"), "saved", e)
        e.send("M-x")
        e.type("encoding utf-8\r")
        check(e.wait_for("will be saved as UTF-8") and "draft.txt *" in e.text(), "a command changes it", e)
        e.send("^S", "^Q")
        e.finish()
    check(contents(path) == "“café\n".encode(), "as asked for")


def read_only():
    path = file("text [[3]] more\n")
    with Editor("-R", path, env=home(path)) as e:
        check(e.wait_for("[read-only]"), "marked", e)
        for keys in ("x", "backspace", "^K", "^V", "^Z", "enter", "^X", "^B"):
            e.send(keys)
        check(e.line(0) == "text [[3]] more" and "is read-only" in e.text(), "nothing changes it", e)
        e.send("M-x")
        e.type("toggle-read-only\r")
        e.type("x")
        check(e.line(0) == "xtext [[3]] more" and "[read-only]" not in e.text(), "until it may", e)
        e.send("^Q", "n")
        check(e.finish() == 0, "ends")
    with Editor("--read-only", path, env=home(path)) as e:
        e.wait_for("[read-only]")
        e.send("^Q")
        check(e.finish() == 0, "ends")
    other = path + ".copy"
    with Editor("-R", path, env=home(path)) as e:
        e.wait_for("[read-only]")
        e.send("^S")
        check(e.wait_for("Read-only. Save as:"), "saves under another name alone", e)
        e.send("^U")
        e.type(other + "\r")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    check(contents(other) == contents(path), "a copy")


def unwritable_files():
    path = file("text\n")
    os.chmod(path, 0o444)
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("[read-only]"), "marked", e)
        e.send("^Q")
        e.finish()


def a_folder_that_is_not_ours():
    path = file("text\n")
    folder, state = os.path.dirname(path), os.path.dirname(file("x"))
    os.chmod(folder, 0o555)
    os.chmod(path, 0o666)
    os.chmod(state, 0o777)
    command = [PROGRAM, path]
    if os.geteuid() == 0:  # root may write everywhere, so this would test nothing
        os.chmod(folder, 0o755)
        command = ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "--", *command]
    with Editor(*command[1:], program=command[0], env={"XDG_STATE_HOME": state, "TMPDIR": "/tmp"}) as e:
        if not e.wait_for("text"):
            raise Skip("nobody cannot run it here")
        e.type("new ")
        e.send("^S")
        check(e.wait_for("saved /"), "a file of everybody's is written in place", e)
        e.send("M-x")
        e.type("save-as " + folder + "/other\r")
        check(e.wait_for("Permission denied"), "no new one can be made there, and why", e)
    check(contents(path) == b"new text\n" and not os.path.exists(folder + "/other"), "as was said")
    os.chmod(folder, 0o755)


def a_reason_is_not_cut_off():
    path = file("text\n")
    link = os.path.dirname(path) + "/link"
    os.symlink("a folder with a name that is so long/that it takes the whole/of the line/and is not there.txt", link)
    with Editor(link, env=home(path)) as e:
        check(e.wait_for("a new file"), "up", e)
        e.type("words")
        e.send("^S")
        check(e.wait_for("and is not there.txt: cannot make a temporary file: No such file or directory"), "why", e)


def a_folder_where_the_file_was():
    path = file("text\n")
    with Editor(path, env=home(path)) as e:
        e.wait_for("text")
        e.type("new ")
        os.unlink(path)
        os.mkdir(path)
        check(e.wait_for("(r)eload"), "asked", e)
        e.send("r")
        check(e.wait_for("is a folder") and e.line(0) == "new text", "nothing to reload", e)
        e.send("^S", "o")
        check(e.wait_for("is a folder") and "draft.txt *" in e.text(), "nor can it be saved there", e)
        e.send("M-x")
        e.type("save-as " + path + "2\r")
        check(e.wait_for("saved /"), "but elsewhere", e)
    check(contents(path + "2") == b"new text\n", "all of it")


def only_files_are_opened():
    path = file("text\n")
    folder = os.path.dirname(path)
    plug = socket.socket(socket.AF_UNIX)
    plug.bind(folder + "/s")
    os.mkfifo(folder + "/fifo")
    for other, why in (("/dev/full", "is a device"), (folder, "is a folder"), (folder + "/s", "is a socket")):
        with Editor(other, env=home(path)) as e:
            check(os.WEXITSTATUS(e.finish() or 0) != 0, "%s is refused" % other, e)
            check(why in e.text(), "and why", e)
    with Editor(path, env=home(path)) as e:
        e.wait_for("text")
        for other, why in (("fifo", "is a pipe"), ("s", "is a socket")):
            e.send("^O")
            e.type(folder + "/" + other + "\r")
            check(e.wait_for(why), "nobody may write to it ever", e)
    plug.close()


def a_save_says_what_it_wrote():
    path = file(b"\xff\xfe" + "wide \u00e9\n".encode("utf-16-le"))
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("wide"), "up", e)
        e.type("x")
        os.unlink(path)
        e.send("^S")
        check(e.wait_for("saved again"), "the file was gone", e)
        check(len(contents(path)) == 18 and ", 18 bytes" in e.text(), "its size on the disk", e)
        e.send("^S")
        check(e.wait(lambda: "saved again" not in e.text()), "said once", e)
        e.send("^Q")
        check(e.finish() == 0, "ends", e)


def standard_input():
    script = "printf 'from a pipe\\nand more\\n' | exec \"$0\" \"$@\" -"
    path = os.path.join(os.path.dirname(file("x")), "kept.txt")
    with Editor("-c", script, PROGRAM, program="/bin/sh") as e:
        check(e.wait_for("from a pipe"), "shown", e)
        e.type("typed ")
        check(e.wait(lambda: e.line(0) == "typed from a pipe"), "keys come from the terminal", e)
        e.send("^Q")
        check(e.wait_for("before quitting"), "it is nowhere else, so leaving asks", e)
        e.send("y")
        check(e.wait_for("Save as:"), "for a name", e)
        e.type(path + "\r")
        check(e.finish() == 0, "ends", e)
    check(contents(path) == b"typed from a pipe\nand more\n", "saved")
    with Editor("-c", script + " -R", PROGRAM, program="/bin/sh") as e:
        check(e.wait_for("[read-only]"), "only looked at", e)
        e.send("^Q")
        check(e.finish() == 0, "and leaving does not ask", e)
    with Editor("-") as e:
        check(os.WEXITSTATUS(e.finish() or 0) == 1 and "standard input is the terminal" in e.text(), "the terminal is no input", e)


def pipes_by_their_path():
    script = "exec \"$0\" +2 <(printf 'from\\na command\\n') <(echo another)"
    path = os.path.join(os.path.dirname(file("x")), "kept.txt")
    with Editor("-c", script, PROGRAM, program="/bin/bash") as e:
        check(e.wait_for("a command"), "shown", e)
        e.type("typed ")
        check(e.wait(lambda: e.line(1) == "typed a command") and "no name" in e.text(), "a page without a name", e)
        e.send("M-.")
        check(e.wait_for("another"), "and a second", e)
        e.send("M-.", "^S")
        check(e.wait_for("Save as:"), "saving asks for one", e)
        e.type(path + "\r")
        check(e.wait_for("saved"), "saved", e)
    check(contents(path) == b"from\ntyped a command\n", "all of it")
    fifo = path + ".fifo"
    os.mkfifo(fifo)
    with Editor("-c", "(sleep 0.2; echo late) >%s & exec \"$0\" %s" % (fifo, fifo), PROGRAM, program="/bin/sh") as e:
        check(e.wait_for("late"), "a named one is waited for", e)
    with Editor("-c", "echo through | exec \"$0\" /dev/stdin", PROGRAM, program="/bin/sh") as e:
        check(e.wait_for("through"), "standard input by its path", e)
        e.type("x")
        check(e.wait(lambda: e.line(0) == "xthrough"), "keys come from the terminal", e)


def lines_of_each_file():
    one, two = (file("".join("%s %d\n" % (name, i) for i in range(1, 101)), name + ".txt") for name in ("one", "two"))
    with Editor("+40", one, "+70", two) as e:
        check(e.wait_for("40:1") and e.line(e.cursor()[0]) == "one 40", "the first", e)
        e.send("M-.")
        check(e.wait_for("70:1") and e.line(e.cursor()[0]) == "two 70", "the second", e)
        e.send("^Q")
        e.finish()
    with Editor("+40:4", one, "+2:99", two) as e:
        check(e.wait_for("40:4") and e.cursor()[1] == 3, "and a column", e)
        e.send("M-.")
        check(e.wait_for("2:6"), "no further than its line", e)
        e.send("^Q")
        e.finish()


def names_are_completed():
    path = file("x\n", "chapter one.txt")
    folder = os.path.dirname(path)
    for name in ("chapter two.txt", "notes.md", ".hidden", "漢字.txt"):
        with open(os.path.join(folder, name), "w") as out:
            out.write("this is " + name)
    os.mkdir(folder + "/parts")
    with open(folder + "/parts/three.txt", "w") as out:
        out.write("the third")
    with Editor(path) as e:
        e.wait_for("x")
        e.send("^O")
        e.type(folder + "/ch\t")
        check(e.wait_for("chapter one.txt") and "chapter two.txt" in e.line(22), "both are shown", e)
        check(e.line(23).endswith("/chapter"), "as far as they agree", e)
        e.type("\t\t")
        check(e.line(23).endswith("chapter two.txt"), "one after the other", e)
        e.send("enter")
        check(e.wait_for("this is chapter two"), "opened", e)
        e.send("^O")
        e.type(folder + "/pa\tth\t\r")
        check(e.wait_for("the third"), "through a folder", e)
        e.send("^O")
        e.type(folder + "/.h\t\r")
        check(e.wait_for("this is .hidden"), "hidden ones when asked for", e)
        e.send("^O")
        e.type(folder + "/漢\t\r")
        check(e.wait_for("this is 漢字"), "any letters", e)
        e.send("^O")
        e.type(folder + "/notes.md\r")
        check(e.wait_for("this is notes"), "opened", e)
        e.send("^O")
        e.type(path + "\r")
        check(e.wait_for("already open"), "gone to, not opened twice", e)
        e.send("^O")
        e.type(folder + "\r")
        check(e.wait_for("is a folder"), "a folder is no text", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    with Editor(path, env={"HOME": folder}) as e:
        e.wait_for("x")
        e.send("^O")
        e.type("~/par\tthree.txt\r")
        check(e.wait_for("the third"), "~ is home", e)
        e.send("^Q")
        e.finish()


def saving_under_another_name():
    path = file("text\n")
    folder = os.path.dirname(path)
    with open(folder + "/there.txt", "w") as out:
        out.write("precious")
    with Editor(path, env=home(path)) as e:
        e.wait_for("text")
        e.send("M-s", "^U")
        e.type(folder + "/there.txt\r")
        check(e.wait_for("Overwrite it?"), "asks", e)
        e.send("n")
        check(contents(folder + "/there.txt") == b"precious", "n writes nothing")
        e.send("M-s", "^U")
        e.type(folder + "/new/er/file.txt\r")
        check(e.wait_for("Create it?"), "asks for the folder", e)
        e.send("n")
        check(not os.path.exists(folder + "/new"), "n makes none")
        e.send("M-s", "^U")
        e.type(folder + "/new/er/file.txt\r")
        e.wait_for("Create it?")
        e.send("y")
        check(e.wait_for("saved"), "y makes it", e)
        e.send("M-s", "^U")
        e.type(folder + "\r")
        check(e.wait_for("is a folder"), "a folder is refused", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    check(contents(folder + "/new/er/file.txt") == b"text\n", "the file is there")
    with Editor(folder + "/other/new.txt", env=home(path)) as e:
        check(e.wait_for("a new file"), "a file in a folder that is not there", e)
        e.type("words")
        e.send("^S")
        check(e.wait_for("Create it?"), "asks when it is saved", e)
        e.send("y")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    check(contents(folder + "/other/new.txt") == b"words", "the file is there")


def another_program_changes_the_file():
    path = file("One.\nTwo.\n")

    def theirs(text):
        with open(path, "w") as out:
            out.write(text)

    with Editor(path, env=home(path)) as e:
        e.wait_for("One.")
        e.type("My ")
        theirs("One.\nTwo and theirs.\n")
        check(e.wait_for("(r)eload (k)eep (c)ompare"), "asks when one pauses", e)
        e.send("c")
        check(e.wait_for("- on the disk    + here"), "compares", e)
        lines = [line.rstrip() for line in e.screen.display]
        check("+ My One." in lines and "- Two and theirs." in lines, "what differs", e)
        e.send("esc")
        check("[changed on disk]" in e.text(), "it stays marked", e)
        e.send("^S")
        check(e.wait_for("(o)verwrite (r)eload (c)ompare"), "saving asks", e)
        e.send("r")
        check(e.wait_for("Two and theirs.") and e.line(0) == "One.", "reloaded", e)
        check("draft.txt *" not in e.text() and "[changed" not in e.text(), "clean", e)
        e.send("^Z")
        check(e.line(0) == "My One." and e.line(1) == "Two.", "undo brings mine back", e)
        e.send("^S")
        check(e.wait_for("saved"), "and it is saved without a question", e)
        theirs("quite other\n")
        check(e.wait_for("(r)eload (k)eep (c)ompare"), "asks", e)
        e.send("k")
        check(e.wait_for("kept") and "draft.txt *" in e.text(), "kept, and not saved", e)
        e.send("^S")
        check(e.wait_for("(o)verwrite"), "saving asks once more", e)
        e.send("o")
        check(e.wait_for("saved"), "saved over theirs", e)
        os.unlink(path)
        check(e.wait_for("no longer on the disk"), "a file that went", e)
        e.send("^S")
        check(e.wait_for("saved"), "is written again", e)
        e.send("^Q")
        check(e.finish() == 0, "ends")
    check(contents(path) == b"My One.\nTwo.\n", "mine")


def a_file_that_was_touched_is_saved_without_a_question():
    path = file("One.\n")
    with Editor(path, env=home(path)) as e:
        e.wait_for("One.")
        e.type("My ")
        os.utime(path, (1000, 1000))
        e.send("^S")
        check(e.wait_for("saved"), "nothing is asked", e)
        os.chmod(path, 0o600)
        e.type("own ")
        e.send("^S")
        check(e.wait(lambda: contents(path) == b"My own One.\n"), "nor about a mode", e)
        info = os.stat(path)
        while os.stat(path).st_ctime_ns == info.st_ctime_ns:
            with open(path, "r+") as out:
                out.write("XX")
            os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
        e.type("very ")
        e.send("^S")
        check(e.wait_for("(o)verwrite"), "but about other bytes of the same size and time", e)
        e.send("esc")
        e.send("^Q", "n")
        e.finish()


def another_instance_has_the_file():
    path = file("text\n")
    with Editor(path, env=home(path)) as one:
        one.wait_for("text")
        with Editor(path, env=home(path)) as two:
            check(two.wait_for("is open in another lacuna: process %d" % one.pid), "said", two)
            two.send("^Q")
            two.finish()
        one.signal(9)
        one.finish()
    with Editor(path, env=home(path)) as e:
        e.wait_for("text")
        e.settle()
        check("another lacuna" not in e.text(), "one that was killed does not count", e)
        e.send("^Q")
        e.finish()
    check(not os.listdir(home(path)["XDG_STATE_HOME"] + "/lacuna/open"), "nothing is left")


def attributes_that_cannot_be_kept_are_said_once():
    path = file("text\n")
    try:
        os.setxattr(path, "user.lacuna.test", b"1")
    except OSError:
        raise Skip("no extended attributes here")
    if "san-" in os.path.realpath(PROGRAM):
        raise Skip("a sanitizer wants to be preloaded first")
    refuse = os.path.dirname(path) + "/refuse.so"
    made = subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-o", refuse, "-"], capture_output=True, text=True,
                          input="#include <errno.h>\nint fsetxattr(void) { errno = ENOTSUP; return -1; }\n")
    check(made.returncode == 0, "compiled: " + made.stderr)
    with Editor(path, env={**home(path), "LD_PRELOAD": refuse}) as e:
        check(e.wait_for("text"), "up", e)
        e.type("x")
        e.send("^S")
        check(e.wait_for("not all extended attributes"), "said", e)
        e.type("y")
        e.send("^S")
        check(e.wait_for("saved /"), "once", e)
    check(contents(path) == b"xytext\n", "saved all the same")


def backups():
    path = file("first\n")
    os.chmod(path, 0o640)
    with Editor("--set", "backup=on", path, env=home(path)) as e:
        e.wait_for("first")
        e.type("second ")
        e.send("^S")
        e.wait_for("saved")
        e.type("third ")
        e.send("^S")
        e.settle()
        e.send("^Q")
        e.finish()
    check(contents(path + "~") == b"first\n" and contents(path) == b"second third first\n", "as it was when it was opened")
    check(stat.S_IMODE(os.stat(path + "~").st_mode) == 0o640, "with its mode")


def as_nobody(path, **more):
    """An editor run by user and group 65534, with a home of their own."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Skip("only root becomes somebody else")
    own = tempfile.mkdtemp(prefix="lacuna-tty-", dir="/tmp")
    FOLDERS.append(own)
    os.chown(own, 65534, 65534)
    program = shutil.copy(PROGRAM, own)
    environment = {"HOME": own, "XDG_STATE_HOME": own + "/state", "XDG_CONFIG_HOME": own + "/config", "LACUNA_DATA": ROOT}
    return Editor("--reuid=65534", "--regid=65534", "--clear-groups", program, "--set", "spell=off", path,
                  program=shutil.which("setpriv"), env=environment, **more)


def saving_keeps_the_owner_of_another_users_file():
    for mode in (0o777, 0o1777):
        folder = tempfile.mkdtemp(prefix="lacuna-tty-", dir="/tmp")  # other users may not be able to enter TMPDIR
        FOLDERS.append(folder)
        path = folder + "/draft.txt"
        with open(path, "w") as out:
            out.write("old\n")
        os.chown(path, 1234, 1234)
        os.chmod(path, 0o666)
        os.chmod(folder, mode)
        with as_nobody(path) as e:
            check(e.wait_for("old"), "shown", e)
            e.type("new ")
            e.send("^S")
            check(e.wait_for("saved"), "saved in a folder of mode %o" % mode, e)
            e.send("^Q")
            check(e.finish() == 0, "ends")
        info = os.stat(path)
        check(contents(path) == b"new old\n" and (info.st_uid, info.st_gid) == (1234, 1234)
              and stat.S_IMODE(info.st_mode) == 0o666, "%r %r" % (contents(path), info))
        check(os.listdir(folder) == ["draft.txt"], "nothing is left beside it: %s" % os.listdir(folder))


def root_leaves_nothing_in_another_users_home():
    if os.geteuid() != 0:
        raise Skip("only root can")
    path = file("some wrods\n")
    their_home = os.path.dirname(path) + "/home"
    os.mkdir(their_home)
    os.chown(their_home, 65534, 65534)
    with Editor("--set", "reopen=off", "--set", "history=0", path, env={"HOME": their_home, "XDG_STATE_HOME": None, "XDG_CONFIG_HOME": None}) as e:
        check(e.wait_for("some"), "shown", e)
        e.type("new ")
        e.pump(0.8)  # the journal has started, the words are looked up
        check(os.listdir(their_home) == [], "%s" % os.listdir(their_home))
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    check(os.listdir(their_home) == [], "%s" % os.listdir(their_home))


def links_stay_links():
    path = file("text\n")
    folder = os.path.dirname(path)
    os.symlink("draft.txt", folder + "/soft")
    os.link(path, folder + "/hard")
    os.symlink("not-there-yet", folder + "/dangling")
    for name in ("soft", "hard"):
        with Editor(folder + "/" + name, env=home(path)) as e:
            e.wait_for("text")
            e.type(name + " ")
            e.send("^S")
            check(e.wait_for("saved"), "saved", e)
            e.send("^Q")
            e.finish()
    check(os.path.islink(folder + "/soft") and os.stat(path).st_nlink == 2, "links are kept")
    check(contents(path) == b"hard soft text\n", "both wrote to the same file: %r" % contents(path))
    with Editor(folder + "/dangling", env=home(path)) as e:
        e.wait_for("a new file")
        e.type("x")
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    check(os.path.islink(folder + "/dangling") and contents(folder + "/not-there-yet") == b"x", "a link to a new file too")


def a_big_file_cut_short_by_others():
    path = file(b"".join(b"%-59d\n" % i for i in range(1200000)), "big.txt")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("big.txt"), "up", e)
        e.type("mine ")
        os.truncate(path, 600)
        e.send("^S")
        check(e.wait_for("Another program wrote to the file. Save as:"), "asks for another name", e)
        e.send("^U")
        e.type(path + ".rest\r")
        check(e.wait_for("bytes are lost"), "says what is lost", e)
        e.send("^Q", "n")
        check(e.finish() == 0, "ends", e)
    data = contents(path + ".rest")
    check(data.startswith(b"mine 0 ") and len(data) == 605, "what can be read is saved: %d" % len(data))


def a_big_file_is_reloaded():
    line = b"%-59d\n"
    path = file(b"".join(line % i for i in range(1200000)), "big.txt")
    with open(path + ".new", "wb") as out:
        out.write(b"".join(line % i for i in range(600000)) + b"new\n" + b"".join(line % i for i in range(600000, 1200000)))
    with Editor(path, env=home(path), columns=120) as e:
        check(e.wait_for("big.txt"), "up", e)
        e.type("mine ")
        os.rename(path + ".new", path)
        check(e.wait_for("(r)eload"), "asked", e)
        e.send("r")
        check(e.wait_for("undo brings back"), "another file in its place", e)
        check(e.line(0).strip() == "0", "reloaded", e)
        e.send("^Z")
        check(" ".join(e.line(0).split()) == "mine 0", "and undone", e)
        with open(path, "r+b") as out:
            out.seek(600)
            out.write(b"overwritten ")
        e.send("^Y", "^Z")
        check(e.wait_for("(r)eload"), "asked", e)
        e.send("r")
        check(e.wait_for("undo brings back"), "the old file is still there", e)
        e.send("^Q", "n")
        e.finish()
    with Editor(path, env=home(path), columns=120) as e:
        check(e.wait_for("overwritten"), "up", e)
        e.type("mine ")
        with open(path, "r+b") as out:
            out.seek(1200)
            out.write(b"once more ")
        check(e.wait_for("(r)eload"), "asked", e)
        e.send("r")
        check(e.wait_for("reloading cannot be undone, and your words move to a new page"), "said before it happens", e)
        e.send("n")
        check(e.wait_for("not reloaded") and " ".join(e.line(0).split()) == "mine 0", "all is as it was", e)
        e.send("M-x")
        e.type("reload\r")
        check(e.wait_for("reloading cannot be undone"), "asked again", e)
        e.send("y")
        check(e.wait_for("once more") and e.line(0).strip() == "0", "reloaded", e)
        check(e.wait_for("(r)ecover"), "the words are offered", e)
        e.send("r")
        check(e.wait_for("mine"), "and come back", e)


def written(path, text):
    with open(path, "w") as out:
        out.write(text)


def a_change_while_a_question_is_open_is_not_written_over():
    path = file("mine\n".encode("latin-1") + b"caf\xe9 au lait, le caf\xe9 et le th\xe9\n")
    with Editor(path) as e:
        e.wait_for("mine")
        e.type("x")
        written(path, "theirs\n")
        e.send("^S")
        check(e.wait_for("(o)verwrite"), "asks", e)
        written(path, "theirs, again\n")
        e.send("o")
        check(e.wait_for("was changed by another program; not written"), "not what was agreed to", e)
        check(contents(path) == b"theirs, again\n", "their last words stay")
        e.send("^S", "o")
        check(e.wait_for("saved"), "agreed to once more", e)
        e.type("\u4eba")
        e.send("^S")
        check(e.wait_for("save as (u)TF-8"), "another question", e)
        written(path, "theirs, too\n")
        e.send("u")
        check(e.wait_for("was changed by another program; not written"), "neither", e)
        check(contents(path) == b"theirs, too\n", "theirs stays")


def saved_while(change, size):
    """What a save says about a file that changes while the new one is being written beside it. None: that was over before."""
    path = file("one line of text\n" * size)
    folder = os.path.dirname(path)
    with Editor("--set", "journal=off", path) as e:
        e.wait_for("one line")
        e.type("x")
        before, inode = len(os.listdir(folder)), os.stat(path).st_ino
        e.write("\023")
        while len(os.listdir(folder)) == before and os.stat(path).st_ino == inode:
            pass
        e.signal(signal.SIGSTOP)
        e.wait(lambda: e.state() == "T")
        held = len(os.listdir(folder)) > before
        if held:
            change(path)
        e.signal(signal.SIGCONT)
        e.wait(lambda: e.state() != "T")
        e.settle()
        return (e.text(), path, os.listdir(folder)) if held and "saved" not in e.text() else None


def a_change_during_a_save_is_not_written_over():
    for change, said, left in ((lambda path: written(path, "theirs\n"), "was changed", b"theirs\n"), (os.unlink, "was removed", None)):
        for size in [100000, 200000, 400000, 800000, 1600000] * 3:  # on a busy machine the save may have looked already
            found = saved_while(change, size)
            if found:
                break
        check(found, "the program could not be stopped in time")
        text, path, names = found
        check(said + " by another program; not written" in text, "said: " + text)
        check((contents(path) if left else None) == left and len(names) == bool(left), "theirs, and nothing else: %s" % names)


def replace_from_the_command_line():
    path = file("the cat and The cat, the\r\ncat\n")
    run = subprocess.run([PROGRAM, "replace", "cat", "dog", path], capture_output=True, text=True)
    check(run.returncode == 0 and run.stdout == path + ": 3 replaced\n", "%s" % run)
    run = subprocess.run([PROGRAM, "replace", "-qiEw", "(the) d", "$1 hot d", path], capture_output=True, text=True)
    check(run.returncode == 0 and not run.stdout, "%s" % run)
    check(contents(path) == b"the dog and The dog, the\r\ndog\n", "whole words only: %r" % contents(path))
    run = subprocess.run([PROGRAM, "replace", "-E", "(the) d", "$1 hot d", path], capture_output=True, text=True)
    check(contents(path) == b"the hot dog and The dog, the\r\ndog\n", "a pattern: %r" % contents(path))
    run = subprocess.run([PROGRAM, "replace", "-E", "(", "x", path], capture_output=True, text=True)
    check(run.returncode == 2 and "pattern" in run.stderr, "a wrong pattern: %s" % run)
    run = subprocess.run([PROGRAM, "replace", "a", "b", path + ".none"], capture_output=True, text=True)
    check(run.returncode == 1 and not os.path.exists(path + ".none"), "no file: %s" % run)


main([undo_goes_on_after_reopening, other_encodings, a_guessed_encoding_is_named_and_can_be_changed, encodings_by_their_names, bytes_that_are_not_utf8_are_reported, characters_outside_the_encoding_cause_a_question, read_only, unwritable_files,
      a_folder_that_is_not_ours, a_reason_is_not_cut_off, a_folder_where_the_file_was, only_files_are_opened, a_save_says_what_it_wrote, standard_input, pipes_by_their_path, lines_of_each_file, names_are_completed, saving_under_another_name,
      another_program_changes_the_file, a_file_that_was_touched_is_saved_without_a_question, another_instance_has_the_file, attributes_that_cannot_be_kept_are_said_once, backups, saving_keeps_the_owner_of_another_users_file,
      root_leaves_nothing_in_another_users_home, links_stay_links,
      a_change_while_a_question_is_open_is_not_written_over, a_change_during_a_save_is_not_written_over, a_big_file_cut_short_by_others, a_big_file_is_reloaded, replace_from_the_command_line])
