#!/usr/bin/env python3
"""Train a lacuna model on GPUs: the PyTorch twin of `lacuna train`.

Reads the same recipe (models/recipes/NAME.json) and the same texts, draws rows and masks from the same
distribution, and writes the same model folder (config.json, model.safetensors in bf16 from the moving
average). The network, the loss and their gradients are those of the C program; tests/golden/train_py.sh
compares them tensor by tensor (`train.py --check IN OUT`).

  python3 models/tools/train.py --recipe models/recipes/gpu.json --tokenizer DIR --data a.txt b.txt \\
      --valid valid.txt --out run --minutes 25
  torchrun --nproc-per-node 8 models/tools/train.py …          one process per GPU, also on several machines

A run in --out is overwritten only with --overwrite. --resume continues a run only with the same data and recipe (but for
its steps, --minutes, ranks and workers), after it has checked the checkpoint's checksum. It continues bit for bit if the
schedule runs by steps, with the same number of ranks and --workers, on the CPU (on a GPU, the order of additions varies).
N ranks with W workers draw the same rows as one rank with N·W workers.

Needs torch ≥ 2.3 to train on a GPU (1.13 is enough for the CPU and --check) and, unless token files exist already, the package
`tokenizers` or the file rented.py beside this one. With --minutes the schedule (warm-up, stable, decay) runs on the clock
instead of on steps, to use a rented machine to its end: the minutes include starting, compiling and the last checkpoint.
"""
import argparse
import contextlib
import hashlib
import json
import math
import os
import queue
import struct
import sys
import time
from pathlib import Path

BEGAN = time.monotonic()  # before torch is loaded, which can take as long as some hundred steps

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SEPARATOR = "<|endoftext|>"
STARTS_WORD, ENDS_PARAGRAPH = 1, 2

DEFAULTS = dict(  # the same as src/train/recipe.c
    name="unnamed", graph="absorb", noise="loglinear", parametrisation="time_free", warmup=200, decay=0.2,
    learning_rate=6e-4, beta1=0.9, beta2=0.95, epsilon=1e-8, weight_decay=0.1, clip=1.0, ema=0.999, init_std=0.02,
    embedding_std=0.02, gate=1.0, optimiser="adamw", momentum=0.95, short_rows=0.3, span_rows=0.3, delete_rows=0.0,
    mask_power=0.5, seed=0, cond_dim=128, dialect="plain", ar_steps=0, ar_every=0, qk_norm=False, rows_ramp=[])


# ---- what is refused, and how it is said ------------------------------------------------------------------

WRITTEN = "checkpoint.pt", "checkpoint.safetensors", "model.safetensors", "train.jsonl", "config.json"  # what a run leaves


def refuse(message):
    print(f"train.py: {message}", file=sys.stderr)
    sys.exit(2)


def check_run(args):
    """Nothing that is there is written over unasked, and no output is an input, whatever name it goes by."""
    out = Path(args.out)
    there = [out / name for name in WRITTEN if (out / name).exists()]
    if args.resume and args.overwrite:
        refuse("--resume and --overwrite cannot be used together")
    if there and not args.resume and not args.overwrite:
        refuse(f"{out}: already holds {there[0].name}; --resume continues a run, --overwrite starts over")
    inputs = [args.recipe, *args.data, *args.valid]
    if args.init:
        inputs += [Path(args.init) / "model.safetensors", Path(args.init) / "config.json"]
    for path in map(Path, inputs):
        if path.exists() and any(path.samefile(output) for output in there):
            refuse(f"{path}: is an input and would be overwritten")


# ---- safetensors: too small to need a package -----------------------------------------------------

DTYPES = {"F32": np.float32, "I64": np.int64, "F16": np.float16, "F64": np.float64, "I8": np.int8}


def read_tensors(path):
    blob = Path(path).read_bytes()
    size = struct.unpack("<Q", blob[:8])[0]
    out = {}
    for name, entry in json.loads(blob[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        raw = blob[8 + size + begin:8 + size + end]
        if entry["dtype"] == "BF16":
            wide = np.frombuffer(raw, np.uint16).astype(np.uint32) << 16
            array = wide.view(np.float32)
        else:
            array = np.frombuffer(raw, DTYPES[entry["dtype"]])
        out[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
    for name in [name for name, tensor in out.items() if tensor.dtype == torch.int8 and name + ".scale" in out]:
        out[name] = out[name].float() * out.pop(name + ".scale").float()[:, None]  # integers with a scale a row
    return out


def read_weights(model_folder):
    """Those of a folder in our own layout."""
    weights = read_tensors(Path(model_folder) / "model.safetensors")
    if "output_layer.norm_final.bias" in weights or "backbone.vocab_embed.embedding" in weights:
        sys.exit(f"train.py: {model_folder}: the layout of RADD or MDLM; convert it with: lacuna model convert {model_folder} --out DIR")
    weights.pop("rotary_emb.inv_freq", None)
    return weights


def write_tensors(path, tensors, bf16=False):
    header, blobs, offset = {"__metadata__": {"format": "pt"}}, [], 0
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().contiguous()
        if bf16:
            raw, dtype = tensor.to(torch.bfloat16).view(torch.int16).numpy().tobytes(), "BF16"
        else:
            raw = tensor.numpy().tobytes()
            dtype = {torch.float32: "F32", torch.int64: "I64"}[tensor.dtype]
        header[name] = {"dtype": dtype, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(raw)]}
        offset += len(raw)
        blobs.append(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    temporary = f"{path}.tmp"
    with open(temporary, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for raw in blobs:
            f.write(raw)
        f.flush()
        os.fsync(f.fileno())
    os.replace(temporary, path)


# ---- recipe and configuration ----------------------------------------------------------------------------

def usual_output_std(r):
    """So that the variance of the stream does not grow with depth."""
    return r["init_std"] / math.sqrt(2 * r["n_blocks"])


def load_recipe(path, objective=None):
    given = json.loads(Path(path).read_text())
    recipe = {**DEFAULTS, **given}
    time_free = recipe["parametrisation"] == "time_free"
    recipe.setdefault("tie_embeddings", time_free)
    recipe.setdefault("objective", "k-form" if time_free else "dwdse")
    recipe.setdefault("micro_rows", max(1, 2048 // recipe["length"]))
    if objective and objective != recipe["objective"]:
        assert time_free and "ar" in (objective, recipe["objective"]), f"this recipe cannot be trained for {objective}"
        recipe["objective"] = objective
    for field in ("ar_steps", "ar_every"):
        assert recipe["objective"] == "k-form" or not recipe[field] or objective, f"{field} needs the k-form"
    assert recipe["ar_every"] != 1, "ar_every must be 0 or at least 2: 1 would leave no other steps"
    recipe.setdefault("muon_rate", recipe["learning_rate"])
    recipe.setdefault("output_std", usual_output_std(recipe))
    recipe["tokens"] = recipe["vocabulary"]
    recipe["scale_by_sigma"] = not time_free and recipe["graph"] == "absorb"
    return recipe


def batch_rows(r, done):
    """Rows of a batch after the share `done` of the run, 0 to 1."""
    return [r["rows"], *(rows for share, rows in r["rows_ramp"] if done >= share)][-1]


def run_fields(r, data):
    """What a run is made with: what may change when it goes on, or is for people only, is left out."""
    fields = {k: v for k, v in r.items() if k not in ("name", "about", "steps", "tokens", "scale_by_sigma")}
    if r["muon_rate"] == r["learning_rate"]:
        fields["muon_rate"] = None  # it only follows
    if r["output_std"] == usual_output_std(r):
        fields["output_std"] = None
    fields["data"] = hashlib.blake2b(np.ascontiguousarray(data), digest_size=8).hexdigest()
    return json.loads(json.dumps(fields))


def differences(then, now):
    """In words; "" when there are none. A field that the older run does not have came into being after it."""
    names = [f'"{k}"' for k, v in then.items() if k != "data" and now.get(k) != v]
    data = ["other data"] if then.get("data") != now["data"] else []
    return " and ".join(data + (["another " + ", ".join(sorted(names))] if names else []))


def checksum(value, hash=None):
    """Of every tensor's bytes and everything else in a checkpoint, in its order."""
    outer = hash is None
    hash = hashlib.blake2b(digest_size=16) if outer else hash
    if torch.is_tensor(value):
        hash.update(f"{value.dtype}{tuple(value.shape)}".encode())
        hash.update(value.detach().cpu().contiguous().numpy().reshape(-1))
    elif isinstance(value, dict):
        for key, part in value.items():
            hash.update(f"{key!r}:".encode())
            checksum(part, hash)
    elif isinstance(value, (list, tuple)):
        hash.update(f"[{len(value)}]".encode())
        for part in value:
            checksum(part, hash)
    else:
        hash.update(repr(value).encode())
    return hash.hexdigest() if outer else None


def at_stage(r, ar):
    """The recipe of a run's autoregressive stage, or of the rest."""
    return dict(r, objective="ar", delete_rows=0.0) if ar else r


def config_of_recipe(r):
    sizes = {"blank_length": "delete"} if r["delete_rows"] > 0 and r["objective"] == "k-form" else {}
    causal = {"causal": True} if r["objective"] == "ar" else {}
    return {
        "tokens": r["tokens"], "graph": {"type": r["graph"]},
        "noise": {"type": r["noise"], "sigma_min": 1e-4, "sigma_max": 20.0},
        "model": {"name": r["name"], "type": "ddit", "hidden_size": r["hidden_size"], "cond_dim": r["cond_dim"],
                  "length": r["length"], "n_blocks": r["n_blocks"], "n_heads": r["n_heads"],
                  "scale_by_sigma": r["scale_by_sigma"], "dropout": 0.0, "parametrisation": r["parametrisation"],
                  "tie_embeddings": r["tie_embeddings"], **causal, **({"qk_norm": True} if r["qk_norm"] else {})},
        "special_ids": {"endoftext": r["tokens"] - 3, "delete": r["tokens"] - 2, "expand": r["tokens"] - 1},
        **sizes, "dialect": r["dialect"],
    }


def shape_of_config(config):
    """The fields that the network needs, flat, from a config.json in the published shape."""
    model = config["model"]
    graph = config["graph"]["type"]
    return dict(tokens=config["tokens"], graph=graph, noise=config["noise"]["type"],
                sigma_min=config["noise"].get("sigma_min", 1e-4), sigma_max=config["noise"].get("sigma_max", 20.0),
                hidden_size=model["hidden_size"], cond_dim=model.get("cond_dim", 128), n_blocks=model["n_blocks"],
                n_heads=model["n_heads"], length=model["length"],
                parametrisation=model.get("parametrisation", "score"),
                scale_by_sigma=model.get("scale_by_sigma", graph == "absorb"),
                tie_embeddings=model.get("tie_embeddings", False), qk_norm=model.get("qk_norm", False))


# ---- the network (docs/SEDD.md, section 3) -----------------------------------------------------------------

def rotary(length, width, device):
    frequency = 1.0 / (10000.0 ** (torch.arange(0, width, 2, device=device).float() / width))
    angle = torch.outer(torch.arange(length, device=device).float(), frequency)
    return angle.cos(), angle.sin()


def unit(x):
    """Each head scaled to a root mean square of 1."""
    return x.float() * torch.rsqrt(x.float().square().mean(dim=-1, keepdim=True) + 1e-6)


def rotate(x, cosine, sine):  # x (B, heads, L, W); half-split pairs
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cosine - b * sine, b * cosine + a * sine), dim=-1)


def attend(q, k, v, mask):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(-1) @ v


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return F.layer_norm(x.float(), (x.shape[-1],), self.weight, None, 1e-5)


class Modulation(nn.Module):
    """Shift, scale and gate vectors: a linear map of the condition, or plain vectors in the time-free form."""

    def __init__(self, vectors, width, condition):
        super().__init__()
        self.vectors, self.width = vectors, width
        if condition:
            self.weight = nn.Parameter(torch.zeros(vectors * width, condition))
        self.bias = nn.Parameter(torch.zeros(vectors * width))

    def forward(self, c):
        out = self.bias if c is None else F.linear(c, self.weight, self.bias)
        return out.view(-1, 1, self.vectors * self.width).chunk(self.vectors, dim=-1)


class Block(nn.Module):
    def __init__(self, s, condition):
        super().__init__()
        d = s["hidden_size"]
        self.heads, self.qk_norm = s["n_heads"], s["qk_norm"]
        self.norm1, self.norm2 = Norm(d), Norm(d)
        self.attn_qkv, self.attn_out = nn.Linear(d, 3 * d, bias=False), nn.Linear(d, d, bias=False)
        self.mlp = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(approximate="tanh"), nn.Linear(4 * d, d))
        self.adaLN_modulation = Modulation(6, d, condition)

    def forward(self, x, c, cosine, sine, mask):
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN_modulation(c)
        batch, length, d = x.shape
        h = self.norm1(x) * (1 + scale1) + shift1
        q, k, v = self.attn_qkv(h).view(batch, length, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        if self.qk_norm:
            q, k = unit(q), unit(k)
        mixed = attend(rotate(q, cosine, sine).to(v.dtype), rotate(k, cosine, sine).to(v.dtype), v, mask)
        x = x + gate1 * self.attn_out(mixed.transpose(1, 2).reshape(batch, length, d)).float()
        h = self.norm2(x) * (1 + scale2) + shift2
        return x + gate2 * self.mlp(h).float()


class Output(nn.Module):
    def __init__(self, s, condition):
        super().__init__()
        columns = s["tokens"] + (s["graph"] == "absorb" and not s["time_free"])
        self.norm_final = Norm(s["hidden_size"])
        self.adaLN_modulation = Modulation(2, s["hidden_size"], condition)
        self.linear = nn.Linear(s["hidden_size"], columns)

    def hidden(self, x, c):
        shift, scale = self.adaLN_modulation(c)
        return self.norm_final(x) * (1 + scale) + shift


class Network(nn.Module):
    """Parameters carry the published names."""

    def __init__(self, shape):
        super().__init__()
        s = self.shape = dict(shape, time_free=shape["parametrisation"] == "time_free")
        condition = 0 if s["time_free"] else s["cond_dim"]
        states = s["tokens"] + (s["graph"] == "absorb")
        self.vocab_embed = nn.Module()
        self.vocab_embed.embedding = nn.Parameter(torch.zeros(states, s["hidden_size"]))
        if condition:
            self.sigma_map = nn.Module()
            self.sigma_map.mlp = nn.Sequential(nn.Linear(256, condition), nn.SiLU(), nn.Linear(condition, condition))
        self.blocks = nn.ModuleList([Block(s, condition) for _ in range(s["n_blocks"])])
        self.output_layer = Output(s, condition)
        if s["tie_embeddings"]:
            del self.output_layer.linear.weight

    def head_weight(self):
        if self.shape["tie_embeddings"]:
            return self.vocab_embed.embedding[:self.shape["tokens"]]
        return self.output_layer.linear.weight

    def condition(self, sigma_bar):
        if self.shape["time_free"]:
            return None
        frequency = torch.exp(-math.log(10000.0) * torch.arange(128, device=sigma_bar.device).float() / 128)
        angle = sigma_bar.float()[:, None] * frequency[None]
        return F.silu(self.sigma_map.mlp(torch.cat((angle.cos(), angle.sin()), dim=-1)))

    def forward(self, ids, sigma_bar=None, mask=None):
        """Hidden states before the head, (B, L, D) float32."""
        c = self.condition(sigma_bar)
        x = F.embedding(ids, self.vocab_embed.embedding).float()  # indexing would add up the many masks' gradients one by one
        cosine, sine = rotary(ids.shape[1], self.shape["hidden_size"] // self.shape["n_heads"], ids.device)
        for block in self.blocks:
            x = block(x, c, cosine, sine, mask)
        return self.output_layer.hidden(x, c)

    def logits(self, hidden):
        return F.linear(hidden, self.head_weight().to(hidden.dtype), self.output_layer.linear.bias.to(hidden.dtype))

    def initialise(self, r):
        for name, p in self.named_parameters():
            zero = not self.shape["time_free"] and ("adaLN_modulation" in name or "output_layer.linear" in name)
            if "norm" in name:
                nn.init.ones_(p)
            elif p.dim() < 2 or zero:
                nn.init.zeros_(p)
            elif name == "vocab_embed.embedding":
                nn.init.normal_(p, std=r["embedding_std"])
            else:
                nn.init.normal_(p, std=r["output_std"] if name.endswith(("attn_out.weight", "mlp.2.weight")) else r["init_std"])
        if self.shape["time_free"]:
            d = self.shape["hidden_size"]
            with torch.no_grad():
                for block in self.blocks:
                    block.adaLN_modulation.bias[2 * d:3 * d] = block.adaLN_modulation.bias[5 * d:] = r["gate"]


# ---- noise and losses ------------------------------------------------------------------------------------------

def noise_levels(s, t):
    if s["noise"] == "loglinear":
        return -torch.log1p(-(1 - 1e-3) * t), (1 - 1e-3) / (1 - (1 - 1e-3) * t)
    low, high = s["sigma_min"], s["sigma_max"]
    sigma_bar = low ** (1 - t) * high ** t
    return sigma_bar, sigma_bar * math.log(high / low)


def log_score(s, f, x, sigma_bar):
    """(…, S) from the head's output (…, H): docs/SEDD.md (3.6), (3.8)."""
    sigma_bar = sigma_bar[:, None, None]
    if s["time_free"]:
        f = F.log_softmax(f.float(), dim=-1) - torch.expm1(sigma_bar).log()
        f = torch.cat((f, torch.zeros_like(f[..., :1])), dim=-1)
    elif s["scale_by_sigma"]:
        f = f.float() - torch.expm1(sigma_bar).log() - math.log(s["tokens"])
    return f.scatter(-1, x[..., None], 0.0)


def score_entropy(s, score, x, x0, sigma_bar):
    """Denoising score entropy per position, (B, L)."""
    sigma_bar = sigma_bar[:, None]
    e = torch.where(sigma_bar < 0.5, torch.expm1(sigma_bar), torch.exp(sigma_bar) - 1)
    if s["graph"] == "absorb":
        r = 1 / e
        s_sum = score[..., :-1].exp().sum(-1)
        at = score.gather(-1, x0[..., None])[..., 0]
        return torch.where(x == s["tokens"], s_sum - r * at + r * (r.log() - 1), torch.zeros_like(at))
    v, e = s["tokens"], torch.expm1(sigma_bar.double())
    rho = e / (e + v)  # not 1 - v / (e + v), which is 0 for small sigma_bar
    own = F.one_hot(x, v).bool()
    positive = score.exp().masked_fill(own, 0).sum(-1) / v
    logs = score.masked_fill(own, 0).sum(-1) / v
    same = x == x0
    negative = torch.where(same, rho * logs, score.gather(-1, x0[..., None])[..., 0] / e + logs)
    constant = torch.where(same, (v - 1) / v * rho * (rho.log() - 1), ((-rho.log() - 1) / rho - (v - 2)) / v)
    return (positive - negative + constant).to(score.dtype)


# ---- data: the distribution of src/train/batches.c ------------------------------------------------------------------

def load_vocabulary(folder):
    vocab = json.loads((Path(folder) / "vocab.json").read_text())
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {chr(b): b for b in printable}, 0
    for b in range(256):
        if b not in printable:
            table[chr(256 + extra)] = b
            extra += 1
    flags = np.zeros(len(vocab), np.uint8)
    for text, i in vocab.items():
        if text.startswith("<|") or not text:
            continue
        raw = bytes(table[c] for c in text)
        first, second = raw[0:1].lower(), raw[1:2].lower()
        contraction = first == b"'" and second.isalpha()
        accented = raw[0] >= 0x80 and raw[0] != 0xE2
        if not (first.isalpha() or first.isdigit() or contraction or accented):
            flags[i] |= STARTS_WORD
        if b"\n" in raw:
            flags[i] |= ENDS_PARAGRAPH
    return vocab, flags


def encode_files(folder, paths):
    """The same documents and tokens as rented.py and lacuna."""
    import rented
    kind, parts = rented.tokenizers()[0], []
    for path in paths:
        blob = rented.tokenise_text(kind, folder, rented.documents_of(rented.read_text(path)), os.cpu_count())
        parts.append(np.frombuffer(blob, "<u2").astype(np.uint16))
    return np.concatenate(parts)


def load_tokens(args, paths):
    arrays = []
    for path in paths:
        if str(path).endswith(".tokens"):
            arrays.append(np.fromfile(path, np.uint16))
        else:
            arrays.append(encode_files(args.tokenizer, [path]))
    return np.concatenate(arrays)


LONGEST_BLANK, WIDEST_BLANK = 48, 64


class Rows:
    """Draws batches: targets, masks, weights and segments, in numpy, ready to be moved to the GPU."""

    def __init__(self, tokens, flags, r, rank=0, world=1, seed=None):
        self.tokens, self.flags, self.r = tokens, flags, r
        self.rank, self.world = rank, world
        self.seed = r["seed"] if seed is None else seed
        self.rng = np.random.default_rng([self.seed, 1, rank])
        self.epoch, self.window = -1, 0
        self.next_epoch()

    def state(self):
        return dict(seed=self.seed, epoch=self.epoch, window=self.window, rng=self.rng.bit_generator.state)

    def restore(self, state):
        """Continues after the batch at which state() was called."""
        self.seed, self.epoch = state["seed"], state["epoch"] - 1
        self.next_epoch()
        self.window = state["window"]
        self.rng.bit_generator.state = state["rng"]

    def next_epoch(self):
        self.epoch += 1
        shared = np.random.default_rng([self.seed, 2, self.epoch])  # the same on every rank
        length = self.r["length"]
        self.offset = int(shared.integers(length))
        order = shared.permutation((len(self.tokens) - self.offset) // length)
        self.order = order[self.rank::self.world]
        self.window = 0

    def whole_window(self):
        length = self.r["length"]
        if self.window >= len(self.order):
            self.next_epoch()
        at = self.offset + int(self.order[self.window]) * length
        self.window += 1
        row = self.tokens[at:at + length].astype(np.int64)
        ends = np.flatnonzero(row == self.r["tokens"] - 3) + 1
        bounds = [0] + [int(e) for e in ends if e < length] + [length]
        return row, list(zip(bounds[:-1], bounds[1:]))

    def paragraph_start(self, at):
        ends = self.flags[self.tokens[at:at + 513]] & ENDS_PARAGRAPH
        found = np.flatnonzero((ends[:-1] != 0) & (ends[1:] == 0)) if len(ends) > 1 else []
        return at + int(found[0]) + 1 if len(found) else at

    def packed_window(self):
        length, rng = self.r["length"], self.rng
        row, segments, used = np.zeros(length, np.int64), [], 0
        while used < length:
            want = int(8 * math.exp(rng.random() * math.log(32)))
            whole = rng.random() < 0.5
            at = self.paragraph_start(int(rng.integers(len(self.tokens))))
            piece = self.tokens[at:at + min(want, length - used)]
            stop = np.flatnonzero(piece == self.r["tokens"] - 3)
            n = int(stop[0]) if len(stop) else len(piece)
            breaks = (self.flags[piece[:n]] & ENDS_PARAGRAPH) != 0
            ends = np.flatnonzero(breaks & ~np.concatenate(([False], breaks[:-1]))) if n else []
            if whole and len(ends) and ends[-1] >= 8:
                n = int(ends[-1])
            if n == 0:
                continue
            row[used:used + n] = piece[:n]
            segments.append((used, used + n))
            used += n
        return row, segments

    def span(self, row, begin, end, longest):
        """A span of [begin, end), log-uniform in size, extended to word boundaries."""
        size = int(math.exp(self.rng.random() * math.log(longest + 1)))
        start = begin + int(self.rng.integers(end - begin - size + 1))
        stop = start + size
        while start > begin and not self.flags[row[start]] & STARTS_WORD:
            start -= 1
        while stop < end and not self.flags[row[stop]] & STARTS_WORD:
            stop += 1
        return start, stop

    def spans(self, row, begin, end):
        n = end - begin
        hidden = np.zeros(n, bool)
        for _ in range(int(self.rng.integers(1, 4))):
            start, stop = self.span(row, begin, end, min(n // 2, LONGEST_BLANK))
            hidden[start - begin:stop - begin] = True
        return begin + np.flatnonzero(hidden)

    def pad_blank(self, row, segments):
        """Pads one blank with <|delete|>; the tokens after it move right, and the end of the row is dropped. Returns the row, its
        segments and the blank, or None if there is none."""
        length, rng = self.r["length"], self.rng
        middle, widest, share = int(rng.integers(length)), rng.random() < 0.5, rng.random()
        begin, end = next((b, e) for b, e in segments if b <= middle < e)
        if end - begin < 8:
            return row, segments, None
        start, stop = self.span(row, begin, end, min((end - begin) // 2, LONGEST_BLANK))
        most = WIDEST_BLANK - (stop - start)
        if most <= 0:
            return row, segments, None
        extra = min(most if widest else 1 + int(share * most), most, length - stop)
        row = np.concatenate((row[:stop], np.full(extra, self.r["tokens"] - 2, row.dtype), row[stop:length - extra]))
        moved = [(b if b <= begin else b + extra, e if e <= begin else e + extra) for b, e in segments]
        return row, [(b, min(e, length)) for b, e in moved if b < length], (start, stop + extra)

    def batch(self, count):
        r, length = self.r, self.r["length"]
        targets, ids = np.zeros((count, length), np.int64), np.zeros((count, length), np.int64)
        weights, segment = np.zeros((count, length), np.float32), np.zeros((count, length), np.int32)
        turn = int(self.rng.integers(count))
        for i in range(count):
            u = ((i + turn) % count + self.rng.random()) / count
            row, segments = self.packed_window() if self.rng.random() < r["short_rows"] else self.whole_window()
            blank = None
            if r["delete_rows"] > 0 and self.rng.random() < r["delete_rows"]:
                row, segments, blank = self.pad_blank(row, segments)
            targets[i], ids[i] = row, row
            for number, (begin, end) in enumerate(segments):
                n = end - begin
                segment[i, begin:end] = number
                if blank and begin <= blank[0] < end:  # fully hidden, with equal weights
                    chosen = np.arange(*blank)
                else:
                    spans = n >= 4 and self.rng.random() < r["span_rows"]
                    places = self.spans(row, begin, end) if spans else np.arange(begin, end)
                    chosen = self.rng.permutation(places)[:min(len(places), 1 + int(u * len(places)))]
                k = len(chosen)
                ids[i, chosen] = r["tokens"]
                weights[i, chosen] = n * (k / n) ** r["mask_power"] / k
                u = self.rng.random()
        weights /= weights.sum()
        return dict(ids=ids, targets=targets, weights=weights, segment=segment)

    def shifted(self, count):
        """Autoregressive: position i sees the tokens before token i (a separator at first) and predicts it."""
        r, length = self.r, self.r["length"]
        targets, ids = np.zeros((count, length), np.int64), np.zeros((count, length), np.int64)
        segment = np.zeros((count, length), np.int32)
        for i in range(count):
            row, segments = self.packed_window() if self.rng.random() < r["short_rows"] else self.whole_window()
            targets[i], ids[i, 1:] = row, row[:-1]
            for number, (begin, end) in enumerate(segments):
                segment[i, begin:end] = number
                ids[i, begin] = r["tokens"] - 3
        return dict(ids=ids, targets=targets, weights=np.full((count, length), 1 / (count * length), np.float32), segment=segment)

    def draw(self, count):
        objective = self.r["objective"]
        return self.batch(count) if objective == "k-form" else self.shifted(count) if objective == "ar" else self.noised(count)

    def noised(self, count):
        """For the score form: whole windows through the forward kernel, one time per row."""
        r, s, rng = self.r, dict(DEFAULTS, **self.r, sigma_min=1e-4, sigma_max=20.0), self.rng
        rows = [self.whole_window() for _ in range(count)]
        targets = np.stack([row for row, _ in rows])
        segment = np.stack([np.repeat(np.arange(len(g)), [b - a for a, b in g]) for _, g in rows]).astype(np.int32)
        u = (rng.permutation(count) + rng.random(count)) / count
        sigma_bar, sigma = noise_levels(s, torch.from_numpy(1e-3 + (1 - 1e-3) * u))
        moved = rng.random(targets.shape) >= np.exp(-sigma_bar.numpy())[:, None]
        noise = r["tokens"] if r["graph"] == "absorb" else rng.integers(r["tokens"], size=targets.shape)
        ids = np.where(moved, noise, targets)
        counts = moved if r["graph"] == "absorb" else np.ones_like(moved)
        weights = (counts * sigma.numpy()[:, None] / targets.size).astype(np.float32)
        return dict(ids=ids, targets=targets, weights=weights, segment=segment,
                    sigma_bar=sigma_bar.numpy().astype(np.float32))


def causal_batch(batch, r):
    """The batch of the k-form as an autoregressive one, for the steps that `ar_every` chooses: Rows.shifted of the same rows. A
    padded blank and what follows it in its segment have no loss."""
    targets, segment, delete = batch["targets"], batch["segment"], r["tokens"] - 2
    first = np.ones(targets.shape, bool)
    first[:, 1:] = segment[:, 1:] != segment[:, :-1]
    ids = np.roll(targets, 1, axis=1)
    ids[first] = r["tokens"] - 3
    padded = np.zeros(targets.shape, bool)
    for row, column in zip(*np.nonzero(targets == delete)):
        padded[row, column:] |= segment[row, column:] == segment[row, column]
    weights = np.where(padded, 0, 1 / (~padded).sum()).astype(np.float32)
    return dict(ids=ids, targets=targets, weights=weights, segment=segment)


# ---- Muon: the twin of src/train/muon.c -------------------------------------------------------------------------------

def orthogonalise(x):
    """The orthogonal factor of each matrix of a stack (K, m, n): five Newton-Schulz steps of Muon's quintic."""
    turned = x.shape[-2] > x.shape[-1]
    x = x.mT if turned else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-20)
    for _ in range(5):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return x.mT if turned else x


class Muon:
    """Matrices of one shape are processed together; q, k and v of a block are three matrices."""

    def __init__(self, network, momentum, low, compiled):
        self.momentum, self.low = momentum, low
        self.groups = {}
        for name, p in network.named_parameters():
            if name.startswith("blocks.") and p.dim() == 2 and "adaLN" not in name:
                parts = p.chunk(3) if name.endswith("attn_qkv.weight") else (p,)
                self.groups.setdefault(tuple(parts[0].shape), []).append((p, len(parts)))
        self.moments = {shape: torch.zeros(sum(n for _, n in group), *shape, device=group[0][0].device)
                        for shape, group in self.groups.items()}
        self.turn = torch.compile(orthogonalise, dynamic=False) if compiled else orthogonalise  # one shape a group

    def parameters(self):
        return [p for group in self.groups.values() for p, _ in group]

    @torch.no_grad()
    def step(self, rate, decay):
        for shape, group in self.groups.items():
            gradient = torch.cat([p.grad.reshape(n, *shape) for p, n in group]).float()
            moment = self.moments[shape]
            moment.mul_(self.momentum).add_(gradient)
            update = self.turn((gradient + self.momentum * moment).to(self.low)).float()
            update *= 0.2 * math.sqrt(max(shape)) * rate  # an orthogonal matrix scaled to AdamW's size
            at = 0
            for p, n in group:
                p.mul_(1 - rate * decay).sub_(update[at:at + n].reshape(p.shape))
                at += n


# ---- training ----------------------------------------------------------------------------------------------------------

CHUNK = 8192  # rows of logits at a time: fixed, so that torch.compile sees one shape


def with_places(batch):
    """The batch with its positions that have a loss, padded to whole chunks with others at weight 0. They are found on the CPU:
    the GPU would have to wait until their number is known. Not one position many times, whose gradients would queue."""
    flat = batch["weights"].reshape(-1)
    places = np.flatnonzero(flat)
    padding = np.arange(-len(places) % CHUNK) % flat.size
    return dict(batch, places=np.concatenate((places, padding)), factors=np.pad(flat[places], (0, len(padding))))


def chunk_loss(hidden, weight, bias, targets, weights):
    logits = F.linear(hidden, weight, bias).float()
    return (F.cross_entropy(logits, targets, reduction="none") * weights).sum()


def loss_of(network, run, head, batch, causal):
    """Weighted loss of a micro-batch on the device; the head runs at hidden positions only."""
    segment = batch["segment"]
    mask = segment[:, None, :, None] == segment[:, None, None, :]
    if causal:
        mask = mask.tril()
    hidden = run(batch["ids"], batch.get("sigma_bar"), mask)
    s = network.shape
    if not s["time_free"]:
        score = log_score(s, network.logits(hidden), batch["ids"], batch["sigma_bar"])
        return (score_entropy(s, score, batch["ids"], batch["targets"], batch["sigma_bar"]) * batch["weights"]).sum()
    total = hidden.new_zeros(())
    hidden, targets = hidden.reshape(-1, hidden.shape[-1]), batch["targets"].reshape(-1)
    low = hidden.dtype if not torch.is_autocast_enabled() else torch.bfloat16
    weight, bias = network.head_weight().to(low), network.output_layer.linear.bias.to(low)
    for part, factor in zip(batch["places"].split(CHUNK), batch["factors"].split(CHUNK)):
        total = total + head(hidden.index_select(0, part).to(low), weight, bias, targets[part], factor)
    return total


def schedule(r, done):
    """Factor of the learning rate at the share `done` in [0, 1) of the run, after the warm-up."""
    return min(1.0, (1 - done) / r["decay"]) if r["decay"] > 0 else 1.0


def flop_per_token(network, r, masked_share):
    d, n, v = r["hidden_size"], r["n_blocks"], r["vocabulary"]
    return 6 * (12 * n * d * d + masked_share * v * d) + 12 * n * r["length"] * d


def to_device(batch, device):
    """From pinned memory, so that the copy waits for no earlier work of the GPU."""
    tensors = {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in batch.items()}
    if device.type == "cuda":
        tensors = {k: v.pin_memory() for k, v in tensors.items()}
    return {k: v.to(device, non_blocking=True) for k, v in tensors.items()}


@torch.no_grad()
def validate(network, run, head, rows, r, device, autocast, batches=16):
    plain = Rows(rows.tokens, rows.flags, dict(r, short_rows=0, span_rows=0, delete_rows=0, mask_power=0), seed=0)
    total = 0.0
    for _ in range(batches):
        batch = plain.draw(r["micro_rows"])
        with autocast():
            total += float(loss_of(network, run, head, to_device(with_places(batch), device), r["objective"] == "ar"))
    return total / batches


class Batches:
    """Batches from several processes, since the GPU must never wait for numpy. They are taken in turn, so that every run gets them
    in the same order. `states` has the position of each process after the batches that were taken."""

    def __init__(self, rows_of, count, workers, states=None, taken=0, depth=6):
        import multiprocessing as mp
        context = mp.get_context("fork")
        self.states, self.taken = list(states) if states else [None] * workers, taken
        self.queues = [context.Queue(max(1, depth // workers)) for _ in range(workers)]

        def work(worker):
            rows = rows_of(worker)
            if self.states[worker]:
                rows.restore(self.states[worker])
            while True:
                self.queues[worker].put((rows.draw(count), rows.state()))
        self.processes = [context.Process(target=work, args=(worker,), daemon=True) for worker in range(workers)]
        for process in self.processes:
            process.start()

    def close(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join()

    def __call__(self):
        worker = self.taken % len(self.queues)
        batch, self.states[worker] = self.next_of(worker)
        self.taken += 1
        return batch

    def next_of(self, worker):
        while True:
            try:
                return self.queues[worker].get(timeout=5)
            except queue.Empty:
                if not self.processes[worker].is_alive():
                    raise SystemExit("train.py: a process that draws batches has died; is there enough memory?") from None


class Trainer:
    def __init__(self, args):
        self.args, self.r = args, load_recipe(args.recipe, args.objective)
        if self.r["objective"] == "ar":
            self.r = dict(at_stage(self.r, True), ar_steps=0, ar_every=0)
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        local = int(os.environ.get("LOCAL_RANK", 0))
        self.device = torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
        if args.need_gpu and self.device.type != "cuda":
            refuse("PyTorch finds no GPU here")
        if self.world > 1:
            torch.distributed.init_process_group("nccl" if self.device.type == "cuda" else "gloo")
        if self.device.type == "cuda":
            torch.cuda.set_device(self.device)
            torch.set_float32_matmul_precision("high")
        vocab, self.flags = load_vocabulary(args.tokenizer)
        assert len(vocab) == self.r["vocabulary"], "the vocabulary is not of the recipe's size"
        self.data = load_tokens(args, args.data)
        self.valid = load_tokens(args, args.valid) if args.valid else None
        self.fields = run_fields(self.r, self.data)
        torch.manual_seed(self.r["seed"])
        self.network = Network(shape_of_config(config_of_recipe(self.r))).to(self.device)
        self.network.initialise(self.r)
        self.average = {k: v.detach().clone() for k, v in self.network.named_parameters()}
        cuda = self.device.type == "cuda"
        self.muon = Muon(self.network, self.r["momentum"], torch.bfloat16 if cuda else torch.float32,
                         cuda and not args.no_compile) if self.r["optimiser"] == "muon" else None
        taken = {id(p) for p in self.muon.parameters()} if self.muon else set()
        matrices = [p for p in self.network.parameters() if p.dim() >= 2 and id(p) not in taken]
        vectors = [p for p in self.network.parameters() if p.dim() < 2]
        self.optimiser = torch.optim.AdamW(
            [dict(params=matrices, weight_decay=self.r["weight_decay"]), dict(params=vectors, weight_decay=0.0)],
            lr=self.r["learning_rate"], betas=(self.r["beta1"], self.r["beta2"]), eps=self.r["epsilon"],
            **({"fused": True} if self.device.type == "cuda" else {}))
        self.step, self.tokens, self.clock = 0, 0, 0.0
        self.stage_began = 0  # its first step
        self.saving = 0.0  # seconds that a checkpoint takes
        self.losses = torch.zeros((), device=self.device)
        self.position = None  # the position in the data of every process of every rank
        if args.resume:
            self.load()
        elif args.init:
            self.network.load_state_dict(read_weights(args.init), strict=False)
            self.average = {k: v.detach().clone() for k, v in self.network.named_parameters()}
        if args.overwrite and self.rank == 0:  # all that is to be read was read
            for name in WRITTEN:
                (Path(args.out) / name).unlink(missing_ok=True)
        self.compiled, self.head, self.control = self.network, chunk_loss, None
        if cuda and not args.no_compile:
            self.compile()
        if self.world > 1:
            self.compiled = nn.parallel.DistributedDataParallel(self.network, device_ids=[local] if cuda else None)
            self.control = torch.distributed.new_group(backend="gloo")  # numbers of the CPU: no waiting for the GPU

    def compile(self):
        """Every block runs the same code, so it is compiled once for all of them: seconds instead of a minute. All shapes are
        fixed: rows of a micro-batch, the mask (also a causal one), chunks of the head."""
        for block in self.network.blocks:
            block.compile(dynamic=False)
        self.head = torch.compile(chunk_loss, dynamic=False)

    def eager(self):
        """Validation takes less time than compiling it, without gradients, would."""
        known = self.head is not chunk_loss and hasattr(torch.compiler, "set_stance")  # from 2.6 on
        return torch.compiler.set_stance("force_eager") if known else contextlib.nullcontext()

    def autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")

    # -- checkpoints: everything needed to resume, and the model folder
    def load(self):
        path = Path(self.args.out) / "checkpoint.pt"
        if not path.exists():
            raise SystemExit(f"train.py: {path}: there is no checkpoint to go on from")
        try:
            state = torch.load(path, map_location=self.device)
            whole = "checksum" not in state or state.pop("checksum") == checksum(state)
        except Exception:  # the kinds that a damaged archive or pickle ends in are many
            whole = False
        if not whole:
            raise SystemExit(f"train.py: {path}: is damaged: its bytes do not give its checksum")
        if "fields" not in state and self.rank == 0:
            print("train.py: the checkpoint is of an older version: whether it is whole, and of this data and recipe, "
                  "cannot be told", file=sys.stderr)
        differs = differences(state["fields"], self.fields) if "fields" in state else ""
        if differs:
            refuse(f"{path}: its run was started with {differs}")
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        for shape, moment in (state.get("muon") or {}).items():
            self.muon.moments[shape].copy_(moment)
        self.average, self.step, self.tokens, self.clock = state["average"], state["step"], state["tokens"], state["clock"]
        self.position, self.stage_began = state.get("position"), state.get("stage_began", 0)
        if self.position and [len(p["states"]) for p in self.position] != [self.args.workers] * self.world:
            self.position = None  # a different number of processes: other rows from here on

    def positions(self):
        """Every rank's position in the data, on every rank."""
        own = dict(states=self.batches.states, taken=self.batches.taken)
        if self.world == 1:
            return [own]
        all_ranks = [None] * self.world
        torch.distributed.all_gather_object(all_ranks, own)
        return all_ranks

    def save(self, name="checkpoint.pt"):
        position = self.positions()
        if not math.isfinite(float(self.losses)):
            raise SystemExit(f"train.py: a loss or gradient of steps up to {self.step} is not finite: what was saved before stays; "
                             "try a lower learning rate")
        if self.rank:
            return
        out = Path(self.args.out)
        out.mkdir(parents=True, exist_ok=True)
        state = dict(network=self.network.state_dict(), optimiser=self.optimiser.state_dict(), average=self.average,
                     muon=self.muon.moments if self.muon else None, step=self.step, tokens=self.tokens, clock=self.clock,
                     position=position, stage_began=self.stage_began, fields=self.fields)
        with open(out / (name + ".tmp"), "wb") as f:
            torch.save(dict(state, checksum=checksum(state)), f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(out / (name + ".tmp"), out / name)
        write_tensors(out / "model.safetensors", self.average, bf16=True)
        (out / "config.json").write_text(json.dumps(config_of_recipe(self.stage), indent=1) + "\n")

    def done(self):
        if self.args.minutes:  # so that the last checkpoint, too, is within the minutes
            return (self.clock + time.monotonic() - self.begun) / max(1, 60 * self.args.minutes - self.saving)
        return self.step / self.r["steps"]

    def shared(self, *values):
        """Rank 0's value on every rank; otherwise they would stop and save at different steps."""
        if self.world == 1:
            return values
        values = torch.tensor(values, dtype=torch.float64)
        torch.distributed.broadcast(values, 0, group=self.control)
        return values.tolist()

    def update(self, next_batch, micro_batches, done):
        r, masked, loss = self.r, 0, 0.0
        rise = min(1.0, (self.step - self.stage_began + 1) / max(1, r["warmup"]))
        share = min(schedule(r, done), rise)
        rate = r["learning_rate"] * share
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        total = torch.zeros((), device=self.device)
        causal = self.stage["objective"] == "ar"
        other = not causal and r["ar_every"] > 0 and self.step % r["ar_every"] == 0
        for i in range(micro_batches):
            batch = causal_batch(next_batch(), r) if other else next_batch()
            masked += np.count_nonzero(batch["weights"])
            with self.autocast():
                part = loss_of(self.network, self.compiled, self.head, to_device(with_places(batch), self.device),
                               causal or other) / micro_batches
            part.backward()
            total += part.detach()
        if self.world > 1:
            torch.distributed.all_reduce(total)
            total /= self.world
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), r["clip"] if r["clip"] > 0 else float("inf"))
        self.optimiser.step()
        if self.muon:
            self.muon.step(r["muon_rate"] * share, r["weight_decay"])
        for p in self.network.parameters():
            p.grad = None
        blend = 1 - min(r["ema"], (1 + self.step + 1) / (10 + self.step + 1))
        names, values = zip(*self.network.named_parameters())
        with torch.no_grad():
            if hasattr(torch, "_foreach_lerp_"):
                torch._foreach_lerp_([self.average[n] for n in names], list(values), blend)
            else:
                for n, v in zip(names, values):
                    self.average[n].lerp_(v, blend)
        self.losses += total + norm  # a loss that is not finite stays so; it is checked before saving
        self.step += 1
        self.tokens += micro_batches * r["micro_rows"] * r["length"] * self.world
        return total, norm, rate, masked

    def swapped(self, function):
        kept = {k: v.detach().clone() for k, v in self.network.named_parameters()}
        with torch.no_grad():
            for k, v in self.network.named_parameters():
                v.copy_(self.average[k])
        value = function()
        with torch.no_grad():
            for k, v in self.network.named_parameters():
                v.copy_(kept[k])
        return value

    def enter(self, ar):
        """Draws rows for the autoregressive stage, or for the rest, from the present position in the data."""
        stage, args = at_stage(self.r, ar), self.args
        position = self.position[self.rank] if self.position else {}
        if hasattr(self, "batches"):
            self.batches.close()
            position = dict(states=self.batches.states, taken=self.batches.taken)
        if not ar and self.r["ar_steps"] and not self.stage_began:
            self.stage_began = self.step
            self.average = {k: v.detach().clone() for k, v in self.network.named_parameters()}
        self.stage = stage

        def rows_of(worker):  # a run that cannot continue at its position gets another seed
            return Rows(self.data, self.flags, stage, worker * self.world + self.rank, self.world * args.workers,
                        seed=stage["seed"] + self.step)
        self.batches = Batches(rows_of, stage["micro_rows"], args.workers, **position)

    def train(self):
        r, args = self.r, self.args
        self.begun = BEGAN if args.minutes else time.monotonic()
        self.enter(r["objective"] == "ar" or self.shared(self.done())[0] < r["ar_steps"] / r["steps"])
        last = saved = time.monotonic()
        if self.rank == 0:
            name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else "the CPU"
            print(f"PyTorch {torch.__version__} on {name}, {len(self.data) / 1e6:.1f} M tokens, "
                  f"{sum(p.numel() for p in self.network.parameters()) / 1e6:.1f} M weights; started in {last - BEGAN:.0f} s", flush=True)
        self.begun = self.begun if args.minutes else last
        decaying, spoken = args.resume and self.shared(self.done())[0] >= 1 - r["decay"], self.tokens
        while True:
            done, due = self.shared(self.done(), time.monotonic() - saved >= args.checkpoint_every)
            if due:
                self.checkpoint(time.monotonic())
                saved = time.monotonic()
            if done >= 1 or (args.stop_after and self.step >= args.stop_after):
                break
            if not decaying and r["decay"] > 0 and done >= 1 - r["decay"]:
                decaying = True
                self.save("stable.pt")  # raw weights from before the decay: a later run starts from them
            if self.stage["objective"] == "ar" and r["objective"] != "ar" and done >= r["ar_steps"] / r["steps"]:
                self.enter(False)  # attention becomes bidirectional
            micro_batches = max(1, batch_rows(r, done) // (r["micro_rows"] * self.world))
            total, norm, rate, masked = self.update(self.batches, micro_batches, done)
            now = time.monotonic()
            if self.rank == 0 and (now - last >= 10 or self.step < 4):
                speed = (self.tokens - spoken) / (now - last)
                share = masked / (micro_batches * r["micro_rows"] * r["length"])
                used = speed * flop_per_token(self.network, r, share) / self.world
                peak = f"  {100 * used / args.peak:.0f} % of {args.peak / 1e12:.0f} TFLOP/s" if args.peak else ""
                print(f"step {self.step}  {100 * done:.1f} %  loss {float(total):.4f}  |g| {float(norm):.2f}  lr {rate:.2g}  "
                      f"{speed:.0f} tokens/s{peak}  {self.tokens / 1e6:.0f} M tokens", flush=True)
                last, spoken = now, self.tokens
        self.checkpoint(time.monotonic())
        if self.world > 1:
            torch.distributed.barrier()
            torch.distributed.destroy_process_group()

    def checkpoint(self, now):
        loss = None
        if self.valid is not None and self.rank == 0:
            rows = Rows(self.valid, self.flags, self.stage, seed=0)
            with self.eager():
                loss = self.swapped(lambda: validate(self.network, self.network, chunk_loss, rows, self.stage, self.device,
                                                     self.autocast))
            if not math.isfinite(loss):
                raise SystemExit(f"train.py: the validation loss at step {self.step} is not finite")
        self.clock += now - self.begun
        self.begun = now
        self.save()
        self.saving = time.monotonic() - now
        if self.rank == 0:
            record = dict(step=self.step, tokens=self.tokens, seconds=round(self.clock, 1), validation_nats_per_token=loss)
            with open(Path(self.args.out) / "train.jsonl", "a") as log:
                log.write(json.dumps(record) + "\n")
            print(f"checkpoint at step {self.step}: validation {loss} nats/token", flush=True)


# ---- comparing with the C program --------------------------------------------------------------------------------------

def check(model_folder, source, target):
    """log_score, dwdse_loss and gradients on the tensors of `lacuna score`, in float32."""
    weights = read_weights(model_folder)
    shape = shape_of_config(json.loads((Path(model_folder) / "config.json").read_text()))
    network = Network(shape)
    network.load_state_dict(weights)
    given, s = read_tensors(source), network.shape
    sigma_bar, sigma = noise_levels(dict(s), given["t"])
    score = log_score(s, network.logits(network(given["xt"], sigma_bar)), given["xt"], sigma_bar)
    loss = (score_entropy(s, score, given["xt"], given["x0"], sigma_bar) * sigma[:, None]).sum(-1)
    loss.mean().backward()
    out = {"log_score": score, "dwdse_loss": loss}
    out.update({f"grad_of_mean_loss.{k}": p.grad for k, p in network.named_parameters()})
    write_tensors(target, out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recipe")
    parser.add_argument("--tokenizer", help="folder with vocab.json and merges.txt")
    parser.add_argument("--data", nargs="+", default=[], help="texts, or .tokens files of lacuna train")
    parser.add_argument("--valid", nargs="+", default=[])
    parser.add_argument("--out")
    parser.add_argument("--init", help="model folder to start from")
    parser.add_argument("--objective", choices=("ar", "k-form", "dwdse"), help="ar: an autoregressive model, as a baseline")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--overwrite", action="store_true", help="start over in --out, replacing the run or model there")
    parser.add_argument("--minutes", type=float, default=0, help="run by the clock instead of by the recipe's steps")
    parser.add_argument("--stop-after", type=int, default=0, help="total steps, after which it stops as if interrupted")
    parser.add_argument("--checkpoint-every", type=float, default=240, help="seconds")
    parser.add_argument("--workers", type=int, default=4, help="processes that draw batches")
    parser.add_argument("--peak", type=float, default=0, help="the device's bf16 FLOP/s, to print utilisation")
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--need-gpu", action="store_true", help="refuse to train on the CPU")
    parser.add_argument("--check", nargs=3, metavar=("MODEL", "IN", "OUT"), help="compare with lacuna score --grad")
    args = parser.parse_args()
    if args.check:
        return check(*args.check)
    for name in ("recipe", "tokenizer", "data", "out"):
        if not getattr(args, name):
            parser.error(f"--{name} is needed")
    check_run(args)
    Trainer(args).train()


if __name__ == "__main__":
    sys.exit(main())
