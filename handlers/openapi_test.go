package handlers

import (
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"plainchat/broker"
	"plainchat/store"
)

// loadDocument reads docs/openapi.yaml and checks it against the OpenAPI
// specification, its examples against its schemas.
func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../docs/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// newDocumented starts a server as the program does, limited to rate messages a
// second and client.
func newDocumented(t *testing.T, rate int) (*Server, *httptest.Server) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	streams, err := broker.New(log, broker.Options{Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	kept := keepViews(t, log)
	chat, err := New(Options{Store: log, Views: kept, Service: StartService(t, log, kept), Broker: streams, Metrics: NewMetrics(), Logger: logger, RateLimit: rate})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(chat)
	t.Cleanup(server.Close)
	t.Cleanup(streams.Close) // first, since the server waits for its streams
	return chat, server
}

func TestDocumentHasEveryRoute(t *testing.T) {
	chat, _ := newDocumented(t, 0)
	var served []string
	err := chi.Walk(chat.Handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		served = append(served, method+" "+strings.Replace(route, "/*", "/{path}", 1))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) {
		t.Errorf("served:\n%s\ndescribed:\n%s", strings.Join(served, "\n"), strings.Join(described, "\n"))
	}
}

// Where codes stand in the source: those of problems, and those of fields.
var (
	problemCodes = regexp.MustCompile(`(?:newProblem\([^,]+, |busy\(|Code: |const code[A-Za-z]+ = |Code = )"([a-z0-9_]+)"`)
	fieldCodes   = regexp.MustCompile(`(?:badField|invalid|outside)\([^,]+, "([a-z0-9_]+)"`)
)

func TestDocumentHasEveryCode(t *testing.T) {
	schemas := loadDocument(t).Components.Schemas
	inSource := map[string]map[string]bool{"Problem": {"malformed": true}, "FieldError": {}}
	for _, pattern := range []string{"*.go", "../chat/*.go", "../policy/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			collect(inSource["Problem"], problemCodes, source)
			collect(inSource["FieldError"], fieldCodes, source)
		}
	}
	for schema, codes := range inSource {
		var described []string
		for _, code := range schemas[schema].Value.Properties["code"].Value.Enum {
			described = append(described, code.(string))
		}
		slices.Sort(described)
		if used := slices.Sorted(maps.Keys(codes)); !slices.Equal(used, described) {
			t.Errorf("codes of %s: in the source %q, described %q", schema, used, described)
		}
	}
}

func collect(codes map[string]bool, pattern *regexp.Regexp, source []byte) {
	for _, match := range pattern.FindAllSubmatch(source, -1) {
		codes[string(match[1])] = true
	}
}
