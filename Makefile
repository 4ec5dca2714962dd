# The manual: `make help`. Two commands for a newcomer: `make run`, `make test`.
.DEFAULT_GOAL := help
SHELL := bash
export CGO_ENABLED := 0
# The pure Go tensor code is 3-5x faster with the compiler's SIMD types (amd64 only).
ifeq ($(shell go env GOARCH),amd64)
export GOEXPERIMENT := simd
endif

.PHONY: help build
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## bin/tamis, everything inside
	go build -trimpath -o bin/tamis ./cmd/tamis

.PHONY: openapi
SWAG := CGO_ENABLED=0 go tool -modfile=tools/go.mod swag
openapi: ## write openapi/openapi.json anew from the handlers
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && \
	$(SWAG) init --v3.1 --quiet --parseInternal --generalInfo api/api.go --dir ./ --exclude tools,e2e,integrations,training,bin,data --output "$$out" --outputTypes json >/dev/null && \
	go run ./openapi/repair api api/v1 api/problem <"$$out/swagger.json" >"$$out/openapi.json" && \
	cp "$$out/openapi.json" openapi/openapi.json
