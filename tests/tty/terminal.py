"""Runs lacuna in a pseudo-terminal and reads its screen with pyte. Tests use `Editor`, `check` and `main`.

No test waits for a time or for silence. After each key the editor is asked, in its input, to report that it has processed
everything before the question and painted: CSI ? 7773 ; number n, answered by OSC 7773 ; number ; its remaining work BEL
(if LACUNA_SYNC is set). `wait`, `wait_for` and `idle` wait for what happens later by itself. Their seconds, and PATIENCE,
only bound the time of a failing test."""
import errno
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

import pyte

PROGRAM = os.environ.get("LACUNA", os.path.join(os.path.dirname(__file__), "../../lacuna"))
ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))

KEYS = {
    "up": "\033OA", "down": "\033OB", "right": "\033OC", "left": "\033OD", "home": "\033OH", "end": "\033OF",
    "pgup": "\033[5~", "pgdn": "\033[6~", "del": "\033[3~", "enter": "\r", "tab": "\t", "backspace": "\177",
    "esc": "\033", "s-left": "\033[1;2D", "s-right": "\033[1;2C", "s-up": "\033[1;2A", "s-down": "\033[1;2B",
    "c-left": "\033[1;5D", "c-right": "\033[1;5C", "c-home": "\033[1;5H", "c-end": "\033[1;5F", "f1": "\033OP",
    "f3": "\033OR", "s-end": "\033[1;2F", "s-home": "\033[1;2H", "f8": "\033[19~",
}


FIRST_SEED = int(os.environ.get("LACUNA_TEST_SEED", "0"))  # of an editor, if the test does not give one
PATIENCE = 60.0  # seconds until a test gives up
ANSWER = re.compile(rb"\033\]7773;(\d+);([^\a]*)\a")


def key(name):
    """"^S", "M-x", "left", or the text itself."""
    if name in KEYS:
        return KEYS[name]
    if len(name) == 2 and name[0] == "^":
        return chr(ord(name[1].upper()) & 0x1f)
    if len(name) == 3 and name[:2] == "M-":
        return "\033" + name[2]
    return name


class Editor:
    def __init__(self, *arguments, rows=24, columns=80, env=None, program=None, jobs=False, erase=None, candidates=1):
        """`candidates`: drawn for a blank. Most tests are about one, and the keys of a list of them would be in the way. None: no file of settings says anything."""
        self.folder = tempfile.mkdtemp(prefix="lacuna-tty-")
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status = None
        self.questions = 0  # asked so far
        self.answer = 0  # the last answer
        self.busy = ""  # its remaining work
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("LACUNA", "NO_COLOR", "LC_", "LANG"))}
        environment.update({"LACUNA_SYNC": "1", "TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": self.folder,
                            "XDG_STATE_HOME": self.folder + "/state", "XDG_CONFIG_HOME": self.folder + "/config"})
        if candidates:
            self._write_config("candidates = %d\n%s\n" % (candidates, os.environ.get("LACUNA_TEST_SETTINGS", "")))
        environment.update(env or {})
        environment = {k: v for k, v in environment.items() if v is not None}
        command = [program, *arguments] if program else [PROGRAM, *(["--seed", str(FIRST_SEED)] if FIRST_SEED else []), *arguments]
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if erase is not None:  # what Backspace sends
            modes = termios.tcgetattr(slave)
            modes[6][termios.VERASE] = erase
            termios.tcsetattr(slave, termios.TCSANOW, modes)
        self.before = termios.tcgetattr(slave)
        self.jobs = jobs
        self.pid = os.fork()
        if self.pid == 0:
            self._child(slave, command, environment, jobs)
        os.close(slave)

    def _write_config(self, text):
        os.makedirs(self.folder + "/config/lacuna")
        with open(self.folder + "/config/lacuna/config", "w") as out:
            out.write(text)

    def _child(self, slave, command, environment, jobs):
        os.close(self.master)
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in range(3):
            os.dup2(slave, fd)
        if slave > 2:
            os.close(slave)
        if jobs:
            self._as_shell(command, environment)
        try:
            os.execve(command[0], command, environment)
        except OSError as problem:
            os.write(2, str(problem).encode())
        os._exit(127)

    @staticmethod
    def _as_shell(command, environment):
        """A shell with one job: reports the terminal's state when the job stops, and resumes it at a line feed."""
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execve(command[0], command, environment)
        while True:
            _, status = os.waitpid(pid, os.WUNTRACED)
            if not os.WIFSTOPPED(status):
                os._exit(0)
            os.tcsetpgrp(0, os.getpgrp())
            flags = termios.tcgetattr(0)[3]
            os.write(1, b"\r\nSTOPPED %s\r\n" % (b"cooked" if flags & termios.ICANON and flags & termios.ECHO else b"raw"))
            os.read(0, 1)
            os.tcsetpgrp(0, pid)
            os.kill(-pid, signal.SIGCONT)

    # ---- talking

    def pump(self, seconds=0.0):
        """Reads what the program writes, for that long."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if not self._read_once(max(0, left)):
                return False
            if left <= 0 and not self.unread():
                return True

    def _read_once(self, seconds):
        """Reads what is there; waits so long for it. False: the program has closed the terminal."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError as problem:
            if problem.errno != errno.EIO:
                raise
            data = b""
        if not data:
            return False
        self.raw += data
        self._take_answers(len(data))
        self.stream.feed(data.replace(b"\033[?2026$p", b""))  # pyte would print it
        return True

    def _take_answers(self, size):
        """Answers are not part of the screen."""
        longest = 200
        start = max(0, len(self.raw) - size - longest)
        tail = self.raw[start:]
        for found in ANSWER.finditer(tail):
            self.answer, self.busy = int(found.group(1)), found.group(2).decode()
        self.raw = self.raw[:start] + ANSWER.sub(b"", tail)

    def wait(self, condition, seconds=PATIENCE):
        """Waits until condition() holds; returns whether it does."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            if not self._read_once(0.02):
                return bool(condition())
        return True

    def wait_for(self, text, seconds=PATIENCE):
        return self.wait(lambda: text in self.text(), seconds)

    def state(self):
        """The state of the program's main thread, as in ps: T if it is stopped; ? if there is none."""
        try:
            pid = os.tcgetpgrp(self.master)
            if self.jobs and pid == self.pid:  # the shell has the terminal again
                return "T"
            with open("/proc/%d/task/%d/stat" % (pid, pid)) as stat:
                return stat.read().rpartition(")")[2].split()[0]
        except OSError:
            return "?"

    def is_over(self):
        """It has ended or is stopped, so it does not answer."""
        return not self.alive() or self.state() in "TZ"

    def takes_keys(self):
        """It has set up the terminal: the line discipline no longer edits input."""
        return not termios.tcgetattr(self.master)[3] & termios.ICANON

    def ask(self, behind=b""):
        """Asks for a sign that everything so far, and these bytes, is processed; returns its number."""
        self.questions += 1
        os.write(self.master, behind + b"\033[?7773;%dn" % self.questions)
        return self.questions

    def settle(self):
        """Waits until the program has processed its input and painted (True), or has ended or is stopped (False)."""
        if not self.wait(lambda: self.takes_keys() or self.is_over()) or not self.takes_keys():
            return False
        return self.answered(self.ask())

    def answered(self, number):
        self.wait(lambda: self.answer >= number or self.is_over())
        return self.answer >= number

    def idle(self):
        """Waits until nothing goes on by itself any more: fills, counting, spelling, searching, writing the journal."""
        return self.until_not("")

    def until_not(self, what):
        """Waits until the program is not busy with it ("fill", "words", "spelling", "search", "journal", "keys"; "": anything)."""
        def is_over():
            self.settle()
            return not self.alive() or (what not in self.busy if what else not self.busy.strip())
        return self.wait(is_over)

    def write(self, data):
        """Sends the bytes in one write, without waiting."""
        os.write(self.master, data if isinstance(data, bytes) else data.encode())

    def send(self, *names):
        for name in names:
            self.write(key(name))
            self.settle()

    def send_at_once(self, *names):
        """In one write: nothing goes on between these keys."""
        self.write("".join(map(key, names)))
        self.settle()

    def type(self, text):
        self.write(text)
        return self.settle()

    send_raw = type

    def type_at_once(self, text):
        """The question is in the same write, so `busy` says what was left to do right after the text."""
        self.settle()
        return self.answered(self.ask(text.encode()))

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.settle()

    def signal(self, number):
        os.kill(self.pid, number)

    def modes(self):
        return termios.tcgetattr(self.master)

    # ---- looking

    def text(self):
        return "\n".join(self.screen.display)

    def pictures(self, since):
        """The rows of the screen at every moment while raw[since:] arrived."""
        screen = pyte.Screen(self.screen.columns, self.screen.lines)
        stream = pyte.ByteStream(screen)
        stream.feed(self.raw[:since].replace(b"\033[?2026$p", b""))
        for at in range(since, len(self.raw), 16):
            stream.feed(self.raw[at:at + 16])
            yield screen.display

    def line(self, row):
        return self.screen.display[row].rstrip()

    def cursor(self):
        return self.screen.cursor.y, self.screen.cursor.x

    def cell(self, row, column):
        return self.screen.buffer[row][column]

    # ---- ending

    def alive(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
        return self.status is None

    def finish(self, seconds=PATIENCE):
        """Waits for the end; the exit status as wait gives it, or None."""
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            self.pump(0.02)
        while self.pump(0) and self.unread():  # what it wrote last
            pass
        return self.status

    def unread(self):
        return bool(select.select([self.master], [], [], 0)[0])

    def close(self):
        if self.alive():
            os.kill(self.pid, signal.SIGKILL)
            self.finish()
        os.close(self.master)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def file(content, name="draft.txt"):
    """A new file in a new folder, which the test leaves in TMPDIR for the runner to clear."""
    folder = tempfile.mkdtemp(prefix="lacuna-tty-")
    FOLDERS.append(folder)
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())
    return path


def contents(path):
    with open(path, "rb") as stream:
        return stream.read()


FOLDERS = []


class Skip(Exception):
    pass


def check(condition, what, editor=None):
    if not condition:
        if editor:
            what += "\n" + "\n".join("    |" + line for line in editor.screen.display)
        raise AssertionError(what)


def model():
    """A model folder for filling: the tests' own tiny one, else the bundled one."""
    for folder in ("tests/data/tiny-model", "models/starter"):
        if os.path.exists(os.path.join(ROOT, folder, "model.safetensors")):
            return os.path.join(ROOT, folder)
    raise Skip("no model")


def main(tests):
    failed = 0
    for test in tests:
        name, begun = test.__name__, time.monotonic()
        try:
            test()
            seconds = time.monotonic() - begun
            print("ok", name, "(%.0f s)" % seconds if seconds >= 3 else "", flush=True)
        except Skip as why:
            print("skip", name, why, flush=True)
        except Exception as problem:  # a test that raises an error fails
            failed += 1
            print("not ok", name, type(problem).__name__, problem, flush=True)
    for folder in FOLDERS:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
