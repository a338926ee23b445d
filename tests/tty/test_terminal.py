"""The terminal: sizes, colours, signals, crashes; runs without a terminal; keymaps."""
import os
import re
import signal
import subprocess
import termios

from terminal import PROGRAM, ROOT, Editor, check, contents, file, key, main

COLORS = re.compile(rb"\033\[[0-9;]*\b(3[0-79]|4[0-79]|9[0-7]|10[0-7]|38;5;\d+|48;5;\d+)\b[0-9;]*m")


def resizes():
    path = file("A line that is long enough to wrap on a narrow screen, with 漢字 in it and é.\n" * 40)
    with Editor(path) as e:
        check(e.wait_for("A line"), "shown", e)
        for rows, columns in ((1, 1), (1, 2), (2, 1), (3, 3), (2, 300), (60, 300), (1, 300), (50, 1), (24, 80)):
            e.resize(rows, columns)
            e.send("down", "end", "x", "backspace")
            check(e.alive(), "lives at %d x %d" % (rows, columns))
        check(e.wait_for("A line that is long enough"), "and shows the text again", e)
        e.send("^F", "A", "esc", "f1")
        for rows, columns in ((1, 1), (5, 300), (24, 80)):
            e.resize(rows, columns)
            check(e.alive(), "lives with help at %d x %d" % (rows, columns))


def sized_from_the_start():
    for rows, columns in ((1, 1), (2, 7), (40, 300)):
        with Editor(file("text 漢字\n"), rows=rows, columns=columns) as e:
            e.pump(0.2)
            e.send("end", "x", "^Q", "n")
            check(e.finish() == 0, "%d x %d" % (rows, columns), e)


def no_terminal():
    path = file("text\n")
    environment = dict(os.environ, TERM="xterm-256color")
    run = subprocess.run([PROGRAM, path], stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    check(run.returncode == 2 and b"terminal" in run.stderr and not run.stdout, "no terminal: %s" % run)


def terminal_cannot():
    for term in (None, "", "dumb", "no-such-terminal"):
        with Editor(file("text\n"), env={"TERM": term}) as e:
            check(os.WEXITSTATUS(e.finish() or 0) == 2, "TERM=%s: %s" % (term, e.status), e)
            check("lacuna: " in e.text() and "text" not in e.line(0)[:4], "says so", e)
            check(term == "dumb" or "TERM=xterm-256color" in "".join(e.screen.display), "and what to do", e)
            check(b"\033" not in e.raw, "sends no sequences")
            flags = e.modes()[3]
            check(flags & termios.ICANON and flags & termios.ECHO, "TERM=%s: leaves the modes" % term, e)


def colors():
    path = file("a [[3]] b\n")
    with Editor(path) as e:
        e.wait_for("[[3]]")
        check(COLORS.search(e.raw), "colours on a terminal that has them")
    for arguments, env in (((), {"NO_COLOR": "1"}), (("--no-color",), {}), ((), {"TERM": "vt100"})):
        with Editor(*arguments, path, env=env) as e:
            e.wait_for("[[3]]")
            e.send("s-right", "^F", "b", "esc")
            found = COLORS.search(e.raw)
            check(not found, "no colours with %s %s: %s" % (arguments, env, found))


def c_locale():
    with Editor(file("漢字 é\n"), env={"LANG": "C", "LC_ALL": "C"}) as e:
        check(e.wait_for("漢"), "UTF-8 all the same", e)


def suspends():
    path = file("some text\n")
    with Editor(path, jobs=True) as e:
        check(e.wait_for("some text"), "shown", e)
        e.send("M-z")
        check(e.wait_for("STOPPED cooked"), "the shell's terminal is cooked", e)
        check(b"\033[?1049l" in e.raw, "and back on its own screen")
        count = len(e.raw)
        os.write(e.master, b"\n")
        check(e.wait(lambda: b"some text" in e.raw[count:]), "painted again", e)
        e.type("x")
        check(e.line(0) == "xsome text", "and goes on", e)
        os.killpg(os.tcgetpgrp(e.master), signal.SIGTSTP)
        check(e.wait(lambda: e.raw.count(b"STOPPED cooked") == 2), "stopped from outside", e)
        os.write(e.master, b"\n")
        e.pump(0.3)
        e.type("y")
        check(e.wait_for("xysome text"), "and goes on", e)
        e.send("^Q", "n")
        e.finish()


def stopped_and_continued():
    with Editor(file("some text\n"), jobs=True) as e:
        check(e.wait_for("some text"), "shown", e)
        modes = e.modes()
        os.kill(os.tcgetpgrp(e.master), signal.SIGSTOP)
        check(e.wait_for("STOPPED raw"), "stopped as it was", e)
        termios.tcsetattr(e.master, termios.TCSANOW, e.before)
        e.stream.feed(b"\033[?1049l\033[2J")
        os.write(e.master, b"\n")
        check(e.wait_for("some text"), "painted again", e)
        check(e.modes() == modes, "with its modes", e)
        e.type("x")
        check(e.line(0) == "xsome text", "and goes on", e)


def last_line_is_cleared():
    with Editor(file("text\n"), env={"TERM": "vt100"}) as e:
        check(e.wait(lambda: "help" in e.line(23)), "hints", e)
        e.write(key("^Q"))  # no question behind it, which the terminal would echo once it is restored
        e.finish()
        check(e.line(23) == "" and e.cursor() == (23, 0), "room for the prompt", e)


def terminated():
    for number in (signal.SIGTERM, signal.SIGHUP):
        path = file("saved\n")
        with Editor("--set", "journal=off", path) as e:
            e.wait_for("saved")
            e.type("not ")
            check(e.modes() != e.before, "the terminal was changed")
            e.signal(number)
            status = e.finish()
            check(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 128 + number, "ended by it: %s" % status)
            check(e.modes() == e.before, "the modes are as before")
            check(e.raw.rindex(b"\033[?1049l") > e.raw.rindex(b"\033[?1049h"), "the screen is given back")
            check(contents(path) == b"saved\n", "the file is as it was")
            check(contents(path + ".lacuna-save") == b"not saved\n", "what was not saved is beside it")
            check(b"lacuna-save" in e.raw, "and it says so")


def rescue_files_are_kept():
    path = file("saved\n")
    for number, typed in (("", "one "), (".1", "two "), (".2", "three ")):
        with Editor("--set", "journal=off", path) as e:
            e.wait_for("saved")
            e.type(typed)
            e.signal(signal.SIGTERM)
            e.finish()
            check(contents(path + ".lacuna-save" + number) == typed.encode() + b"saved\n", "kept as %s" % number, e)
    check(contents(path + ".lacuna-save") == b"one saved\n", "the first is as it was")
    with Editor(path) as e:
        check(e.wait_for("lacuna-save"), "named when the file is opened", e)
        check("has unsaved words: open it with ^O" in e.text(), "and how to open it", e)
    for number in ("", ".1", ".2"):
        with open(path + ".lacuna-save" + number, "wb") as out:
            out.write(b"saved\n")
    with Editor(path) as e:
        e.wait_for("saved")
        check("lacuna-save" not in e.text(), "nothing to say when nothing differs", e)


def crashes():
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS):
        with Editor(file("text\n")) as e:
            e.wait_for("text")
            e.signal(number)
            status = e.finish()
            check(os.WIFSIGNALED(status) and os.WTERMSIG(status) == number, "dies of it: %s" % status)
            check(e.modes() == e.before, "the modes are as before")
            check(b"\033[?1049l" in e.raw and b"\033[?2004l" in e.raw, "the screen is given back")


def quits_cleanly():
    with Editor(file("text\n")) as e:
        e.wait_for("text")
        e.send("^Q")
        check(e.finish() == 0 and e.modes() == e.before, "modes restored")
        check(b"\033[?2004l" in e.raw and b"\033[?1049l" in e.raw, "screen restored")


def unknown_sequences():
    with Editor(file("text\n")) as e:
        e.wait_for("text")
        for sequence in ("\033[?1;2c", "\033[>41;354;0c", "\033[99;99~", "\033[1;9Z", "\033]11;rgb:00/00/00\007"):
            e.type(sequence)
            e.pump(0.1)
        check(e.line(0) == "text", "replies of the terminal do not become text", e)


def broken_keymap():
    keymap = file("edit ^S = save\nedit ^Q = quit\n  edit ^Foo = left\n", "own.keys")
    run = subprocess.run([PROGRAM, "keys", "--keymap", keymap], capture_output=True, text=True)
    check(run.returncode == 2 and keymap + ":3:8: " in run.stderr, "keys names file, line and column: %s" % run)
    with Editor("--keymap", keymap, file("text\n")) as e:
        check(e.wait_for(":3:8: not a key"), "the editor says so", e)
        e.type("x")
        e.send("^Z")
        check(e.line(0) == "text", "and has its own keys", e)


def own_keymap():
    keymap = file("include default\nedit ^X = none\nedit ^X ^S = save\nedit ^X ^C = quit\nedit ^Z = none\n", "own.keys")
    path = file("text\n")
    with Editor("--keymap", keymap, path) as e:
        e.wait_for("text")
        e.type("x")
        e.send("^Z")
        check(e.line(0) == "xtext", "^Z does nothing", e)
        e.send("^X", "^S")
        check(e.wait_for("saved"), "two keys in a row", e)
        e.send("^X", "^C")
        check(e.finish() == 0, "leave")


def keymap_without_exit():
    for keymap in ("/dev/null", file("edit ^Q ^X = save\nblank q = quit\n", "own.keys")):
        with Editor("--keymap", keymap, file("text\n")) as e:
            check(e.wait_for("that quits: ^Q quits"), "says that a key was kept", e)
            e.type("x")
            e.send("^Q")
            check(e.wait_for("before quitting"), "it is heard", e)
            e.send("esc", "^Q", "n")
            check(e.finish() == 0, "leaves")


def installed_keymaps():
    for name in sorted(os.listdir(os.path.join(ROOT, "keymaps"))):
        run = subprocess.run([PROGRAM, "keys", "--keymap", name[:-len(".keys")]], capture_output=True, text=True)
        check(run.returncode == 0 and run.stdout, "%s: %s" % (name, run.stderr))
    with Editor("--keymap", "emacs", file("text\n")) as e:
        e.wait_for("text")
        e.type("x")
        e.send("^X", "^C")
        check(e.wait_for("before quitting"), "^X ^C leaves", e)


def cursor_hides_when_scrolled_away():
    with Editor(file("".join("line %d\n" % i for i in range(100)))) as e:
        e.wait_for("line 0")
        e.send("\033[1;3B", "\033[1;3B")
        check(e.line(0) == "line 2" and e.screen.cursor.hidden, "scrolled", e)
        e.type("x")
        check(e.line(0) == "xline 0" and not e.screen.cursor.hidden, "typing comes back", e)


def manual_is_generated():
    made = subprocess.run([PROGRAM, "keys", "--man"], capture_output=True, text=True,
                          env=dict(os.environ, XDG_CONFIG_HOME="/nonexistent")).stdout
    page = contents(os.path.join(ROOT, "man/lacuna-keys.5")).decode()
    check(made and made in page, "man/lacuna-keys.5 holds what `lacuna keys --man` prints")
    text = subprocess.run([PROGRAM, "keys"], capture_output=True, text=True,
                          env=dict(os.environ, XDG_CONFIG_HOME="/nonexistent")).stdout
    again = file(text, "printed.keys")
    run = subprocess.run([PROGRAM, "keys", "--keymap", again], capture_output=True, text=True)
    check(run.stdout == text, "`lacuna keys` prints a keymap")


def editor_options_in_manual():
    page = contents(os.path.join(ROOT, "man/lacuna.1")).decode().replace("\\-", "-")
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True).stdout
    for name in re.findall(r"^  (?:-\w, |    )--([a-z-]+)", shown, re.M):
        check("Fl -" + name in page, "--%s is in lacuna(1)" % name)


main([resizes, sized_from_the_start, no_terminal, terminal_cannot, colors, c_locale, suspends, stopped_and_continued,
      last_line_is_cleared, terminated, rescue_files_are_kept, crashes,
      quits_cleanly, unknown_sequences, broken_keymap, own_keymap, keymap_without_exit, installed_keymaps,
      cursor_hides_when_scrolled_away, manual_is_generated, editor_options_in_manual])
