# lacuna replay and fill --cast: a recording shows what was filled.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; sed 's/^/    /' "$folder/err" 2>/dev/null; }
model=tests/data/tiny-model
printf 'She took the [[3]] from the shelf, and [[2]] it to him.\n\nNothing else was said.\n' >"$folder/draft"
"$LACUNA" fill -q -m $model -n 6 --trace "$folder/trace" --cast "$folder/cast" "$folder/draft" >"$folder/out" 2>"$folder/err"
"$LACUNA" replay "$folder/trace" >"$folder/played" 2>"$folder/err"
words() { tr -s ' \n' '  ' | sed 's/ *$//'; }
grep -q '░░░' "$folder/played" && ok masked_tokens_are_blocks || fail masked_tokens_are_blocks
if tail -n 5 "$folder/played" | words | grep -qF "$(head -n 1 "$folder/out" | words)" || words <"$folder/played" | grep -qF "$(head -n 1 "$folder/out" | words)"; then ok the_last_picture_is_the_filled_text; else fail the_last_picture_is_the_filled_text; fi
grep -q "$(printf '\033')" "$folder/played" && fail no_escapes_where_there_is_no_terminal || ok no_escapes_where_there_is_no_terminal
/usr/bin/python3 - "$folder/cast" <<'P' && ok the_cast_is_an_asciicast || fail the_cast_is_an_asciicast
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1], encoding="utf-8")]
times = [l[0] for l in lines[1:]]
assert lines[0]["version"] == 2 and lines[0]["width"] == 80 and len(times) > 3
assert all(l[1] == "o" for l in lines[1:]) and times == sorted(times) and times[0] > 0
P
"$LACUNA" replay --cast "$folder/again" "$folder/trace" 2>"$folder/err"
head -n 1 "$folder/again" | cmp -s - "$folder/one" 2>/dev/null || head -n 1 "$folder/cast" >"$folder/one"
[ "$(wc -l <"$folder/again")" = "$(wc -l <"$folder/cast")" ] && ok a_trace_makes_the_same_cast || fail a_trace_makes_the_same_cast
size=$(wc -c <"$folder/trace"); head -c $((size * 2 / 3)) "$folder/trace" >"$folder/cut"
"$LACUNA" replay "$folder/cut" >"$folder/played" 2>"$folder/err" && ok a_cut_trace_plays_as_far_as_it_goes || fail a_cut_trace_plays_as_far_as_it_goes
"$LACUNA" replay "$folder/draft" >/dev/null 2>"$folder/err"; [ $? = 1 ] && grep -q 'draft:1' "$folder/err" && ok no_trace_is_status_1 || fail no_trace_is_status_1
"$LACUNA" replay 2>"$folder/err"; [ $? = 2 ] && ok without_a_trace_is_status_2 || fail without_a_trace_is_status_2
/usr/bin/python3 - "$LACUNA" "$folder" <<'P' && ok escapes_of_a_trace_never_reach_the_terminal || fail escapes_of_a_trace_never_reach_the_terminal
import json, os, pty, subprocess, sys
program, folder = sys.argv[1:]
evil = "\x1b]52;c;eA==\x07 \u009b31m \u202e\u2066 \x7f\r"
blank = {"blank": 0, "tokens": [{"text": "tok" + evil, "state": "fresh"}, {"text": "\ud7ff" + evil, "state": "settled"}]}
lines = [{"type": "header", "trace": 1, "text": "a" + evil + "b", "blanks": [{"start": 2, "end": 2}]},
         {"type": "window", "window": 0, "candidate": 0, "start": 0, "end": 30, "ms": 1, "blanks": []},
         {"type": "step", "window": 0, "candidate": 0, "step": 1, "steps": 1, "ms": 1, "blanks": [blank]},
         {"type": "done", "evaluations": 1, "seconds": 1, "candidates": [{"candidate": 0, "blanks": [{"blank": 0, "tokens": 1, "text": "end" + evil}]}]}]
trace = folder + "/evil"
with open(trace, "w") as f:
    for line in lines: f.write(json.dumps(line) + "\n")
bad = [c for c in evil if c != " " and not c.isalnum() and c not in "];=["]
shown = "^[]52;c;eA==^G \\u009B31m \\u202E\\u2066 ^?^M"
def look(what, text, ours=()):
    for sequence in ours: text = text.replace(sequence, "")
    assert not [c for c in bad if c in text], (what, text)
    for word in "tok", "end": assert word + shown in text.replace("\n", ""), (what, word, text)
look("printed", subprocess.run([program, "replay", trace], stdout=subprocess.PIPE, check=True).stdout.decode())
subprocess.run([program, "replay", "--cast", trace + ".cast", trace], check=True)
frames = [json.loads(line)[2] for line in open(trace + ".cast", encoding="utf-8").read().split("\n")[1:-1]]
looks = ["\x1b[0m", "\x1b[0;2m", "\x1b[0;1;7m", "\x1b[0;4m", "\x1b[0;1m"]
look("cast", "".join(frames), ["\x1b[H", "\x1b[2J", "\r\n"] + looks)
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(program, [program, "replay", "--pace", "1", trace])
out = b""
while True:
    try: chunk = os.read(fd, 65536)
    except OSError: break
    if not chunk: break
    out += chunk
assert os.waitpid(pid, 0)[1] == 0
look("terminal", out.decode(), ["\x1b[H", "\x1b[2J", "\r\n", "\x1b[?1049h", "\x1b[?25l", "\x1b[?25h", "\x1b[?1049l"] + looks)
P
/usr/bin/python3 - "$LACUNA" "$folder/trace" <<'P' && ok on_a_terminal_it_gives_the_screen_back || fail on_a_terminal_it_gives_the_screen_back
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(sys.argv[1], [sys.argv[1], "replay", "--pace", "1", sys.argv[2]])
out = b""
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    out += chunk
_, status = os.waitpid(pid, 0)
assert status == 0 and b"\x1b[?1049h" in out and out.rindex(b"\x1b[?1049l") > out.rindex(b"\x1b[?1049h") and b"\x1b[0;1;7m" in out
P
/usr/bin/python3 - "$LACUNA" "$folder" $model <<'P'
# pictures: an SVG, a page, a GIF
import html, json, os, re, subprocess, sys
import xml.dom.minidom
program, folder, model = sys.argv[1:]
failed = 0
def ok(name, good, what=""):
    global failed
    print(("ok " if good else "not ok ") + name)
    if not good: print("   ", repr(what)[:1500]); failed = 1
def replay(*arguments, status=0, env=None):
    p = subprocess.run([program, "replay", *arguments], capture_output=True, env=env)
    assert p.returncode == status, (p.returncode, p.stderr)
    return p.stdout.decode(), p.stderr.decode()
trace, odds, evil = folder + "/trace", folder + "/odds", folder + "/evil"
subprocess.run([program, "fill", "-q", "-m", model, "-n", "6", "--trace", odds, "--trace-odds", "3", folder + "/draft"], check=True, stdout=subprocess.DEVNULL)
said = subprocess.run([program, "fill", "--trace-odds", "3", folder + "/draft"], capture_output=True)
ok("odds_need_a_trace", said.returncode == 2 and b"--trace" in said.stderr)
steps = [json.loads(line) for line in open(odds, encoding="utf-8")]
drawn = [t for s in steps if s["type"] == "step" for b in s["blanks"] for t in b["tokens"] if t["state"] == "fresh"]
ok("what_is_drawn_has_odds_and_entropy", drawn and all(len(t["odds"]) == 3 and t["entropy"] >= 0 for t in drawn), drawn[:1])
chosen = [(c["probability"], b["tokens"][c["index"]]) for s in steps if s["type"] == "step" for c in s["changes"] for b in s["blanks"] if b["blank"] == c["blank"]]
ok("and_was_drawn_with_them", all(abs(p - o["p"]) < 1e-3 for p, t in chosen for o in t["odds"] if o["text"] == t["text"]), chosen[:2])
plain = [{k: v for k, v in json.loads(l).items() if k not in ("ms", "seconds")} for l in open(trace, encoding="utf-8")]
ok("without_odds_the_trace_is_as_it_was", all("odds" not in t for s in plain for b in s.get("blanks", []) if isinstance(b.get("tokens"), list) for t in b["tokens"]))

svg = folder + "/a.svg"
replay("--svg", svg, "--pace", "100", odds)
text = open(svg, encoding="utf-8").read()
drawing = xml.dom.minidom.parseString(text)
words = lambda node: " ".join("".join(t.data for t in e.childNodes) for e in node.getElementsByTagName("text"))
shown = words(drawing)
ok("an_svg_has_the_text", "She took the" in shown and "Nothing else was said." in shown and "░░░" in shown, shown)
ok("it_moves_without_scripts", "@keyframes" in text and "<script" not in text and "prefers-reduced-motion" in text)
names = set(re.findall(r"animation-name:(k\d+-\d+)", text))
ok("every_part_has_its_rule", names and names == set(re.findall(r"@keyframes (k\d+-\d+)", text)), names)
first, last = folder + "/first.svg", folder + "/last.svg"
replay("--svg", first, "--step", "0", odds)
replay("--svg", last, "--step", "999", odds)
stills = [open(f, encoding="utf-8").read() for f in (first, last)]
ok("a_still_does_not_move", all("@keyframes" not in s for s in stills))
ok("step_0_is_before_the_first", "░░░" in stills[0] and "nothing drawn yet" in stills[0])
filled = open(folder + "/out", encoding="utf-8").read().split("\n")[0]
final = re.sub(r"\s+", "", html.unescape(words(xml.dom.minidom.parseString(stills[1]))))
ok("the_end_is_the_filled_text", re.sub(r"\s+", "", filled) in final, (filled, final))
replay("--svg", folder + "/narrow.svg", "--width", "30", "--height", "8", "--theme", "light", odds)
narrow = open(folder + "/narrow.svg", encoding="utf-8").read()
ok("size_and_theme_are_chosen", 'width="284"' in narrow and 'height="176"' in narrow and 'fill="#ffffff"' in narrow, narrow[:300])
_, said = replay("--theme", "nothing", odds, status=2)
ok("a_theme_that_is_not_there_is_named", "nothing" in said, said)
replay("--step", "2", odds, status=2)
ok("step_goes_with_svg", True)

page = folder + "/a.html"
replay("--html", page, odds)
text = open(page, encoding="utf-8").read()
ok("a_page_stands_alone", "http" not in text and "src=" not in text and text.count("<pre") == 1 + len([s for s in steps if s["type"] in ("window", "step")]), text.count("<pre"))
listed = json.loads("[" + text.split("const ODDS=[")[1].split("];")[0].strip().rstrip(",") + "]")
used = set(map(int, re.findall(r'data-odds="(\d+)"', text)))
ok("tokens_point_to_their_odds", used and max(used) < len(listed) and all(" nats" in o and "%" in o for o in listed), listed[:2])
ok("without_odds_none_are_there", replay("--html", folder + "/b.html", trace) and "data-odds=\"" not in open(folder + "/b.html").read())

for name, option in (("svg", "--svg"), ("html", "--html")):
    out = folder + "/evil." + name
    replay(option, out, evil)
    text = open(out, encoding="utf-8").read()
    bad = [c for c in text if (ord(c) < 32 and c != "\n") or ord(c) in (0x7f, 0x9b, 0x202e, 0x2066)]
    ok("no_control_character_reaches_a_" + name, not bad, bad)
hostile = folder + "/hostile"
with open(hostile, "w") as f:
    for line in ({"type": "header", "trace": 1, "text": "a <b>&\"</script><script>alert(1)</script> z", "blanks": [{"start": 0, "end": 1}]},
                 {"type": "window", "window": 0, "candidate": 0, "start": 0, "end": 50, "ms": 1, "blanks": []},
                 {"type": "step", "window": 0, "candidate": 0, "step": 1, "steps": 1, "ms": 1, "blanks": [{"blank": 0, "tokens": [
                     {"text": "<i>\"&", "state": "fresh", "entropy": 1, "odds": [{"text": "</script>\"\\", "p": 0.5}]}]}]}):
        f.write(json.dumps(line) + "\n")
replay("--svg", svg, "--html", page, hostile)
ok("an_svg_is_xml_whatever_the_text_is", "alert(1)" in words(xml.dom.minidom.parse(svg)))
text = open(page, encoding="utf-8").read()
ok("a_page_runs_nothing_of_the_text", text.count("<script>") == 1 and text.count("</script>") == 1 and "<i>" not in text)

tools = folder + "/tools"
os.mkdir(tools)
none = dict(os.environ, PATH=tools)
_, said = replay("--gif", folder + "/a.gif", odds, status=1, env=none)
ok("what_a_gif_needs_is_named", "librsvg2-bin" in said and "imagemagick" in said, said)
for name, does in (("rsvg-convert", 'cp "$3" "$2"'), ("convert", 'for last; do :; done; echo "GIF $# $2" >"${last#gif:}"')):
    with open(tools + "/" + name, "w") as f: f.write("#!/bin/sh\n" + does + "\n")
    os.chmod(tools + "/" + name, 0o755)
replay("--gif", folder + "/a.gif", odds, env=dict(os.environ, PATH=tools + ":" + os.environ["PATH"], TMPDIR=folder))
made = open(folder + "/a.gif").read().split()
shown = len([s for s in steps if s["type"] in ("window", "step", "done")])
ok("a_gif_has_every_step", made[0] == "GIF" and int(made[1]) == 3 + 3 * shown, made)
ok("and_leaves_nothing_behind", not [n for n in os.listdir(folder) if n.startswith("lacuna-gif")])
_, said = replay("--svg", folder + "/none", "-k", "9", odds, status=1)
ok("a_candidate_that_is_not_there_is_said", "there is no candidate 9; the last is 0" in said and not os.path.exists(folder + "/none"), said)
far = folder + "/far"
sentence = "The rain fell on the roof of the old house all night long. "
with open(far + ".txt", "w") as out: out.write("One [[2]] here. " + 60 * sentence + "\n\nAnother [[2]] there. " + 60 * sentence)
subprocess.run([program, "fill", "-q", "-m", "tests/data/tiny-model", "-n", "2", "--trace", far, far + ".txt"], stdout=subprocess.DEVNULL, check=True)
printed, _ = replay(far)
ok("several_windows_are_numbered", "window 1 of 2, step 1 of 2" in printed and "window 2 of 2, step 1 of 2" in printed, printed[-2000:])
ok("text_that_goes_on_is_marked", "long.…" in printed.replace("\n", " ") or "…\n" in printed, printed[-2000:])
_, said = replay("--svg", odds, odds, status=2)
_, said = replay("--svg", svg, "--html", svg, odds, status=2)
ok("no_output_is_an_input_or_another_output", True)
sys.exit(failed)
P
/usr/bin/python3 - "$LACUNA" "$folder" <<'P'
# keys in a terminal; every wait is for what the screen shows
import fcntl, os, pty, re, select, struct, sys, termios, time
program, folder = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.execv(program, [program, "replay", "--pace", "60000", "--theme", "dark", folder + "/odds"])
failed, out = 0, ""
def ok(name, good, what=""):
    global failed
    print(("ok " if good else "not ok ") + name)
    if not good: print("   ", repr(what)[-800:]); failed = 1
def wait(*texts):
    """Until the picture that was drawn last has all of them."""
    global out
    end = time.monotonic() + 60
    while time.monotonic() < end:
        picture = out.rsplit("\x1b[2J", 1)[-1]
        if all(t in picture for t in texts): return True
        if not select.select([fd], [], [], 1)[0]: continue
        try: out += os.read(fd, 65536).decode("utf-8", "replace")
        except OSError: return False
    return False
def wait_a_little():
    """Takes what has come, if anything comes soon."""
    global out
    if select.select([fd], [], [], 0.1)[0]: out += os.read(fd, 65536).decode("utf-8", "replace")
def press(keys): os.write(fd, keys)
ok("it_begins_with_the_first_picture", wait("nothing drawn yet"), out)
press(b"\x1b[C"); ok("right_is_one_step_on_and_holds", wait("step 1 of", "held"), out)
press(b"\x1bOC"); ok("and_another", wait("step 2 of", "held"), out)
press(b"\x1b[D"); ok("left_is_one_step_back", wait("step 1 of", "held"), out)
press(b"\x1b[F"); ok("end_is_the_last", wait("done:", "held"), out)
press(b"\x1b[H"); ok("home_is_the_first", wait("nothing drawn yet", "held"), out)
press(b"\x1b"); time.sleep(0); press(b"[C"); ok("a_sequence_in_two_pieces_is_one_key", wait("step 1 of", "held"), out)
for _ in range(8): press(b"\x1b[C") # past the steps that draw nothing
ok("it_goes_on_to_the_end", wait("done:", "held"), out)
ok("a_theme_has_its_colours", "38;2;8;8;8;48;2;255;175;0m" in out, out)
def size(rows, columns): fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
def rows(): return [re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", row) for row in out.rsplit("\x1b[2J", 1)[-1].split("\r\n")]
def narrow(text): return text in "".join(rows()) and "held: " in "".join(rows()) and all(len(row) <= 41 for row in rows()) # 41: a combining mark
def until(is_so):
    for _ in range(600):
        wait_a_little()
        if is_so(): return True
    return False
size(10, 40)
ok("another_size_of_the_terminal_is_used", until(lambda: narrow("done:")), out)
press(b"\x1b[H\x1b[C"); ok("a_narrow_status_line_is_one_row", until(lambda: narrow("step 1 of")), out)
size(24, 80)
ok("and_the_first_size_again", wait("step 1 of", "held: Space,", ", q"), out)
echo = termios.tcgetattr(fd)[3]
press(b"q")
while True:
    try: chunk = os.read(fd, 65536)
    except OSError: break
    if not chunk: break
    out += chunk.decode("utf-8", "replace")
_, status = os.waitpid(pid, 0)
ok("q_ends_it_and_the_picture_stays", status == 0 and "\x1b[?1049l" in out and "step 1 of" in out.rsplit("\x1b[?1049l", 1)[1], out)
ok("keys_are_not_echoed", "^[[C" not in out and not echo & termios.ECHO)
sys.exit(failed)
P
