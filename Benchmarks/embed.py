#!/usr/bin/env python3
"""Embeds the same texts with Mneme and its peers, on one thread each, in one run.

    ./mneme bench embed [--rounds 7] [--with-sentence-transformers] [--gate]

Peers, from PyPI: onnxruntime on a fused graph in float32 and in dynamic int8 (per channel), and, if asked for, since torch is
large, sentence-transformers (`pip install sentence-transformers` in the benchmarks' environment).

Every round visits every runner, so that a busy machine slows all alike. Reported is the least processor time of all rounds:
per text for short and medium (one call each), in total for batch. `--gate` fails when a promise is not kept.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.pop(0)  # http.py beside this file is not Python's own.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

WORKLOADS = {"short": "10 tokens", "medium": "100 tokens", "batch": "256 summaries"}
PROMISES = {  # At least: times as fast as the peer.
    ("onnxruntime int8", "short"): 2.5, ("onnxruntime int8", "medium"): 1.7, ("onnxruntime int8", "batch"): 2.5,
    ("sentence-transformers", "batch"): 3.5,
}
LAYERS, HEADS, WIDTH = 6, 12, 384


def read_weights(path):
    """The arrays of a safetensors file: a length, a header in JSON, then the numbers."""
    import json

    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            flat = np.frombuffer(data[8 + length + start:8 + length + end], dtype="<f4")
            arrays[name.removeprefix("bert.")] = flat.reshape(entry["shape"])
    return arrays


def write_graph(weights, path):
    """The graph that onnxruntime's own optimizer makes of BERT: fused embedding, attention, skip and norm, bias and GELU."""
    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def fused(kind, inputs, outputs, **attributes):
        nodes.append(helper.make_node(kind, inputs, outputs, domain="com.microsoft", **attributes))

    def matrix(name):  # As it multiplies from the right.
        return constant(name, weights[name].T)

    def vector(name):
        return constant(name, weights[name])

    embeddings = [vector(f"embeddings.{n}_embeddings.weight") for n in ("word", "position", "token_type")]
    norm = [vector("embeddings.LayerNorm.weight"), vector("embeddings.LayerNorm.bias")]
    fused("EmbedLayerNormalization", ["ids", "segments", *embeddings, *norm, "mask"], ["hidden", "lengths"], epsilon=1e-12)
    hidden = "hidden"
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        parts = [f"{at}.attention.self.{n}" for n in ("query", "key", "value")]
        joined = constant(f"{at}.qkv.weight", np.concatenate([weights[f"{p}.weight"].T for p in parts], axis=1))
        bias = constant(f"{at}.qkv.bias", np.concatenate([weights[f"{p}.bias"] for p in parts]))
        fused("Attention", [hidden, joined, bias, "lengths"], [f"{at}.mixed"], num_heads=HEADS)

        def skip(product, beside, name, norm, out):
            norms = [vector(f"{norm}.LayerNorm.weight"), vector(f"{norm}.LayerNorm.bias")]
            fused("SkipLayerNormalization", [product, beside, *norms, vector(name)], [out], epsilon=1e-12)

        def product(left, name, out):
            nodes.append(helper.make_node("MatMul", [left, matrix(name)], [out]))

        product(f"{at}.mixed", f"{at}.attention.output.dense.weight", f"{at}.attended")
        skip(f"{at}.attended", hidden, f"{at}.attention.output.dense.bias", f"{at}.attention.output", f"{at}.middle")
        product(f"{at}.middle", f"{at}.intermediate.dense.weight", f"{at}.wide")
        fused("BiasGelu", [f"{at}.wide", vector(f"{at}.intermediate.dense.bias")], [f"{at}.active"])
        product(f"{at}.active", f"{at}.output.dense.weight", f"{at}.narrow")
        skip(f"{at}.narrow", f"{at}.middle", f"{at}.output.dense.bias", f"{at}.output", f"{at}.hidden")
        hidden = f"{at}.hidden"
    nodes.append(helper.make_node("Identity", [hidden], ["output"]))
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes, "MiniLM", [helper.make_tensor_value_info(n, TensorProto.INT32, shape) for n in ("ids", "segments", "mask")],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [*shape, WIDTH])], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)


def quantise(source, target):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(source), str(target), per_channel=True, weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT})


class Onnx:
    """onnxruntime as its users run it: padded batches of 32, sorted by length."""

    def __init__(self, name, path, weights):
        self.name = name
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()

    def embed(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encoded], dtype=np.int32)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int32)
        hidden = self.session.run(None, {"ids": ids, "mask": mask, "segments": np.zeros_like(ids)})[0]
        weight = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def run(self, workload, texts):
        if workload != "batch":
            return np.concatenate([self.embed([t]) for t in texts])
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for start in range(0, len(order), 32):
            part = order[start:start + 32]
            out[part] = self.embed([texts[i] for i in part])
        return out


class SentenceTransformers:
    name = "sentence-transformers"

    def __init__(self, weights):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        self.model = SentenceTransformer(str(weights), device="cpu")

    def run(self, workload, texts):
        options = {"normalize_embeddings": True, "show_progress_bar": False}
        if workload == "batch":
            return self.model.encode(texts, batch_size=32, **options)
        return np.stack([self.model.encode(t, **options) for t in texts])


class Mneme:
    name = "mneme"

    def __init__(self, program, encoder, folder):
        if not os.path.exists(encoder):
            sys.exit(f"{encoder} is not there: `mneme model pull` makes it.")
        # The pages of the file are in the system's memory, as they are wherever it is used more than once.
        pathlib.Path(encoder).read_bytes()
        self.process = subprocess.Popen([program, encoder, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.load_ms, resident, private = map(float, self.process.stdout.readline().split())
        self.resident, self.private = resident / 1024, private / 1024

    def measure(self, workload):
        self.process.stdin.write(f"{workload}\n")
        self.process.stdin.flush()
        return tuple(map(float, self.process.stdout.readline().split()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(mneme, peers, texts, rounds):
    """Processor milliseconds a call, of each round, by runner and workload; and wall milliseconds by number of workers."""
    found, walls = {}, {}
    for _ in range(rounds):
        for workload in WORKLOADS:
            calls = 1 if workload == "batch" else len(texts[workload])
            found.setdefault((mneme.name, workload), []).append(mneme.measure(workload)[0] / calls)
            for peer in peers:
                start = time.process_time()
                peer.run(workload, texts[workload])
                found.setdefault((peer.name, workload), []).append((time.process_time() - start) * 1e3 / calls)
        for threads in (1, 2):
            walls.setdefault(threads, []).append(mneme.measure(threads)[1])
    return {key: min(values) for key, values in found.items()}, {key: min(values) for key, values in walls.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the program mneme; the model is where it says")
    parser.add_argument("--embed-bench", required=True)
    parser.add_argument("--weights", type=pathlib.Path, required=True, help="the folder with the original weights")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--with-sentence-transformers", action="store_true")
    parser.add_argument("--gate", action="store_true")
    options = parser.parse_args()
    encoder = subprocess.run([options.program, "model", "info"], capture_output=True, text=True, check=True).stdout
    encoder = next(line.split()[-1] for line in encoder.splitlines() if line.startswith("Encoder"))
    with tempfile.TemporaryDirectory(prefix="mneme-embed-") as folder:
        folder = pathlib.Path(folder)
        mneme = Mneme(options.embed_bench, encoder, folder)
        write_graph(read_weights(options.weights / "model.safetensors"), folder / "f32.onnx")
        quantise(folder / "f32.onnx", folder / "int8.onnx")
        peers = [Onnx("onnxruntime float32", folder / "f32.onnx", options.weights),
                 Onnx("onnxruntime int8", folder / "int8.onnx", options.weights)]
        if options.with_sentence_transformers:
            peers.append(SentenceTransformers(options.weights))
        texts = {w: (folder / f"{w}.txt").read_text().splitlines() for w in WORKLOADS}

        # The same work is measured only if the same comes out.
        reference = peers[0].run("batch", texts["batch"])
        others = {"mneme": np.fromfile(folder / "batch.f32", dtype="<f4").reshape(-1, WIDTH)}
        others |= {peer.name: peer.run("batch", texts["batch"]) for peer in peers[1:]}
        for name, vectors in others.items():
            cosine = (reference * vectors).sum(1)
            print(f"cosine to onnxruntime float32: {name:24} least {cosine.min():.5f}, median {np.median(cosine):.5f}")

        best, walls = measure(mneme, peers, texts, options.rounds)
        mneme.close()

    kept = True

    def promise(text, value, holds):
        nonlocal kept
        kept = kept and holds
        print(f"{'  ok  ' if holds else '  MISSED'} {text}: {value}")

    names = [mneme.name, *(peer.name for peer in peers)]
    print(f"\n{f'processor ms, least of {options.rounds}':28}" + "".join(f"{w:>16}" for w in WORKLOADS.values()))
    for name in names:
        print(f"{name:28}" + "".join(f"{best[name, w]:16.3f}" for w in WORKLOADS))
    print("\nmneme is so many times as fast as")
    for name in names[1:]:
        print(f"{name:28}" + "".join(f"{best[name, w] / best['mneme', w]:16.2f}" for w in WORKLOADS))
    print("\npromised")
    for (name, workload), least in PROMISES.items():
        if (name, workload) in best:
            ratio = best[name, workload] / best["mneme", workload]
            promise(f"{WORKLOADS[workload]}, at least {least} times {name}", f"{ratio:.2f}", ratio >= least)
    promise("two workers, at least 1.8 times one", f"{walls[1] / walls[2]:.2f}", walls[1] >= walls[2] * 1.8)
    promise("from nothing to the first vector, at most 30 ms", f"{mneme.load_ms:.1f} ms", mneme.load_ms <= 30)
    promise("resident, at most 100 MiB", f"{mneme.resident:.0f} MiB", mneme.resident <= 100)
    promise("of which private, at most 30 MiB", f"{mneme.private:.0f} MiB", mneme.private <= 30)
    if options.gate and not kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
