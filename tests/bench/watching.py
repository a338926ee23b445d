#!/usr/bin/python3
"""What watching costs, with the bundled model: key to paint with the lens on and while a fill runs, and what the screen
takes from the model.

    tests/bench/watching.py      KEYS=200 is the number of keys of each row

Key: from writing a letter to the editor's sign that it has painted. Threads: processor time of the screen's thread and of the
model's during a fill of 60 tokens in 1000 steps, shown and not shown (`plain`)."""
import os
import random
import select
import sys
import time

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(0, os.path.join(ROOT, "tests/tty"))
from terminal import Editor, file  # noqa: E402

KEYS = int(os.environ.get("KEYS", "200"))
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


def keys(label, before=lambda e: None, between=lambda e, i: None, arguments=()):
    with open_editor(prose(60), *arguments) as e:
        before(e)
        times = []
        for i in range(KEYS):
            between(e, i)
            times.append(seconds_for(e, random.choice("abcdefghi ")))
            time.sleep(0.02)
    times.sort()
    print("%-36s %6.2f ms  p99 %6.2f ms" % (label, 1000 * times[KEYS // 2], 1000 * times[KEYS * 99 // 100]), flush=True)


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


keys("key, lens off")
keys("key, lens off, new pages", between=turn_page)
keys("key, lens on, new pages", lambda e: e.send("M-v"), turn_page)
keys("key, lens on, while filling", lambda e: (e.send("M-v"), start_fill(e)), arguments=("--steps", "20000", "--pace", "0"))
share("fill, shown", "--pace", "0")
share("fill, not shown", "--set", "plain=on")
