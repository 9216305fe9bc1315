# Every command of fandesk. Each sets up what it needs (scripts/tools.sh), so that a fresh machine with rustup, Node 20
# or later and a C compiler needs nothing else; only the first run is slow.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Node 22, wrangler and the rest as package-lock.json pins them, ahead of what the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export WRANGLER_SEND_METRICS := false

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
STATE_DIR ?= .state

# What the Worker is made of: any file, since some are included as text.
WORKER_SOURCES := $(shell find src crates -type f -not -path 'crates/wechat-sim/*' -not -path 'crates/sqlite/*' \
	-not -path 'crates/simulation/*' -not -path 'crates/adopt/*' -not -path 'crates/reference/*' -not -path '*/tests/*' 2>/dev/null) \
	Cargo.toml Cargo.lock
# Where crates lie differs from machine to machine and is part of every panic message: without it the Wasm is smaller, and
# the same everywhere.
CRATE_SOURCES := $(wildcard $(or $(CARGO_HOME),$(HOME)/.cargo)/registry/src/*/)
CONSOLE_SOURCES := $(shell find console -type f -not -name '*.test.*' 2>/dev/null)
NODE_SOURCES := scripts bench console package.json src/index.mjs src/platform

.PHONY: help
help: ## list the commands
	@printf 'fandesk: a WeChat service desk at the edge\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: dev
dev: build sim ## run the Worker (rebuilt on change) with the simulated WeChat beside it
	@exec node scripts/dev.mjs

.PHONY: serve
serve: build sim ## the same without watching and without the development proxy
	@exec node scripts/serve.mjs

.PHONY: build
build: build/index.js openapi console licenses ## build the Worker and its static files into build/

# worker-build would fetch its helpers itself, in versions of its own choice; it is given the pinned ones.
build/index.js: $(WORKER_SOURCES) package-lock.json | tools
	@echo 'building the Worker'; \
	read -r worker_build wasm_bindgen <<<"$$(scripts/tools.sh paths)"; \
	RUSTFLAGS="$(foreach source,$(CRATE_SOURCES),--remap-path-prefix=$(source)=)" \
	WASM_BINDGEN_BIN="$$wasm_bindgen" \
	WASM_OPT_BIN=node_modules/.bin/wasm-opt \
	ESBUILD_BIN=node_modules/.bin/esbuild \
		"$$worker_build" --release
	@mv build/index.js build/bindings.js
	@esbuild src/index.mjs --bundle --minify --format=esm --log-level=warning \
		--external:cloudflare:workers '--external:*.wasm' --outfile=build/index.js
	@node scripts/strip-names.mjs

.PHONY: openapi
openapi: | tools
	@mkdir -p build/public/api/v1
	@cargo run --quiet -p fandesk-api --features openapi --bin openapi >build/openapi.json
	@cmp --silent build/openapi.json build/public/api/v1/openapi.json || \
		cp build/openapi.json build/public/api/v1/openapi.json

.PHONY: console
console: build/public/index.html ## build the web console into build/public

build/public/index.html: $(CONSOLE_SOURCES) package-lock.json | tools
	@echo 'building the console'; vite build console --logLevel warn

# The API as TypeScript sees it.
build/console/schema.d.ts: openapi
	@mkdir -p build/console
	@openapi-typescript build/openapi.json --output build/console/schema.d.ts >/dev/null

.PHONY: licenses
licenses: build/public/index.html | tools
	@node scripts/licenses.mjs

.PHONY: sim
sim: | tools
	@cargo build --quiet --release -p wechat-sim

.PHONY: tools
tools: ## install the pinned tools (every other command does it too)
	@scripts/tools.sh

# In the order of CI, the quick checks first; the first that fails ends it.
.PHONY: test
test: | tools ## run everything that CI runs
	@scripts/test.sh

# SQLite without what costs time and changes no answer: counts of its memory, a store of pages for each temporary table, locks for
# threads that share a connection.
SIMULATED_SQLITE := -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_DEFAULT_PCACHE_INITSZ=0 -DSQLITE_THREADSAFE=2 \
	-USQLITE_ENABLE_API_ARMOR

.PHONY: simulate
simulate: ## run fandesk from many seeds (SEEDS=10000), or replay one with all its steps (SEED=123)
	@LIBSQLITE3_FLAGS='$(SIMULATED_SQLITE)' cargo build --quiet --profile simulate -p fandesk-simulation
	@SEED='$(SEED)' SEEDS='$(SEEDS)' FIRST='$(FIRST)' STEPS='$(STEPS)' THREADS='$(THREADS)' \
		$(TARGET_DIR)/simulate/fandesk-simulation

.PHONY: bench
bench: build load ## measure size, start-up and the reply path beside floors and peers (BENCH='--only fandesk,hop …')
	@exec node bench/run.mjs $(BENCH)

.PHONY: burst
burst: build sim load ## 200,000 fans write at once: rate, latency, time until D1 has all (BENCH='--fans 20000 …')
	@exec node --disable-warning=ExperimentalWarning bench/burst.mjs $(BENCH)

.PHONY: endurance
endurance: build sim load ## a million callbacks through one instance: memory and latency from start to end
	@exec node --disable-warning=ExperimentalWarning bench/endurance.mjs $(BENCH)

.PHONY: load
load: | tools
	@cargo build --quiet --profile tool -p fandesk-load

.PHONY: scale
scale: ## compute docs/scale.md anew: shards, backlog, limits and money at large loads
	@cargo run --quiet -p fandesk-scale -- docs/scale.md

.PHONY: docs
docs: ## write the tables of docs/wechat.md anew, from the code
	@cargo run --quiet -p fandesk-reference -- docs/wechat.md

.PHONY: chaos
chaos: build sim ## kill workerd again and again while a crowd writes: nothing may be lost (KILLS=32, SEED=any)
	@cargo run --quiet -p fandesk-e2e --bin chaos

.PHONY: desk-load
desk-load: build sim ## 40 agents, 10,000 messages in an hour: time to the screen, assignments, memory (AGENTS= FANS= MESSAGES= SECONDS=)
	@cargo run --quiet -p fandesk-e2e --bin desk_load

.PHONY: rehearsal
rehearsal: build sim ## upgrade from an earlier release, both mixed, step back, upgrade again (RELEASE=commit)
	@node --disable-warning=ExperimentalWarning scripts/rehearsal.mjs

.PHONY: fuzz
fuzz: | tools ## look for bytes that break what reads them (TARGET=xml, TIME=seconds a target)
	@TARGET='$(TARGET)' TIME='$(TIME)' scripts/fuzz.sh

.PHONY: audit
audit: ## look for known weaknesses of what is compiled in (wants internet)
	@scripts/audit.sh && scripts/audit.sh advisories

.PHONY: screenshots
screenshots: build sim ## take the pictures of the README anew (wants Chromium, CHROMIUM=path)
	@node scripts/screenshots.mjs

# Wants no more than Rust and Node, so that an account can be looked at before anything else is installed.
.PHONY: adopt
adopt: ## turn the account's own automatic answers and menu into a playbook and a menu file (TO=folder)
	@cargo build --quiet -p fandesk-adopt
	@exec node scripts/adopt.mjs

.PHONY: deploy
deploy: build ## deploy to Cloudflare, from nothing or anew (DOMAIN=desk.example.com, CONFIG=other.toml, DRY_RUN=1)
	@node scripts/deploy.mjs

.PHONY: rollback
rollback: | tools ## list the versions to step back to, or step back (TO=version)
	@TO='$(TO)' node scripts/rollback.mjs

.PHONY: probe
probe: | tools ## how long a callback takes from here, and what is wrong (URL=https://… TOKEN=… WRITE=5 AES_KEY=… APP_ID=…)
	@URL='$(URL)' TOKEN='$(TOKEN)' COUNT='$(COUNT)' WRITE='$(WRITE)' AES_KEY='$(AES_KEY)' APP_ID='$(APP_ID)' node scripts/probe.mjs

.PHONY: admin
admin: | tools ## make an administrator of the desk, and print the link to choose a password (LOGIN=alice NAME=… URL=https://… TOKEN=…)
	@LOGIN='$(LOGIN)' NAME='$(NAME)' URL='$(URL)' TOKEN='$(TOKEN)' ACCOUNT='$(ACCOUNT)' node scripts/admin.mjs

.PHONY: reflush
reflush: | tools ## after D1 was set back: the shards tell it again (URL=https://… SINCE=2026-11-26T03:00:00Z TOKEN=…)
	@URL='$(URL)' SINCE='$(SINCE)' node scripts/reflush.mjs

.PHONY: clean-state
clean-state: ## drop the local state: fans, events, databases
	rm -rf $(STATE_DIR)

.PHONY: fmt
fmt: | tools ## format everything
	cargo fmt --all
	prettier --log-level warn --write $(NODE_SOURCES)

.PHONY: lint
lint: | tools ## check the formatting and run clippy
	@scripts/test.sh format clippy scripts
