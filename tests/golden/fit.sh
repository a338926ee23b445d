# `lacuna fit` and `fill --alternatives`: one object for each word, offsets in code points, figures that agree with each other.
# $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
PYTHONPATH=tests/golden /usr/bin/python3 -B - "$LACUNA" tests/data/tiny-model <<'P'
import json, os, shutil, subprocess
from json_lines import finish, model, ok, program
def run(command, *arguments, given=b"", status=0):
    p = subprocess.run([program, command, "-q", "-m", model, *arguments], capture_output=True, input=given)
    assert p.returncode == status, (p.returncode, p.stderr)
    return [json.loads(line) for line in p.stdout.splitlines()], p.stderr.decode()
text = "Mr. Hale saw the sea — it was grey… He didn't wait; “the café,” he said, “is open.”\n\nThe rain fell. " * 6
open("draft.txt", "w").write(text)
words, _ = run("fit", "draft.txt")
ok("offsets_are_code_points", all(text[w["start"]:w["end"]] == w["text"] for w in words) and "café" in [w["text"] for w in words], words[:3])
ok("every_word_is_there", len(words) == 6 * 20 and words[9]["text"] == "didn't", [w["text"] for w in words[:20]])
ok("figures_are_finite_and_negative", all(w["ln_q"] < 0 and w["ln_q_left"] < 0 and w["rank"] >= 1 and w["entropy"] > 0 for w in words))
again, _ = run("fit", "-", "--threads", "1", given=text.encode())
ok("standard_input_and_threads_make_no_difference", again == words)
some, _ = run("fit", "--words", "12-40", "draft.txt", "--instead", "3")
ok("a_range_of_words_has_the_same_figures", [{k: v for k, v in w.items() if k != "instead"} for w in some] == words[11:40], some[:1])
ok("instead_lists_the_likeliest", all(len(w["instead"]) == 3 and w["instead"][0]["p"] >= w["instead"][2]["p"] > 0 for w in some))
one = [w for w in some if w["rank"] == 1]
ok("the_likeliest_is_of_rank_1", all(w["text"].lower().startswith(w["instead"][0]["text"].lower()) for w in one), one)
sentences, _ = run("fit", "--summary", "draft.txt")
total = sum(s["words"] for s in sentences)
mean = sum(s["ln_q"] * s["words"] for s in sentences) / total
ok("sentences_are_means_of_their_words", total == len(words) and abs(mean - sum(w["ln_q"] for w in words) / total) < 1e-6, sentences[:2])
ok("titles_end_no_sentence", text[sentences[0]["start"]:].startswith("Mr. Hale") and sentences[0]["words"] > 2, sentences[0])
ok("owed_is_the_difference", all(abs(s["owed"] - (s["ln_q"] - s["ln_q_left"])) < 1e-6 for s in sentences))
two, _ = run("fit", "draft.txt", "draft.txt", "--words", "1")
ok("several_files_are_named", [w["file"] for w in two] == ["draft.txt"] * 2, two)
ok("an_empty_text_has_no_words", run("fit", "-", given=b"")[0] == [] and run("fit", "-", given=b"... \n")[0] == [])
ok("bytes_that_are_no_text_are_no_words", [w["text"] for w in run("fit", "-", given=b"one \xff\xfe two\0three\n")[0]] == ["one", "two", "three"])
odd = b"a\xff.txt"
open(odd, "wb").write(b"The sea was calm.\n")
two, _ = run("fit", odd, "draft.txt", "--words", "1")
ok("a_file_name_that_is_no_text_is_named_as_well_as_it_can_be", [w["file"] for w in two] == ["a\ufffd.txt", "draft.txt"], two)
_, said = run("fit", "nothing.txt", "draft.txt", "--words", "1", status=1)
ok("a_missing_file_is_named", "lacuna fit: nothing.txt" in said, said)
for bad in ("0-3", "4-2", "x", "3-", "-3"): run("fit", "--words", bad, "draft.txt", status=2)
ok("ranges_are_checked", True)

record = json.dumps({"id": 1, "text": "He saw the [[5]] of the sea."}).encode()
out, _ = run("fill", "--format", "jsonl", "--alternatives", "4", given=record)
blank = out[0]["blanks"][0]
lists = blank["alternatives"]
ok("every_token_has_alternatives", len(lists) == blank["tokens"] == 5 and all(len(l) == 4 for l in lists), blank)
ok("the_likeliest_first", all(a["p"] >= b["p"] > 0 for l in lists for a, b in zip(l, l[1:])) and all(sum(a["p"] for a in l) <= 1 for l in lists))
plain, _ = run("fill", "--format", "jsonl", given=record)
ok("and_the_words_are_the_same_without", plain[0]["text"] == out[0]["text"] and "alternatives" not in plain[0]["blanks"][0])
# A folder's name need not be text, and a name may be longer than there is room for.
for name, folder in (None, os.fsdecode(b"a\xff")), ("\u00fc" * 40, "long"):
    config = json.load(open(model + "/config.json"))
    config["model"].pop("name")
    if name: config["model"]["name"] = name
    shutil.copytree(model, folder)
    json.dump(config, open(folder + "/config.json", "w"))
    out, _ = run("fill", "-m", folder, "--format", "jsonl", "--trace", "trace", given=record)
    shown = json.loads(subprocess.run([program, "model", "show", "--json", folder], capture_output=True, check=True).stdout)
    ok("a_model_has_a_name_that_is_text", out[0]["model"] == (name[:31] if name else "a?") and shown["folder"], (out[0]["model"], shown))
out, _ = run("fill", "--format", "jsonl", "--alternatives", "2", "-k", "3", given=record)
ok("candidates_have_theirs", all(len(c["blanks"][0]["alternatives"]) == 5 for c in out[0]["candidates"]))
finish()
P
