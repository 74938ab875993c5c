"""A stand-in for four embedding services on a loopback port, as strict as the real ones.

Prints its URL, then serves until its input ends, or with `--child` until its parent does. The paths are those of the services: /v1/embeddings (OpenAI),
/v2/embed (Cohere), /voyage/v1/embeddings (Voyage), /api/embed (Ollama). Unknown fields, wrong types, empty texts and
missing keys are refused in each service's own words. The vector of a text follows from a hash of model, kind and text.

`POST /standin/next` with {"status": 429, "headers": {...}, "times": 1} makes the next requests fail like that;
`GET /standin/requests` lists what was asked.
"""
import base64
import hashlib
import json
import math
import os
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "test-key-1234567890"
SIZES = {"test-small": 8, "test-large": 32}

lock = threading.Lock()
failures: list[dict] = []
requests: list[dict] = []


def vector(model: str, kind: str, text: str, size: int) -> list[float]:
    """Floats of unit length that follow from the arguments."""
    values, block = [], 0
    while len(values) < size:
        digest = hashlib.sha256(f"{model}\0{kind}\0{text}\0{block}".encode()).digest()
        values += [int.from_bytes(digest[i:i + 4], "little") / 2**31 - 1 for i in range(0, 32, 4)]
        block += 1
    values = values[:size]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


def encoded(values: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(values)}f", *values)).decode()


class Refusal(Exception):
    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def check(body: dict, required: dict, optional: dict, status: int) -> None:
    """Refuses what a service would refuse: fields that are unknown, missing, or of another type."""
    if not isinstance(body, dict):
        raise Refusal(status, "the body must be an object")
    for name in body:
        if name not in required | optional:
            raise Refusal(status, f"Unrecognized request argument supplied: {name}")
    for name in required:
        if name not in body:
            raise Refusal(status, f"you must provide a {name} parameter")
    for name, value in body.items():
        rule = (required | optional)[name]
        if not rule(value):
            raise Refusal(status, f"Invalid value for '{name}'")
    if "model" in body and body["model"] not in SIZES:
        raise Refusal(404, f"The model `{body['model']}` does not exist")


def is_text(value) -> bool:
    return isinstance(value, str)


def is_boolean(value) -> bool:
    return isinstance(value, bool)


def is_count(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 32


def texts_up_to(limit: int, empty: bool):
    def rule(value) -> bool:
        return (isinstance(value, list) and 1 <= len(value) <= limit
                and all(isinstance(text, str) and (empty or text != "") and len(text.encode()) <= 32_000 for text in value))
    return rule


def one_of(*names):
    return lambda value: value in names


def openai(body):
    check(body, {"model": is_text, "input": lambda v: is_text(v) and v != "" or texts_up_to(2048, False)(v)},
          {"dimensions": is_count, "encoding_format": one_of("float", "base64"), "user": is_text}, 400)
    texts = [body["input"]] if is_text(body["input"]) else body["input"]
    size = body.get("dimensions", SIZES[body["model"]])
    if size > SIZES[body["model"]]:
        raise Refusal(400, "Invalid value for 'dimensions'")
    form = encoded if body.get("encoding_format") == "base64" else list
    data = [{"object": "embedding", "index": i, "embedding": form(vector(body["model"], "", text, size))}
            for i, text in enumerate(texts)]
    # The order is not promised; clients go by the index.
    used = sum(len(text.split()) for text in texts)
    return {"object": "list", "data": data[::-1], "model": body["model"],
            "usage": {"prompt_tokens": used, "total_tokens": used}}


def cohere(body):
    check(body, {"model": is_text, "input_type": one_of("search_query", "search_document", "classification", "clustering"),
                 "texts": texts_up_to(96, True)},
          {"embedding_types": lambda v: isinstance(v, list) and v and all(t in ("float", "int8", "base64") for t in v),
           "truncate": one_of("NONE", "START", "END"), "output_dimension": is_count}, 400)
    size = body.get("output_dimension", SIZES[body["model"]])
    kind = body["input_type"]
    vectors = [vector(body["model"], kind, text, size) for text in body["texts"]]
    return {"id": "stand-in", "texts": body["texts"], "embeddings": {"float": vectors},
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": len(vectors)}}}


def voyage(body):
    check(body, {"model": is_text, "input": lambda v: is_text(v) or texts_up_to(1000, False)(v)},
          {"input_type": one_of("query", "document", None), "truncation": is_boolean, "output_dimension": is_count,
           "output_dtype": one_of("float", "int8"), "encoding_format": one_of("base64", None)}, 400)
    texts = [body["input"]] if is_text(body["input"]) else body["input"]
    size = body.get("output_dimension", SIZES[body["model"]])
    form = encoded if body.get("encoding_format") == "base64" else list
    data = [{"object": "embedding", "index": i, "embedding": form(vector(body["model"], body.get("input_type") or "", text, size))}
            for i, text in enumerate(texts)]
    return {"object": "list", "data": data, "model": body["model"], "usage": {"total_tokens": len(texts)}}


def ollama(body):
    check(body, {"model": is_text, "input": lambda v: is_text(v) or texts_up_to(1000, True)(v)},
          {"truncate": is_boolean, "dimensions": is_count, "keep_alive": is_text, "options": lambda v: isinstance(v, dict)}, 400)
    texts = [body["input"]] if is_text(body["input"]) else body["input"]
    size = body.get("dimensions", SIZES[body["model"]])
    return {"model": body["model"], "embeddings": [vector(body["model"], "", text, size) for text in texts],
            "total_duration": 1, "load_duration": 1, "prompt_eval_count": len(texts)}


# Path: the service, how its errors look, and whether it wants a key.
SERVICES = {
    "/v1/embeddings": (openai, lambda m: {"error": {"message": m, "type": "invalid_request_error", "param": None, "code": None}}, True),
    "/v2/embed": (cohere, lambda m: {"id": "stand-in", "message": m}, True),
    "/voyage/v1/embeddings": (voyage, lambda m: {"detail": m}, True),
    "/api/embed": (ollama, lambda m: {"error": m}, False),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, body, headers: dict | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path != "/standin/requests":
            return self.answer(404, {"error": "Not Found"})
        with lock:
            self.answer(200, {"requests": requests})

    def do_POST(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/standin/next":
            failure = json.loads(sent)
            with lock:
                failures.extend([failure] * failure.get("times", 1))
            return self.answer(200, {})
        if self.path not in SERVICES:
            return self.answer(404, {"error": "Not Found"})
        service, complaint, wants_key = SERVICES[self.path]
        with lock:
            failure = failures.pop(0) if failures else None
        if failure:
            return self.answer(failure["status"], complaint("as told"), failure.get("headers"))
        given = self.headers.get("Authorization") or ""
        if wants_key and given != f"Bearer {KEY}":
            # Services repeat the key that they were given.
            return self.answer(401, complaint(f"Incorrect API key provided: {given.removeprefix('Bearer ')}."))
        try:
            if not (self.headers.get("Content-Type") or "").startswith("application/json"):
                raise Refusal(415, "the body must be JSON")
            try:
                body = json.loads(sent)
            except ValueError:
                raise Refusal(400, "We could not parse the JSON body of your request.") from None
            reply = service(body)
        except Refusal as refusal:
            return self.answer(refusal.status, complaint(str(refusal)))
        with lock:
            requests.append({"path": self.path, "body": body})
        self.answer(200, reply)

    def log_message(self, *arguments):
        pass


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    if sys.argv[1:] == ["--child"]:
        parent = os.getppid()
        while os.getppid() == parent:
            time.sleep(0.2)
    else:
        # Whoever started this holds the other end; when it is gone, so is this.
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
