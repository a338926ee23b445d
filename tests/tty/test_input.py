"""Input that arrives in pieces: nothing typed or pasted is lost, and no piece of a key becomes text. The pauses between
pieces are under test; nothing else is timed."""
import os
import select
import shutil
import signal
import subprocess

from terminal import PROGRAM, Editor, Skip, check, contents, file, main

ON, OFF = b"\033[200~", b"\033[201~"
PAUSE = 0.01


def pieces(e, *parts, pause=PAUSE):
    for part in parts:
        e.write(part)
        e.pump(pause)


def saved(e, path):
    e.send("^S")
    check(e.wait_for("saved"), "saved", e)
    return contents(path)


WORD_DELETED = b"one two \n"


def backspace_with_control_or_alt_deletes_a_word():
    for name, keys in (("CSI u", b"\033[127;5u"), ("CSI 27", b"\033[27;5;127~"), ("^H", b"\x08"), ("M-Backspace", b"\033\x7f"),
                       ("M-Backspace as CSI u", b"\033[127;3u"), ("as CSI 27", b"\033[27;3;127~")):
        path = file("one two three\n")
        with Editor(path) as e:
            e.wait_for("three")
            e.send("end")
            e.write(keys)
            e.settle()
            check(saved(e, path) == WORD_DELETED, "%s: %r" % (name, contents(path)), e)
            e.send("^F")
            e.type("one two")
            e.write(keys)
            check(e.wait(lambda: e.line(23).startswith("Find: one ") and "two" not in e.line(23)), "%s in a question" % name, e)


def where_backspace_sends_control_h_it_deletes_a_character():
    path = file("one two three\n")
    with Editor(path, erase=b"\x08") as e:
        e.wait_for("three")
        e.send("end")
        e.write(b"\x08")
        check(saved(e, path) == b"one two thre\n", "%r" % contents(path), e)
        e.write(b"\033\x08")
        check(saved(e, path) == WORD_DELETED, "%r" % contents(path), e)


def control_h_of_a_keymap_wins():
    path = file("one two three\n")
    with Editor("--keymap", "vi", path) as e:
        e.wait_for("three")
        e.type("A")
        e.write(b"\x08")
        e.send("esc")
        e.type(":w\r")
        check(e.wait_for("saved") and contents(path) == b"one two thre\n", "%r" % contents(path), e)


def a_character_in_two_pieces():
    cases = [(), ("--keymap", "vi")]
    for arguments in cases:
        for before, after in ((ON, OFF), (b"", b"")):
            path = file("")
            with Editor(*arguments, path) as e:
                e.settle()
                if arguments:
                    e.send("i")
                pieces(e, before + b"start \xc3", b"\xa9 \xe2\x80", b"\x9cmiddle\xe2", b"\x80\x9d\r" + after)
                e.settle()
                if arguments:
                    e.send("esc")
                    e.type(":w\r")
                    check(e.wait_for("saved"), "saved", e)
                else:
                    saved(e, path)
            check(contents(path) == "start é “middle”\n".encode(), "%r %r: %r" % (arguments, before, contents(path)))


def a_character_in_two_pieces_in_a_question():
    with Editor(file("caf\u00e9 x\n")) as e:
        e.wait_for("caf")
        e.send("^F")
        pieces(e, b"caf\xc3", b"\xa9 x")
        e.settle()
        check("Find: café x" in e.line(23), "as it was typed", e)


def prose_in_pieces_of_any_size():
    prose = ("“He’d never — not once — said so,” she whispered… “Naïve, wasn’t it?”\n" * 400).encode()
    for size in (1, 3, 1400, 1401, 4096):
        text = prose[:prose.index(b"\n", 3000) + 1] if size < 10 else prose
        for before, after in ((ON, OFF), (b"", b"")):
            path = file("")
            with Editor(path) as e:
                e.settle()
                data = before + text.replace(b"\n", b"\r") + after
                for at in range(0, len(data), size):
                    while not select.select([], [e.master], [], 0)[1]:
                        e.pump(0.01)
                    e.write(data[at:at + size])
                    e.pump(0)
                e.settle()
                got = saved(e, path)
            check(got == text, "pieces of %d: %d of %d bytes" % (size, len(got), len(text)))


def a_paste_from_tmux():
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    path, source = file(""), file(("“Curly,” he said — ‘and more’ …\n" * 2800), "source.txt")
    folder = os.path.dirname(path)
    environment = dict(os.environ, LANG="C.UTF-8", LC_ALL="C.UTF-8", XDG_STATE_HOME=folder, XDG_CONFIG_HOME=folder, HOME=folder)
    tmux = ["tmux", "-L", "lacuna-%d" % os.getpid(), "-f", "/dev/null"]

    def run(*arguments):
        return subprocess.run([*tmux, *arguments], env=environment, check=True, capture_output=True, text=True, timeout=60).stdout
    with Editor("-c", " ".join([*tmux, "new-session", "-s", "one", "'%s' '%s'" % (PROGRAM, path)]), program="/bin/sh",
                env={k: environment[k] for k in ("LANG", "LC_ALL", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME")}) as e:
        try:
            check(e.wait_for("draft.txt"), "up", e)
            run("load-buffer", source)
            run("paste-buffer", "-p", "-t", "one")
            check(e.wait_for("2801:1"), "pasted", e)
            run("send-keys", "-t", "one", "C-s")
            check(e.wait_for("saved"), "saved", e)
        finally:
            subprocess.run([*tmux, "kill-server"], env=environment, check=False, capture_output=True)
    check(contents(path) == contents(source), "%d of %d bytes" % (len(contents(path)), len(contents(source))))


def the_end_of_a_paste_in_pieces():
    for cut in range(1, len(OFF)):
        path = file("")
        with Editor(path) as e:
            e.settle()
            pieces(e, ON + b"abc" + OFF[:cut], OFF[cut:] + b" more", pause=0.05)
            e.settle()
            check(saved(e, path) == b"abc more", "cut at %d: %r" % (cut, contents(path)))
            e.send("^Q")
            check(e.finish() == 0, "and it ends")


def an_unfinished_paste_is_in_the_journal():
    for number in (signal.SIGKILL, signal.SIGHUP):
        path = file("")
        env = {"XDG_STATE_HOME": os.path.dirname(path) + "/state"}
        with Editor(path, env=env) as e:
            e.settle()
            pieces(e, ON + b"half of what was pasted")
            check(e.wait_for("half of what was pasted"), "shown as it comes", e)
            e.pump(1.5)  # it cannot be asked: the question would be part of the paste
            e.signal(number)
            e.finish()
        with Editor(path, env=env) as e:
            check(e.wait_for("unsaved changes from"), "offered", e)
            e.send("r")
            check(e.wait_for("half of what was pasted"), "recovered", e)


def a_paste_in_pieces_is_one_step_of_undo():
    path = file("before\n")
    with Editor(path) as e:
        e.wait_for("before")
        pieces(e, ON + b"one ", b"two\r", b"three " + OFF)
        e.settle()
        check(e.line(0) == "one two" and e.line(1) == "three before", "pasted", e)
        e.send("^Z")
        check(e.line(0) == "before", "undone at once", e)
        e.send("^Y")
        check(e.line(1) == "three before", "and redone", e)


def keys_in_pieces():
    path = file("one two\nthree\nfour\n")
    with Editor(path, env={"ESCDELAY": "500"}) as e:
        e.wait_for("four")
        pieces(e, b"\033", b"[B", pause=0.04)
        e.settle()
        check(e.cursor() == (1, 0) and e.line(1) == "three", "Down, within ESCDELAY", e)
        pieces(e, b"\033[", b"A", pause=0.15)
        e.settle()
        check(e.cursor() == (0, 0), "Up", e)
        pieces(e, b"\033[1;", b"5C", pause=0.15)
        e.settle()
        check(e.cursor() == (0, 4) and e.line(0) == "one two", "C-Right", e)
        e.type("\033[M *#")
        check(e.line(0) == "one two", "an old mouse report is no text", e)
        pieces(e, b"\033]11;rgb:00", b"00/0000/0000\033\\", pause=0.3)
        e.settle()
        check(e.line(0) == "one two", "nor is a late reply", e)


def a_line_feed_is_a_line_break():
    path = file("")
    with Editor(path) as e:
        e.settle()
        e.type("one\ntwo")
        check(saved(e, path) == b"one\ntwo", repr(contents(path)))
    with Editor("--keymap", "nano", file("one\ntwo\n")) as e:
        e.wait_for("two")
        e.send("^J")
        check(e.wait_for("one two"), "unless it is bound", e)


def keys_typed_while_a_command_runs_are_kept():
    path = file("text\n")
    with Editor("--keymap", "vi", path) as e:
        e.wait_for("text")
        e.write(":!sleep 2\r")
        check(e.wait_for("is running"), "runs", e)
        e.write(b"ityped ahead " + ON + b"and pasted " + OFF)
        check(e.wait_for("typed ahead and pasted text"), "taken when it is over", e)


main([a_character_in_two_pieces, a_character_in_two_pieces_in_a_question, prose_in_pieces_of_any_size, a_paste_from_tmux,
      the_end_of_a_paste_in_pieces, an_unfinished_paste_is_in_the_journal, a_paste_in_pieces_is_one_step_of_undo,
      keys_in_pieces, a_line_feed_is_a_line_break, keys_typed_while_a_command_runs_are_kept,
      backspace_with_control_or_alt_deletes_a_word, where_backspace_sends_control_h_it_deletes_a_character,
      control_h_of_a_keymap_wins])
