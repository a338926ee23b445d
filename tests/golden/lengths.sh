# From a published checkpoint to blanks of unknown length: a model in the published form (with random weights, so its
# predictions mean nothing), its curve fitted, put into config.json, and used by eval and by fill.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; sed 's/^/    /' "$folder/err" 2>/dev/null; }
mkdir "$folder/m"
/usr/bin/python3 - "$folder" <<'P'
import json, struct, sys, numpy as np
folder, d, c, v = sys.argv[1], 32, 128, len(json.load(open("tests/data/tiny-model/vocab.json")))
shapes = {"vocab_embed.embedding": (v + 1, d), "sigma_map.mlp.0.weight": (c, 256), "sigma_map.mlp.0.bias": (c,),
          "sigma_map.mlp.2.weight": (c, c), "sigma_map.mlp.2.bias": (c,)}
for i in range(2):
    b = f"blocks.{i}."
    shapes.update({b + "norm1.weight": (d,), b + "attn_qkv.weight": (3 * d, d), b + "attn_out.weight": (d, d),
                   b + "norm2.weight": (d,), b + "mlp.0.weight": (4 * d, d), b + "mlp.0.bias": (4 * d,),
                   b + "mlp.2.weight": (d, 4 * d), b + "mlp.2.bias": (d,), b + "adaLN_modulation.weight": (6 * d, c),
                   b + "adaLN_modulation.bias": (6 * d,)})
o = "output_layer."
shapes.update({o + "norm_final.weight": (d,), o + "linear.weight": (v + 1, d), o + "linear.bias": (v + 1,),
               o + "adaLN_modulation.weight": (2 * d, c), o + "adaLN_modulation.bias": (2 * d,)})
rng, header, blobs, at = np.random.default_rng(1), {}, [], 0
for name, shape in shapes.items():
    blobs.append((rng.standard_normal(shape) * 0.2 + ("norm" in name)).astype(np.float32).tobytes())
    header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(blobs[-1])]}
    at += len(blobs[-1])
text = json.dumps(header).encode()
open(folder + "/m/model.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + b"".join(blobs))
json.dump({"tokens": v, "graph": {"type": "absorb"}, "noise": {"type": "loglinear", "sigma_min": 1e-4, "sigma_max": 20},
           "model": {"name": "published", "type": "ddit", "hidden_size": d, "cond_dim": c, "length": 128, "n_blocks": 2,
                     "n_heads": 2, "scale_by_sigma": True, "dropout": 0.1}}, open(folder + "/m/config.json", "w"))
words = "the old man said that he had not seen her since they came from the house by the river and".split()
open(folder + "/text.txt", "w").write(" ".join(words[int(rng.integers(len(words)))] for _ in range(4000)) + "\n")
P
cp tests/data/tiny-model/vocab.json tests/data/tiny-model/merges.txt "$folder/m"
"$LACUNA" eval -q -m "$folder/m" --lengths --count 3 "$folder/text.txt" >"$folder/out" 2>"$folder/err" &&
    grep -q '"method": "search"' "$folder/out" && ok an_uncalibrated_model_is_searched || fail an_uncalibrated_model_is_searched
"$LACUNA" eval -q -m "$folder/m" --calibrate --count 5 "$folder/text.txt" >"$folder/curve" 2>"$folder/err" &&
    grep -q '"length_calibration": \[' "$folder/curve" && ok its_curve_is_fitted || fail its_curve_is_fitted
/usr/bin/python3 - "$folder" <<'P'
import json, sys
config = json.load(open(sys.argv[1] + "/m/config.json"))
config["length_calibration"] = json.load(open(sys.argv[1] + "/curve"))["length_calibration"]
json.dump(config, open(sys.argv[1] + "/m/config.json", "w"))
P
"$LACUNA" eval -q -m "$folder/m" --lengths --count 3 "$folder/text.txt" >"$folder/out" 2>"$folder/err" &&
    grep -q '"method": "calibrated search"' "$folder/out" && ok the_curve_is_used || fail the_curve_is_used
printf 'the [[4-9]] of the [[]] river\n' | "$LACUNA" fill -q --lengths model -m "$folder/m" >"$folder/out" 2>"$folder/err" &&
    ! grep -qF '[[' "$folder/out" && ok and_fill_chooses_lengths_with_it || fail and_fill_chooses_lengths_with_it

# The default draws from a log-uniform prior: with 300 seeds the mean logarithm, the shortest and the longest are its own, and
# candidates of one seed are spread over the range. The text does not matter. A record draws the same length again.
"$LACUNA" fill -q -m "$folder/m" --steps 1 --format jsonl >"$folder/out" 2>"$folder/err" <<J
$(for seed in $(seq 300); do printf '{"id": %d, "text": "the [[4-31]] river", "seed": %d}\n' $seed $seed; done)
J
/usr/bin/python3 - "$folder/out" <<'P' || fail lengths_are_log_uniform
import json, math, sys
lengths = [json.loads(line)["blanks"][0]["tokens"] for line in open(sys.argv[1])]
weight = {n: math.log((n + 1) / n) for n in range(4, 32)}
mean = sum(w * math.log(n) for n, w in weight.items()) / sum(weight.values())
spread = math.sqrt(sum(w * (math.log(n) - mean) ** 2 for n, w in weight.items()) / sum(weight.values()))
off = (sum(map(math.log, lengths)) / len(lengths) - mean) / (spread / math.sqrt(len(lengths)))
good = len(lengths) == 300 and min(lengths) == 4 and max(lengths) >= 29 and abs(off) < 3.5
print(("ok" if good else "not ok") + " lengths_are_log_uniform (%d to %d, %.1f standard errors off)" % (min(lengths), max(lengths), off))
P
printf '{"text": "the [[4-31]] river"}\n' | "$LACUNA" fill -q -m "$folder/m" --steps 1 -k 7 --format jsonl >"$folder/out" 2>"$folder/err"
/usr/bin/python3 - "$folder/out" <<'P' || fail candidates_have_lengths_all_over_the_range
import json, math, sys
lengths = sorted(c["blanks"][0]["tokens"] for c in json.loads(open(sys.argv[1]).read())["candidates"])
eighths = {int(8 * math.log(n / 4) / math.log(32 / 4)) for n in lengths}
print(("ok" if len(eighths) >= 6 else "not ok") + " candidates_have_lengths_all_over_the_range (%s)" % lengths)
P
for how in prior model search; do
    printf '{"text": "the [[4-31]] river\\n", "seed": 5, "lengths": "%s"}\n' $how | "$LACUNA" fill -q -m "$folder/m" --steps 1 --format jsonl >"$folder/$how" 2>"$folder/err"
    grep -q "\"lengths\": *\"$how\"" "$folder/$how" || fail "a_record_says_$how"
done
printf 'the [[4-31]] river\n' | "$LACUNA" fill -q -m "$folder/m" --steps 1 --seed 5 --lengths search >"$folder/out" 2>"$folder/err"
[ "$(cat "$folder/out")" = "$(/usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["text"], end="")' "$folder/search")" ] &&
    ok the_option_and_the_member_mean_the_same || fail the_option_and_the_member_mean_the_same
printf 'the [[4-9]] of\n' | "$LACUNA" fill -q -m "$folder/m" --lengths long >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q -- '--lengths: unknown value "long"' "$folder/err" && ok an_unknown_way_is_refused || fail an_unknown_way_is_refused
