"""Makes small models in the formats that providers serve, with answers from NumPy or ONNX's reference, not from the engine."""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

OPSET = 17
IR_VERSION = 10
out = pathlib.Path(sys.argv[1])
random = np.random.default_rng(20_240_229)

names = {
    np.dtype(np.float32): "float32",
    np.dtype(np.float16): "float16",
    np.dtype(np.int64): "int64",
    np.dtype(np.uint8): "uint8",
    np.dtype(object): "string",
}


def tensor_json(array):
    values = array.astype(np.float64) if array.dtype == np.float16 else array
    return {"dtype": names[array.dtype], "dims": list(array.shape), "data": values.flatten().tolist()}


def write_golden(name, cases, precision, absolute):
    sets = [
        {
            "inputs": {key: tensor_json(value) for key, value in inputs.items()},
            "outputs": {key: tensor_json(value) for key, value in outputs.items()},
        }
        for inputs, outputs in cases
    ]
    golden = {"model": f"{name}.onnx", "precision": precision, "absolute": absolute, "cases": sets}
    (out / f"{name}.golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


def model_of(graph, opset=OPSET, domains=()):
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, v) for d, v in domains)]
    return helper.make_model(graph, opset_imports=imports, ir_version=IR_VERSION, producer_name="dim")


def value(name, kind, dims):
    return helper.make_tensor_value_info(name, kind, dims)


def perceptron(inner):
    """x[batch, 64] → two layers without biases → y[batch, 8]."""
    weights = {
        "w1": (random.standard_normal((64, inner)) / 8).astype(np.float32),
        "w2": (random.standard_normal((inner, 8)) / np.sqrt(inner)).astype(np.float32),
    }
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "w1"], ["h"]),
            helper.make_node("Relu", ["h"], ["r"]),
            helper.make_node("MatMul", ["r", "w2"], ["y"]),
        ],
        "perceptron",
        [value("x", TensorProto.FLOAT, ["batch", 64])],
        [value("y", TensorProto.FLOAT, ["batch", 8])],
        [numpy_helper.from_array(array, key) for key, array in weights.items()],
    )
    return model_of(graph, 21), weights


def rows(count, width=64):
    return random.standard_normal((count, width)).astype(np.float32)


class Rows(CalibrationDataReader):
    def __init__(self, count):
        self.items = iter([{"x": rows(4)} for _ in range(count)])

    def get_next(self):
        return next(self.items, None)


def by_reference(path, batches, precision, absolute):
    model = onnx.load(path)
    evaluator = ReferenceEvaluator(model)
    cases = []
    for batch in batches:
        inputs = {"x": rows(batch)}
        cases.append((inputs, {"y": evaluator.run(None, inputs)[0]}))
    write_golden(path.stem, cases, precision, absolute)


def int8_qdq():
    """Static quantisation: weights and activations between QuantizeLinear and DequantizeLinear."""
    model, _ = perceptron(64)
    plain, path = out / "plain.onnx", out / "int8-qdq.onnx"
    onnx.save(model, plain)
    quantize_static(
        plain,
        path,
        Rows(16),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    plain.unlink()
    # The engine fuses to integer arithmetic, which may round one step of the last scale differently.
    scales = [numpy_helper.to_array(i) for i in onnx.load(path).graph.initializer if i.name == "y_scale"]
    by_reference(path, [1, 3], "int8", float(scales[0]) * 1.01 + 1e-5)


def int8_dynamic():
    """Dynamic quantisation: weights in eight bits, activations quantised as they come."""
    model, _ = perceptron(64)
    plain, path = out / "plain.onnx", out / "int8-dynamic.onnx"
    onnx.save(model, plain)
    quantize_dynamic(plain, path, weight_type=QuantType.QInt8)
    plain.unlink()
    by_reference(path, [1, 3], "int8", 1e-3)


def unpack_int4(model, inputs):
    """Weights of each MatMulNBits: (q − zero) · scale, zero 8 where none is stored, low nibble first."""
    stored = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    arrays = []
    for node in model.graph.node:
        if node.op_type != "MatMulNBits":
            continue
        size = {a.name: a.i for a in node.attribute}
        packed, scales = stored[node.input[1]], stored[node.input[2]]
        low_high = np.stack([packed & 15, packed >> 4], axis=-1).reshape(size["N"], -1).astype(np.float32)
        step = np.repeat(scales.reshape(size["N"], -1), size["block_size"], axis=1)
        arrays.append(((low_high - 8) * step)[:, : size["K"]].T)
    x = inputs
    return np.maximum(x @ arrays[0], 0) @ arrays[1]


def int4():
    """Weights in blocks of 32 with four bits each."""
    model, _ = perceptron(64)
    quantizer = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=True, bits=4)
    quantizer.process()
    quantised = quantizer.model.model
    onnx.save(quantised, out / "int4.onnx")
    cases = []
    for batch in (1, 3):
        x = rows(batch)
        cases.append(({"x": x}, {"y": unpack_int4(quantised, x).astype(np.float32)}))
    write_golden("int4", cases, "int4", 1e-4)


def float16():
    """Half precision from input to output."""
    model, weights = perceptron(64)
    onnx.save(convert_float_to_float16(model, keep_io_types=False), out / "float16.onnx")
    cases = []
    for batch in (1, 3):
        x = rows(batch).astype(np.float16)
        w1, w2 = (weights[key].astype(np.float16).astype(np.float64) for key in ("w1", "w2"))
        y = np.maximum(x.astype(np.float64) @ w1, 0) @ w2
        cases.append(({"x": x}, {"y": y.astype(np.float16)}))
    write_golden("float16", cases, "float16", 2e-2)


def external_data():
    """Weights in a file of their own."""
    model, weights = perceptron(64)
    for name in ("external-data.onnx", "external-data.bin"):
        (out / name).unlink(missing_ok=True)
    onnx.save_model(
        model,
        out / "external-data.onnx",
        save_as_external_data=True,
        location="external-data.bin",
        size_threshold=0,
    )
    (out / "external-data.bin").chmod(0o644)
    cases = []
    for batch in (1, 3):
        x = rows(batch)
        w1, w2 = (weights[key].astype(np.float64) for key in ("w1", "w2"))
        cases.append(({"x": x}, {"y": (np.maximum(x @ w1, 0) @ w2).astype(np.float32)}))
    write_golden("external-data", cases, "float32", 1e-4)


def strings():
    """Words → mean of their vectors; unknown words share one."""
    words = ["red", "green", "blue", "grün", "赤", ""]
    table = rows(len(words) + 1, 4)
    encode = helper.make_node(
        "LabelEncoder",
        ["words"],
        ["ids"],
        domain="ai.onnx.ml",
        keys_strings=words,
        values_int64s=list(range(1, len(words) + 1)),
        default_int64=0,
    )
    graph = helper.make_graph(
        [
            encode,
            helper.make_node("Gather", ["table", "ids"], ["vectors"]),
            helper.make_node("ReduceMean", ["vectors"], ["mean"], axes=[0], keepdims=0),
            helper.make_node("Identity", ["words"], ["seen"]),
        ],
        "words",
        [value("words", TensorProto.STRING, ["words"])],
        [value("mean", TensorProto.FLOAT, [4]), value("seen", TensorProto.STRING, ["words"])],
        [numpy_helper.from_array(table, "table")],
    )
    onnx.save(model_of(graph, domains=[("ai.onnx.ml", 2)]), out / "strings.onnx")
    cases = []
    for given in (["red", "grün"], ["赤", "", "nobody", "blue", "red"]):
        ids = [words.index(word) + 1 if word in words else 0 for word in given]
        array = np.array(given, dtype=object)
        cases.append(({"words": array}, {"mean": table[ids].mean(axis=0), "seen": array}))
    write_golden("strings", cases, "float32", 1e-5)


def dynamic_shapes():
    """Scaled scores of every row against every other, masked: three dimensions that vary, two inputs that share two."""
    graph = helper.make_graph(
        [
            helper.make_node("Transpose", ["x"], ["xt"], perm=[0, 2, 1]),
            helper.make_node("MatMul", ["x", "xt"], ["products"]),
            helper.make_node("Mul", ["products", "scale"], ["scaled"]),
            helper.make_node("Unsqueeze", ["mask", "axis"], ["wide"]),
            helper.make_node("Cast", ["wide"], ["keep"], to=TensorProto.BOOL),
            helper.make_node("Where", ["keep", "scaled", "low"], ["masked"]),
            helper.make_node("Softmax", ["masked"], ["scores"], axis=-1),
        ],
        "scores",
        [
            value("x", TensorProto.FLOAT, ["batch", "tokens", "width"]),
            value("mask", TensorProto.INT64, ["batch", "tokens"]),
        ],
        [value("scores", TensorProto.FLOAT, ["batch", "tokens", "tokens"])],
        [
            numpy_helper.from_array(np.float32(0.25), "scale"),
            numpy_helper.from_array(np.float32(-1e9), "low"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
        ],
    )
    onnx.save(model_of(graph), out / "dynamic-shapes.onnx")
    cases = []
    for batch, tokens, width in ((1, 1, 2), (2, 3, 4), (1, 7, 5)):
        x = rows(batch * tokens, width).reshape(batch, tokens, width)
        mask = np.ones((batch, tokens), dtype=np.int64)
        mask[:, -1] = tokens == 1
        scaled = np.where(mask[:, None, :] == 1, 0.25 * (x @ x.transpose(0, 2, 1)), -1e9)
        powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
        scores = powers / powers.sum(axis=-1, keepdims=True)
        cases.append(({"x": x, "mask": mask}, {"scores": scores.astype(np.float32)}))
    write_golden("dynamic-shapes", cases, "float32", 1e-5)


def image_to_image():
    """Doubles a picture of any size and sharpens it: [1, 3, h, w] → [1, 3, 2h, 2w], from 0 to 1."""
    kernel = np.array([[0, -0.25, 0], [-0.25, 2, -0.25], [0, -0.25, 0]], dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(
                "Resize",
                ["picture", "", "scales"],
                ["large"],
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            ),
            helper.make_node("Pad", ["large", "pads"], ["padded"], mode="edge"),
            helper.make_node("Conv", ["padded", "kernel"], ["sharp"], group=3),
            helper.make_node("Clip", ["sharp", "zero", "one"], ["result"]),
        ],
        "sharpen",
        [value("picture", TensorProto.FLOAT, [1, 3, "height", "width"])],
        [value("result", TensorProto.FLOAT, [1, 3, "result.height", "result.width"])],
        [
            numpy_helper.from_array(np.array([1, 1, 2, 2], dtype=np.float32), "scales"),
            numpy_helper.from_array(np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=np.int64), "pads"),
            numpy_helper.from_array(np.stack([kernel[None]] * 3), "kernel"),
            numpy_helper.from_array(np.float32(0), "zero"),
            numpy_helper.from_array(np.float32(1), "one"),
        ],
    )
    onnx.save(model_of(graph), out / "image-to-image.onnx")
    cases = []
    for height, width in ((2, 3), (6, 5)):
        picture = random.random((1, 3, height, width)).astype(np.float32)
        large = picture.repeat(2, axis=2).repeat(2, axis=3)
        p = np.pad(large, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge").astype(np.float64)
        around = p[:, :, :-2, 1:-1] + p[:, :, 2:, 1:-1] + p[:, :, 1:-1, :-2] + p[:, :, 1:-1, 2:]
        result = np.clip(2 * p[:, :, 1:-1, 1:-1] - 0.25 * around, 0, 1).astype(np.float32)
        cases.append(({"picture": picture}, {"result": result}))
    write_golden("image-to-image", cases, "float32", 1e-5)


for make in (
    int8_qdq,
    int8_dynamic,
    int4,
    float16,
    external_data,
    strings,
    dynamic_shapes,
    image_to_image,
):
    make()
