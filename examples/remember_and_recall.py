#!/usr/bin/env python3
"""Stores a memory and finds it again, with nothing but Python's standard library.

    python3 examples/remember_and_recall.py http://127.0.0.1:6636 ~/.local/share/mneme/owner.key
"""
import json
import sys
import urllib.request
from pathlib import Path

url, key = sys.argv[1].rstrip("/"), Path(sys.argv[2]).expanduser().read_text().strip()


def call(path: str, arguments: dict) -> dict:
    request = urllib.request.Request(
        url + path, json.dumps(arguments).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


call("/api/v1/memory/remember", {
    "context_id": "default",
    "type": "decision",
    "summary": "Invoices are rounded per line, not per total, since the tax office checks lines",
    "content": "Decided on 2026-11-20 with Ana after the audit. The old code rounded the total.",
    "tags": ["invoicing", "rounding"],
})
for result in call("/api/v1/memory/recall", {"context_id": "default", "query": "how do we round invoices"})["results"]:
    print(f"{result['score']:.2f}  {result['summary']}")
