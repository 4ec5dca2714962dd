"""The usual way to serve such weights, to compare with: FastAPI, a transformers model.

POST /check {"text"} answers {"scores", "tokens"}. What can be had for speed is
taken: uvloop and httptools, a fast tokenizer, inference mode, fused attention,
one compute thread a process, and requests that wait together share a batch.

    python server.py --model FOLDER --port N [--backend torch|onnx]

FOLDER holds model.onnx, vocab.txt and labels.json.
"""

import argparse
import asyncio
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from tokenizers import BertWordPieceTokenizer

LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
NAME = re.compile(r"@\w+")
REPEAT = re.compile(r"(.)\1{3,}", re.DOTALL)


def prepare(text: str) -> str:
    return REPEAT.sub(r"\1\1\1", NAME.sub("@user", LINK.sub(" http ", text)))


class Check(BaseModel):
    text: str


class Answer(BaseModel):
    scores: dict[str, float]
    tokens: int


class Batcher:
    """Requests that come in while a batch is computed share the next one."""

    def __init__(self, score, most: int):
        self.score, self.most = score, most
        self.waiting: asyncio.Queue = asyncio.Queue()
        self.thread = ThreadPoolExecutor(1)

    async def ask(self, ids):
        answer = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait((ids, answer))
        return await answer

    async def run(self):
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self.waiting.get()]
            while len(batch) < self.most and not self.waiting.empty():
                batch.append(self.waiting.get_nowait())
            rows = await loop.run_in_executor(self.thread, self.score, [ids for ids, _ in batch])
            for (_, answer), row in zip(batch, rows):
                if not answer.done():
                    answer.set_result(row)


def torch_scorer(folder: str):
    import torch

    from weights import bert

    torch.set_num_threads(1)
    model, head = bert(f"{folder}/model.onnx")

    def score(rows):
        longest = max(map(len, rows))
        ids = torch.tensor([r + [0] * (longest - len(r)) for r in rows])
        mask = torch.tensor([[1] * len(r) + [0] * (longest - len(r)) for r in rows])
        with torch.inference_mode():
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
            return torch.sigmoid(head(hidden, mask)).tolist()

    return score


def onnx_scorer(folder: str):
    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(f"{folder}/model.onnx", options, providers=["CPUExecutionProvider"])

    def score(rows):
        ids = np.zeros((len(rows), max(map(len, rows))), np.int64)
        mask = np.zeros_like(ids)
        for i, r in enumerate(rows):
            ids[i, : len(r)], mask[i, : len(r)] = r, 1
        logits = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return (1 / (1 + np.exp(-logits))).tolist()

    return score


def serve(folder: str, backend: str, batch: int) -> FastAPI:
    tokenizer = BertWordPieceTokenizer(f"{folder}/vocab.txt", lowercase=True, strip_accents=True)
    with open(f"{folder}/labels.json", encoding="utf-8") as f:
        about = json.load(f)
    tokenizer.enable_truncation(about["max_tokens"])
    score = {"torch": torch_scorer, "onnx": onnx_scorer}[backend](folder)
    for golden in about["golden"]:
        got = score([golden["ids"]])[0]
        worst = max(abs(a - b) for a, b in zip(got, golden["scores"], strict=True))
        if worst > 1e-3:
            sys.exit(f"the weights were not read as they are: a golden score is {worst} off")
    batcher = Batcher(score, batch)

    @asynccontextmanager
    async def life(_):
        task = asyncio.create_task(batcher.run())
        yield
        task.cancel()

    app = FastAPI(lifespan=life)

    @app.post("/check")
    async def check(c: Check) -> Answer:
        ids = tokenizer.encode(prepare(c.text), add_special_tokens=False).ids
        row = await batcher.ask(ids or [1])
        return Answer(scores=dict(zip(about["labels"], row)), tokens=len(ids))

    return app


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", required=True)
    p.add_argument("--port", type=int, required=True)
    p.add_argument("--backend", choices=["torch", "onnx"], default="torch")
    p.add_argument("--batch", type=int, default=16)
    args = p.parse_args()
    uvicorn.run(serve(args.model, args.backend, args.batch), port=args.port, loop="uvloop", http="httptools", log_level="warning", access_log=False)
