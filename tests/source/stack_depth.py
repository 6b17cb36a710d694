#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""
stack_depth.py [-v] [--limit BYTES] [--frames N] OBJECT...

The deepest chain of calls of each program in BPF objects, counted as verifiers count it: kernels
before 6.8 round each frame up to 32 bytes (kernel/bpf/verifier.c, check_max_stack_depth()), allow 512
in all, and 8 frames. The kernel that a change is built on may round less, and take what others refuse.

Prints a line for each program, with -v also the frames of that chain. Exit status 1 if a chain is
deeper than it may be.
"""
import argparse
import struct
import sys

ROUND = 32
FRAME_POINTER = 10
# Instructions: Documentation/bpf/standardization/instruction-set.rst.
CLASS_LDX, CLASS_ST, CLASS_STX = 1, 2, 3
MOV64_REG, ADD64_IMM, CALL, WIDE_LOAD = 0xBF, 0x07, 0x85, 0x18
CALL_OF_PROGRAM = 1
FUNCTION, SYMTAB, REL, EXEC = 2, 2, 9, 4


class Function:
    def __init__(self, name, is_program):
        self.name = name
        self.is_program = is_program
        self.stack = 0
        self.calls = set()

    def frame(self):
        return (max(self.stack, 1) + ROUND - 1) // ROUND * ROUND


def sections_of(data):
    if data[:4] != b"\x7fELF" or data[4] != 2:
        sys.exit("stack_depth: not a 64-bit ELF file")
    order = "<" if data[5] == 1 else ">"
    offset = struct.unpack_from(order + "Q", data, 40)[0]
    size, count, names = struct.unpack_from(order + "3H", data, 58)
    fields = "name type flags address offset size link info align entry".split()
    sections = [dict(zip(fields, struct.unpack_from(order + "IIQQQQIIQQ", data, offset + i * size)))
                for i in range(count)]
    for section in sections:
        section["data"] = data[section["offset"]:section["offset"] + section["size"]]
        section["title"] = text_at(data, sections[names]["offset"] + section["name"])
    return order, sections


def text_at(data, offset):
    return data[offset:data.index(b"\0", offset)].decode()


def symbols_of(order, sections):
    table = next(section for section in sections if section["type"] == SYMTAB)
    strings = sections[table["link"]]["data"]
    for name, info, _, section, value, size in struct.iter_unpack(order + "IBBHQQ", table["data"]):
        yield text_at(strings, name), info & 15, section, value, size


def relocations_of(order, sections, index):
    """Offset of the instruction: number of the symbol."""
    found = {}
    for section in sections:
        if section["type"] == REL and section["info"] == index:
            for offset, info in struct.iter_unpack(order + "QQ", section["data"]):
                found[offset] = info >> 32
    return found


def deepest_access(order, code):
    """How far below the frame pointer the instructions of @code reach."""
    deepest = 0
    pointers = {FRAME_POINTER: 0}  # registers that point into the frame, and where
    for at in range(0, len(code), 8):
        opcode, registers, offset, value = struct.unpack_from(order + "BBhi", code, at)
        target, source = registers & 15, registers >> 4
        if order == ">":
            target, source = source, target
        base = {CLASS_LDX: source, CLASS_ST: target, CLASS_STX: target}.get(opcode & 7)
        if base in pointers and opcode != WIDE_LOAD:
            deepest = max(deepest, -(pointers[base] + offset))
        if opcode & 7 in (CLASS_ST, CLASS_STX, 5, 6):
            continue  # no register is written, but by calls, which leave no such pointers
        if opcode == MOV64_REG and source in pointers:
            pointers[target] = pointers[source]
        elif opcode == ADD64_IMM and target in pointers:
            pointers[target] += value
            deepest = max(deepest, -pointers[target])
        elif target != FRAME_POINTER:
            pointers.pop(target, None)
    return deepest


def functions_of(path):
    with open(path, "rb") as file:
        order, sections = sections_of(file.read())
    symbols = list(symbols_of(order, sections))
    functions, at = {}, {}
    for name, kind, index, value, size in symbols:
        if kind == FUNCTION:
            functions[name] = Function(name, sections[index]["title"] != ".text")
            at[index, value] = name
    for name, kind, index, value, size in symbols:
        if kind != FUNCTION:
            continue
        code = sections[index]["data"][value:value + size]
        relocations = relocations_of(order, sections, index)
        functions[name].stack = deepest_access(order, code)
        for offset in range(0, size, 8):
            opcode, registers, _, immediate = struct.unpack_from(order + "BBhi", code, offset)
            if opcode != CALL or CALL_OF_PROGRAM not in (registers & 15, registers >> 4):
                continue
            symbol = symbols[relocations[value + offset]] if value + offset in relocations else None
            if symbol and symbol[1] == FUNCTION:
                callee = symbol[0]
            else:  # relative: to the symbol's section, or to this instruction
                place = (symbol[2], (immediate + 1) * 8) if symbol else \
                    (index, value + offset + (immediate + 1) * 8)
                callee = at[place]
            functions[name].calls.add(callee)
    return functions


def deepest_chain(functions, function, weight):
    """The chain of calls from @function on whose sum of @weight is the largest."""
    best = []
    for callee in function.calls:
        chain = deepest_chain(functions, functions[callee], weight)
        if sum(map(weight, chain)) > sum(map(weight, best)):
            best = chain
    return [function] + best


def main():
    parser = argparse.ArgumentParser(usage=__doc__.strip().splitlines()[0])
    parser.add_argument("-v", action="store_true")
    parser.add_argument("--limit", type=int, default=512)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("objects", nargs="+")
    options = parser.parse_args()
    failed = False
    for path in options.objects:
        functions = functions_of(path)
        programs = [f for f in functions.values() if f.is_program]
        if not programs:
            sys.exit(f"stack_depth: {path} has no program")
        for program in programs:
            deep = deepest_chain(functions, program, Function.frame)
            depth = sum(f.frame() for f in deep)
            frames = len(deepest_chain(functions, program, lambda f: 1))
            title = f"{path.rsplit('/', 1)[-1]} {program.name}"
            print(f"{title}: {depth} of {options.limit} bytes, {frames} of {options.frames} frames")
            if depth > options.limit or frames > options.frames:
                failed = True
            if options.v or depth > options.limit:
                print("    " + " ".join(f"{f.name}:{f.stack}" for f in deep))
            if frames > options.frames:
                print("    " + " ".join(f.name for f in
                                        deepest_chain(functions, program, lambda f: 1)))
    if failed:
        print("kernels before 6.8 would refuse this: keep less on the stack of these functions, or "
              "call from higher up")
    return failed


sys.exit(main())
