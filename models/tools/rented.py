#!/usr/bin/env python3
"""Train on a rented machine with a GPU and no network, to which only small transfers are possible.

*Here* is the machine with lacuna, the texts and the vocabulary; *there* is the rented one. Every command says on one line
what it has done and how long it took, ends with status 1 if something failed, and can be repeated.

  here   rented.py pack --recipe R.json --tokenizer DIR --data a.txt.xz … --valid v.txt.xz --lacuna PROGRAM --out pack
         cuts all that is needed into the folders pack/part-1, pack/part-2 …, of at most --most MiB each. Copy them there, one
         at a time if need be; rented.py itself is in part-1. Texts that are not compressed yet are compressed.
  there  rented.py tokenise part-* --work w       checks the parts, unpacks them, and turns texts into tokens on all cores
  there  rented.py train --work w --minutes 9     starts train.py in a session of its own, and returns at once
  there  rented.py watch --work w --seconds 240   prints the log as it grows, until the run or the time has ended
  there  rented.py result --work w --out r        the weights in bf16, in pieces of at most --piece MiB; of all pieces those of
                                                  call --call, with at most --most MiB and --files files
  here   rented.py join r … --out run             checks the hashes, and puts the model folder together

`tokenise` uses the package `tokenizers` if it is there, and is a tokenizer itself if not. Either way it compares its ids with
those that `lacuna tokens encode` gave for lines from all over the texts when they were packed, and gives up if they differ.

`train` watches over train.py. If it fails, or takes no step for --patience seconds, before its first checkpoint, it starts once
more without torch.compile; after it, it goes on from the checkpoint. Both only in the minutes that are left.
"""
import argparse
import array
import functools
import hashlib
import json
import lzma
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import unicodedata
from pathlib import Path

SEPARATOR = "<|endoftext|>"
MIB = 1 << 20
SAMPLES = 200  # lines of a text whose tokens are compared
LEAST_MINUTES = 1.5  # with less left a run is not started again


def fail(message):
    print(f"rented.py: {message}", file=sys.stderr)
    sys.exit(1)


def sha256(blob):
    return hashlib.sha256(blob).hexdigest()


def sha256_of_file(path):
    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for block in iter(lambda: f.read(MIB), b""):
            digest.update(block)
    return digest.hexdigest()


def write_json(path, value):
    """All or nothing: another process may be reading."""
    temporary = f"{path}.tmp"
    Path(temporary).write_text(json.dumps(value, indent=1) + "\n")
    os.replace(temporary, path)


def read_json(path):
    return json.loads(Path(path).read_text())


def add(tar, path, name):
    """Writable, whatever the file is here: unpacking a second time replaces it."""
    entry = tar.gettarinfo(path, name)
    entry.mode = 0o644
    with open(path, "rb") as f:
        tar.addfile(entry, f)


def flat(name):
    """The name of a file in a folder, and of nothing elsewhere: names come from the other machine."""
    if name != Path(name).name or name in ("", "..") or "\\" in name:
        fail(f"{name!r} is not the name of a file in a folder")
    return name


def extract(path, folder):
    with tarfile.open(path) as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isreg() else fail(f"{path}: {entry.name!r} is not a file")
            with open(Path(folder) / flat(entry.name), "wb") as f:
                shutil.copyfileobj(content, f)


# ---- documents and tokens -----------------------------------------------------------------------------------------

def documents_of(text):
    """As bpe_next_document of src/bpe divides a text."""
    documents, start = [], 0
    for mark in re.finditer(rf"(?m)^{re.escape(SEPARATOR)}$", text):
        documents.append(text[start:max(start, mark.start() - 1)])  # the line break before a separator belongs to it
        start = mark.end() + 1
    last = text[start:]
    last = last[:-1] if last.endswith("\n") else last
    return documents + [last] if last or start == 0 else documents


def read_text(path):
    blob = Path(path).read_bytes()
    return (lzma.decompress(blob) if str(path).endswith(".xz") else blob).decode("utf-8")


@functools.lru_cache(None)
def words_pattern():
    """GPT-2's pattern, whose classes of characters Python's `re` does not know by name."""
    kinds = {"L": [], "N": []}
    for code in range(sys.maxunicode + 1):
        kind = kinds.get(unicodedata.category(chr(code))[0])
        if kind is None:
            continue
        if kind and kind[-1][1] == code - 1:
            kind[-1][1] = code
        else:
            kind.append([code, code])
    letter, number = ("".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in kinds[k]) for k in "LN")
    space = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
    return re.compile(f"'s|'t|'re|'ve|'m|'ll|'d| ?[{letter}]+| ?[{number}]+| ?[^{space}{letter}{number}]+|"
                      f"[{space}]+(?![^{space}])|[{space}]+")


def byte_characters():
    """The character that stands for each byte in vocab.json."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return {**{b: chr(b) for b in printable}, **{b: chr(256 + i) for i, b in enumerate(others)}}


class OwnTokenizer:
    """Byte-level byte-pair encoding with vocab.json and merges.txt, in plain Python."""

    def __init__(self, folder):
        self.vocab = read_json(Path(folder) / "vocab.json")
        lines = (Path(folder) / "merges.txt").read_text(encoding="utf-8").split("\n")
        pairs = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
        self.ranks = {pair: i for i, pair in enumerate(pairs)}
        self.characters, self.cache = byte_characters(), {}

    def word(self, text):
        parts = [self.characters[b] for b in text.encode("utf-8")]
        while len(parts) > 1:
            rank, at = min((self.ranks.get(pair, 1 << 30), i) for i, pair in enumerate(zip(parts, parts[1:])))
            if rank == 1 << 30:
                break
            parts[at:at + 2] = [parts[at] + parts[at + 1]]
        return [self.vocab[part] for part in parts]

    def encode(self, text):
        ids, cache = [], self.cache
        for word in words_pattern().findall(text):
            if word not in cache:
                cache[word] = self.word(word)
            ids += cache[word]
        return ids


class PackageTokenizer:
    def __init__(self, folder):
        from tokenizers import Tokenizer, models, pre_tokenizers
        self.tokenizer = Tokenizer(models.BPE.from_file(str(Path(folder) / "vocab.json"), str(Path(folder) / "merges.txt")))
        self.tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)

    def encode(self, text):
        return self.tokenizer.encode(text).ids


def ids_bytes(ids):
    return b"".join(i.to_bytes(2, "little") for i in ids)


def tokenizers():
    """The kinds to try, the fastest first."""
    try:
        import tokenizers  # noqa: F401: only whether it is there
        return [PackageTokenizer, OwnTokenizer]
    except ImportError:
        return [OwnTokenizer]


JOB = {}  # what the processes of tokenise_text inherit: the text is too large to send


def encode_group(span):
    if "tokenizer" not in JOB:
        JOB["tokenizer"] = JOB["kind"](JOB["folder"])
    out = array.array("H")
    for document in JOB["documents"][span[0]:span[1]]:
        out.extend(JOB["tokenizer"].encode(document))
        out.append(JOB["end"])
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


def tokenise_text(kind, folder, documents, jobs):
    """The bytes of the token file: ids of 16 bits, a separator after each document."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the processes are the parallelism
    vocab = read_json(Path(folder) / "vocab.json")
    JOB.clear()
    JOB.update(kind=kind, folder=folder, documents=documents, end=vocab[SEPARATOR])
    spans, begin, size = [], 0, 0
    for i, document in enumerate(documents):
        size += len(document)
        if size > MIB or i + 1 == len(documents):
            spans.append((begin, i + 1))
            begin, size = i + 1, 0
    words_pattern()  # once, before the processes divide
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return b"".join(pool.map(encode_group, spans, chunksize=1))


# ---- here: pack ---------------------------------------------------------------------------------------------------

def sample_of(text, program, tokenizer):
    """Lines from all over the text, and the hash of their ids by lacuna, which encodes line by line."""
    lines = [line for line in text.split("\n") if line and line != SEPARATOR]
    lines = [lines[i] for i in sorted({i * len(lines) // SAMPLES for i in range(SAMPLES)})]
    done = subprocess.run([program, "tokens", "encode", "-m", tokenizer], input="\n".join(lines).encode(), capture_output=True)
    if done.returncode:
        fail(f"{program} tokens encode: {done.stderr.decode().strip()}")
    return dict(lines=lines, sha256=sha256(ids_bytes(map(int, done.stdout.split()))))


def add_texts(tar, args, folder):
    texts = []
    for role, paths in (("data", args.data), ("valid", args.valid)):
        for number, path in enumerate(paths, 1):
            name, compressed = f"{role}-{number}.txt.xz", path
            if not str(path).endswith(".xz"):
                compressed = folder / name
                compressed.write_bytes(lzma.compress(Path(path).read_bytes()))
            add(tar, compressed, name)
            entry = dict(name=name, role=role, source=Path(path).name)
            if args.lacuna:
                entry["sample"] = sample_of(read_text(path), args.lacuna, args.tokenizer)
            texts.append(entry)
            if compressed != path:
                compressed.unlink()
    return texts


def pack(args):
    out, tools = Path(args.out), Path(__file__).resolve().parent
    if out.exists():
        fail(f"{out}: is there already")
    out.mkdir(parents=True)
    whole = out / "whole.tar"
    with tarfile.open(whole, "w") as tar:
        for path, name in ((args.recipe, "recipe.json"), (tools / "train.py", "train.py"), (tools / "rented.py", "rented.py"),
                           (Path(args.tokenizer) / "vocab.json", "vocab.json"),
                           (Path(args.tokenizer) / "merges.txt", "merges.txt")):
            add(tar, path, name)
        texts = add_texts(tar, args, out)
    size, pieces = int(args.most * MIB) - MIB // 2, []  # half a MiB for rented.py and the manifest
    with open(whole, "rb") as f:
        for number, blob in enumerate(iter(lambda: f.read(size), b""), 1):
            folder = out / f"part-{number}"
            folder.mkdir()
            (folder / f"pack.{number}").write_bytes(blob)
            pieces.append(dict(name=f"pack.{number}", bytes=len(blob), sha256=sha256(blob)))
    whole.unlink()
    write_json(out / "part-1" / "manifest.json", dict(pieces=pieces, texts=texts))
    shutil.copy(tools / "rented.py", out / "part-1")
    return f"{len(pieces)} parts, {sum(p['bytes'] for p in pieces) / MIB:.1f} MiB"


# ---- there: tokenise ----------------------------------------------------------------------------------------------

def find(parts, name):
    for part in parts:
        if (Path(part) / name).exists():
            return Path(part) / name
    fail(f"{name}: is in none of {', '.join(map(str, parts))}")


def unpack(parts, work):
    manifest = read_json(find(parts, "manifest.json"))
    with open(work / "whole.tar", "wb") as whole:
        for piece in manifest["pieces"]:
            path = find(parts, piece["name"])
            blob = path.read_bytes()
            if sha256(blob) != piece["sha256"]:
                fail(f"{path}: was damaged or cut short on its way")
            whole.write(blob)
    extract(work / "whole.tar", work)
    (work / "whole.tar").unlink()
    return manifest


def agrees(kind, folder, sample):
    tokenizer = kind(folder)
    return sha256(b"".join(ids_bytes(tokenizer.encode(line)) for line in sample["lines"])) == sample["sha256"]


def tokenise(args):
    work, tokens, jobs = Path(args.work), 0, args.jobs or os.cpu_count()
    work.mkdir(parents=True, exist_ok=True)
    manifest, kinds = unpack(args.parts, work), tokenizers()
    samples = [text["sample"] for text in manifest["texts"] if "sample" in text]
    while not all(agrees(kinds[0], work, sample) for sample in samples):
        print(f"rented.py: {kinds[0].__name__} gives other tokens than lacuna", file=sys.stderr)
        kinds = kinds[1:] or fail("no tokenizer here agrees with lacuna")
    for text in manifest["texts"]:
        blob = tokenise_text(kinds[0], work, documents_of(read_text(work / text["name"])), jobs)
        (work / text["name"].replace(".txt.xz", ".tokens")).write_bytes(blob)
        tokens += len(blob) // 2
    write_json(work / "manifest.json", dict(manifest, tokens=tokens))
    return f"{tokens / 1e6:.2f} M tokens by {kinds[0].__name__}, {jobs} processes"


# ---- there: train and watch ---------------------------------------------------------------------------------------

def last_record(work):
    path = work / "run" / "train.jsonl"
    lines = path.read_text().splitlines() if path.exists() else []
    return json.loads(lines[-1]) if lines else None


def command_of(args, work, minutes):
    texts = read_json(work / "manifest.json")["texts"]
    files = {role: [str(work / t["name"].replace(".txt.xz", ".tokens")) for t in texts if t["role"] == role]
             for role in ("data", "valid")}
    return [sys.executable, "-u", str(work / "train.py"), "--recipe", str(work / "recipe.json"), "--tokenizer", str(work),
            "--data", *files["data"], *(["--valid", *files["valid"]] if files["valid"] else []), "--out", str(work / "run"),
            "--minutes", f"{minutes:.4f}", "--workers", str(args.workers or max(1, min(12, (os.cpu_count() or 2) - 2))),
            "--checkpoint-every", str(args.checkpoint_every), *([] if args.cpu else ["--need-gpu"]), *args.rest]


def end(process):
    """The whole session that the process leads: the processes that draw batches, too."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            pass


def run_once(command, work, patience):
    """Status of the run; 1 also if it was ended because its log did not grow."""
    log = work / "log"
    environment = dict(os.environ, TORCH_LOGS=os.environ.get("TORCH_LOGS", "recompiles"), PYTHONUNBUFFERED="1")
    with open(log, "ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment,
                                   start_new_session=True)
    size, changed = -1, time.monotonic()
    while process.poll() is None:
        if log.stat().st_size != size:
            size, changed = log.stat().st_size, time.monotonic()
        if time.monotonic() - changed > patience:
            with open(log, "a") as out:
                out.write(f"rented.py: nothing was logged for {patience:.0f} seconds: ending the run\n")
            end(process)
            return 1
        time.sleep(0.1)
    end(process)  # those of its processes that it left behind
    return process.returncode


def supervise(args):
    """Runs train.py, at most three times, until the minutes are over. Status 2 is a refusal, which would come again."""
    work, tried = Path(args.work), 0
    until = time.monotonic() + 60 * args.minutes
    status, extra = 1, []
    while status not in (0, 2) and tried < 3:
        left = (until - time.monotonic()) / 60
        record = last_record(work)
        if tried and left < LEAST_MINUTES:
            break
        if tried and record:
            extra, left = [e for e in extra if e != "--overwrite"] + ["--resume"], left + record["seconds"] / 60
        elif tried:
            extra = ["--no-compile", "--overwrite"]
        if tried:
            with open(work / "log", "a") as out:
                out.write(f"rented.py: starting again with {' '.join(dict.fromkeys(extra))}\n")
        status = run_once([*command_of(args, work, left), *dict.fromkeys(extra)], work, args.patience)
        tried += 1
    write_json(work / "ended", dict(status=status, tries=tried, last=last_record(work)))


def train(args):
    work = Path(args.work)
    if not (work / "manifest.json").exists():
        fail(f"{work}: has no tokens yet; rented.py tokenise comes first")
    if (work / "running").exists():
        fail(f"{work}: a run was started there already")
    command = [sys.executable, str(Path(__file__).resolve()), "supervise", "--work", str(work.resolve()),
               "--minutes", str(args.minutes), "--workers", str(args.workers), "--patience", str(args.patience),
               "--checkpoint-every", str(args.checkpoint_every), *(["--cpu"] if args.cpu else []),
               *(["--", *args.rest] if args.rest else [])]
    with open(work / "log", "ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
    write_json(work / "running", dict(supervisor=process.pid))
    return f"a run of {args.minutes:g} minutes"


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # one that has ended can stay in the table where nobody waits for it
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def watch(args):
    work, until = Path(args.work), time.monotonic() + args.seconds
    log, at = work / "log", 0
    if not (work / "running").exists():
        fail(f"{work}: no run was started there")
    while True:
        ended = (work / "ended").exists()  # before reading, so that nothing that is logged last is missed
        if log.exists():
            new = log.read_bytes()[at:]
            at, lines = at + len(new), new.decode("utf-8", "replace").splitlines(keepends=True)
            print("".join(lines[-args.lines:]), end="", flush=True)
        if ended:
            said = read_json(work / "ended")
            if said["status"]:
                fail(f"the run failed with status {said['status']} after {said['tries']} tries; the last checkpoint: {said['last']}")
            return f"the run has ended well: {json.dumps(said['last'])}"
        if not alive(read_json(work / "running")["supervisor"]) and not (work / "ended").exists():
            fail(f"the run was ended from outside; the last checkpoint: {last_record(work)}")
        if time.monotonic() >= until:
            return "the run goes on"
        time.sleep(min(1, max(0.05, until - time.monotonic())))


# ---- there: result; here: join ------------------------------------------------------------------------------------

def collect(work, folder, weights):
    """What is sent back, the most important first."""
    sys.path.insert(0, str(work))
    run, names = work / "run", ["config.json", "train.jsonl", "log", "recipe.json", "vocab.json", "merges.txt"]
    for name in names:
        source = run / name if name in ("config.json", "train.jsonl") else work / name
        if source.exists():
            shutil.copy(source, folder)
    if "average" in weights:
        shutil.copy(run / "model.safetensors", folder / "model.safetensors")
    for kind, file in (("raw", "checkpoint.pt"), ("stable", "stable.pt")):
        if kind in weights and (run / file).exists():
            import torch
            import train as trainer
            network = torch.load(run / file, map_location="cpu")["network"]
            trainer.write_tensors(folder / f"{kind}.safetensors", network, bf16=True)
    order = [*names, "model.safetensors", "raw.safetensors", "stable.safetensors"]
    return [folder / name for name in order if (folder / name).exists()]


def cut(paths, piece):
    """(file, number, of how many, blob)"""
    for path in paths:
        blob = path.read_bytes()
        of = max(1, -(-len(blob) // piece))
        for i in range(of):
            yield path.name, i + 1, of, blob[i * piece:(i + 1) * piece]


def small_as_one(paths, folder):
    """Few files may be allowed: the small ones travel in one archive."""
    small = [p for p in paths if p.suffix != ".safetensors"]
    with tarfile.open(folder / "small.tar.xz", "w:xz") as tar:
        for path in small:
            add(tar, path, path.name)
    return [folder / "small.tar.xz", *(p for p in paths if p not in small)]


def result(args):
    work, out = Path(args.work), Path(args.out)
    kept = work / "result"
    if kept.exists() and args.call == 1:
        shutil.rmtree(kept)
    if not kept.exists():
        kept.mkdir()
        paths = small_as_one(collect(work, kept, args.weights), kept)
        write_json(kept / "order", [p.name for p in paths])
    paths = [kept / name for name in read_json(kept / "order")]
    out.mkdir(parents=True, exist_ok=True)
    calls, size, count, pieces = 1, 0, 1, []  # the list itself is a file
    for name, number, of, blob in cut(paths, int(args.piece * MIB)):
        if count + 1 > args.files or size + len(blob) > args.most * MIB:
            calls, size, count = calls + 1, 0, 1
        size, count = size + len(blob), count + 1
        pieces.append(dict(name=f"{name}.{number}-of-{of}", file=name, number=number, of=of, sha256=sha256(blob), call=calls))
        if calls == args.call:
            (out / pieces[-1]["name"]).write_bytes(blob)
    write_json(out / f"pieces-{args.call}.json", dict(pieces=pieces, files={p.name: sha256_of_file(p) for p in paths}))
    more = f"; then --call {args.call + 1}" if args.call < calls else ""
    return f"call {args.call} of {calls}: {sum(p['call'] == args.call for p in pieces)} pieces{more}"


def join(args):
    out = Path(args.out)
    lists = [path for folder in args.results for path in sorted(Path(folder).glob("pieces-*.json"))]
    if not lists:
        fail("there is no pieces-….json in these folders")
    said = read_json(lists[0])
    if any(read_json(path) != said for path in lists):
        fail("these are pieces of different results")
    if (out / "model.safetensors").exists() or (out / "config.json").exists():
        fail(f"{out}: there is a model already")
    whole, missing = {}, []
    for name, digest in said["files"].items():
        blobs = []
        flat(name)
        for piece in (p for p in said["pieces"] if p["file"] == name):
            found = [Path(folder) / piece["name"] for folder in args.results if (Path(folder) / piece["name"]).exists()]
            blob = found[0].read_bytes() if found else None
            if blob is not None and sha256(blob) != piece["sha256"]:
                fail(f"{found[0]}: was damaged or cut short on its way")
            blobs.append(blob)
        if None in blobs:
            missing.append(name)
        elif sha256(b"".join(blobs)) != digest:
            fail(f"{name}: its pieces are whole, but not those of one file")
        else:
            whole[name] = b"".join(blobs)
    if "small.tar.xz" in missing or "model.safetensors" in missing:
        fail(f"pieces are missing of {', '.join(missing)}")
    out.mkdir(parents=True, exist_ok=True)
    for name, blob in whole.items():
        (out / name).write_bytes(blob)
    extract(out / "small.tar.xz", out)
    (out / "small.tar.xz").unlink()
    return f"{out}: the model" + (f"; pieces are missing of {', '.join(missing)}" if missing else "")


# ---- the command line ---------------------------------------------------------------------------------------------

def add_run_options(parser):
    parser.add_argument("--work", required=True)
    parser.add_argument("--minutes", type=float, required=True, help="for training, validation and saving together")
    parser.add_argument("--workers", type=int, default=0, help="processes that draw batches (default: CPUs less two, at most 12)")
    parser.add_argument("--patience", type=float, default=150, help="seconds without a line in the log that mean failure")
    parser.add_argument("--checkpoint-every", type=float, default=180, help="seconds")
    parser.add_argument("--cpu", action="store_true", help="do not insist on a GPU")
    parser.add_argument("rest", nargs="*", help="after --: further options of train.py")


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    p = commands.add_parser("pack")
    p.add_argument("--recipe", required=True)
    p.add_argument("--tokenizer", required=True, help="a folder with vocab.json and merges.txt")
    p.add_argument("--data", nargs="+", required=True, help="texts, .txt or .txt.xz")
    p.add_argument("--valid", nargs="*", default=[])
    p.add_argument("--lacuna", help="the program, to compare tokens with")
    p.add_argument("--out", required=True)
    p.add_argument("--most", type=float, default=32, help="MiB of a part")
    p = commands.add_parser("tokenise")
    p.add_argument("parts", nargs="+", help="the folders part-1, part-2 …")
    p.add_argument("--work", required=True)
    p.add_argument("--jobs", type=int, default=0, help="processes (default: one per CPU)")
    add_run_options(commands.add_parser("train"))
    add_run_options(commands.add_parser("supervise", help="what train starts"))
    p = commands.add_parser("watch")
    p.add_argument("--work", required=True)
    p.add_argument("--seconds", type=float, default=60)
    p.add_argument("--lines", type=int, default=15, help="at most so many lines at a time")
    p = commands.add_parser("result")
    p.add_argument("--work", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--weights", nargs="+", choices=("average", "raw", "stable"), default=["average", "raw"],
                   help="the moving average, the last ones, those from before the decay")
    p.add_argument("--piece", type=float, default=15, help="MiB of a piece")
    p.add_argument("--most", type=float, default=60, help="MiB of a call")
    p.add_argument("--files", type=int, default=8, help="files of a call")
    p.add_argument("--call", type=int, default=1)
    p = commands.add_parser("join")
    p.add_argument("results", nargs="+")
    p.add_argument("--out", required=True)
    return parser


def main():
    args = options().parse_args()
    began = time.monotonic()
    said = globals()[args.command](args)
    if said:
        print(f"{args.command}: {said}  ({time.monotonic() - began:.1f} s)", flush=True)


if __name__ == "__main__":
    main()
