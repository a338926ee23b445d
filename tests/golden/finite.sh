#!/bin/sh
# Values that are not finite are errors: weights, outputs of the network, bounds, losses. $LACUNA is the program.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; head -c 600 "$folder/out" "$folder/err" | sed 's/^/    /'; }
# says NAME STATUS FRAGMENT: the last command ended with that status and message and wrote no invalid JSON and no NaN
says() {
    if [ "$got" -eq "$2" ] && grep -qF -e "$3" "$folder/err" && ! grep -qiE '(nan|inf)[,}]|null' "$folder/out"; then ok "$1"; else fail "$1"; fi
}
export PYTHONPATH=tests/golden
cat tests/data/bpe/prose.txt tests/data/bpe/prose.txt >"$folder/text"

# ---- a network whose values overflow ----
cp -r tests/data/tiny-model "$folder/large"
/usr/bin/python3 - "$folder/large/model.safetensors" <<'P'
import sys, tensors
t = tensors.read(sys.argv[1])
for name in ("blocks.0.mlp.0.weight", "blocks.0.mlp.2.weight"):
    t[name] = tensors.f32(tensors.floats(t[name]) * 1e25)
tensors.write(sys.argv[1], t)
P
m="-m $folder/large --precision f32"
for what in --bound "--blanks --count 3" "--samples --count 3" "--lengths --count 3" "--calibrate --count 3"; do
    "$LACUNA" eval -q $m $what "$folder/text" >"$folder/out" 2>"$folder/err"; got=$?
    says "eval_${what%% *}_is_an_error" 1 'not finite'
    [ ! -s "$folder/out" ] || fail "eval_${what%% *}_prints_nothing_then"
done
"$LACUNA" bench net --repeats 1 --shape "$folder/large" --tokens 20 --masked 4 --json >"$folder/out" 2>"$folder/err"; got=$?
says bench_is_an_error 1 'not finite'
printf '{"id": 1, "text": "the [[3]] of"}\n{"id": 2, "text": "no blank"}\n{"id": 3, "text": "the [[2-9]] of"}\n' >"$folder/three.jsonl"
"$LACUNA" fill $m "$folder/three.jsonl" >"$folder/out" 2>"$folder/err"; got=$?
if [ $got = 1 ] && [ "$(grep -c . "$folder/out")" = 3 ] && [ "$(grep -c '"code":"format"' "$folder/out")" = 2 ] && grep -q '"text":"no blank"' "$folder/out"
then ok a_record_has_an_error_and_the_next_is_done; else fail a_record_has_an_error_and_the_next_is_done; fi
for sampler in analytic euler first-hitting confidence entropy remasking; do
    printf 'the [[3]] of\n' | "$LACUNA" fill $m --sampler $sampler >"$folder/out" 2>"$folder/err"; got=$?
    says "no_words_are_drawn_by_$sampler" 1 'not finite'
done
/usr/bin/python3 - "$folder/in.safetensors" <<'P'
import sys, tensors, numpy as np
x = np.array([[1, 2, 500, 4]], "<i8")
tensors.write(sys.argv[1], {"xt": ("I64", x.shape, x.tobytes()), "t": tensors.f32([0.5])})
P
"$LACUNA" score -m "$folder/large" "$folder/in.safetensors" "$folder/scores" >"$folder/out" 2>"$folder/err"; got=$?
says score_writes_no_nan 1 'log_score contains NaN'
[ ! -e "$folder/scores" ] && ok and_no_file || fail and_no_file

# ---- a weight that is not finite ----
broken() { # TENSOR VALUE: a copy of the tiny model with that value at the end of the tensor
    rm -rf "$folder/broken" && cp -r tests/data/tiny-model "$folder/broken"
    /usr/bin/python3 - "$folder/broken/model.safetensors" "$1" "$2" <<'P'
import sys, tensors
t = tensors.read(sys.argv[1])
values = tensors.floats(t[sys.argv[2]]).copy()
values.flat[-1] = float(sys.argv[3])
t[sys.argv[2]] = tensors.f32(values)
tensors.write(sys.argv[1], t)
P
}
b="-m $folder/broken"
for tensor in vocab_embed.embedding blocks.0.norm1.weight blocks.0.attn_qkv.weight blocks.0.mlp.2.bias output_layer.linear.bias \
    output_layer.adaLN_modulation.bias; do
    broken $tensor nan
    "$LACUNA" fill -q $b "$folder/three.jsonl" >"$folder/out" 2>"$folder/err"; got=$?
    says "fill_refuses_nan_in_$tensor" 3 "tensor $tensor: its value"
done
for value in inf -inf; do
    broken blocks.0.attn_out.weight $value
    for precision in f32 int8; do
        printf 'the [[3]] of\n' | "$LACUNA" fill -q $b --precision $precision >"$folder/out" 2>"$folder/err"; got=$?
        [ ! -s "$folder/out" ] || got="$got, and writes"
        says "fill_refuses_${value}_in_$precision" 3 'is not finite (infinite)'
    done
done
"$LACUNA" eval -q --bound $b "$folder/text" >"$folder/out" 2>"$folder/err"; got=$?; says eval_refuses_it 3 'is not finite'
"$LACUNA" score $b "$folder/in.safetensors" "$folder/scores" >"$folder/out" 2>"$folder/err"; got=$?; says score_refuses_it 3 'is not finite'
"$LACUNA" bench net --shape "$folder/broken" >"$folder/out" 2>"$folder/err"; got=$?; says bench_refuses_it 3 'is not finite'
"$LACUNA" model convert "$folder/broken" --out "$folder/converted" >"$folder/out" 2>"$folder/err"; got=$?; says convert_refuses_it 3 'is not finite'

# ---- the uniform graph with a vocabulary of real size, at the lowest noise ----
cat >"$folder/uniform.json" <<'J'
{"name": "uniform", "hidden_size": 16, "n_blocks": 1, "n_heads": 2, "length": 32, "vocabulary": 8192, "graph": "uniform",
 "noise": "geometric", "parametrisation": "score", "tie_embeddings": false, "objective": "dwdse", "rows": 8, "micro_rows": 4,
 "steps": 12, "warmup": 2, "decay": 0.35, "learning_rate": 1e-3, "optimiser": "adamw"}
J
"$LACUNA" train -q -r "$folder/uniform.json" -d "$folder/text" -v "$folder/text" --tokenizer models/starter -o "$folder/run" >"$folder/out" 2>"$folder/err"; got=$?
/usr/bin/python3 - "$folder/run/train.jsonl" <<'P' && [ $got = 0 ] && ok the_uniform_graph_trains || fail the_uniform_graph_trains
import json, math, sys
last = [json.loads(line) for line in open(sys.argv[1])][-1]
assert last["step"] == 12 and 8 < last["loss"] < 10 and 8 < last["validation_nats_per_token"] < 10, last
P
"$LACUNA" eval -q --bound --draws 2 --windows 20 -m "$folder/run" "$folder/text" >"$folder/out" 2>"$folder/err"; got=$?
/usr/bin/python3 - "$folder/out" <<'P' && [ $got = 0 ] && ok and_is_measured || fail and_is_measured
import json, math, sys
bound = json.load(open(sys.argv[1]))
assert 8 < bound["nats_per_token"] < 12, bound # ln 8192 is 9.01
P

# ---- training that diverges ----
cat >"$folder/wild.json" <<'J'
{"name": "wild", "hidden_size": 32, "n_blocks": 1, "n_heads": 2, "length": 64, "vocabulary": 500, "rows": 8,
 "micro_rows": 4, "steps": 30, "warmup": 1, "decay": 0.5, "learning_rate": 1e-3, "optimiser": "adamw"}
J
"$LACUNA" train -q -r "$folder/wild.json" -d "$folder/text" --init "$folder/large" -o "$folder/wild" >"$folder/out" 2>"$folder/err"; got=$?
says a_run_that_diverges_ends_with_its_cause 1 'is not finite, with'
[ ! -e "$folder/wild/model.safetensors" ] && ok and_saves_nothing_of_it || fail and_saves_nothing_of_it
