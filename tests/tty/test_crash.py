"""What remains of typed words if the editor ends before they are saved: by kill -9 at any moment, by signals, with a full
disk, beside another instance, after the file changed. CRASH_KILLS is the number of kills."""
import fcntl
import os
import pty
import random
import select
import shutil
import signal
import struct
import termios
import threading
import time

from terminal import ANSWER, PATIENCE, PROGRAM, Editor, Skip, check, contents, file, main


def journals(state):
    folder = os.path.join(state, "lacuna", "journal")
    return sorted(name for name in os.listdir(folder) if name.endswith(".journal")) if os.path.isdir(folder) else []


def home(path):
    """The environment of an editor that will be started again, with its state kept."""
    return {"XDG_STATE_HOME": os.path.dirname(path) + "/state"}


def killed(path, *keys, env=None, number=signal.SIGKILL, arguments=()):
    with Editor(*arguments, *([path] if path else []), env=env) as e:
        check(e.wait(lambda: b"\033[?2004h" in e.raw), "up", e)
        e.settle()
        if "unsaved" in e.text():
            e.send("esc")
        for key in keys:
            e.type(key)
        e.until_not("journal")
        e.signal(number)
        e.finish()


# ---- 200 kills

class Life:
    """One editor without a screen: its output is only searched for words."""

    def __init__(self, path, state):
        self.raw, self.asked = b"", 0
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            environment = {"LACUNA_SYNC": "1", "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": state, "XDG_STATE_HOME": state,
                           "XDG_CONFIG_HOME": state + "/config", "PATH": os.environ["PATH"]}
            try:
                os.execve(PROGRAM, [PROGRAM, path], environment)
            finally:
                os._exit(127)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def pump(self, seconds):
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                return True
            try:
                data = os.read(self.master, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            self.raw += data

    def wait_for(self, *words, seconds=PATIENCE):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for word in words:
                if word in self.raw:
                    return word
            if not self.pump(0.01):
                break
        return next((word for word in words if word in self.raw), None)

    def asks(self):
        """Waits for a sign that everything so far is processed. Text may be drawn over older text, so that not every word
        arrives whole."""
        self.asked += 1
        os.write(self.master, b"\033[?7773;%dn" % (1000000 + self.asked))
        return self.wait_for(b"\033]7773;%d;" % (1000000 + self.asked))

    def kept(self, sure):
        """The number of typed bytes that it reports as written to the journal."""
        answers = [int(number) for number, busy in ANSWER.findall(self.raw) if b"journal" not in busy]
        return max([sure] + [size for size in answers if size < 1000000])

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.master)

    def quit(self):
        os.write(self.master, b"\x11")
        while self.pump(PATIENCE):
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return status


START = b"It was a dark and stormy night.\n"


def one_kill(rng, folder):
    """Types until it is killed. Returns the fault in the recovered text, or None."""
    path, state = folder + "/draft.txt", folder + "/state"
    os.makedirs(state, exist_ok=True)
    with open(path, "wb") as out:
        out.write(START)
    life = Life(path, state)
    if not life.wait_for(b"stormy"):
        return "did not start"
    typed, saved, sure = b"", 0, 0
    saves = rng.random() < 0.4
    for word in range(rng.randrange(1, 150)):
        letters = b"w%04d " % word
        typed += letters
        os.write(life.master, letters + b"\033[?7773;%dn" % len(typed))  # is it in the journal yet?
        life.pump(rng.uniform(0.002, 0.02))
        sure = life.kept(sure)
        if saves and rng.random() < 0.03:
            os.write(life.master, b"\x13")
            if not life.asks() or not contents(path).startswith(typed):
                return "did not save"
            saved = len(typed)
    sure = max(saved, life.kept(sure))
    life.kill()
    if not contents(path).startswith(typed[:saved]):
        return "what was saved is gone"
    life = Life(path, state)
    if life.wait_for(b"unsaved", b"words") is None:
        return "did not start again"
    if not life.asks():
        return "did not answer"
    if b"unsaved" in life.raw:
        os.write(life.master, b"r")
        if not life.asks():
            return "did not recover"
        os.write(life.master, b"\x13")
        if not life.asks():
            return "did not save what it recovered"
    if life.quit() != 0:
        return "did not end well"
    got = contents(path)
    if not got.endswith(START) or not typed.startswith(got[:-len(START)]):
        return "other words came back: %r" % got[-200:]
    back = len(got) - len(START)
    if back < sure:
        return "%d of %d bytes came back, %d were in the journal" % (back, len(typed), sure)
    if journals(state):
        return "a journal is left: %s" % journals(state)
    return None


def kills_at_any_moment():
    kills, at_once = int(os.environ.get("CRASH_KILLS", "200")), min(14, 6 * (os.cpu_count() or 2))
    base = os.path.dirname(file("x"))
    wrong, count, lock = [], [0], threading.Lock()

    def lives(number):
        rng = random.Random(number)
        for i in range(number, kills, at_once):
            problem = one_kill(rng, "%s/%d" % (base, i))
            with lock:
                count[0] += 1
                if problem:
                    wrong.append("kill %d: %s" % (i, problem))

    threads = [threading.Thread(target=lives, args=(i,)) for i in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(count[0] == kills and not wrong, "%d kills, %d with losses: %s" % (count[0], len(wrong), wrong[:5]))


# ---- other ends

def signals_keep_the_last_letter():
    for number in (signal.SIGTERM, signal.SIGHUP):
        path = file("saved\n")
        with Editor(path, env=home(path)) as e:
            e.wait_for("saved")
            e.type("not ")
            e.signal(number)
            status = e.finish()
            check(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 128 + number, "ended by it: %s" % status)
            check(b"are offered at the next start" in e.raw, "and it says so")
        check(contents(path) == b"saved\n", "the file is as it was")
        check(not os.path.exists(path + ".lacuna-save"), "no other copy is made")
        with Editor(path, env=home(path)) as e:
            check(e.wait_for(": (r)ecover (s)how (d)iscard"), "offered", e)
            e.send("r")
            check(e.wait_for("recovered") and e.line(0) == "not saved", "recovered", e)
            check("draft.txt *" in e.text(), "and not saved yet", e)
            e.send("^Z")
            check(e.line(0) == "saved", "one step of undo", e)
            e.send("^Y", "^S", "^Q")
            check(e.finish() == 0, "ends")
        check(contents(path) == b"not saved\n" and not journals(home(path)["XDG_STATE_HOME"]), "saved, and nothing is left")


def a_terminal_that_goes_away_in_silence():
    """The window is closed, and the parent of the editor does not pass on the signal."""
    path = file("saved\n")
    with Editor("-c", "trap '' HUP; \"$0\" \"$1\"; echo $? >\"$1.end\"", PROGRAM, path, env=home(path),
                program="/bin/sh") as e:
        e.wait_for("saved")
        e.type("not ")
        os.close(e.master)
        end = time.monotonic() + PATIENCE
        while not os.path.exists(path + ".end") and time.monotonic() < end:
            time.sleep(0.05)
        e.master = os.open("/dev/null", os.O_RDONLY)
        check(os.path.exists(path + ".end"), "it ends, and does not spin")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "and what was typed is offered", e)


def the_difference_is_shown():
    path = file("One.\nTwo words.\nThree.\n")
    killed(path, "\033[1;5F", "Four.", "\033[1;5H", "Number ", env=home(path))
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "offered", e)
        e.send("s")
        check(e.wait_for("- on the disk"), "shown", e)
        lines = [line.rstrip() for line in e.screen.display]
        check("- One." in lines and "+ Number One." in lines and "+ Four." in lines and "- Two words." not in lines, "what differs", e)
        row = lines.index("+ Number One.")
        check(e.cell(row, 2).fg != e.cell(row, 10).fg or e.cell(row, 2).reverse != e.cell(row, 10).reverse, "the new word is lit", e)
        for rows, columns in ((3, 10), (1, 1), (24, 80)):
            e.resize(rows, columns)
        e.send("pgdn", "up", "end", "home", "esc")
        check(e.wait_for("kept for the next start") and e.line(0) == "One.", "Esc: later", e)
        e.send("^Q")
        check(e.finish() == 0, "nothing to save", e)
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "offered again", e)
        e.send("s", "r")
        check(e.wait_for("Number One."), "recovered from there", e)
        e.send("^Q", "n")
        e.finish()


def discarding_asks_twice():
    path = file("text\n")
    killed(path, "d", env=home(path))
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("(d)iscard"), "offered", e)
        e.send("d")
        check(e.wait_for("Type yes"), "asks again", e)
        e.type("y\r")
        check(e.wait_for("(d)iscard"), "anything else: offered again", e)
        e.send("d")
        e.type("yes\r")
        check("unsaved" not in e.text() and not journals(home(path)["XDG_STATE_HOME"]), "yes: gone", e)
        e.send("^Q")
        check(e.finish() == 0 and contents(path) == b"text\n", "nothing changed")


def saving_and_leaving_leave_nothing():
    for keys, expected in ((("^S", "^Q"), b"more text\n"), (("^Q", "n"), b"text\n"), (("^Z", "^Q"), b"text\n")):
        path = file("text\n")
        with Editor(path, env=home(path)) as e:
            e.wait_for("text")
            check(not journals(home(path)["XDG_STATE_HOME"]), "no journal before the first change")
            e.type("more ")
            check(e.wait(lambda: journals(home(path)["XDG_STATE_HOME"])), "a journal")
            e.send(*keys)
            check(e.finish() == 0, "ends", e)
        check(contents(path) == expected and not journals(home(path)["XDG_STATE_HOME"]), "no journal after %s" % (keys,))


def pages_without_a_name():
    path = file("x")
    killed(None, "Words without a home.", env=home(path))
    killed(None, "And others.", env=home(path), number=signal.SIGTERM)
    check(len(journals(home(path)["XDG_STATE_HOME"])) == 2, "both are kept")
    with Editor(env=home(path)) as e:
        check(e.wait_for("[no name]: unsaved changes from"), "offered", e)
        e.send("r")
        check(e.wait_for("And others."), "the newest", e)
        check(e.wait_for("1:12"), "the cursor where the typing stopped", e)
        check(e.wait_for("unsaved changes from"), "and the other", e)
        e.send("esc")
        e.send("^Q", "n")
        check(e.finish() == 0, "ends")
    check(len(journals(home(path)["XDG_STATE_HOME"])) == 1, "the other is kept")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved page without a name"), "and mentioned beside a file", e)
        e.send("^Q")
        e.finish()


def a_file_that_was_renamed_since_gets_its_words_back():
    path = file("text of it\n")
    env, moved = home(path), os.path.dirname(path) + "/book.txt"
    killed(path, "New ", env=env)
    other = os.path.dirname(path) + "/other.txt"
    with open(other, "w") as out:
        out.write("something else\n")
    with Editor(env=env) as e:
        check(e.wait_for("files with unsaved changes to recover") and "draft.txt" in e.text(), "without a file: which ones", e)
        e.send("^Q")
        e.finish()
    os.rename(path, moved)
    with Editor(other, env=env) as e:
        check(e.wait_for("unsaved words of draft.txt, which is gone"), "beside another file: mentioned", e)
        e.send("^Q")
        e.finish()
    with Editor(env=env) as e:
        check(e.wait_for("draft.txt is gone: unsaved words from"), "without a file: offered", e)
        e.send("esc")
        e.send("^Q")
        e.finish()
    with Editor(moved, env=env) as e:
        check(e.wait_for("unsaved changes from"), "with the file under its new name: offered", e)
        e.send("r")
        check(e.wait_for("New text of it"), "recovered there", e)
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        e.finish()
    check(contents(moved) == b"New text of it\n" and not journals(env["XDG_STATE_HOME"]), "and done with")


def changes_of_a_deleted_file_are_recovered_as_a_page():
    path = file("text of it\n")
    env = home(path)
    killed(path, "New ", env=env)
    killed(None, "A page.", env=env)
    os.unlink(path)
    with Editor(env=env) as e:
        check(e.wait_for("[no name]: unsaved changes from"), "the page", e)
        e.send("r")
        check(e.wait_for("A page.") and e.wait_for("draft.txt is gone: unsaved words from"), "and then the file", e)
        e.send("r")
        check(e.wait_for("New text of it") and "A page." not in e.text(), "on a page of its own", e)
        check(e.wait_for("save it under the file's current name"), "what to do with it", e)
        e.send("M-,")
        check(e.line(0) == "A page.", "the other is as it was", e)
        e.send("^Q", "n", "n")
        e.finish()


def another_instance_is_left_alone():
    path = file("text\n")
    with Editor(path, env=home(path)) as one:
        one.wait_for("text")
        one.type("one ")
        check(one.wait(lambda: journals(home(path)["XDG_STATE_HOME"])), "a journal")
        one.until_not("journal")
        killed(path, "two ", env=home(path))
        with Editor(path, env=home(path)) as e:
            check(e.wait_for("unsaved changes from"), "the dead one's words are offered", e)
            e.send("r")
            check(e.wait_for("two text"), "not the living one's", e)
            check("unsaved:" not in e.text(), "only those", e)
            e.send("^Q", "n")
            e.finish()
        one.send("^S", "^Q")
        one.finish()
    check(contents(path) == b"one text\n", "who lives saves his own")


def marked(editor):
    """Cells of the first row that are drawn as a blank."""
    plain = editor.cell(3, 0)
    return "".join(c.data for c in (editor.cell(0, i) for i in range(40))
                   if (c.fg, c.bg, c.underscore, c.reverse) != (plain.fg, plain.bg, plain.underscore, plain.reverse))


def blanks_over_words_are_recovered():
    path = file("one two three four\n\n\nend\n")
    env = home(path)
    select = ["\033[1;6C"]
    killed(path, "zero ", *select, "\x02", env=env)  # Ctrl-Shift-Right, ^B
    with Editor(path, env=env) as e:
        check(e.wait_for("unsaved changes from"), "offered", e)
        e.send("r")
        check(e.wait_for("recovered") and e.line(0) == "zero one two three four", "the words", e)
        check(marked(e) == "one", "and the blank: %r" % marked(e), e)
        e.send("^Z")
        check(e.line(0) == "one two three four" and marked(e) == "", "one step of undo", e)
        e.send("^Y", "^S")
        check(e.wait_for("saved /"), "saved", e)
        e.signal(signal.SIGKILL)
        e.finish()
    with Editor(path, env=env) as e:
        check(e.wait_for("zero") and "unsaved" not in e.text(), "saved is saved", e)
        check(marked(e) == "one", "the blank is there still: %r" % marked(e), e)


def unsaved_blanks_are_recovered():
    path = file("one two three four\n\n\nend\n")
    env = home(path)
    killed(path, "\033[1;6C", "\x02", env=env)
    with Editor(path, env=env) as e:
        check(e.wait_for("unsaved blanks from"), "offered", e)
        e.send("r")
        check(e.wait_for("recovered") and marked(e) == "one", "the blank: %r" % marked(e), e)
        e.send("^Q")
        check(e.finish() == 0, "nothing to save", e)
    check(contents(path) == b"one two three four\n\n\nend\n", "as it was")
    with Editor(path, env=env) as e:
        check(e.wait_for("one two") and "unsaved" not in e.text(), "asks no more", e)
        check(marked(e) == "one", "and the blank was kept: %r" % marked(e), e)


def a_file_that_became_read_only_is_recovered():
    path = file("text\n")
    killed(path, "new ", env=home(path))
    os.chmod(path, 0o444)
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "offered", e)
        e.send("r")
        check(e.wait_for("recovered") and e.line(0) == "new text" and "[read-only]" in e.text(), "recovered", e)
        e.type("x")
        check("is read-only" in e.text() and e.line(0) == "new text", "and still read-only", e)


def the_file_changed_meanwhile():
    path = file("First.\nSecond.\n")
    killed(path, "New. ", env=home(path))
    with open(path, "w") as out:
        out.write("First.\nAnother second.\n")
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "offered", e)
        e.send("s")
        lines = [line.rstrip() for line in e.screen.display]
        check("- Another second." in lines and "+ New. First." in lines, "compared with the file of now", e)
        e.send("r")
        check(e.wait_for("New. First."), "recovered", e)
        e.send("^Z")
        check(e.wait_for("Another second."), "and back", e)
        e.send("^Q")
        e.finish()


def an_enormous_paste():
    path = file("x\n")
    line = "All work and no play makes a dull boy. "
    much = ((line * 20).rstrip() + "\n") * 3800  # 3 MB
    with Editor(path, env=home(path)) as e:
        e.wait(lambda: b"\033[?2004h" in e.raw)
        data, sent = ("\033[200~" + much + "\033[201~").encode(), 0
        while sent < len(data):
            _, ready, _ = select.select([], [e.master], [], 0.05)
            if ready:
                sent += os.write(e.master, data[sent:sent + 4096])
            e.pump(0)
        check(e.wait_for("3801:1"), "pasted", e)
        e.type("z")
        e.until_not("journal")
        e.signal(signal.SIGKILL)
        e.finish()
    with Editor(path, env=home(path)) as e:
        check(e.wait_for("unsaved changes from"), "offered", e)
        e.send("r")
        check(e.wait_for("recovered"), "recovered", e)
        e.send("^S")
        check(e.wait_for("saved /"), "saved", e)
        e.send("^Q")
        e.finish()
    check(contents(path) == (much + "zx\n").encode(), "all of it")


def a_journal_cut_anywhere_is_no_harm():
    path = file("text\n")
    killed(path, "one two three ", env=home(path))
    folder = home(path)["XDG_STATE_HOME"] + "/lacuna/journal/"
    name = folder + journals(home(path)["XDG_STATE_HOME"])[0]
    whole = contents(name)
    for size in (0, 7, 16, 40, len(whole) // 2, len(whole) - 1):
        with open(name, "wb") as out:
            out.write(whole[:size])
        with Editor(path, env=home(path)) as e:
            check(e.wait_for("text"), "starts with %d bytes of it" % size, e)
            if "unsaved" in e.text():
                e.send("r")
                check(e.wait_for("recovered"), "as much as there is", e)
            e.send("^Q")
            e.settle()
            if e.alive() and "before quitting" in e.text():
                e.send("n")
            check(e.finish() == 0 and contents(path) == b"text\n", "and ends", e)
        for left in os.listdir(folder):
            os.unlink(folder + left)


def a_full_disk_is_reported():
    path = file("text\n")
    command = 'ulimit -f 16; exec "$@"'
    with Editor("-c", command, "sh", PROGRAM, path, env=home(path), program="/bin/sh") as e:
        check(e.wait_for("text"), "up", e)
        e.type("some words ")
        e.until_not("journal")
        e.type("x" * 4000 + "\r")
        e.type("y" * 4000 + "\r")
        e.type("z" * 4000 + "\r")
        check(e.wait_for("[journal cannot be written]"), "said", e)
        e.send("^S")
        check(e.wait_for("File too large"), "saving fails too, and says why", e)
        check(contents(path) == b"text\n", "what was saved is there", e)
        left = [name for name in os.listdir(os.path.dirname(path)) if ".tmp-" in name]
        check(not left, "no half of a file is left: %s" % left, e)
        e.send("^A")
        e.type("short")
        e.send("^S")
        check(e.wait_for("saved /"), "what fits is saved", e)
        e.send("^Q")
        check(e.finish() == 0, "ends", e)
    check(contents(path) == b"short", "short")


def journal_failures_are_shown_while_typing():
    path = file("text\n")
    with Editor(path, env={"XDG_STATE_HOME": "/proc/nope"}) as e:
        check(e.wait_for("text"), "up", e)
        def goes_on_typing_until(text):
            """Never pauses as long as the editor's own delay."""
            def typed():
                e.type("x")
                e.pump(0.1)
                return text in e.text()
            return e.wait(typed)
        check(goes_on_typing_until("[journal cannot be written]"), "said to who never rests", e)
        e.type("yyy")
        check("[journal cannot be written]" in e.text(), "and it stays", e)
        with open(path, "a") as other:
            other.write("more\n")
        check(goes_on_typing_until("[changed on disk]") and "(r)eload" not in e.text(), "marked, not asked", e)
        e.send("^S")
        check(e.wait_for("(o)verwrite"), "saving asks", e)
        e.type("o")
        check(e.wait_for("saved /"), "saved", e)
        check("[changed on disk]" not in e.text(), "no longer", e)
        e.send("^Q")
        check(e.finish() == 0, "ends", e)


def saving_is_synced_before_it_replaces():
    strace = shutil.which("strace")
    if not strace:
        raise Skip("no strace")
    path = file("text\n")
    trace, inode = path + ".trace", os.stat(path).st_ino
    calls = "trace=rename,renameat,renameat2,fsync,fdatasync,openat,unlink,write"
    with Editor("-f", "-o", trace, "-e", calls, PROGRAM, path, env=home(path), program=strace) as e:
        if not e.wait_for("text"):
            raise Skip("strace may not trace")
        e.type("more ")
        e.until_not("journal")
        start = len(contents(trace))
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        lines = contents(trace)[start:].decode(errors="replace").split("\n")
        e.send("^Q")
        e.finish()
    renamed = [i for i, line in enumerate(lines) if "rename(" in line and path in line]
    synced = [i for i, line in enumerate(lines) if "fsync(" in line]
    check(len(renamed) == 1 and not [line for line in lines if "O_TRUNC" in line and path + '"' in line], "one rename, no truncation: %s" % lines)
    check(any(i < renamed[0] for i in synced) and any(i > renamed[0] for i in synced), "synced before, and the folder after")
    check(os.stat(path).st_ino != inode and contents(path) == b"more text\n", "another file under the same name")
    check(sorted(os.listdir(os.path.dirname(path))) == ["draft.txt", "draft.txt.trace", "state"], "nothing else is left")


def journal_off():
    path = file("text\n")
    with Editor("--set", "journal=off", path, env=home(path)) as e:
        e.wait_for("text")
        e.type("more ")
        e.until_not("journal")
        check(not journals(home(path)["XDG_STATE_HOME"]), "no journal", e)
        e.signal(signal.SIGTERM)
        e.finish()
    check(contents(path + ".lacuna-save") == b"more text\n", "then a signal leaves a copy beside the file")


main([kills_at_any_moment, signals_keep_the_last_letter, a_terminal_that_goes_away_in_silence,
      the_difference_is_shown, discarding_asks_twice,
      saving_and_leaving_leave_nothing, pages_without_a_name, a_file_that_was_renamed_since_gets_its_words_back,
      changes_of_a_deleted_file_are_recovered_as_a_page, another_instance_is_left_alone,
      blanks_over_words_are_recovered, unsaved_blanks_are_recovered, a_file_that_became_read_only_is_recovered, the_file_changed_meanwhile,
      an_enormous_paste, a_journal_cut_anywhere_is_no_harm, a_full_disk_is_reported, journal_failures_are_shown_while_typing, saving_is_synced_before_it_replaces, journal_off])
