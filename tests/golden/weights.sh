#!/bin/sh
# Weights from other sources: unneeded tensors of any dtype; several files with an index; float64. Also: an empty name is
# not a model.
cd "$(dirname "$0")/../.." || exit 1
: "${LACUNA:=$PWD/lacuna}"
unset LACUNA_MODEL
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
XDG_DATA_HOME=$folder/data
export XDG_DATA_HOME PYTHONPATH=tests/golden
ok() { echo "ok $1"; }
fail() { echo "not ok $1"; head -c 600 "$folder/out" "$folder/err" | sed 's/^/    /'; }
result() { if [ "$2" -eq 0 ]; then ok "$1"; else fail "$1"; fi; }
fill() { printf 'the [[4]] of the [[2-9]] river\n' | "$LACUNA" fill -q -m "$@" >"$folder/out" 2>"$folder/err"; }
# model PYTHON: a copy of the tiny model in $folder/model after that; t are its tensors, f its folder
model() {
    rm -rf "$folder/model" && cp -r tests/data/tiny-model "$folder/model"
    { echo 'import sys, os, json, numpy as np, tensors'
      echo 'f = sys.argv[1]; path = f + "/model.safetensors"; t = tensors.read(path)'
      echo 'def f64(x): return ("F64", x.shape, x.astype("<f8").tobytes())'
      echo 'def shards(map):'
      echo '    for name in set(map.values()): tensors.write(f + "/" + os.path.basename(name), {k: v for k, v in t.items() if map.get(k) == name})'
      echo '    os.unlink(path); json.dump({"metadata": {"total_size": 1}, "weight_map": map}, open(path + ".index.json", "w"))'
      cat; } | /usr/bin/python3 - "$folder/model"
}
# refused NAME FRAGMENT: the last model cannot be loaded, and the message says why
refused() { fill "$folder/model"; if [ $? = 3 ] && [ ! -s "$folder/out" ] && grep -qF -e "$2" "$folder/err"; then ok "$1"; else fail "$1"; fi; }
fill tests/data/tiny-model; cp "$folder/out" "$folder/first"
same() { fill "$folder/model" && cmp -s "$folder/out" "$folder/first"; result "$1" $?; }

model <<'P'
t = {"position": ("BOOL", [3], b"\1\0\1"), "scale": ("F8_E4M3", [2, 2], b"abcd"), "steps": ("U64", [1], b"12345678"), "double": f64(np.ones(2)),
     "wide": ("F32", [1, 1, 1, 1, 1, 2], b"12345678"), "new": ("F4_E8", [7], b"1234"), **t}
tensors.write(path, t)
P
same tensors_that_nobody_needs_may_be_of_any_dtype
model <<'P'
for name in list(t): t[name] = f64(tensors.floats(t[name]))
tensors.write(path, t)
P
same weights_may_be_float64
model <<'P'
t["blocks.0.mlp.2.bias"] = ("F8_E4M3", [32], b"x" * 32)
tensors.write(path, t)
P
refused a_weight_of_another_dtype_is_named 'tensor blocks.0.mlp.2.bias: its dtype F8_E4M3 is not supported'
model <<'P'
t["blocks.0.mlp.2.bias"] = ("F32", [32], b"x" * 127)
tensors.write(path, t)
P
refused a_size_that_does_not_fit_is_said 'its size does not match its shape'

model <<'P'
shards({name: "model-0000%d-of-00003.safetensors" % (1 + i % 3) for i, name in enumerate(t)})
P
same weights_may_lie_in_several_files
"$LACUNA" model show "$folder/model" >"$folder/out" 2>"$folder/err"; grep -q 'several files  *[0-9]* bytes' "$folder/out"; result show_counts_all_of_them $?
"$LACUNA" model convert "$folder/model" --out "$folder/one" 2>"$folder/err"; fill "$folder/one"; cmp -s "$folder/out" "$folder/first"
result convert_makes_one_of_them $?
mkdir -p "$folder/data/lacuna/models" && cp -r "$folder/model" "$folder/data/lacuna/models/parts"
"$LACUNA" model list >"$folder/out" 2>"$folder/err"; grep -q '^parts ' "$folder/out"; result list_finds_it $?
rm "$folder/model/model-00002-of-00003.safetensors"; refused a_file_that_is_missing_is_named 'model-00002-of-00003.safetensors: cannot open'
model <<'P'
shards({name: "../other.safetensors" for name in t})
P
refused files_elsewhere_are_not_opened 'must be in a file in the same folder'
model <<'P'
shards({name: "a.safetensors" for name in t if "mlp" not in name})
P
refused a_tensor_that_the_index_has_not_is_missing 'index.json: tensor blocks.0.mlp.0.weight is missing'
model <<'P'
os.unlink(path); json.dump({}, open(path + ".index.json", "w"))
P
refused an_index_without_a_map_is_said 'no "weight_map"'

for what in 'fill -m' 'fill --model' 'eval --bound -m' 'score a b -m' 'tokens encode -m' 'bench net --shape' 'model show' 'model convert' '-m' 'eval --samples --judge' 'train --init'; do
    # shellcheck disable=SC2086
    "$LACUNA" $what '' </dev/null >"$folder/out" 2>"$folder/err"; [ $? = 2 ] && grep -q 'empty' "$folder/err" && [ ! -s "$folder/out" ]
    result "an_empty_name_is_wrong_usage_of_$(echo "$what" | tr -c 'a-z\n' _)" $?
done
