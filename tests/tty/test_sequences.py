"""Random sequences of whole acts of writing with blanks: filling, holding, choosing, bending, undoing, saving, closing. The
words that are drawn are not known, and yet much must hold after each act: what it may change, and nothing else; undo and
redo visit every text of before exactly; the file is what the screen shows; nothing is left behind, and the terminal is as
it was. SEQUENCES is the number of sequences, SEQUENCES_FROM the first of them; SEQUENCE=k runs number k alone. The same with
SEQUENCE_KILLS and SEQUENCE_KILL for kill -9. Without these: as many as SEQUENCE_SECONDS take."""
import os
import random
import re
import time

from terminal import Editor, check, contents, file, key, main, model

PROSE = ("The keeper of the lighthouse [[6]] and looked out at the grey sea.\n\n"
         "When the boat came round the point he [[3-5]] down the stairs, and [[2]] was waiting there.\n\n"
         "Nobody [[]] spoke of it again before the winter.\n")
SECOND = "She had left the lamp [[4]] on the table.\n\nIn the morning the [[2]] was gone, and the [[2]] with it.\n"
BLANK = re.compile(r"\[\[(?:\d+(?:-\d+)?|)\]\]")
SELECT_WORD = "\033[1;6C"
DONE, BESIDE, LENS, RIPPLE, ANSWERS = "<done>", "<beside>", "<lens>", "<ripple>", "<answers>"


# ---- acts: a name, what is sent, and what it may change ------------------------------------------------

def resized(rows, columns):
    return ("resize", rows, columns)


def typed(text):
    return ("type", text)


def word(rng):
    return typed("Zq%d" % rng.randrange(1000))


def blank(rng):
    """To one of the blanks."""
    return ["c-home"] + ["M-n"] * rng.randint(1, 4)


def drawn(rng):
    """To one of the blanks, which is filled and done."""
    return blank(rng) + ["^G", DONE]


def some(rng, keys, least, most):
    return [rng.choice(keys) for _ in range(rng.randint(least, most))]


def waits(rng):
    return [DONE] if rng.random() < 0.6 else []


def ask(line):
    return ["M-m", "^U", typed(line + "\r")]


def act_type(rng):
    return rng.choice((["c-home", "right"], ["c-end", "left"], ["c-home", "end", "left", "left"])) + [word(rng)], "insert"


def act_type_before_blank(rng):
    return blank(rng) + ["left", "left", word(rng)], "insert"


def act_fill(rng):
    return blank(rng) + ["^G"] + waits(rng), "same"


def act_fill_all(rng):
    return ["M-g"] + waits(rng), "same"


def act_hold(rng):
    goes_on = rng.choice((["M-h", DONE], ["esc"], [], ["c-end", "left", word(rng), "M-j", "M-h"]))
    return blank(rng) + ["^G", "M-h"] + ["M-j"] * rng.randint(0, 4) + goes_on, "insert"


def act_accept(rng):
    return blank(rng) + ["enter"], "accept"


def act_fill_and_accept(rng):
    return drawn(rng) + ["enter"] * rng.randint(1, 2), "accepts"


def act_accept_word(rng):
    return drawn(rng) + ["c-right"] * rng.randint(1, 4), "accepts"


def act_accept_all(_):
    return ["\033\r"], "accept"


def act_discard(rng):
    return blank(rng) + ["esc"], "same"


def act_candidates(rng):
    return drawn(rng) + some(rng, ["r", "n", "p", "n", DONE], 1, 5), "inserts"


def act_tray(rng):
    return drawn(rng) + some(rng, ["1", "2", "3", "4", "up", "down", "+", "=", "x", "x", DONE], 1, 6), "inserts"


def act_alternatives(rng):
    inside = some(rng, ["left", "right", "up", "down", "1", "2", "3", "enter", "tab", DONE, DONE], 1, 6)
    write = ["w", typed("\025glue\r"), DONE] if rng.random() < 0.3 else []
    return drawn(rng) + ["a", DONE] + inside + write + ["esc"], "accepts"


def act_mix(rng):
    return drawn(rng) + ["m", typed("%d\r" % rng.randint(1, 3)), DONE], "accepts"


def act_conditions(rng):
    line = rng.choice(("must lamp", "not sea, the", "begins w", "goes on", "at most 3 words", "", "must a; at most 0 words"))
    return blank(rng) + ask(line), "inserts"


def act_tie(rng):
    return blank(rng) + ask("tie it") + ["M-n"] + ask("tie it") + ["^G"] + waits(rng), "inserts"


def act_vary(rng):
    turns = some(rng, ["left", "right", "+", "-", "o", "r", "x", "c-right", "^S", DONE], 0, 6)
    end = rng.choice(("enter", "enter", "esc", "c-end"))
    return ["c-home"] + [SELECT_WORD] * rng.randint(1, 6) + ["M-d"] + turns + [DONE, end], "beginning"


def act_vary_and_undo(rng):
    return ["c-home"] + [SELECT_WORD] * 3 + ["M-d"] + waits(rng) + ["^Z"], "undo"


def act_breathe(rng):
    return drawn(rng) + ["b", "c-end", "left", word(rng)] + waits(rng), "inserts"


def act_type_into(rng):
    return blank(rng) + rng.choice(([], ["^G"], ["^G", DONE])) + ["M-t", typed("glue\r")] + waits(rng), "inserts"


def act_lens(rng):
    return ["M-v"] * rng.randint(1, 3) + ["right", "M-V"] + rng.choice(([], [LENS])), "same"


def act_ripple(rng):
    return ["M-y"] + rng.choice(([], [RIPPLE])), "same"


def act_ripple_draw(_):
    return ["M-y", RIPPLE, "M-Y", DONE], "loose"


def act_fill_selection(rng):
    return ["c-home"] + [SELECT_WORD] * rng.randint(1, 3) + ["^G"] + waits(rng), "loose"


def act_beside(rng):
    inside = some(rng, ["left", "right", "home", "end", "tab", "up", "down", BESIDE], 0, 6)
    what = rng.choice(("seeds 2", "seeds 3", "samplers analytic confidence"))
    return blank(rng) + ["M-x", typed("beside %s\r" % what)] + inside + rng.choice(([BESIDE, DONE, "enter"], ["esc"])) + [DONE], "inserts"


def act_timeline(rng):
    inside = some(rng, ["left", "right", "home", "end", "tab", "up", "p", "o", "pgup", "pgdn"], 0, 7)
    write = ["w", typed("\025other\r")] if rng.random() < 0.3 else []
    return drawn(rng) + ["f8"] + inside + write + [rng.choice(("enter", "esc")), DONE, "esc"], "accepts"


def act_resize(rng):
    sizes = [resized(rng.choice((1, 2, 5, 9, 40)), rng.choice((1, 4, 20, 47, 120))) for _ in range(rng.randint(1, 3))]
    return sizes + rng.choice(([], ["M-n"], ["M-g"], ["c-end"])) + [resized(24, 80)], "same"


def act_undo(_):
    return ["^Z"], "undo"


def act_redo(_):
    return ["^Y"], "redo"


def act_save(_):
    return ["^S"], "same"


def act_other(_):
    return ["M-."], "other"


def act_close_and_open(_):
    return ["M-w", ANSWERS], "close"


def act_delete(rng):
    return rng.choice((["c-home", "right", "right", "del"], ["c-end", "left", "backspace"])), "delete"


def act_cut(_):
    return ["c-home", "^X"], "delete"


def act_paste(_):
    return ["c-home", "^V"], "insert"


def act_blank(rng):
    return ["c-end", "left", "^B", typed(rng.choice(("3", "2-4", "")) + "\r")], "inserts"


def act_blank_length(rng):
    return blank(rng) + ["M-l", typed("%d\r" % rng.randint(1, 7))], "accepts"


def act_blank_remove(rng):
    return blank(rng) + ["M-b"], "accept"


def act_pace(rng):
    return [rng.choice(("M--", "M-=", "M-="))], "same"


def act_help(_):
    return ["f1", "down", "esc"], "same"


ACTS = {act_type: 6, act_type_before_blank: 3, act_fill: 6, act_fill_all: 3, act_hold: 4, act_accept: 4, act_fill_and_accept: 4,
        act_accept_word: 5, act_accept_all: 2, act_discard: 3, act_candidates: 3, act_tray: 4, act_alternatives: 4, act_mix: 2,
        act_conditions: 3, act_tie: 2, act_vary: 5, act_vary_and_undo: 1, act_breathe: 3, act_type_into: 3, act_lens: 3,
        act_ripple: 2, act_ripple_draw: 2, act_fill_selection: 2, act_beside: 3, act_timeline: 4, act_resize: 3, act_undo: 14,
        act_redo: 7, act_save: 2, act_other: 3, act_close_and_open: 2, act_delete: 3, act_cut: 1, act_paste: 1, act_blank: 2,
        act_blank_length: 2, act_blank_remove: 1, act_pace: 1, act_help: 1}


def acts_of(number):
    """The acts of a sequence: (name, keys, what they may change)."""
    rng = random.Random(number)
    chosen = rng.choices(list(ACTS), list(ACTS.values()), k=rng.randint(10, 25))
    return [(act.__name__, *act(rng)) for act in chosen]


# ---- what must hold -------------------------------------------------------------------------------------

def is_within(part, whole):
    """Whether some characters of `whole`, in order, are `part`."""
    rest = iter(whole)
    return all(c in rest for c in part)


def keeps_prose(before, after):
    """Whether only blanks were replaced."""
    return re.fullmatch("(.*)".join(re.escape(part) for part in BLANK.split(before)), after, re.S)


def keeps_end(before, after):
    beginning = re.match(r"\s*(\S+\s+){0,9}", before).end()
    return after.endswith(before[beginning:])


MAY = {
    "same": lambda before, after: before == after,
    "loose": lambda before, after: before == after,
    "insert": is_within,
    "inserts": is_within,
    "delete": lambda before, after: is_within(after, before),
    "accept": lambda before, after: keeps_prose(before, after) or before == after.replace("\n", "", 1) or is_within(before, after),
    "beginning": keeps_end,
}
MAY["accepts"] = MAY["accept"]
SEVERAL = ("inserts", "accepts", "beginning", "insert")  # more than one step of undo


class Past:
    """The texts of a document, and where undo is among them."""

    def __init__(self, text):
        self.texts, self.several, self.at = [text], [False], 0
        self.loose = False  # words became blanks: a fill may change any of them,
        self.unsure = False  # and redo cannot go past that

    def now(self):
        return self.texts[self.at]

    def add(self, text, several):
        if text == self.now():
            return
        self.texts, self.several = self.texts[:self.at + 1] + [text], self.several[:self.at + 1] + [several]
        self.at += 1
        self.unsure = False

    def between(self, text, at):
        """A text between two that are known: an act of several steps."""
        if not self.several[at]:
            return False
        self.texts.insert(at, text)
        self.several.insert(at, True)
        return True

    def undone(self, text):
        if self.at and text == self.texts[self.at - 1]:
            self.at -= 1
        elif text != self.now():
            return self.at > 0 and self.between(text, self.at)
        return True

    def redone(self, text):
        if self.at + 1 < len(self.texts) and text == self.texts[self.at + 1]:
            self.at += 1
        elif text != self.now():
            if self.at + 1 == len(self.texts) or not self.between(text, self.at + 1):
                return False
            self.at += 1
        return True


class Play:
    """Plays sequences in one editor, each in two documents of its own."""

    def __init__(self, number, kept=None):
        rng = random.Random(number)
        self.candidates = rng.choice((1, 3, 8))
        self.saves = rng.random() < 0.5  # the text is read by saving it; else by writing a copy of it
        self.e = Editor("-m", model(), "--pace", rng.choice(("0", "0", "4")), "-n", rng.choice(("6", "16")), "--seed", str(number),
                        candidates=self.candidates, env={"LACUNA_BACKEND": os.environ.get("LACUNA_BACKEND"), **(kept or {})})
        self.copies = 0
        self.paths, self.pasts, self.shown = [], [], 0

    # -- sending

    def fill_done(self):
        """Waits for the words of fills and of others beside them. A fill that is held goes on."""
        e = self.e

        def over():
            e.settle()
            if "held" in e.busy.split() or "held" in e.line(e.screen.lines - 2):
                e.send("M-h")
            return not e.alive() or not {"fill", "tray"} & set(e.busy.split())
        check(e.wait(over), "drawn", e)

    def answer(self):
        """Yes to each question."""
        while re.search(r"\(y/n", self.e.text()):
            self.e.send("y")

    def send(self, what):
        e = self.e
        if what == DONE:
            self.fill_done()
        elif what == ANSWERS:
            self.answer()
        elif what in (BESIDE, LENS, RIPPLE):
            check(e.until_not(what[1:-1]), what, e)
        elif isinstance(what, str):
            e.send(what)
        elif what[0] == "type":
            e.type(what[1])
        else:
            e.resize(what[1], what[2])
        check(e.alive(), "it is alive", e)

    def command(self, line):
        self.e.send("M-x")
        self.e.type(line + "\r")

    def open(self, path):
        self.command("open " + path)
        name = os.path.basename(path)
        check(self.e.wait(lambda: name in self.e.line(22) + self.e.line(23)), "%s is shown" % name, self.e)

    # -- reading

    def read(self):
        if self.saves:
            self.e.send("^S")
            return contents(self.paths[self.shown]).decode()
        self.copies += 1
        path = "%s.copy%d" % (self.paths[self.shown], self.copies)
        self.command("save-annotated " + path)
        check(os.path.exists(path), "the text can be read", self.e)
        copy = contents(path).decode()
        os.remove(path)
        return copy[:copy.rindex("\n\n---\nAnnotations:")] + "\n"  # its last line break is left out

    # -- playing

    def begin(self, number):
        self.paths = [file(PROSE, "a%d.txt" % number), file(SECOND, "b%d.txt" % number)]
        self.open(self.paths[1])
        self.open(self.paths[0])
        self.shown = 0
        self.pasts = [Past(PROSE), Past(SECOND)]

    def play(self, number, acts):
        for index, (name, keys, may) in enumerate(acts):
            self.where = "sequence %d, act %d of %d: %s %s" % (number, index + 1, len(acts), name, keys)
            for what in keys:
                self.send(what)
            self.look(may)

    def look(self, may):
        past = self.pasts[self.shown]
        if may == "other":
            self.shown = 1 - self.shown
            past = self.pasts[self.shown]
        elif may == "close":
            self.open(self.paths[self.shown])
        before, after = past.now(), self.read()
        if may in ("other", "close"):
            may = "same"
        if may == "undo":
            self.must(past.undone(after), "undo brings the text of before back", before, after)
        elif may == "redo":
            self.must(past.redone(after), "redo brings the text of before back", before, after)
        else:
            self.must((past.loose and "accept" in may) or MAY[may](before, after), "it changes this alone (%s)" % may, before, after)
            past.add(after, may in SEVERAL)
        if may == "loose":
            past.loose = past.unsure = True

    def must(self, good, what, before, after):
        check(good, "%s\n    %s\n    before: %r\n    after:  %r\n    known:  %r" %
              (what, self.where, before, after, self.pasts[self.shown].texts), self.e)

    def end(self, number):
        """Undo and redo visit all texts; the screen shows the text; both files are closed."""
        self.where = "sequence %d, at its end" % number
        self.e.send("esc", "esc")
        self.fill_done()
        for _ in self.paths:
            self.screen_is_text()
            self.walk("^Z", "nothing to undo", 0)
            self.walk("^Y", "nothing to redo", len(self.pasts[self.shown].texts) - 1)
            self.e.send("M-.")
            self.shown = 1 - self.shown
        for _ in self.paths:
            last = self.pasts[self.shown].now()
            self.e.send("M-w")
            self.answer()
            saved = contents(self.paths[self.shown]).decode()
            self.must(saved == last or (not self.saves and saved + "\n" == last), "the file is the text", last, saved)
            self.shown = 1 - self.shown

    def walk(self, key, end, to):
        past = self.pasts[self.shown]
        for _ in range(400):
            self.e.send(key)
            over = end in self.e.text()
            before, after = past.now(), self.read()
            self.must((past.undone if key == "^Z" else past.redone)(after), key + " goes through all texts", before, after)
            if over:
                break
        to = 0 if key == "^Z" else len(past.texts) - 1
        self.must(past.at == to or past.unsure, "%s comes to the end: %d of %d" % (key, past.at, to), past.texts[to], past.now())

    def screen_is_text(self):
        past = self.pasts[self.shown]
        if past.loose:
            return
        self.e.send("c-home")
        self.e.resize(60, 80)
        self.command("set lens=off")
        shown = "".join(self.e.text().split())
        at = 0
        for part in BLANK.split(past.now()):
            part = "".join(part.split())
            at = shown.find(part, at)
            self.must(at >= 0, "it is on the screen: %r" % part, past.now(), "")
            at += len(part)
        self.e.resize(24, 80)

    def leave(self):
        e = self.e
        e.send("^Q")
        for _ in range(4):
            if not e.alive():
                break
            self.answer()
        said = e.finish()
        check(said == 0, "it ends well: %s\n%s" % (said, sanitizer(e)), e)
        check(e.modes() == e.before, "the modes of the terminal are as before", e)
        check(e.raw.rindex(b"\033[?1049l") > e.raw.rindex(b"\033[?1049h"), "its screen is given back", e)
        state = [os.path.join(folder, name)[len(e.folder):] for folder, _, names in os.walk(e.folder + "/state") for name in names]
        left = [name for name in state if re.search("journal|lock|tmp", name) and not name.endswith("/answers.lock")]
        check(not left, "nothing is left: %s" % left)
        for path in self.paths:
            others = [name for name in os.listdir(os.path.dirname(path)) if name != os.path.basename(path)]
            check(not others, "nothing is left beside the file: %s" % others)


def sanitizer(e):
    """What a sanitizer said."""
    found = re.search(rb"(WARNING: ThreadSanitizer|==\d+==ERROR|runtime error)", e.raw)
    return e.raw[max(0, found.start() - 200):found.start() + 6000].decode(errors="replace") if found else ""


PER_PROCESS = 4
SECONDS = float(os.environ.get("SEQUENCE_SECONDS", "18"))


def play(numbers):
    game = Play(numbers[0])
    try:
        check(game.e.wait(game.e.takes_keys), "started", game.e)
        for number in numbers:
            game.begin(number)
            game.play(number, acts_of(number))
            game.end(number)
        game.where = "leaving after %s" % (numbers,)
        game.leave()
    except Exception as problem:
        said = sanitizer(game.e) if game.e.finish(2) is not None else ""
        raise AssertionError("%s\n%s\n(sequences %s in one editor; %s)%s" % (problem, getattr(game, "where", ""), numbers,
                             "saved" if game.saves else "copied", said)) from problem
    finally:
        game.e.close()


def sequences_keep_every_text():
    one, count = os.environ.get("SEQUENCE"), os.environ.get("SEQUENCES")
    if one:
        play([int(one)])
        return
    first = int(os.environ.get("SEQUENCES_FROM", "0"))
    end, number, faults = time.monotonic() + 0.6 * SECONDS, first, []
    while number < first + int(count) if count else time.monotonic() < end:
        numbers = list(range(number, number + PER_PROCESS))
        try:
            play(numbers)
        except AssertionError as problem:
            faults.append(numbers)
            print("sequences %s: %s" % (numbers, problem), flush=True)
        number += PER_PROCESS
    print("%d sequences" % (number - first), flush=True)
    check(not faults, "%d faults: %s" % (len(faults), faults))


# ---- kill -9 --------------------------------------------------------------------------------------------

SAVES = (act_other, act_close_and_open, act_save)


def acts_to_kill(rng):
    acts = [act for act in ACTS if act not in SAVES]
    chosen = rng.choices(acts, [ACTS[act] for act in acts], k=rng.randint(1, 12))
    made = [(act.__name__, *act(rng)) for act in chosen]
    return [(name, [key for key in keys if key != "^S"], may) for name, keys, may in made]


class Doomed(Play):
    """One document that is not saved until the editor is killed. `possible`: the texts that may come back."""

    def __init__(self, number):
        self.home = os.path.dirname(file(PROSE))
        super().__init__(number, {"XDG_STATE_HOME": self.home + "/state"})
        self.saves, self.paths, self.pasts, self.where = False, [self.home + "/draft.txt"], [Past(PROSE)], "sequence %d" % number
        self.possible = [PROSE]

    def look(self, may):
        self.e.settle()
        behind = "journal" in self.e.busy
        super().look(may)
        now = self.pasts[0].now()
        self.possible = self.possible + [now] if behind else [now]

    def picture(self):
        """The page and the candidates of its first blank."""
        self.command("set lens=off")
        self.e.send("esc", "c-home", "M-n")
        self.fill_done()
        check(self.e.until_not("journal"), "it is in the journal", self.e)
        # what breathes is still after a crash
        return [row.replace(", breathing ", " -----------") for row in self.e.screen.display[:22]]

    def kill(self):
        self.e.signal(9)
        self.e.finish()
        self.e.close()

    def restart(self, number):
        self.e = Editor("-m", model(), "--pace", "0", "--seed", str(number), self.paths[0], candidates=self.candidates,
                        env={"XDG_STATE_HOME": self.home + "/state", "LACUNA_BACKEND": os.environ.get("LACUNA_BACKEND")})
        check(self.e.wait_for("draft.txt"), "started again", self.e)
        self.e.settle()
        if "(r)ecover" in self.e.text():
            self.e.send("r")


def killed(number):
    rng = random.Random(-1 - number)
    game, acts, calm = Doomed(number), acts_to_kill(rng), rng.random() < 0.5
    try:
        check(game.e.wait(game.e.takes_keys), "started", game.e)
        game.open(game.paths[0])
        game.play(number, acts[:-1])
        before, (name, keys, may) = game.pasts[0].now(), acts[-1]
        game.where = "sequence %d, killed in %s %s after %s" % (number, name, keys, acts[:-1])
        if calm:
            picture = game.picture()
        else:
            for what in keys[:rng.randint(0, len(keys))]:
                if isinstance(what, str) and what[0] != "<":
                    game.e.write(key(what))
                elif what[0] == "type":
                    game.e.write(what[1])
        game.kill()
        game.restart(number)
        if calm:
            now = game.picture()
            check(now == picture, "the page and the candidates are back: it was\n%s\nnow\n%s" % ("\n".join(picture), "\n".join(now)), game.e)
        back = game.read()
        known = back in game.possible or back in game.pasts[0].texts if may in ("undo", "redo") else back in game.possible
        game.must(known or (not calm and may in MAY and MAY[may](before, back)), "the text is back", before, back)
        game.e.send("c-end")
        game.e.send("^Q")
        if "before quitting" in game.e.text():
            game.e.send("y")
        game.answer()
        check(game.e.finish() == 0, "it ends well", game.e)
        check(contents(game.paths[0]).decode().rstrip("\n") == back.rstrip("\n"), "and is saved", game.e)
        journal = game.home + "/state/lacuna/journal"
        left = os.listdir(journal) if os.path.isdir(journal) else []
        check(not [name for name in left if name.endswith(".journal")], "no journal is left: %s" % left)
    except Exception as problem:
        raise AssertionError("%s\n%s" % (problem, game.where)) from problem
    finally:
        if game.e.alive():
            game.e.close()


def kills_lose_nothing_that_was_in_the_journal():
    one = os.environ.get("SEQUENCE_KILL")
    if one:
        killed(int(one))
        return
    count, faults, number = os.environ.get("SEQUENCE_KILLS"), [], int(os.environ.get("SEQUENCES_FROM", "0"))
    first, end = number, time.monotonic() + 0.3 * SECONDS
    while number < first + int(count) if count else time.monotonic() < end:
        try:
            killed(number)
        except AssertionError as problem:
            faults.append(number)
            print("kill %d: %s" % (number, problem), flush=True)
        number += 1
    print("%d kills" % (number - first), flush=True)
    check(not faults, "%d faults: %s" % (len(faults), faults))


def wanted(one, many):
    """Whether that test is asked for: all are, if none is by its variables."""
    asked = {"SEQUENCE", "SEQUENCES", "SEQUENCE_KILL", "SEQUENCE_KILLS"} & set(os.environ)
    return not asked or asked & {one, many}


if __name__ == "__main__":
    main([test for test, one, many in ((sequences_keep_every_text, "SEQUENCE", "SEQUENCES"),
                                       (kills_lose_nothing_that_was_in_the_journal, "SEQUENCE_KILL", "SEQUENCE_KILLS"))
          if wanted(one, many)])
