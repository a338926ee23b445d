# JSON lines with conditions on blanks: they are met, or that record alone is an error. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
PYTHONPATH=tests/golden /usr/bin/python3 -B - "$LACUNA" tests/data/tiny-model <<'P'
import json, os, re, subprocess
from json_lines import finish, model, ok, program
LEFT, RIGHT = "The rain had fallen on the old house, and he ", " the sea."
def record(text=LEFT + RIGHT, at=((len(LEFT), len(LEFT)),), **blank):
    return {"id": 1, "text": text, "blanks": [{"start": a, "end": b, **blank} for a, b in at]}
def fill(*records, arguments=(), used=model):
    p = subprocess.run([program, "fill", "-q", "-m", used, "-n", "6", "--format", "jsonl", *arguments], capture_output=True,
                       input="".join(json.dumps(r) + "\n" for r in records).encode())
    return [json.loads(line) for line in p.stdout.splitlines()], p.returncode, p.stderr.decode()
def texts(*records, arguments=()):
    out, status, said = fill(*records, arguments=arguments)
    assert status == 0, said
    return [[b["text"] for b in o["blanks"]] for o in out]
straight = str.maketrans("“”‘’", "\"\"''")
def words(text): return re.findall(r"[\w']+", text.lower())

for sampler in "analytic", "euler", "first-hitting", "confidence", "entropy", "remasking":
    more = ("--sampler", sampler, "-k", "2")
    got = texts(record(tokens=9, must=["lantern", {"text": "He", "at": 2}]), arguments=more)[0][0]
    ok("words_that_must_appear_do_" + sampler, "lantern" in words(got) and words(got)[1] == "he", got)
    got = texts(record(tokens=12, **{"not": ["the", "he", "of", "in"]}), arguments=more)[0][0]
    ok("words_that_may_not_do_not_" + sampler, not {"the", "he", "of", "in"} & set(words(got)), got)
    got = texts(record(tokens=9, max_words=3, begins="th", ends="."), arguments=more)[0][0]
    ok("letters_and_numbers_of_words_hold_" + sampler, got.startswith("th") and got.endswith(".") and len(words(got)) <= 5, got)
got = texts(record(tokens=7, sentence=True), record(tokens=7, sentence=False))
ok("a_sentence_ends_or_does_not", got[0][0].rstrip("\"'”’)")[-1] in ".?!…" and got[1][0][-1] not in ".?!…", got)
got = texts(record(tokens=12, no_repeat=10))[0][0]
ok("no_word_before_it_is_there_again", not set(words(LEFT)) & set(words(got)), got)
curly = "“I know,” she said. He looked at her. “And you?” she asked. “No,” he said. Then he turned round. "
for letters in "“", "\"", "“w":
    got = texts(record(curly + " She was cold.", ((len(curly), len(curly)),), tokens=8, begins=letters))[0][0]
    ok("a_fill_begins_with_a_quotation_mark_of_any_form", got.translate(straight).startswith(letters.translate(straight)), got)
got = texts(record(curly + " She was cold.", ((len(curly), len(curly)),), tokens=8, ends="!”"))[0][0]
ok("and_ends_with_one", got.endswith("!”"), got)
S = "He saw  sea."
got = texts({"id": 1, "text": S, "blanks": [{"start": 7, "end": 7, "tokens": 1, "must": ["the"], "not": ["the sea"]},
                                            {"start": 8, "end": 11, "tokens": 1, "begins": "s"}]})[0]
ok("words_that_another_blank_hides_do_not_count", got[0].lower() == "the" and got[1] != "sea", got)
T = "Then  came, and  went."
got = texts(record(T, ((5, 5), (16, 16)), tokens=3, tie="who"))[0]
ok("tied_blanks_get_the_same_words", got[0] == got[1], got)

# ---- vary ----
start, end = LEFT.index("fallen"), LEFT.index(", and")
own = LEFT[start:end]
dial = [texts(record(LEFT + RIGHT, ((start, end),), noise=n / 10), arguments=("-s", "4"))[0][0] for n in range(11)]
ok("no_noise_gives_the_words_back", dial[0] == own, dial)
ok("more_noise_leaves_fewer_of_them", dial[10] != own and dial[1] != dial[10], dial)
spaced = texts(record(LEFT + RIGHT, ((start - 1, end),), noise=0.4), arguments=("-s", "4"))[0][0]
ok("white_space_at_its_ends_stays_outside", spaced == dial[4], (spaced, dial[4]))

# ---- conditions that cannot be met ----
bad = [record(tokens=4, must=["sea"], **{"not": ["SEA"]}), record(tokens=2, must=["incomprehensible nonsense"]), record(tokens=3, begins=" x"),
       record(tokens=3, ends=".", sentence=False), record(max_words=1, must=["a b"]), record(noise=0.5), record(tokens=3, noise=0.5),
       record(tokens=3, noise=2), record(tokens=3, must="sea"), record(tokens=3, must=["sea\0side"]),
       record(tokens=3, must=[{"text": "a\0b"}]), record(tokens=3, begins="s\0t"), record(tokens=3, **{"not": ["a\0b"]}), record(tokens=3, must=[{"at": 2}]), record(tokens=3, **{"not": [1]}),
       record(tokens=3, max_words=0), record(tokens=3, sentence="yes"), record(T, ((5, 5),), tokens=3, begins=7)]
out, status, said = fill(record(tokens=3), *bad, record(tokens=3))
ok("what_cannot_be_met_is_an_error_of_that_record", status == 1 and len(out) == len(bad) + 2 and all("error" in o for o in out[1:-1]) and
   "text" in out[0] and "text" in out[-1], [o.get("error", "none") for o in out])
out, status, said = fill(record(LEFT + RIGHT, ((start, end),), noise=0.1, begins="th"), record(LEFT + RIGHT, ((start, end),), noise=1, begins="th"))
ok("words_that_stay_may_not_meet_them_either", status == 1 and out[0]["error"]["code"] == "argument" and "that stay" in said and
   out[1]["blanks"][0]["text"].startswith("th"), (out, said))
two = [{"id": 1, "text": T, "blanks": [{"start": 5, "end": 5, "tokens": 2, "tie": "x"}, {"start": 16, "end": 16, "tokens": 3, "tie": "x"}]}]
out, status, said = fill(*two)
ok("tied_blanks_of_other_lengths_are_one", status == 1 and "tied" in out[0]["error"]["message"], out)

# ---- an editor's record: what its trace's header says of the job ----
asked = [record(tokens=9, must=["lantern", {"text": "He", "at": 2}], **{"not": ["the"]}), record(tokens=9, max_words=3, begins="th", ends="."),
         record(tokens=7, sentence=False, no_repeat=8), record(T, ((5, 5), (16, 16)), tokens=3, tie="who"),
         record(LEFT + RIGHT, ((start, end),), noise=0.4)]
out, status, said = fill(*asked, arguments=("--trace", "trace", "-s", "3"))
lines = [json.loads(line) for line in open("trace")]
ends = [line for line in lines if line["type"] == "done"]
with open("record", "w") as f:
    for head, done in zip([line for line in lines if line["type"] == "header"], ends):
        filled = [b["text"] for b in done["candidates"][0]["blanks"]]
        f.write(json.dumps({**{k: v for k, v in head.items() if k not in ("type", "trace")}, "record": 1, "filled": filled}) + "\n")
p = subprocess.run([program, "fill", "-m", model, "--from-record", "record"], capture_output=True)
again = [json.loads(line)["reproduced"] for line in p.stdout.splitlines()]
ok("a_record_is_drawn_again_with_its_conditions", p.returncode == 0 and again == [True] * len(asked), (again, p.stderr))
ok("words_that_must_appear_are_no_steering", not any("steered" in done for done in ends), ends)

# ---- the uniform graph ----
open("recipe.json", "w").write(json.dumps({"name": "uniform", "hidden_size": 16, "n_blocks": 1, "n_heads": 2, "length": 32, "vocabulary": json.load(open(os.path.join(model, "config.json")))["tokens"],
    "graph": "uniform", "noise": "geometric", "parametrisation": "score", "tie_embeddings": False, "objective": "dwdse", "rows": 8,
    "micro_rows": 4, "steps": 4, "warmup": 1, "decay": 0.35, "learning_rate": 1e-3, "optimiser": "adamw"}))
open("text", "w").write("The rain fell on the old house and he went to the sea.\n" * 200)
p = subprocess.run([program, "train", "-q", "-r", "recipe.json", "-d", "text", "-v", "text", "--tokenizer", model, "-o", "run"], capture_output=True)
if p.returncode: print("skip the_uniform_graph", p.stderr.decode()[-300:].replace("\n", " "))
else:
    out, status, said = fill(record(tokens=3, begins="s", sentence=True), record(LEFT + RIGHT, ((start, end),), noise=0.4),
                             record(T, ((5, 5), (16, 16)), tokens=2, tie="x"), used="run")
    ok("the_uniform_graph_has_letters_ties_and_noise", status == 0 and out[0]["blanks"][0]["text"].startswith("s") and
       out[2]["blanks"][0]["text"] == out[2]["blanks"][1]["text"], (out, said))
    out, status, said = fill(*[record(tokens=4, **c) for c in ({"must": ["sea"]}, {"not": ["sea"]}, {"max_words": 2}, {"no_repeat": 3})], used="run")
    ok("and_says_what_it_has_not", status == 1 and all("uniform" in o["error"]["message"] for o in out), out)
finish()
P
