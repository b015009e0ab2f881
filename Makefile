# Needs Go and, for the tests, Chromium and curl.

.DEFAULT_GOAL := help
GO ?= go

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run the chat at http://127.0.0.1:5001
	$(GO) run ./cmd/plainchat

.PHONY: build
build: ## build bin/plainchat, static and without cgo
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/plainchat ./cmd/plainchat

.PHONY: test
test: tools vet cross ## vet, and run all tests under the race detector
	$(GO) test -race -shuffle=on ./...
	$(GO) test -race -shuffle=on -tags portable ./broker/... ./handlers/...

.PHONY: vet
vet: ## go vet and staticcheck
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }

.PHONY: cross
cross: ## compile for the other systems
	GOOS=darwin $(GO) build -o /dev/null ./cmd/plainchat
	GOOS=windows $(GO) build -o /dev/null ./cmd/plainchat
	GOOS=darwin $(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	$(GO) vet -tags portable ./...

.PHONY: tools
tools: ## install Chromium and curl, which tests use, where Debian's packages can be
	@{ command -v chromium && command -v curl; } >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq chromium curl fonts-noto-cjk; } || \
		{ echo "the tests need chromium and curl; install them and run make test again"; exit 1; }

.PHONY: fuzz
fuzz: ## run every fuzz target for a while (FUZZTIME, default 30s each)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(or $(FUZZTIME),30s) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

.PHONY: bench
bench: ## run the benchmarks and compare them with bench/baseline.txt
	$(GO) test -run '^$$' -bench . -benchmem -count $(or $(COUNT),6) ./... | tee bench.txt
	$(GO) tool benchstat bench/baseline.txt bench.txt
