#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a trace of N operations, for `mpumap replay`: bench/trace.py N > FILE

A heap, twelve other regions that come and go, pages of the heap mapped and unmapped by drivers,
look-ups. Always the same trace.
"""
import random
import sys


def main():
    draw = random.Random(6)
    mapped, pages = set(), []
    print("target armv8r32-el2 regions=16\nmap 0x20000000 0x207fffff rw normal")
    for _ in range(int(sys.argv[1]) - 1):
        kind = draw.randrange(4)
        if kind == 0:
            region = draw.randrange(12)
            base = 0x40000000 + region * 0x100000
            if region in mapped:
                mapped.remove(region)
                print(f"unmap {base:#x} {base + 0xffff:#x}")
            else:
                mapped.add(region)
                print(f"map {base:#x} {base + 0xffff:#x} rw normal")
        elif kind == 1:
            print(f"find {0x20000000 + draw.randrange(2048) * 0x1000:#x} 0x207fffff")
        elif pages and (kind == 2 or len(pages) >= 16):
            base = pages.pop(draw.randrange(len(pages)))
            print(f"unmap {base:#x} {base + 0xfff:#x}")
        else:
            pages.append(0x20000000 + draw.randrange(2048) * 0x1000)
            print(f"map {pages[-1]:#x} {pages[-1] + 0xfff:#x} rw normal")


main()
