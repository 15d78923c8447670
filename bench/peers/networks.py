"""The paper's convolutional networks for CIFAR-10 and training steps of them."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training import Work

IMAGES = 10_000


def conv(*widths: int) -> nn.Sequential:
    """Conv-2, Conv-4 and Conv-6: pairs of 3 x 3 convolutions, each pair pooled, then 256, 256 and 10 units."""
    layers, channels, side = [], 3, 32
    for width in widths:
        for inputs in (channels, width):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(2))
        channels, side = width, side // 2
    layers.append(nn.Flatten())
    for inputs in (channels * side * side, 256):
        layers += [nn.Linear(inputs, 256), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Linear(256, 10))


def normalised(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)]


class Block(nn.Module):
    """A basic residual block."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        first, second = normalised(inputs, outputs, 3, stride), normalised(outputs, outputs)
        self.branch = nn.Sequential(*first, nn.ReLU(inplace=True), *second)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else nn.Sequential(*normalised(inputs, outputs, 1, stride))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.branch(x) + self.shortcut(x), inplace=True)


def pooled(layers: list[nn.Module], channels: int) -> nn.Sequential:
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))


def resnet18() -> nn.Sequential:
    """The residual network of 20 layers."""
    layers, channels = [*normalised(3, 16), nn.ReLU(inplace=True)], 16
    for width in (16, 32, 64):
        for block in range(3):
            layers.append(Block(channels, width, 2 if block == 0 and width > 16 else 1))
            channels = width
    return pooled(layers, channels)


def vgg19() -> nn.Sequential:
    layers, channels = [], 3
    for width, depth in zip((64, 128, 256, 512, 512), (2, 2, 4, 4, 4)):
        if layers:
            layers.append(nn.MaxPool2d(2))
        for _ in range(depth):
            layers += [*normalised(channels, width), nn.ReLU(inplace=True)]
            channels = width
    return pooled(layers, channels)


ADAM = (torch.optim.Adam, {"lr": 0.0003})
SGD = (torch.optim.SGD, {"lr": 0.001, "momentum": 0.9, "weight_decay": 0.0001})
NETWORKS = {
    "conv-2": (lambda: conv(64), 60, ADAM),
    "conv-4": (lambda: conv(64, 128), 60, ADAM),
    "conv-6": (lambda: conv(64, 128, 256), 60, ADAM),
    "resnet-18": (resnet18, 128, SGD),
    "vgg-19": (vgg19, 64, SGD),
}


def step(name: str, masked: bool, layout: str = "nhwc", compiled: bool = False) -> Callable[[float], Work]:
    """A training step on random images that are not augmented. Masked (A): as pruned networks are usually trained, a
    mask on each weight's gradient, so that what was pruned stays zero. Else (B): dense, no mask, the fused optimiser.

    layout: nchw or nhwc (channels_last)."""
    build, batch, (optimiser, settings) = NETWORKS[name]
    memory = torch.channels_last if layout == "nhwc" else torch.contiguous_format

    def prepare(percent: float) -> Work:
        torch.manual_seed(1)
        network = build().to(memory_format=memory)
        weights = [layer.weight for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
        masks = [(torch.rand_like(weight) < percent / 100).float() for weight in weights] if masked else []
        for weight, mask in zip(weights, masks):
            weight.data.mul_(mask)
        images = torch.rand(IMAGES, 3, 32, 32).contiguous(memory_format=memory)
        labels = torch.randint(0, 10, (IMAGES,))
        optimizer = optimiser(network.parameters(), **settings, **({} if masked else {"fused": True}))

        def loss(x: Tensor, y: Tensor) -> Tensor:
            return F.cross_entropy(network(x), y)

        forward = torch.compile(loss) if compiled else loss

        def work() -> None:
            chosen = torch.randint(0, IMAGES, (batch,))
            forward(images[chosen], labels[chosen]).backward()
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

        return work

    return prepare
