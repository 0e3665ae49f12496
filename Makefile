# gf: Unix filters that make pipelines safe under load.
#
# Everything but each tool's main goes into the archives of the rooms, build/lib/base.a and its
# neighbours; tools, unit tests, fuzzers and benchmarks link them. One object tree per variant: the
# default one is build/, SAN=address,undefined builds in build/san-address,undefined/, COV=1 in
# build/cov/, STATIC=1 in build/static/. `make -f ../gf/Makefile` builds in the current directory.
# config.mk, when it exists there, overrides any variable below.

VERSION = 0.3.0

# Where the sources are, as a prefix of their names: empty in their own directory.
self := $(lastword $(MAKEFILE_LIST))
S := $(patsubst ./,,$(dir $(self)))

-include config.mk

# ---- what the user may set -------------------------------------------------------------
CC       ?= cc
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
STATIC ?=
WERROR ?=
DEPS ?= auto
NET ?= auto
REDIS ?= auto
T ?=
TIME ?= 60
V ?=

# ---- variant -----------------------------------------------------------------------------
comma := ,
VARIANT := $(if $(SAN),san-$(SAN))$(if $(COV),cov)$(if $(STATIC),static)
B := build$(if $(VARIANT),/$(VARIANT))
ifneq ($(and $(STATIC),$(SAN)$(COV)),)
  $(error STATIC goes with neither SAN nor COV)
endif

# The compiler names its own binutils, so that those of a cross compiler are found; what -flto makes
# is read by the archiver of that compiler only, and gcc's -flto takes what a function leaves unset
# when it fails for what its caller uses.
named_by_cc = $(shell $(CC) -print-prog-name=$(1) 2>/dev/null || echo $(1))
cc_macro = $(shell $(CC) -dM -E $(2) -x c /dev/null 2>/dev/null | grep -w $(1))
lto := $(if $(filter -flto%,$(CFLAGS)),$(if $(call cc_macro,__clang__),clang,gcc))
ifeq ($(origin AR),default)
  AR := $(call named_by_cc,$(if $(lto),$(lto:clang=llvm)-ar,ar))
endif
STRIP ?= $(call named_by_cc,strip)

# pkg-config says where a library is; where there is none, or no such entry (libev has none on
# Debian), the plain name has to do. A cross compiler has a pkg-config of its own or none.
PKG_CONFIG ?= $(firstword $(patsubst %gcc,%pkg-config,$(filter %-gcc,$(CC))) pkg-config)
pc_libs = $(or $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null),$(2))
pc_cflags = $(foreach p,$(1),$(shell $(PKG_CONFIG) --cflags $(p) 2>/dev/null))

# What the user's and pkg-config's -I name are headers of others: our warnings are not for them.
system = $(if $(filter -I%,$(1)),$(patsubst -I%,-isystem %,$(1)),$(1))

# ---- optional libraries --------------------------------------------------------------------
# NET: gf-fetch, which needs libcurl and nettle. auto: when they are there.
ifeq ($(filter auto yes no,$(NET)),)
  $(error NET is auto, yes or no)
endif
# A static program would need all libraries that libcurl was built with: only when it is asked for.
has_net = $(shell printf '\#include <curl/curl.h>\n\#include <nettle/sha2.h>\n' | \
  $(CC) $(CPPFLAGS) $(call pc_cflags,libcurl nettle) -E -o /dev/null - 2>/dev/null && echo yes)
# SHA-256, for gf-fetch, and gf-buffer --expect-sha256.
nettle := $(shell echo '\#include <nettle/sha2.h>' | \
  $(CC) $(CPPFLAGS) $(call pc_cflags,nettle) -E -o /dev/null - 2>/dev/null && echo yes)
ifeq ($(NET),auto)
  net := $(if $(STATIC),,$(has_net))
else
  net := $(filter yes,$(NET))
endif

# REDIS: state on a server (redis://...), which needs hiredis. auto: when it is there; a static program
# cannot look up the names of hosts as others do, so only when it is asked for.
ifeq ($(filter auto yes no,$(REDIS)),)
  $(error REDIS is auto, yes or no)
endif
has_redis = $(shell echo '\#include <hiredis/hiredis.h>' | \
  $(CC) $(CPPFLAGS) -E -o /dev/null - 2>/dev/null && echo yes)
redis := $(if $(filter auto,$(REDIS)),$(if $(STATIC),,$(has_redis)),$(filter yes,$(REDIS)))

# The names of the two directories stay out of what is built, whichever way they were entered.
export PWD := $(CURDIR)
prefix_map := -ffile-prefix-map=$(CURDIR)=. $(if $(S),-ffile-prefix-map=$(S)=)

gf_cppflags := -I$(S)lib -D_GNU_SOURCE -DGF_VERSION='"$(VERSION)"' $(if $(STATIC),-DGF_STATIC) $(if $(SAN)$(COV),-DGF_NO_WALL) $(if $(nettle),-DGF_NETTLE) $(if $(redis),-DGF_REDIS) \
  $(call system,$(call pc_cflags,libev libpcre2-8 sqlite3 libxxhash jansson $(if $(net),libcurl) $(if $(nettle),nettle)))
gf_cflags := -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
  -Wpointer-arith -Wwrite-strings -Wcast-qual -Wvla -Wformat=2 -Wundef \
  -fno-strict-overflow -fno-common $(prefix_map) \
  $(if $(filter gcc,$(lto)),-Wno-maybe-uninitialized) $(if $(WERROR),-Werror)
gf_ldflags :=

# A static program of glibc can be placed anywhere as others are; musl-gcc's -static-pie is dynamic.
ifneq ($(STATIC),)
  gf_ldflags += $(if $(call cc_macro,__GLIBC__,-include features.h),-static-pie,-static)
endif

# Hardening is on by default; the sanitizers bring their own and dislike FORTIFY. The compiler is
# asked once (:=) what it knows. FORTIFY needs optimization and is left out where CFLAGS have none,
# and where the user sets a level.
ifeq ($(SAN)$(COV),)
  cc_can = $(shell echo 'int main(void){return 0;}' | \
    $(CC) -Werror $(1) -x c -o /dev/null - 2>/dev/null && echo $(1))
  ifndef HARDEN
    HARDEN := $(call cc_can,-fstack-protector-strong) $(call cc_can,-fstack-clash-protection) \
      $(call cc_can,-fcf-protection=full) $(call cc_can,-mbranch-protection=standard) -fPIE
  endif
  optimized := $(filter-out -O0,$(lastword $(filter -O%,$(CC) $(CFLAGS))))
  own_level := $(findstring _FORTIFY_SOURCE,$(CC) $(CPPFLAGS) $(CFLAGS))
  HARDEN_CPP ?= $(if $(optimized),-U_FORTIFY_SOURCE $(if $(own_level),,-D_FORTIFY_SOURCE=3))
  HARDEN_LD ?= $(if $(STATIC),,-pie) -Wl,-z,relro,-z,now,-z,noexecstack
endif

# A frame of 16 KiB at most: a thread of musl has a stack of 128 KiB. Clang cannot tell, and frames
# that are not optimized, or have guards of a sanitizer, are not those that run. Of ours alone: tests
# may hold an output whole. (private: not for the file of flags that each object depends on.)
frames := $(if $(optimized),$(call cc_can,-Werror=stack-usage=16384))
$(B)/obj/lib/%.o $(B)/obj/cmd/%.o: private gf_cflags += $(frames)
ifneq ($(SAN),)
  gf_cflags += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
  gf_ldflags += -fsanitize=$(SAN)
endif
ifneq ($(COV),)
  gf_cflags += --coverage -O0
  gf_ldflags += --coverage
endif

ALL_CPPFLAGS = $(gf_cppflags) $(HARDEN_CPP) $(call system,$(CPPFLAGS))
ALL_CFLAGS = $(gf_cflags) $(HARDEN) $(CFLAGS)
ALL_LDFLAGS = $(gf_ldflags) $(HARDEN_LD) $(LDFLAGS)

# ---- what there is -----------------------------------------------------------------------
# A tool is cmd/gf-NAME.c, or cmd/gf-NAME/*.c once it has outgrown one file.
tools := $(sort $(basename $(notdir $(wildcard $(S)cmd/gf-*.c))) \
  $(notdir $(patsubst %/,%,$(wildcard $(S)cmd/gf-*/))))
tools := $(if $(net),$(tools),$(filter-out gf-fetch,$(tools)))
# Where there is no hiredis, what begins with redis is left out, and of the room all but addresses.
with_redis = $(if $(redis),$(1),$(foreach f,$(1),\
  $(if $(filter redis_%,$(notdir $(f)))$(filter-out %/address.c,$(filter $(S)lib/redis/%,$(f))),,$(f))))
tool_src = $(call with_redis,$(wildcard $(S)cmd/$(1).c $(S)cmd/$(1)/*.c))
obj = $(patsubst $(S)%.c,$(B)/obj/%.o,$(1))

# Every room, each before those that it leans on.
rooms := $(patsubst $(S)lib/%/,%,$(wildcard $(S)lib/*/))
ground := expr queue run text cron redis limit db proc time base
rooms := $(filter-out $(ground) $(if $(net),,net),$(rooms)) $(filter $(rooms),$(ground))
archives = $(1:%=$(B)/lib/%.a)

without = $(call with_redis,$(if $(net),$(1),$(filter-out $(S)tests/unit/net_% $(S)tests/fuzz/net_%,$(1))))
unit_src := $(call without,$(sort $(wildcard $(S)tests/unit/*.c)))
fuzzers := $(filter-out replay,$(basename $(notdir $(call without,$(sort $(wildcard $(S)tests/fuzz/*.c))))))
aids := $(patsubst %.c,%,$(notdir $(wildcard $(S)tests/cli/aid/*.c)))
aid_headers := $(wildcard $(S)tests/cli/aid/*.h)

# Only the tools that need a room or a library are made with it.
ev := $(call pc_libs,libev,-lev)
pcre2 := $(call pc_libs,libpcre2-8,-lpcre2-8)
sqlite := $(call pc_libs,sqlite3,-lsqlite3) $(if $(STATIC),-lm -lpthread)
sha256 := $(if $(nettle),$(call pc_libs,nettle,-lnettle))
hiredis := $(if $(redis),$(call pc_libs,hiredis,-lhiredis))
curl := $(if $(net),$(call pc_libs,libcurl,-lcurl) $(sha256))
rooms_gf-buffer = buffer run text proc time base
# nettle's archive, where there is one: of it 20 KB are taken in, of the shared library 200 KB are in memory.
nettle_archive := $(if $(nettle),$(filter /%,$(shell $(CC) $(LDFLAGS) -print-file-name=libnettle.a)))
libs_gf-buffer = $(or $(nettle_archive),$(sha256)) $(ev)
jansson := $(call pc_libs,jansson,-ljansson)
rooms_gf-cron = run cron redis db text limit proc time base
libs_gf-cron = $(ev) $(hiredis) $(sqlite)
rooms_gf-fetch = page net run text limit proc time base
libs_gf-fetch = $(curl) $(jansson) $(ev)
rooms_gf-pipeline = page pipeline run text proc time base
libs_gf-pipeline = $(jansson) $(ev)
rooms_gf-pool = queue page run text limit proc time db redis base
libs_gf-pool = $(ev) $(hiredis) $(sqlite) -lpthread
rooms_gf-queue = queue text db redis base
libs_gf-queue = $(hiredis) $(sqlite)
rooms_gf-ratelimit = redis text limit time base
libs_gf-ratelimit = $(hiredis) $(pcre2) -lpthread
rooms_gf-sem = redis limit proc time base
libs_gf-sem = $(hiredis)
rooms_gf-stream = stream expr text proc time base
libs_gf-stream = $(pcre2) -lpthread -lm
libs_all = $(hiredis) $(curl) $(sha256) $(jansson) $(ev) $(sqlite) $(pcre2) -lpthread -lm

.PHONY: all static test-programs fuzz-programs check fresh bench chaos torture long print-cppflags fuzz cov demo \
  install install-strip uninstall dist deb clean help completions pages pictures format in-place FORCE
.DELETE_ON_ERROR:
.SUFFIXES:

all: $(addprefix $(B)/bin/,$(tools)) ## build every tool (the default)
	$(if $(net)$(STATIC)$(filter no,$(NET)),,@echo '  without gf-fetch: libcurl and nettle are not both there (NET=no: not a word)')

# The linker warns of one call, dlopen: SQLite has it for extensions, which gf-cron never loads.
static: ## build every tool without shared libraries, in build/static/bin
	@$(MAKE) -f $(self) STATIC=1 SAN= COV= all

# Headers that tests share, beside those of lib/.
$(B)/obj/tests/fuzz/%.o: private gf_cppflags += -I$(S)tests/unit -I$(S)tests/fuzz

# A line a file; V=1 shows the commands.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-5s %s\n' $(1) $(2))

# ---- rules ---------------------------------------------------------------------------------
$(B)/obj/%.o: $(S)%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define room_rule
$(B)/lib/$(1).a: $(call obj,$(sort $(call with_redis,$(wildcard $(S)lib/$(1)/*.c))))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR,$$@)
	$$(Q)$$(AR) rcsD $$@ $$^
endef
$(foreach r,$(rooms),$(eval $(call room_rule,$(r))))

define tool_rule
$(B)/bin/$(1): $(call obj,$(call tool_src,$(1))) $(call archives,$(rooms_$(1)))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$^ $$(libs_$(1)) $$(LDLIBS)
endef
$(foreach t,$(tools),$(eval $(call tool_rule,$(t))))

# The whole archives, so that a name defined in two rooms shows.
$(B)/tests/unit: $(call obj,$(unit_src)) $(call archives,$(rooms))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	  -Wl,--whole-archive $(filter %.a,$^) -Wl,--no-whole-archive $(libs_all) $(LDLIBS)

# Programs and preloaded libraries that the black-box tests need: one file each, plain libc, but for
# one that shows a room.
$(B)/tests/aid/calc: $(call archives,expr text time base)
$(B)/tests/aid/%: $(S)tests/cli/aid/%.c $(aid_headers) $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(filter %.a,$^) $(LDLIBS)

$(B)/tests/aid/%.so: $(S)tests/cli/aid/%.so.c $(aid_headers) $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(gf_cflags) $(CFLAGS) -fPIC -shared -o $@ $<

# Each fuzz target with the plain compiler: reads the files named as arguments.
$(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/obj/tests/fuzz/replay.o $(call archives,$(rooms))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(libs_all) $(LDLIBS)

# Each fuzz target with libFuzzer; the variant is one of clang's (see fuzz).
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(call archives,$(rooms))
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(libs_all) $(LDLIBS)

# Objects depend on the flags they were built with: a changed variable rebuilds them. (-Werror
# changes nothing in them.)
flags = $(filter-out -Werror,$(CC) $(AR) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS))
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

in-place:
	@$(if $(S),echo "this target is run in $(S)" >&2; exit 1,:)

check: in-place ## run all tests (T=pool narrows, DEPS=no installs nothing)
	@tests/deps.sh check
	@MAKE='$(MAKE)' SAN='$(SAN)' GF_MAKE_VARS='$(MAKEOVERRIDES)' tests/run.sh

fresh: in-place ## demo and check on a bare Debian, in namespaces, as root (LIBC=musl: against musl)
	@tests/deps.sh fresh
	@MAKE='$(MAKE)' tests/fresh/run.sh $(if $(LIBC),LIBC='$(LIBC)') $(if $(WERROR),WERROR='$(WERROR)')

demo: in-place ## run the main job: URLS=list.txt RATE=10/s JOBS=8
	@tests/deps.sh demo
	@$(MAKE) -s -j"$$(getconf _NPROCESSORS_ONLN || echo 1)" all
	@URLS='$(URLS)' RATE='$(RATE)' JOBS='$(JOBS)' tests/demo/run.sh

bench: in-place all ## measure against the real peers (T= narrows)
	@tests/deps.sh bench
	@found=; for script in tests/bench/*$(T)*.sh; do \
	  case $$script in */lib.sh) continue ;; esac; \
	  [ -e "$$script" ] || continue; \
	  found=1; bash "$$script" || exit 1; \
	done; \
	[ -n "$$found" ] || { echo 'no benchmark of that name'; exit 1; }

chaos: in-place all test-programs ## kill processes at random moments, at length (T= narrows)
	@tests/deps.sh check
	@status=0; for script in tests/chaos/*$(T)*.sh; do \
	  [ -e "$$script" ] || { echo 'no chaos run of that name'; exit 1; }; \
	  bash "$$script" || status=1; \
	done; exit $$status

torture: in-place all test-programs ## let every call of the system fail in turn (T= narrows)
	@tests/deps.sh check
	@T='$(T)' tests/torture/run.sh

long: in-place all ## run what takes minutes and gigabytes (T= narrows)
	@tests/deps.sh long
	@for script in tests/long/*$(T)*.sh; do \
	  [ -e "$$script" ] || { echo 'no long run of that name'; exit 1; }; \
	  bash "$$script" || exit 1; \
	done

# The words that tests/long/analysis.sh gives to other compilers, quoted for a shell.
print-cppflags:
	@printf '%s\n' '$(subst ','\'',$(gf_cppflags))'

# The fuzzers are built by clang in a tree of their own; what they find stays under build/.
fuzz: in-place ## run the fuzzers, TIME=60 seconds each (T= narrows)
	@tests/deps.sh fuzz
	@$(MAKE) -s CC=clang SAN=fuzzer-no-link,address,undefined COV= fuzz-programs
	@tests/fuzz/run.sh build/san-fuzzer-no-link,address,undefined/fuzz '$(TIME)' '$(T)'

fuzz-programs: $(addprefix $(B)/fuzz/,$(fuzzers))

cov: in-place ## which lines the tests reach (build/cov/index.html)
	@tests/deps.sh cov
	@$(MAKE) -s COV=1 SAN= all test-programs
	@tests/cov.sh build/cov

completions: all ## make completions/ from the option tables
	$(S)completions/generate.sh $(B)/bin $(S)completions

pages: all ## make the lists of the manual pages that come from the option tables
	$(S)man/lists.sh $(B)/bin $(S)man

pictures: all ## make the pictures of README.md anew
	$(S)man/pictures/make.sh $(B)/bin

format: in-place ## clang-format every C file
	$(S)tests/files '*.c' '*.h' | xargs -d '\n' clang-format -i

# ---- install -----------------------------------------------------------------------------------
D = $(DESTDIR)

# Nothing is built here: who installs is often root, and what root builds nobody else can clean.
install: ## install what was built: tools, pages, completions (PREFIX, DESTDIR)
	@for t in $(tools); do [ -x $(B)/bin/$$t ] || { \
	  echo "there is no $(B)/bin/$$t: run 'make$(if $(STATIC), static)' first" >&2; exit 1; }; done
	$(INSTALL) -d '$(D)$(BINDIR)' '$(D)$(MANDIR)/man1' '$(D)$(MANDIR)/man7' \
	  '$(D)$(BASHCOMPDIR)' '$(D)$(ZSHCOMPDIR)' '$(D)$(FISHCOMPDIR)'
	$(INSTALL) -m 755 $(addprefix $(B)/bin/,$(tools)) '$(D)$(BINDIR)'
	$(INSTALL) -m 644 $(tools:%=$(S)man/%.1) '$(D)$(MANDIR)/man1'
	$(INSTALL) -m 644 $(S)man/gf.7 $(S)man/gf-recipes.7 '$(D)$(MANDIR)/man7'
	for t in $(tools); do \
	  $(INSTALL) -m 644 $(S)completions/$$t.bash '$(D)$(BASHCOMPDIR)'/$$t && \
	  $(INSTALL) -m 644 $(S)completions/_$$t '$(D)$(ZSHCOMPDIR)' && \
	  $(INSTALL) -m 644 $(S)completions/$$t.fish '$(D)$(FISHCOMPDIR)' || exit 1; \
	done

install-strip: install ## install, without the symbols that only a debugger reads
	$(STRIP) --remove-section=.comment $(tools:%='$(D)$(BINDIR)'/%)

uninstall: ## remove what install put there
	for t in $(tools); do \
	  rm -f '$(D)$(BINDIR)'/$$t '$(D)$(MANDIR)'/man1/$$t.1 '$(D)$(BASHCOMPDIR)'/$$t \
	    '$(D)$(ZSHCOMPDIR)'/_$$t '$(D)$(FISHCOMPDIR)'/$$t.fish || exit 1; \
	done
	rm -f '$(D)$(MANDIR)/man7/gf.7' '$(D)$(MANDIR)/man7/gf-recipes.7'

dist: ## pack the committed tree as build/gf-VERSION.tar.gz
	@$(S)pack/dist.sh $(VERSION)

deb: all ## pack the tools as build/gf_VERSION_ARCH.deb
	@$(S)tests/deps.sh deb
	@MAKE='$(MAKE)' $(S)pack/deb.sh $(VERSION)

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@echo 'targets:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(self) | \
	  while IFS='|' read -r t d; do printf '  %-13s %s\n' "$$t" "$$d"; done
	@echo 'variables:'
	@echo '  CC CFLAGS CPPFLAGS LDFLAGS LDLIBS AR STRIP PKG_CONFIG PREFIX DESTDIR'
	@echo '  SAN=address,undefined  COV=1  STATIC=1  NET=auto|yes|no  WERROR=1  DEPS=no  LIBC=musl'
	@echo '  T=name  TIME=seconds  V=1'
