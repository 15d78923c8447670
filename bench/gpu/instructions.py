#!/usr/bin/env python3
"""What nvcc made of the kernels: instructions.py [LIBRARY] [WORD...], LIBRARY a libtombola_cuda.so or a .cubin.

Of each kernel whose name has every WORD: its registers and spilled bytes, and of its innermost loop with most
multiply-adds how many instructions it has, how many of them multiply and add, on either kind of core, and how many more
instructions the loop around it has. A scheduler issues one instruction a cycle, so the share is the most of the fp32 peak
that the loop alone can reach. All branches are counted, those of borders and last tiles too, though a turn takes one: the
share is that or more. Needs cuobjdump and nvdisasm of the CUDA toolkit and c++filt of binutils on PATH, and no GPU."""

import re
import signal
import subprocess
import sys
from collections import Counter

LIBRARY = "target/gpu/resources/dev/tombola/native/linux-x86_64/libtombola_cuda.so"
INSTRUCTION = re.compile(r"\s+/\*([0-9a-f]{4,})\*/\s+(?:@!?U?P\w+\s+)?([A-Z0-9_.]+)(.*?);")
LEAST = 16  # multiply-adds of a loop that is worth a line


def listing(*flags):
    said = subprocess.run(["cuobjdump", *flags], capture_output=True, text=True)
    if said.returncode != 0:
        sys.exit("instructions.py: cuobjdump " + " ".join(flags) + ": " + said.stderr.strip())
    return said.stdout


def kernels(text):
    """Instructions by mangled name: address, operation, operands."""
    found, here = {}, None
    for line in text.splitlines():
        if "Function : " in line:
            here = found.setdefault(line.split("Function : ")[1].strip(), [])
        elif here is not None and (match := INSTRUCTION.match(line)):
            here.append((int(match[1], 16), match[2], match[3]))
    return found


def multiply_adds(counted):
    return counted["FFMA"] + counted["HMMA"]


def loops(instructions):
    """Counts of the innermost loop that multiplies most, or None, and the size of the one around it, or 0. What takes
    roots and calls functions is an optimizer's step: it counts where there is nothing else."""
    spans = set()
    for at, operation, operands in instructions:
        target = re.search(r"0x([0-9a-f]+)", operands)
        if operation.startswith("BRA") and target and int(target[1], 16) < at:
            spans.add((int(target[1], 16), at))
    counted = {
        span: Counter(name.split(".")[0] for at, name, _ in instructions if span[0] <= at <= span[1]) for span in spans
    }
    worth = {span for span in spans if multiply_adds(counted[span]) >= LEAST}
    inner = [a for a in worth if not any(a != b and a[0] <= b[0] and b[1] <= a[1] for b in worth)]
    if not inner:
        return None, 0
    products = [a for a in inner if counted[a]["MUFU"] + counted[a]["CALL"] == 0]
    most = max(products or inner, key=lambda span: multiply_adds(counted[span]))
    around = [sum(counted[a].values()) for a in worth if a != most and a[0] <= most[0] and most[1] <= a[1]]
    return counted[most], min(around, default=0)


def resources(text):
    """Registers and bytes of the stack by mangled name."""
    pairs = re.findall(r"Function ([^\s:]+):\s+REG:(\d+) STACK:(\d+)", text)
    return {name: (int(registers), int(stack)) for name, registers, stack in pairs}


def main(arguments):
    library = arguments.pop(0) if arguments and re.search(r"\.(so|cubin)$", arguments[0]) else LIBRARY
    code = listing("-sass", library)
    devices = sorted(set(re.findall(r"^\s*code for (\w+)", code, re.MULTILINE)))
    if len(devices) > 1:  # whose kernels have the same names
        sys.exit(f"instructions.py: {library} has code for {', '.join(devices)}: build it for one of them.")
    found, used = kernels(code), resources(listing("-res-usage", library))
    plain = subprocess.run(["c++filt"], input="\n".join(found), capture_output=True, text=True).stdout.splitlines()
    lines = []
    for (name, instructions), readable in sorted(zip(found.items(), plain), key=lambda pair: pair[1]):
        short = re.sub(r"^void |\(home.*", "", readable)
        counted, outer = loops(instructions)
        if counted is None or not all(word in short for word in arguments):
            continue
        registers, stack = used.get(name, (0, 0))
        total, multiplied = sum(counted.values()), multiply_adds(counted)
        lines.append(f"{short:<76} {registers:>9} {stack:>5} {total:>6} {multiplied:>14} {100 * multiplied / total:>5.0f}%"
                     f" {outer - total if outer else '-':>7} {counted['LDS'] + counted['STS']:>7} {counted['LDG'] + counted['STG']:>7}")
    if not lines:
        words = " and ".join(arguments) or "a name"
        sys.exit(f"instructions.py: no kernel of {library} that multiplies in a loop has {words} in its name.")
    print(f"{'kernel':<76} registers stack   loop  multiply-adds  share  around  shared  global", *lines, sep="\n")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        main(sys.argv[1:])
    except FileNotFoundError as missing:
        sys.exit(f"instructions.py: there is no {missing.filename} on PATH.")
