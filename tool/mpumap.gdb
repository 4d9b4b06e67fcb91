# SPDX-License-Identifier: MIT
# Commands for gdb (with Python) on a target that runs mpumap: an emulator or a probe.
#
#   (gdb) source tool/mpumap.gdb
#   (gdb) mpumap show                  the library's table, read from RAM
#   (gdb) mpumap show registers        the MPU's own registers
#   (gdb) mpumap explain 0x30004000 w  why an access is allowed or faults [r|w|x] [EL]
#   (gdb) mpumap draw                  the map as a picture
#   (gdb) mpumap use EXPRESSION        which struct mpumap, where the program has several
#
# The host program `mpumap` does the talking: that of `set $mpumap_tool = "/path/to/mpumap"`, else
# build/mpumap below the folder gdb runs in, else the one on PATH.
#
# Registers of Armv8-R have no name in gdb: a few instructions are written where the core stands, run
# once for each region, and taken away again; core registers, interrupt masks and the selector are put
# back. The code there must be writable for the debugger (not in ROM).
python
import os, shutil, subprocess

class MpumapError(gdb.GdbError):
    pass

class Mpumap(gdb.Command):
    """mpumap show [registers] | explain ADDR [r|w|x] [EL] | draw [registers] | use EXPRESSION"""

    def __init__(self):
        super().__init__("mpumap", gdb.COMMAND_DATA)
        self.expression = None

    # ---- the host program ----

    def tool(self):
        value = gdb.convenience_variable("mpumap_tool")
        places = [value.string()] if value is not None else []
        places += [os.path.join(os.getcwd(), "build", "mpumap"), shutil.which("mpumap") or ""]
        for place in places:
            if place and os.access(place, os.X_OK):
                return place
        raise MpumapError("no host program mpumap: set $mpumap_tool = \"/path/to/mpumap\"")

    def run(self, arguments, text):
        done = subprocess.run([self.tool()] + arguments + ["-"], input=text.encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        gdb.write(done.stdout.decode(errors="replace"))

    # ---- the table in RAM ----

    def candidates(self):
        text = gdb.execute("info variables -q -t ^struct.mpumap$", to_string=True)
        for line in text.splitlines():
            if line.rstrip().endswith(";") and "*" not in line and "[" not in line:
                yield line.rstrip(" ;").split()[-1]
        yield "engine.map"
        yield "map"

    def map(self):
        names = [self.expression] if self.expression else self.candidates()
        for name in names:
            try:
                value = gdb.parse_and_eval(name)
                while value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
                    value = value.dereference()
                if str(value.type.strip_typedefs().unqualified()) == "struct mpumap" and \
                        int(value["magic"]) != 0 and int(value["table"]) != 0:
                    return value
            except gdb.error:
                continue
        raise MpumapError("no initialised struct mpumap found: mpumap use EXPRESSION")

    def arch(self, m):
        limits = m["limits"]
        if int(limits["granule_shift"]) == 5:
            return "armv8m", 1
        name = "armv8r64" if int(limits["address_bits"]) > 32 else "armv8r32"
        return name, 2 if int(limits["lower_el1"]) else 1

    def table(self, m):
        lines = []
        for i in range(int(m["regions"])):
            entry = m["table"][i]
            lines.append("%d 0x%x 0x%x" % (i, int(entry["base"]), int(entry["limit"])))
        return lines

    # ---- the registers ----

    def word(self, address):
        return int.from_bytes(gdb.selected_inferior().read_memory(address, 4).tobytes(), "little")

    def put(self, address, value):
        gdb.selected_inferior().write_memory(address, value.to_bytes(4, "little"))

    def registers_m(self, count):
        rnr = self.word(0xe000ed98)
        lines = []
        for i in range(count):
            self.put(0xe000ed98, i)
            lines.append("%d 0x%x 0x%x" % (i, self.word(0xe000ed9c), self.word(0xe000eda0)))
        self.put(0xe000ed98, rnr)
        return lines

    # MCR and MRC p15: DDI 0568A.c, E2.2 (PRSELR, PRBAR, PRLAR, and their Hyp twins with opc1 = 4).
    def coprocessor(self, read, opc1, rt, crm, opc2):
        return (0xee000010 | (0x100000 if read else 0) | opc1 << 21 | 6 << 16 | rt << 12 | 15 << 8 |
                opc2 << 5 | crm)

    def store(self, address, words, thumb):
        data = b""
        for w in words:
            halves = [w >> 16, w & 0xffff] if thumb else [w & 0xffff, w >> 16]
            data += b"".join(h.to_bytes(2, "little") for h in halves)
        self.code(address, data)

    # ROM keeps what it has, and then the wrong instructions would run.
    def code(self, address, data):
        inferior = gdb.selected_inferior()
        try:
            inferior.write_memory(address, data)
            written = inferior.read_memory(address, len(data)).tobytes() == data
        except gdb.MemoryError:
            written = False
        if not written:
            raise MpumapError("the core stands in memory that cannot be written (0x%x): stop it in RAM" %
                              address)

    def step(self, count):
        try:
            gdb.execute("set suppress-cli-notifications on")
        except gdb.error:
            pass
        gdb.execute("stepi %d" % count, to_string=True)
        try:
            gdb.execute("set suppress-cli-notifications off")
        except gdb.error:
            pass

    def get(self, name, bits=32):
        return int(gdb.parse_and_eval("(unsigned long long)$" + name)) & ((1 << bits) - 1)

    def registers_r32(self, count, level):
        names = ["r0", "r1", "r2", "r3", "pc", "cpsr"]
        saved = {n: self.get(n) for n in names}
        mode = saved["cpsr"] & 31
        if level == 2 and mode != 0x1a:
            raise MpumapError("the core is not in Hyp mode: only its EL1 registers can be read here")
        if mode == 0x10:
            raise MpumapError("the core is in User mode: the registers of the MPU cannot be read here")
        thumb = (saved["cpsr"] & 0x20) != 0
        opc1 = 4 if level == 2 else 0
        isb = 0xf3bf8f6f if thumb else 0xf57ff06f
        code = [self.coprocessor(True, opc1, 3, 2, 1), self.coprocessor(False, opc1, 0, 2, 1), isb,
                self.coprocessor(True, opc1, 1, 3, 0), self.coprocessor(True, opc1, 2, 3, 1)]
        pc = saved["pc"]
        memory = gdb.selected_inferior().read_memory(pc, 20).tobytes()
        lines = []
        self.store(pc, code, thumb)
        try:
            gdb.execute("set $cpsr = 0x%x" % (saved["cpsr"] | 0x1c0))
            self.step(1)
            selector = self.get("r3")
            for i in list(range(count)) + [selector]:
                gdb.execute("set $r0 = %d" % i)
                gdb.execute("set $pc = 0x%x" % (pc + 4))
                self.step(4)
                lines.append("%d 0x%x 0x%x" % (i, self.get("r1"), self.get("r2")))
            lines.pop()
        finally:
            gdb.selected_inferior().write_memory(pc, memory)
            for n in names:
                gdb.execute("set $%s = 0x%x" % (n, saved[n]))
        return lines

    # To an address just ahead, past breakpoints of the user's. Not by steps: where a hypervisor traps
    # the registers, a step ends inside it.
    def run_to(self, address):
        stop = gdb.Breakpoint("*0x%x" % address, gdb.BP_HARDWARE_BREAKPOINT, internal=True)
        stop.silent = True
        try:
            for _ in range(8):
                gdb.execute("continue", to_string=True)
                if self.get("pc", 64) == address:
                    return
        finally:
            stop.delete()
        raise MpumapError("the core did not come back from reading a register")

    # MRS and MSR: DDI 0600A.d, G1.3 (PRSELR_ELx, PRBAR_ELx, PRLAR_ELx). CurrentEL is asked of the core,
    # because under nested virtualisation the debugger sees another level than the program.
    def registers_r64(self, count, level):
        names = ["x0", "x1", "x2", "x3", "pc"]
        saved = {n: self.get(n, 64) for n in names}
        cpsr = self.get("cpsr")
        op1 = 4 if level == 2 else 0
        system = lambda read, rt, crm, op2: \
            0xd5186000 | read << 21 | op1 << 16 | crm << 8 | op2 << 5 | rt
        code = [0xd5384243, system(1, 3, 2, 1), system(0, 0, 2, 1), 0xd5033fdf, system(1, 1, 8, 0),
                system(1, 2, 8, 1), 0x14000000]
        pc = saved["pc"]
        inferior = gdb.selected_inferior()
        memory = inferior.read_memory(pc, 4 * len(code)).tobytes()
        lines = []
        self.code(pc, b"".join(w.to_bytes(4, "little") for w in code))
        try:
            gdb.execute("set $cpsr = 0x%x" % (cpsr | 0x3c0))
            self.step(1)
            if self.get("x3", 64) >> 2 & 3 < level:
                raise MpumapError("the core is below EL%d: the registers cannot be read here" % level)
            self.run_to(pc + 8)
            selector = self.get("x3", 64)
            for i in list(range(count)) + [selector]:
                gdb.execute("set $x0 = %d" % i)
                gdb.execute("set $pc = 0x%x" % (pc + 8))
                self.run_to(pc + 24)
                lines.append("%d 0x%x 0x%x" % (i, self.get("x1", 64), self.get("x2", 64)))
            lines.pop()
        finally:
            inferior.write_memory(pc, memory)
            for n in names:
                gdb.execute("set $%s = 0x%x" % (n, saved[n]))
            gdb.execute("set $cpsr = 0x%x" % cpsr)
        return lines

    def registers(self, m):
        name, level = self.arch(m)
        count = int(m["limits"]["regions"])
        if name == "armv8m":
            return self.registers_m(count)
        read = self.registers_r32 if name == "armv8r32" else self.registers_r64
        return read(count, level)

    # ---- commands ----

    def source(self, words):
        m = self.map()
        lines = self.registers(m) if "registers" in words else self.table(m)
        name, level = self.arch(m)
        common = ["--arch", name, "--mair", "0xff000004eeaa4400", "--regions",
                  str(int(m["limits"]["regions"]))]
        return common, level, "\n".join(lines) + "\n"

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if not words or words[0] not in ("show", "explain", "draw", "use"):
            raise MpumapError(self.__doc__)
        if words[0] == "use":
            if len(words) < 2:
                raise MpumapError("mpumap use EXPRESSION")
            self.expression = argument.split(None, 1)[1]
            self.map()
            return
        common, level, text = self.source(words[1:])
        words = [w for w in words if w != "registers"]
        if words[0] == "show":
            self.run(["decode"] + common + ["--el", str(level)], text)
        elif words[0] == "draw":
            self.run(["draw", "--text"] + common + ["--el", str(level)], text)
        else:
            if len(words) < 2:
                raise MpumapError("mpumap explain ADDR [r|w|x] [EL]")
            address = int(gdb.parse_and_eval(words[1])) & 0xffffffffffffffff
            extra = ["--addr", "0x%x" % address, "--access", words[2] if len(words) > 2 else "r"]
            extra += ["--el", words[3]] if len(words) > 3 else []
            self.run(["explain"] + common + ["--owner", str(level)] + extra, text)

Mpumap()
end
