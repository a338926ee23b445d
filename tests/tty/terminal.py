"""Runs lacuna in a pseudo-terminal and reads its screen with pyte. Tests use `Editor`, `check` and `main`."""
import errno
import fcntl
import os
import pty
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
    def __init__(self, *arguments, rows=24, columns=80, env=None, program=None, jobs=False):
        self.folder = tempfile.mkdtemp(prefix="lacuna-tty-")
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status = None
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("LACUNA", "NO_COLOR", "LC_", "LANG"))}
        environment.update({"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": self.folder,
                            "XDG_STATE_HOME": self.folder + "/state", "XDG_CONFIG_HOME": self.folder + "/config"})
        environment.update(env or {})
        environment = {k: v for k, v in environment.items() if v is not None}
        command = [program or PROGRAM, *arguments]
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.pid = os.fork()
        if self.pid == 0:
            self._child(slave, command, environment, jobs)
        os.close(slave)

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
        """A shell with one job: says how the terminal is when the job stops, and lets it go on at a line feed."""
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
        """Reads what the program writes, for so long."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            ready, _, _ = select.select([self.master], [], [], max(0, left))
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except OSError as problem:
                    if problem.errno != errno.EIO:
                        raise
                    data = b""
                if not data:
                    return False
                self.raw += data
                self.stream.feed(data.replace(b"\033[?2026$p", b""))  # pyte would print it
            elif left <= 0:
                return True

    def wait(self, condition, seconds=5.0):
        """Until condition() holds; returns whether it does."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            if not self.pump(0.02) and not condition():
                return bool(condition())
        return True

    def wait_for(self, text, seconds=5.0):
        return self.wait(lambda: text in self.text(), seconds)

    def state(self):
        """Of the program's main thread, as ps has it: S when it waits."""
        try:
            pid = os.tcgetpgrp(self.master)
            with open("/proc/%d/task/%d/stat" % (pid, pid)) as stat:
                return stat.read().rpartition(")")[2].split()[0]
        except OSError:
            return "Z"

    def settle(self, seconds=3.0):
        """Until the program has taken its input and waits for more: on a busy machine that takes longer."""
        end, quiet = time.monotonic() + seconds, 0
        while quiet < 3 and time.monotonic() < end:
            count = len(self.raw)
            self.pump(0.007)
            quiet = quiet + 1 if self.state() != "R" and len(self.raw) == count else 0

    def send(self, *names):
        for name in names:
            os.write(self.master, key(name).encode())
            self.settle()
            if name == "esc":
                self.pump(0.03)  # it might begin a sequence

    def type(self, text):
        os.write(self.master, text.encode())
        self.settle()

    def send_raw(self, data):
        """Bytes as they are; an Esc by itself is given the time that makes it a key of its own."""
        os.write(self.master, data.encode())
        if data.endswith("\033"):
            self.settle()
            self.pump(0.03)

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

    def finish(self, seconds=5.0):
        """Waits for the end; the exit status as wait gives it, or None."""
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            self.pump(0.02)
        self.pump(0.05)
        return self.status

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
    """A file of its own in a folder of its own, which the test leaves behind in TMPDIR for the runner to clear."""
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
    """A model folder to fill with: the tests' own tiny one, else the bundled one."""
    for folder in ("tests/data/tiny-model", "models/starter"):
        if os.path.exists(os.path.join(ROOT, folder, "model.safetensors")):
            return os.path.join(ROOT, folder)
    raise Skip("no model")


def main(tests):
    failed = 0
    for test in tests:
        name = test.__name__
        try:
            test()
            print("ok", name, flush=True)
        except Skip as why:
            print("skip", name, why, flush=True)
        except Exception as problem:  # a test that breaks is a test that fails
            failed += 1
            print("not ok", name, type(problem).__name__, problem, flush=True)
    for folder in FOLDERS:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failed else 0)
