# `make` without a target lists the targets. Variables: ARGS for run, PACKAGE, FUZZ and FUZZTIME for fuzz,
# BENCH for benchmarks.

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

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## run the server on :8080 with ARGS
	$(GO) run ./cmd/target-server $(ARGS)

build: ## build the static binary, in dist/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(BINARY) ./cmd/target-server

release: ## build archives, Debian packages, SBOM and checksums of VERSION (default: git describe), in dist/release/
	GO='$(GO)' tools/release.sh $(VERSION)

test: ## run every test, without the race detector
	$(GO) test ./...

race: ## run every test, with the race detector
	$(GO) test -race ./...

lint: ## run golangci-lint, and show what go fix would change
	$(TOOL) golangci-lint run ./...
	$(GO) fix -diff ./...
	cd bench/rivals && $(GO) vet ./... && $(GO) fix -diff ./...
	cd tools && $(GO) vet ./... && $(GO) fix -diff ./...
	cd tools/browser && $(GO) vet ./... && $(GO) fix -diff ./...

format: ## format the sources with gofumpt
	$(TOOL) gofumpt -w $$(git ls-files --cached --others --exclude-standard '*.go')

fuzz: ## run every fuzz test in PACKAGE for FUZZTIME each
	GO='$(GO)' FUZZ='$(FUZZ)' FUZZTIME='$(FUZZTIME)' tools/fuzz.sh $(PACKAGE)

fuzz-real: ## compare the parser with the real ones for FUZZTIME, on coverage-guided inputs
	$(GO) run ./lab/cmd/lab --install
	HTTP1_REAL='$(CURDIR)/lab/.env' GO='$(GO)' FUZZ='^FuzzReal$$' FUZZTIME='$(FUZZTIME)' tools/fuzz.sh ./server/http1

program-real: ## print random programs, and ask them on the real frameworks
	$(GO) run ./lab/cmd/lab --install
	PROGRAM_REAL='$(CURDIR)/lab/.env' $(GO) test -count=1 -v -run='^TestRealFrameworks' ./program/python

bench: ## measure CPU, memory and latency against rivals, in about ten minutes, and write docs/bench.md and the README's table; ARGS='--only cpu' for one figure
	$(GO) run ./bench $(if $(filter command line,$(origin ARGS)),$(ARGS),--docs docs)

benchmarks: ## run Go's benchmarks that match BENCH
	$(GO) test -run='^$$' -bench='$(BENCH)' -benchmem $(PACKAGE)

soak: ## check that nothing grows over a million requests, a hundred thousand departures and half an hour of mixed load
	$(GO) run ./lab/cmd/soak $(if $(filter command line,$(origin ARGS)),$(ARGS))

attack: ## play hostile conversations with every stack for ten minutes, on a race build; ARGS='--time 1m', or the flags that a finding prints
	$(GO) run ./lab/cmd/attack $(if $(filter command line,$(origin ARGS)),$(ARGS))

lab: ## compare with the real servers, try the wrong variants, and write docs/fidelity.md and docs/fidelity/
	lab/run.sh

record: ## make lab, article, bench and pictures, in about an hour; ARGS='--list' shows its progress, '--only bench' repeats a part
	$(GO) run ./lab/cmd/record $(if $(filter command line,$(origin ARGS)),$(ARGS))

lab-core: ## compare only the core scenarios with the real servers, in about four minutes
	lab/run.sh core

article: ## compare the article's experiments, scaled down, with the real servers, and write docs/article.md, in about five minutes
	$(GO) run ./lab/cmd/lab --article

lab-record: ## refresh the recordings from the real servers
	lab/run.sh record

lab-variants: ## check that each wrong variant of target-server is caught
	$(GO) run ./lab/cmd/lab --variants

lab-probe: ## check the verdicts of probe on known servers; ARGS='--stack uvicorn' for fewer
	$(GO) run ./lab/cmd/lab --probe $(if $(filter command line,$(origin ARGS)),$(ARGS))

browser: ## test the live page in Chromium (Debian's package chromium), in about a minute; ARGS='-run TestToken' for one test
	cd tools/browser && $(GO) test -count=1 -v $(if $(filter command line,$(origin ARGS)),$(ARGS)) .

traces: ## open traces in Perfetto's own trace processor, which is installed in lab/.env first
	lab/traceprocessor/install.sh && $(GO) test -count=1 -v ./lab/traceprocessor

front: ## play overload behind HAProxy and nginx, watched by Prometheus, and write docs/in-front.md, in about three minutes
	$(GO) run ./lab/cmd/front

pictures: ## draw the README's picture, docs/run.svg, from a run in simulated time
	$(GO) run ./lab/cmd/pictures

image: ## build the Docker image IMAGE for two platforms
	GO='$(GO)' PLATFORMS='$(PLATFORMS)' deploy/image.sh $(IMAGE)

jmeter: ## run the article's JMeter plan, scaled down, against a server on :8080
	deploy/jmeter/run.sh users=1000 rampup=10

examples: ## test the examples in other languages, each against a correct server and a wrong one
	examples/try.sh

clean: ## remove the build output
	rm -rf dist

.PHONY: help run build release test race lint format fuzz fuzz-real program-real bench benchmarks soak attack lab record lab-core article lab-record lab-variants lab-probe browser traces front pictures image jmeter examples clean
