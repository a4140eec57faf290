"""A model for MLServer that gives back what it gets, and the sum of its first input."""

import asyncio

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput


class Echo(MLModel):
    async def load(self) -> bool:
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        first = payload.inputs[0]
        if first.name == "sleep":
            await asyncio.sleep(float(np.ravel(first.data)[0]))
        outputs = [
            ResponseOutput(name=given.name, shape=given.shape, datatype=given.datatype, data=given.data)
            for given in payload.inputs
        ]
        if first.datatype.startswith("FP") and first.name == "x":
            rows = NumpyCodec.decode_input(first).astype(np.float32)
            total = rows.sum(axis=-1, keepdims=True)
            outputs.append(NumpyCodec.encode_output(name="sum", payload=total))
        return InferenceResponse(model_name=self.name, outputs=outputs)
