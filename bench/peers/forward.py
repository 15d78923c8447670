"""Evaluation, and a sparse layer's product."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training import Maker, Work, examples


def evaluate_customary(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
    """A: mean loss and accuracy of validation and test images as usually taken: modules, 1,000 images at a time,
    loss and count read back after each."""
    sets = [examples(5_000), examples(10_000)]

    @torch.no_grad()
    def evaluate() -> list[tuple[float, float]]:
        answers = []
        for images, labels in sets:
            loss, right = 0.0, 0
            for x, y in zip(images.split(1000), labels.split(1000)):
                logits = network(x)
                loss += F.cross_entropy(logits, y, reduction="sum").item()
                right += (logits.argmax(1) == y).sum().item()
            answers.append((loss / len(labels), right / len(labels)))
        return answers

    return evaluate


def evaluate_best(size: int) -> Maker:
    """B: the same with `size` images at a time, nothing allocated for the layers, read back once. 250 and 500 are
    the fastest; 125 takes 4 % longer, 60 15 %, 5,000 17 %, a whole set 35 %."""

    def prepare(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
        sets = [examples(5_000), examples(10_000)]
        w1, b1, w2, b2, w3, b3 = (value.detach() for value in network.parameters())
        h1, h2, z = (torch.empty(size, width) for width in (300, 100, 10))

        @torch.no_grad()
        def evaluate() -> list[tuple[float, float]]:
            answers = []
            for images, labels in sets:
                loss, right = torch.zeros(()), torch.zeros((), dtype=torch.long)
                for x, y in zip(images.split(size), labels.split(size)):
                    torch.addmm(b1, x, w1.t(), out=h1).relu_()
                    torch.addmm(b2, h1, w2.t(), out=h2).relu_()
                    torch.addmm(b3, h2, w3.t(), out=z)
                    loss += F.cross_entropy(z, y, reduction="sum")
                    right += (z.argmax(1) == y).sum()
                answers.append((loss.item() / len(labels), right.item() / len(labels)))
            return answers

        return evaluate

    return prepare


def product(form: str) -> Maker:
    """300 x 784 weights, PERCENT of them left, times 784 x 64 activations. Built with MKL, PyTorch has it do the
    CSR product (mkl_sparse_s_mm), which wants indices of 32 bits; the COO product is PyTorch's, weight by weight."""

    def prepare(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
        weight, x, out = network[0].weight.detach(), torch.rand(784, 64), torch.empty(300, 64)
        if form == "csr":
            csr = weight.to_sparse_csr()
            weight = torch.sparse_csr_tensor(csr.crow_indices().int(), csr.col_indices().int(), csr.values(), csr.shape)
        elif form == "coo":
            weight = weight.to_sparse().coalesce()
        return torch.no_grad()(lambda: torch.addmm(out, weight, x, beta=0, out=out))

    return prepare
