"""The first minutes: the empty page, the tour, help for the current place, saved settings, previews of themes."""
import os

from terminal import Editor, check, file, main


def command(e, line):
    e.send("M-x")
    check(e.wait(lambda: e.line(23).startswith(":")), "the command line is there", e)
    e.type(line)
    e.send("enter")


def an_empty_page_shows_three_lines_until_text_is_typed():
    with Editor() as e:
        e.settle()
        said = [line for line in range(1, 22) if e.line(line)]
        check(len(said) == 3 and e.cursor() == (0, 0), "three lines, below where one writes", e)
        check("^B" in e.text() and "^G" in e.text() and "--tour" in e.text(), "with their keys", e)
        e.type("W")
        check(e.line(0) == "W" and not any(e.line(line) for line in range(1, 22)), "gone with the first letter", e)
        e.send("backspace")
        check(e.wait_for("--tour"), "and back on an empty page", e)
    with Editor("--set", "hints=off") as e:
        e.settle()
        check("--tour" not in e.text(), "not without hints", e)
    with Editor("-k", "vi", columns=100) as e:
        e.settle()
        check("Write: i." in e.text() and ":blank" in e.text(), "the keys of the keymap in force", e)
    for rows, columns in ((1, 1), (3, 20)):
        with Editor(rows=rows, columns=columns) as e:
            e.settle()
            e.send("f1", "x", "x")
            check(e.alive(), "%d x %d" % (rows, columns))


def the_tour_can_be_filled_and_has_no_file():
    with Editor("--tour") as e:
        check(e.wait_for("A tour of lacuna") and "[no name]" in e.text(), "a text without a file", e)
        check("Press M-n to go to it, then ^G." in e.text(), "with the keys in force", e)
        e.send("M-n", "^G")
        e.until_not("fill")
        check(e.wait_for("accept"), "the first blank is filled", e)
        check("keeper [[6]]" not in e.text() and "and looked out at the sea." in " ".join(e.text().split()), "between its words", e)
        e.send("enter")
        check(e.wait_for("accepted; ^Z brings the blank back"), "taken, and the next key is said", e)
        e.send("^Z")
        check(e.wait_for("keeper"), "undone", e)
        e.send("M-g")
        e.until_not("fill")
        check("[[8]]" not in e.text(), "all others too", e)
        e.send("\033\r")
        check(e.wait_for("accepted; ^Z brings the blanks back"), "and all are taken at once", e)
        e.send("^Q", "n")
        check(e.finish() == 0, "left without a file", e)
    with Editor("--tour", "-k", "vi") as e:
        check(e.wait_for("Press M-n to go to it, then ^Space."), "the keys of another keymap", e)
        e.send("M-n", "\0")
        e.until_not("fill")
        check(e.wait_for("Enter accept"), "which do what the tour says", e)


def help_shows_the_keys_of_the_current_place():
    with Editor(file("Some words and a [[3]] blank.\n")) as e:
        for keys, title, shown in ((["f1"], "Writing", "^S"), (["M-n", "f1"], "The cursor is at a blank", "M-l"),
                                   (["s-right", "f1"], "Words are selected", "^X"),
                                   (["^F", "f1"], "A pattern", "find")):
            e.send(*keys)
            check(e.wait(lambda title=title: e.line(0).startswith(title)), title, e)
            check(shown in e.text(), "%s: %s" % (title, shown), e)
            e.send("x")
        check(e.wait(lambda: e.line(23).startswith("Find")), "the question is still there", e)
        e.send("esc", "M-n", "^G")
        e.until_not("fill")
        e.send("f1")
        check(e.wait(lambda: e.line(0).startswith("A proposal")) and "Enter" in e.line(1), "on a proposal", e)
        e.send("x", "t", "f1")
        check(e.wait(lambda: e.line(0).startswith("The timeline")) and "Left" in e.text(), "on the timeline", e)
        e.send("x", "esc", "c-home", "f1")
        check(e.wait(lambda: e.line(0).startswith("Writing")), "on the page again", e)
        check(len([line for line in range(1, 20) if len(e.line(line)) > 45]) > 3, "in two columns", e)
        e.resize(24, 50)
        check(e.wait(lambda: max(len(e.line(row)) for row in range(23)) < 50), "as many as fit", e)


def settings_that_were_changed_are_kept_on_request():
    folder = os.path.dirname(file(""))
    os.mkdir(folder + "/lacuna")
    path = folder + "/lacuna/config"
    with open(path, "w") as out:
        out.write("# mine\nwidth = 60 ; as on paper\n\n# no hints, please\nhints = off\n")
    with Editor("--set", "tab-width=8", file("text\n"), env={"XDG_CONFIG_HOME": folder}, columns=160) as e:
        e.wait_for("text")
        command(e, "set width=50")
        check(e.wait_for("width = 50; :set -w keeps it"), "the next key is said", e)
        command(e, "set goal=300")
        e.send("^P")
        e.type("keep settings")
        e.send("enter")
        check(e.wait_for("kept in " + path) and "width = 50, goal = 300" in e.text(), "said", e)
        command(e, "set -w")
        check(e.wait_for("no setting was changed"), "nothing is left to keep", e)
        command(e, "set -w steps")
        check(e.wait_for("steps = 32"), "one by its name, changed or not", e)
        command(e, "set -w stpes")
        check(e.wait_for('unknown setting "stpes"'), "a wrong name", e)
    with open(path) as kept:
        check(kept.read() == "# mine\nwidth = 50 ; as on paper\n\n# no hints, please\nhints = off\ngoal = 300\nsteps = 32\n",
              "all other lines and comments stay; the command line's settings are not written")


def a_missing_configuration_file_is_created():
    with Editor(file("text\n"), columns=160, candidates=None) as e:
        e.wait_for("text")
        command(e, "set quotes=«»")
        command(e, "set -w")
        check(e.wait_for("kept in "), "kept", e)
        with open(e.folder + "/config/lacuna/config", encoding="utf-8") as kept:
            check(kept.read() == "quotes = «»\n", "a new file")
        os.chmod(e.folder + "/config/lacuna", 0o500)
        command(e, "set theme=light")
        if os.geteuid() != 0:
            command(e, "set -w")
            check(e.wait_for("ermission denied"), "what cannot be written is said", e)
        os.chmod(e.folder + "/config/lacuna", 0o700)


def themes_are_previewed_in_the_list():
    with Editor(file("A [[8]] blank.\n")) as e:
        e.wait_for("[[8]]")
        e.send("right", "M-x")
        e.type("themes")
        e.send("enter")
        check(e.wait_for("auto   (now)"), "a list", e)
        before = e.cell(0, 3).fg
        seen = set()
        for _ in range(3):
            e.send("down")
            seen.add((e.cell(0, 3).fg, e.cell(0, 3).bold))
        check(len(seen) > 1, "each is shown: %s" % seen, e)
        e.send("esc")
        check(e.wait(lambda: e.cell(0, 3).fg == before), "Esc brings the old one back", e)
        command(e, "set theme?")
        check(e.wait_for("theme = auto"), "which is still set", e)
        e.send("^P")
        e.type("set theme")
        e.send("enter")
        e.type("ligh")
        e.send("enter")
        check(e.wait_for("theme = light; :set -w keeps it"), "typed, and taken", e)


def the_tour_never_fills_its_own_instructions():
    with open(os.path.join(os.path.dirname(__file__), "../../models/tour.txt"), encoding="utf-8") as tour:
        paragraphs = tour.read().split("\n\n")
    check(not [p for p in paragraphs if "{" in p and "[[" in p], "fill-all would draw over what it teaches")
    check(any("[[4-12]]" in p for p in paragraphs), "examples have blanks")


def help_in_a_question_has_only_its_keys():
    with Editor(file("Words, and a blank.\n"), "--set", "hints=on") as e:
        e.wait_for("Words")
        e.type("x")
        for keys, has, has_not in (("^Q", "leave the question", "match case"), ("M-s", "complete", "match case"),
                                   ("^F", "match case", "complete the")):
            e.send(keys, "f1")
            check(e.wait(lambda: e.line(0).startswith("A ")), "help in a question", e)
            here = e.text().split("Moving")[0]
            check(has_not not in " ".join(here.split()), "%s: not %s" % (keys, has_not), e)
            e.send("x", "esc")


def messages_name_a_key_that_works_here():
    with Editor(file("Words without a blank.\n"), columns=160) as e:
        e.wait_for("Words")
        e.send("M-n")
        check(e.wait_for("the text has no blank; ^B makes one"), "no other blank to go to", e)
        e.send("^G")
        check(e.wait_for("the text has no blank; ^B makes one"), "nor here", e)
        e.send("M-h")
        check(e.wait_for("nothing is being filled; F8 shows"), "a key of the page", e)
        e.send("M-V")
        check(e.wait_for("the lens is off: M-v turns it on"), "its key", e)
        command(e, "save-annotated")
        check(e.wait_for("as in :save-annotated notes.txt"), "what is missing", e)
        command(e, "save-annotated %s/notes" % e.folder)
        check(e.wait_for("authorship notes; :set author=NAME"), "whose words they are", e)


main([an_empty_page_shows_three_lines_until_text_is_typed, the_tour_can_be_filled_and_has_no_file, help_shows_the_keys_of_the_current_place,
      settings_that_were_changed_are_kept_on_request, a_missing_configuration_file_is_created,
      themes_are_previewed_in_the_list,
      the_tour_never_fills_its_own_instructions, help_in_a_question_has_only_its_keys,
      messages_name_a_key_that_works_here])
