"""The tray: proposals listed below the page, alternatives to a word, and accepting word by word."""
import os
import re

from terminal import ROOT, Editor, Skip, check, contents, file, main

TEXT = ("The keeper of the lighthouse [[12]] and looked out at the sea.\n\n"
        "When the boat came round the point he [[6]] and went down the stairs.\n")
ROW = re.compile(r"^([> ])([ \d]\d)!? +(?!proposals?\b)(.*?)(?:\s+ln q +(-?\d+\.\d+))?$")


def start(*arguments, text=TEXT, candidates=8, **more):
    folder = os.path.join(ROOT, "models/starter")
    if not os.path.exists(os.path.join(folder, "model.safetensors")):
        raise Skip("no bundled model")
    path = file(text)
    e = Editor("-m", folder, "--set", "real-words=off", "--pace", "0", *arguments, path, candidates=candidates, **more)
    e.path = path
    check(e.wait_for(text.split()[0]), "shown", e)
    return e


def rows(e):
    """The candidates that are listed: (number, words, score, chosen). Many words are cut off."""
    found = [ROW.match(e.line(row)) for row in range(e.screen.lines)]
    return [(int(m.group(2)), m.group(3).removesuffix("\u2026").strip(), float(m.group(4)) if m.group(4) else None, m.group(1) == ">")
            for m in found if m]


def chosen(e):
    return [row for row in rows(e) if row[3]][0]


def prose(e):
    """The page above the list, as one line."""
    page = []
    for line in e.screen.display[:-2]:
        if re.match(r" (\d+ proposals?\b|instead of )", line):
            break
        page.append(line.rstrip())
    return " ".join(" ".join(page).split())


def done(e):
    """Whether nothing is drawn or looked for any more. (The words of a changed text are counted in a pause, which asking
    does not leave.)"""
    return e.wait(lambda: e.settle() and not {"fill", "tray"} & set(e.busy.split()))


def draw(e, *where):
    e.send(*(where or ("M-n",)))
    e.send("^G")
    check(done(e), "drawn", e)


def saved(e):
    e.send("^S")
    check(e.wait_for("saved"), "saved", e)
    return contents(e.path).decode()


def candidates_are_listed_the_best_first():
    with start() as e:
        draw(e)
        listed = rows(e)
        check(len(listed) > 4, "several", e)
        check([r[0] for r in listed] == list(range(1, len(listed) + 1)), "numbered", e)
        check([r[2] for r in listed] == sorted((r[2] for r in listed), reverse=True), "ranked", e)
        check(chosen(e)[1] in prose(e), "the chosen one stands in the text", e)


def what_is_in_view_stays_when_a_better_one_comes():
    for seed in ("1", "2", "3"):
        with start("--seed", seed) as e:
            e.send("M-n", "^G")
            check(e.until_not("fill"), "the first is there", e)
            first = prose(e)
            check(done(e) and len(rows(e)) > 1, "then the others", e)
            check(prose(e) == first, "the text is as it was", e)


def the_page_does_not_move():
    text = "".join("Line %d.\n" % n for n in range(8)) + TEXT + "".join("Behind %d.\n" % n for n in range(40))
    with start(text=text) as e:
        e.send("M-n")
        before = e.screen.display[:8]
        e.send("^G")
        check(done(e) and rows(e), "listed", e)
        check(e.screen.display[:8] == before, "the rows above are where they were", e)
        check(e.cursor()[0] == 8, "and so is the cursor", e)


def the_page_moves_when_the_cursor_would_be_hidden():
    text = "".join("Line %d.\n" % n for n in range(20)) + TEXT
    with start(text=text) as e:
        draw(e)
        check(rows(e) and chosen(e)[1].split()[0] in e.text().split("proposals")[0], "the proposal is in sight", e)
        check(e.cursor()[0] < 13, "and the cursor above the list", e)


def the_rest_of_the_sentence_is_above_the_list():
    text = "".join("Line %d.\n" % n for n in range(12)) + "The keeper [[30-40]]\nBehind it.\n" + "\n" * 40
    with start(text=text) as e:
        e.send(*["down"] * 12)
        draw(e, "M-n")
        check(rows(e) and "Behind it." in prose(e) and "The keeper" in e.line(e.cursor()[0]), "both ends", e)


def the_numbers_are_in_the_order_of_the_list():
    """Also where words are pinned, halves are mixed and a word was accepted."""
    def falls(e):
        numbers = [r[2] for r in rows(e)]
        return len(numbers) > 1 and None not in numbers and numbers == sorted(numbers, reverse=True)
    with start(text=TEXT.replace("[[12]]", "[[2-20]]"), candidates=16) as e:
        draw(e)
        check(falls(e), "of all lengths", e)
        e.send("a", "right", "w", *"zebra", "enter")
        check(done(e), "a word of one's own", e)
        e.send("a")
        check(done(e) and falls(e), "in order with a pinned word", e)
        check(not chosen(e)[1].startswith("zebra") and chosen(e)[0] > 1, "an unlikely word does not come first", e)
        e.send("m", "1", "enter")
        check(done(e) and falls(e), "in order with a mixed one", e)
        first = [r for r in rows(e) if r[0] == 1]
        e.send("1", "\033[1;5C")
        check(done(e) and (falls(e) or len(rows(e)) < 2) and [r for r in rows(e) if r[0] == 1] != first, "and the rest alone", e)


def digits_and_arrows_choose():
    with start() as e:
        draw(e)
        listed = rows(e)
        e.send("3")
        check(chosen(e)[0] == 3 and listed[2][1] in prose(e), "3", e)
        e.send("down")
        check(chosen(e)[0] == 4 and listed[3][1] in prose(e), "down", e)
        e.send("up", "up")
        check(chosen(e)[0] == 2 and listed[1][1] in prose(e), "up", e)
        e.send("9")
        check("there are only" in e.text() and chosen(e)[0] == 2, "there is no ninth", e)


def a_click_chooses():
    with start() as e:
        draw(e)
        listed = rows(e)
        row = next(r for r in range(24) if e.line(r)[:3].strip(" >") == "2")
        e.type("\033[<0;10;%dM\033[<0;10;%dm" % (row + 1, row + 1))
        check(chosen(e)[0] == 2 and listed[1][1] in prose(e), "the second", e)


def help_says_what_the_keys_do_here():
    with start() as e:
        draw(e)
        e.send("f1")
        check("remove this proposal" in e.text() or "the other proposals" in e.text(), "the list", e)
        e.send("esc", "a", "f1")
        check("Alternatives to a word" in e.text(), "alternatives", e)


def digits_are_text_away_from_the_proposal():
    with start() as e:
        draw(e)
        e.send("c-end")
        check(not rows(e), "the list goes with the cursor", e)
        e.type("a1x+")
        check(saved(e).endswith("stairs.\na1x+"), "all of it is text", e)
        e.send("M-p", "M-p")
        check(len(rows(e)) > 4, "the list is there again", e)


def enter_goes_to_the_next_blank():
    with start() as e:
        draw(e)
        words = chosen(e)[1]
        e.send("enter")
        check(words in prose(e) and "accepted" in e.text() and not rows(e), "accepted", e)
        row, column = e.cursor()
        check(e.line(row)[column:].startswith("[[6]]"), "on the next blank", e)
        e.send("enter")
        check("Enter again" in e.text() and saved(e).count("\n") == TEXT.count("\n"), "no line is broken by haste", e)
        e.send("^G")
        check(done(e) and len(rows(e)) > 2, "it is filled", e)


def more_are_drawn_and_none_is_lost():
    with start(rows=50) as e:
        draw(e)
        before = {r[1] for r in rows(e)}
        now = chosen(e)[1]
        e.send("+")
        check(done(e) and before < {r[1] for r in rows(e)}, "more", e)
        check(chosen(e)[1] == now, "the chosen one stays", e)


def a_list_that_does_not_fit_says_which_part_is_shown():
    with start() as e:
        draw(e)
        check(" here" not in e.text(), "all are shown", e)
        e.send("+")
        check(done(e), "more", e)
        shown = [r[0] for r in rows(e)]
        check(", %d to %d here" % (shown[0], shown[-1]) in e.text(), "a part", e)


def keys_that_come_before_the_others_are_drawn_do_no_harm():
    with start("--set", "steps=400") as e:
        e.send("M-n", "^G")
        check(e.until_not("fill"), "the first", e)
        e.send("7")
        check("proposal 7 is still being drawn" in e.text(), "a digit", e)
        e.send("m")
        check("second half of proposal" in e.text(), "the question is asked already", e)
        e.send("3")
        check(done(e) and len(rows(e)) > 3, "drawn meanwhile", e)
        e.send("enter")
        check(done(e) and "seed 2" in e.line(22) and "accepted" not in e.text(), "mixed", e)


def the_list_stays_while_a_question_is_answered():
    with start() as e:
        draw(e)
        listed = rows(e)
        for key in ("m", "c", "i"):
            e.send(key)
            check(rows(e) == listed and e.cursor()[0] == 23, "under the question of %s" % key, e)
            e.send("1", "esc")
            check(rows(e) == listed, "no key of %s's answer was a command" % key, e)
        e.send("a")
        check(done(e) and "instead of" in e.text(), "alternatives", e)
        e.send("w")
        check("New word" in e.text() and "instead of" in e.text(), "under the question for a word", e)
        e.send("esc", "esc", "^P")
        check(not rows(e), "lists of commands have the whole page", e)


def one_is_thrown_away():
    with start() as e:
        draw(e)
        listed = [r[1] for r in rows(e)]
        e.send("2", "x")
        check([r[1] for r in rows(e)] == listed[:1] + listed[2:], "the second", e)
        for _ in range(len(listed) - 2):
            e.send("x")
        check(not rows(e) or len(rows(e)) == 1, "all but one", e)
        e.send("x")
        check("[[12]]" in e.text(), "the last is discarded, and the blank stays", e)


def what_was_thrown_away_can_be_brought_back():
    with start() as e:
        draw(e)
        before = [r[1] for r in rows(e)]
        e.send("3", "x", "x", "1", "x")
        check(done(e) and len(rows(e)) == len(before) - 3 and "brings it back" in e.text(), "three are gone", e)
        e.send("^Z")
        check("the removed proposal is back" in e.text() and chosen(e)[1] == before[0], "the last one", e)
        e.send("^Z", "^Z")
        check(done(e) and [r[1] for r in rows(e)] == before, "all, at their places", e)
        e.send("x", "^Z", "enter", "^Z")
        check(done(e) and [r[1] for r in rows(e)] == before, "also around accepting", e)


def a_lone_proposal_says_how_to_draw_more():
    with start() as e:
        draw(e)
        e.send("\033[1;5C")
        while rows(e):
            e.send("x")
        check("C-Right one word" in e.text() or "removed" in e.text(), "one is left", e)
        e.send("t", "esc")
        check("+ more" in e.line(23) and "C-Right one word" in e.line(23), "its keys", e)
        e.send("+")
        check(done(e) and rows(e), "more", e)


def vi_makes_blanks_of_selected_words():
    with start("-k", "vi") as e:
        e.send("w", "v", "e", "^@")
        check(done(e) and rows(e), "filled", e)
        e.send("enter", *"$bbvegb")
        check("3 blanks" in e.text() and not rows(e), "another one is only made", e)


def the_next_word_alone_is_accepted():
    with start() as e:
        draw(e)
        words, before = chosen(e)[1].split(), prose(e)
        e.send("c-right", "c-right")
        check(prose(e) == before, "the page looks the same", e)
        text = saved(e)
        check(text.startswith("The keeper of the lighthouse %s [[" % " ".join(words[:2])), text)
        check(" ".join(words[2:]) in prose(e), "the rest is a proposal still", e)
        e.send("^Z")
        check(saved(e).startswith("The keeper of the lighthouse %s [[" % words[0]), "one step of undo", e)
        e.send("^Z")
        check(saved(e) == TEXT and prose(e) == before, "and back to the first", e)
        check(len(rows(e)) > 4, "with all candidates", e)
        e.send("^Y")
        check(prose(e) == before and saved(e) != TEXT, "redo", e)
        for _ in words[1:]:
            e.send("c-right")
        check(saved(e).startswith("The keeper of the lighthouse %s and looked" % " ".join(words)), "up to the last", e)
        while "[[12]]" not in saved(e):
            e.send("^Z")
        check(saved(e) == TEXT, "every text comes back", e)


def alternatives_are_listed_with_odds():
    with start() as e:
        draw(e)
        before = prose(e)
        e.send("a")
        check(done(e), "answered", e)
        found = re.findall(r"(\d) (\S+) ([\d.<]+) %", e.text())
        check(3 < len(found) <= 8, "up to eight", e)
        odds = [float(f[2].lstrip("<")) for f in found]
        check(odds == sorted(odds, reverse=True), "the likeliest first", e)
        first = re.search(r"instead of (\S+?),? given", e.text()).group(1).rstrip(",")
        check(chosen_word(e) == first, "the word is marked", e)
        e.send("right")
        check(done(e) and chosen_word(e) != first or "instead of" in e.text(), "the next word", e)
        e.send("left")
        check(done(e) and chosen_word(e) == first and prose(e) == before, "and back", e)
        other = [f for f in re.findall(r"(\d) (\S+) ([\d.<]+) %", e.text()) if f[1] != first][0]
        e.send(other[0])
        check(done(e), "settled", e)
        check("lighthouse %s" % other[1] in prose(e), "it stands there now", e)
        e.send("esc")
        check(len(rows(e)) == 8 or any(r[1] in before for r in rows(e)), "if there is room, the candidate before is listed still", e)
        check(chosen(e)[1].startswith(other[1]), "beside the new one", e)


def chosen_word(e):
    """The word in reverse, or in the colours of the selection, on the page."""
    word = ""
    for row in range(6):
        for column in range(e.screen.columns):
            cell = e.cell(row, column)
            word += cell.data if cell.reverse or cell.bg not in ("default",) else ""
        if word:
            return word.strip()
    return word


def a_word_of_ones_own():
    with start() as e:
        draw(e)
        e.send("a")
        done(e)
        e.send("w")
        e.type("whistled\r")
        check(done(e) and "lighthouse whistled" in prose(e), "it stands there", e)


def two_candidates_are_mixed():
    with start() as e:
        draw(e)
        listed = rows(e)
        e.send("1", "m")
        e.type("2\r")
        check(done(e), "mixed", e)
        words = chosen(e)[1].split()
        first, second = listed[0][1].split(), listed[1][1].split()
        check(words[0] == first[0] and words[-1] == second[-1], "half of each", e)
        check({r[1] for r in listed[:2]} <= {r[1] for r in rows(e)} or len(listed) > 7, "both are there still", e)
        e.send("m")
        e.type("99\r")
        check("not the number" in e.text(), "there is no such one", e)


def the_order_is_the_same_when_the_document_is_opened_again():
    folder = os.path.dirname(file(""))
    state = {"XDG_STATE_HOME": os.path.join(folder, "order-state")}
    with start(env=state) as e:
        draw(e)
        listed, path = rows(e), e.path
        check(len(listed) > 4, "several", e)
        e.send("^S")
        check(e.wait_for("saved"), "saved", e)
        e.send("^Q")
        check(e.finish() == 0, "left", e)
    folder = os.path.join(ROOT, "models/starter")
    with Editor("-m", folder, "--set", "real-words=off", path, candidates=8, env=state) as e:
        check(e.wait_for("The keeper"), "shown", e)
        e.send("M-n")
        check(e.wait(lambda: rows(e)), "listed", e)
        check(done(e) and rows(e) == listed, "the same order and the same figures", e)


def one_at_a_time_has_no_list():
    with start(candidates=1) as e:
        draw(e)
        check(not rows(e), "no list", e)
        e.send("r")
        check(done(e) and not rows(e) and "2 of 2" in e.text(), "nor with two", e)
        e.send("down")
        check(e.cursor()[0] > 0, "Down moves", e)


def keys_of_all_keymaps():
    for keymap, down, word, alternatives in (("emacs", "^N", "M-f", "a"), ("nano", "^N", "\0", "a"), ("vi", "down", "c-right", "ga")):
        with start("-k", keymap, text="The keeper [[9]] and looked out.\n") as e:
            e.send("\033[1;5H")
            e.type(":next-blank\r" if keymap == "vi" else "\033n") if keymap != "emacs" else e.type("\033xnext-blank\r")
            e.type(":fill\r" if keymap == "vi" else "\033xfill\r")
            check(done(e) and len(rows(e)) > 2, keymap, e)
            at = chosen(e)[0]
            if at == len(rows(e)):
                e.send("up")
                at -= 1
            e.send(down)
            check(chosen(e)[0] in (at, at + 1), "%s: down" % keymap, e)
            if keymap == "vi":
                e.type("g1")
                check(chosen(e)[0] == 1, "vi: g1", e)
            first = chosen(e)[1].split()[0]
            e.send(word)
            check("keeper %s" % first in prose(e) and "*" in e.text(), "%s: a word" % keymap, e)
            e.type(alternatives)
            check(done(e) and "instead of" in e.text(), "%s: alternatives" % keymap, e)


def small_screens_plain_and_no_color():
    for more in ({}, {"env": {"NO_COLOR": "1"}}):
        with start(*(["--plain"] if more else []), **more) as e:
            draw(e)
            for size in ((24, 80), (12, 40), (7, 30), (5, 20), (2, 9), (1, 1), (24, 80)):
                e.resize(*size)
                check(e.alive(), "%d x %d" % size, e)
            check(len(rows(e)) > 4, "listed", e)
            e.send("2", "a")
            check(done(e) and "instead of" in e.text(), "alternatives", e)
            for size in ((12, 40), (6, 30), (5, 20), (1, 1), (24, 80)):
                e.resize(*size)
            e.send("esc", "enter")
            check("accepted" in e.text(), "accepted", e)


def a_fill_comes_first():
    with start("--set", "steps=400") as e:
        e.send("M-n", "^G")
        check(e.until_not("fill"), "the first", e)
        e.send("M-n", "^G")
        check(e.until_not("fill"), "the other blank does not wait for candidates of the first", e)
        check("[[6]]" not in prose(e), "filled", e)
        e.send("M-p")
        check(done(e) and len(rows(e)) > 3, "they come afterwards", e)


def undo_while_another_proposal_is_drawn_leaves_nothing_unfinished():
    with start(candidates=1) as e:
        draw(e)
        e.send("c-right")
        check(done(e), "a word is accepted", e)
        e.send("M-x")
        e.type("set pace 2000\r")
        e.send("r")
        check("Esc stop filling" in e.line(23), "the rest is drawn once more", e)
        e.send("^Z")
        check(done(e) and "stop filling" not in e.line(23), "undo ends that", e)
        e.send("^Y")
        check(done(e) and "\u2591" not in e.text(), "redo brings the rest back as it was proposed", e)
        e.send("t")
        check(e.alive() and " step " in e.line(21), "with its steps", e)


if __name__ == "__main__":
    main([candidates_are_listed_the_best_first, what_is_in_view_stays_when_a_better_one_comes, the_page_does_not_move,
          the_page_moves_when_the_cursor_would_be_hidden, digits_and_arrows_choose, a_click_chooses, help_says_what_the_keys_do_here,
          digits_are_text_away_from_the_proposal, the_rest_of_the_sentence_is_above_the_list,
          the_numbers_are_in_the_order_of_the_list,
          enter_goes_to_the_next_blank, more_are_drawn_and_none_is_lost, a_list_that_does_not_fit_says_which_part_is_shown, the_list_stays_while_a_question_is_answered,
          keys_that_come_before_the_others_are_drawn_do_no_harm, one_is_thrown_away, what_was_thrown_away_can_be_brought_back,
          a_lone_proposal_says_how_to_draw_more, vi_makes_blanks_of_selected_words, the_next_word_alone_is_accepted,
          alternatives_are_listed_with_odds, a_word_of_ones_own, two_candidates_are_mixed,
          the_order_is_the_same_when_the_document_is_opened_again, one_at_a_time_has_no_list,
          keys_of_all_keymaps, small_screens_plain_and_no_color, a_fill_comes_first,
          undo_while_another_proposal_is_drawn_leaves_nothing_unfinished])
