# gf: Unix filters that make pipelines safe under load.
#
# Everything but each tool's main goes into one archive, libgf.a; tools, unit tests,
# fuzzers and benchmarks link it. One object tree per variant: the default one is build/,
# SAN=address,undefined builds in build/san-address,undefined/, COV=1 in build/cov/.
# config.mk, when it exists, overrides any variable below.

VERSION = 0.1.0

-include config.mk

# ---- what the user may set -------------------------------------------------------------
CC       ?= cc
AR       ?= ar
INSTALL  ?= install
CPPFLAGS ?=
CFLAGS   ?= -O2 -g
LDFLAGS  ?=
PREFIX   ?= /usr/local
BINDIR   ?= $(PREFIX)/bin
MANDIR   ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR  ?= $(PREFIX)/share/zsh/site-functions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
SAN ?=
COV ?=
WERROR ?=
DEPS ?= auto
T ?=
TIME ?= 60
V ?=

# ---- variant -----------------------------------------------------------------------------
comma := ,
VARIANT := $(if $(SAN),san-$(SAN))$(if $(COV),cov)
B := build$(if $(VARIANT),/$(VARIANT))

gf_cppflags := -Ilib -D_GNU_SOURCE -DGF_VERSION='"$(VERSION)"'
gf_cflags := -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Wpointer-arith -Wwrite-strings -Wcast-qual -Wvla -Wformat=2 -Wundef \
  -fno-strict-overflow -fno-common $(if $(WERROR),-Werror)
gf_ldflags :=

# Hardening is on by default; the sanitizers bring their own and dislike FORTIFY. The compiler is
# asked once (:=) what it knows. FORTIFY needs optimization and is left out where CFLAGS have none.
ifeq ($(SAN)$(COV),)
  cc_can = $(shell echo 'int main(void){return 0;}' | \
    $(CC) -Werror $(1) -x c -o /dev/null - 2>/dev/null && echo $(1))
  ifndef HARDEN
    HARDEN := $(call cc_can,-fstack-protector-strong) $(call cc_can,-fstack-clash-protection) \
      $(call cc_can,-fcf-protection=full) -fPIE
  endif
  HARDEN_CPP ?= $(if $(filter -O1 -O2 -O3 -Os -Ofast,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  HARDEN_LD ?= -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif
ifneq ($(SAN),)
  gf_cflags += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
  gf_ldflags += -fsanitize=$(SAN)
endif
ifneq ($(COV),)
  gf_cflags += --coverage -O0
  gf_ldflags += --coverage
endif

ALL_CPPFLAGS = $(gf_cppflags) $(HARDEN_CPP) $(CPPFLAGS)
ALL_CFLAGS = $(gf_cflags) $(HARDEN) $(CFLAGS)
ALL_LDFLAGS = $(gf_ldflags) $(HARDEN_LD) $(LDFLAGS)

# ---- what there is -----------------------------------------------------------------------
# A tool is cmd/gf-NAME.c, or cmd/gf-NAME/*.c once it has outgrown one file.
tools := $(sort $(basename $(notdir $(wildcard cmd/gf-*.c))) $(notdir $(patsubst %/,%,$(wildcard cmd/gf-*/))))
tool_src = $(wildcard cmd/$(1).c cmd/$(1)/*.c)
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))

lib_src := $(sort $(wildcard lib/*/*.c))
unit_src := $(sort $(wildcard tests/unit/*.c))
fuzz_src := $(sort $(filter-out tests/fuzz/replay.c,$(wildcard tests/fuzz/*.c)))
fuzzers := $(basename $(notdir $(fuzz_src)))
aids := $(patsubst %.c,%,$(notdir $(wildcard tests/cli/aid/*.c)))

# Only the tools that need a library link it.
libs_gf-pool = -lev
libs_gf-cron = -lev -lsqlite3
libs_gf-ratelimit = -lpcre2-8 -lpthread
libs_gf-stream = -lpcre2-8 -lpthread -lm
libs_unit = -lev -lsqlite3 -lpcre2-8 -lpthread -lm

.PHONY: all test-programs fuzz-programs check fresh bench chaos long fuzz cov demo install uninstall dist clean \
  help completions format FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(addprefix $(B)/bin/,$(tools)) ## build every tool (the default)

# Headers that tests share, beside those of lib/.
$(B)/obj/tests/fuzz/%.o: gf_cppflags += -Itests/unit -Itests/fuzz

# A line a file; V=1 shows the commands.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-5s %s\n' $(1) $(2))

# ---- rules ---------------------------------------------------------------------------------
$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/libgf.a: $(call obj,$(lib_src))
	@rm -f $@
	$(call say,AR,$@)
	$(Q)$(AR) rcs $@ $^

define tool_rule
$(B)/bin/$(1): $(call obj,$(call tool_src,$(1))) $(B)/libgf.a
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ $$(libs_$(1)) $$(LDLIBS)
endef
$(foreach t,$(tools),$(eval $(call tool_rule,$(t))))

# The whole archive, so that a name defined in two rooms shows.
$(B)/tests/unit: $(call obj,$(unit_src)) $(B)/libgf.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	  -Wl,--whole-archive $(B)/libgf.a -Wl,--no-whole-archive $(libs_unit) $(LDLIBS)

# Programs and preloaded libraries that the black-box tests need: one file each, plain libc.
$(B)/tests/aid/%: tests/cli/aid/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LDLIBS)

$(B)/tests/aid/%.so: tests/cli/aid/%.so.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(gf_cflags) $(CFLAGS) -fPIC -shared -o $@ $<

# Each fuzz target with the plain compiler: reads the files named as arguments.
$(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/obj/tests/fuzz/replay.o $(B)/libgf.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(libs_unit) $(LDLIBS)

# Each fuzz target with libFuzzer; the variant is one of clang's (see fuzz).
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/libgf.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(libs_unit) $(LDLIBS)

# Objects depend on the flags they were built with: a changed variable rebuilds them. (-Werror
# changes nothing in them.)
flags = $(filter-out -Werror,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS))
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(flags))' | cmp -s - $@ || \
	  printf '%s\n' '$(subst ','\'',$(flags))' > $@

FORCE:

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.PRECIOUS: $(B)/obj/%.o

test-programs: $(B)/tests/unit $(addprefix $(B)/tests/fuzz/,$(fuzzers)) $(addprefix $(B)/tests/aid/,$(aids))

# ---- what people call ------------------------------------------------------------------------
export CC DEPS T

check: ## run all tests (T=pool narrows, DEPS=no installs nothing)
	@tests/deps.sh check
	@MAKE='$(MAKE)' SAN='$(SAN)' GF_MAKE_VARS='$(MAKEOVERRIDES)' tests/run.sh

fresh: ## demo and check on a bare Debian, in namespaces, as root (LIBC=musl: against musl)
	@MAKE='$(MAKE)' tests/fresh/run.sh $(if $(LIBC),LIBC='$(LIBC)') $(if $(WERROR),WERROR='$(WERROR)')

demo: ## run the main job: URLS=list.txt RATE=10/s JOBS=8
	@tests/deps.sh demo
	@$(MAKE) -s -j"$$(getconf _NPROCESSORS_ONLN || echo 1)" all
	@URLS='$(URLS)' RATE='$(RATE)' JOBS='$(JOBS)' tests/demo/run.sh

bench: all ## measure against the real peers (T= narrows)
	@tests/deps.sh bench
	@found=; for script in tests/bench/*$(T)*.sh; do \
	  case $$script in */lib.sh) continue ;; esac; \
	  [ -e "$$script" ] || continue; \
	  found=1; bash "$$script" || exit 1; \
	done; \
	[ -n "$$found" ] || { echo 'no benchmark of that name'; exit 1; }

chaos: all test-programs ## kill processes at random moments, at length (T= narrows)
	@tests/deps.sh check
	@status=0; for script in tests/chaos/*$(T)*.sh; do \
	  [ -e "$$script" ] || { echo 'no chaos run of that name'; exit 1; }; \
	  bash "$$script" || status=1; \
	done; exit $$status

long: all ## run what takes minutes and gigabytes (T= narrows)
	@for script in tests/long/*$(T)*.sh; do \
	  [ -e "$$script" ] || { echo 'no long run of that name'; exit 1; }; \
	  bash "$$script" || exit 1; \
	done

# The fuzzers are built by clang in a tree of their own; what they find stays under build/.
fuzz: ## run the fuzzers, TIME=60 seconds each (T= narrows)
	@tests/deps.sh fuzz
	@$(MAKE) -s CC=clang SAN=fuzzer-no-link,address,undefined COV= fuzz-programs
	@tests/fuzz/run.sh build/san-fuzzer-no-link,address,undefined/fuzz '$(TIME)' '$(T)'

fuzz-programs: $(addprefix $(B)/fuzz/,$(fuzzers))

cov: ## which lines the tests reach (build/cov/index.html)
	@tests/deps.sh cov
	@$(MAKE) -s COV=1 SAN= all test-programs
	@tests/cov.sh build/cov

completions: all ## make completions/ from the option tables
	completions/generate.sh $(B)/bin completions

format: ## clang-format every C file
	tests/files '*.c' '*.h' | xargs -d '\n' clang-format -i

# ---- install -----------------------------------------------------------------------------------
D = $(DESTDIR)

install: all ## install tools, pages, completions (PREFIX, DESTDIR)
	$(INSTALL) -d '$(D)$(BINDIR)' '$(D)$(MANDIR)/man1' '$(D)$(MANDIR)/man7' \
	  '$(D)$(BASHCOMPDIR)' '$(D)$(ZSHCOMPDIR)' '$(D)$(FISHCOMPDIR)'
	$(INSTALL) -m 755 $(addprefix $(B)/bin/,$(tools)) '$(D)$(BINDIR)'
	$(INSTALL) -m 644 $(tools:%=man/%.1) '$(D)$(MANDIR)/man1'
	$(INSTALL) -m 644 man/gf.7 '$(D)$(MANDIR)/man7'
	for t in $(tools); do \
	  $(INSTALL) -m 644 completions/$$t.bash '$(D)$(BASHCOMPDIR)'/$$t && \
	  $(INSTALL) -m 644 completions/_$$t '$(D)$(ZSHCOMPDIR)' && \
	  $(INSTALL) -m 644 completions/$$t.fish '$(D)$(FISHCOMPDIR)' || exit 1; \
	done

uninstall: ## remove what install put there
	for t in $(tools); do \
	  rm -f '$(D)$(BINDIR)'/$$t '$(D)$(MANDIR)'/man1/$$t.1 '$(D)$(BASHCOMPDIR)'/$$t \
	    '$(D)$(ZSHCOMPDIR)'/_$$t '$(D)$(FISHCOMPDIR)'/$$t.fish || exit 1; \
	done
	rm -f '$(D)$(MANDIR)/man7/gf.7'

dist: ## pack the committed tree as build/gf-VERSION.tar.gz
	@mkdir -p build
	git archive --format=tar.gz --prefix=gf-$(VERSION)/ -o build/gf-$(VERSION).tar.gz HEAD
	@echo build/gf-$(VERSION).tar.gz

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@echo 'targets:'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	  while IFS='|' read -r t d; do printf '  %-12s %s\n' "$$t" "$$d"; done
	@echo 'variables:'
	@echo '  CC CFLAGS CPPFLAGS LDFLAGS LDLIBS PREFIX DESTDIR'
	@echo '  SAN=address,undefined  COV=1  WERROR=1  DEPS=no  LIBC=musl  T=name  TIME=seconds  V=1'
