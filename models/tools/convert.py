#!/usr/bin/env python3
"""Turn a PyTorch checkpoint of SEDD into a model folder: convert.py CHECKPOINT OUT [--config FILE] [--raw]

CHECKPOINT is pytorch_model.bin or a training checkpoint (.pth, .pt) of the published code. A training checkpoint
has the weights and their moving average. The average is used, as in the published code for sampling, unless --raw
asks for the weights. OUT gets model.safetensors (float32) and, with --config, config.json; copy GPT-2's vocab.json
and merges.txt beside them. Needs torch, which must be trusted with the file: weights_only loading is used if this
torch has it.
"""
import argparse
import json
import shutil
import struct
import sys
from pathlib import Path

import torch


def load(path):
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except TypeError:  # torch before 1.13
        return torch.load(path, map_location="cpu")
    except Exception as error:
        sys.exit(f"convert.py: {path}: {error}\n(a checkpoint with other objects in it than tensors is not opened)")


def names_of(state):
    """Names without the prefixes of wrappers."""
    return {name.removeprefix("module.").removeprefix("_orig_mod."): tensor for name, tensor in state.items()
            if isinstance(tensor, torch.Tensor)}


def weights(checkpoint, raw):
    if "model" not in checkpoint or not isinstance(checkpoint["model"], dict):
        return names_of(checkpoint)
    state = names_of(checkpoint["model"])
    average = checkpoint.get("ema")
    shadow = average.get("shadow_params") if isinstance(average, dict) else None
    if raw or not shadow:
        return state
    # the average is a list in the order of the trainable parameters; buffers are not among them
    trained = [name for name in state if not name.endswith("inv_freq")]
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
        size = 4 * state[name].numel()
        header[name] = {"dtype": "F32", "shape": list(state[name].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(state):
            out.write(state[name].detach().to(torch.float32).contiguous().numpy().tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--config", type=Path, help="config.json to put beside the weights")
    parser.add_argument("--raw", action="store_true", help="the weights, not their moving average")
    args = parser.parse_args()
    state = {name: tensor for name, tensor in weights(load(args.checkpoint), args.raw).items()
             if not name.endswith("inv_freq")}
    if "vocab_embed.embedding" not in state:
        sys.exit("convert.py: there is no vocab_embed.embedding in it: not a checkpoint of SEDD")
    args.out.mkdir(parents=True, exist_ok=True)
    write(args.out / "model.safetensors", state)
    if args.config:
        shutil.copyfile(args.config, args.out / "config.json")
    missing = [name for name in ("config.json", "vocab.json", "merges.txt") if not (args.out / name).exists()]
    print(f"{args.out}: {len(state)} tensors, {sum(t.numel() for t in state.values()) / 1e6:.1f} M weights"
          + (f"; still missing: {', '.join(missing)}" if missing else ""))


if __name__ == "__main__":
    main()
