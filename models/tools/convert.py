#!/usr/bin/env python3
"""Turn a PyTorch checkpoint of SEDD, RADD or MDLM into a model folder: convert.py CHECKPOINT OUT [--config FILE] [--raw]

CHECKPOINT is a file of weights (pytorch_model.bin), a training checkpoint of the published code (.pth, .pt, or MDLM's
.ckpt), or several files: their index (pytorch_model.bin.index.json) or the folder that holds it. A training checkpoint
holds the weights and their moving average; the average is taken, as the published code does for sampling, unless --raw
asks for the weights. OUT gets model.safetensors (float32) under the publisher's names, which lacuna reads, and
config.json: that of --config, else the one beside CHECKPOINT. GPT-2's vocab.json and merges.txt have to be put beside
them.

A checkpoint is a pickle, a program that is run by who reads it. This reader makes tensors of it and nothing else: what
else it names is passed over. PyTorch is not needed, only numpy.
"""
import argparse
import collections
import json
import pickle
import shutil
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

# ---- PyTorch's files: an archive with data.pkl, and the numbers of each storage in a member of its own ---------------

STORAGES = {"DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "BFloat16Storage": "bf16",
            "LongStorage": "<i8", "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "<i1",
            "ByteStorage": "<u1", "BoolStorage": "<u1"}


class Passed:
    """Stands where something else than a tensor stood: settings, a schedule, a logger."""

    def __init__(self, *args, **kwargs):
        pass

    def __setstate__(self, state):
        pass

    def __call__(self, *args, **kwargs):
        return self

    def append(self, item):
        pass

    def extend(self, items):
        pass

    def __setitem__(self, key, value):
        pass


def rebuild_tensor(storage, offset, shape, stride, *ignored):
    if offset < 0 or any(n < 0 for n in (*shape, *stride)) or len(shape) != len(stride):
        raise ValueError("a tensor with a shape that is none")
    last = offset + sum((n - 1) * step for n, step in zip(shape, stride))
    if 0 not in shape and last >= len(storage):
        raise ValueError("a tensor that is longer than its numbers")
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, [n * storage.itemsize for n in stride])


class Reader(pickle.Unpickler):
    NAMES = {("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor, ("torch._utils", "_rebuild_tensor"): rebuild_tensor,
             ("torch._utils", "_rebuild_parameter"): lambda data, *ignored: data,
             ("collections", "OrderedDict"): collections.OrderedDict, ("torch", "Size"): tuple}

    def __init__(self, archive, root):
        super().__init__(archive.open(f"{root}/data.pkl"))
        self.archive, self.root, self.storages = archive, root, {}

    def find_class(self, module, name):
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        return self.NAMES.get((module, name), Passed)

    def persistent_load(self, identity):
        dtype, key = identity[1:3]
        if key not in self.storages:
            data = self.archive.read(f"{self.root}/data/{key}")
            if dtype == "bf16":
                numbers = (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
            elif isinstance(dtype, str):
                numbers = np.frombuffer(data, dtype)
            else:
                raise ValueError("numbers of a type that is not known")
            self.storages[key] = numbers
        return self.storages[key]


def load(path):
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [name for name in archive.namelist() if name.endswith("/data.pkl") and name.count("/") == 1]
            if len(inside) != 1:
                sys.exit(f"convert.py: {path}: an archive, but not PyTorch's")
            found = Reader(archive, inside[0].split("/")[0]).load()
    except OSError as error:
        sys.exit(f"convert.py: {path}: {error.strerror}")
    except zipfile.BadZipFile:
        sys.exit(f"convert.py: {path}: not a checkpoint of PyTorch 1.6 or later, or truncated")
    except Exception as error:  # a pickle that is wrong may fail in any way
        sys.exit(f"convert.py: {path}: a damaged checkpoint ({error})")
    if not isinstance(found, dict):
        sys.exit(f"convert.py: {path}: it has no dictionary of tensors")
    return found


# ---- what is in them -----------------------------------------------------------------------------------------------

def load_all(path):
    """One file, or all files that an index names."""
    if path.is_dir():
        names = ("pytorch_model.bin", "pytorch_model.bin.index.json")
        found = [path / name for name in names if (path / name).exists()]
        if not found:
            sys.exit(f"convert.py: {path}: it has neither pytorch_model.bin nor its index")
        path = found[0]
    if path.suffix != ".json":
        return load(path)
    try:
        shards = sorted(set(json.loads(path.read_text())["weight_map"].values()))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        sys.exit(f"convert.py: {path}: not an index of weights ({error})")
    state = {}
    for shard in shards:
        if "/" in shard:
            sys.exit(f"convert.py: {path}: {shard} is not a file beside it")
        state.update(load(path.parent / shard))
    return state


def names_of(state):
    """Names without the prefixes of wrappers."""
    return {name.removeprefix("module.").removeprefix("_orig_mod."): tensor for name, tensor in state.items()
            if isinstance(tensor, np.ndarray)}


def is_weight(name):
    """Not a buffer that is computed anew: rotary angles, MDLM's noise schedule."""
    return not name.endswith("inv_freq") and not name.startswith("noise.")


def weights(checkpoint, raw):
    inner = next((checkpoint[key] for key in ("model", "state_dict") if isinstance(checkpoint.get(key), dict)), None)
    if inner is None:
        return names_of(checkpoint)
    state = names_of(inner)
    average = checkpoint.get("ema")
    shadow = average.get("shadow_params") if isinstance(average, dict) else None
    if raw or not shadow:
        return state
    # the average is a list in the order of the trainable parameters; buffers are not among them
    trained = [name for name in state if is_weight(name)]
    if len(trained) != len(shadow):
        sys.exit(f"convert.py: the average has {len(shadow)} tensors, the network {len(trained)}; try --raw")
    for name, tensor in zip(trained, shadow):
        if state[name].shape != tensor.shape:
            sys.exit(f"convert.py: {name} is {tuple(state[name].shape)}, its average {tuple(tensor.shape)}; try --raw")
        state[name] = tensor
    return state


def write(path, state):
    header, at = {}, 0
    for name in sorted(state):
        size = 4 * state[name].size
        header[name] = {"dtype": "F32", "shape": list(state[name].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(state):
            out.write(np.ascontiguousarray(state[name], "<f4").tobytes())


def layout(state):
    """Whose network it is, for the last line."""
    if "backbone.vocab_embed.embedding" in state:
        return "MDLM"
    if "vocab_embed.embedding" not in state:
        sys.exit("convert.py: it has no vocab_embed.embedding: not a checkpoint of SEDD, RADD or MDLM")
    return "RADD" if "output_layer.norm_final.bias" in state else "SEDD"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--config", type=Path, help="config.json to put beside the weights")
    parser.add_argument("--raw", action="store_true", help="convert the weights, not their moving average")
    args = parser.parse_args()
    state = {name: tensor for name, tensor in weights(load_all(args.checkpoint), args.raw).items() if is_weight(name)}
    kind = layout(state)
    args.out.mkdir(parents=True, exist_ok=True)
    write(args.out / "model.safetensors", state)
    beside = (args.checkpoint if args.checkpoint.is_dir() else args.checkpoint.parent) / "config.json"
    config = args.config or (beside if beside.exists() else None)
    if config and config.resolve() != (args.out / "config.json").resolve():
        shutil.copyfile(config, args.out / "config.json")
    missing = [name for name in ("config.json", "vocab.json", "merges.txt") if not (args.out / name).exists()]
    print(f"{args.out}: {kind}, {len(state)} tensors, {sum(t.size for t in state.values()) / 1e6:.1f} M weights"
          + (f"; still missing: {', '.join(missing)}" if missing else ""))


if __name__ == "__main__":
    main()
