"""My voice: fine-tuning in the background, its progress, its figures, adopting it, and the weight between the model and the voice."""
import glob
import os
import shutil
import subprocess
import time

from terminal import ROOT, Editor, check, contents, file, main

TINY = os.path.join(ROOT, "tests/data/tiny-model")  # what is tested is the way, not the words
DRAFT = "The old lighthouse keeper [[6]] and looked out at the sea.\n"


def texts():
    """A folder with enough text to learn from."""
    folder = os.path.join(os.path.dirname(file("")), "texts")
    os.mkdir(folder)
    for path in glob.glob(ROOT + "/docs/*.md") + glob.glob(ROOT + "/docs/lab/*.md"):
        shutil.copy(path, folder)
    return folder


def command(e, line):
    e.send("M-x")
    check(e.wait(lambda: e.line(23).startswith(":")), "the command line is there", e)
    e.type(line)
    e.send("enter")


def proposal(e):
    e.send("c-home", "M-n", "^G")
    e.until_not("fill")
    check(e.wait_for("accept"), "filled", e)
    line = e.line(0)
    e.send("esc")
    return line


def a_voice_is_trained_in_the_background_and_adopted_on_request():
    home = os.path.dirname(file(""))
    env = {"HOME": home, "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state"}
    options = ["-m", TINY, "--set", "voice-nice=0", "--set", "voice-minutes=0.1", "--pace", "0", "--set", "real-words=off"]
    with Editor(*options, file(DRAFT), env=env, columns=150) as e:
        check(e.wait_for("[[6]]"), "the draft", e)
        e.send("^P")
        e.type("my voice")
        e.send("enter")
        check(e.wait_for("Folder of texts"), "it is asked for texts", e)
        e.type(texts())
        e.send("enter")
        check(e.wait_for("in the background"), "begun", e)
        e.send("c-end")
        e.type("I go on writing.")
        check("I go on writing." in e.text(), "meanwhile one writes", e)
        check(e.wait(lambda: "voice" in e.line(22)), "progress in the status row", e)
        command(e, "voice " + home)
        check(e.wait_for("voice-stop ends it"), "one at a time", e)
        e.send("esc")
        check(e.wait(lambda: "voice ready: S-F9" in e.line(22)), "at the end it is said", e)
        e.type("yes, yes")
        check("I go on writing.yes, yes" in e.text(), "letters stay letters", e)
        e.resize(24, 80)
        command(e, "voice")
        check(e.wait_for("(y/n)"), "on request it is asked", e)
        row = e.line(23)
        check("the voice? (y/n)" in row or "Adopt it? (y/n)" in row, "the question fits into 80 columns", e)
        check("bits/byte" in row and row.rstrip().endswith("%"), "with its figures", e)
        e.resize(24, 150)
        e.send("y")
        check(e.wait_for("voice = voice-"), "adopted", e)
        made = glob.glob(home + "/data/lacuna/models/voice-*")
        check(len(made) == 1 and sorted(os.listdir(made[0])) == ["config.json", "merges.txt", "model.safetensors", "train.jsonl",
                                                                "vocab.json", "voice.json"], "a model folder: %s" % made)
        check(not os.path.exists(home + "/state/lacuna/voice"), "nothing is left to ask")
        proposal(e)
        command(e, "set voice-weight=0.5")
        check(e.wait_for("voice-weight = 0.5"), "the slider", e)
        proposal(e)
        command(e, "set voice=nonesuch")
        check(e.wait_for('no model "nonesuch"'), "one that is not there", e)


def it_is_watched_by_the_next_editor_and_can_be_stopped():
    home = os.path.dirname(file(""))
    env = {"HOME": home, "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state"}
    with Editor("-m", TINY, "--set", "voice-nice=0", "--set", "voice-minutes=60", file(DRAFT), env=env) as e:
        check(e.wait_for("[[6]]"), "the draft", e)
        command(e, "voice " + texts())
        check(e.wait(lambda: "voice" in e.line(22)), "begun", e)
        e.send("^Q")
        check(e.finish() == 0, "left", e)
    process = int(contents(home + "/state/lacuna/voice").split()[0])
    os.kill(process, 0)
    with Editor(file(DRAFT), env=env) as e:
        check(e.wait(lambda: "voice" in e.line(22)), "it goes on", e)
        command(e, "voice-stop")
        check(e.wait_for("stopped; the model is unchanged"), "until it is stopped", e)
    check(not os.path.exists(home + "/state/lacuna/voice"), "nothing is left")

    def is_over():
        try:
            with open("/proc/%d/stat" % process) as stat:
                return stat.read().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True
    with Editor(file(DRAFT)) as e:
        check(e.wait(is_over), "the process has ended", e)


def failures_are_reported():
    empty = home = os.path.dirname(file(""))
    env = {"HOME": home, "XDG_DATA_HOME": home + "/data", "XDG_STATE_HOME": home + "/state"}
    with Editor(file(DRAFT), columns=160, env=env) as e:
        check(e.wait_for("[[6]]"), "the draft", e)
        command(e, "voice " + empty)
        check(e.wait_for("no voice: ") and "at least 20 pages" in e.text(), "too little text", e)
        check(not glob.glob(home + "/data/lacuna/models/*"), "nothing is left among the models")
        command(e, "voice-stop")
        check(e.wait_for("no voice is being trained"), "nothing to stop", e)


def another_process_with_its_number_is_left_alone():
    home = os.path.dirname(file(""))
    env = {"HOME": home, "XDG_STATE_HOME": home + "/state"}
    os.makedirs(home + "/state/lacuna")
    other = subprocess.Popen(["sleep", "600"])
    try:
        with open(home + "/state/lacuna/voice", "w", encoding="utf-8") as out:
            out.write("%d %s/models/voice-1\n" % (other.pid, home))
        with Editor(file(DRAFT), env=env, columns=160) as e:
            check(e.wait_for("no voice: the training ended without a message"), "the training is over", e)
        with open(home + "/state/lacuna/voice", "w", encoding="utf-8") as out:
            out.write("%d %s/models/voice-1\n" % (other.pid, home))
        with Editor(file(DRAFT), env=env) as e:
            e.wait_for("[[6]]")
            command(e, "voice-stop")
            e.settle()
        check(other.poll() is None, "a process that is none of its own goes on")
    finally:
        other.kill()
        other.wait()


def the_question_waits_until_it_is_asked_for():
    home = os.path.dirname(file(""))
    env = {"HOME": home, "XDG_STATE_HOME": home + "/state"}
    os.makedirs(home + "/state/lacuna")
    os.makedirs(home + "/models/voice-1")
    with open(home + "/state/lacuna/voice", "w", encoding="utf-8") as out:
        out.write("0 %s/models/voice-1\n" % home)
    figures = '{"bits_per_byte": 1.5, "word_accuracy": 0.25}'
    with open(home + "/models/voice-1/voice.json", "w", encoding="utf-8") as out:
        out.write('{"phase": "starting", "share": 0}')
    with Editor(file(DRAFT), env=env) as e:
        e.wait_for("[[6]]")
        e.send("f1")
        with open(home + "/models/voice-1/voice.json", "w", encoding="utf-8") as out:
            out.write('{"phase": "done", "before": %s, "after": %s}' % (figures, figures))
        end = time.monotonic() + 2.5  # it is looked at every second
        e.wait(lambda: time.monotonic() > end)
        e.send("y")
        check("Adopt" not in e.text() and "[[6]]" in e.line(0), "a key there closes the help", e)
        check(e.wait_for("voice ready"), "it is said", e)
        e.type("yes")
        check("Adopt" not in e.text() and "yes" in e.line(0), "typed letters are no answer", e)
        command(e, "voice")
        check(e.wait_for("No gain. Adopt it? (y/n)"), "and asked on request", e)


main([a_voice_is_trained_in_the_background_and_adopted_on_request, it_is_watched_by_the_next_editor_and_can_be_stopped,
      failures_are_reported,
      another_process_with_its_number_is_left_alone,
      the_question_waits_until_it_is_asked_for])
