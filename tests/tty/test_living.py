"""A running fill uses what is typed around it and into it; proposals that breathe."""
import json
import os
import shutil
import struct
import tempfile

from test_tray import chosen, done, draw, prose, rows, saved, start
from terminal import ROOT, check, main

TEXT = "The keeper of the lighthouse [[12]] and looked out at the sea.\n"
MASKED = "\u2591"


def standing(e):
    """Words of the blank that are drawn."""
    text = prose(e)
    inside = text[text.index("lighthouse") + 10:text.index("and looked")]
    return [word for word in inside.split() if MASKED not in word]


def steps(e, least, key="M-j"):
    """Single steps until so many words stand."""
    for _ in range(200):
        if len(standing(e)) >= least:
            return
        before = e.text()
        e.send(key)
        e.wait(lambda: e.text() != before, 5)
    check(False, "%d words" % least, e)


def begin(*more):
    e = start("--pace", "20", *more, text=TEXT, candidates=1)
    e.send("M-n")
    e.send_at_once("^G", "M-h")  # held before its first step
    return e


def edits_around_reach_a_running_fill():
    with begin("--seed", "3") as e:
        steps(e, 3)
        before = standing(e)
        e.send("c-end")
        e.type("It rained.")
        e.send("M-j")
        steps(e, len(before) + 1)
        check([w for w in before if w in standing(e)] == before, "what stood stands: %s" % before, e)
        e.send("M-h")
        check(e.until_not("fill") and MASKED not in e.text(), "it comes to its end", e)
        check([w for w in before if w in prose(e)] == before, "with these words", e)
        check("It rained." in prose(e), "and with what was typed", e)
        e.send("M-p", "enter")
        text = saved(e)
        check("[[" not in text and text.endswith("It rained."), text)


def uniform_model():
    """A folder with a model of the uniform graph: the fixture's random weights, their rows repeated for a vocabulary that can
    spell any text."""
    tokens = 500
    data, folder = os.path.join(ROOT, "tests/data"), tempfile.mkdtemp(prefix="lacuna-uniform-")
    with open(os.path.join(data, "fixtures/tiny-uniform/model.safetensors"), "rb") as weights:
        header = json.loads(weights.read(struct.unpack("<Q", weights.read(8))[0]))
        body = weights.read()
    out, bytes_out = {}, b""
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        start_of, end = tensor["data_offsets"]
        part, shape = body[start_of:end], tensor["shape"]
        if shape[0] == 199:
            row = len(part) // 199
            part, shape = (part * 3)[:tokens * row], [tokens] + shape[1:]
        out[name] = dict(tensor, shape=shape, data_offsets=[len(bytes_out), len(bytes_out) + len(part)])
        bytes_out += part
    text = json.dumps(out).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as weights:
        weights.write(struct.pack("<Q", len(text)) + text + bytes_out)
    with open(os.path.join(data, "fixtures/tiny-uniform/config.json"), encoding="utf-8") as config:
        config = json.load(config)
    config.update(tokens=tokens, dialect="plain", special_ids={"endoftext": 497, "delete": 498, "expand": 499})
    config["model"]["length"] = 64
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(os.path.join(data, "tiny-model", name), folder)
    return folder


def fill_of_a_uniform_graph(folder, typed):
    """The words of the blank if that is typed at the end of the text after a few steps."""
    def inside():
        return prose(e).split("lighthouse")[1].split("and looked")[0]

    with start("-m", folder, "--pace", "100", "--seed", "3", text=TEXT, candidates=1) as e:
        e.send("M-n")
        e.send_at_once("^G", "M-h")
        e.send("M-j", "M-j", "M-j")
        check(e.wait(lambda: "held at step" in e.line(22)), "after a few steps", e)
        e.send("c-end")
        e.type(typed)
        check("held at step" in e.line(22) and "of 32" in e.line(22), "before the last one", e)
        e.send("M-h")
        check(e.until_not("fill"), "it comes to its end", e)
        return inside()


def edits_around_reach_a_running_fill_of_a_uniform_graph():
    folder = uniform_model()
    try:
        one, same, other = (fill_of_a_uniform_graph(folder, typed) for typed in ("", "", "It rained."))
        check(one == same and one != other, "the words depend on what was typed: %s" % [one, same, other])
    finally:
        shutil.rmtree(folder)


def typing_while_it_runs_does_not_stop_it():
    with start("--pace", "5", text=TEXT, candidates=1) as e:
        e.send("M-n", "^G", "c-end")
        for letter in "The wind had turned to the north in the night, and it was cold.":
            e.type(letter)
        check(e.until_not("fill") and MASKED not in e.text() and "[[" not in prose(e), "filled", e)
        check("and it was cold." in prose(e), "and written", e)


def keys_of_a_fill_work_while_one_writes_elsewhere():
    with begin("--seed", "3") as e:
        steps(e, 2)
        e.send("c-end")
        e.type("It rained.")
        check("timeline" in e.line(23), "the bottom line offers it", e)
        e.send("f8")
        check("step" in e.line(21) and "Left" in e.line(23), "the timeline of the fill", e)
        e.send("esc", "c-end", "^B")
        e.type("3\r")
        e.send("left", "f8")
        check("step" in e.line(21) and "Left" in e.line(23), "also with the cursor on a blank that is not filled", e)
        e.send("esc", "^Z", "c-end", "M-t")
        check("Words that must appear" in e.line(23), "asks for words of that blank", e)
        e.type("lamp\r")
        e.send("M-h")
        check(e.wait(lambda: "lamp" in standing(e)), "and puts them there: %s" % standing(e), e)
        check(prose(e).endswith("It rained."), "not at the cursor", e)


def words_typed_into_a_running_fill_stand_there():
    with begin() as e:
        steps(e, 2)
        before = standing(e)
        e.send("M-p", "M-t")
        e.type("lantern\r")
        e.send("M-h")
        check(e.until_not("fill") and "lantern" in prose(e), "it stands there", e)
        check([w for w in before if w in prose(e)] == before, "beside what stood", e)


def a_proposal_that_is_drawn_beside_others_shows_its_masks_and_no_score():
    with start(text=TEXT) as e:
        draw(e)
        check(all(r[2] is not None for r in rows(e)), "all are compared", e)
        e.send("M-x")
        e.type("set pace=1000\r")
        e.send("r", "M-h")  # held at one of its first steps
        check(e.wait(lambda: any(r[3] and r[1].count(MASKED) > 5 for r in rows(e))), "a block for each token", e)
        steps(e, 2)
        words = chosen(e)[1].split()
        check(MASKED in words and len(words) > 2, "and between words: %s" % words, e)
        check(chosen(e)[2] is None, "no score beside those that were found by comparing", e)
        e.send("M-x")
        e.type("set pace=0\r")
        e.send("M-h")
        check(done(e) and all(r[2] is not None for r in rows(e)), "until it is compared too", e)


def words_typed_into_a_proposal_stand_there():
    with start(text=TEXT) as e:
        draw(e)
        before = {r[1] for r in rows(e)}
        e.send("i")
        e.type("lantern\r")
        check(done(e) and chosen(e) and "lantern" in prose(e), "in another candidate", e)
        check(len(before & {r[1] for r in rows(e)}) >= 7, "beside the others", e)
        check('must "lantern"' in e.text(), "and it is asked from then on", e)


def a_proposal_breathes_until_it_is_frozen():
    with start(text=TEXT, candidates=1) as e:
        draw(e)
        e.send("b")
        check("breathing" in e.text(), "on", e)
        words = prose(e).split(" and looked")[0]
        for _ in range(3):  # a part of its words may settle as it was
            e.send("c-end")
            e.type("It was winter, and snow fell on the ice. ")
            check(done(e), "settled", e)
        now = prose(e).split(" and looked")[0]
        check(now != words and "[[" not in now, "other words", e)
        e.send("M-p", "b")
        check("frozen" in e.text() and "of" not in e.line(22).split("words")[1].split("tokens")[0], "one candidate still", e)
        e.send("c-end")
        e.type("And it was cold.")
        check(done(e) and prose(e).split(" and looked")[0] == now, "it stays", e)


if __name__ == "__main__":
    main([edits_around_reach_a_running_fill, edits_around_reach_a_running_fill_of_a_uniform_graph, typing_while_it_runs_does_not_stop_it,
          keys_of_a_fill_work_while_one_writes_elsewhere, words_typed_into_a_running_fill_stand_there,
          a_proposal_that_is_drawn_beside_others_shows_its_masks_and_no_score, words_typed_into_a_proposal_stand_there,
          a_proposal_breathes_until_it_is_frozen])
