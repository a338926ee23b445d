"""Watching a fill: its pace, holding it, single steps, how sure the model is of its words, and text that does not move."""
import os
import re
import time

from terminal import ROOT, Editor, Skip, check, file, main, model

TEXT = "The old house stood [[8]] by the river, and nobody went there.\n\nSecond [[3]] paragraph.\n"
MASKED = "\u2591"


def start(text=TEXT, *arguments, folder=None, **more):
    path = file(text)
    e = Editor("-m", folder or model(), "--set", "real-words=off", *arguments, path, **more)
    e.path = path
    check(e.wait_for("The old"), "shown", e)
    return e


def bundled():
    folder = os.path.join(ROOT, "models/starter")
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        raise Skip("no bundled model")
    return folder


def step_in(text):
    found = re.search(r"step (\d+)(?:/| of )(\d+)", text)
    return int(found.group(1)) if found else None


def step(e):
    return step_in(e.text())


def held_at_a_step(e):
    e.send("M-n")
    e.send_at_once("^G", "M-h")
    check(e.wait(lambda: "held" in e.text()), "held", e)
    e.send("M-j")
    check(e.wait(lambda: "held at step" in e.text()), "one step", e)


def a_fill_can_be_held_and_stepped():
    with start(TEXT, "--pace", "200") as e:
        held_at_a_step(e)
        for _ in range(5):
            before = step(e)
            for _ in range(10):
                e.settle()
            check(step(e) == before, "nothing goes on by itself", e)
            e.send("M-j")
            check(e.wait(lambda: step(e) == before + 1), "one step is one step", e)
        check("M-h go on" in e.text(), "the keys are shown", e)
        e.send("M-h")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "goes on to the end", e)


def a_held_fill_can_be_stopped_or_steered():
    with start(TEXT, "--pace", "200") as e:
        held_at_a_step(e)
        at = step(e)
        e.send("f8")
        check(e.wait(lambda: step(e) == at and "token 1 of" in e.text()), "the timeline is at the same step", e)
        e.send("esc")
        for _ in range(3):
            check("held at step %d" % at in e.text(), "it is held afterwards as it was before", e)
            e.settle()
        e.send("M-h")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "then it goes on", e)
        e.send("esc")
        e.send_at_once("^G", "M-h")
        e.send("esc")
        check(e.wait(lambda: "[[8]]" in e.text()), "stopped", e)
        e.send("^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "the next one runs by itself", e)


def single_steps_come_to_the_end():
    with start(TEXT, "--pace", "400", "--steps", "4") as e:  # slow: it must not be over before it is held
        held_at_a_step(e)
        for _ in range(40):
            if "accept" in e.text() and "held" not in e.text():
                break
            e.send("M-j")
            e.wait(lambda: "held" in e.text() or "accept" in e.text())
        check("accept" in e.text() and MASKED not in e.text(), "the last step makes a proposal of it", e)


def every_step_is_shown_as_long_as_the_pace_says():
    with start(TEXT, "--pace", "250", "--steps", "6") as e:
        e.send("M-n")
        begun, since, seen = time.monotonic(), len(e.raw), []
        e.send("^G")
        check(e.wait_for(MASKED, 30), "masks first", e)
        check(e.wait(lambda: "accept" in e.text()), "filled", e)
        taken = time.monotonic() - begun  # a busy machine makes it longer, never shorter
        for display in e.pictures(since):  # also those that came together, while this test had to wait
            text = "\n".join(display)
            if MASKED in text and (step_in(text) or 0) not in seen:
                seen.append(step_in(text) or 0)
        check(seen == list(range(len(seen))) and len(seen) >= 4, "every step was seen: %s" % seen, e)
        check(taken >= 0.25 * (len(seen) - 1), "as long as that: %g s for %d steps" % (taken, len(seen)), e)


def a_pace_that_shows_nothing_costs_no_time():
    with start(TEXT, "--pace", "10000", "--set", "plain=on") as e:
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() or "again" in e.text(), 60), "plain: done when the model is", e)


def slower_and_faster_change_the_pace():
    with start(TEXT, "--pace", "40") as e:
        for key, said in (("M--", "80 ms"), ("M--", "160 ms"), ("M-=", "80 ms"), ("M-=", "40 ms"), ("M-=", "20 ms"),
                          ("M-=", "10 ms"), ("M-=", "as fast as the model"), ("M--", "10 ms")):
            e.send(key)
            check(said in e.text(), said, e)
        e.send("M-h")
        check("nothing is being filled" in e.text(), "nothing to hold", e)


def words_stay_where_they_are_while_a_fill_settles():
    with start(TEXT, "--pace", "150", folder=bundled()) as e:
        e.send("M-n", "^G")
        frames = []

        def watch():
            if MASKED in e.text() and "step" in e.text():
                frames.append(e.line(0))
            return "accept" in e.text() and MASKED not in e.text()
        check(e.wait(watch), "filled", e)
        final = e.line(0)
        check(len(frames) > 5, "seen", e)
        for line in frames[len(frames) // 2:]:
            moved = [(a, b) for a, b in zip(line, final) if a not in (MASKED, b)]
            check(not moved, "only masks change:\n    %s\n    %s" % (line, final), e)


def how_sure_a_word_is_shows_without_colours():
    with start(TEXT, "--pace", "10", folder=bundled(), env={"NO_COLOR": "1"}) as e:
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "filled", e)
        whole = e.line(0)
        check("?" not in whole and "~" not in whole, "a proposal is plain text", e)
        e.send("t")
        marked = e.line(0)
        check(marked != whole and len(marked) == len(whole), "marks move nothing", e)
        check(re.sub("[?~]", " ", marked) == whole, "they stand in the spaces", e)


def how_sure_a_word_is_shows_in_colours():
    with start(TEXT, "--pace", "10", folder=bundled(), env={"COLORTERM": "truecolor"}) as e:
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "filled", e)
        e.send("t", "tab")
        colours = {e.cell(0, x).fg for x in range(20, 60) if e.cell(0, x).data != " "}
        check(len(colours) >= 2, "words have the colours of their odds: %s" % colours, e)
        check("?" not in e.line(0), "and no marks", e)


def timeline_uses_the_width_and_has_no_slabs():
    with start(TEXT, "--pace", "0", rows=24, columns=100) as e:
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "filled", e)
        e.send("t")
        check(e.wait(lambda: step(e) is not None), "there", e)
        check(len(e.line(20)) >= 98 and e.line(20)[1] != " ", "from edge to edge", e)
        check(not any(e.cell(row, x).reverse for row in (20, 21) for x in range(100)), "nothing is reversed", e)
        later = e.cell(20, 98).fg
        e.send("home")
        check(e.line(20).index("|") == 1 and e.cell(20, 98).fg != later, "what is to come looks like masks", e)


def timeline_explains_itself():
    with start(TEXT, "--pace", "0") as e:
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "filled", e)
        e.send("t", "f1")
        check("A bar for each step" in e.text() and "Left " in e.text(), "what it shows, and its keys", e)
        e.send("end")
        check("twice the pace" in e.text(), "down to the last", e)
        e.send("esc")
        check(step(e) is not None, "and back to it", e)


def sampler_is_a_setting():
    with start(TEXT, "--pace", "0") as e:
        e.send("M-x")
        e.type("set sampler=first-hitting\r")
        e.send("M-n", "^G")
        check(e.wait(lambda: "accept" in e.text() and MASKED not in e.text()), "filled", e)
        e.send("t")
        check(re.search(r"step 8/8|past 8:", e.text()), "first hitting draws one token at each step", e)
        e.send("esc", "M-x")
        e.type("set sampler=none\r")
        check(e.wait_for("is not analytic, euler"), "says which there are", e)


def keymaps_have_the_keys():
    for keymap, fill, hold, single in (("vi", "M-g", "M-h", "M-j"), ("nano", "M-t", "M-h", "M-j"),
                                       ("emacs", "\003a", "\003h", "\003j")):
        with start(TEXT, "-k", keymap, "--pace", "50") as e:
            e.send(fill, hold)
            check(e.wait(lambda: "held" in e.text()), keymap + " holds", e)
            e.send(single)
            check(e.wait(lambda: step(e) is not None), keymap + " steps", e)


main([a_fill_can_be_held_and_stepped, a_held_fill_can_be_stopped_or_steered, single_steps_come_to_the_end,
      every_step_is_shown_as_long_as_the_pace_says, a_pace_that_shows_nothing_costs_no_time, slower_and_faster_change_the_pace,
      words_stay_where_they_are_while_a_fill_settles, how_sure_a_word_is_shows_without_colours,
      how_sure_a_word_is_shows_in_colours, timeline_uses_the_width_and_has_no_slabs, timeline_explains_itself,
      sampler_is_a_setting, keymaps_have_the_keys])
