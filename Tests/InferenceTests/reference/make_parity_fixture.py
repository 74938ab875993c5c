"""Writes texts and what sentence-transformers makes of them: the fixture of ParityTests.

    python make_parity_fixture.py MODEL_FOLDER OUTPUT_FOLDER [COUNT] [SEED]

parity.texts holds the UTF-8 of each text in hexadecimal, a line each; parity.f16 holds 384 halves a text. Texts fit
the model's window, since sentence-transformers drops what is beyond and Mneme does not.
"""
import sys

import numpy as np
from sentence_transformers import SentenceTransformer
from text_generator import lines, read_words

folder, output = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
seed = int(sys.argv[4]) if len(sys.argv) > 4 else 7
model = SentenceTransformer(folder, device="cpu")
words = read_words(f"{folder}/vocab.txt")
texts = ["", "a", "?", "the deploy failed because the JWT had expired", "why did login break after release"]
for text in lines(count * 4, seed, words) + [" ".join(words[i * 97 % 9000 :: 700][: 5 + i * 3]) for i in range(60)]:
    if len(model.tokenizer(text)["input_ids"]) <= 256 and len(texts) < count:
        texts.append(text)
vectors = np.concatenate([model.encode([t], normalize_embeddings=True) for t in texts])
with open(f"{output}/parity.texts", "w") as file:
    file.writelines(t.encode().hex() + "\n" for t in texts)
vectors.astype("<f2").tofile(f"{output}/parity.f16")
