package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"plainchat/internal/eventstream"
)

// exchange is a request, and the operation of the document that describes it.
type exchange struct {
	name         string
	method, path string // path as in the document
	target       string // path and query as sent
	header       http.Header
	body         string
	status       int
}

var exchanges = []exchange{
	{name: "usage", method: "GET", path: "/", target: "/", status: 200},
	{name: "page", method: "GET", path: "/rooms/{room}", target: "/rooms/tea", header: http.Header{"Accept": {"text/html"}}, status: 200},
	{name: "transcript", method: "GET", path: "/rooms/{room}", target: "/rooms/tea", status: 200},
	{name: "JSON", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{"user_name":"Mina","message":"hello","client_id":"1"}`, status: 201},
	{name: "duplicate", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{"user_name":"Mina","message":"hello","client_id":"1"}`, status: 201},
	{name: "key of another", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{"user_name":"Mina","message":"bye","client_id":"1"}`, status: 422},
	{name: "JSON of Windows", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: "\ufeff" + `{"user_name":"Mina","message":"hello"}`, status: 201},
	{name: "marks", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{"user_name":"Mina","message":"**@Ann** [x.org](https://y.org)\n> ~~a~~\n- b\n3. c\n\u0060\u0060\u0060go\nfunc"}`, status: 201},
	{name: "bare text", method: "POST", path: "/rooms/{room}/messages", target: "/rooms/tea/messages", header: http.Header{"Content-Type": {"text/plain"}}, body: "hello", status: 201},
	{name: "form", method: "POST", path: "/messages", target: "/messages", header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"text/html"}}, body: "user_name=Mina&message=hello", status: 303},
	{name: "not JSON", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{`, status: 400},
	{name: "other site", method: "POST", path: "/messages", target: "/messages", header: http.Header{"Sec-Fetch-Site": {"cross-site"}}, body: "hello", status: 403},
	{name: "too large", method: "POST", path: "/messages", target: "/messages", body: strings.Repeat("x", maxBody+1), status: 413},
	{name: "XML", method: "POST", path: "/messages", target: "/messages", header: http.Header{"Content-Type": {"text/xml"}}, body: "<a/>", status: 415},
	{name: "empty fields", method: "POST", path: "/messages", target: "/messages", header: jsonType, body: `{"user_name":"","message":""}`, status: 422},
	{name: "bad room", method: "GET", path: "/rooms/{room}/messages", target: "/rooms/a.b/messages", status: 422},
	{name: "history", method: "GET", path: "/messages", target: "/messages?limit=1", status: 200},
	{name: "history as lines", method: "GET", path: "/messages", target: "/messages", header: http.Header{"Accept": {"application/x-ndjson"}}, status: 200},
	{name: "people", method: "GET", path: "/rooms/{room}/people", target: "/rooms/tea/people", status: 200},
	{name: "people as text", method: "GET", path: "/rooms/{room}/people", target: "/rooms/tea/people", header: http.Header{"Accept": {"text/plain"}}, status: 200},
	{name: "idle", method: "POST", path: "/rooms/{room}/idle", target: "/rooms/tea/idle", header: jsonType, body: `{"user_name":"Mina","idle":true}`, status: 204},
	{name: "nothing idle", method: "POST", path: "/rooms/{room}/idle", target: "/rooms/tea/idle?user_name=Mina", status: 422},
	{name: "typing", method: "POST", path: "/rooms/{room}/typing", target: "/rooms/tea/typing?user_name=Mina", status: 204},
	{name: "nobody types", method: "POST", path: "/rooms/{room}/typing", target: "/rooms/tea/typing", status: 422},
	{name: "alive", method: "GET", path: "/healthz", target: "/healthz", status: 200},
	{name: "ready", method: "GET", path: "/readyz", target: "/readyz", status: 200},
	{name: "metrics", method: "GET", path: "/metrics", target: "/metrics", status: 200},
	{name: "no file", method: "GET", path: "/static/{path}", target: "/static/0/js/app.js", status: 404},
	{name: "QR code", method: "GET", path: "/rooms/{room}/qr.svg", target: "/rooms/tea/qr.svg", status: 200},
	{name: "Atom", method: "GET", path: "/rooms/{room}.atom", target: "/rooms/tea.atom", status: 200},
	{name: "JSON Feed", method: "GET", path: "/rooms/{room}.json", target: "/rooms/tea.json", status: 200},
	{name: "feed of no room", method: "GET", path: "/rooms/{room}.json", target: "/rooms/a.b.json", status: 422},
	{name: "link of nobody", method: "POST", path: "/identity/link", target: "/identity/link", status: 403},
	{name: "link that is over", method: "GET", path: "/link/{code}", target: "/link/x", header: http.Header{"Accept": {"text/html"}}, status: 410},
	{name: "use of it", method: "POST", path: "/link/{code}", target: "/link/x", status: 410},
	{name: "code of it", method: "GET", path: "/link/{code}/qr.svg", target: "/link/x/qr.svg", status: 410},
	{name: "hook of nobody", method: "POST", path: "/hooks/{secret}", target: "/hooks/plh_x", header: jsonType, body: `{"text":"hi"}`, status: 404},
	{name: "below it", method: "PUT", path: "/hooks/{secret}/{path}", target: "/hooks/plh_x/topic", body: "hi", status: 401},
	{name: "icon", method: "GET", path: "/favicon.ico", target: "/favicon.ico", status: 200},
}

var jsonType = http.Header{"Content-Type": {"application/json"}}

func TestAnswersAreAsDescribed(t *testing.T) {
	for _, text := range []string{typeHTML, typeNDJSON, "image/svg+xml", "application/atom+xml"} {
		openapi3filter.RegisterBodyDecoder(text, openapi3filter.PlainBodyDecoder)
	}
	doc := loadDocument(t)
	_, server := newDocumented(t, 0)
	for _, x := range exchanges { // in this order: the history is what was sent before
		t.Run(x.name, func(t *testing.T) { x.check(t, doc, x.answer(t, server.URL)) })
	}
}

// What has become of messages is described too.
func TestMessagesAreAsDescribed(t *testing.T) {
	doc := loadDocument(t)
	chat, server := newDocumented(t, 0)
	built(t, chat)
	happen(t, chat, aStory...)
	for seq, status := range map[int]int{1: 410, 2: 200, 3: 200, 99: 404} {
		x := exchange{method: "GET", path: "/messages/{id}", target: fmt.Sprintf("/messages/%s-%d", chat.Store.Epoch(), seq), status: status}
		x.check(t, doc, x.answer(t, server.URL))
	}
	rooms := exchange{method: "GET", path: "/rooms", target: "/rooms?user_name=p1", status: 200}
	rooms.check(t, doc, rooms.answer(t, server.URL))
	history := exchange{method: "GET", path: "/messages", target: "/messages", status: 200}
	history.check(t, doc, history.answer(t, server.URL))
}

func TestRefusalsAreAsDescribed(t *testing.T) {
	doc := loadDocument(t)
	chat, server := newDocumented(t, 1)
	post := exchange{method: "POST", path: "/messages", target: "/messages", body: "hello", status: 429}
	answer := post.answer(t, server.URL)
	for answer.StatusCode == http.StatusCreated { // until two fall into the same second
		answer = post.answer(t, server.URL)
	}
	post.check(t, doc, answer)

	chat.Drain()
	ready := exchange{method: "GET", path: "/readyz", target: "/readyz", status: 503}
	ready.check(t, doc, ready.answer(t, server.URL))
}

func (x exchange) answer(t *testing.T, base string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), x.method, base+x.target, strings.NewReader(x.body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, x.header)
	response, err := http.DefaultTransport.RoundTrip(request) // a Client would follow the redirection
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

// check compares an answer of the server with what the document says of it.
func (x exchange) check(t *testing.T, doc *openapi3.T, answer *http.Response) {
	t.Helper()
	if answer.StatusCode != x.status {
		t.Fatalf("status = %d, want %d", answer.StatusCode, x.status)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	item := doc.Paths.Value(x.path)
	if item == nil {
		t.Fatalf("the document does not have path %s", x.path)
	}
	operation := item.GetOperation(x.method)
	described := operation.Responses.Status(x.status)
	if described == nil {
		t.Fatalf("the document does not have status %d", x.status)
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: answer.Request,
			Route:   &routers.Route{Spec: doc, Path: x.path, PathItem: item, Method: x.method, Operation: operation},
		},
		Status: answer.StatusCode, Header: answer.Header, Body: io.NopCloser(bytes.NewReader(body)),
	})
	if err != nil {
		t.Error(err)
	}
	var value any
	if json.Unmarshal(body, &value) == nil {
		checkMembers(t, described.Value.Content.Get(answer.Header.Get("Content-Type")).Schema.Value, value)
	}
}

// checkMembers looks for members of objects that the schema does not name. The
// schemas themselves let such pass, as clients must.
func checkMembers(t *testing.T, schema *openapi3.Schema, value any) {
	t.Helper()
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			checkMembers(t, schema.Items.Value, item)
		}
	case map[string]any:
		for name, member := range value {
			property := propertyOf(schema, name)
			if property == nil {
				t.Errorf("the document does not have member %q", name)
				continue
			}
			checkMembers(t, property, member)
		}
	}
}

func propertyOf(schema *openapi3.Schema, name string) *openapi3.Schema {
	if property := schema.Properties[name]; property != nil {
		return property.Value
	}
	for _, part := range schema.AllOf {
		if property := propertyOf(part.Value, name); property != nil {
			return property
		}
	}
	return nil
}

// eventSchemas are the schemas of the events' data, as the table in the
// document's EventStream has them.
var eventSchemas = map[string]string{
	"hello": "Hello", "my response": "Message", "presence": "Presence", "typing": "Typing", "activity": "Activity", "gap": "Gap",
}

func TestEventsAreAsDescribed(t *testing.T) {
	doc := loadDocument(t)
	response := doc.Components.Responses["EventStream"].Value
	example := response.Content["text/event-stream"].Example.(string)
	checkEvents(t, doc, strings.NewReader(example))

	for event, schema := range eventSchemas {
		if row := "| `" + event + "` | " + schema + " |"; !strings.Contains(*response.Description, row) {
			t.Errorf("the table of events lacks %q", row)
		}
	}

	_, server := newDocumented(t, 0)
	stream := exchange{method: "GET", target: "/events?since=garbage&user_name=Mina&activity"}.answer(t, server.URL)
	if got := stream.Header.Get("Content-Type"); response.Content.Get(got) == nil {
		t.Errorf("the document does not have type %q", got)
	}
	exchange{method: "POST", target: "/messages", body: "hello"}.answer(t, server.URL)
	exchange{method: "POST", target: "/rooms/lobby/idle?user_name=Mina", header: jsonType, body: `{"idle":true}`}.answer(t, server.URL)
	exchange{method: "POST", target: "/rooms/lobby/typing?user_name=Jun"}.answer(t, server.URL)
	checkEvents(t, doc, stream.Body)
}

// checkEvents reads a stream until it has seen every kind of event.
func checkEvents(t *testing.T, doc *openapi3.T, stream io.Reader) {
	t.Helper()
	events := eventstream.NewReader(stream)
	for seen := map[string]bool{}; len(seen) < len(eventSchemas); {
		event, err := events.Next()
		if err != nil {
			t.Fatalf("%v; so far: %v", err, seen)
		}
		seen[event.Type] = true
		schema := doc.Components.Schemas[eventSchemas[event.Type]]
		if schema == nil {
			t.Fatalf("event %q is not described", event.Type)
		}
		var data any
		if err := json.Unmarshal([]byte(event.Data), &data); err != nil {
			t.Fatal(err)
		}
		if err := schema.Value.VisitJSON(data, openapi3.EnableJSONSchema2020()); err != nil {
			t.Errorf("event %q: %v", event.Type, err)
		}
		checkMembers(t, schema.Value, data)
	}
}
