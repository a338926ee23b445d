#!/bin/sh
# A training run on a rented machine, from packing to the joined model, with a folder as that machine. Needs only files of the
# repository. What needs training is skipped without torch.
python="timeout 120 /usr/bin/python3"
rented="$python models/tools/rented.py"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1
# said NAME STATUS MESSAGE COMMAND…: it ends with that status and message.
said() {
    name=$1 status=$2 message=$3; shift 3
    "$@" >"$work/said" 2>&1; got=$?
    [ $got = "$status" ] && grep -qF -e "$message" "$work/said" && echo "ok rented_$name" ||
        { echo "not ok rented_$name ($got)"; tail -n 8 "$work/said" "$work"/*/log 2>/dev/null | sed 's/^/    /'; }
}

# ---- tokens: a megabyte of everything, with separators at awkward places, by both programs ----
$python - "$work" <<'P'
import glob, json, sys
work, line = sys.argv[1], "\n<|endoftext|>\n"
texts = [open(f, encoding="utf-8").read() for f in sorted(glob.glob("docs/**/*.md", recursive=True) + glob.glob("src/*/*.c"))]
odd = "\n\nÀ l'été, ½ x² 12 ٣ – “so”…\u00a0\u3000 \t it'll  He'd\r\n   <|endoftext|> not one\n<|endoftext|>\n\n"
text = line.join([odd, *texts]).encode()[:1000000].decode("utf-8", "ignore") + line
open(work + "/text.txt", "w", encoding="utf-8", newline="").write(text)
open(work + "/valid.txt", "w", encoding="utf-8").write(texts[0])
recipe = dict(name="moment", hidden_size=32, n_blocks=2, n_heads=2, length=32, rows=4, micro_rows=4, steps=6, warmup=2, ar_steps=1,
              ar_every=3, learning_rate=3e-3, optimiser="muon", vocabulary=len(json.load(open("tests/data/tiny-model/vocab.json"))))
json.dump(recipe, open(work + "/recipe.json", "w"))
json.dump(dict(recipe, hidden_size=8, n_blocks=1, n_heads=1, length=8, rows=1, micro_rows=1, steps=1, ar_steps=0), open(work + "/once.json", "w"))
P
"$LACUNA" train -q -r "$work/once.json" --tokenizer tests/data/tiny-model -d "$work/text.txt" -v "$work/valid.txt" -o "$work/once" >"$work/log" 2>&1
said packs_in_parts_of_the_size_asked_for 0 'parts,' $rented pack --recipe "$work/recipe.json" --tokenizer tests/data/tiny-model --data "$work/text.txt" \
    --valid "$work/valid.txt" --lacuna "$LACUNA" --out "$work/pack" --most 0.6
[ -d "$work/pack/part-2" ] && [ "$(find "$work/pack" -size +614k | wc -l)" = 0 ] && echo "ok rented_no_part_is_larger" || echo "not ok rented_no_part_is_larger"
said a_missing_part_is_named 1 'pack.2: is in none of' $rented tokenise "$work/pack/part-1" --work "$work/less"
cp -r "$work/pack" "$work/bad" && printf x | dd of="$work/bad/part-2/pack.2" bs=1 seek=500 conv=notrunc 2>/dev/null
said a_damaged_part_is_noticed 1 'pack.2: was damaged' $rented tokenise "$work"/bad/part-* --work "$work/less"
rm -r "$work/bad" && cp -r "$work/pack" "$work/bad"
$python - "$work/bad/part-1/manifest.json" <<'P'
import json, sys
manifest = json.load(open(sys.argv[1]))
manifest["texts"][0]["sample"]["sha256"] = "0"
json.dump(manifest, open(sys.argv[1], "w"))
P
said tokens_unlike_those_of_lacuna_are_noticed 1 'no tokenizer here agrees with lacuna' $rented tokenise "$work"/bad/part-* --work "$work/less"
said tokenises 0 'M tokens by' $rented tokenise "$work"/pack/part-* --work "$work/there" --jobs 2
same=0
for file in "$work"/once/tokens/*.tokens; do cmp -s "$file" "$work/there/data-1.tokens" && same=1; done
[ $same = 1 ] && echo "ok rented_tokens_are_those_of_lacuna" || echo "not ok rented_tokens_are_those_of_lacuna ($(tail -n 1 "$work/log"))"

# ---- what train does when its run fails: with a run that only pretends ----
# pretends NAME STATUS MESSAGE: the body of train.py is standard input.
pretends() {
    rm -rf "$work/fake" && mkdir -p "$work/fake/run" && cp "$work/there/manifest.json" "$work/fake"
    { echo 'import sys, time, pathlib; run = pathlib.Path(sys.argv[sys.argv.index("--out") + 1]); print(sys.argv, flush=True)'; cat; } >"$work/fake/train.py"
    $rented train --work "$work/fake" --minutes 5 --patience 2 >/dev/null
    said "$1" "$2" "$3" $rented watch --work "$work/fake" --seconds 60
}
done='(run / "train.jsonl").write_text("{\"step\": 7, \"seconds\": 3}")'
echo "sys.exit(3) if '--no-compile' not in sys.argv else $done" | pretends starts_again_without_compiling 0 '"step": 7'
echo "time.sleep(99) if '--no-compile' not in sys.argv else $done" | pretends a_run_that_says_nothing_is_started_again 0 'nothing was logged for 2 seconds'
printf '%s\nsys.exit("--resume" not in sys.argv)\n' "$done" | pretends goes_on_from_its_checkpoint 0 'the run has ended well'
echo 'sys.exit(2)' | pretends does_not_repeat_what_was_refused 1 'failed with status 2 after 1 tries'
echo 'sys.exit(4)' | pretends says_that_the_run_failed 1 'failed with status 4 after 3 tries'

rm -rf "$work/fake" && mkdir -p "$work/fake/run" && cp "$work/there/manifest.json" "$work/fake"
echo 'import os, time; print("trainer", os.getpid(), flush=True); time.sleep(60)' >"$work/fake/train.py"
$rented train --work "$work/fake" --minutes 5 >/dev/null
until trainer=$(sed -n 's/^trainer //p' "$work/fake/log") && [ "$trainer" ]; do sleep 0.1; done
kill -9 "$(sed -n 's/.*"supervisor": \([0-9]*\).*/\1/p' "$work/fake/running")" "$trainer"
said a_run_that_was_killed_is_not_waited_for 1 'ended from outside' $rented watch --work "$work/fake" --seconds 60

# ---- what comes from the other machine ----
$python - "$work" <<'P'
import hashlib, io, json, os, sys, tarfile
def sha(blob): return hashlib.sha256(blob).hexdigest()
def pack(name):
    blob = io.BytesIO()
    with tarfile.open(fileobj=blob, mode="w:xz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"bad"))
    return blob.getvalue()
for folder, files in ("tar", {"small.tar.xz": pack("../escaped")}), ("name", {"small.tar.xz": pack("log"), "../escaped": b"bad"}):
    os.mkdir(f"{sys.argv[1]}/hostile-{folder}")
    pieces, files = [], {**files, "model.safetensors": b"x"}
    for i, (name, blob) in enumerate(files.items()):
        open(f"{sys.argv[1]}/hostile-{folder}/piece-{i}", "wb").write(blob)
        pieces.append(dict(name=f"piece-{i}", file=name, number=1, of=1, sha256=sha(blob), call=1))
    json.dump(dict(pieces=pieces, files={name: sha(blob) for name, blob in files.items()}),
              open(f"{sys.argv[1]}/hostile-{folder}/pieces-1.json", "w"))
P
for kind in tar name; do
    said "joins_only_files_of_one_folder_$kind" 1 "'../escaped' is not the name of a file" $rented join "$work/hostile-$kind" --out "$work/joined-$kind"
    [ ! -e "$work/escaped" ] || echo "not ok joins_only_files_of_one_folder: a file was written elsewhere"
done

# ---- a real run ----
if ! $python -c 'import torch, numpy' 2>/dev/null; then
    echo "skip rented_run: no PyTorch"
    exit 0
fi
if ! $python -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
    cp -r "$work/there" "$work/slow"
    $rented train --work "$work/slow" --minutes 5 >/dev/null
    said nine_minutes_are_not_spent_on_the_cpu 1 'finds no GPU' $rented watch --work "$work/slow" --seconds 100
fi
said train_returns_at_once 0 'a run of' $rented train --work "$work/there" --minutes 0.1 --workers 1 --cpu
said a_second_run_is_refused 1 'was started there already' $rented train --work "$work/there" --minutes 0.15
said watch_waits_for_the_end 0 'the run has ended well' $rented watch --work "$work/there" --seconds 100
said a_result_can_take_two_calls 0 'call 1 of 2' $rented result --work "$work/there" --out "$work/r1" --piece 0.05 --most 0.12 --files 8
said its_rest_is_the_second 0 'call 2 of 2' $rented result --work "$work/there" --out "$work/r2" --piece 0.05 --most 0.12 --files 8 --call 2
said pieces_that_are_missing_are_named 0 'pieces are missing of raw.safetensors' $rented join "$work/r1" --out "$work/part"
said joins_a_model 0 'the model' $rented join "$work/r1" "$work/r2" --out "$work/model"
cmp "$work/model/model.safetensors" "$work/there/run/model.safetensors" && [ -s "$work/model/raw.safetensors" ] && [ -s "$work/model/train.jsonl" ] &&
    echo "ok rented_nothing_is_changed_on_the_way" || echo "not ok rented_nothing_is_changed_on_the_way"
head -c 600 "$work/valid.txt" >"$work/short.txt"
said lacuna_reads_the_model 0 nats_per_token "$LACUNA" eval -q --bound -m "$work/model" "$work/short.txt"
for piece in "$work"/r1/model.safetensors.1-of-*; do printf x | dd of="$piece" bs=1 seek=9000 conv=notrunc 2>/dev/null; done
said a_damaged_piece_is_noticed 1 'was damaged' $rented join "$work/r1" "$work/r2" --out "$work/worse"
