package program

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// hostile is a request that must be refused, and how.
type hostile struct {
	method, target string // POST /messages unless given
	header         http.Header
	body           string
	status         int
	code           string
	fields         string // those named in the answer, with their codes: "message empty"
}

func header(pairs ...string) http.Header {
	h := make(http.Header)
	for pair := range slices.Chunk(pairs, 2) {
		h.Add(pair[0], pair[1])
	}
	return h
}

var (
	asJSON = header("Content-Type", "application/json")
	asForm = header("Content-Type", "application/x-www-form-urlencoded")
	asText = header("Content-Type", "text/plain")
)

// object is a JSON object of strings.
func object(pairs ...string) string {
	members := make(map[string]string)
	for pair := range slices.Chunk(pairs, 2) {
		members[pair[0]] = pair[1]
	}
	body, err := json.Marshal(members)
	if err != nil {
		panic(err) // strings always have a JSON form
	}
	return string(body)
}

var hostileBodies = map[string]hostile{
	"too large":             {header: asText, body: strings.Repeat("a", 128<<10+1), status: 413, code: "too_large"},
	"too large JSON":        {header: asJSON, body: object("user_name", "a", "message", strings.Repeat("a", 128<<10)), status: 413, code: "too_large"},
	"XML":                   {header: header("Content-Type", "text/xml"), body: "<a/>", status: 415, code: "unsupported_media_type"},
	"multipart":             {header: header("Content-Type", "multipart/form-data; boundary=x"), body: "--x--", status: 415, code: "unsupported_media_type"},
	"HTML":                  {header: header("Content-Type", "text/html"), body: "a", status: 415, code: "unsupported_media_type"},
	"UTF-16 as it says":     {header: header("Content-Type", "text/plain; charset=utf-16"), body: "\xff\xfea\x00", status: 415, code: "unsupported_media_type"},
	"Latin-1 as it says":    {header: header("Content-Type", `text/plain; charset="ISO-8859-1"`), body: "a", status: 415, code: "unsupported_media_type"},
	"JSON in Shift_JIS":     {header: header("Content-Type", "application/json; charset=shift_jis"), body: object("user_name", "a", "message", "b"), status: 415, code: "unsupported_media_type"},
	"no US-ASCII":           {header: header("Content-Type", "text/plain; charset=us-ascii"), body: "é", status: 400, code: "malformed"},
	"UTF-16 without a mark": {header: asText, body: "a\x00b\x00c\x00", status: 400, code: "malformed"},
	"form of a webhook":     {header: asForm, body: `payload={"text": "hi"}`, status: 422, code: "invalid", fields: "payload unknown"},
	"form of others":        {header: asForm, body: "a=b&c=d", status: 422, code: "invalid", fields: "a unknown, c unknown"},
	"form without message":  {header: asForm, body: "user_name=Mina&client_id=1", status: 422, code: "invalid", fields: "message empty"},
	"JSON as a form":        {header: asForm, body: object("user_name", "a", "message", "b"), status: 422, code: "invalid", fields: "message not_a_form"},
	"no type at all":        {header: header("Content-Type", "nonsense;;"), body: "a", status: 415, code: "unsupported_media_type"},
	"text not UTF-8":        {header: asText, body: "a\xff", status: 400, code: "malformed"},
	"JSON not UTF-8":        {header: asJSON, body: "{\"user_name\":\"a\",\"message\":\"\xff\"}", status: 400, code: "malformed"},
	"form not UTF-8":        {header: asForm, body: "user_name=a&message=%ff", status: 400, code: "malformed"},
	"half a surrogate":      {header: asJSON, body: `{"user_name":"a","message":"\ud800"}`, status: 400, code: "malformed"},
	"duplicate key":         {header: asJSON, body: `{"user_name":"a","message":"b","message":"c"}`, status: 400, code: "malformed"},
	"duplicate escaped":     {header: asJSON, body: `{"user_name":"a","message":"b","m\u0065ssage":"c"}`, status: 400, code: "malformed"},
	"duplicate in form":     {header: asForm, body: "user_name=a&message=b&message=c", status: 400, code: "malformed"},
	"trailing data":         {header: asJSON, body: `{"user_name":"a","message":"b"}{}`, status: 400, code: "malformed"},
	"trailing brace":        {header: asJSON, body: `{"user_name":"a","message":"b"}}`, status: 400, code: "malformed"},
	"nested object":         {header: asJSON, body: `{"user_name":"a","message":{"a":"b"}}`, status: 400, code: "malformed"},
	"nested deep":           {header: asJSON, body: `{"message":` + strings.Repeat("[", 30000), status: 400, code: "malformed"},
	"truncated":             {header: asJSON, body: `{"user_name":"a","message":"b`, status: 400, code: "malformed"},
	"truncated after comma": {header: asJSON, body: `{"user_name":"a",`, status: 400, code: "malformed"},
	"nothing":               {header: asJSON, status: 400, code: "malformed"},
	"array":                 {header: asJSON, body: `["a"]`, status: 400, code: "malformed"},
	"bad escape in form":    {header: asForm, body: "user_name=a&message=%zz", status: 400, code: "malformed"},
	"semicolon in form":     {header: asForm, body: "user_name=a;message=b&message=c", status: 400, code: "malformed"},
	"two marks before JSON": {header: asJSON, body: "\ufeff\ufeff" + object("user_name", "a", "message", "b"), status: 400, code: "malformed"},
	"JSON as UTF-16":        {header: asJSON, body: "\xff\xfe{\x00}\x00", status: 400, code: "malformed"},
	"JSON of NULs":          {header: asJSON, body: "{\x00\"\x00", status: 400, code: "malformed"},
	"overlong in JSON":      {header: asJSON, body: "{\"user_name\":\"a\",\"message\":\"\xc0\xaf\"}", status: 400, code: "malformed"},
	"spaces and no JSON":    {header: asJSON, body: strings.Repeat(" ", 128<<10), status: 400, code: "malformed"},
	"spaces in JSON":        {header: asJSON, body: strings.Repeat(" ", 128<<10) + object("user_name", "a", "message", "b"), status: 413, code: "too_large"},
	"a string":              {header: asJSON, body: `"message"`, status: 400, code: "malformed"},
	"null alone":            {header: asJSON, body: `null`, status: 400, code: "malformed"},
	"arrays, deep":          {header: asJSON, body: strings.Repeat("[", 60000) + strings.Repeat("]", 5000), status: 400, code: "malformed"},
	"no number":             {header: asJSON, body: `{"user_name":"a","message":NaN}`, status: 400, code: "malformed"},
	"comment":               {header: asJSON, body: `{/**/"user_name":"a","message":"b"}`, status: 400, code: "malformed"},
	"comma at the end":      {header: asJSON, body: `{"user_name":"a","message":"b",}`, status: 400, code: "malformed"},
	"single quotes":         {header: asJSON, body: `{'user_name':'a','message':'b'}`, status: 400, code: "malformed"},
	"line break in JSON":    {header: asJSON, body: "{\"user_name\":\"a\",\"message\":\"a\nb\"}", status: 400, code: "malformed"},
	"compressed":            {header: header("Content-Type", "text/plain", "Content-Encoding", "gzip"), body: "a", status: 415, code: "unsupported_media_type"},
	"compressed twice":      {header: header("Content-Type", "text/plain", "Content-Encoding", "identity, br"), body: "a", status: 415, code: "unsupported_media_type"},
	"two types":             {header: header("Content-Type", "application/json, text/plain"), body: "a", status: 415, code: "unsupported_media_type"},
	"any type":              {header: header("Content-Type", "*/*"), body: "a", status: 415, code: "unsupported_media_type"},

	"empty text":         {header: asText, status: 422, code: "invalid", fields: "message empty"},
	"blank text":         {header: asText, body: " \n\t\u2003", status: 422, code: "invalid", fields: "message empty"},
	"all wrong":          {header: asJSON, body: object("user_name", "", "message", "", "client_id", "a b"), status: 422, code: "invalid", fields: "user_name empty, message empty, client_id bad_character"},
	"unseen text":        {header: asText, body: "\u200b\u2800\u3164", status: 422, code: "invalid", fields: "message empty"},
	"no name":            {header: asJSON, body: object("message", "a"), status: 422, code: "invalid", fields: "user_name empty"},
	"long name":          {header: asJSON, body: object("user_name", strings.Repeat("é", 41), "message", "a"), status: 422, code: "invalid", fields: "user_name too_long"},
	"long text":          {header: asText, body: strings.Repeat("a", 8001), status: 422, code: "invalid", fields: "message too_long"},
	"NUL":                {header: asJSON, body: object("user_name", "a", "message", "a\x00b"), status: 422, code: "invalid", fields: "message nul"},
	"long id":            {header: asJSON, body: object("user_name", "a", "message", "a", "client_id", strings.Repeat("a", 129)), status: 422, code: "invalid", fields: "client_id too_long"},
	"two ids":            {header: header("Content-Type", "application/json", "Idempotency-Key", "b"), body: object("user_name", "a", "message", "a", "client_id", "c"), status: 422, code: "invalid", fields: "client_id conflict"},
	"number":             {header: asJSON, body: `{"user_name":"a","message":1}`, status: 422, code: "invalid", fields: "message not_a_string"},
	"null":               {header: asJSON, body: `{"user_name":null,"message":"a"}`, status: 422, code: "invalid", fields: "user_name not_a_string"},
	"unknown":            {header: asJSON, body: object("user_name", "a", "message", "a", "admin", "yes"), status: 422, code: "invalid", fields: "admin unknown"},
	"wrong case":         {header: asJSON, body: object("User_Name", "a"), status: 422, code: "invalid", fields: "User_Name unknown"},
	"huge number":        {header: asJSON, body: `{"user_name":"a","message":1e999999999}`, status: 422, code: "invalid", fields: "message not_a_string"},
	"long number":        {header: asJSON, body: `{"user_name":"a","message":` + strings.Repeat("9", 60000) + `}`, status: 422, code: "invalid", fields: "message not_a_string"},
	"prototype":          {header: asJSON, body: object("user_name", "a", "message", "a", "__proto__", "b"), status: 422, code: "invalid", fields: "__proto__ unknown"},
	"objects, deep":      {header: asJSON, body: strings.Repeat(`{"a":`, 12000), status: 422, code: "invalid", fields: "a unknown"},
	"no field name":      {header: asJSON, body: `{"":"a"}`, status: 422, code: "invalid", fields: " unknown"},
	"steering field":     {header: asJSON, body: object("\x1b[2J\u009b2J\u202e", "a"), status: 422, code: "invalid", fields: "\ufffd[2J\ufffd2J\ufffd unknown"},
	"fields without end": {header: asForm, body: "user_name=a&message=b" + strings.Repeat("&x=1", 12000), status: 400, code: "malformed"},
	"many fields":        {header: asForm, body: "user_name=a&message=b" + strings.Repeat("&x=1", 9000), status: 422, code: "invalid", fields: "x unknown"},
	"name separates":     {header: asJSON, body: object("user_name", "a\u2028b", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"name turns":         {header: asJSON, body: object("user_name", "a\u202eb", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"name unseen":        {header: asJSON, body: object("user_name", "\u200b\u2060", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"name steers":        {header: asJSON, body: object("user_name", "a\x1b[2J", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"name with NUL":      {header: asJSON, body: object("user_name", "a\x00b", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"id with a break":    {header: asJSON, body: object("user_name", "a", "message", "a", "client_id", "a\r\nb"), status: 422, code: "invalid", fields: "client_id bad_character"},
	"id in a header":     {header: header("Content-Type", "text/plain", "Idempotency-Key", "a b"), body: "a", status: 422, code: "invalid", fields: "client_id bad_character"},
	"name of lines":      {header: asJSON, body: object("user_name", "a\r\nSet-Cookie: b=c", "message", "a"), status: 422, code: "invalid", fields: "user_name bad_character"},
	"name of a bell": {target: "/messages?user_name=%07", header: asText, body: "a", status: 422, code: "invalid",
		fields: "user_name bad_character"},
	"name in a query": {target: "/messages?user_name=a%0d%0aSet-Cookie:%20b=c", header: asText, body: "a", status: 422, code: "invalid",
		fields: "user_name bad_character"},
	"name in a broken word": {header: header("Content-Type", "text/plain", "User-Name", "=?utf-8?B?7KeA66+8"), body: "a", status: 422, code: "invalid",
		fields: "user_name bad_encoding"},
	"two names in headers": {header: header("Content-Type", "text/plain", "User-Name", "a", "User-Name", "b"), body: "a", status: 400, code: "malformed"},
	"name of Latin-1": {header: header("Content-Type", "text/plain", "User-Name", "\xe9"), body: "a", status: 422, code: "invalid",
		fields: "user_name not_utf8"},
}

var hostileRequests = map[string]hostile{
	"foreign host":      {header: header("Host", "evil.example"), body: "a", status: 421, code: "host_not_allowed"},
	"foreign host read": {method: "GET", target: "/messages", header: header("Host", "evil.example:80"), status: 421, code: "host_not_allowed"},
	"loopback as a name": {method: "GET", target: "/events", header: header("Host", "127.0.0.1.evil.example"), status: 421,
		code: "host_not_allowed"},
	"cross-site":              {header: header("Sec-Fetch-Site", "cross-site"), body: "a", status: 403, code: "cross_origin"},
	"same site":               {header: header("Sec-Fetch-Site", "same-site"), body: "a", status: 403, code: "cross_origin"},
	"other origin":            {header: header("Origin", "https://evil.example"), body: "a", status: 403, code: "cross_origin"},
	"opaque origin":           {header: header("Origin", "null"), body: "a", status: 403, code: "cross_origin"},
	"cross-site form":         {header: header("Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"), body: "user_name=a&message=b", status: 403, code: "cross_origin"},
	"form of an old browser":  {header: header("Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example"), body: "user_name=a&message=b", status: 403, code: "cross_origin"},
	"text form":               {header: header("Content-Type", "text/plain", "Origin", "http://127.0.0.1:1"), body: "a", status: 403, code: "cross_origin"},
	"cross-site beacon":       {header: header("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"), body: "a", status: 403, code: "cross_origin"},
	"claimed trust":           {header: header("Origin", "https://evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https"), body: "a", status: 403, code: "cross_origin"},
	"preflight":               {method: "OPTIONS", header: header("Origin", "https://evil.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"), status: 405, code: "method_not_allowed"},
	"trace":                   {method: "TRACE", status: 405, code: "method_not_allowed"},
	"made-up method":          {method: "SEND", status: 405, code: "method_not_allowed"},
	"method in small letters": {method: "post", body: "a", status: 405, code: "method_not_allowed"},
	"overridden method":       {method: "PUT", header: header("X-Http-Method-Override", "POST"), body: "a", status: 405, code: "method_not_allowed"},
	"no such address":         {method: "GET", target: "/nothing", status: 404, code: "not_found"},
	"slash at another host":   {method: "GET", target: "//evil.example/", status: 404, code: "not_found"},
	"slash at another server": {method: "GET", target: "/%2fevil.example/", status: 404, code: "not_found"},
	"slash after nothing":     {method: "GET", target: "/nothing/", status: 404, code: "not_found"},
	"slash, cross-site":       {target: "/messages/", header: header("Sec-Fetch-Site", "cross-site"), body: "a", status: 403, code: "cross_origin"},
	"double slash":            {method: "GET", target: "//messages", status: 404, code: "not_found"},
	"dots":                    {method: "GET", target: "/rooms/..", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped dots":            {method: "GET", target: "/rooms/%2e%2e", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped NUL":             {method: "GET", target: "/rooms/tea%00", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped slash":           {method: "GET", target: "/rooms/tea%2fink", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped slashes":         {method: "GET", target: "/rooms/%2e%2e%2f%2e%2e%2fetc%2fpasswd/messages", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped newline":         {method: "GET", target: "/rooms/a%0d%0aX-Evil:%20b/events", status: 422, code: "invalid", fields: "room bad_character"},
	"escaped not UTF-8":       {method: "GET", target: "/rooms/%ff", status: 422, code: "invalid", fields: "room not_utf8"},
	"escaped twice":           {method: "GET", target: "/rooms/%252e%252e", status: 422, code: "invalid", fields: "room bad_character"},
	"overlong dots":           {method: "GET", target: "/rooms/%c0%ae%c0%ae/messages", status: 422, code: "invalid", fields: "room not_utf8"},
	"overlong slash":          {method: "GET", target: "/rooms/a%e0%80%afb", status: 422, code: "invalid", fields: "room not_utf8"},
	"escaped surrogate":       {method: "GET", target: "/rooms/%ed%a0%80", status: 422, code: "invalid", fields: "room not_utf8"},
	"escaped backslash":       {method: "GET", target: "/rooms/..%5c..%5cetc", status: 422, code: "invalid", fields: "room bad_character"},
	"wide slash":              {method: "GET", target: "/rooms/a%ef%bc%8fb", status: 422, code: "invalid", fields: "room bad_character"},
	"unseen in a room":        {method: "GET", target: "/rooms/tea%e2%80%8b", status: 422, code: "invalid", fields: "room bad_character"},
	"mark in a room":          {method: "GET", target: "/rooms/%ef%bb%bftea", status: 422, code: "invalid", fields: "room bad_character"},
	"turned room":             {method: "GET", target: "/rooms/%e2%80%aetea", status: 422, code: "invalid", fields: "room bad_character"},
	"a mark alone":            {method: "GET", target: "/rooms/%cc%81", status: 422, code: "invalid", fields: "room bad_character"},
	"dots out of a room":      {method: "GET", target: "/rooms/tea/../../etc/passwd", status: 404, code: "not_found"},
	"escaped way in":          {method: "GET", target: "/%72ooms%2ftea", status: 404, code: "not_found"},
	"long room":               {target: "/rooms/" + strings.Repeat("a", 65) + "/messages", body: "a", status: 422, code: "invalid", fields: "room too_long"},
	"bad room to listen":      {method: "GET", target: "/events?room=tea&room=a.b", status: 422, code: "invalid", fields: "room bad_character"},
	"bad name to listen":      {method: "GET", target: "/events?user_name=a%0ab", status: 422, code: "invalid", fields: "user_name bad_character"},
	"too many rooms":          {method: "GET", target: "/events?" + strings.Repeat("room=a&", 17), status: 422, code: "invalid", fields: "room too_many"},
	"query cut short":         {method: "GET", target: "/events?room=secret%zz", status: 400, code: "malformed"},
	"one room of two":         {method: "GET", target: "/rooms/tea/events?room=a&room=%", status: 400, code: "malformed"},
	"query of semicolons":     {method: "GET", target: "/events?since=all;room=tea", status: 400, code: "malformed"},
	"name in a broken query":  {target: "/messages?user_name=Mina%zz", body: "a", status: 400, code: "malformed"},
	"broken, and not needed":  {target: "/messages?utm=%zz", header: asJSON, body: object("user_name", "a", "message", "b"), status: 400, code: "malformed"},
	"two names":               {target: "/messages?user_name=A&user_name=B", body: "a", status: 400, code: "malformed"},
	"the same name twice":     {target: "/messages?user_name=A&user%5Fname=A", body: "a", status: 400, code: "malformed"},
	"an empty name":           {target: "/messages?user_name=", body: "a", status: 422, code: "invalid", fields: "user_name empty"},
	"an empty listener":       {method: "GET", target: "/events?user_name=", status: 422, code: "invalid", fields: "user_name empty"},
	"an empty room":           {method: "GET", target: "/events?room=", status: 422, code: "invalid", fields: "room empty"},
	"a room without a value":  {method: "GET", target: "/events?room", status: 422, code: "invalid", fields: "room empty"},
	"two limits":              {method: "GET", target: "/messages?limit=1&limit=1000", status: 400, code: "malformed"},
	"two positions":           {method: "GET", target: "/rooms/tea/events?since=all&since=10m", status: 400, code: "malformed"},
	"follow twice":            {method: "GET", target: "/rooms/tea?follow&follow", status: 400, code: "malformed"},
	"room in the wrong place": {target: "/messages?room=tea", body: "a", status: 422, code: "invalid", fields: "room unknown"},
	"room of a history":       {method: "GET", target: "/messages?room=tea", status: 422, code: "invalid", fields: "room unknown"},
	"home in pieces":          {method: "GET", target: "/?before=%zz", status: 400, code: "malformed"},
	"query without end":       {method: "GET", target: "/events?" + strings.Repeat("&", 10_000), status: 400, code: "malformed"},
	"limit of no number":      {method: "GET", target: "/messages?limit=1e2", status: 422, code: "invalid", fields: "limit out_of_range"},
	"huge limit":              {method: "GET", target: "/messages?limit=99999999999999999999", status: 422, code: "invalid", fields: "limit out_of_range"},
	"huge position":           {method: "GET", target: "/messages?before=a-9223372036854775808", status: 422, code: "invalid", fields: "before not_an_id"},
	"negative position":       {method: "GET", target: "/messages?after=a--1", status: 422, code: "invalid", fields: "after not_an_id"},
	"limit":                   {method: "GET", target: "/messages?limit=1001", status: 422, code: "invalid", fields: "limit out_of_range"},
	"negative limit":          {method: "GET", target: "/messages?limit=-1", status: 422, code: "invalid", fields: "limit out_of_range"},
	"before nonsense":         {method: "GET", target: "/messages?before=x", status: 422, code: "invalid", fields: "before not_an_id"},
	"after another log":       {method: "GET", target: "/messages?after=other-1", status: 422, code: "invalid", fields: "after other_log"},
}

func TestHostileInput(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	before := s.texts("lobby")
	for name, h := range hostileBodies {
		h.method = "POST"
		if h.target == "" {
			h.target = "/messages"
		}
		t.Run(name, func(t *testing.T) { h.check(t, s) })
	}
	for name, h := range hostileRequests {
		if h.method == "" {
			h.method = "POST"
		}
		if h.target == "" {
			h.target = "/messages"
		}
		t.Run(name, func(t *testing.T) { h.check(t, s) })
	}
	if after := s.texts("lobby"); !slices.Equal(after, before) {
		t.Errorf("something was said: %q", after)
	}
}

// check sends it and holds the answer against what it must be.
func (h hostile) check(t *testing.T, s *server) {
	t.Helper()
	res, body, err := s.do(bounded(t), h.method, h.target, h.header, h.body)
	if err != nil {
		t.Fatal(err)
	}
	var problem struct {
		Status int
		Code   string
		Detail string
		Errors []struct{ Field, Code, Detail string }
	}
	if err := json.Unmarshal([]byte(body), &problem); err != nil {
		t.Fatalf("status %d, %v in %q", res.StatusCode, err, body)
	}
	var fields []string
	for _, e := range problem.Errors {
		fields = append(fields, e.Field+" "+e.Code)
		if e.Detail == "" {
			t.Errorf("no detail of %s", e.Field)
		}
	}
	got := hostile{status: res.StatusCode, code: problem.Code, fields: strings.Join(fields, ", ")}
	if got.status != h.status || got.code != h.code || got.fields != h.fields {
		t.Errorf("got %d %s (%s), want %d %s (%s)", got.status, got.code, got.fields, h.status, h.code, h.fields)
	}
	if problem.Status != res.StatusCode || problem.Detail == "" || res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s: %s", res.Header.Get("Content-Type"), body)
	}
	if len(res.Cookies()) > 0 || res.Header.Get("X-Evil") != "" || res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the header was written to: %v", res.Header)
	}
}
