# JSON lines: detection, verbatim ids, failed records, and output that can be reproduced from itself.
# $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
PYTHONPATH=tests/golden /usr/bin/python3 -B - "$LACUNA" tests/data/tiny-model <<'P'
import json, re, subprocess
from json_lines import finish, model, ok, program
def fill(given, *arguments, status=0, name=None):
    """The output lines and the messages; `name`: through a file of that name, else standard input."""
    given = given if isinstance(given, bytes) else given.encode()
    if name: open(name, "wb").write(given)
    p = subprocess.run([program, "fill", "-q", "-m", model, "-n", "2", *arguments, *([name] if name else [])],
                       input=b"" if name else given, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert p.returncode == status, (p.returncode, p.stderr, given)
    return p.stdout.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n") if p.stdout else [], p.stderr.decode("utf-8", "surrogateescape")
record = '{"id": 1, "text": "the [[2]] of"}\n'
jsonl = ("--format", "jsonl")

# ---- verbatim ids ----
ids = ["18446744073709551616", "-123456789012345678901234567890", "1e400", "1.50", "-0.0", "0.1e-999", '"a\\u00e9\\/b"', '"é \u2028"',
       '[1, 2,3]', '{"b": 1, "a": [12345678901234567890123, null]}', "true", "null", '""', '"\\u0000"', '"\\ud800"', '{"a":1,"a":2}', "9" * 500]
out, _ = fill("".join('{"text": "x", "id" : %s }\n' % i for i in ids), *jsonl)
ok("ids_are_kept_to_the_letter", [line.startswith('{"id":%s,"text":"x",' % i) for i, line in zip(ids, out)] == [True] * len(ids), out)
out, _ = fill('{"\\u0069d": 12345678901234567890, "text": "x"}\n', *jsonl)
ok("whatever_their_name_is_written_like", out[0].startswith('{"id":12345678901234567890,'), out)
a, _ = fill('{"id": 12345678901234567890, "text": "the [[4]] of"}\n', *jsonl)
b, _ = fill('{"id": 12345678901234567891, "text": "the [[4]] of"}\n', *jsonl)
ok("and_seeds_follow_from_them", json.loads(a[0])["seed"] != json.loads(b[0])["seed"], (a, b))
fill('{"id": 12345678901234567890, "text": "the [[4]] of"}\n', *jsonl, "--trace", "t")
ok("they_are_in_traces_too", '"id":12345678901234567890}\n' in open("t").readline(), open("t").readline())

# ---- lines that are not records ----
bad = ['{"id": "a", "text": "x", }', '{"id": "a", "text": "x"', '{"id": "a" "text": "x"}', '{"temperature": NaN, "id": "a", "text": "x"}',
       '{"id": "a", "text": "x", "text": "y"}', '{"text": "un\\qoted", "id": "a"}', '{"text": "x\ty", "id": "a"}', '{"seed": 99999999999999999999, "id": "a", "text": "x"}',
       '{"id": "a", "text": "x"} {}', '{"id": "a", "id": "a", "text": "x"}', '{"x": [1, {"id": "b"}}, "id": "a"}', "{'id': 'b', \"id\": \"a\"}"]
out, said = fill("\n".join(bad) + "\n", *jsonl, status=1)
got = [json.loads(line) for line in out]
ok("a_readable_id_is_in_the_error", len(got) == len(bad) and all(g["id"] == "a" and "error" in g for g in got[:-2]), got)
unreadable = ['{"id": "a", "id": "b", "text": "x"}', '{"id": 01, "text": "x"}', '{"id": "a\tb", "text": "x"}', '{"text": "x, "id": "a"}', '["id", "a"]', 'id', '{"id": tru', '{"a": {"id": "b"}, x']
out, said = fill("\n".join(unreadable) + "\n", *jsonl, status=1)
ok("and_no_other", [json.loads(line)["id"] for line in out] == [None] * len(unreadable), out)
out, said = fill(b"\xef\xbb\xbf\n \r\n\t\n" + record.encode() + b"\n\n" + record.encode().rstrip(), *jsonl)
ok("blank_lines_and_a_byte_order_mark_are_skipped", len(out) == 2 and not said, (out, said))
_, said = fill("\n\n{\n", *jsonl, status=1)
ok("and_lines_are_counted_all_the_same", "standard input:3: " in said, said)
one, _ = fill('{"text": "the [[3]] of"}\n{"text": "a [[3]]"}\n', *jsonl)
two, _ = fill('\n{"text": "the [[3]] of"}\n\n{"text": "a [[3]]"}\n', *jsonl)
ok("blank_lines_change_no_seed", one == two, (one, two))

_, said = fill('{"text": "the [[2]] of"}\n{"text": "the [[3]] of [[2]] x"}\nx\n', *jsonl, "--stats", status=1)
ok("counts_are_the_last_line", re.search("\nlacuna fill: records 3, failed 1, tokens 7, records/s [0-9.]+, evaluations [1-9][0-9]*\n$", said), said)
text, said = fill("the [[2]] of", "--stats")
ok("a_text_counts_as_a_record", re.fullmatch("lacuna fill: records 1, failed 0, tokens 2, records/s .*\n", said), said)

# ---- detection of JSON lines ----
expected, _ = fill(record, *jsonl)
for name, given in ("on_standard_input", record), ("after_blank_lines", "\n \n" + record), ("with_a_mark", "\ufeff" + record), ("without_an_end", record.rstrip()):
    out, _ = fill(given)
    ok("json_lines_are_recognised_" + name, out == expected, out)
for name in "records.json", "records", "x.txt":
    out, _ = fill(record, name=name)
    ok("json_lines_are_recognised_in_" + name, out == expected, out)
out, _ = fill('{"id": 123456789012345678901234567890, "seed": 1, "text": 5, "text": 6}\n', status=1)
ok("by_the_member_alone", out[0].startswith('{"id":123456789012345678901234567890,"error"'), out)
for prose in '{"id": 1}\n', "{ braces }\n", '{"text": "x"\n', '{"text": "x"}, and so on\n', '[{"text": "x"}]\n', '"text"\n', '\n{\n"text": "x"}\n', '{"a": {"text": "x"}}\n', "", "\n":
    out, _ = fill(prose)
    ok("prose_is_prose: " + repr(prose), "\n".join(out) + ("\n" if prose.endswith("\n") else "") in (prose, prose + "\n"), out)
out, _ = fill(record, "--format", "text")
ok("a_text_that_is_called_one_is_one", out[0].startswith('{"id": 1, "text": "the ') and "[[" not in out[0], out)
fill(record, "-i", name="there")
ok("in_place_they_stay_json_lines", open("there").read().splitlines() == expected, open("there").read())
out, _ = fill(record * 4, "--shard", "2/4")
ok("they_can_be_sharded", len(out) == 1, out)
long = "x" * 300000
out, _ = fill(json.dumps({"text": long + " [[2]]"}) + "\n")
ok("long_lines_are_looked_at_too", long in out[0] and json.loads(out[0])["blanks"], out[0][:80])

# ---- a record's own options ----
given = '{"id": 1, "text": "the [[12]] of", "temperature": 0.25, "top_p": 0.5, "paragraphs": true, "dictionary": null, "sampler": "euler", "steps": 3, "seed": 5}\n'
out, _ = fill(given)
r = json.loads(out[0])
ok("a_record_has_options_of_its_own", (r["temperature"], r["top_p"], r["paragraphs"], r["dictionary"]) == (0.25, 0.5, True, None), r)
by_options, _ = fill('{"id": 1, "text": "the [[12]] of", "seed": 5}\n', "--temperature", "0.25", "--top-p", "0.5", "--paragraphs", "--sampler", "euler", "-n", "3")
ok("they_mean_what_the_options_mean", by_options == out, (by_options, out))
dictionary = subprocess.run([program, "fill", "-q", "-m", model, "--dictionary", "en_US"], input=b"", stderr=subprocess.PIPE).returncode == 0
if dictionary:
    out, _ = fill('{"text": "the [[12]] of", "dictionary": "en_US"}\n{"text": "x"}\n')
    ok("a_dictionary_too", [json.loads(line)["dictionary"] for line in out] == ["en_US", None], out)
    out, _ = fill('{"text": "x"}\n{"text": "x", "dictionary": null}\n', *jsonl, "--dictionary", "en_US")
    ok("which_null_takes_away", [json.loads(line)["dictionary"] for line in out] == ["en_US", None], out)
wrong = [("temperature", "-1"), ("temperature", '"hot"'), ("top_p", "0"), ("top_p", "1.5"), ("paragraphs", "1"), ("dictionary", '"xx_YY"'), ("dictionary", "5")]
out, said = fill("".join('{"id": 1, "text": "x", "%s": %s}\n' % w for w in wrong), *jsonl, status=1)
ok("wrong_options_are_errors_of_their_records", [w in json.loads(line)["error"]["message"] for (w, _), line in zip(wrong, out)] == [True] * len(wrong), out)
text = "the [[9]] of the [[2-5]]"
first, _ = fill(json.dumps({"id": 7, "text": text}) + "\n", *jsonl, "-s", "3", "--temperature", "0.7", "--top-p", "0.9", "--sampler", "confidence", "--paragraphs")
r = json.loads(first[0])
again = {k: r[k] for k in ("id", "seed", "steps", "sampler", "temperature", "top_p", "dictionary", "paragraphs")}
second, _ = fill(json.dumps(dict(again, text=text)) + "\n", *jsonl)
ok("output_is_reproduced_from_itself", first == second, (first, second))
out, _ = fill(record, "--all")
r = json.loads(out[0])
ok("all_gives_candidates", len(r["candidates"]) == 1 and r["candidates"][0]["text"] == r["text"], r)

# ---- failed records ----
lines = ['{"id": "a", "text": "the [[2]] of"}', '{"id": "b", "text": "the [[2"}', '{"id": 123456789012345678901234567890, "text": 5}', '{"id": "c", "text": "x [[2]]"}', "no json", '{"id": "b", "text": "y [[2]]"}']
mended = lines[:1] + ['{"id": "b", "text": "the [[2]]"}', '{"id": 123456789012345678901234567890, "text": "z [[2]]"}'] + lines[3:]
right, _ = fill("\n".join(mended) + "\n", *jsonl, status=1)
fill("\n".join(lines[:4]) + "\n", *jsonl, "-o", "out", status=1)
_, said = fill("\n".join(lines[:4]) + "\n", *jsonl, "-o", "out", "--resume", status=1)
ok("resume_does_not_forget_what_failed", "2 of its records failed; --retry-errors" in said and open("out").read().count("\n") == 4, said)
before = open("out").read()
_, said = fill("\n".join(mended) + "\n", *jsonl, "-o", "out", "--resume", status=1)
ok("what_failed_is_not_tried_again_unasked", open("out").read().startswith(before) and open("out").read().count("\n") == 6, said)
_, said = fill("\n".join(mended) + "\n", *jsonl, "-o", "out", "--resume", "--retry-errors", status=1)
ok("it_is_tried_again_and_stands_in_its_place", open("out").read().splitlines() == right and "no json" not in said.replace("not JSON", ""), (open("out").read(), right, said))
fill("\n".join(mended[:4] + mended[5:]) + "\n", *jsonl, "-o", "good", status=0)
_, said = fill("\n".join(mended[:4] + mended[5:]) + "\n", *jsonl, "-o", "good", "--resume")
ok("without_failures_all_is_well", not said, said)
open("good", "a").write('{"id":"late","error":{"code":"x","message":"y"}}\n{"id":"cut')
_, said = fill("\n".join(mended[:4] + mended[5:] + ['{"id": "late", "text": "w [[2]]"}', '{"id": "new", "text": "v"}']) + "\n", *jsonl, "-o", "good", "--resume", "--retry-errors")
got = [json.loads(line)["id"] for line in open("good")]
ok("a_line_that_was_cut_off_is_written_again", got[-2:] == ["late", "new"] and "error" not in open("good").read(), got)
fill(record, *jsonl, "--retry-errors", "-o", "x", status=2)
ok("retrying_needs_resume", True)
finish()
P
