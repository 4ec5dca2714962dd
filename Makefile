# The manual: `make help`. Two commands for a newcomer: `make run`, `make test`.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED := 0
# The pure Go tensor code is 3 to 5 times faster with the compiler's SIMD types
# (amd64 only; elsewhere everything builds and runs without them).
ifeq ($(shell go env GOARCH),amd64)
export GOEXPERIMENT := simd
endif
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILD = go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
TOOL = go tool -modfile=tools/go.mod
GOFILES = $$(git ls-files '*.go')

.PHONY: help run demo build test test-wordpress test-race check fmt vet lint openapi spec bench proof-path proof-kill proof-evidence proof-verdicts proof-waves bench-peer proof-int8 fuzz static train proof-wires test-clients need screenshots
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: build ## build and start the service on 127.0.0.1:8080, everything inside
	bin/tamis serve

demo: build ## the same on a scratch folder filled with a bilingual thread
	TAMIS_DATA=$$(mktemp -d) bin/tamis serve --demo

build: ## leave bin/tamis
	$(BUILD) -o bin/tamis ./cmd/tamis

static: ## leave bin/tamis as a binary that needs no shared library, for Alpine and empty images: without ONNX Runtime
	$(BUILD) -tags static -o bin/tamis ./cmd/tamis

need: ## find or install the servers that the tests start and the library that they load
	@.ci/need

test: need ## all tests, with real PostgreSQL and Redis servers of their own
	go test ./...

test-wordpress: build ## a real WordPress, with our plugin and with the genuine Akismet plugin, against bin/tamis
	@.ci/need wordpress
	TAMIS_BINARY=$(CURDIR)/bin/tamis go test -tags wordpress ./e2e/wordpress -v -count=1 -timeout 10m

# The tensor library reads whole vectors at the end of a row, which is no race and
# which checkptr, part of -race, refuses. Its product of matrices, watched access by
# access, takes ten minutes where it takes seconds: the detector leaves that package
# alone, who calls it stays watched. e2e runs a binary of its own.
test-race: ## unit tests under the race detector (needs a C compiler)
	@.ci/need race
	mod=$$(.ci/unwatched github.com/gomlx/compute internal/gobackend/dot/matmul) && \
	CGO_ENABLED=1 go test -race -modfile=$$mod -gcflags=all=-d=checkptr=0 $$(go list ./... | grep -v /e2e); \
	status=$$?; rm -rf "$${mod%/go.mod}"; exit $$status

check: fmt vet lint spec test-race ## format, vet, lint, OpenAPI drift, race, house plan

fmt: ## fail when a file is not gofmt'ed
	@unformatted=$$(gofmt -l $(GOFILES)); test -z "$$unformatted" || { echo "not formatted: $$unformatted"; exit 1; }

vet: ## go vet
	go vet ./...
	go vet -tags proof,wordpress,screenshots ./...

lint: ## golangci-lint, built from source at a pinned version
	$(TOOL) golangci-lint run ./...

bench: need ## every figure of docs/performance.md, as ratios inside one run
	go test -run '^$$' -bench . -benchtime 2s ./... | grep -vE '^(PASS|ok|\?|goos|goarch|pkg|cpu)'

# The interpreter needs what e2e/peer/requirements.txt lists.
PEER_PYTHON ?= python3
bench-peer: need ## the same over HTTP from Tamis and from FastAPI + transformers: comments/s per core, memory, cold start (PEER_PYTHON)
	PEER_PYTHON=$(PEER_PYTHON) go test -tags peer ./e2e -run '^TestPeer$$' -v -count=1 -timeout 30m

proof-int8: need ## verdicts of a labelled corpus (TAMIS_CORPUS) in eight bits and in full precision, counted
	go test -tags proof ./cmd/tamis -run '^TestProofInt8$$' -v -count=1 -timeout 60m

FUZZTIME ?= 30s
fuzz: ## every fuzz target for FUZZTIME each
	@for p in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$p/*_test.go | cut -c6- | sort -u); do \
	    echo "$$p $$f"; go test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x; \
	  done; \
	done

proof-path: need ## 2,000 corpus rows over HTTP, on SQLite and on PostgreSQL + Redis with a worker killed
	go test -tags proof ./e2e -run '^Test(ProofPath|ProofScore)$$' -v -count=1 -timeout 30m

proof-wires: ## 500 corpus rows through every wire: the scores are those of /v1/check
	go test -tags proof ./e2e -run '^TestProofWires$$' -v -count=1 -timeout 30m

proof-kill: need ## kill -9 of each process under load; acknowledged, found and judged are counted
	go test -tags proof ./e2e -run '^TestProofKill$$' -v -count=1 -timeout 30m

proof-evidence: ## 300 held corpus rows: how many pass without the words that the evidence names, and without random ones
	go test -tags proof ./cmd/tamis -run '^TestProofEvidence$$' -v -count=1 -timeout 30m

proof-waves: ## fifty variants of a text among 5,000 corpus rows that wait: how many are in one card, with how many strangers
	go test -tags proof ./moderation -run '^TestProofWaves$$' -v -count=1 -timeout 30m | grep -v '^{'

test-clients: ## third-party clients of the foreign wires, unmodified, and the examples of the docs, against the built binary
	@.ci/need clients
	cd e2e/clients && npm ci --no-audit --no-fund --silent && python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements.txt
	cd e2e/clients && go vet ./... && go test -count=1 -v ./...
	TAMIS_EXAMPLES=all go test ./e2e -run '^TestExamplesOfThePage$$' -count=1 -v

proof-verdicts: ## the verdicts on hand-written suites and on dev, written to docs/verdicts.md
	TAMIS_WRITE=$(CURDIR)/docs/verdicts.md go test -tags proof ./cmd/tamis -run '^TestProofVerdicts$$' -v -count=1 -timeout 60m

train: ## from the corpus to a weights bundle (Python, hours on two cores): see training/README.md
	$(MAKE) -C training $(if $(EMBED),embed)

screenshots: need ## every page of the console, both themes and languages, phone and desk, into docs/screens
	TAMIS_SCREENS=$(CURDIR)/docs/screens go test -tags screenshots ./e2e/browser -run '^TestScreenshots$$' -v -count=1 -timeout 20m

openapi: ## write openapi/openapi.json anew from the handlers
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && \
	$(TOOL) swag init --v3.1 --quiet --parseInternal --generalInfo api/api.go --dir ./ --exclude tools,e2e,integrations,training,bin,data --output "$$out" --outputTypes json >/dev/null && \
	go run ./openapi/repair api api/v1 api/problem api/compat/perspective api/compat/akismet api/compat/openai api/compat/coral api/compat/assistant <"$$out/swagger.json" >"$$out/openapi.json" && \
	cp "$$out/openapi.json" openapi/openapi.json

spec: openapi ## fail when the OpenAPI document is not what the handlers say
	@git diff --exit-code --stat openapi/openapi.json || { echo "openapi/openapi.json was not up to date: commit what make openapi wrote"; exit 1; }
