#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Types into an interactive bash and reads what completion makes of it: keyboard.py FILE"""
import os
import pty
import select
import sys

CASES = [
    (b"mpumap exp\t", b"mpumap explain "),
    (b"mpumap decode --arch armv8m --lay\t", b"--layout "),
    (b"mpumap decode --arch armv8r6\t", b"armv8r64 "),
    (b"mpumap lint --ignore over\t", b"overlap"),
    (b"mpumap replay --target armv8m\t", b"armv8m "),
    (b"mpumap draw --ch\t", b"--change "),
]


def until(fd, wanted):
    seen = b""
    while wanted not in seen:
        if not select.select([fd], [], [], 20)[0]:
            break
        try:
            seen += os.read(fd, 4096)
        except OSError:
            break
    return seen


def main():
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(PS1="", TERM="dumb", INPUTRC="/dev/null")
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    os.write(fd, b"PS1=; bind 'set enable-bracketed-paste off'; source " + sys.argv[1].encode() +
             b"; echo rea''dy\n")
    until(fd, b"ready\r\n")
    bad = 0
    for typed, wanted in CASES:
        os.write(fd, typed)
        seen = until(fd, wanted)
        if wanted not in seen:
            print("typed %r, wanted %r, saw %r" % (typed, wanted, seen))
            bad = 1
        os.write(fd, b"\x15")  # the line away
    os.close(fd)
    os.waitpid(pid, 0)
    return bad


sys.exit(main())
