"""Settings: the file, the command line, `set`; the manual's table of them."""
import os
import subprocess

from terminal import PROGRAM, ROOT, Editor, check, contents, file, main

WORDS = " ".join(["word"] * 60) + "\n"


def width_of(e):
    return max(len(line.strip()) for line in e.screen.display[:5])


def command(e, line):
    e.send("M-x")
    check(e.wait(lambda: e.line(23).startswith(":")), "the command line is there", e)
    e.type(line)
    e.send("enter")


def with_config(text):
    folder = os.path.dirname(file(""))
    os.mkdir(folder + "/lacuna")
    with open(folder + "/lacuna/config", "w") as out:
        out.write(text)
    return {"XDG_CONFIG_HOME": folder}


def file_of_settings_is_read():
    with Editor(file(WORDS), env=with_config("width = 30\nhints = off\n")) as e:
        e.wait_for("word")
        check(width_of(e) <= 30, "wrapped at 30", e)
        check("^S save" not in e.text(), "no hints", e)


def options_are_stronger():
    env = with_config("width = 30\n")
    with Editor("--width", "50", file(WORDS), env=env) as e:
        e.wait_for("word")
        check(40 < width_of(e) <= 50, "--width", e)
    with Editor("--set", "width=40", file(WORDS), env=env) as e:
        e.wait_for("word")
        check(30 < width_of(e) <= 40, "--set", e)


def wrong_lines_are_said():
    with Editor(file(WORDS), columns=150, env=with_config("width = 40\nhitns = on\nsteps = many\n")) as e:
        check(e.wait_for("unknown setting"), "said", e)
        check("config:2:" in e.text() and "1 more" in e.text(), "with its line", e)
        check(width_of(e) <= 40, "the rest is read", e)


def wrong_options_are_refused():
    for arguments in (["--set", "widht=3"], ["--set", "width=x"], ["--set", "width"], ["--width", "-3"],
                      ["--precision", "f64"]):
        done = subprocess.run([PROGRAM, *arguments, "x"], capture_output=True, text=True, check=False)
        check(done.returncode == 2 and done.stderr.startswith("lacuna: --"), "%s: %s" % (arguments, done.stderr))


def set_changes_at_once():
    with Editor(file(WORDS)) as e:
        e.wait_for("word")
        command(e, "set width=30")
        check(e.wait(lambda: width_of(e) <= 30), "wrapped anew", e)
        check("width = 30" in e.text(), "said", e)
        command(e, "set width 20")
        check(e.wait(lambda: width_of(e) <= 20), "also without =", e)
        command(e, "set width?")
        check(e.wait_for("width = 20"), "asked for", e)
        command(e, "set width=wide")
        check(e.wait_for("is not a whole number"), "a wrong value is refused", e)
        command(e, "set wdith=3")
        check(e.wait_for('unknown setting "wdith"'), "a wrong name too", e)


def switches():
    with Editor(file(WORDS)) as e:
        e.wait_for("^S save")
        for line, shown in (("set nohints", False), ("set hints", True), ("set hints!", False), ("set hints on", True)):
            command(e, line)
            e.send("right")
            check(e.wait(lambda: ("^S save" in e.text()) == shown), line, e)
        command(e, "set nowidth")
        check(e.wait_for('unknown setting "nowidth"'), "only switches can be off", e)


def colors_go_and_come():
    with Editor(file("A [[8]] blank.\n")) as e:
        e.wait_for("[[8]]")
        color = e.cell(0, 3).fg
        check(color != "default", "a blank has a colour", e)
        command(e, "set nocolor")
        check(e.wait(lambda: e.cell(0, 3).fg == "default" and e.cell(0, 3).bold), "and none, but is bold", e)
        command(e, "set color")
        check(e.wait(lambda: e.cell(0, 3).fg == color), "and has it again", e)
    with Editor("--no-color", file("A [[8]] blank.\n")) as e:
        e.wait_for("[[8]]")
        check(e.cell(0, 3).fg == "default", "begun without", e)
        command(e, "set color")
        check(e.wait(lambda: e.cell(0, 3).fg == color), "there they are", e)


def tab_completes():
    with Editor(file(WORDS)) as e:
        e.wait_for("word")
        e.send("M-x")
        e.type("se")
        e.send("tab")
        check(e.wait(lambda: e.line(22).startswith(" set ")), "the choices are shown", e)
        e.type("t wid")
        e.send("tab")
        check(e.wait(lambda: e.line(23) == ":set width"), "a name", e)
        e.type("=")
        e.send("tab")
        check(e.wait(lambda: e.line(23) == ":set width=88"), "its value", e)
        e.send("^U")
        e.type("set precision ")
        e.send("tab", "tab", "tab")
        check(e.wait(lambda: e.line(23) == ":set precision f32"), "one after the other", e)
        check("int8" in e.line(22), "beside the others", e)
        e.send("enter")
        check(e.wait_for("precision = f32"), "set", e)


def another_keymap_at_once():
    with Editor(file(WORDS)) as e:
        e.wait_for("word")
        command(e, "set keymap=nano")
        e.send("right")
        check(e.wait_for("^X close"), "the hints follow", e)
        command(e, "set keymap=/nonexistent")
        check(e.wait_for("/nonexistent: cannot open"), "a keymap that is not there", e)
        e.send("right")
        check(e.wait_for("^X close"), "the keys before are in force", e)
        command(e, "set theme=nope")
        check(e.wait_for('no theme "nope"'), "refused", e)
        command(e, "set theme?")
        check(e.wait_for("theme = auto"), "and forgotten", e)


def values_that_name_nothing_are_refused():
    folder = os.path.dirname(file("not a model\n"))
    with Editor(file("text\n"), columns=160) as e:
        e.wait_for("text")
        for line, why in (("model=nonesuch", 'no model "nonesuch": not a folder, nor in'),
                          ("model=" + folder, folder + "/config.json"),
                          ("model=/nonexistent/m", "/nonexistent/m: no such model folder"),
                          ("language=xx_YY", "language: "),
                          ("keymap=nonesuch", "nonesuch"), ("theme=nonesuch", "nonesuch"),
                          ("quotes=abc", "expected two marks")):
            name = line.split("=")[0]
            command(e, "set %s?" % name)
            e.wait_for(name + " = ")
            before = e.line(23)
            command(e, "set " + line)
            check(e.wait_for(why), "said at once: " + line, e)
            command(e, "set %s?" % name)
            check(e.wait(lambda: e.line(23) == before), "the old value stays: " + line, e)


def commands_run_by_name():
    with Editor(file("one\ntwo\n")) as e:
        e.wait_for("two")
        command(e, "text-end")
        check(e.wait(lambda: e.cursor()[0] == 2), "at the end", e)
        command(e, "nonsense")
        check(e.wait_for('unknown command "nonsense"'), "said", e)
        command(e, "prompt-accept")
        check(e.wait_for("only works in questions"), "said", e)


def config_prints_what_it_reads():
    env = dict(os.environ, **with_config("width = 31\n"))
    run = lambda *arguments: subprocess.run([PROGRAM, "config", *arguments], env=env, capture_output=True, text=True,
                                            check=False)
    first = run()
    check(first.returncode == 0 and "\nwidth = 31\n" in first.stdout, "the file's value")
    again = run("--config", file(first.stdout))
    check(again.stdout == first.stdout and not again.stderr, "what is printed can be read")
    wrong = run("--config", file("x = 1\n"))
    check(wrong.returncode == 1 and ":1: unknown setting" in wrong.stderr, "warnings")


def the_manual_lists_every_setting():
    made = subprocess.run([PROGRAM, "config", "--man"], capture_output=True, text=True, check=True).stdout
    page = contents(os.path.join(ROOT, "man/lacuna-config.5")).decode()
    check(made and made in page, "man/lacuna-config.5 holds what `lacuna config --man` prints: make man")


def commands_of_a_page_that_is_not_shown_say_so():
    with Editor(file("one\ntwo\n")) as e:
        e.wait_for("two")
        for name, said in (("beside-previous", "nothing is drawn side by side"), ("beside-take", "nothing is drawn side by side"),
                           ("vary-less", "no words are being varied"), ("vary-leave", "no words are being varied"),
                           ("alternatives-down", "no alternatives are listed"), ("timeline-swap", "no timeline is open")):
            command(e, name)
            check(said in e.line(23), name, e)


main([file_of_settings_is_read, options_are_stronger, wrong_lines_are_said, wrong_options_are_refused,
      set_changes_at_once, switches, colors_go_and_come, tab_completes, another_keymap_at_once, values_that_name_nothing_are_refused, commands_run_by_name,
      config_prints_what_it_reads, the_manual_lists_every_setting,
      commands_of_a_page_that_is_not_shown_say_so])
