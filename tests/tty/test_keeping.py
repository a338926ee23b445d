"""What is kept: records of fills; the look of drawn words until they are edited; proposals after quitting, crashes and undo."""
import hashlib
import json
import os
import re
import signal
import subprocess

from terminal import PROGRAM, Editor, check, contents, file, main

DRAFT = "The old lighthouse keeper [[6]] and looked out at the sea. At noon [[4-8]] again.\n"


def command(e, line):
    e.send("M-x")
    check(e.wait(lambda: e.line(23).startswith(":")), "the command line is there", e)
    e.type(line)
    e.send("enter")


def fill_all(e):
    check(e.wait_for("[["), "the draft", e)
    e.send("M-g")
    e.until_not("fill")
    e.send("M-n")
    check(e.wait_for("Enter accept"), "filled", e)


def state(folder):
    return {"XDG_STATE_HOME": folder + "/state", "HOME": folder}


def again(path, *options):
    return subprocess.run([PROGRAM, "fill", *options, "--from-record", path + ".record.jsonl"], capture_output=True, text=True,
                          check=False)


def a_record_has_the_origin_of_words_and_reproduces_them():
    path = file(DRAFT)
    with Editor(path) as e:
        check("[recorded]" not in e.text(), "not yet", e)
        command(e, "record")
        check(e.wait_for("recorded in draft.txt.record.jsonl") and "[recorded]" in e.line(22), "on request, and marked", e)
        command(e, "record")
        check(e.wait_for("no longer recorded") and "[recorded]" not in e.text(), "not any more", e)
        command(e, "record")
        check(e.wait_for("recorded in draft.txt.record.jsonl"), "and again", e)
        fill_all(e)
        e.send("\033\r")
        check(e.wait_for("2 accepted"), "accepted", e)
        words = " ".join(e.screen.display[:2])
        words = re.sub(r"\s+", " ", words)
    with open(path + ".record.jsonl", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    check(len(records) == 2 and all(r["words"] in words for r in records), "a line for each: %s" % records)
    for field in ("model", "model_hash", "seed", "steps", "sampler", "temperature", "text", "blanks", "precision", "version"):
        check(field in records[0], "says " + field)
    done = again(path)
    check(done.returncode == 0 and not done.stderr, "drawn again: %s" % done.stderr)
    drawn = [json.loads(line) for line in done.stdout.splitlines()]
    check(all(r["reproduced"] for r in drawn) and [b["text"] for b in drawn[0]["blanks"]] == records[0]["filled"], "the same words")
    records[1].update(filled=["other"] * 2, model="nonesuch", model_hash="0", version="0.0.1", precision="int8")
    with open(path + ".record.jsonl", "w", encoding="utf-8") as out:
        for r in records:
            out.write(json.dumps(r) + "\n")
    done = again(path)
    check(done.returncode == 1 and len(done.stdout.splitlines()) == 2, "what differs is no success")
    for what in (":2: the words differ", "the model: it was nonesuch", "hash of the model", "version of lacuna"):
        check(what in done.stderr, "%s: %s" % (what, done.stderr))
    check(":1:" not in done.stderr, "the first line is as it was: " + done.stderr)


def a_file_that_is_no_record_is_said_once():
    for content, said in (("Prose.\n" * 50, ":1: this line is not a record"), ("", "there are no records in it")):
        path = file(content, "draft.txt.record.jsonl")
        done = again(path.removesuffix(".record.jsonl"))
        check(done.returncode == 1 and said in done.stderr and len(done.stderr.splitlines()) == 1, done.stderr)


def words_accepted_one_by_one_are_recorded():
    path = file(DRAFT)
    with Editor(path) as e:
        command(e, "record")
        check(e.wait_for("[["), "the draft", e)
        e.send("M-n", "^G")
        e.until_not("fill")
        while "[[" in contents(path).decode().split(" and looked")[0]:
            e.send("c-right", "^S")  # one word into the text; the rest stays a proposal
            check(e.wait_for("saved"), "saved", e)
        accepted = contents(path).decode().split("keeper ")[1].split(" and looked")[0]
    with open(path + ".record.jsonl", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    check(len(records) == len(accepted.split()) and "".join(r["words"] for r in records).strip() == accepted.strip(),
          "a line for each word: %s, %s" % (accepted, [r["words"] for r in records]))
    done = again(path)
    check(done.returncode == 0 and len(done.stdout.splitlines()) == len(records), "drawn again: %s" % done.stderr)


def keys_of_all_keymaps():
    record, themes, voice = "\033[19;2~", "\033[1;2S", "\033[20;2~"  # S-F8, S-F4, S-F9
    for keymap in ("default", "emacs", "nano", "vi"):
        with Editor("-k", keymap, file(DRAFT)) as e:
            check(e.wait_for("lighthouse"), "the draft", e)
            e.type(record)
            check("recorded in draft.txt.record.jsonl" in e.text(), "%s: recording" % keymap, e)
            e.type(record)
            check("no longer recorded" in e.text(), "%s: and not" % keymap, e)
            e.type(themes)
            check(e.wait_for("Theme:"), "%s: themes" % keymap, e)
            e.send("esc")
            e.type(voice)
            check(e.wait_for("Folder of texts"), "%s: voice" % keymap, e)
            e.send("esc", "esc")


def recording_continues_only_for_documents_with_a_record():
    path = file(DRAFT)
    for _ in range(2):
        with Editor("--set", "record=on", path) as e:
            fill_all(e)
            e.send("enter", "^Z")
    with open(path + ".record.jsonl", encoding="utf-8") as lines:
        check(len(lines.readlines()) == 2, "the setting")
    with Editor(path) as e:
        fill_all(e)
        e.send("enter", "^Z")
        command(e, "record")
        check(e.wait_for("no longer recorded"), "stopped", e)
        e.send("M-n", "enter")
    with open(path + ".record.jsonl", encoding="utf-8") as lines:
        check(len(lines.readlines()) == 3, "because there was one")
    other = file(DRAFT)
    with Editor(other) as e:
        fill_all(e)
        e.send("enter")
        check(e.wait_for("accepted"), "accepted", e)
    check(not os.path.exists(other + ".record.jsonl"), "nobody asked for a record")


def look(e, column):
    c = e.cell(0, column)
    return (c.fg, c.italics)


def drawn_words_are_shown_until_they_are_edited():
    with Editor(file("The old lighthouse keeper [[6]] and looked out at the sea.\n")) as e:
        command(e, "set show-drawn")
        fill_all(e)
        e.send("enter", "c-home")
        start, plain = len("The old lighthouse keeper "), look(e, 0)
        end = e.line(0).index(" and looked")
        check(all(look(e, c) != plain for c in range(start, end)), "the model's words", e)
        check(look(e, start - 1) == plain and look(e, end + 1) == plain, "and no others", e)
        first = re.match(r"\w+", e.line(0)[start:]).group(0)
        for _ in range(start):
            e.send("right")
        e.type("X")
        check(e.wait(lambda: look(e, start) == plain), "what was typed is the writer's", e)
        check(all(look(e, c) == plain for c in range(start, start + 1 + len(first))), "with the word that it was typed into", e)
        check(look(e, end - 1) != plain, "the other words are not", e)
        e.send("^Z")
        check(e.wait(lambda: look(e, start) != plain), "untouched again", e)
        e.send("del")
        check(e.wait(lambda: look(e, start) == plain), "a letter less", e)
        e.send("^Z")
        check(e.wait(lambda: look(e, start) != plain), "undone", e)
        command(e, "set show-drawn!")
        check(e.wait(lambda: look(e, end - 1) == look(e, 0)), "off", e)


def an_annotated_copy_tells_who_wrote_what():
    path = file(DRAFT)
    target = os.path.dirname(path) + "/annotated.md"
    with Editor("--set", "author=Ann", path, columns=160) as e:
        fill_all(e)
        e.send("enter")
        check(e.wait_for("accepted"), "accepted", e)
        command(e, "save-annotated " + target)
        check(e.wait_for("with authorship notes"), "written", e)
        command(e, "save-annotated " + target)
        check(e.wait_for("exists; choose another name"), "nothing is written over", e)
        shown = " ".join(e.text().split())
    text, block = contents(target).decode().split("\n\n---\n")
    check(text.startswith("The old lighthouse keeper") and block.endswith("...\n"), "the form: " + block)
    lines = dict(line.strip().split(": ", 1) for line in block.splitlines()[:-1])
    spans, name, digest = lines["Annotations"].split()
    check(spans == "0,%d" % len(text) and name == "SHA-256", "all of the text")
    check(hashlib.sha256(text.encode()).hexdigest().startswith(digest) and len(digest) >= 32, "the hash")

    def parts(key):
        return [(int(a), int(b or 1)) for a, b in re.findall(r"(\d+)(?:,(\d+))?", lines[key])]
    check(sum(n for _, n in parts("@Ann") + parts("&lacuna")) == len(text), "every character has one author: " + block)
    drawn = "".join(text[a:a + n] for a, n in parts("&lacuna"))
    check(drawn and " ".join(drawn.split()) in shown, "the model's words: " + drawn)
    before = text[:parts("&lacuna")[0][0]].rstrip()
    check(before.endswith(("keeper", "noon")), "begin where the blank was: " + before)
    check(text[parts("@Ann")[0][0]:][:7] == "The old", "the writer's")


def proposals_survive_quitting():
    path = file(DRAFT)
    folder = os.path.dirname(path)
    with Editor(path, env=state(folder)) as e:
        fill_all(e)
        e.send("r")
        e.until_not("fill")
        check(e.wait_for("2 of 2"), "two candidates", e)
        e.send("p")
        check(e.wait_for("1 of 2"), "the first is chosen", e)
        shown = e.screen.display[:2]
        e.send("^Q")
        check(e.finish() == 0, "quit", e)
    with Editor(path, env=state(folder)) as e:
        check(e.wait(lambda: e.screen.display[:2] == shown), "what was proposed is there again", e)
        check(e.wait_for("of the last session are back; M-n goes to the next"), "and that is said", e)
        e.send("M-n")
        check(e.wait_for("1 of 2"), "with its candidates", e)
        e.send("t")
        check(e.alive() and "steps not kept" in e.line(21), "its steps are gone, the timeline is not", e)
        e.send("esc", "n")
        check(e.wait_for("2 of 2") and e.screen.display[:2] != shown, "to choose from", e)
        e.send("enter", "^S")
        check(e.wait_for("saved"), "accepted and saved", e)
        e.send("^Q")
        check(e.finish() == 0, "quit", e)
    with Editor("--set", "show-drawn=on", path, env=state(folder)) as e:
        check(e.wait_for("The old"), "opened", e)
        check(any(look(e, column) != look(e, 0) for column in range(80)) or
              any(e.cell(1, column).fg != e.cell(0, 0).fg for column in range(30)), "its words are still the model's", e)
        e.send("^Z")
        check(e.wait(lambda: "of 2" in e.text() or "[[" in e.line(0)), "undo brings the blank back", e)
        e.send("c-home", "M-n", "M-n")
        check(e.wait_for("of 2"), "and its candidates", e)


def a_proposal_drawn_after_quitting_has_a_seed_of_its_own():
    path = file(DRAFT)
    folder = os.path.dirname(path)
    with Editor("--seed", "7", path, env=state(folder)) as e:
        fill_all(e)
        e.send("r")
        e.until_not("fill")
        check(e.wait_for("seed 8"), "two seeds", e)
        e.send("^Q")
        check(e.finish() == 0, "quit", e)
    with Editor("--seed", "7", path, env=state(folder)) as e:
        e.wait_for("are back")
        e.send("M-n")
        for seed in ("seed 9", "seed 10"):
            e.send("r")
            e.until_not("fill")
            check(e.wait_for(seed), "not the seed, and so the words, of one that is there", e)


def proposals_survive_a_crash():
    for touched in (False, True):
        path = file(DRAFT)
        folder = os.path.dirname(path)
        with Editor(path, env=state(folder)) as e:
            check(e.wait_for("[["), "the draft", e)
            if touched:
                e.type("Yes. ")
            fill_all(e)
            shown = e.line(0)
            e.idle()
            os.kill(e.pid, signal.SIGKILL)
            e.finish()
        with Editor(path, env=state(folder)) as e:
            if touched:
                check(e.wait_for("(r)ecover"), "words that were not saved are offered", e)
                e.send("r")
            check(e.wait(lambda: e.line(0) == shown), "the proposals are back", e)
            check(touched or e.wait_for("proposals of the last session are back"), "and that is said", e)
            e.send("M-n")
            check(e.wait_for("Enter accept"), "to be accepted", e)
            e.send("enter")
            check(e.wait_for("accepted"), "accepted", e)


def the_chosen_proposal_survives_a_crash():
    path = file(DRAFT)
    folder = os.path.dirname(path)
    with Editor(path, env=state(folder)) as e:
        check(e.wait_for("[["), "the draft", e)
        fill_all(e)
        e.send("n")
        e.until_not("fill")
        check(e.wait_for("2 of 2"), "a second one", e)
        second = e.screen.display[:2]
        e.send("p")
        check(e.wait_for("1 of 2") and e.screen.display[:2] != second, "the first again", e)
        shown = e.screen.display[:2]
        e.idle()
        os.kill(e.pid, signal.SIGKILL)
        e.finish()
    with Editor(path, env=state(folder)) as e:
        check(e.wait(lambda: e.screen.display[:2] == shown), "the one that was chosen", e)
        e.send("M-n", "M-n")
        check(e.wait_for("1 of 2"), "of two", e)


def a_proposal_of_the_last_session_has_no_record_and_that_is_said():
    path = file(DRAFT)
    folder = os.path.dirname(path)
    with Editor("--set", "record=on", path, env=state(folder)) as e:
        fill_all(e)
        e.send("^Q")
        check(e.finish() == 0, "quit", e)
    with Editor("--set", "record=on", path, env=state(folder)) as e:
        check(e.wait_for("The old"), "opened", e)
        e.send("M-n", "\033\r")
        check(not os.path.exists(path + ".record.jsonl"), "its steps are gone")
        check("not recorded" in e.line(23), "the last message says so", e)


def a_record_that_cannot_be_written_is_said_after_saving():
    folder = os.path.dirname(file("x"))
    with Editor("--set", "record=on", env=state(folder)) as e:
        e.type("The old house [[3]] stood.\r")
        e.send("up", "M-n", "^G")
        e.until_not("fill")
        e.send("enter")
        os.mkdir(folder + "/new.txt.record.jsonl")
        e.send("^S")
        e.type(folder + "/new.txt\r")
        check(e.wait_for("not recorded:"), "said", e)
        check(os.path.exists(folder + "/new.txt"), "it is saved all the same")


def proposals_survive_the_deletion_of_their_blanks_and_undo():
    for change in (["c-home", "s-end", "del"], ["c-home", "s-end", "^B"], ["c-home", "s-end", "^X"]):
        with Editor(file("The old lighthouse keeper [[6]] and looked out at the sea.\n")) as e:
            fill_all(e)
            e.send("r")
            e.until_not("fill")
            check(e.wait_for("2 of 2"), "two candidates", e)
            shown = e.line(0)
            e.send(*change)
            check(e.line(0) != shown, "%s: gone" % change, e)
            e.send("^Z")
            check(e.wait(lambda: e.line(0) == shown), "%s: one undo brings the blank and its words back" % change, e)
            e.send("c-end")
            e.type("x")
            e.send("M-n")
            check("2 of 2" in e.text(), "%s: with both candidates" % change, e)


def words_are_written_on_the_timeline_of_the_last_session():
    path = file(DRAFT)
    folder = os.path.dirname(path)
    with Editor(path, env=state(folder)) as e:
        fill_all(e)
        e.send("^Q")
        check(e.finish() == 0, "quit", e)
    with Editor(path, env=state(folder)) as e:
        check(e.wait_for("The old"), "opened", e)
        e.send("M-n", "t", "w")
        check(e.alive() and "the model is being loaded" in e.line(23), "it was not needed so far", e)

        def asked():
            e.send("w")
            return "New word" in e.line(23)
        check(e.wait(asked), "then it is there", e)
        e.type("Zanzibar\r")
        check(e.until_not("fill") and e.wait(lambda: "Zanzibar" in e.text()), "the word stands there", e)
    with Editor(path, env=state(folder)) as e:
        check(e.wait_for("The old"), "opened", e)
        e.send("M-n", "t", "o", "enter")
        check(e.alive() and e.until_not("fill") and "\u2591" not in e.line(0), "a word is drawn again", e)


main([a_record_has_the_origin_of_words_and_reproduces_them, a_file_that_is_no_record_is_said_once,
      words_accepted_one_by_one_are_recorded,
      keys_of_all_keymaps, recording_continues_only_for_documents_with_a_record,
      drawn_words_are_shown_until_they_are_edited, an_annotated_copy_tells_who_wrote_what, proposals_survive_quitting,
      a_proposal_drawn_after_quitting_has_a_seed_of_its_own,
      proposals_survive_a_crash, the_chosen_proposal_survives_a_crash,
      a_proposal_of_the_last_session_has_no_record_and_that_is_said,
      a_record_that_cannot_be_written_is_said_after_saving,
      proposals_survive_the_deletion_of_their_blanks_and_undo,
      words_are_written_on_the_timeline_of_the_last_session])
