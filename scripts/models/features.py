"""Trains three tiny tokenizers and writes what Python's libraries make of texts and of sound."""

import json
import pathlib
import sys

import numpy as np
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

out = pathlib.Path(sys.argv[1])

corpus = [
    "The provider runs the model in a sandbox and signs a receipt.",
    "A receipt says which model ran, on what, and for how much.",
    "Grüße aus Köln: naïve café, 東京 and emoji 🙂 too.",
    "Numbers such as 12, 345 and 6789; punctuation?! (brackets) [also] {these}.",
    "the runs, running and ran are forms of run",
]
texts = [
    "The model runs.",
    "receipt",
    "Unseen wörds & 東京 🙂!",
    "  two   spaces\nand a line ",
    "running 6789 models",
]


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(
        corpus, trainers.WordPieceTrainer(vocab_size=160, special_tokens=special, show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer, {"tokenizer_class": "BertTokenizer", "pad_token": "[PAD]", "unk_token": "[UNK]"}


def byte_pairs():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer, {"tokenizer_class": "GPT2Tokenizer", "pad_token": "<|end|>", "padding_side": "left"}


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=140, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator(corpus, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))]
    )
    return tokenizer, {"tokenizer_class": "T5Tokenizer", "pad_token": "<pad>", "eos_token": "</s>"}


def write_tokenizer(name, make):
    tokenizer, config = make()
    path = out / f"{name}.tokenizer.json"
    # Training breaks ties at random: a tokenizer that is there stays, and only its answers are made anew.
    if path.exists():
        tokenizer = Tokenizer.from_file(str(path))
    cases = []
    for text in texts:
        encoding = tokenizer.encode(text)
        cases.append(
            {
                "text": text,
                "ids": encoding.ids,
                "plainIds": tokenizer.encode(text, add_special_tokens=False).ids,
                "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=True),
            }
        )
    path.write_text(tokenizer.to_str())
    (out / f"{name}.config.json").write_text(json.dumps(config) + "\n")
    (out / f"{name}.cases.json").write_text(json.dumps(cases, ensure_ascii=False) + "\n")


def sound(rate, samples):
    """Three tones, one of them growing: the same formula as in the test."""
    t = np.arange(samples) / rate
    tones = 0.4 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * 1250.5 * t)
    return (tones + 0.3 * (np.arange(samples) / samples) * np.sin(2 * np.pi * 3100 * t)).astype(np.float32)


def log_mel(spec):
    filters = mel_filter_bank(
        spec["fftSize"] // 2 + 1,
        spec["melBins"],
        spec["minHz"],
        spec["maxHz"],
        spec["sampleRate"],
        norm=None if spec["norm"] == "none" else spec["norm"],
        mel_scale=spec["melScale"],
    )
    features = spectrogram(
        sound(spec["sampleRate"], spec["windowSamples"]),
        window_function(spec["fftSize"], "hann"),
        spec["fftSize"],
        spec["hopSamples"],
        power=float(spec["power"]),
        mel_filters=filters,
        mel_floor=spec["floor"],
        log_mel="log" if spec["log"] == "ln" else "log10",
    )[:, : spec["frames"]]
    if spec["log"] == "whisper":
        features = (np.maximum(features, features.max() - 8) + 4) / 4
    if spec["layout"] == "frames-bins":
        features = features.T
    return {"spec": spec, "dims": [1, *features.shape], "values": np.round(features, 6).flatten().tolist()}


base = {
    "kind": "log-mel",
    "input": "x",
    "sampleRate": 16000,
    "windowSamples": 1280,
    "fftSize": 400,
    "hopSamples": 160,
    "frames": 8,
    "melBins": 16,
    "minHz": 0,
    "maxHz": 8000,
    "melScale": "slaney",
    "norm": "slaney",
    "power": 2,
    "log": "whisper",
    "floor": 1e-10,
    "layout": "bins-frames",
}
specs = [
    base,
    {**base, "melScale": "htk", "norm": "none", "log": "ln", "layout": "frames-bins", "minHz": 60, "frames": 9},
    {**base, "fftSize": 256, "hopSamples": 128, "power": 1, "log": "log10", "floor": 1e-5, "maxHz": 4000},
]

for name, make in (("word-piece", word_piece), ("byte-pairs", byte_pairs), ("unigram", unigram)):
    write_tokenizer(name, make)
(out / "log-mel.cases.json").write_text(json.dumps([log_mel(spec) for spec in specs]) + "\n")
