"""What the specification's own schemas say of a message."""
from __future__ import annotations

import functools
import json
from pathlib import Path

from jsonschema.validators import validator_for

FOLDER = Path(__file__).parent / "schemas"


class WireSchema:
    """The schema of one revision."""

    @staticmethod
    @functools.cache
    def of(revision: str) -> WireSchema:
        return WireSchema(revision)

    def __init__(self, revision: str):
        self.document = json.loads((FOLDER / f"{revision}.json").read_text())
        self.place = "$defs" if "$defs" in self.document else "definitions"
        self.definitions = self.document[self.place]
        # The generator wrote "integer" where the specification's text says "number".
        for bound in ("minimum", "maximum", "default"):
            member = self.definitions.get("NumberSchema", {}).get("properties", {}).get(bound, {})
            if member.get("type") == "integer":
                member["type"] = "number"
        unions = {"ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification"}
        self.messages = {
            method: name for name, definition in self.definitions.items() if name not in unions
            if isinstance(method := definition.get("properties", {}).get("method", {}).get("const"), str)}
        self.kind = validator_for(self.document)

    def faults(self, message: dict, request: str | None) -> list[str]:
        """What is wrong with a message that the server sent, in answer to `request` if it is an answer."""
        if "method" in message:
            fallback = "JSONRPCRequest" if "id" in message else "JSONRPCNotification"
            return self.check(self.messages.get(message["method"], fallback), message)
        if "error" in message:
            return self.check(self.first("JSONRPCErrorResponse", "JSONRPCError"), message)
        result = message["result"]
        kind = self.messages.get(request or "", "").removesuffix("Request") + "Result"
        if result.get("resultType") == "input_required":
            kind = "InputRequiredResult"
        found = self.check(kind, result) if kind in self.definitions else []
        return found + self.check(self.first("JSONRPCResultResponse", "JSONRPCResponse"), message)

    def first(self, *names: str) -> str:
        return next(name for name in names if name in self.definitions)

    def check(self, name: str, value: object) -> list[str]:
        schema = {"$ref": f"#/{self.place}/{name}", self.place: self.definitions}
        if "$schema" in self.document:
            schema["$schema"] = self.document["$schema"]
        return [f"{name}: {fault.json_path}: {fault.message[:200]}" for fault in self.kind(schema).iter_errors(value)]
