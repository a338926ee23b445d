"""Side by side: the same blank drawn with other seeds, samplers and models, stepping together; one draw swapped."""
import os
import re

from terminal import FIRST_SEED, ROOT, Editor, Skip, check, file, main

TEXT = "The old house stood [[8]] by the river, and nobody went there.\n\nSecond [[3]] paragraph.\n"
MASKED = "\u2591"


def start(*arguments, **more):
    folder = os.path.join(ROOT, "models/starter")
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        raise Skip("no bundled model")
    path = file(TEXT)
    e = Editor("-m", folder, "--set", "real-words=off", "--pace", "5", *arguments, path, **more)
    e.path = path
    check(e.wait_for("The old"), "shown", e)
    e.send("M-n")
    return e


def beside(e, what):
    e.send("M-x")
    e.type("beside %s\r" % what)


def column(e, first):
    """The text of a run, without spaces: rows may end within a word."""
    return "".join("".join(line[first:first + 39] for line in e.screen.display[2:11]).split())


def steps(e):
    return [int(found) for found in re.findall(r"step (\d+)/\d+", e.text())]


def seeds_step_together():
    with start() as e:
        e.send("M-c")
        check("seeds 3" in e.text(), "asks for what", e)
        e.send("enter")
        check(e.until_not("beside") and e.text().count("ln q") == 3, "three runs", e)
        check(all("seed %d" % (FIRST_SEED + n) in e.text() for n in range(3)), "of three seeds", e)
        e.send("home")
        check(steps(e) == [0, 0, 0] and e.text().count(MASKED) >= 24, "all at the beginning", e)
        for _ in range(12):
            e.send("right")
        check(steps(e) == [12, 12, 12], "and at the same step", e)
        e.send("-")
        check("10 ms" in e.text(), "the pace has its keys here", e)
        e.send("left", " ")
        check(e.until_not("beside") and MASKED not in e.text(), "plays to the end", e)


def the_page_explains_itself():
    with start() as e:
        beside(e, "seeds 2")
        e.send("f1")
        check("Side by side: the same blank" in e.text() and "one step back" in e.text(), "what it shows, and its keys", e)
        e.send("esc")
        check("seed %d" % (FIRST_SEED + 1) in e.text(), "and back to it", e)


def a_run_is_taken_as_a_proposal():
    with start() as e:
        beside(e, "seeds 2")
        check(e.until_not("beside"), "drawn", e)
        second = e.screen.display[2][40:].split()
        e.send("tab", "enter")
        check("accept" in e.text() and "seed %d" % (FIRST_SEED + 1) in e.text(), "it is a proposal", e)
        check(" ".join(second[:6]) in e.text(), "of the second run's words", e)
        e.send("t")
        check(steps(e) and steps(e)[0] > 0, "with its steps", e)
        e.send("esc", "enter")
        check("draft.txt *" in e.text(), "and is accepted as one", e)


def samplers_and_models():
    with start() as e:
        beside(e, "samplers analytic entropy confidence first-hitting")
        check(e.until_not("beside") and e.text().count("step") == 4, "four samplers", e)
        check("step 8/8" in e.text(), "each with its own number of steps", e)
        e.send("esc")
        folder = os.path.join(ROOT, "models/starter")
        beside(e, "models %s %s" % (folder, folder))
        check(e.until_not("beside") and e.text().count("ln q") == 2, "two models", e)
        values = re.findall(r"ln q (\S+)", e.text())
        check(values[0] == values[1], "the same model draws the same", e)
        e.send("esc")
        beside(e, "models /nowhere /neither")
        check("nowhere" in e.text() and "The old house stood [[8]]" in e.text(), "a model that is not there", e)


def a_swapped_draw_shows_the_first_different_step():
    with start() as e:
        e.send("^G")
        check(e.until_not("fill"), "filled", e)
        whole = "".join(e.text().split("Second")[0].split())
        e.send("t", "tab")
        word = re.match(r" (\S+): drawn at step (\d+)", e.line(21))
        e.send("s")
        e.type(word.group(1) + "\r")
        check(e.until_not("beside") and "no other difference" in e.text() or e.text().count("ln q") == 2,
              "the same word", e)
        check("differs from" not in e.text(), "changes nothing", e)
        left = column(e, 0)
        check(left == whole, "and the first run is the proposal", e)
        before = e.line(22)
        e.send("enter")
        check("a proposal already" in e.line(23), "taken, it is no second proposal", e)
        check(" of " not in e.line(22).split("tokens")[0].split("words")[1], "there is one: %s" % before, e)
        e.send("t", "tab", "s")
        e.type("the\r" if word.group(1) != "the" else "his\r")
        if "keeps the length" in e.text():
            raise Skip("a word of several tokens")
        check(e.until_not("beside"), "drawn", e)
        left = column(e, 0)
        right = column(e, 40)
        check(left == whole and right != whole, "another word stands there", e)
        check("differs from step" in e.text() or "ln q" in e.text(), "the first different step is said", e)
        e.send("home")
        for _ in range(int(word.group(2)) - 1):
            e.send("right")
        left = column(e, 0)
        right = column(e, 40)
        check(re.sub(MASKED + "+", MASKED, left) == re.sub(MASKED + "+", MASKED, right), "before it they are the same", e)


def the_draw_that_ends_a_run_can_be_swapped():
    with start("--steps", "1") as e:
        e.send("^G")
        check(e.until_not("fill"), "filled", e)
        e.send("t")
        for _ in range(8):  # to a word of one token
            e.send("tab")
            word = re.match(r" (.*): drawn at step 1\b", e.line(21))
            check(word, "drawn at the only step", e)
            other = "his" if word.group(1) == "the" else "the"
            e.send("s")
            e.type(other + "\r")
            if "keeps the length" not in e.text():
                break
        check(e.until_not("beside"), "drawn", e)
        left = column(e, 0)
        right = column(e, 40)
        check(other in right and right != left, "%s instead of %s" % (other, word.group(1)), e)


def nothing_reaches_the_text_below():
    with start() as e:
        beside(e, "seeds 2")
        e.type("\033[200~pasted words\033[201~")
        e.type("xyz")
        e.until_not("beside")
        e.send("esc")
        check("pasted" not in e.text() and "xyz" not in e.text() and "draft.txt *" not in e.text(), "as it was", e)


def impossible_requests_get_a_message():
    with start() as e:
        for what in ("seeds 9", "samplers none other", "samplers analytic", "colours"):
            beside(e, what)
            check("side by side: \"seeds 3\"" in e.text(), what, e)
        e.send("down", "down", "c-home")
        beside(e, "seeds 2")
        check("blank" in e.line(23), "no blank here", e)


def a_held_fill_is_not_waited_for():
    with start("--pace", "200") as e:
        e.send_at_once("^G", "M-h")
        check(e.wait(lambda: "held" in e.text()), "held", e)
        beside(e, "seeds 2")
        check("a fill is held" in e.text() and "reading" not in e.text(), "it says why there is no page", e)
        e.send("esc")
        check(e.until_not("fill"), "stopped", e)
        beside(e, "seeds 2")
        check(e.until_not("beside") and e.text().count("ln q") == 2, "then it opens", e)


def leaves_while_it_runs():
    with start("--steps", "2000") as e:
        beside(e, "seeds 4")
        e.send("esc")
        check("[[8]]" in e.text(), "back in the text", e)
        e.send("^G")
        check(e.wait(lambda: "step" in e.text()), "the worker is free for a fill", e)
        e.send("esc")
        check(e.until_not("fill"), "stopped", e)
        beside(e, "seeds 4")
        e.send("^Q")
        e.send("esc", "^Q")
        check(e.finish() == 0, "quits at once", e)


def small_screens():
    with start() as e:
        beside(e, "seeds 4")
        for rows, columns in ((24, 300), (12, 40), (7, 30), (4, 20), (2, 9), (1, 1), (24, 80)):
            e.resize(rows, columns)
            e.send("left", "tab")
            check(e.alive(), "%dx%d" % (rows, columns), e)
        check(e.until_not("beside") and e.text().count("seed") == 4, "there again", e)


def plain_and_without_colours():
    with start("--set", "plain=on", env={"NO_COLOR": "1", "TERM": "vt100", "LANG": "C"}) as e:
        beside(e, "seeds 2")
        check(e.until_not("beside") and steps(e) and min(steps(e)) > 20 and "_" not in e.text(), "at the end at once", e)
        e.send("left", "left")
        check("?" in e.text() or "~" in e.text(), "marks say how sure words are", e)


def keymaps_have_the_keys():
    for keymap, key, back in (("vi", "M-c", "h"), ("nano", "M-c", "^B"), ("emacs", "\003c", "^B")):
        with start("-k", keymap) as e:
            if keymap == "emacs":
                e.send("\003n")
            e.send(key, "enter")
            check(e.until_not("beside") and e.text().count("ln q") == 3, keymap, e)
            e.send(back)
            check(len(set(steps(e))) <= 3 and e.text().count("ln q") < 3, keymap + " steps", e)


main([seeds_step_together, the_page_explains_itself, a_run_is_taken_as_a_proposal, samplers_and_models, a_swapped_draw_shows_the_first_different_step,
      the_draw_that_ends_a_run_can_be_swapped, nothing_reaches_the_text_below, impossible_requests_get_a_message,
      a_held_fill_is_not_waited_for, leaves_while_it_runs, small_screens, plain_and_without_colours, keymaps_have_the_keys])
