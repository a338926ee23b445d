"""The lens: how the model sees the writer's own words; and the ripple of a change."""
import os
import re
import time

from terminal import ROOT, Editor, Skip, check, contents, file, key as harness_key, main

TEXT = ("The captain of the ship walked upon the deck, and the sailors hoisted the sails. The ship went out to sea, and the "
        "waves beat against its sides.\n\nHe sat by the fire with a purposeless limbo, and the wind blew through the trees.\n")


def start(text=TEXT, *arguments, **more):
    folder = os.path.join(ROOT, "models/starter")
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        raise Skip("no bundled model")
    path = file(text)
    e = Editor("-m", folder, "--set", "spell=off", *arguments, path, **more)
    e.path = path
    check(e.wait(lambda: "draft.txt" in e.text()), "shown", e)
    return e


def lens(e, kind):
    e.send("M-x")
    e.type("set lens=%s\r" % kind)
    check(e.until_not("lens"), "looked at", e)


def looks(e, word):
    for row in range(20):
        at = e.screen.display[row].find(word)
        if at >= 0:
            cell = e.cell(row, at)
            return cell.fg, cell.bold, cell.italics
    raise AssertionError("no %s" % word)


def off_by_default_and_turned_on_by_a_key():
    with start() as e:
        check(e.until_not("") and "surprise" not in e.text(), "off", e)
        before = looks(e, "purposeless")
        e.send("M-v")
        check("surprise" in e.line(21) and e.until_not("lens"), "on, with its row", e)
        check(looks(e, "purposeless") != before, "a word that nobody expects stands out", e)
        check(looks(e, "and the") == before, "and one that everybody expects does not", e)
        check("1 in 1,100" in e.line(21), "a legend", e)
        for name in ("odds", "owed", "off"):
            e.send("M-v")
            check("lens: " + name in e.text(), name, e)
        check("1 in" not in e.text() and looks(e, "purposeless") == before, "off again", e)
        check(contents(e.path).decode() == TEXT and "draft.txt *" not in e.text(), "nothing was changed", e)


def marks_without_colours():
    for arguments, env in (((), {"NO_COLOR": "1"}), (("--set", "plain=on"), {})):
        with start(TEXT, *arguments, env=env) as e:
            plain = e.screen.display[:4]
            lens(e, "surprise")
            marked = e.screen.display[:4]
            check("*purposeless" in e.text() or "+purposeless" in e.text(), "marked", e)
            check([re.sub("[-+*]", " ", row) for row in marked] == plain, "in the spaces: nothing moves", e)


def odds_at_the_cursor():
    with start() as e:
        lens(e, "odds")
        for _ in range(4):
            e.send("c-right")
        check(re.search(r"ship .* · \S+ ×", e.line(21)), "what else could stand there, by ratios", e)
        first = e.line(21)
        e.send("c-right")
        check("walked" in e.line(21) and e.line(21) != first, "they follow the cursor", e)
        e.send("M-V")
        check(re.search(r"walked: ln q -?\d+\.\d+, rank \d+, entropy", e.line(23)), "numbers on demand", e)


def odds_that_do_not_fit_are_left_out_whole():
    with start(rows=24, columns=300) as wide, start(rows=24, columns=60) as narrow:
        for e in (wide, narrow):
            lens(e, "odds")
            e.send("c-right", "c-right")
        items = wide.line(21).strip().split(" · ")
        shown = narrow.line(21).strip().split(" · ")
        check(1 < len(shown) < len(items), "%s of %s" % (shown, items), narrow)
        check(shown == items[:len(shown)], "%s of %s" % (shown, items), narrow)


def owed_has_a_bar_in_the_margin():
    with start() as e:
        lens(e, "owed")
        check("nats per word" in e.line(21), "legend", e)
        check(any(e.screen.display[row][0] in "▎▌█" for row in range(6)), "a bar", e)
        check("The captain" in e.screen.display[0][2:], "beside the text", e)
        check(re.search(r"this sentence: [-+]\d", e.line(21)), "the number", e)


def markup_of_blanks_is_not_shown_to_the_model():
    with start("The old keeper of the house sat by the fire [[6]] and looked out at the sea.\n") as whole, \
            start("The old keeper of the house sat by the fire and looked out at the sea.\n") as plain:
        for e in (whole, plain):
            lens(e, "surprise")
            e.send("^F")
            e.type("sea")
            e.send("enter", "M-V")
        said = [e.line(23).split(",")[0] for e in (whole, plain)]
        check(said[0].startswith(" sea: ln q") and said[0] == said[1], "%s" % said, whole)


def only_a_changed_paragraph_is_scored_again():
    with start() as e:
        lens(e, "surprise")
        e.send("c-end")
        e.type(" A zebra sang.")
        check("evaluating" in e.text() or "lens" in e.busy or e.until_not("lens"), "asked again", e)
        check(e.until_not("lens"), "answered", e)
        check(looks(e, "zebra") != looks(e, "and the"), "the new word is known", e)
        e.send("^Z")
        check(e.until_not("lens"), "what was known before is still", e)


def words_keep_their_looks_while_one_types_beside_them():
    with start("He sat by the fire with a purposeless limbo, and the wind blew.\n") as e:
        lens(e, "surprise")
        odd, usual = looks(e, "purposeless"), looks(e, "sat by")
        check(odd != usual, "one stands out", e)
        for _ in range(3):
            e.send("c-right")
        for letter in "very very ":
            e.write(letter)
            e.settle()
            check(looks(e, "purposeless") == odd, "behind the cursor", e)
        check(e.until_not("lens"), "known anew", e)
        e.send("end")
        for letter in " Yes.":
            e.write(letter)
            e.settle()
            check(looks(e, "purposeless") == odd, "before it", e)
        e.send("backspace", "backspace", "backspace")
        check(looks(e, "purposeless") == odd, "and when letters go", e)


def typing_and_filling_never_wait_for_it():
    text = "\n\n".join("The old keeper of the lighthouse sat by the window and %s looked out at the sea." % ("then " * (n % 5))
                       for n in range(12)) + "\n\nHe stood [[8]] there.\n"
    with start(text, "--pace", "0") as e:
        e.send("M-v")
        e.type("abc")
        check("abc" in e.line(0), "typed", e)
        e.send("M-n", "^G")
        check(e.until_not("fill") and "accept" in e.text(), "filled", e)
        check(e.until_not("lens"), "and goes on afterwards", e)
        e.send("M-v", "M-v", "M-v", "M-v", "c-end")
        e.send("^Q", "n")
        check(e.finish() is not None, "and leaves at once", e)


def undo_elsewhere_in_a_paragraph_leaves_no_word_behind_its_end():
    """Words of before a change are looked for where they would be had it happened at the cursor."""
    with start("He sat by the fire with a purposeless limbo.\n\nThe wind blew.", "--pace", "0") as e:
        lens(e, "surprise")
        for where, words in (("c-end", " Remarkable zebras sang."), ("up", "Yes."), ("c-end", " And no."), ("left", "pqr")):
            e.send(where)
            e.type(words)
            check(e.until_not("lens"), "looked at", e)
        for key in ("^Z", "^Y", "^Z", "^Z"):
            for _ in range(12):
                for move in (key, "left", "M-V", "c-end", "M-V", "left", "left", "M-V"):
                    e.write(harness_key(move))
                check(e.settle(), key, e)
        check("The wind blew." in e.text(), "all is there", e)


def small_screens():
    with start() as e:
        for kind in ("surprise", "odds", "owed"):
            lens(e, kind)
            for rows, columns in ((24, 300), (12, 40), (7, 30), (5, 20), (2, 9), (1, 1), (24, 80)):
                e.resize(rows, columns)
                e.send("right", "M-V")
                check(e.alive(), "%dx%d" % (rows, columns), e)
            check(e.until_not("lens") and kind in e.line(21), "there again", e)


def replace_word(e, word, other):
    e.send("c-home", "^F")
    e.type(word)
    e.send("enter")
    for _ in word:
        e.send("del")
    e.type(other)


def ripple_shows_what_fits_less_well_after_a_change():
    with start() as e:
        e.send("M-y")
        check("no change yet" in e.text(), "nothing yet", e)
        replace_word(e, "ship", "carriage")
        before = looks(e, "waves")
        for _ in range(3):
            e.settle()
        check(looks(e, "waves") == before, "never unasked", e)
        e.send("M-y")
        check(e.until_not("ripple"), "looked at", e)
        check("less likely now" in e.line(23) and "÷" in e.line(23), "says so, the strongest first", e)
        falls = [float(found) for found in re.findall(r"÷([\d.]+)", e.line(23))]
        check(1 <= len(falls) <= 3 and min(falls) >= 1, "with how much", e)
        first = re.search(r"now: (\S+) ÷", e.line(23)).group(1)
        check(looks(e, first) != before, "and it glows", e)
        e.send("M-y")
        check(looks(e, first) == before, "hidden again", e)


def ripple_names_the_words_that_depend_on_the_change():
    text = ("The captain had a daughter named Mary. She was a pretty girl, and her mother loved her. When she came home she put "
            "on her bonnet and went out with her sister. Nobody knew what she thought, but she herself was happy.\n")
    with start(text) as e:
        replace_word(e, "girl", "boy")
        e.send("M-y")
        check(e.until_not("ripple") and "less likely now" in e.line(23), "shown", e)
        check(re.search(r"\b(her|she) ÷", e.line(23)), "the pronouns come first", e)
        check("redraws them" in e.line(23), "the whole message fits", e)


def ripple_draws_only_the_highlighted_words_again():
    with start() as e:
        replace_word(e, "ship", "carriage")
        e.send("M-Y")
        check("no words are highlighted" in e.text(), "first it must be asked for", e)
        e.send("M-y")
        check(e.until_not("ripple") and "less likely now" in e.line(23), "shown", e)
        count = int(re.search(r"(\d+) words? ", e.line(23)).group(1))
        e.send("M-Y")
        check(e.until_not("fill") and "accept" in e.text(), "drawn", e)
        e.send("M-enter" if False else "\033\r")
        check(e.wait(lambda: "%d accepted" % count in e.text()), "as many as were highlighted: %d" % count, e)
        check("carriage" in e.text(), "what was changed stays", e)
        e.send("^Z")
        check("ship" not in e.line(0)[:24], "and undo takes the words back, not the change", e)


def ripple_forgets_a_closed_file():
    with start() as e:
        replace_word(e, "ship", "carriage")
        e.send("^S")
        e.wait(lambda: "draft.txt *" not in e.text())
        e.send("M-w", "M-y")
        check("no change yet" in e.text(), "a closed file is forgotten", e)
        e.type("word " * 10)
        e.send("^A", "del", "M-y")
        check(e.until_not("ripple") and e.alive(), "nor does an empty text matter", e)


def keymaps_have_the_keys():
    for keymap, key, ripple in (("vi", "M-v", "M-y"), ("nano", "M-v", "M-y"), ("emacs", "\003v", "\003r")):
        with start(TEXT, "-k", keymap) as e:
            e.send(key)
            check("lens: surprise" in e.text(), keymap, e)
            e.send(ripple)
            check("no change yet" in e.text(), keymap, e)


main([off_by_default_and_turned_on_by_a_key, marks_without_colours, odds_at_the_cursor, odds_that_do_not_fit_are_left_out_whole,
      owed_has_a_bar_in_the_margin, markup_of_blanks_is_not_shown_to_the_model, only_a_changed_paragraph_is_scored_again, words_keep_their_looks_while_one_types_beside_them,
      typing_and_filling_never_wait_for_it, small_screens,
      undo_elsewhere_in_a_paragraph_leaves_no_word_behind_its_end,
      ripple_shows_what_fits_less_well_after_a_change, ripple_names_the_words_that_depend_on_the_change,
      ripple_draws_only_the_highlighted_words_again, ripple_forgets_a_closed_file, keymaps_have_the_keys])
