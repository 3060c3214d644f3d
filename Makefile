# The two commands of the README are `make run` and `make test`; `make help` lists all.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)

.PHONY: help setup build release run test check format bench sanitize fuzz cleanroom clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## install what building, running and testing need (root or sudo)
	@scripts/setup

build: ## build the dev preset into build/dev
	@scripts/build dev

release: ## build the release preset into build/release
	@scripts/build release

run: setup ## set up, build, and run one test on a fleet of two runners
	@scripts/build release mockarty-cli mockarty-target mockarty-coordinator mockarty-runner
	@scripts/demo

test: setup ## set up, build, and run all tests
	@scripts/test

check: ## format, clang-tidy and include rules
	@scripts/check

format: ## rewrite the sources with clang-format
	@scripts/check --fix-format

bench: ## speed and size beside wrk and k6; prints a table, writes build/bench/results.json
	@scripts/bench

sanitize: ## C++ tests, scripts and broken fleets under AddressSanitizer and UndefinedBehaviorSanitizer
	@scripts/sanitize

fuzz: ## libFuzzer, a minute a target (FUZZ_SECONDS=60)
	@scripts/fuzz

cleanroom: ## `make test` and `make run` in a fresh Debian 12 root (root, debootstrap)
	@scripts/cleanroom

clean: ## remove build/
	@rm -rf build
