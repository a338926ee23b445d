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
