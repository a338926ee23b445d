"""The timeline: a proposal's steps, pinned and marked words, and filling from the shown step."""
import json
import os
import re
import signal
import subprocess
import termios
import time

from terminal import FIRST_SEED, PROGRAM, ROOT, Editor, Skip, check, contents, file, main, model

TEXT = "The old house stood [[8]] by the river, and nobody went there.\n\nSecond [[3]] paragraph.\n"
MASKED = "\u2591"  # one cell of a masked token, which is as wide as its word will be


def start(text=TEXT, *arguments, **more):
    path = file(text)
    # the tiny model writes only non-words, which would all be drawn again
    e = Editor("-m", model(), "--set", "real-words=off", "--pace", "0", *arguments, path, **more)
    e.path = path
    check(e.wait_for("The old"), "shown", e)
    return e


def filled(*arguments, **more):
    e = start(TEXT, *arguments, **more)
    e.send("M-n", "^G")
    check(e.wait(lambda: "tokens" in e.text() and MASKED not in e.text()), "filled", e)
    return e


def step(e):
    found = re.search(r"step (\d+)(?:/| of )(\d+)", e.text())
    return int(found.group(1)) if found else None


def sentence(e):
    """The screen up to the second paragraph, in one line."""
    return " ".join(" ".join(e.text().split("Second")[0].split()).split())


def proposal(e):
    return sentence(e)[len("The old house stood "):].split(" by the river")[0]


def goes_back_and_forth():
    with filled() as e:
        whole = sentence(e)
        e.send("t")
        check(e.wait(lambda: step(e) is not None), "the timeline is there", e)
        last = step(e)
        check(sentence(e) == whole and "accept" in e.text(), "it begins with the last step", e)
        masked, places = 0, set()
        while step(e) > 0:
            before = step(e)
            e.send("left")
            check(step(e) < before or step(e) == before == 0, "a step back", e)
            now = sentence(e).count(MASKED)
            check(now >= masked, "words go, and do not come", e)
            masked = now
            places.add(now)
        check(set(proposal(e)) <= {MASKED, " "} and len(places) > 2, "in the beginning all is masked", e)
        e.send("left")
        check("the first step" in e.text(), "and before that is nothing", e)
        e.send("end")
        check(step(e) == last and sentence(e) == whole, "the last step again", e)
        e.send("home")
        check(set(proposal(e)) <= {MASKED, " "}, "and the first", e)
        e.send("right")
        check(step(e) == 1, "one on", e)
        e.send("esc")
        check(e.wait(lambda: sentence(e) == whole and step(e) is None), "Esc leaves it as it was", e)
        check(contents(e.path).decode() == TEXT and "draft.txt *" not in e.text(), "nothing was written", e)


def jumps_from_draw_to_draw():
    with filled("--steps", "200") as e:
        whole = sentence(e)
        e.send("t", "home")
        seen, cells = [], sentence(e).count(MASKED)
        while MASKED in sentence(e) and len(seen) < 20:
            e.send("pgdn")
            seen.append(sentence(e).count(MASKED))
        check(seen == sorted(set(seen), reverse=True) and seen[-1] == 0, "each draws a word or more: %s" % seen, e)
        check(len(seen) <= 8, "there are no more than tokens", e)
        e.send("pgup")
        check(sentence(e).count(MASKED) == (seen[-2] if len(seen) > 1 else cells), "and back", e)
        e.send("end")  # signs that do not go together are drawn again after the last draw
        check(sentence(e) == whole, "and the last step is the whole", e)


def words_that_are_drawn_again_say_so():
    path = file(TEXT)
    with Editor("-m", model(), "--set", "real-words=on", "--pace", "0", path) as e:
        check(e.wait_for("The old"), "shown", e)
        e.send("M-n", "^G")
        check(e.wait(lambda: "tokens" in e.text() and MASKED not in e.text(), 30), "filled", e)
        e.send("t")
        check(e.wait(lambda: step(e) is not None), "the timeline is there", e)
        if step(e) <= 32:
            raise Skip("no dictionary, or nothing was drawn again")
        total, again = re.search(r"step \d+/(\d+)", e.text()).group(1), 0
        check("past 32: redrawn" in e.text(), "what the further steps are for", e)
        while step(e) > 0:
            check(re.search(r"step \d+/(\d+)", e.text()).group(1) == total, "the total stays", e)
            check(("redrawn" in e.line(21)) == (step(e) > 32), "said where it is so", e)
            check(e.line(20).count("|") == 1, "one mark where one is", e)
            drawn = re.search(r": drawn at step (\d+)", e.line(21))
            if drawn and "token" not in e.line(21):
                check(int(drawn.group(1)) <= step(e), "what stands here was drawn before", e)
                check(not re.search(r"q 0\.000(?!\d)", e.line(21)), "with a probability that says something", e)
            # Which word it is depends on the draws.
            for _ in range(12 if step(e) <= 32 and not again else 0):
                again += "; again at step" in e.line(21)
                e.send("tab")
            e.send("left")
        check(again, "and that it is drawn again later")


def a_typed_word_replaces_a_drawn_one():
    with filled() as e:
        e.send("t", "w")
        check(e.wait_for("New word"), "asked", e)
        e.type("not")
        check(e.wait(lambda: e.line(23).rstrip().endswith("remove the word): not")), "instead of what was there", e)
        e.send("esc", "w", "right")
        e.type("s")
        check(e.wait(lambda: not e.line(23).rstrip().endswith(": s")), "a move keeps it", e)


def a_pace_is_kept():
    path = file(TEXT)
    with Editor("-m", model(), "--set", "real-words=off", "--pace", "400", "--steps", "8", path) as e:
        check(e.wait_for("The old"), "shown", e)
        e.send("M-n", "^G")
        seen = {}  # how many tokens were still masked: when it was first seen. A step that draws nothing takes no time

        def watch():
            if "step" in e.text():
                seen.setdefault(e.text().count(MASKED), time.monotonic())
            return "accept" in e.text()
        check(e.wait(watch, 30), "filled", e)
        took = max(seen.values()) - min(seen.values())
        check(len(seen) > 2 and took > 0.4 * (len(seen) - 2), "%d pictures took %.1f s" % (len(seen), took))


def plays():
    with filled("--pace", "15") as e:
        whole = sentence(e)
        e.send("t", "home")
        since = len(e.raw)
        e.write(" ")
        check(e.wait(lambda: len(e.raw) > since and sentence(e) == whole), "it goes to the end by itself", e)
        counts = {"\n".join(rows).count(MASKED) for rows in e.pictures(since)}
        check(len(counts) > 2, "word by word: %s" % counts)


def pinned_word_stays():
    with filled(columns=120) as e:  # room for a long seed in the status line
        e.send("t", "tab", "p")
        check(": pinned" in e.text(), "pinned", e)
        word = re.search(r"^ (.*): pinned", e.line(21)).group(1)
        e.send("home")
        check(word in proposal(e) and MASKED in proposal(e), "it stands where nothing else does", e)
        for seed in (FIRST_SEED + 1, FIRST_SEED + 2):
            e.send("home", "enter")
            check(e.until_not("fill") and e.wait(lambda: "seed %d" % seed in e.text() and MASKED not in e.text()), "drawn anew", e)
            check(word in proposal(e), "%r is still there: %r" % (word, proposal(e)), e)
        check("3 of 3" in e.text(), "as other proposals", e)


def an_opened_word_is_drawn_again():
    with filled() as e:
        before = proposal(e)
        e.send("t", "o")
        check(MASKED in proposal(e) and "to be drawn again" in e.text(), "open", e)
        open_now = proposal(e).count(MASKED)
        kept = proposal(e).split(MASKED)[-1].strip()
        e.send("o")
        check(proposal(e) == before, "and not", e)
        e.send("o", "enter")
        check(e.wait(lambda: "2 of 2" in e.text() and MASKED not in e.text()), "drawn", e)
        check(open_now < len(before) and proposal(e).endswith(kept), "the others are as they were", e)
        e.send("esc", "p")
        check(e.wait(lambda: proposal(e) == before), "the first proposal is there still", e)


def a_word_can_be_written_on_the_timeline():
    with filled() as e:
        e.send("t", "tab", "w")
        check(e.wait_for("New word"), "asks", e)
        e.send("^U")
        e.type("dragon")
        e.send("enter")
        check(e.wait(lambda: "2 of 2" in e.text() and "dragon" in proposal(e)), "there it is", e)
        check(MASKED not in e.text(), "and nothing else was touched", e)
        whole = sentence(e)
        e.send("enter")
        check(e.wait_for("accepted") and sentence(e).startswith(whole.split(" by the river")[0]), "accepted", e)
        e.send("^S")
        e.wait_for("saved")
        check(b"dragon" in contents(e.path), "saved")


def word_less():
    with filled() as e:
        e.send("t")
        tokens = int(re.search(r"(\d+) tokens", e.text()).group(1))
        e.send("w", "^U", "enter")
        check(e.wait(lambda: "2 of 2" in e.text()), "one less", e)
        check(int(re.search(r"(\d+) token", e.text()).group(1)) < tokens, "is fewer tokens", e)


def leaves_when_its_text_goes():
    with filled() as e:
        e.send("t", "left", "^Z")
        check("stood" in e.text(), "alive", e)
        e.send("t", "left", "M-n")
        check(step(e) is None and MASKED not in sentence(e), "moving on leaves it", e)
        e.send("M-p", "t", "left")
        e.send("f8")
        check(step(e) is None, "so does its own key", e)


def no_proposal():
    with start() as e:
        e.send("f8")
        check("no proposal" in e.text(), "says why", e)


def small_screens():
    with filled() as e:
        e.send("t", "left", "left")
        for rows, columns in ((24, 300), (12, 40), (7, 30), (5, 20), (4, 20), (2, 9), (1, 1), (24, 80)):
            e.resize(rows, columns)
            e.send("left", "right", "tab")
            check(e.alive(), "%dx%d" % (rows, columns), e)
        check(e.wait(lambda: step(e) is not None), "there again", e)


def mouse_goes_to_a_step():
    with filled() as e:
        e.send("t")
        row, left = 20, 40
        last = step(e)
        e.send_raw("\033[<0;%d;%dM\033[<0;%d;%dm" % (left + 1, row + 1, left + 1, row + 1))
        check(e.wait(lambda: step(e) is not None and step(e) < last), "clicked", e)


def no_color_and_plain():
    with filled("--set", "plain=on", env={"NO_COLOR": "1", "TERM": "vt100", "LANG": "C"}) as e:
        e.send("t", "home")
        check("_" in sentence(e) or MASKED in sentence(e), "masked", e)
        e.send(" ")
        check(e.wait(lambda: MASKED not in sentence(e) and "_" not in sentence(e)), "nothing moves by itself", e)


def keeps_its_steps_as_a_trace():
    with filled() as e:
        whole = proposal(e)
        e.send("t")
        e.wait(lambda: step(e) is not None)
        last = step(e)
        out = os.path.join(os.path.dirname(e.path), "fill.trace")
        for said in ("fill.trace written", "exists"):
            e.send("M-x")
            e.type("save-trace %s\r" % out)
            check(e.wait_for(said), said, e)
        lines = [json.loads(line) for line in contents(out).decode().splitlines()]
        check(lines[0]["type"] == "header" and lines[-1]["type"] == "done", "a whole trace")
        steps = [line["step"] for line in lines if line["type"] == "step"]
        check(steps and max(steps) == last, "of these steps: %s, %s" % (steps, last))
        played = subprocess.run([PROGRAM, "replay", "--pace", "0", out], capture_output=True, timeout=30)
        check(played.returncode == 0 and whole in " ".join(played.stdout.decode().split()), "that can be replayed")
        e.send("esc", "esc")
        e.send("M-x")
        e.type("save-trace x\r")
        check(e.wait_for("no recorded steps"), "nothing to keep", e)


def a_stopped_replay_restores_the_terminal():
    with filled() as e:
        e.send("t")
        e.wait(lambda: step(e) is not None)
        out = os.path.join(os.path.dirname(e.path), "stopped.trace")
        e.send("M-x")
        e.type("save-trace %s\r" % out)
        check(e.wait_for("stopped.trace written"), "a trace", e)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        with Editor("replay", "--pace", "60000", out, program=PROGRAM) as e:
            check(e.wait(lambda: b"\033[?1049h" in e.raw and not e.modes()[3] & termios.ICANON), "it plays", e)
            e.signal(number)
            check(os.waitstatus_to_exitcode(e.finish()) == 130, "%s ends it" % number, e)
            check(b"\033[?1049l" in e.raw, "%s: the screen of before" % number, e)
            check(e.modes()[3] == e.before[3], "%s: the modes of before" % number, e)


def steers_a_running_fill():
    """Pauses a fill of the bundled model, which takes long enough for that, and steers it."""
    folder = os.path.join(ROOT, "models/starter")
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        raise Skip("no bundled model")
    path = file("The old house stood [[60]] by the river, and nobody went there.\n")
    with Editor("-m", folder, "--pace", "0", "--steps", "120", path) as e:
        e.wait_for("The old")
        e.send("M-n")
        e.send_raw("\007\033[19~")  # filling, and paused before its first step
        check(e.wait(lambda: step(e) == 0 and MASKED in e.text()), "begins", e)
        for _ in range(20):
            e.settle()
        check(step(e) == 0, "it is held", e)
        for now in range(200):
            if "not drawn yet" not in e.text():
                break
            e.send("right")
            check(e.wait(lambda: step(e) == now + 1), "does one step, and no more", e)
        e.send("p")
        check(": pinned" in e.text(), "pins", e)
        word = re.search(r"^ (.*): pinned", e.line(21)).group(1)
        e.send("enter")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "goes on to the end", e)
        e.send("home")
        check(word in e.text(), "with it", e)
        check("1 of" not in e.text() and "2 of" not in e.text(), "and is one proposal", e)


main([goes_back_and_forth, jumps_from_draw_to_draw, words_that_are_drawn_again_say_so, a_typed_word_replaces_a_drawn_one, a_pace_is_kept, plays, pinned_word_stays, an_opened_word_is_drawn_again,
      a_word_can_be_written_on_the_timeline, word_less, leaves_when_its_text_goes, no_proposal, small_screens, mouse_goes_to_a_step,
      no_color_and_plain, keeps_its_steps_as_a_trace, a_stopped_replay_restores_the_terminal, steers_a_running_fill])
