# What people and CI do with this repository; `make` alone builds.

PREFIX ?= $(HOME)/.local

.PHONY: build test lint format docs bench install uninstall release clean

build:
	swift build

test:
	swift test

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

format:
	swift format --in-place --recursive Sources Tests Package.swift

# The command reference and the recorded shapes of JSON, made anew from the program.
docs:
	RECORD_DOCS=1 swift test --filter 'commandReferenceIsRendered|JSONShape'

bench:
	python3 Benchmarks/run.py

# One line to a folder on the path: make install PREFIX=~/.local
install:
	DESTDIR="$(DESTDIR)" scripts/install "$(PREFIX)"

uninstall:
	DESTDIR="$(DESTDIR)" scripts/install --remove "$(PREFIX)"

release:
	scripts/release

clean:
	rm -rf .build dist
