#!/bin/sh
# The PyTorch twin and `lacuna score --grad` on the reference inputs: log scores, losses, every gradient.
# Skipped without torch. Needs only files of the repository.
python="timeout 100 /usr/bin/python3" # nothing here takes half of that
if ! $python -c 'import torch, numpy' 2>/dev/null; then
    echo "skip train_py: no PyTorch"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$LACUNA" model convert tests/data/fixtures/tiny-time-free --out "$work/stored-as-int8" --dtype int8
cp tests/data/fixtures/tiny-time-free/cases.safetensors "$work/stored-as-int8"
for name in tiny-absorb tiny-uniform tiny-time-free tiny-qk-norm stored-as-int8; do
    model=tests/data/fixtures/$name
    [ -d "$model" ] || model=$work/$name
    $python - "$model" "$work/in.safetensors" <<'P' || exit 1
import sys
sys.path.insert(0, "models/tools")
import train
cases = train.read_tensors(sys.argv[1] + "/cases.safetensors")
train.write_tensors(sys.argv[2], {"xt": cases["case1.xt"], "t": cases["case1.t"], "x0": cases["x0"]})
P
    "$LACUNA" score --grad -m "$model" "$work/in.safetensors" "$work/c.safetensors" &&
        $python models/tools/train.py --check "$model" "$work/in.safetensors" "$work/torch.safetensors" || {
        echo "not ok $name could not be computed"
        continue
    }
    $python - "$work" "$name" <<'P'
import sys
sys.path.insert(0, "models/tools")
import train
c, t = (train.read_tensors(f"{sys.argv[1]}/{n}.safetensors") for n in ("c", "torch"))
worst, where = 0.0, ""
for key, value in t.items():
    off = float((c[key] - value).abs().max() / value.abs().max().clamp_min(1e-30))
    off /= 5e-5 if key.startswith("grad") else 5e-6
    if not off <= worst:
        worst, where = off, key
good = worst <= 1 and set(t) <= set(c)
print(("ok " if good else "not ok ") + f"train_py_{sys.argv[2]} ({len(t)} tensors, worst {worst:.2f} of the tolerance at {where})")
P
done
$python models/tools/train.py --check tests/data/fixtures/layout-mdlm "$work/in.safetensors" "$work/t" 2>"$work/err" >&2
grep -q 'model convert' "$work/err" && echo "ok train_py_says_what_converts_mdlm" || echo "not ok train_py_says_what_converts_mdlm"
# A short training run with Muon and padded blanks: it runs, resumes, and the C program reads its model.
cat >"$work/recipe.json" <<'J'
{"name": "moment", "hidden_size": 32, "n_blocks": 2, "n_heads": 2, "length": 64, "vocabulary": 499, "rows": 8,
 "micro_rows": 4, "steps": 6, "warmup": 2, "decay": 0.5, "learning_rate": 3e-3, "optimiser": "muon", "muon_rate": 4e-3,
 "rows_ramp": [[0.5, 16]], "delete_rows": 0.5}
J
$python - "$work" <<'P'
import sys
sys.path.insert(0, "models/tools")
import json, numpy as np, train
vocab, flags = train.load_vocabulary("tests/data/tiny-model")
recipe = json.loads(open(sys.argv[1] + "/recipe.json").read())
recipe["vocabulary"] = len(vocab)
open(sys.argv[1] + "/recipe.json", "w").write(json.dumps(recipe))
rng = np.random.default_rng(1)
tokens = rng.integers(0, len(vocab) - 3, 20000).astype(np.uint16)
tokens[999::1000] = len(vocab) - 3
tokens.tofile(sys.argv[1] + "/text.tokens")
# rows: the visible and predicted tokens are the text, with one run of deletes in a blank that is fully hidden
r = train.load_recipe(sys.argv[1] + "/recipe.json")
rows, padded, bad = train.Rows(tokens, flags, dict(r, delete_rows=1.0, short_rows=0.0)), 0, 0
text = tokens.astype(np.int64)
for _ in range(50):
    b = rows.batch(8)
    for i in range(8):
        deletes = np.flatnonzero(b["targets"][i] == len(vocab) - 2)
        kept = b["targets"][i][b["targets"][i] != len(vocab) - 2]
        bad += not any(np.array_equal(kept, text[at:at + len(kept)]) for at in np.flatnonzero(text == kept[0]))
        if len(deletes):
            padded += 1
            bad += deletes[-1] - deletes[0] + 1 != len(deletes)
            bad += not (b["ids"][i][deletes] == len(vocab)).all()
            bad += len(set(b["weights"][i][deletes])) != 1 or b["weights"][i][deletes[0]] != b["weights"][i][deletes[0] - 1]
            bad += len(set(b["segment"][i][deletes[0] - 1:deletes[-1] + 1])) != 1
print(("ok" if bad == 0 and padded > 200 else "not ok") + f" train_py_pads_blanks ({padded} padded rows, {bad} wrong)")
P
run="$python models/tools/train.py --recipe $work/recipe.json --tokenizer tests/data/tiny-model --data $work/text.tokens --valid $work/text.tokens --workers 1"
{ $run --out "$work/run" && sed -i 's/"steps": 6/"steps": 9/' "$work/recipe.json" && $run --out "$work/run" --resume; } >"$work/log" 2>&1 &&
    cp tests/data/tiny-model/vocab.json tests/data/tiny-model/merges.txt "$work/run" &&
    "$LACUNA" model show --json "$work/run" >>"$work/log" 2>&1 && grep -q '"sizes_blanks": true' "$work/log" && grep -q 'checkpoint at step 9' "$work/log" &&
    printf 'the [[]] of\n' | "$LACUNA" fill -q -m "$work/run" >/dev/null 2>>"$work/log" &&
    echo "ok train_py_trains_with_muon_and_resumes" || { echo "not ok train_py_trains_with_muon_and_resumes"; sed 's/^/    /' "$work/log" | tail -n 20; }

# ---- a run is not overwritten, and not continued with other data or another recipe ----
# refused NAME STATUS MESSAGE COMMAND…: it ends with that status and message, and does not change the run.
refused() {
    name=$1 status=$2 message=$3; shift 3
    before=$(cat "$work"/run/*.* | cksum)
    "$@" >"$work/log" 2>&1; got=$?
    [ $got = "$status" ] && grep -qF -e "$message" "$work/log" && [ "$before" = "$(cat "$work"/run/*.* | cksum)" ] &&
        echo "ok train_py_$name" || { echo "not ok train_py_$name ($got)"; sed 's/^/    /' "$work/log" | tail -n 5; }
}
other() { sed "$1" "$work/recipe.json" >"$work/other.json"; shift; $run --recipe "$work/other.json" --out "$work/run" "$@"; }
refused without_resume_a_run_is_not_written_over 2 'already holds checkpoint.pt; --resume continues a run, --overwrite starts over' $run --out "$work/run"
refused resume_and_overwrite_exclude_each_other 2 'cannot be used together' $run --out "$work/run" --resume --overwrite
refused no_output_is_an_input 2 'would be overwritten' $run --out "$work/run" --init "$work/run" --overwrite
head -c 30000 "$work/text.tokens" >"$work/less.tokens"
refused other_data_are_refused 2 'its run was started with other data' $run --data "$work/less.tokens" --out "$work/run" --resume
refused other_fields_are_refused 2 'started with another "learning_rate", "rows"' other 's/"rows": 8/"rows": 16/; s/"learning_rate": 0.003/"learning_rate": 0.002/' --resume
refused another_objective_is_refused 2 '"objective"' $run --out "$work/run" --resume --objective ar
cp "$work/run/checkpoint.pt" "$work/whole.pt"
flip() {
    $python - "$work/run/checkpoint.pt" "$1" <<'P'
import sys, torch
path, part = sys.argv[1:]
state, blob = torch.load(path), bytearray(open(path, "rb").read())
largest = max(state[part].values(), key=lambda tensor: tensor.numel())
at = blob.find(largest.numpy().tobytes()) + 4 * largest.numel() // 2
blob[at] ^= 3
open(path, "wb").write(blob)
P
}
for part in network average muon; do
    flip $part; refused "two_flipped_bits_in_${part}_are_noticed" 1 'checkpoint.pt: is damaged' $run --out "$work/run" --resume
    cp "$work/whole.pt" "$work/run/checkpoint.pt"
done
head -c 20000 "$work/whole.pt" >"$work/run/checkpoint.pt"; refused a_checkpoint_that_was_cut_short_is_noticed 1 'checkpoint.pt: is damaged' $run --out "$work/run" --resume
$python - "$work" <<'P' # as it was before there were checksums
import sys, torch
state = torch.load(sys.argv[1] + "/whole.pt")
torch.save({k: v for k, v in state.items() if k not in ("fields", "checksum")}, sys.argv[1] + "/run/checkpoint.pt")
P
sed -i 's/"steps": 9/"steps": 10/' "$work/recipe.json"
$run --out "$work/run" --resume >"$work/log" 2>&1 && grep -q 'of an older version' "$work/log" && grep -q 'checkpoint at step 10' "$work/log" &&
    echo "ok train_py_goes_on_from_an_older_checkpoint" || { echo "not ok train_py_goes_on_from_an_older_checkpoint"; tail -n 5 "$work/log"; }
lines=$(wc -l <"$work/run/train.jsonl")
other 's/"steps": [0-9]*/"steps": 1/; s/"rows": 8/"rows": 16/' --overwrite --stop-after 1 >"$work/log" 2>&1 && [ "$(wc -l <"$work/run/train.jsonl")" = 1 ] && [ "$lines" -gt 1 ] &&
    echo "ok train_py_overwrite_begins_anew" || { echo "not ok train_py_overwrite_begins_anew"; tail -n 5 "$work/log"; }

# The autoregressive baseline: a causal model's exact likelihood of a text, by both programs.
mkdir "$work/causal" && cp tests/data/tiny-model/* "$work/causal" &&
    sed 's/"n_heads": 2,/"n_heads": 2, "causal": true,/' tests/data/tiny-model/config.json >"$work/causal/config.json"
printf 'He had never been so tired of the winter, he said, and of the river.\n' >"$work/text"
"$LACUNA" eval -q --bound --precision f32 -m "$work/causal" "$work/text" >"$work/bound" 2>"$work/log" &&
    "$LACUNA" tokens encode -m "$work/causal" <"$work/text" >"$work/ids" 2>>"$work/log"
$python - "$work" <<'P' || { echo "not ok train_py_is_autoregressive_as_lacuna_is"; tail -n 20 "$work/log" | sed 's/^/    /'; }
import sys
sys.path.insert(0, "models/tools")
import json, numpy as np, torch, train
work = sys.argv[1]
config = json.load(open(work + "/causal/config.json"))
network = train.Network(train.shape_of_config(config))
network.load_state_dict(train.read_tensors(work + "/causal/model.safetensors"), strict=False)
r = dict(train.DEFAULTS, tokens=500, vocabulary=500, length=0, objective="ar", short_rows=0.0)
ids = [int(i) for i in open(work + "/ids").read().split()] + [497]
r["length"] = len(ids)
rows = train.Rows(np.array(ids * 3, np.uint16), np.zeros(500, np.uint8), r)
rows.offset, rows.order = 0, [0]
batch = train.to_device(train.with_places(rows.draw(1)), torch.device("cpu"))
def head(hidden, weight, bias, targets, weights):
    logits = torch.nn.functional.linear(hidden, weight, bias)
    logits[:, 498:500] = float("-inf")  # ids that text never has: lacuna eval leaves them out too
    return (torch.nn.functional.cross_entropy(logits, targets, reduction="none") * weights).sum()
with torch.no_grad():
    ours = float(train.loss_of(network, network, head, batch, True))
theirs = json.load(open(work + "/bound"))
good = abs(ours - theirs["nats_per_token"]) < 1e-4 * ours and theirs["tokens"] == len(ids)
print(("ok" if good else "not ok") + f" train_py_is_autoregressive_as_lacuna_is ({ours:.5f}, {theirs['nats_per_token']:.5f} nats per token)")
P
{ $run --objective ar --out "$work/ar" && "$LACUNA" model show --json "$work/ar"; } >"$work/log" 2>&1 && grep -q '"causal": true' "$work/ar/config.json" &&
    echo "ok train_py_trains_the_yardstick" || { echo "not ok train_py_trains_the_yardstick"; sed 's/^/    /' "$work/log" | tail -n 20; }

# A batch of the k-form becomes an autoregressive one: every position has the token before it, a segment begins with the
# separator, and only a padded blank and what follows it are left out.
$python - <<'P' || echo "not ok train_py_makes_causal_batches"
import sys
sys.path.insert(0, "models/tools")
import numpy as np
import train
r = dict(train.DEFAULTS, tokens=500, length=64, objective="k-form", short_rows=0.5, delete_rows=0.5, span_rows=0)
tokens = np.random.default_rng(1).integers(0, 490, 4000).astype(np.uint16)
batch = train.Rows(tokens, np.zeros(500, np.uint8) + train.STARTS_WORD, r, seed=3).draw(64)
causal, good, padded = train.causal_batch(batch, r), True, 0
for row in range(64):
    for number in set(batch["segment"][row].tolist()):
        at = np.flatnonzero(batch["segment"][row] == number)
        text = batch["targets"][row, at]
        end = int(np.argmax(text == 498)) if (text == 498).any() else len(text)
        padded += end < len(text)
        good &= causal["ids"][row, at].tolist() == [497] + text[:-1].tolist()
        weights = causal["weights"][row, at]
        good &= bool((weights[:end] > 0).all() and (weights[end:] == 0).all())
good &= abs(float(causal["weights"].sum()) - 1) < 1e-4 and padded > 10 and (causal["targets"] == batch["targets"]).all()
print(("ok" if good else "not ok") + f" train_py_makes_causal_batches ({padded} padded blanks)")
P

# The gpu recipe made small, six steps, three of them autoregressive, and of the others every second: in one go, interrupted after three and resumed, and
# by two processes. The first two are equal bit for bit; two ranks add gradients in another order.
$python - "$work" <<'P'
import json, sys
recipe = json.load(open("models/recipes/gpu.json"))
recipe.update(hidden_size=48, n_blocks=2, n_heads=2, length=64, rows=8, micro_rows=4, steps=6, warmup=2, ar_steps=3, ar_every=2,
              vocabulary=json.load(open(sys.argv[1] + "/recipe.json"))["vocabulary"])
json.dump(recipe, open(sys.argv[1] + "/gpu.json", "w"))
P
export OMP_NUM_THREADS=1
arguments="models/tools/train.py --recipe $work/gpu.json --tokenizer tests/data/tiny-model --data $work/text.tokens --valid $work/text.tokens"
{ $python $arguments --workers 2 --out "$work/whole" && $python $arguments --workers 2 --out "$work/parts" --stop-after 3 &&
    $python $arguments --workers 2 --out "$work/parts" --resume; } >"$work/log" 2>&1
# In the decay, whose beginning stable.pt keeps: going on leaves it as it is.
{ $python $arguments --workers 1 --out "$work/late" --stop-after 5 && cp "$work/late/stable.pt" "$work/stable.pt" &&
    $python $arguments --workers 1 --out "$work/late" --resume && cmp "$work/stable.pt" "$work/late/stable.pt"; } >"$work/late.log" 2>&1 &&
    echo "ok train_py_keeps_the_weights_from_before_the_decay" || { echo "not ok train_py_keeps_the_weights_from_before_the_decay"; tail -n 5 "$work/late.log"; }
# What torchrun sets (Debian's torchrun 1.13 does not start under its Python 3.11). The port is below those that the
# kernel assigns to connections. Ranks that failed to connect, which can happen on a busy machine, try once more.
attempt() {
    RANK=1 LOCAL_RANK=1 timeout 60 $python $arguments --workers 1 --out "$work/ranks" "$@" >>"$work/rank1.log" 2>&1 & other=$!
    RANK=0 LOCAL_RANK=0 timeout 60 $python $arguments --workers 1 --out "$work/ranks" "$@" >"$work/rank0.log" 2>&1; zero=$?
    wait $other && [ $zero = 0 ]
}
two_ranks() {
    export WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=$((20000 + $$ % 12000)) GLOO_SOCKET_IFNAME=lo
    attempt "$@" || { MASTER_PORT=$((MASTER_PORT + 1)); attempt "$@"; } || echo "two ranks ended badly" >>"$work/rank0.log"
    cat "$work/rank0.log" >>"$work/ranks.log"
}
two_ranks --stop-after 3 --overwrite
two_ranks --resume
$python - "$work" <<'P' || { echo "not ok train_py_resumes_and_runs_on_two_ranks"; tail -n 20 "$work/log" "$work/ranks.log" | sed 's/^/    /'; }
import json, sys
import torch
work = sys.argv[1]
whole, parts, ranks = (torch.load(f"{work}/{run}/checkpoint.pt") for run in ("whole", "parts", "ranks"))
def tensors(state):
    yield from state["network"].values()
    yield from state["average"].values()
    yield from (state["muon"] or {}).values()
    yield from (v for s in state["optimiser"]["state"].values() for v in s.values() if torch.is_tensor(v))
same = all(torch.equal(a, b) for a, b in zip(tensors(whole), tensors(parts))) and whole["step"] == parts["step"] == 6
print(("ok" if same else "not ok") + " train_py_resumes_bit_for_bit")
off = max(float((a - b).abs().max()) for a, b in zip(whole["network"].values(), ranks["network"].values()))
valid = [json.loads(open(f"{work}/{run}/train.jsonl").readlines()[-1])["validation_nats_per_token"] for run in ("whole", "ranks")]
losses = [[line.split()[5] for line in open(f"{work}/{log}") if line.startswith("step ")][:3] for log in ("log", "ranks.log")]
good = off < 1e-4 and abs(valid[0] - valid[1]) < 1e-4 and losses[0] == losses[1] and len(losses[0]) == 3 and ranks["step"] == 6
print(("ok" if good else "not ok") + f" train_py_on_two_ranks_is_train_py_on_one (weights {off:.1g} apart, {valid}, {losses})")
P
