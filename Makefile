# Needs Go and, for the tests, Chromium, curl, npm and Caddy; Firefox and WebKit where they are there.

.DEFAULT_GOAL := help
GO ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)

# All is compiled as the program is that people get, so that it is compiled once. The race detector needs cgo.
export CGO_ENABLED = 0
export GOFLAGS := $(shell $(GO) env GOFLAGS) -trimpath

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## run the chat at http://127.0.0.1:5001
	$(GO) run ./cmd/plainchat

.PHONY: build
build: ## build bin/plainchat, static and without cgo
	$(GO) build -ldflags='-s -w -X main.version=$(VERSION)' -o bin/plainchat ./cmd/plainchat

# The tests in a browser, and those of several nodes, wait more than they compute, so that more of
# them run at a time than there are processors.
BROWSERS ?= 4

# The tests of the whole program are never taken from the cache (-count=1), which does not know
# that they build it.

.PHONY: test
test: test-packages test-program test-pages ## run all tests

.PHONY: test-packages
test-packages: ## run the tests of each package
	$(GO) test -shuffle=on ./...
	$(GO) -C bench/compare test -shuffle=on ./...

# Two packages run at a time, and those of several nodes wait more than they compute.
.PHONY: test-program
test-program: tools ## run the tests of the whole program, and of several nodes
	$(GO) -C e2e test -count=1 -shuffle=on -timeout 20m -parallel $(BROWSERS) ./cluster ./program ./pagebench

.PHONY: test-pages
test-pages: tools ## run the tests of the page, in browsers
	$(GO) -C e2e test -count=1 -vet=off -shuffle=on -timeout 20m -parallel $(BROWSERS) .
	@for program in firefox-esr WebKitWebDriver Xvfb ibus-daemon; do command -v $$program >/dev/null || \
		echo "there is no $$program, so the tests in the engine that needs it are left out; make browsers installs it"; done
	$(GO) -C e2e test -count=1 -vet=off ./engines $(if $(EVERY_ENGINE),-every-engine)

race race-program: export CGO_ENABLED = 1

# Short: without what takes long and is not concurrent. Portable is what writes to the sockets of streams. Make lint
# vets what is compiled here.
.PHONY: race
race: ## run the tests under the race detector, and those of the portable code paths
	$(GO) test -race -short -vet=off -shuffle=on $$($(GO) list ./... | grep -v '^plainchat/cluster')
	$(GO) test -race -short -vet=off -shuffle=on -tags portable ./broker/...
	$(GO) test -race -short -vet=off -shuffle=on -tags portable -run 'Stream|Event|Live|Follow|Activity|Asks|Wait|Drain' ./handlers

.PHONY: race-program
race-program: tools ## run all tests but those of the page under the race detector (16 minutes)
	$(GO) test -race -shuffle=on ./...
	$(GO) -C bench/compare test -race -shuffle=on ./...
	$(GO) -C e2e test -count=1 -race -shuffle=on ./program

# The program's module, and those of what only its tests and measurements need.
MODULES = . bench/compare e2e

# What measures and what tests serves nobody: it starts the programs and opens the files
# that whoever runs it names.
SERVES_NOBODY = plainchat/bench|plainchat/cluster/natstest|plainchat/store/(storetest|internal/logtest)|plainchat/internal/(certtest|seed)

.PHONY: lint
lint: analysers cross ## analyse the code, and compile it for the other systems
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	for module in $(MODULES) tools; do $(GO) -C $$module mod tidy -diff || exit 1; done
	$(GO) -C tools run ./licences -check ../internal/licences/licences.txt
	for module in $(MODULES); do (cd $$module && $(GO) vet ./... && $(CURDIR)/bin/staticcheck ./...) || exit 1; done
	bin/gosec -test=false -severity medium $$($(GO) list ./... | grep -vxE '$(SERVES_NOBODY)')
	@out=$$(bin/govulncheck ./... 2>&1) || case "$$out" in \
		*"fetching vulnerabilities"*) echo "govulncheck was left out: its database is out of reach" ;; \
		*) echo "$$out"; exit 1 ;; \
	esac

.PHONY: analysers
analysers:
	$(GO) -C tools build -o ../bin/ honnef.co/go/tools/cmd/staticcheck golang.org/x/vuln/cmd/govulncheck ./gosec

.PHONY: licences
licences: ## write the licences that the program carries, after a change of go.mod
	$(GO) -C tools run ./licences ../internal/licences/licences.txt

# What nobody runs is not optimised.
QUICKLY = -gcflags=all='-N -l'

.PHONY: cross
cross:
	for system in darwin windows; do \
		GOOS=$$system $(GO) build $(QUICKLY) -o /dev/null ./cmd/plainchat && \
		GOOS=$$system $(GO) vet $(QUICKLY) ./... && \
		GOOS=$$system $(GO) -C e2e vet $(QUICKLY) ./program || exit 1; \
	done
	$(GO) vet -tags portable ./...
	$(GO) -C bench/compare vet -tags clients ./clients

.PHONY: tools
tools: ## install Chromium, Caddy and what else tests use, where Debian's packages can be
	@{ command -v chromium && command -v curl; } >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq chromium curl fonts-noto-cjk; } || \
		{ echo "the tests need chromium and curl; install them and run make test again"; exit 1; }
	@{ command -v node && command -v npm; } >/dev/null || \
		{ apt-get update -qq && apt-get install -y -qq nodejs npm; } || \
		echo "there is no npm, so the tests with axe-core and the eventsource package are left out"
	@command -v docker-compose >/dev/null || apt-get install -y -qq --no-install-recommends docker-compose || \
		echo "there is no docker-compose, so docker-compose.yml is not read by it"
	@command -v apprise >/dev/null || apt-get install -y -qq --no-install-recommends apprise || \
		echo "there is no apprise, so the test with it is left out"
	@for each in caddy:caddy prometheus:promtool prometheus-alertmanager:prometheus-alertmanager; do \
		package=$${each%:*} program=$${each#*:}; \
		{ command -v $$program || test -x bin/$$program || $(UNPACK); } >/dev/null || \
			echo "there is no $$program, so the tests that need it are left out"; \
	done

# Debian's package would start a service, so that the program is only taken out of it.
UNPACK = { dir=$$(mktemp -d) && mkdir -p bin && \
	(cd $$dir && { apt-get download -qq $$package || { apt-get update -qq && apt-get download -qq $$package; }; } && dpkg -x $$package\_*.deb .) && \
	cp $$dir/usr/bin/$$program bin/ && { test ! -d $$dir/$(ALERTMANAGER) || \
	{ mkdir -p /$(ALERTMANAGER) && cp $$dir/$(ALERTMANAGER)/*.tmpl /$(ALERTMANAGER)/; }; } && rm -r $$dir; }
ALERTMANAGER = usr/share/prometheus/alertmanager

.PHONY: browsers
browsers: ## install Firefox, WebKit and an input method for Hangul, which the tests of the engines use
	apt-get update -qq
	apt-get install -y -qq firefox-esr webkit2gtk-driver xvfb openbox dbus xdotool ibus ibus-hangul ibus-gtk3

.PHONY: screenshots
screenshots: ## take pictures of every state of the page into docs/states (2 minutes)
	rm -f docs/states/*
	$(GO) -C e2e test -count=1 -run TestPictures . -pictures $(CURDIR)/docs/states

.PHONY: clients
clients: ## try other people's event stream clients and write docs/clients.md (2 minutes; needs npm and Python)
	$(GO) -C bench/compare test -tags clients -run TestClients -count 1 -v ./clients -page $(CURDIR)/docs/clients.md

# They are not installed here, since Debian's packages start a service each.
PROXIES = nginx caddy haproxy apache2

.PHONY: proxies
proxies: ## try the recipes of docs/proxies.md with those of nginx, Caddy, HAProxy and Apache that are installed (2 minutes)
	@for proxy in $(PROXIES); do command -v $$proxy >/dev/null || echo "left out: $$proxy is not installed"; done
	$(GO) -C e2e test -tags proxies -run TestProxies -count 1 -v -parallel 4 ./program

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
	$(GO) -C tools tool benchstat ../bench/baseline.txt ../bench.txt

.PHONY: page-bench
page-bench: tools ## measure the page in Chromium (some minutes; BASE=another build of the program, to measure it too)
	$(GO) -C e2e run ./pagebench $(if $(BASE),-base $(abspath $(BASE)))

# What is drawn at random is drawn from SEED; what the scheduler does is not.
SEED ?= $(shell date +%s)
CHURN ?= 10m

.PHONY: torture
torture: ## run the long forms of the tests that kill, cut and starve (20 minutes, as root; SEED=, CHURN=1h)
	@command -v mkfs.xfs >/dev/null || apt-get install -y -qq xfsprogs || echo "without mkfs.xfs the power cuts are left out"
	@command -v slowhttptest >/dev/null || apt-get install -y -qq slowhttptest || echo "without slowhttptest the slow clients are left out"
	@command -v ip >/dev/null || apt-get install -y -qq iproute2 || echo "without ip what needs it is left out"
	$(GO) -C e2e test -run 'TestKill|TestPowerCut' -v -timeout 1h ./program -kills 1000 -followers 100 -cuts 100 -seed $(SEED)
	$(GO) test -tags torture -run Torture -v -timeout 3h ./store -seed $(SEED)
	$(GO) -C e2e test -tags torture -run Torture -v -timeout 3h ./program -seed $(SEED) -churn $(CHURN)

.PHONY: robots-torture
robots-torture: ## run the long forms of the tests that kill a server in the midst of what robots do (5 minutes; SEED=)
	$(GO) -C e2e test -count=1 -run 'TestKillDeliveries|TestKillAsks|TestKillLives' -v -timeout 1h ./program -robot-kills 100 -life-kills 100 -seed $(SEED)

.PHONY: cluster-torture
cluster-torture: ## run the long forms of the tests of a chat on several machines (50 minutes, as root; SEED=, ROUNDS=100, FROM=the revision to upgrade from)
	$(GO) -C e2e test -count=1 -run TestRounds -v -timeout 2h ./cluster -rounds $(or $(ROUNDS),100) -seed $(SEED)
	$(GO) -C e2e test -count=1 -run TestFailover -v -timeout 2h ./cluster -failovers 20
	$(GO) -C e2e test -count=1 -run TestAway -v -timeout 1h ./cluster -away 100000
	$(GO) -C e2e test -count=1 -run TestErasedOnServers -v -timeout 1h ./cluster -erased-within 10m
	$(GO) -C e2e test -count=1 -run TestUpgrade -v ./cluster -upgrade-from $(or $(FROM),HEAD~1)
	@command -v mkfs.xfs >/dev/null || apt-get install -y -qq xfsprogs || echo "without mkfs.xfs the power cuts are left out"
	$(GO) -C e2e test -count=1 -run TestPowerCut -v -timeout 1h ./cluster -power-cuts 5 -seed $(SEED)

.PHONY: cluster-rates
cluster-rates: ## measure how much three nodes on three NATS servers take and deliver (1 minute, on a machine that does nothing else)
	$(GO) -C e2e test -count=1 -run TestRates -v ./cluster -rates-for $(or $(RATES),10s)
