"""Answers are offered again in the next session, including those of instances that ran at the same time."""
import os
import stat

from terminal import Editor, check, contents, file, main

STATE = os.path.dirname(file("", "state"))


def start(*arguments, state=STATE):
    e = Editor(*arguments, file("alpha beta gamma\n"), env={"XDG_STATE_HOME": state})
    e.wait_for("alpha")
    return e


def leave(e):
    e.send("esc", "^Q")
    check(e.finish() == 0, "left", e)


def search(e, *patterns):
    for pattern in patterns:
        e.send("^F")
        e.type(pattern + "\r")


def older(e, prompt, count):
    e.send(*prompt)
    lines = []
    for _ in range(count):
        e.send("up")
        e.settle()
        lines.append(e.line(23).split(":", 1)[1].split("  ")[0].strip())
    e.send("esc")
    return lines


def kept_for_the_next_session():
    with start() as e:
        search(e, "alpha", "beta")
        e.send("M-x")
        e.type("set width=50\r")
        leave(e)
    path = STATE + "/lacuna/answers"
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "nobody else reads it")
    with start() as e:
        search(e, "gamma")
        check(older(e, ["^F"], 3) == ["gamma", "beta", "alpha"], "searched for", e)
        check(older(e, ["M-x"], 1) == ["set width=50"], "commands apart from these", e)
        leave(e)


def beside_one_another():
    folder = STATE + "/beside"
    with start(state=folder) as a, start(state=folder) as b:
        search(a, "one", "shared")
        search(b, "shared", "two")
        leave(a)
        leave(b)
    with start(state=folder) as e:
        check(older(e, ["^F"], 3) == ["two", "shared", "one"], "nothing is lost, nothing is twice", e)


def bounded():
    folder = STATE + "/bounded"
    os.makedirs(folder + "/lacuna")
    with open(folder + "/lacuna/answers", "w") as out:
        out.write("".join("f number%d\n" % i for i in range(500)) + "garbage\nx y\nf \n\xff\n")
    with start(state=folder) as e:
        search(e, "newest")
        leave(e)
    lines = contents(folder + "/lacuna/answers").decode().splitlines()
    check(len(lines) == 100 and lines[-1] == "f newest" and lines[0] == "f number401", "%d %s" % (len(lines), lines[:1]))


def turned_off():
    folder = STATE + "/off"
    with start("--set", "keep-answers=off", state=folder) as e:
        search(e, "secret")
        check(older(e, ["^F"], 1) == ["secret"], "in this session", e)
        leave(e)
    check(not os.path.exists(folder + "/lacuna/answers"), "nothing is written")
    with start("--set", "keep-answers=off") as e:
        check(older(e, ["^F"], 1) == [""], "and nothing read", e)
        leave(e)


main([kept_for_the_next_session, beside_one_another, bounded, turned_off])
