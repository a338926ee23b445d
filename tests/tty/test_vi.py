"""Vi's keys: the same keys in vim and here give the same text. tests/data/vi/expected.json has vim's results, so that the
comparison does not need vim; if vim is installed, every sixth is checked again. --update writes the file again, --add only
adds what is missing."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
from multiprocessing.pool import ThreadPool

from terminal import PATIENCE, PROGRAM, ROOT, Editor, Skip, check, contents, file, main

DATA = os.path.join(ROOT, "tests/data/vi")
NAMES = {"Esc": "\033", "CR": "\r", "BS": "\177", "Tab": "\t", "lt": "<", "LT": "<", "Space": " "}


def read_texts():
    texts, name = {}, None
    with open(DATA + "/texts.txt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("=== "):
                name = line[4:].strip()
                texts[name] = ""
            else:
                texts[name] += line
    return texts


def read_cases():
    """(text, keys, differs on purpose)"""
    with open(DATA + "/keys.txt", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line or line.startswith("# ") or line == "#":
                continue
            differs = line.startswith("! ")
            name, _, keys = line[2 * differs:].partition(" ")
            yield name, keys, differs


def key(match):
    name = match.group(1)
    return NAMES[name] if name in NAMES else chr(ord(name[2]) & 0x1f)


def raw(keys):
    return re.sub(r"<(Esc|CR|BS|Tab|lt|LT|Space|C-.)>", key, keys)


TEXTS = read_texts()
CASES = list(read_cases())


def read_all(fd, seconds):
    """Reads until the other end has been silent for that long. False: it has ended."""
    while select.select([fd], [], [], seconds)[0]:
        try:
            if not os.read(fd, 65536):
                return False
        except OSError:
            return False
    return True


def comes_slowly(keys):
    """Vim takes keys that arrive together as one undo step: where that matters, keys must come one by one."""
    return re.search("u|<C-R>|g[-+;,]|:(earlier|later)", keys)


def in_vim(name, keys, folder):
    path, script = folder + "/text", folder + "/keys"
    with open(path, "w", encoding="utf-8") as out:
        out.write(TEXTS[name])
    typed = raw(keys) + "\033\033:w!\r:qa!\r"
    slowly = comes_slowly(keys)
    with open(script, "w", encoding="utf-8") as out:
        out.write("" if slowly else typed)
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", LANG="C.UTF-8", LC_ALL="C.UTF-8", HOME=folder)
        os.execvp("vim", ["vim", "-u", "NONE", "-i", "NONE", "-N", "-n", "--cmd", "set bs=2 nomore ttimeoutlen=0",
                          *([] if slowly else ["-s", script]), path])
    if slowly:
        read_all(fd, 0.5)
        for character in typed:
            os.write(fd, character.encode())
            if not read_all(fd, 0.03):
                break
    if read_all(fd, PATIENCE):
        os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(fd)
    with open(path, encoding="utf-8") as result:
        return result.read()


def has_vim():
    if not shutil.which("vim"):
        return False
    shown = subprocess.run(["vim", "--version"], capture_output=True, text=True, check=False).stdout
    return "+textobjects" in shown


def in_lacuna(name, keys):
    path = file(TEXTS[name])
    with Editor("--keymap", "vi", "--set", "search-case=exact", "--set", "tab-width=8", "--set",
                "reflow-width=79", path, columns=120, rows=30) as e:
        e.wait(lambda: "draft.txt" in e.text())
        # An Esc followed at once by a key arrives as that key with Alt, which is split again, except for the letters
    # that begin the terminal's sequences.
        for part in re.findall("(?:[^\033]|\033(?=[^][OP_^\033]))+|\033", raw(keys)):
            e.send_raw(part)
        e.send_raw("\033")
        if e.alive() and e.type("\033:wq\r"):
            return "(does not end: %r)" % e.text().rstrip()
        e.finish()
        return contents(path).decode()


def expected():
    with open(DATA + "/expected.json", encoding="utf-8") as stream:
        return json.load(stream)


def update(known):
    folder = tempfile.mkdtemp()
    made = {}
    for name, keys, _ in CASES:
        case = name + " " + keys
        made[case] = known[case] if case in known else in_vim(name, keys, folder)
    with open(DATA + "/expected.json", "w", encoding="utf-8") as out:
        json.dump(made, out, ensure_ascii=False, indent=0)
        out.write("\n")
    shutil.rmtree(folder)


def same_text_as_vim():
    want = expected()
    wrong = []
    with ThreadPool(3) as pool:
        results = pool.starmap(in_lacuna, [(name, keys) for name, keys, _ in CASES])
    for (name, keys, differs), got in zip(CASES, results):
        if (got == want[name + " " + keys]) == differs:
            wrong.append("%s %s\n  vim:  %r\n  here: %r" % (name, keys, want[name + " " + keys], got))
    check(not wrong, "%d of %d differ:\n%s" % (len(wrong), len(CASES), "\n".join(wrong)))


def vim_still_does_so():
    if not has_vim():
        raise Skip("vim is not installed")
    want, folder = expected(), tempfile.mkdtemp()
    at_once = [case for case in CASES if not comes_slowly(case[1])]  # the others need an idle machine
    wrong = [name + " " + keys for name, keys, _ in at_once[::6] if in_vim(name, keys, folder) != want[name + " " + keys]]
    shutil.rmtree(folder)
    check(not wrong, "another vim, other texts: " + "; ".join(wrong))


def enough_cases():
    twice = sorted({"%s %s" % case[:2] for case in CASES if CASES.count(case) > 1})
    check(len(CASES) >= 150 and not twice, "%d cases, twice: %s" % (len(CASES), twice))


if sys.argv[1:] == ["--update"]:
    update({})
elif sys.argv[1:] == ["--add"]:
    update(expected())
elif sys.argv[1:2] == ["--only"]:
    for text, typed, _ in CASES:
        if re.search(sys.argv[2], text + " " + typed):
            print(text, typed, "\n ", repr(expected()[text + " " + typed]), "\n ", repr(in_lacuna(text, typed)))
else:
    main([enough_cases, same_text_as_vim, vim_still_does_so])
