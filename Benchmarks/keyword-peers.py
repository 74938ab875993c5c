#!/usr/bin/env python3
"""Peers of the keyword index on the data that `keyword-bench` wrote: tantivy (from PyPI) and SQLite's FTS5.

Usage: keyword-bench 1000000 FOLDER && python3 Benchmarks/keyword-peers.py FOLDER [--fts5-questions 20]
Times are processor time of the one thread that searches, for the best 50. Needs: pip install tantivy."""
import argparse
import os
import shutil
import sqlite3
import time


def summary(times):
    times.sort()
    return "p50 %.3f ms, p99 %.3f ms (%d questions)" % (
        times[len(times) // 2] * 1e3, times[min(len(times) - 1, len(times) * 99 // 100)] * 1e3, len(times))


def measure(search, questions):
    for question in questions[:5]:
        search(question)
    times = []
    for question in questions:
        start = time.thread_time()
        search(question)
        times.append(time.thread_time() - start)
    return summary(times)


def size(folder):
    return sum(os.path.getsize(os.path.join(root, name)) for root, _, names in os.walk(folder) for name in names)


def run_tantivy(documents, questions, folder):
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema.add_unsigned_field("id", stored=True)
    path = os.path.join(folder, "tantivy")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    index = tantivy.Index(schema.build(), path=path)
    writer = index.writer(heap_size=2_000_000_000, num_threads=1)
    start = time.process_time()
    for number, text in enumerate(documents):
        writer.add_document(tantivy.Document(body=text, id=number))
    writer.commit()
    writer.wait_merging_threads()
    seconds = time.process_time() - start
    index.reload()
    searcher = index.searcher()
    print("tantivy %s: %d segments, built in %.1f s CPU (%.0f documents/s), %.0f bytes a document" % (
        tantivy.__version__.split(",")[0], searcher.num_segments, seconds, len(documents) / seconds,
        size(path) / len(documents)))

    def search(question):
        searcher.search(index.parse_query(question, ["body"]), 50, count=False)

    print("tantivy search:", measure(search, questions))


def run_fts5(documents, questions, folder):
    path = os.path.join(folder, "fts5.db")
    if os.path.exists(path):
        os.remove(path)
    database = sqlite3.connect(path)
    database.execute("pragma synchronous = off")
    database.execute("pragma cache_size = -400000")
    database.execute("create virtual table t using fts5(body, content='', detail=column)")
    start = time.process_time()
    database.executemany(
        "insert into t (rowid, body) values (?, ?)", ((number, text) for number, text in enumerate(documents)))
    database.execute("insert into t (t) values ('optimize')")
    database.commit()
    seconds = time.process_time() - start
    print("FTS5 %s: built in %.1f s CPU (%.0f documents/s), %.0f bytes a document" % (
        sqlite3.sqlite_version, seconds, len(documents) / seconds, os.path.getsize(path) / len(documents)))

    def search(question):
        words = " OR ".join(dict.fromkeys(question.split()))
        database.execute("select rowid from t where t match ? order by rank limit 50", (words,)).fetchall()

    print("FTS5 search:", measure(search, questions))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--fts5-questions", type=int, default=20)
    arguments = parser.parse_args()
    with open(os.path.join(arguments.folder, "documents.txt")) as file:
        documents = file.read().splitlines()
    with open(os.path.join(arguments.folder, "questions.txt")) as file:
        questions = file.read().splitlines()
    print("documents", len(documents))
    run_tantivy(documents, questions, arguments.folder)
    if arguments.fts5_questions:
        run_fts5(documents, questions[:arguments.fts5_questions], arguments.folder)


main()
