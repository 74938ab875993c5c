#!/usr/bin/env python3
"""Measures faiss and hnswlib on the data that the vector benchmark left behind, on one thread.

    pip install numpy faiss-cpu hnswlib
    vector-bench FOLDER 100000
    vector_peers.py FOLDER [--dimension 384] [--skip-graph]

Times are of the thread's processor, the median over all queries, one query a call, as on the other side.
"""

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss
import hnswlib
import numpy as np


def report(name, value, unit=""):
    print(f"{name}\t{value:.4f}\t{unit}", flush=True)


def measure(name, ask, queries, truth, k):
    times, found = [], 0
    for query, exact in zip(queries, truth):
        begin = time.thread_time()
        answer = ask(query[None, :], k)
        times.append(time.thread_time() - begin)
        found += len(set(answer.ravel().tolist()) & set(exact[:k].tolist()))
    times.sort()
    report(f"{name}, k {k}, p50", times[len(times) // 2] * 1e3, "ms")
    report(f"{name}, recall@{k}", found / (k * len(queries)))


def built(name, work):
    begin = time.thread_time()
    result = work()
    report(f"{name}, build", time.thread_time() - begin, "s")
    return result


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--dimension", type=int, default=384)
    arguments.add_argument("--skip-graph", action="store_true")
    options = arguments.parse_args()
    faiss.omp_set_num_threads(1)

    shape = (-1, options.dimension)
    vectors = np.fromfile(f"{options.folder}/vectors.f32", dtype=np.float32).reshape(shape)
    queries = np.fromfile(f"{options.folder}/queries.f32", dtype=np.float32).reshape(shape)

    flat = faiss.IndexFlatIP(options.dimension)
    flat.add(vectors)
    truth = flat.search(queries, 50)[1]
    similar = np.sort(vectors[::max(1, len(vectors) // 200)] @ vectors.T, axis=1)[:, ::-1]
    report("cosine of a vector and its nearest neighbour", similar[:, 1].mean())
    report("… and its tenth", similar[:, 10].mean())
    report("… and any other", similar.mean())

    for k in (10, 50):
        measure("faiss IndexFlatIP", lambda q, k: flat.search(q, k)[1], queries, truth, k)
    del flat

    bytes_ = faiss.IndexScalarQuantizer(options.dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    bytes_.train(vectors[:100_000])
    bytes_.add(vectors)
    for k in (10, 50):
        measure("faiss SQ8 flat", lambda q, k: bytes_.search(q, k)[1], queries, truth, k)
    del bytes_

    if options.skip_graph:
        return
    graph = hnswlib.Index(space="ip", dim=options.dimension)
    graph.init_index(max_elements=len(vectors), ef_construction=200, M=16)
    graph.set_num_threads(1)
    built("hnswlib M 16 efC 200", lambda: graph.add_items(vectors, num_threads=1))
    for ef in (50, 100, 200, 400, 800, 1600):
        graph.set_ef(ef)
        for k in (10, 50):
            measure(f"hnswlib ef {ef}", lambda q, k: graph.knn_query(q, k=k, num_threads=1)[0], queries, truth, k)


if __name__ == "__main__":
    main()
