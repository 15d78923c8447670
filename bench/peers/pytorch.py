"""PyTorch at the work of our benchmarks, on one thread, for bench/src/main/java/.../PyTorch.java.

Reads lines and answers each with one:
    prepare WORK PERCENT   makes the data and the network of a work (`prepared`); answers with what runs it
    run TIMES              does it so many times
    about                  answers with what runs it
`pytorch.py check` instead shows that the three forms of a step train to the same values.
"""

import sys

import torch

from forward import evaluate_best, evaluate_customary, product
from networks import NETWORKS, step
from training import Maker, Work, lenet, step_by_hand, step_fused, step_masked

LENET: dict[str, Maker] = {"step-a": step_masked, "step-b": step_fused, "step-c": step_by_hand}
LENET |= {"evaluate-a": evaluate_customary, "evaluate-b": evaluate_best(500)}
LENET |= {f"product-{form}": product(form) for form in ("dense", "csr", "coo")}


def prepared(name: str, percent: float) -> Work:
    """A work of LeNet-300-100's, or a step of another network: NETWORK-a or NETWORK-b, then -nchw, -nhwc,
    -nchw-compiled or -nhwc-compiled where it is not to be the fastest of them."""
    if name in LENET:
        return LENET[name](percent, *lenet(percent))
    for network in NETWORKS:
        if name.startswith(network + "-"):
            peer, *variant = name.removeprefix(network + "-").split("-")
            return step(network, peer == "a", *variant[:1], compiled="compiled" in variant)(percent)
    raise SystemExit(f"pytorch.py has no work {name}; it has {', '.join(LENET)} and steps of {', '.join(NETWORKS)}")


def check() -> None:
    network, masks = lenet(100)
    all_steps = [step_masked(100, network, masks), step_fused(100, *lenet(100)), step_by_hand(100, *lenet(100))]
    for step in all_steps:
        for _ in range(50):
            step()
    for step in all_steps[1:]:
        for mine, its in zip(network.parameters(), step.values):
            torch.testing.assert_close(mine.detach(), its.detach(), rtol=1e-3, atol=1e-4)
    print("the three forms of a step agree")


def main() -> None:
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    if sys.argv[1:] == ["check"]:
        return check()
    work: Work = lambda: None
    about = f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, 1 thread"
    for line in sys.stdin:
        match line.split():
            case ["prepare", name, percent]:
                work = prepared(name, float(percent))
                answer = about
            case ["about"]:
                answer = about
            case ["run", times]:
                for _ in range(int(times)):
                    work()
                answer = "done"
            case _:
                raise SystemExit(f"pytorch.py knows 'prepare WORK PERCENT', 'run TIMES' and 'about', not '{line.strip()}'")
        print(answer, flush=True)


if __name__ == "__main__":
    main()
