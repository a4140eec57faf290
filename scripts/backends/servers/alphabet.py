"""Writes a tiny GGUF model that goes on with the alphabet: after "abc" it says "defg…z" and ends; after a digit it counts on without end.

It is a llama without attention: a token is a direction of its own, and the last matrix turns each sign's direction
into the next one's. What it says can be known beforehand, whoever runs it.
"""

import string
import sys

import numpy as np
from gguf import GGUFWriter, TokenType

SPECIAL = ["<unk>", "<s>", "</s>"]
EOS = 2
LETTERS = [" ", *string.ascii_lowercase, *string.digits, ".", ","]
HEADS = 9
CONTEXT = 512


def vocabulary():
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    tokens = SPECIAL + bytes_ + [letter.replace(" ", "\u2581") for letter in LETTERS]
    types = [TokenType.UNKNOWN, TokenType.CONTROL, TokenType.CONTROL]
    types += [TokenType.BYTE] * 256 + [TokenType.NORMAL] * len(LETTERS)
    padding = -len(tokens) % (32 * HEADS)
    tokens += [f"<pad{index}>" for index in range(padding)]
    types += [TokenType.UNUSED] * padding
    return tokens, types


def successors(tokens):
    following = np.full(len(tokens), EOS)
    for letter, after in zip(string.ascii_lowercase, string.ascii_lowercase[1:]):
        following[tokens.index(letter)] = tokens.index(after)
    for digit in range(10):
        following[tokens.index(str(digit))] = tokens.index(str((digit + 1) % 10))
    return following


def write(path):
    tokens, types = vocabulary()
    size = len(tokens)
    writer = GGUFWriter(path, "llama")
    writer.add_name("alphabet")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(size)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(size // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(size)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * size)
    writer.add_token_types([int(kind) for kind in types])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(EOS)
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(False)
    writer.add_chat_template("{% for message in messages %}{{ message['content'] }}{% endfor %}")

    identity = np.eye(size, dtype=np.float32)
    nothing = np.zeros((size, size), dtype=np.float32)
    ones = np.ones(size, dtype=np.float32)
    output = np.zeros((size, size), dtype=np.float32)
    output[successors(tokens), np.arange(size)] = 1.0
    writer.add_tensor("token_embd.weight", identity)
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", output)
    for name in ["attn_norm", "ffn_norm"]:
        writer.add_tensor(f"blk.0.{name}.weight", ones)
    for name in ["attn_q", "attn_k", "attn_v", "attn_output"]:
        writer.add_tensor(f"blk.0.{name}.weight", nothing)
    writer.add_tensor("blk.0.ffn_gate.weight", np.zeros((32, size), dtype=np.float32))
    writer.add_tensor("blk.0.ffn_up.weight", np.zeros((32, size), dtype=np.float32))
    writer.add_tensor("blk.0.ffn_down.weight", np.zeros((size, 32), dtype=np.float32))

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    write(sys.argv[1])
