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
printf 'the [[4-9]] of the [[]] river\n' | "$LACUNA" fill -q -m "$folder/m" >"$folder/out" 2>"$folder/err" &&
    ! grep -qF '[[' "$folder/out" && ok and_fill_chooses_lengths_with_it || fail and_fill_chooses_lengths_with_it
