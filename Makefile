# `make` alone lists what there is. Variables: ARGS for run, PACKAGE and FUZZ and FUZZTIME for fuzz, BENCH for benchmarks.

GO      ?= go
TOOL    := $(GO) tool -modfile=tools/go.mod
BINARY  := dist/target-server
IMAGE   ?= target-server
ARGS    ?= --sleep=1s
PACKAGE ?= ./...
FUZZ    ?= .
FUZZTIME ?= 30s
BENCH   ?= .

.DEFAULT_GOAL := help

help: ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## serve on :8080 with ARGS
	$(GO) run ./cmd/target-server $(ARGS)

build: ## the static binary, in dist/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BINARY) ./cmd/target-server

release: ## archives, Debian packages, SBOM and checksums of VERSION (or of git describe), in dist/release/
	GO='$(GO)' tools/release.sh $(VERSION)

test: ## every test, without the race detector
	$(GO) test ./...

race: ## every test, with the race detector
	$(GO) test -race ./...

lint: ## golangci-lint, and what go fix would change
	$(TOOL) golangci-lint run ./...
	$(GO) fix -diff ./...
	cd bench/rivals && $(GO) vet ./... && $(GO) fix -diff ./...
	cd tools && $(GO) vet ./... && $(GO) fix -diff ./...

format: ## rewrite the sources with gofumpt
	$(TOOL) gofumpt -w $$(git ls-files --cached --others --exclude-standard '*.go')

fuzz: ## every fuzz test in PACKAGE for FUZZTIME each
	GO='$(GO)' FUZZ='$(FUZZ)' FUZZTIME='$(FUZZTIME)' tools/fuzz.sh $(PACKAGE)

fuzz-real: ## the parser beside the real ones for FUZZTIME, on inputs that its coverage leads to
	$(GO) run ./lab/cmd/lab --install
	HTTP1_REAL='$(CURDIR)/lab/.env' GO='$(GO)' FUZZ='^FuzzReal$$' FUZZTIME='$(FUZZTIME)' tools/fuzz.sh ./server/http1

bench: ## what it costs beside rivals, in about ten minutes: docs/bench.md and the README's table; ARGS='--only cpu' for one figure
	$(GO) run ./bench $(if $(filter command line,$(origin ARGS)),$(ARGS),--docs docs)

benchmarks: ## Go's benchmarks that match BENCH
	$(GO) test -run='^$$' -bench='$(BENCH)' -benchmem $(PACKAGE)

soak: ## a million requests, a hundred thousand departures and half an hour of everything: what grows?
	$(GO) run ./lab/cmd/soak $(if $(filter command line,$(origin ARGS)),$(ARGS))

attack: ## hostile conversations with every stack for ten minutes, on a race build; ARGS='--time 1m', or what a finding says
	$(GO) run ./lab/cmd/attack $(if $(filter command line,$(origin ARGS)),$(ARGS))

lab: ## compare with the real servers side by side, try the wrong variants, and write docs/fidelity.md and docs/fidelity/
	lab/run.sh

record: ## all of make lab, article, bench and pictures, in about an hour; ARGS='--list' shows how far it is, '--only bench' repeats a part
	$(GO) run ./lab/cmd/record $(if $(filter command line,$(origin ARGS)),$(ARGS))

lab-core: ## the core scenarios alone beside the real servers, in some four minutes
	lab/run.sh core

article: ## the article's experiments, scaled down, beside the real servers: docs/article.md, in some five minutes
	$(GO) run ./lab/cmd/lab --article

lab-record: ## run the real servers and refresh the recordings
	lab/run.sh record

lab-variants: ## wrong variants of target-server: is each caught?
	$(GO) run ./lab/cmd/lab --variants

lab-probe: ## probe servers that are known: is each verdict right?  ARGS='--stack uvicorn' for fewer
	$(GO) run ./lab/cmd/lab --probe $(if $(filter command line,$(origin ARGS)),$(ARGS))

front: ## overload behind HAProxy and nginx, watched by Prometheus: docs/in-front.md, in some three minutes
	$(GO) run ./lab/cmd/front

pictures: ## the README's picture, docs/run.svg, from a run in simulated time
	$(GO) run ./lab/cmd/pictures

image: ## the Docker image IMAGE, for two platforms, from the binary alone
	GO='$(GO)' PLATFORMS='$(PLATFORMS)' deploy/image.sh $(IMAGE)

jmeter: ## the article's JMeter plan, scaled down, against a server on :8080
	deploy/jmeter/run.sh users=1000 rampup=10

examples: ## the fixture in other languages, each example against a right server and a wrong one
	examples/try.sh

clean: ## remove what was built
	rm -rf dist

.PHONY: help run build release test race lint format fuzz fuzz-real bench benchmarks soak attack lab record lab-core article lab-record lab-variants lab-probe front pictures image jmeter examples clean
