"""LeNet-300-100 and a training step of it in three forms: A, B and C."""

from collections.abc import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Work = Callable[[], object]
Maker = Callable[[float, nn.Sequential, list[Tensor]], Work]
TRAIN, BATCH = 55_000, 60
ADAM = {"lr": 0.0012, "betas": (0.9, 0.999), "eps": 1e-8}


def examples(count: int) -> tuple[Tensor, Tensor]:
    """Random byte images as floats from 0 to 1, and random labels."""
    torch.manual_seed(count)
    return torch.randint(0, 256, (count, 784)).to(torch.float32).div_(255), torch.randint(0, 10, (count,))


def order() -> Iterator[Tensor]:
    """Indices of one batch after another, shuffled anew each epoch."""
    torch.manual_seed(2)
    while True:
        shuffled = torch.randperm(TRAIN)
        for start in range(0, TRAIN - BATCH + 1, BATCH):
            yield shuffled[start : start + BATCH]


def lenet(percent: float) -> tuple[nn.Sequential, list[Tensor]]:
    """LeNet-300-100 and a random mask for each of its weights, already applied once."""
    torch.manual_seed(1)
    network = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
    masks = [(torch.rand_like(weight) < percent / 100).float() for weight in weights]
    for weight, mask in zip(weights, masks):
        weight.data.mul_(mask)
    return network, masks


def step_masked(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
    """A: as pruned networks are usually trained: modules, plain Adam, and a mask on each weight's gradient, so that
    what was pruned stays zero. The other two customs, weight * mask in every forward pass (torch.nn.utils.prune) and
    weights masked again after each step, take 6 % longer. Where a mask has zeros a third of the time goes into Adam's
    square root: MKL's is five times slower at a vector with zeros among its values."""
    images, labels = examples(TRAIN)
    weights = [layer.weight for layer in network if isinstance(layer, nn.Linear)]
    optimizer, loss = torch.optim.Adam(network.parameters(), **ADAM), nn.CrossEntropyLoss()
    batches = order()

    def step() -> None:
        batch = next(batches)
        optimizer.zero_grad()
        loss(network(images[batch]), labels[batch]).backward()
        for weight, mask in zip(weights, masks):
            weight.grad.mul_(mask)
        optimizer.step()

    return step


def step_fused(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
    """B: PyTorch at its best with its own gradients: fused Adam, no mask, no module, batches into one buffer.
    Slower: torch.compile of forward and loss (default, reduce-overhead or max-autotune: +4 %) or of the backward pass
    too (+35 %), the unfused Adam (+25 %). Flushing denormals changes nothing."""
    images, labels = examples(TRAIN)
    values = [value.detach().clone().requires_grad_() for value in network.parameters()]
    w1, b1, w2, b2, w3, b3 = values
    optimizer = torch.optim.Adam(values, **ADAM, fused=True)
    x, y, batches = torch.empty(BATCH, 784), torch.empty(BATCH, dtype=torch.long), order()

    def step() -> None:
        batch = next(batches)
        torch.index_select(images, 0, batch, out=x)
        torch.index_select(labels, 0, batch, out=y)
        h = F.relu(F.linear(F.relu(F.linear(x, w1, b1)), w2, b2))
        F.cross_entropy(F.linear(h, w3, b3), y).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    step.values = values
    return step


def step_by_hand(percent: float, network: nn.Sequential, masks: list[Tensor]) -> Work:
    """C: PyTorch as a library of kernels: gradients by hand into one flat tensor, so that nothing is allocated and
    fused Adam makes one pass. Slower: torch.compile of these lines (default or max-autotune: +7 %), or of one graph of
    torch.func.grad and Adam written out (+5 %). Weights as (in, out): forward the same, weight gradient +9 %;
    activations as (features, batch): forward +18 %."""
    images, labels = examples(TRAIN)
    flat = torch.cat([value.detach().flatten() for value in network.parameters()])
    gradient = torch.zeros_like(flat)
    flat.grad = gradient
    shapes = [value.shape for value in network.parameters()]
    sizes = [shape.numel() for shape in shapes]
    w1, b1, w2, b2, w3, b3 = (part.view(shape) for part, shape in zip(flat.split(sizes), shapes))
    gw1, gb1, gw2, gb2, gw3, gb3 = (part.view(shape) for part, shape in zip(gradient.split(sizes), shapes))
    optimizer = torch.optim.Adam([flat], **ADAM, fused=True)
    x, y, batches = torch.empty(BATCH, 784), torch.empty(BATCH, dtype=torch.long), order()
    h1, h2, z = (torch.empty(BATCH, width) for width in (300, 100, 10))
    d1, d2, d3 = (torch.empty(BATCH, width) for width in (300, 100, 10))
    minus_one, relu_backward = torch.full((BATCH, 1), -1.0), torch.ops.aten.threshold_backward.grad_input

    @torch.no_grad()
    def step() -> None:
        batch = next(batches)
        torch.index_select(images, 0, batch, out=x)
        torch.index_select(labels, 0, batch, out=y)
        torch.addmm(b1, x, w1.t(), out=h1).relu_()
        torch.addmm(b2, h1, w2.t(), out=h2).relu_()
        torch.addmm(b3, h2, w3.t(), out=z)
        torch.softmax(z, 1, out=d3).scatter_add_(1, y.view(BATCH, 1), minus_one).mul_(1 / BATCH)
        torch.mm(d3.t(), h2, out=gw3)
        torch.sum(d3, 0, out=gb3)
        relu_backward(torch.mm(d3, w3, out=d2), h2, 0, grad_input=d2)
        torch.mm(d2.t(), h1, out=gw2)
        torch.sum(d2, 0, out=gb2)
        relu_backward(torch.mm(d2, w2, out=d1), h1, 0, grad_input=d1)
        torch.mm(d1.t(), x, out=gw1)
        torch.sum(d1, 0, out=gb1)
        optimizer.step()

    step.values = [w1, b1, w2, b2, w3, b3]
    return step
