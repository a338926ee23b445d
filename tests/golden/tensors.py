"""safetensors files for the tests: a dict from names to (dtype, shape, bytes)."""
import json
import struct

import numpy as np


def read(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    at = 8 + size
    return {name: (e["dtype"], e["shape"], data[at + e["data_offsets"][0]:at + e["data_offsets"][1]])
            for name, e in header.items()}


def write(path, tensors):
    header, at = {}, 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = dict(dtype=dtype, shape=list(shape), data_offsets=[at, at + len(data)])
        at += len(data)
    text = json.dumps(header).encode()
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(t[2] for t in tensors.values()))


def floats(tensor):
    """Its values as float32; F32 and BF16 only."""
    dtype, shape, data = tensor
    if dtype == "F32":
        return np.frombuffer(data, "<f4").reshape(shape)
    return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4").reshape(shape)


def f32(values):
    values = np.asarray(values, "<f4")
    return "F32", values.shape, values.tobytes()
