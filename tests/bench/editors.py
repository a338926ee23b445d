#!/usr/bin/python3
"""Terminal editors, measured from outside through a pseudo-terminal: start, key to paint, a huge file.

    tests/bench/editors.py [NAME…]     lacuna and those of vim nano micro kakoune vis that are installed

Start: from fork until the page (all rows but the last two) no longer changes. Key: from writing a letter to its arrival
on the screen, in the middle of 1 MB of wrapped paragraphs. Huge: from fork to the
first words of 1 GB of long paragraphs, and the largest resident memory. Medians; `floor` is a
program that only echoes. Memory: the largest resident set, and what of the last one is the program's own: pages of
libraries that others have, too, cost nothing more. While filling: beside it the same keys without a fill, right before
and at the same priority. TERM is xterm-256color, 100×40, queries to the terminal are answered at once.
SIZE=0.1 makes the huge file smaller (GB), 0 leaves it out; RUNS=5 is the number of starts of each editor."""
import fcntl
import os
import pty
import random
import re
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time

import pyte

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
LACUNA = os.environ.get("LACUNA", os.path.join(ROOT, "lacuna"))
ROWS, COLUMNS = 40, 100
RUNS = int(os.environ.get("RUNS", "15"))
SIZE = float(os.environ.get("SIZE", "1"))
LETTERS = b"QZXJ"  # none of them is in a status line

# program, its arguments, the keys that start inserting; each wraps at words if it can
EDITORS = {
    "lacuna": (LACUNA, "+{line} {file}", b""),
    "vim": ("vim", "-N -u NONE -i NONE -n --cmd 'set wrap linebreak' +{line} {file}", b"i"),
    "nano": ("nano", "-S -a +{line} {file}", b""),
    "micro": ("micro", "-softwrap true -wordwrap true +{line} {file}", b""),
    "kakoune": ("kak", "-e 'add-highlighter global/ wrap -word' {file} +{line}", b"i"),
    "vis": ("vis", "+{line} {file}", b"i"),
}
ANSWERS = [
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;388;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\]11;\?(\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    (re.compile(rb"\x1b\]10;\?(\x07|\x1b\\)"), b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;0$y"),
]
ESCAPES = re.compile(rb"\x1b(\[[0-9;?<>=!]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|P[^\x1b]*\x1b\\|[()][A-Z0-9]|.)|[\r\n]")
# sequences that pyte misreads
PRIVATE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*m|\x1bP[^\x1b]*\x1b\\|\x1b\[[0-9;?]*\$[a-z]")


class Terminal:
    def __init__(self, command, ordinary=False):
        self.home = tempfile.mkdtemp(prefix="lacuna-bench-")
        environment = {"TERM": "xterm-256color", "HOME": self.home, "LANG": "C.UTF-8", "PATH": os.environ["PATH"],
                       "SHELL": "/bin/sh", "XDG_RUNTIME_DIR": self.home}
        self.log, self.memory, self.own = [], 0, 0
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.begun = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in range(3):
                os.dup2(slave, fd)
            os.closerange(3, 64)
            if ordinary:  # a filling model must not have the priority of the measuring process
                os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            os.execvpe("/bin/sh", ["sh", "-c", command], environment)
        os.close(slave)
        self.master = master

    def read(self, seconds):
        """The output within so many seconds; None: it has ended."""
        if not select.select([self.master], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return None
        self.log.append((time.monotonic(), data))
        if b"\x1b" in data:
            for question, answer in ANSWERS:
                if question.search(data):
                    os.write(self.master, answer)
        return data or None

    def settle(self, quiet, limit=20.0):
        end = time.monotonic() + limit
        while time.monotonic() < end and self.read(quiet):
            pass

    def measure_memory(self):
        """Of the program and of its children, MB: the largest resident set, and what is theirs alone now."""
        with open("/proc/%d/task/%d/children" % (self.pid, self.pid)) as children:
            pids = [self.pid] + [int(pid) for pid in children.read().split()]
        for pid in pids:
            with open("/proc/%d/status" % pid) as status:
                self.memory += sum(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
            with open("/proc/%d/smaps_rollup" % pid) as rollup:
                self.own += sum(int(line.split()[1]) for line in rollup if line.startswith("Private_")) / 1024

    def close(self):
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except OSError:
            pass
        os.close(self.master)
        os.waitpid(self.pid, 0)
        shutil.rmtree(self.home, ignore_errors=True)


def prose(path, size):
    rnd = random.Random(7)
    words = ("the of and to a in that he was it his her with as had she for on at but not they from by were this be "
             "which said so all when there one into them been who out would up no me what then if more could very "
             "some time little like now long before down over never other through old first good made great again "
             "window morning garden letter river silence brother winter street mother stone evening cathedral "
             "afternoon melancholy café “quoted” don’t — voice white rain grey town").split()
    block = b""
    while len(block) < min(size, 4e6):
        text = " ".join(" ".join(rnd.choices(words, k=rnd.randint(6, 22))).capitalize() + "." for _ in range(9))
        block += text.encode() + b"\n"
    with open(path, "wb") as out:
        out.write(b"Sentinel opening of the document. ")
        while size > 0:
            out.write(block[:int(size)] if size < len(block) else block)
            size -= len(block)


def words(editor, path, line):
    program, arguments, insert = EDITORS[editor]
    return "exec " + program + " " + arguments.format(file=path, line=line), insert


def paint_time(terminal):
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    pages = []
    for when, data in terminal.log:
        stream.feed(PRIVATE.sub(b"", data))
        pages.append((when, screen.display[1:ROWS - 2]))
    for when, page in pages:
        if page == pages[-1][1]:
            return (when - terminal.begun) * 1e3
    return None


def start(editor, path):
    times = []
    for i in range(RUNS + 1):
        terminal = Terminal(words(editor, path, 1)[0] if editor else "echo; exec cat")
        terminal.settle(0.3)
        if i:
            times.append(paint_time(terminal))
        terminal.close()
    return statistics.median(times)


def keys(editor, path, line, count=400, fill=False, ordinary=False):
    copy = path + ".copy"
    shutil.copy(path, copy)
    command, insert = words(editor, copy, line) if editor else ("stty raw -echo; exec cat", b"")
    terminal = Terminal(command + (" --steps 100000 --pace 0" if fill else ""), ordinary=fill or ordinary)
    terminal.settle(0.8)
    if fill:
        os.write(terminal.master, b"[[40]]\x1b[D\x1b[D")
        terminal.settle(0.3)
        os.write(terminal.master, b"\x07")  # ^G
        end = time.monotonic() + 20
        while b"step" not in b"".join(data for _, data in terminal.log[-20:]):
            terminal.read(0.1)
            if time.monotonic() > end:
                terminal.close()
                return float("nan"), float("nan")  # no model
        os.write(terminal.master, b"\x1b[B" * 12)  # far enough from the insertion
        terminal.settle(0.02, 0.5)
    if insert:
        os.write(terminal.master, insert)
        terminal.settle(0.5)
    times = []
    for i in range(count):
        letter = LETTERS[i % 4:i % 4 + 1]
        begun, seen = time.monotonic(), b""
        os.write(terminal.master, letter)
        while letter not in ESCAPES.sub(b"", seen) and time.monotonic() < begun + 1:
            data = terminal.read(0.5)
            if data is None:
                break
            seen += data
        times.append((terminal.log[-1][0] - begun) * 1e3)
        terminal.settle(0.01, 0.03)
    terminal.close()
    for left in (copy, copy + "~"):
        if os.path.exists(left):
            os.remove(left)
    times.sort()
    return statistics.median(times), times[int(0.99 * (len(times) - 1))]


def huge(editor, path):
    times, memory, own = [], 0, 0
    for _ in range(3):
        terminal, seen = Terminal(words(editor, path, 1)[0]), b""
        while b"Sentinel" not in ESCAPES.sub(b"", seen) and time.monotonic() < terminal.begun + 60:
            data = terminal.read(0.01)
            if data is None:
                break
            seen = (seen + data)[-100000:]
        times.append(time.monotonic() - terminal.begun)
        terminal.settle(0.3, 3)
        terminal.measure_memory()
        memory, own = max(memory, terminal.memory), max(own, terminal.own)
        terminal.close()
        if times[-1] > 10:
            break
    return statistics.median(times) * 1e3, own, memory


def main():
    wanted = sys.argv[1:] or list(EDITORS)
    editors = [e for e in wanted if shutil.which(EDITORS[e][0])]
    folder = tempfile.mkdtemp(prefix="lacuna-bench-", dir=os.path.join(ROOT, "build"))
    small, middle, large = (os.path.join(folder, name) for name in ("small.txt", "middle.txt", "large.txt"))
    prose(small, 10e3)
    prose(middle, 1e6)
    with open(middle, "rb") as stream:
        line = sum(1 for _ in stream) // 2
    if SIZE:
        prose(large, SIZE * 1e9)
    print("%-16s %10s %10s %10s %14s %10s %10s" % ("", "start, ms", "key, ms", "p99, ms", "%g GB, ms" % SIZE, "own MB", "MB"))
    print("%-16s %10s %10s %10s %14s %10s" % ("target", "6", "0.4", "2", "30", "12"))
    row = "%-16s %10.1f %10.2f %10.2f"
    print(row % (("floor", start(None, small)) + keys(None, middle, line)), flush=True)
    for editor in editors:
        print(row % ((editor, start(editor, small)) + keys(editor, middle, line)), end="", flush=True)
        print(" %14.0f %10.1f %10.1f" % huge(editor, large) if SIZE else "", flush=True)
    if "lacuna" in editors:
        idle, filling = keys("lacuna", middle, line, ordinary=True), keys("lacuna", middle, line, fill=True)
        print("%-16s %10s %10.2f %10.2f" % (("  without a fill", "") + idle))
        print("%-16s %10s %10.2f %10.2f   (target %.2f: twice that without)" % (("  while filling", "") + filling + (2 * idle[1],)))
    print("load %.1f on %d cores; each first paint of the huge file with it in the page cache" %
          (os.getloadavg()[0], os.cpu_count()))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
