#!/bin/sh
# The PyTorch twin and `lacuna score --grad` on the reference inputs: log scores, losses, every gradient.
# Skipped without torch. Needs only what the repository holds.
python=/usr/bin/python3
if ! $python -c 'import torch, numpy' 2>/dev/null; then
    echo "skip train_py: no PyTorch"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in tiny-absorb tiny-uniform tiny-time-free; do
    model=tests/data/fixtures/$name
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
