#!/usr/bin/python3
"""Speed relative to PyTorch: one reverse step, and one training step, on the same cores at the same time.

  tests/bench/reference_step.py [--threads 2] [--rounds 5] [--only reverse|train] [--tokens 256,1024] [--precision f32,int16]

The other side is the paper's network in models/tools/train.py (tests/golden/train_py.sh compares it with the C program
tensor by tensor), used as the published code uses it: in float32 the whole window goes through
the network and through the head, the scores of all positions become the probabilities of one analytic step
(Tweedie), and a Gumbel race over them draws the next state. Training is the published loss, all logits at once for a
micro-batch of eight rows, AdamW and a moving average. It needs torch (Debian: python3-torch).

Runs alternate; medians are printed. On our side it is `lacuna bench net --shape small` (one evaluation, whose head
gets 16 rows because 16 are masked: leaving out the others changes nothing) and `lacuna bench train`.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", default="256,1024", help="windows of the reverse step")
    parser.add_argument("--precision", default="f32", help="ours: what `lacuna bench net` takes, by commas")
    parser.add_argument("--only", choices=["reverse", "train"])
    parser.add_argument("--lacuna", default=os.environ.get("LACUNA", str(ROOT / "lacuna")))
    return parser.parse_args()


args = arguments()
os.environ["OMP_NUM_THREADS"] = str(args.threads)
sys.path.insert(0, str(ROOT / "models/tools"))
import torch  # noqa: E402  (after the number of threads)
import train  # noqa: E402

torch.set_num_threads(args.threads)


def network_of(hidden, blocks, heads, tokens, length):
    torch.manual_seed(1)
    shape = dict(tokens=tokens, graph="absorb", noise="loglinear", sigma_min=1e-4, sigma_max=20.0, hidden_size=hidden,
                 cond_dim=128, n_blocks=blocks, n_heads=heads, length=length, parametrisation="score",
                 scale_by_sigma=True, tie_embeddings=False)
    network = train.Network(shape)
    for p in network.parameters():
        torch.nn.init.normal_(p, std=0.02)
    return network


# ---- sampling ------------------------------------------------------------------------------------------------------

@torch.no_grad()
def reverse_step(network, ids, sigma_bar, difference):
    """One analytic step of the absorbing graph for every position of the window."""
    mask = network.shape["tokens"]
    score = train.log_score(network.shape, network.logits(network(ids, sigma_bar)), ids, sigma_bar).exp()
    extra = (1 - math.exp(difference)) * score.sum(-1)
    score *= math.exp(difference)
    score[..., -1] += extra
    kernel = torch.nn.functional.one_hot(ids, mask + 1) * math.exp(-difference)
    kernel[..., mask] += (ids == mask) * (1 - math.exp(-difference))
    weights = score * kernel + score * (kernel == 0) * (ids == mask)[..., None] * (1 - math.exp(-difference))
    race = 1e-10 - (torch.rand_like(weights) + 1e-10).log()
    return (weights / race).argmax(-1)


def timed(function):
    begun = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - begun)


def bench_net(tokens, precision):
    line = subprocess.run([args.lacuna, "bench", "net", "--shape", "small", "--precision", precision, "--tokens", str(tokens),
                           "--masked", "16", "--repeats", "3", "--threads", str(args.threads), "--json"],
                          check=True, capture_output=True, text=True).stdout
    return json.loads(line)["ms"]


def compare_reverse():
    network = network_of(768, 12, 12, 50257, 1024)
    sigma_bar, times, sizes = torch.tensor([0.5]), {}, [int(n) for n in args.tokens.split(",")]
    precisions = args.precision.split(",")
    for round_number in range(-1, args.rounds):
        for tokens in sizes:
            ids = torch.randint(50257, (1, tokens))
            ids[:, 100:116] = 50257
            found = {"step": timed(lambda: reverse_step(network, ids, sigma_bar, 0.02)),
                     "network": timed(lambda: network_alone(network, ids, sigma_bar)), **{p: bench_net(tokens, p) for p in precisions}}
            print(f"  {tokens} tokens: " + "  ".join(f"{n} {ms:.0f} ms" for n, ms in found.items()), file=sys.stderr, flush=True)
            for name, ms in found.items():
                if round_number >= 0:  # the first is not counted
                    times.setdefault((tokens, name), []).append(ms)
    ms = {key: statistics.median(values) for key, values in times.items()}
    for tokens in sizes:
        step, alone = ms[tokens, "step"], ms[tokens, "network"]
        print(f"reverse step, {tokens:4} tokens: torch {step:7.0f} ms ({alone:.0f} of them the network)")
        for p in precisions:
            print(f"  lacuna, {p:5} {ms[tokens, p]:6.0f} ms: {step / ms[tokens, p]:.1f} times as fast")
    for p in precisions if 256 in sizes and 1024 in sizes else []:
        print(f"torch's default window against 256 tokens of ours, {p}: {ms[1024, 'step'] / ms[256, p]:.1f} times")


@torch.no_grad()
def network_alone(network, ids, sigma_bar):
    network.logits(network(ids, sigma_bar))


# ---- training ------------------------------------------------------------------------------------------------------

def published_loss(network, x0):
    """dwdse of a micro-batch: scores of all positions, the entropy at the masked ones."""
    s, mask = network.shape, network.shape["tokens"]
    t = (1 - 1e-3) * torch.rand(len(x0)) + 1e-3
    sigma_bar, sigma = train.noise_levels(s, t)
    moved = torch.rand(x0.shape) < 1 - (-sigma_bar[:, None]).exp()
    x = torch.where(moved, torch.full_like(x0, mask), x0)
    score = train.log_score(s, network.logits(network(x, sigma_bar)), x, sigma_bar)
    ratio = 1 / torch.expm1(sigma_bar)[:, None].expand(x.shape)[moved]
    at = score[moved]
    entropy = at[:, :-1].exp().sum(-1) - ratio * at.gather(-1, x0[moved][:, None])[:, 0] + ratio * (ratio.log() - 1)
    return (sigma[:, None].expand(x.shape)[moved] * entropy).sum() / len(x0)


def bench_train(recipe, precision):
    line = subprocess.run([args.lacuna, "bench", "train", "--shape", str(ROOT / "models/recipes" / recipe), "--precision",
                           precision, "--threads", str(args.threads), "--json"], check=True, capture_output=True, text=True)
    return json.loads(line.stdout)["tokens_per_second"]


def compare_train():
    rows, micro, length = 32, 8, 256
    network = network_of(384, 6, 6, 8192, length)
    network.initialise(dict(init_std=0.02, output_std=0.005, embedding_std=0.02, n_blocks=6, gate=1))
    optimiser = torch.optim.AdamW(network.parameters(), lr=6e-4)
    average = [p.detach().clone() for p in network.parameters()]

    def step():
        for _ in range(rows // micro):
            (published_loss(network, torch.randint(8189, (micro, length))) * micro / rows).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        with torch.no_grad():
            for kept, p in zip(average, network.parameters()):
                kept.lerp_(p, 1e-3)

    ours = [p for p in args.precision.split(",") if p in ("f32", "bf16")]  # the type in which gradients are computed
    times, own = [], {(recipe, p): [] for recipe in ("sedd-absorb.json", "bundled.json") for p in ours}
    for round_number in range(-1, args.rounds):
        ms = timed(step)
        for (recipe, precision), rates in own.items():
            rate = bench_train(recipe, precision) if round_number >= 0 else 0
            rates.append(rate)
        if round_number >= 0:
            times.append(ms)
    other = rows * length / statistics.median(times) * 1e3
    print(f"training, {rows * length} tokens per step, 6 blocks of 384, vocabulary 8192: torch {other:.0f} tokens/s")
    for (recipe, precision), rates in own.items():
        rate = statistics.median(rates[1:])
        print(f"  lacuna, {recipe:16} {precision:4} {rate:6.0f} tokens/s: {rate / other:.1f} times as fast")


print(f"torch {torch.__version__}, {args.threads} threads, float32, medians of {args.rounds}")
if args.only != "train":
    compare_reverse()
if args.only != "reverse":
    compare_train()
