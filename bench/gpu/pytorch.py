#!/usr/bin/env python3
"""LeNet-300-100 (batch 60, Adam) in PyTorch on one GPU: replica-steps per second, three ways.

graph  one network at a time, fused Adam, the step captured in a CUDA graph: sequential training at its best
vmap   an ensemble by torch.func (vmap of grad), Adam written out over the stacked parameters, captured
bmm    the strongest by hand: bmm over the replicas, gradients written out, one fused update of one flat buffer, captured

Networks are dense and masks, where asked for, are multiplied: PyTorch has nothing else. TF32 is off unless asked for. An
evaluation is of 5,000 images for validation and 10,000 for the test: losses and accuracies of all replicas.

    pytorch.py [--masked] [--tf32] [--steps S] [--device cpu] R...
"""

import argparse
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

SIZES = (784, 300, 100, 10)
BATCH, IMAGES, LR = 60, 55000, 0.0012
EVALUATED, CHUNK = 15000, 1000
BETAS, EPSILON = (0.9, 0.999), 1e-8
LEAST_SECONDS = 0.1  # of a measurement
MANY = 1 << 20  # steps, more than are made in two such


class Data:
    """Images on the device, and a batch per replica that is gathered there."""

    def __init__(self, replicas, device):
        generator = torch.Generator(device=device).manual_seed(1)
        self.images = torch.rand(IMAGES, 784, device=device, generator=generator)
        self.images *= torch.rand(IMAGES, 784, device=device, generator=generator) < 0.2  # dark as in MNIST, and in ours
        self.labels = torch.randint(10, (IMAGES,), device=device, generator=generator)
        self.order = torch.randint(IMAGES, (replicas, BATCH), device=device, generator=generator)

    def batch(self):
        return self.images[self.order], self.labels[self.order]


def captured(step, device):
    """The step as a graph that is launched again; itself where there is no GPU."""
    if device.type != "cuda":
        return step
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def seconds(step, device, times):
    """What the step takes, done so many times or more, after as much that keeps the clock up."""
    lasting(LEAST_SECONDS, step, device, times)
    return lasting(LEAST_SECONDS, step, device, times)


def lasting(least, step, device, times):
    done, begun = 0, time.perf_counter()
    while done == 0 or time.perf_counter() - begun < least:
        for _ in range(times):
            step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        done += times
    return (time.perf_counter() - begun) / done


def opened(asked):
    """The device, at the precision asked for, and its name."""
    device = torch.device(asked.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        sys.exit("pytorch: no GPU answers; --device cpu tries the code without one")
    torch.backends.cuda.matmul.allow_tf32 = asked.tf32
    torch.backends.cudnn.allow_tf32 = asked.tf32
    torch.backends.cudnn.benchmark = True
    if device.type == "cuda":  # whose clock is low until it has worked for a while
        matrix = torch.rand(2048, 2048, device=device)
        lasting(1, lambda: matrix.mm(matrix), device, 10)
    return device, torch.cuda.get_device_name() if device.type == "cuda" else "cpu"


def adam(parameters, gradients, moments, squares, count):
    """One step of Adam, every operation over all tensors at once."""
    count += 1
    torch._foreach_lerp_(moments, gradients, 1 - BETAS[0])
    torch._foreach_mul_(squares, BETAS[1])
    torch._foreach_addcmul_(squares, gradients, gradients, 1 - BETAS[1])
    roots = torch._foreach_sqrt(squares)
    torch._foreach_mul_(roots, torch.rsqrt(1 - BETAS[1] ** count))
    torch._foreach_add_(roots, EPSILON)
    steps = torch._foreach_div(moments, roots)
    torch._foreach_mul_(steps, -LR / (1 - BETAS[0] ** count))
    torch._foreach_add_(parameters, steps)


def graph(replicas, masked, device):
    if replicas != 1:
        return None
    net = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)).to(device)
    weights = [m.weight for m in net if isinstance(m, nn.Linear)]
    masks = [(torch.rand_like(w) < 0.2).float() for w in weights]
    optimizer = torch.optim.Adam(net.parameters(), lr=LR, fused=True, capturable=device.type == "cuda")
    data = Data(1, device)

    def step():
        x, y = data.batch()
        optimizer.zero_grad()
        F.cross_entropy(net(x[0]), y[0]).backward()
        if masked:
            for weight, mask in zip(weights, masks):
                weight.grad.mul_(mask)
        optimizer.step()

    return step, evaluation([p.detach()[None] for p in net.parameters()], data)


def compiled(update, device, *arguments):
    """The update as one kernel made for these very sizes; as it is where none can be made, which is said."""
    if device.type != "cuda":
        return update
    torch._dynamo.reset()
    made = torch.compile(update, dynamic=False)
    try:
        made(*arguments)
    except Exception as error:
        print(f"the next is not compiled: {first_line(error)}", flush=True)
        return update
    return made


def first_line(error):
    return str(error).partition("\n")[0] or type(error).__name__


def stacked(replicas, device):
    """Weights [R, out, in] and biases [R, out], by layer."""
    parameters = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        parameters.append(torch.randn(replicas, outputs, inputs, device=device) * 0.1)
        parameters.append(torch.zeros(replicas, outputs, device=device))
    return parameters


def evaluation(parameters, data):
    """The first layer of all replicas is one product, as they read the same images."""
    w1, b1, w2, b2, w3, b3 = parameters
    replicas = len(w1)

    def evaluate():
        loss, right = torch.zeros(2, replicas, device=w1.device)
        for at in range(0, EVALUATED, CHUNK):
            x, y = data.images[at : at + CHUNK], data.labels[at : at + CHUNK]
            h1 = torch.addmm(b1.flatten(), x, w1.flatten(0, 1).T).relu_().view(CHUNK, replicas, -1).transpose(0, 1)
            h2 = torch.baddbmm(b2[:, None], h1, w2.mT).relu_()
            logits = torch.baddbmm(b3[:, None], h2, w3.mT)
            loss += (logits.logsumexp(2) - logits.gather(2, y.expand(replicas, CHUNK)[:, :, None])[:, :, 0]).sum(1)
            right += (logits.argmax(2) == y).sum(1)

    return evaluate


def vmap(replicas, masked, device):
    parameters = stacked(replicas, device)
    masks = [(torch.rand_like(p) < 0.2).float() for p in parameters[::2]]
    moments, squares = [[torch.zeros_like(p) for p in parameters] for _ in range(2)]
    count = torch.zeros((), device=device)
    data = Data(replicas, device)

    def loss(own, x, y):
        for i in range(0, len(own), 2):
            x = F.linear(x if i == 0 else F.relu(x), own[i], own[i + 1])
        return F.cross_entropy(x, y)

    gradient = torch.func.vmap(torch.func.grad(loss))

    def step():
        gradients = list(gradient(tuple(parameters), *data.batch()))
        if masked:
            torch._foreach_mul_(gradients[::2], masks)
        adam(parameters, gradients, moments, squares, count)

    return step, evaluation(parameters, data)


def bmm(replicas, masked, device):
    """All parameters of a kind lie in one buffer, so that Adam is a handful of kernels over it."""
    shapes = [p.shape for p in stacked(1, device)]
    length = sum(s.numel() for s in shapes) * replicas
    flat, gradient, moment, square = (torch.zeros(length, device=device) for _ in range(4))

    def views(buffer):
        made, at = [], 0
        for shape in shapes:
            count = shape.numel() * replicas
            made.append(buffer[at : at + count].view(replicas, *shape[1:]))
            at += count
        return made

    parameters, gradients = views(flat), views(gradient)
    for parameter in parameters[::2]:
        parameter.normal_(0, 0.1)
    masks = torch.ones_like(flat)
    for mask in views(masks)[::2]:
        mask.copy_((torch.rand_like(mask) < 0.2).float())
    powers = torch.tensor(BETAS, dtype=torch.float64) ** torch.arange(1, MANY, dtype=torch.float64)[:, None]
    corrections = ((1 - powers) ** torch.tensor((-1, -0.5)) * torch.tensor((LR, 1))).float().to(device)
    count = torch.zeros(1, dtype=torch.int64, device=device)
    data = Data(replicas, device)

    def update(flat, gradient, moment, square, corrected, masks):
        if masked:
            gradient = gradient * masks
        moment.lerp_(gradient, 1 - BETAS[0])
        square.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        denominator = square.sqrt() * corrected[1] + EPSILON
        flat.sub_(moment / denominator * corrected[0])

    # A step of Adam whose gradients are zero changes nothing.
    fused = compiled(update, device, flat, gradient, moment, square, corrections[0], masks)

    def step():
        x, y = data.batch()
        w1, b1, w2, b2, w3, b3 = parameters
        h1 = torch.baddbmm(b1[:, None], x, w1.mT).relu_()
        h2 = torch.baddbmm(b2[:, None], h1, w2.mT).relu_()
        logits = torch.baddbmm(b3[:, None], h2, w3.mT)
        d3 = logits.softmax(2)
        d3.scatter_add_(2, y[:, :, None], torch.full_like(d3[:, :, :1], -1.0)).div_(BATCH)
        d2 = torch.bmm(d3, w3).mul_(h2 > 0)
        d1 = torch.bmm(d2, w2).mul_(h1 > 0)
        for i, (d, h) in enumerate(((d1, x), (d2, h1), (d3, h2))):
            torch.bmm(d.mT, h, out=gradients[2 * i])
            torch.sum(d, 1, out=gradients[2 * i + 1])
        fused(flat, gradient, moment, square, corrections.index_select(0, count)[0], masks)
        count.add_(1)

    return step, evaluation(parameters, data)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--masked", action="store_true", help="multiply gradients by masks, as pruned networks do")
    parser.add_argument("--tf32", action="store_true", help="multiply on tensor cores")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("replicas", type=int, nargs="+", metavar="R")
    asked = parser.parse_args()
    device, name = opened(asked)
    precision = "tf32" if asked.tf32 else "fp32"
    print(f"PyTorch {torch.__version__}, {name}; batch {BATCH}, Adam, {precision}, {'masked' if asked.masked else 'no mask'}")
    print("form        R    us a step  replica-steps/s  us an evaluation")
    for form in (graph, bmm, vmap):  # the strongest first, for who has not long
        for replicas in asked.replicas:
            try:
                made = form(replicas, asked.masked, device)
                if made is None:
                    continue
                step, evaluate = (captured(work, device) for work in made)
                step()
                taken = seconds(step, device, asked.steps)
                evaluated = seconds(evaluate, device, 1)
                print(
                    f"{form.__name__:6} {replicas:6} {1e6 * taken:12.1f} {replicas / taken:16.0f} {1e6 * evaluated:17.1f}",
                    flush=True,
                )
            except torch.cuda.OutOfMemoryError:
                print(f"{form.__name__:6} {replicas:6}  out of memory", flush=True)
            except Exception as error:
                print(f"{form.__name__:6} {replicas:6}  failed: {first_line(error)}", flush=True)
            if device.type == "cuda":
                torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
