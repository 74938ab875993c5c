"""Prints lines of text with the identifiers that Hugging Face's `tokenizers` gives them.

    python tokenize_lines.py MODEL_FOLDER COUNT SEED

Each line of output: the text's UTF-8 in hexadecimal, a tab, the identifiers without special tokens. Lines in which a
special token is spelled out are left out: there the reference reads a command where Mneme reads text.
"""
import sys

from text_generator import lines, read_words
from tokenizers import Tokenizer

folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_truncation()
tokenizer.no_padding()
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
texts = [t for t in lines(count, seed, read_words(f"{folder}/vocab.txt")) if not any(s in t for s in special)]
for text, encoding in zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False)):
    print(text.encode().hex() + "\t" + " ".join(map(str, encoding.ids)))
