#!/usr/bin/python3
"""What watching and choosing cost, with the bundled model: key to paint with the lens on and while a fill runs, what the
screen takes from the model, and how long a writer waits for candidates, alternatives and the dial.

    tests/bench/watching.py      KEYS=200 is the number of keys of each row, TURNS=15 that of what is waited for

Key: from writing a letter to the editor's sign that it has painted. Threads: processor time of the screen's thread and of the
model's during a fill of 60 tokens in 1000 steps, shown and not shown (`plain`).

Own: processor time of the editor's thread for a key; the rest is waiting for a CPU, of the editor and of the harness.

Waits are from writing the key to its picture, at pace 0, medians and the longest. They include the harness, which reads the
screen in Python."""
import os
import random
import select
import sys
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/tty"))
from terminal import Editor, file  # noqa: E402

KEYS = int(os.environ.get("KEYS", "200"))
TURNS = int(os.environ.get("TURNS", "15"))
MASK = "\u2591"
MODEL = os.path.join(ROOT, "models/starter")
SENTENCES = ["The old keeper of the lighthouse sat by the window and looked out at the sea", "She took her hat and went down to the river",
             "Nobody had been there since the winter", "The snow lay deep upon the fields, and the wind blew through the trees"]


def prose(paragraphs):
    random.seed(1)
    return "\n\n".join(". ".join(random.choice(SENTENCES) for _ in range(5)) + "." for _ in range(paragraphs)) + "\n"


def open_editor(text, *arguments):
    e = Editor("-m", MODEL, "--set", "spell=off", "--set", "real-words=off", *arguments, file(text), rows=40, columns=100)
    e.settle()
    return e


def seconds_for(e, letter):
    begun = time.perf_counter()
    e.write(letter)
    number = e.ask()
    while e.answer < number:
        select.select([e.master], [], [], 1)
        data = os.read(e.master, 65536)
        e.raw += data
        e._take_answers(len(data))
    return time.perf_counter() - begun


def own_seconds(e):
    """Processor time of the editor's own thread: what a key costs even if it need not wait for a CPU."""
    with open("/proc/%d/schedstat" % e.pid) as stat:
        return int(stat.read().split()[0]) / 1e9


def keys(label, before=lambda e: None, between=lambda e, i: None, arguments=()):
    with open_editor(prose(60), *arguments) as e:
        before(e)
        times, own = [], []
        for i in range(KEYS):
            between(e, i)
            before_key = own_seconds(e)
            times.append(seconds_for(e, random.choice("abcdefghi ")))
            own.append(own_seconds(e) - before_key)
            time.sleep(0.02)
    half, most = KEYS // 2, KEYS * 99 // 100
    print("%-36s %6.2f ms  p99 %6.2f ms   own %5.2f ms  p99 %5.2f ms"
          % (label, *(1000 * sorted(list)[n] for list in (times, own) for n in (half, most))), flush=True)


def turn_page(e, i):
    if i % 20 == 19:
        e.send("pgdn")


def start_fill(e):
    e.send("^B")
    e.type("60\r")
    e.send("left", "^G")
    e.send("c-home")


def threads(pid):
    ticks = {}
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/stat" % (pid, thread)) as stat:
            fields = stat.read().rpartition(")")[2].split()
        ticks[int(thread)] = int(fields[11]) + int(fields[12])
    return ticks


def share(label, *arguments):
    with open_editor("The old house stood [[60]] by the river.\n\n" + prose(5), "--steps", "1000", *arguments) as e:
        e.send("M-n")
        before = threads(e.pid)
        e.write("\007")
        e.wait(lambda: "fill" in e.busy or e.settle() and "fill" in e.busy)
        e.until_not("fill")
        after = {thread: ticks - before.get(thread, 0) for thread, ticks in threads(e.pid).items()}
    screen, tick = after.pop(e.pid), 1000 / os.sysconf("SC_CLK_TCK")
    print("%-36s screen %4.0f ms  model %5.0f ms" % (label, tick * screen, tick * sum(after.values())), flush=True)


def until(e, condition, since):
    """Seconds from `since` until a picture meets the condition."""
    while not condition():
        assert time.perf_counter() < since + 60 and e.alive(), e.text()
        select.select([e.master], [], [], 1)
        e.pump(0)
    return time.perf_counter() - since


def listed(e):
    """Number of candidates or alternatives that the tray shows."""
    return sum(line[:1] in " >" and line[1:3].strip().isdigit() for line in e.screen.display)


def report(label, times, target=None):
    times = sorted(1000 * t for t in times)
    print("%-36s %6.1f ms  longest %6.1f ms%s" % (label, times[len(times) // 2], times[-1],
                                                  "   (target %d)" % target if target else ""), flush=True)


def choosing():
    """A blank of 12 tokens, drawn eight times; then its first word's alternatives."""
    first, last, other, one = [], [], [], []
    for turn in range(TURNS):
        with open_editor(prose(3) + "\nThe keeper of the lighthouse [[12]] and looked out at the sea.\n" + prose(3),
                         "--set", "candidates=8", "--pace", "0", "--seed", str(turn)) as e:
            e.idle()
            e.send("M-n")
            e.settle()
            begun = time.perf_counter()
            e.write("\007")
            until(e, lambda: MASK in e.text(), begun)
            masks = e.text().count(MASK)
            first.append(until(e, lambda: e.text().count(MASK) < masks, begun))
            one.append(until(e, lambda: MASK not in e.text() and "[[12]]" not in e.text(), begun))
            last.append(until(e, lambda: "8 proposals" in e.text() or listed(e) >= 8, begun))
            e.wait(lambda: e.settle() and not {"fill", "tray"} & set(e.busy.split()))  # drawn and put in order
            before = e.text()
            begun = time.perf_counter()
            e.write("a")
            other.append(until(e, lambda: "instead of" in e.text() and "%" in e.text() and e.text() != before, begun))
    report("first word of 12 tokens, K = 8", first)
    report("all words of the first candidate", one)
    report("all eight candidates", last, 1000)
    report("alternatives of a word", other, 30)


def dial():
    """Nine words are varied, about 12 tokens; each turn draws anew."""
    times = []
    text = "He had not spoken to anyone for a week, and the lamp burned low.\n\n" + prose(4)
    with open_editor(text, "--set", "candidates=8", "--pace", "0") as e:
        e.send(*["\033[1;6C"] * 9)
        e.send("M-d")
        e.until_not("fill")
        share = 30
        for turn in range(TURNS):
            step, name = (10, "right") if turn // 6 % 2 == 0 else (-10, "left")
            share += step
            begun = time.perf_counter()
            e.write({"right": "\033OC", "left": "\033OD"}[name])
            until(e, lambda: "%3d %%" % share in e.text(), begun)
            e.until_not("fill")
            times.append(time.perf_counter() - begun)
            e.until_not("tray")
    report("a turn of the dial on nine words", times, 250)


def cancel():
    """Esc while 60 tokens are filled, until the page shows the blank again. It includes ESCDELAY, 25 ms."""
    times = []
    with open_editor("The old house stood [[60]] by the river.\n\n" + prose(5), "--steps", "20000", "--pace", "0") as e:
        for _ in range(TURNS):
            e.send("c-home", "M-n")
            e.write("\007")
            until(e, lambda: MASK in e.text(), time.perf_counter())
            begun = time.perf_counter()
            e.write("\033")
            times.append(until(e, lambda: MASK not in e.text(), begun))
            e.settle()
    report("cancel", times)


def frames():
    """Pictures of a fill that reach the terminal in a second, at pace 0. Each is written in one piece."""
    with open_editor("The old house stood [[60]] by the river.\n\n" + prose(5), "--steps", "1000", "--pace", "0") as e:
        e.send("M-n")
        e.write("\007")
        until(e, lambda: MASK in e.text(), time.perf_counter())
        count, size, begun = 0, len(e.raw), time.perf_counter()
        while MASK in e.text():
            e.pump(0.001)
            count, size = count + (len(e.raw) > size), len(e.raw)
        seconds = time.perf_counter() - begun
    print("%-36s %6.0f a second, %d in %.1f s" % ("pictures of a fill", count / seconds, count, seconds), flush=True)


choosing()
dial()
cancel()
frames()
keys("key, lens off")
keys("key, lens off, new pages", between=turn_page)
keys("key, lens on, new pages", lambda e: e.send("M-v"), turn_page)
keys("key, lens on, while filling", lambda e: (e.send("M-v"), start_fill(e)), arguments=("--steps", "20000", "--pace", "0"))
share("fill, shown", "--pace", "0")
share("fill, not shown", "--set", "plain=on")
