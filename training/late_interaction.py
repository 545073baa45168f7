"""Learns knowledge/late_interaction.npz: the projection of hidden states and the weights of question words.

    python -m training.late_interaction SETS CACHE [--leave-out NAME ...] [--output FILE]

SETS holds one folder a set (corpus.jsonl, queries.jsonl, qrels.tsv). Needs torch (training/README.md).
"""

import argparse
import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch.nn import functional

from knowledge.onnx_embedder import load_builtin
from training.sets import RawStates, TrainingSet, describe, load

KEPT = 128  # dimensions
_MOST = {"feedbackqa_dev": 4000, "quebec_faq_v1": 3000}  # so that one domain does not rule
_OFTEN = {"scifact_train": 2, "stackfaq": 2, "coe_msdocs": 4}
_HEADINGS = {"coe_msdocs": 4500}
_WRONG = 10
_BATCH = 16


class LateInteraction(torch.nn.Module):
    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.project = torch.nn.Linear(dimension, KEPT, bias=False)
        torch.nn.init.orthogonal_(self.project.weight)
        self.attend = torch.nn.Linear(dimension, 1)
        self.scale = torch.nn.Parameter(torch.tensor(10.0))
        self.bias = torch.nn.Parameter(torch.tensor(0.0))
        # A small network over matched pairs takes what no cosine can say, so that the projection need not bend
        # to it. It is thrown away after training: at ordering it is no better than the projection alone.
        self.sharpness = torch.nn.Parameter(torch.tensor(10.0))
        self.pair = torch.nn.Sequential(torch.nn.Linear(4 * KEPT + 2, 64), torch.nn.GELU(), torch.nn.Linear(64, 1))

    def forward(
        self, question: torch.Tensor, asked: torch.Tensor, chunks: torch.Tensor, held: torch.Tensor
    ) -> torch.Tensor:
        """question (b, n, d), asked (b, n), chunks (b, c, m, d), held (b, c, m) -> scores (b, c)."""
        weights = functional.softplus(self.attend(question).squeeze(-1)) * asked
        weights = weights / (weights.sum(1, keepdim=True) + 1e-6)
        left = functional.normalize(self.project(question), dim=-1)
        right = functional.normalize(self.project(chunks), dim=-1)
        similar = torch.einsum("bnd,bcmd->bcnm", left, right).masked_fill(~held[:, :, None, :], -1e4)
        best = similar.amax(-1)
        met = torch.einsum("bcnm,bcmd->bcnd", torch.softmax(similar * self.sharpness, -1), right)
        own = left[:, None].expand_as(met)
        count = asked.sum(1)[:, None, None, None]
        weighed = (weights[:, None, :, None] * count).expand(*best.shape, 1)
        pairs = torch.cat([own, met, own * met * 8, (own - met).abs(), best[..., None], weighed], -1)
        return ((self.scale * best + self.pair(pairs).squeeze(-1)) * weights[:, None, :]).sum(-1) + self.bias


def batch(one: TrainingSet, chosen: np.ndarray, random: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """The right candidate first, then wrong ones: the four ranked highest and others at random."""
    examples = [one.examples[int(index)] for index in chosen]
    rows = []
    for example in examples:
        wrong = np.concatenate([example.wrong[:4], random.permutation(example.wrong[4:])])[:_WRONG]
        rows.append([int(random.choice(example.right)), *map(int, wrong)])
    codes = [[one.snapshot.codes_of(row) for row in line] for line in rows]
    words = min(48, max(len(example.question) for example in examples))
    size = (len(rows), max(map(len, rows)), max(len(code) for line in codes for code in line))
    dimension = examples[0].question.shape[1]
    question = np.zeros((len(rows), words, dimension), dtype=np.float32)
    asked = np.zeros((len(rows), words), dtype=np.float32)
    chunks = np.zeros((*size, dimension), dtype=np.float32)
    held = np.zeros(size, dtype=bool)
    present = np.zeros(size[:2], dtype=bool)
    for line, example in enumerate(examples):
        length = min(words, len(example.question))
        question[line, :length], asked[line, :length] = example.question[:length], 1
        for column, code in enumerate(codes[line]):
            chunks[line, column, : len(code)], held[line, column, : len(code)] = code, True
            present[line, column] = True
    held[~present, 0] = True
    return tuple(map(torch.from_numpy, (question, asked, chunks, held, present)))


def loss(scores: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
    """The right candidate above the others, and high in itself: confidence rests on it."""
    ranked = functional.log_softmax(scores.masked_fill(~present, -1e4), dim=1)[:, 0]
    target = torch.zeros_like(scores)
    target[:, 0] = 1
    weight = torch.where(target > 0, 6.0, 1.0)[present]
    return -ranked.mean() + 0.3 * functional.binary_cross_entropy_with_logits(scores[present], target[present], weight)


def tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def train(sets: list[TrainingSet], dimension: int) -> LateInteraction:
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    model = LateInteraction(dimension)
    plan = []
    for one in sets:
        for _ in range(_OFTEN.get(one.name, 1)):
            order = random.permutation(len(one.examples))
            plan += [(one, order[start : start + _BATCH]) for start in range(0, len(order), _BATCH)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=2e-3, total_steps=len(plan), pct_start=0.1)
    started, average = perf_counter(), 0.0
    for step, index in enumerate(random.permutation(len(plan))):
        *inputs, present = batch(*plan[int(index)], random)
        current = loss(model(*inputs), present)
        optimizer.zero_grad()
        current.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        average = 0.98 * average + 0.02 * current.item()
        if step % 100 == 0:
            tell(f"step {step} of {len(plan)}, loss {average:.3f}, {perf_counter() - started:.0f} s")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument("--output", type=Path, default=Path("knowledge/late_interaction.npz"))
    options = parser.parse_args()
    embedder = load_builtin(options.cache)
    raw = RawStates(embedder)
    sets = []
    for folder in sorted(path for path in options.sets.iterdir() if path.is_dir()):
        if folder.name not in options.leave_out:
            sets.append(load(folder, options.cache, raw, _MOST.get(folder.name, 2000)))
        if folder.name in _HEADINGS:
            sets.append(load(folder, options.cache, raw, _HEADINGS[folder.name], headings=True))
        tell(describe(sets))
    model = train(sets, embedder.dimension)
    left_out = "-".join(["late-interaction-1", *(f"no-{name}" for name in options.leave_out)])
    np.savez_compressed(
        options.output,
        name=left_out,
        model_revision=embedder.revision,
        matrix=model.project.weight.detach().numpy().T.astype(np.float16),
        attention=model.attend.weight.detach().numpy()[0].astype(np.float16),
        attention_bias=np.float32(model.attend.bias.item()),
    )


if __name__ == "__main__":
    main()
