"""Random keys: the editor survives, and undoing everything gives the file's bytes back. MONKEY_SECONDS and MONKEY_SEED set
the duration and the seed."""
import os
import random
import time

from terminal import KEYS, Editor, check, contents, file, key, main, model

TEXT = ("The old house [[6]] by the river — \U0001F468\u200D\U0001F469\u200D\U0001F467 漢字 e\u0301 [[]] was empty.\n\n"
        "\tNobody [[2-5]] went there; [[3]] \\[[4]] [[Smith]].\n" + "A long paragraph goes on and on. " * 30 + "\n").encode()
TEXT += b"bad \xff\xfe bytes \x01\x1b[31m\r\nCRLF\r\n"

COMMANDS = ["^B", "^G", "^G", "M-g", "M-n", "M-n", "M-p", "M-b", "M-l", "^Z", "^Z", "^Y", "^X", "^C", "^V", "^V", "^A", "^K",
            "^W", "^F", "^L", "^T", "M-a", "\033\r", "M-.", "^@", "M-r"]
WORDS = ["a", "x", "[", "]", "[[", "]]", "[[4]]", "7", "-", " ", "é", "漢", "\u0301", "\u200d", "word ", "n", "r", "p", "y", "]"]


def play(seconds, seed):
    rng = random.Random(seed)
    path = file(TEXT)
    with Editor("-m", model(), "--pace", "5", "-n", "6", path, file(b"second\n", "b.txt")) as e:
        check(e.wait_for("house"), "shown", e)
        end, log = time.monotonic() + seconds, []
        while time.monotonic() < end:
            kind = rng.random()
            if kind < 0.4:
                what = rng.choice([k for k in KEYS if k != "f1"])
            elif kind < 0.7:
                what = rng.choice(COMMANDS)
            elif kind < 0.98:
                what = rng.choice(WORDS)
            else:
                e.resize(rng.choice([1, 2, 3, 10, 24, 60]), rng.choice([1, 2, 5, 20, 80, 300]))
                continue
            log.append(what)
            os.write(e.master, key(what).encode())
            e.pump(0.03 if what == "esc" else rng.choice([0, 0.004, 0.02]))
            if not e.alive():
                raise AssertionError("seed %d: ended with %s after %s\n%s" % (seed, e.status, log[-12:], e.text()))
        e.resize(24, 80)
        e.send("esc", "esc", "esc")
        e.pump(0.1)
        while "a.txt" in e.text():
            e.send("M-.")
        for _ in range(len(log) * 2):
            os.write(e.master, b"\x1a")
        check(e.wait_for("nothing to undo"), "all is undone", e)
        check(" *" not in e.text().split("\n")[-2].split("  ")[0], "clean", e)
        e.send("^Q")
        if e.finish(1) is None:
            e.send("n", "n")
        check(e.finish() == 0, "ends: %s" % e.status, e)
    check(contents(path) == TEXT, "the file is as it was")


def monkey():
    play(float(os.environ.get("MONKEY_SECONDS", "6")), int(os.environ.get("MONKEY_SEED", "1")))


VI = list("abcdefghijklmnoprstuvwxyABCDEFGHIJKLMNOPRSTUVWXY0123456789$^%{}()[]<>~`'\"*#;,.|_-+/?@ ") + [
    "q", "qa", "@a", "\"ay", "\"ap", "ciw", "di(", "gU", "g~", "gq", "gv", "gJ", "ge", "zz", "dd", "yy", "p", "P", "u", "u",
    ".", ".", "\033", "\033", "\033", "\r", "\177", "\t", "^R", "^A", "^V", "^D", "^U", "^F", "^B", "^W", "^T", "é", "漢", "[[4]]",
    ":s/o/0/g\r", ":%s/a/(&)/\r", ":g/o/t.\r", ":2,3m0\r", ":d\r", ":%j\r", ":normal dw\r", ":v/x/d\r", "/on\r", "?a\r",
    "M-g", "M-n", "up", "down", "left", "right", "del", "s-right", "home", "end"]


def play_vi(seconds, seed):
    rng = random.Random(seed)
    path = file(TEXT)
    with Editor("--keymap", "vi", "-m", model(), "--pace", "5", "-n", "6", path) as e:
        check(e.wait_for("house"), "shown", e)
        end, log = time.monotonic() + seconds, []
        while time.monotonic() < end:
            if rng.random() < 0.02:
                e.resize(rng.choice([1, 2, 3, 10, 24, 60]), rng.choice([1, 2, 5, 20, 80, 300]))
                continue
            what = rng.choice(VI)
            log.append(what)
            os.write(e.master, key(what).encode())
            e.pump(rng.choice([0, 0.004, 0.02]))
            if not e.alive():
                raise AssertionError("seed %d: ended with %s after %s\n%s" % (seed, e.status, log[-12:], e.text()))
        e.resize(24, 80)
        e.send("esc", "esc", "esc")
        e.pump(0.1)
        for _ in range(40):
            e.type("9" * 3 + "u")
            if "nothing to undo" in e.text():
                break
        check(e.wait_for("nothing to undo"), "seed %d: all is undone" % seed, e)
        copy = path + ".copy"
        e.type(":w " + copy + "\r")
        check(e.wait_for("saved"), "seed %d: saved" % seed, e)
        check(contents(copy) == TEXT, "seed %d: the text is as it was: %r" % (seed, contents(copy)[:300]))
        e.type(":q!\r")
        check(e.finish() == 0, "ends: %s" % e.status, e)


def monkey_with_modes():
    play_vi(float(os.environ.get("MONKEY_SECONDS", "6")), int(os.environ.get("MONKEY_SEED", "1")))


TIMELINE = ["left", "left", "left", "right", "right", "home", "end", "\t", "\t", "\033[Z", "p", "p", "o", "o", "o", "\r", "\r",
            "pgup", "pgdn", " ", "w\025other\r", "w\r", "w\025\r", "wx y z\r", "w\033", "del", "up", "down", "esc", "f8", "f8", "f8",
            "t", "n", "r", "^G", "^G", "M-g", "M-n", "M-p", "M-n", "^Z", "^Y", "\033xsave-trace /none/t\r", "q", "^B"]


def play_timeline(seconds, seed):
    rng = random.Random(seed)
    path = file("One [[9]] two [[]] three.\n\nFour [[2]] five [[20]] six.\n")
    with Editor("-m", model(), "--pace", rng.choice(["0", "3"]), "-n", rng.choice(["6", "64"]), path) as e:
        check(e.wait_for("One"), "shown", e)
        e.send("M-n", "^G")
        end, log = time.monotonic() + seconds, []
        while time.monotonic() < end:
            if rng.random() < 0.02:
                e.resize(rng.choice([1, 2, 4, 5, 7, 9, 24, 60]), rng.choice([1, 5, 20, 39, 80, 300]))
                continue
            what = rng.choice(TIMELINE)
            log.append(what)
            os.write(e.master, key(what).encode())
            e.pump(0.03 if what == "esc" else rng.choice([0, 0.004, 0.05]))
            if not e.alive():
                raise AssertionError("seed %d: ended with %s after %s\n%s" % (seed, e.status, log[-12:], e.text()))
        e.resize(24, 80)
        e.send("esc", "esc", "esc", "esc")
        e.signal(15)
        check(e.finish() is not None, "ends", e)


def monkey_in_the_timeline():
    play_timeline(float(os.environ.get("MONKEY_SECONDS", "6")), int(os.environ.get("MONKEY_SEED", "1")))


main([monkey, monkey_with_modes, monkey_in_the_timeline])
