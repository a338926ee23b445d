# `make help` prints the lines that begin with ##.
## make TARGET [VARIANT]
##
## Variants; the first two have folders of their own in build/:
##   SAN=address,undefined   with sanitizers; also SAN=thread
##   FAULTS=1                tests can make allocations and system calls fail
##   NO_ONEDNN=1             without that back end for matrix products; also NO_OPENBLAS=1
##
## Targets:

PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= gcc

# Every Debian package that is needed, in one place; `make deps` reads these.
PACKAGES_BUILD := libc6-dev libncurses-dev libjansson-dev libutf8proc-dev libunistring-dev libpcre2-dev libxxhash-dev libinih-dev libopenblas-dev libdnnl-dev libenchant-2-2 hunspell-en-us hunspell-en-gb pkg-config
PACKAGES_TEST  := libcmocka-dev unicode-data python3 python3-pyte python3-numpy xz-utils mandoc vim tmux
PACKAGES_LINT  := clang-format cppcheck

empty :=
space := $(empty) $(empty)
comma := ,
VARIANT := $(if $(SAN),san-$(subst $(comma),-,$(SAN)),release)$(if $(FAULTS),-faults)
B := build/$(VARIANT)

# Static archives, if installed: with shared ones the dynamic linker would map, search and bind six libraries at every start,
# a quarter of the time to the first page. The sanitizers need the shared ones.
LIBS := jansson ncursesw $(patsubst -l%,%,$(filter -ltinfo%,$(shell pkg-config --libs ncursesw 2>/dev/null))) utf8proc pcre2-8 inih unistring
LIBDIR := $(shell pkg-config --variable=libdir ncursesw 2>/dev/null)
lib = $(if $(SAN),-l$1,$(if $(wildcard $(LIBDIR)/lib$1.a),-l:lib$1.a,-l$1))
WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(if $(CI),-Werror)
CPPFLAGS += -Iinclude -Isrc -D_XOPEN_SOURCE=700 -DLACUNA_PREFIX='"$(PREFIX)"' $(if $(FAULTS),-DLACUNA_FAULTS)
# contraction: -std=c11 alone would forbid fused multiply-add
OPTIMISE ?= -O3 -fno-math-errno -fno-trapping-math -ffp-contract=fast
CFLAGS ?= -g
ALL_CFLAGS = -std=c11 -fopenmp-simd $(OPTIMISE) $(WARNINGS) $(CFLAGS) -fPIC -pthread \
  $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all)
LDLIBS = $(shell pkg-config --libs-only-L jansson ncursesw libutf8proc libpcre2-8) $(foreach l,$(LIBS),$(call lib,$l)) -lm -ldl -pthread
LDFLAGS += $(if $(SAN),,-Wl$(comma)-O1 -Wl$(comma)-z$(comma)pack-relative-relocs)

SOURCES := $(filter-out src/cli/main.c %_plugin.c,$(wildcard src/*/*.c src/*/*/*.c))
OBJECTS := $(SOURCES:%.c=$B/%.o) $B/keymap_default.o $B/themes.o $B/tour_text.o
# Back ends are shared objects loaded at first use: linking them in would slow every start.
PLUGINS := $(if $(NO_OPENBLAS),,$B/plugins/matmul_openblas.so) $(if $(NO_ONEDNN),,$B/plugins/matmul_onednn.so)
PLUGINS := $(foreach p,$(PLUGINS),$(if $(wildcard src/sedd/matmul/$(basename $(notdir $p))_plugin.c),$p))
UNIT_TESTS := $(if $(TESTS),$(TESTS:%=$B/tests/%),$(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c)) \
  $(patsubst tests/fuzz/fuzz_%.c,$B/tests/test_fuzz_%,$(wildcard tests/fuzz/fuzz_*.c)))

.PHONY: all help run test unit lint bench install clean deps deps-test fuzz format man
.DELETE_ON_ERROR:

##   make           install missing Debian packages and build
all: deps
	@$(MAKE) --no-print-directory lacuna

##   make lacuna    build only; ./lacuna is a link to the last variant built
lacuna: $B/lacuna $(PLUGINS) FORCE
	@ln -sfn $B/lacuna lacuna

$B/lacuna: $B/src/cli/main.o $B/liblacuna.a
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $< $B/liblacuna.a $(LDLIBS)

$B/liblacuna.a: $(OBJECTS)
	@rm -f $@
	ar rcs $@ $(OBJECTS)

$B/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(EXTRA_$(basename $(notdir $<))) -MMD -MP -c -o $@ $<

# The built-in keymap.
$B/keymap_default.c: keymaps/default.keys Makefile
	@mkdir -p $(@D)
	(echo '#include "ui/keymap/keymap.h"'; echo 'const char ui_keymap_default[] = {'; od -An -v -td1 $< | sed 's/[0-9][0-9]*/&,/g'; echo '0};') >$@

# The built-in themes.
$B/themes.c: themes/dark.theme themes/light.theme themes/mono.theme Makefile
	@mkdir -p $(@D)
	(echo '#include "ui/terminal/theme.h"'; for t in dark light mono; do echo "const char ui_theme_$$t[] = {"; \
	  od -An -v -td1 themes/$$t.theme | sed 's/[0-9][0-9]*/&,/g'; echo '0};'; done) >$@

$B/themes.o: $B/themes.c src/ui/terminal/theme.h
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Wno-conversion -c -o $@ $<

# The tour.
$B/tour_text.c: models/tour.txt Makefile
	@mkdir -p $(@D)
	(echo '#include "ui/disk/tour.h"'; echo 'const char tour_text[] = {'; od -An -v -td1 $< | sed 's/[0-9][0-9]*/&,/g'; echo '0};') >$@

$B/tour_text.o: $B/tour_text.c src/ui/disk/tour.h
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Wno-conversion -c -o $@ $<

$B/keymap_default.o: $B/keymap_default.c src/ui/keymap/keymap.h
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Wno-conversion -c -o $@ $<

$B/plugins/matmul_openblas.so: src/sedd/matmul/matmul_openblas_plugin.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(shell pkg-config --cflags openblas) -shared -MMD -MP -MF $B/plugins/matmul_openblas.d -o $@ $< $(shell pkg-config --libs openblas)

$B/plugins/matmul_onednn.so: src/sedd/matmul/matmul_onednn_plugin.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -fopenmp -shared -MMD -MP -MF $B/plugins/matmul_onednn.d -o $@ $< -ldnnl

$B/tests/%: tests/unit/%.c $B/liblacuna.a Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itests/unit $(ALL_CFLAGS) -Wno-conversion -Wno-missing-prototypes -MMD -MP -MF $@.d -o $@ $< $B/liblacuna.a $(shell pkg-config --libs cmocka) $(LDLIBS)

# The fuzz targets on random inputs, without libFuzzer.
$B/tests/test_fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/random_inputs.c $B/liblacuna.a Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Wno-conversion -Wno-missing-prototypes -MMD -MP -MF $@.d -o $@ $(filter %.c,$^) $B/liblacuna.a $(LDLIBS)

-include $(OBJECTS:.o=.d) $B/src/cli/main.d $(wildcard $B/tests/*.d $B/plugins/matmul_*.d)

FORCE:

##   make run       open a copy of a draft and fill its blanks at once
run: all
	@cp --backup=numbered models/demo-draft.txt build/demo-draft.txt
	@./lacuna --fill build/demo-draft.txt

deps:
	@sh .ci/deps $(PACKAGES_BUILD)

deps-test: deps
	@sh .ci/deps $(PACKAGES_TEST)

##   make unit      build the unit tests; TESTS="test_net test_base" only those
unit: deps-test
	@$(MAKE) --no-print-directory lacuna $(UNIT_TESTS)

##   make test      run every test; TESTS="test_net test_base" only those unit tests, no scripts
test: unit
	@TESTS='$(TESTS)' sh tests/run $B

# ---- checking the code ---------------------------------------------------------------------------
C_FILES = $(wildcard src/*/*.[ch] src/*/*/*.[ch] include/lacuna/*.h tests/unit/*.[ch] tests/fuzz/*.c)

##   make lint      layout, layers, names, parts, documents, cppcheck, manual pages, warnings as errors
lint: deps
	@sh .ci/deps $(PACKAGES_LINT) $(PACKAGES_TEST)
	@sh .ci/layers
	@sh .ci/floors
	@sh .ci/names
	@python3 .ci/parts
	@sh .ci/terminal
	@clang-format --dry-run -Werror $(C_FILES)
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,portability \
	  --suppress=missingIncludeSystem --suppress=varFuncNullUB --suppress=invalidFunctionArg --suppress=autoVariables -Iinclude -Isrc -j 2 $(filter-out src/sedd/matmul/matmul_%_plugin.c,$(wildcard src/*/*.c src/*/*/*.c))
	@for page in man/*.[0-9]; do mandoc -Tlint -Wwarning $$page || exit 1; done
	@$(MAKE) --no-print-directory CI=true B=build/lint build/lint/lacuna
	@sh .ci/floors build/lint
	@python3 .ci/docs build/lint/lacuna
	@sh .ci/layers build/lint
	@echo lint: ok

##   make fuzz      libFuzzer targets, each for FUZZ_SECONDS=20
FUZZ_SECONDS ?= 20
fuzz: deps
	@sh .ci/deps clang libclang-rt-14-dev
	@sh tests/fuzz/run $(FUZZ_SECONDS)

##   make bench     the figures of BENCHMARKS.md; run it on an idle machine
bench: deps-test
	@$(MAKE) --no-print-directory lacuna
	@sh tests/bench/run

# ---- installing ----------------------------------------------------------------------------------------
SHARE = $(DESTDIR)$(PREFIX)/share
##   make install   to PREFIX=/usr/local, below DESTDIR
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/lacuna $(SHARE)/lacuna/keymaps $(SHARE)/lacuna/themes $(SHARE)/man/man1 $(SHARE)/man/man5
	install -m 755 $B/lacuna $(DESTDIR)$(PREFIX)/bin/lacuna
	install -m 755 $(PLUGINS) $(DESTDIR)$(PREFIX)/lib/lacuna
	install -m 644 keymaps/*.keys $(SHARE)/lacuna/keymaps
	install -m 644 themes/*.theme $(SHARE)/lacuna/themes
	install -m 644 man/*.1 $(SHARE)/man/man1
	install -m 644 man/*.5 $(SHARE)/man/man5
	for model in models/*/model.safetensors; do d=$$(dirname $$model); install -d $(SHARE)/lacuna/$$d; \
	  install -m 644 $$d/* $(SHARE)/lacuna/$$d; done

##   make man       write the program's tables into the manual
man: all
	@sh .ci/manual ./lacuna

##   make clean     remove what was built
clean:
	rm -rf build lacuna

##   make format    format the source with clang-format
format:
	clang-format -i $(C_FILES)

##   make help      print this
help:
	@sed -n 's/^## \{0,1\}//p' $(firstword $(MAKEFILE_LIST))
