# SPDX-License-Identifier: MIT
# How firmware is built, whatever the core. Who includes this says before:
#   ROOT BUILD CROSS   the repository, where to build, the tools' prefix
#   PORT IMAGE         folder under mpumap/port, mpumap/boot and firmware; name of the player's image
#   CPU CPU_C          options for the core; those of them that are for C only
#   WITHOUT            shared files that the core has its own version of, as firmware/%.c (optional)
# BUILD defaults to build/firmware in the repository; DEFINES, such as -DMPUMAP_REFS_BITS=32, go to
# every file, so each set of them needs a folder of its own.
DEFINES ?=

CC := $(CROSS)gcc
WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wcast-qual \
        -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wundef -Werror
INCLUDE := -I$(ROOT)/mpumap -I$(ROOT)/player -I$(ROOT)/firmware \
           -I$(ROOT)/firmware/$(PORT) -I$(BUILD) $(DEFINES)
CFLAGS := $(CPU) $(CPU_C) -std=c11 -ffreestanding -Os -g -ffunction-sections -fdata-sections \
          -fno-common $(WARN) $(INCLUDE)
ASFLAGS := $(CPU) -g $(INCLUDE)
LDFLAGS := $(CPU) $(CPU_C) -nostdlib -nostartfiles -static -Wl,--gc-sections -Wl,--fatal-warnings \
           -Wl,--no-warn-rwx-segments

LIBRARY := $(wildcard $(ROOT)/mpumap/src/*.c $(ROOT)/mpumap/port/$(PORT)/*.c \
             $(ROOT)/mpumap/boot/$(PORT)/*.c)
SHARED := $(LIBRARY) $(wildcard $(ROOT)/player/*.c)
# Everything but what a test of the target replaces.
BASE := $(filter-out %/main.c %/engine.c %/regions.c $(WITHOUT),$(wildcard $(ROOT)/firmware/*.c \
          $(ROOT)/firmware/$(PORT)/*.c))
PLAYER := $(addprefix $(ROOT)/firmware/,main.c engine.c regions.c)
ASSEMBLY := $(ROOT)/firmware/$(PORT)/startup.S $(wildcard $(ROOT)/mpumap/boot/$(PORT)/*.S)
OFFSETS := $(BUILD)/mpumap_boot_offsets.h

objects = $(patsubst $(ROOT)/%,$(BUILD)/obj/%.o,$(1))
COMMON := $(call objects,$(SHARED) $(BASE) $(ASSEMBLY)) $(BUILD)/offsets_hold.o

.PHONY: all
all: $(BUILD)/$(IMAGE).elf

$(BUILD)/$(IMAGE).elf: $(COMMON) $(call objects,$(PLAYER))

$(BUILD)/%.elf: $(BUILD)/link.ld
	$(CC) $(LDFLAGS) -T $(BUILD)/link.ld $(filter %.o,$^) -lgcc -o $@

$(BUILD)/link.ld: $(ROOT)/firmware/$(PORT)/link.ld $(ROOT)/firmware/$(PORT)/board.h
	@mkdir -p $(@D)
	$(CC) -E -P -x c -I$(ROOT)/firmware/$(PORT) $< -o $@

# What boot assembly knows of C is taken from the compiler, then checked by it: offsets.c says how.
$(OFFSETS): $(ROOT)/mpumap/boot/offsets.c $(ROOT)/mpumap/boot/offsets.sh $(wildcard $(ROOT)/mpumap/*.h \
            $(ROOT)/mpumap/boot/*.h $(ROOT)/mpumap/port/*.h)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -g0 -S $< -o $(BUILD)/offsets.s
	sh $(ROOT)/mpumap/boot/offsets.sh < $(BUILD)/offsets.s > $@.new && mv $@.new $@

$(BUILD)/offsets_hold.o: $(ROOT)/mpumap/boot/offsets.c $(OFFSETS)
	$(CC) $(CFLAGS) -DMPUMAP_BOOT_VERIFY -include $(OFFSETS) -c $< -o $@

$(BUILD)/obj/%.c.o: $(ROOT)/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/obj/firmware/memory.c.o: CFLAGS += -fno-tree-loop-distribute-patterns

$(BUILD)/obj/%.S.o: $(ROOT)/%.S $(OFFSETS)
	@mkdir -p $(@D)
	$(CC) $(ASFLAGS) -MMD -MP -c $< -o $@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
