#!/usr/bin/env python3
"""The peer of conv_flops: Conv-6's convolutions (batch 60, dense) in PyTorch on one GPU, pass by pass, captured;
without the ReLU and the step of Adam that are part of ours.

nchw   one network as PyTorch lays images out; replicas are groups of one convolution
nhwc   the same with channels innermost, which tensor cores are said to like better

    pytorch_conv.py [--tf32] [--times T] [--device cpu] R...
"""

import argparse

import torch
from torch.nn import functional as F

from pytorch import BATCH, captured, opened, seconds

CONV_6 = ((3, 64, 32), (64, 64, 32), (64, 128, 16), (128, 128, 16), (128, 256, 8), (256, 256, 8))
FORMS = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}


def passes(channels, outputs, side, replicas, form, device):
    """The three passes, by name; the input gradient is left out behind images."""
    generator = torch.Generator(device=device).manual_seed(1)

    def drawn(*shape):
        return torch.randn(shape, device=device, generator=generator).to(memory_format=form)

    x, dy = drawn(BATCH, replicas * channels, side, side), drawn(BATCH, replicas * outputs, side, side)
    w, bias = drawn(replicas * outputs, channels, 3, 3), torch.zeros(replicas * outputs, device=device)

    def backward(of_input, of_weight):
        return torch.ops.aten.convolution_backward(
            dy, x, w, [replicas * outputs], [1, 1], [1, 1], [1, 1], False, [0, 0], replicas,
            [of_input, of_weight, of_weight])  # fmt: skip

    yield "forward", lambda: F.conv2d(x, w, bias, padding=1, groups=replicas)
    if channels > 3:
        yield "input", lambda: backward(True, False)
    yield "weight", lambda: backward(False, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tf32", action="store_true", help="multiply on tensor cores")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("replicas", type=int, nargs="+", metavar="R")
    asked = parser.parse_args()
    device, name = opened(asked)
    print(f"PyTorch {torch.__version__}, {name}; Conv-6, batch {BATCH}, dense, {'tf32' if asked.tf32 else 'fp32'}")
    print("form      R  layer            pass           us/net    TFLOP/s")
    for replicas in asked.replicas:
        for form, layout in FORMS.items():
            whole = flops = failed = 0
            for channels, outputs, side in CONV_6:
                layer = f"{side}x{side} {channels}->{outputs}"
                flop = 2 * outputs * channels * 9 * side * side * BATCH * replicas
                try:
                    for what, step in passes(channels, outputs, side, replicas, layout, device):
                        replay = captured(step, device)
                        replay()  # the first is not timed
                        taken = seconds(replay, device, asked.times)
                        whole, flops = whole + taken, flops + flop
                        print(f"{form} {replicas:6}  {layer:16} {what:8} {1e6 * taken / replicas:12.1f}"
                              f" {flop / taken * 1e-12:10.2f}", flush=True)  # fmt: skip
                except Exception as error:  # memory included
                    failed += 1
                    print(f"{form} {replicas:6}  {layer:16} failed: {str(error).partition(chr(10))[0]}", flush=True)
                if device.type == "cuda":
                    torch.cuda.empty_cache()
            if failed == 0:
                print(f"{form} {replicas:6}  {'all':16} {'':8} {1e6 * whole / replicas:12.1f} {flops / whole * 1e-12:10.2f}",
                      flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
