# SPDX-License-Identifier: MIT
# The front door. The build itself is CMake's: CMakeLists.txt, CMakePresets.json.
.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
jobs := $(shell nproc)
demo := examples/demo.trace

.PHONY: all
all: ## Build the host tool (build/mpumap) and the library
	@scripts/setup --check gcc libc6-dev cmake || { echo "scripts/setup installs them"; exit 1; }
	@cmake --preset gcc --log-level=WARNING >/dev/null
	@cmake --build build -j$(jobs) --target mpumap tool

.PHONY: firmware
firmware: ## Build the firmware for the emulated cores (build/firmware/)
	@$(MAKE) -C firmware BUILD="$(CURDIR)/build/firmware"
	@$(MAKE) -C firmware/armv8m boards BUILD="$(CURDIR)/build/firmware/armv8m"
	@if command -v aarch64-linux-gnu-gcc >/dev/null; then \
	    $(MAKE) -C firmware/armv8r64 BUILD="$(CURDIR)/build/firmware/armv8r64"; fi

.PHONY: run
run: ## Install what is missing and play the demo on an emulated Cortex-R52
	@scripts/setup gcc libc6-dev cmake gcc-arm-none-eabi qemu-system-arm
	@mkdir -p build && { $(MAKE) all && $(MAKE) firmware; } >build/run.log 2>&1 || \
	    { cat build/run.log; exit 1; }
	@build/mpumap replay --on qemu $(demo)

.PHONY: check
check: ## Install what is missing, build everything, run every test
	@scripts/setup || [ "$$CI" != true ]
	@scripts/check

.PHONY: check-port
check-port: ## Qualify one port: PORT=armv8r32, armv8r64 or armv8m
	@scripts/check-port $(PORT)

prefix ?= /usr/local

.PHONY: install
install: all ## Install tool, library, manual page: prefix=/usr/local, DESTDIR=
	@DESTDIR="$(DESTDIR)" cmake --install build --prefix "$(prefix)"

.PHONY: size
size: ## Bytes of the library for Cortex-R52 (-Os, Thumb): core and port
	@scripts/setup --check cmake gcc-arm-none-eabi
	@cmake --preset thumb-gcc --log-level=WARNING >/dev/null
	@cmake --build build/thumb-gcc >/dev/null
	@cd build/thumb-gcc/lib/CMakeFiles/mpumap.dir && arm-none-eabi-size -t \
	    $(patsubst mpumap/%.c,%.c.obj,$(wildcard mpumap/src/*.c mpumap/port/armv8r32/*.c))

.PHONY: bench
bench: ## Measure speed, size and stack (build/bench/), some minutes
	@scripts/setup --check gcc libc6-dev cmake gcc-arm-none-eabi gcc-aarch64-linux-gnu qemu-system-arm
	@bench/run

.PHONY: fuzz
fuzz: ## Fuzz operations, traces and decoder: FUZZ_SECONDS=10 each, 3600 for an hour
	@scripts/setup --check clang-19 libclang-rt-19-dev
	@scripts/fuzz

.PHONY: misra
misra: ## MISRA C:2012 subset with its deviation list, gcc -fanalyzer, clang-tidy
	@scripts/setup --check cppcheck python3 clang-tidy-19 gcc-arm-none-eabi gcc-aarch64-linux-gnu
	@scripts/misra

.PHONY: stack
stack: ## Worst-case stack of every public function against its limit, no recursion
	@scripts/setup --check python3 gcc-arm-none-eabi gcc-aarch64-linux-gnu
	@scripts/stack

.PHONY: mutate
mutate: ## Mutation testing, 95 % noticed: MUTATE=600 of them by MUTATE_SEED=1, or MUTATE=all
	@scripts/setup --check gcc libc6-dev python3
	@scripts/mutate

.PHONY: coverage
coverage: ## Branches and MC/DC of the map and the codecs, against the list of exceptions
	@scripts/setup --check clang-19 libclang-rt-19-dev llvm-19 python3
	@scripts/coverage

.PHONY: prove
prove: ## Prove the contracts (Frama-C WP), and their completeness: UNITS="codec_armv8m ..."
	@scripts/setup --check frama-c-base why3 z3 cvc4 python3
	@scripts/prove $(UNITS)

.PHONY: prove-defects
prove-defects: ## Break the code in each way of proofs/defects/: every one has to break a proof
	@scripts/setup --check frama-c-base why3 z3 cvc4 python3
	@proofs/break

.PHONY: format
format: ## Format all C files (clang-format 14)
	@git ls-files -co --exclude-standard -- '*.c' '*.h' | xargs clang-format -i

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf build

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-10s %s\n", $$1, $$2 }'
