"""The stand-in for embedding services is honest: OpenAI's own client takes it for the real thing.

The adapters are tested against the same stand-in, in Tests/RemoteModelsTests.
"""
import math
import subprocess
import sys
from pathlib import Path

import httpx
import openai
import pytest

STAND_IN = Path(__file__).parent / "standins" / "embeddings.py"
KEY = "test-key-1234567890"


@pytest.fixture
def url():
    process = subprocess.Popen([sys.executable, str(STAND_IN)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield process.stdout.readline().decode().strip()
    process.stdin.close()
    process.stdout.close()
    assert process.wait() == 0


@pytest.fixture
def client(url):
    with httpx.Client(trust_env=False) as http, openai.OpenAI(
            api_key=KEY, base_url=f"{url}/v1", max_retries=0, http_client=http) as client:
        yield client


def test_vectors_come_in_both_encodings_and_in_any_order(client):
    texts = ["first", "second", "third"]
    # Unless told otherwise, the client asks for base64 and decodes it.
    coded = client.embeddings.create(model="test-small", input=texts)
    plain = client.embeddings.create(model="test-small", input=texts, encoding_format="float")
    assert (coded.object, coded.model, len(coded.data)) == ("list", "test-small", 3)
    assert [entry.index for entry in coded.data] == [2, 1, 0]
    for one, other in zip(coded.data, plain.data):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)
        assert math.hypot(*one.embedding) == pytest.approx(1, abs=1e-6)
    again = client.embeddings.create(model="test-small", input="second")
    assert again.data[0].embedding == coded.data[1].embedding
    assert again.usage.total_tokens == 1


def test_dimensions_shorten(client):
    assert len(client.embeddings.create(model="test-large", input="a").data[0].embedding) == 32
    assert len(client.embeddings.create(model="test-large", input="a", dimensions=16).data[0].embedding) == 16
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="test-small", input="a", dimensions=16)


@pytest.mark.parametrize("arguments", [
    {"input": ""}, {"input": []}, {"input": ["a", ""]}, {"input": ["a"] * 2049}, {"input": ["a", 1]},
    {"input": "a", "encoding_format": "hex"}, {"input": "a", "extra_body": {"colour": "red"}},
    {"input": "a", "dimensions": 0},
])
def test_what_the_service_refuses_is_refused(client, arguments):
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="test-small", **arguments)


def test_errors_are_those_of_the_service(client, url):
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="nobody", input="a")
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        client.with_options(api_key="wrong").embeddings.create(model="test-small", input="a")
    with httpx.Client(trust_env=False) as http:
        http.post(f"{url}/standin/next", json={"status": 429, "headers": {"Retry-After": "0"}})
        with pytest.raises(openai.RateLimitError):
            client.embeddings.create(model="test-small", input="a")
        http.post(f"{url}/standin/next", json={"status": 503, "headers": {"Retry-After": "0"}})
    assert client.with_options(max_retries=1).embeddings.create(model="test-small", input="a").data
