"""Varied lines for the reference scripts: many scripts, emoji, code, and garbage. The same for a seed."""
import random

SENTENCES = [
    "The deploy failed because the JWT had expired.", "Qu'est-ce qu'on a décidé hier à propos du serveur ?",
    "Die Größe der Übertragung beträgt fünf Megabyte.", "El niño comió piñas y habló español.",
    "Привет, как дела? Завтра встреча в 10:30.", "Το γρήγορο αλεπού πηδάει πάνω από το σκύλο.",
    "今日は天気がいいですね。散歩に行きましょう。", "我们昨天决定把数据库迁移到新的服务器。", "서버가 다시 시작되었습니다. 확인해 주세요.",
    "مرحبا بالعالم، كيف حالك اليوم؟", "שלום עולם, מה שלומך היום?", "नमस्ते दुनिया, आप कैसे हैं?", "สวัสดีชาวโลก สบายดีไหม",
    "Xin chào thế giới, hôm nay trời đẹp.", "İstanbul'da ÇALIŞMA var, ığdır.", "ﬁne ﬂow ﬃ ǅ ß ẞ ﷺ",
    "def main(argv): return {k: v for k, v in argv.items()}  # TODO", "SELECT * FROM memory WHERE id = 'x' AND n >= 10;",
    "https://example.org/a/b?c=d&e=f#g user@example.com +49-170-1234567", "e\u0301 a\u0308 o\u0302\u0323 n\u0303",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 ☕️ 🫠 🪿", "price: $12.50 → €11,30 (≈ −9.6 %) ½ ² ™ №", "\u200bzero\u200dwidth\ufeff soft\u00adhyphen",
    "#hashtag @mention [SEP-less] ... --- *** ___ ~~~ ```", "unbelievably antidisestablishmentarianism supercalifragilistic",
]
RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x61, 0x7A), (0xA0, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x530, 0x6FF),
    (0x700, 0xDFF), (0xE00, 0x10FF), (0x1100, 0x1FFF), (0x2000, 0x2BFF), (0x2C00, 0x2FFF), (0x3000, 0x33FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xABFF), (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xF900, 0xFFFF),
    (0x10000, 0x13FFF), (0x16000, 0x18AFF), (0x1B000, 0x1BFFF), (0x1D000, 0x1DFFF), (0x1E000, 0x1EFFF),
    (0x1F000, 0x1FAFF), (0x20000, 0x2FA1F), (0xE0000, 0xE01EF), (0x0, 0x1F), (0x7F, 0x9F),
]


def scalar(rng, low, high):
    while True:
        value = rng.randint(low, high)
        if not 0xD800 <= value <= 0xDFFF:
            return chr(value)


def line(rng, words):
    kind = rng.random()
    if kind < 0.3:
        return " ".join(rng.choice(words) for _ in range(rng.randint(1, 30)))
    if kind < 0.5:
        return " ".join(rng.choice(SENTENCES) for _ in range(rng.randint(1, 3)))
    if kind < 0.6:
        text = list(rng.choice(SENTENCES))
        for _ in range(rng.randint(1, 5)):
            low, high = rng.choice(RANGES)
            text.insert(rng.randint(0, len(text)), scalar(rng, low, high))
        return "".join(text)
    if kind < 0.75:
        low, high = rng.choice(RANGES)
        return "".join(scalar(rng, low, high) for _ in range(rng.randint(1, 60)))
    if kind < 0.9:
        return "".join(scalar(rng, *rng.choice(RANGES)) for _ in range(rng.randint(1, 80)))
    if kind < 0.95:
        return rng.choice("aé字") * rng.randint(95, 105) + " " + rng.choice(words) * rng.randint(1, 12)
    return "".join(rng.choice(words).upper() + rng.choice(["", " ", "\t", "\n", "  ", "-", "'"]) for _ in range(20))


def read_words(vocabulary_path):
    with open(vocabulary_path, encoding="utf-8") as file:
        words = [w for w in file.read().split("\n") if len(w) > 2 and w.isascii() and w.isalpha()]
    return words


def lines(count, seed, words):
    rng = random.Random(seed)
    return [line(rng, words) for _ in range(count)]
