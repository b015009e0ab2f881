package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plainchat/locale"
)

// TestFormOrText: `curl -d` calls everything a form, so what a person typed must be told
// from what a program filled in.
func TestFormOrText(t *testing.T) {
	for body, text := range map[string]string{
		"hello": "hello", "message": "message", "a&message": "a&message", "": "",
		"x = y": "x = y", "x=1": "x=1", "E=mc2": "E=mc2", "1+1=2": "1+1=2", "=": "=", "&": "&", "a==b": "a==b",
		"tea & cake = joy; 100%":        "tea & cake = joy; 100%",
		"https://example.com/?q=1&r=2":  "https://example.com/?q=1&r=2",
		"오늘=금요일":                        "오늘=금요일",
		"if (a == b && c) return":       "if (a == b && c) return",
		"{not json}":                    "{not json}",
		"[1]":                           "[1]",
		"user_name=a&message=b":         "b",
		"m%65ssage=hi%21":               "hi!",
		"message=x=y":                   "x=y",
		"message=one%0D%0Atwo&":         "one\r\ntwo",
		"client_id=&message=&user_name": "",
	} {
		if in, err := decodeForm(body); err != nil || in.text != text {
			t.Errorf("%q is the text %q, %v; want %q", body, in.text, err, text)
		}
	}
}

// TestFormThatIsNoMessage: a form made for another service is refused, and each of its
// fields named, where it would look like a text that nobody typed.
func TestFormThatIsNoMessage(t *testing.T) {
	for body, fields := range map[string]string{
		"payload=%7B%22text%22%3A%22hi%22%7D":  "payload unknown",
		`payload={"text": "hi there"}`:         "payload unknown",
		"text=hello world":                     "text unknown",
		"a=b&c=d":                              "a unknown, c unknown",
		"token=x&text=hi&user_name=Mina&text=": "text unknown, token unknown",
		"message=hi&channel=%23ci&icon=%0a":    "channel unknown, icon unknown",
		"data[text]=hi&data[at]=now":           "data[at] unknown, data[text] unknown",
		"message=hi&there":                     "there unknown",
		"message=hi&\x1b[2J=":                  "\ufffd[2J unknown",
	} {
		_, err := decodeForm(body)
		if err == nil {
			t.Errorf("%q: no error, want %s", body, fields)
			continue
		}
		var named []string
		for _, f := range problemOf(err).Errors {
			named = append(named, f.Field+" "+f.Code)
		}
		if got := strings.Join(named, ", "); got != fields {
			t.Errorf("%q: %s, want %s", body, got, fields)
		}
		if detail := problemOf(err).in(locale.English).Detail; strings.Count(detail, "user_name=Mina&message=hello") != 1 || !strings.HasPrefix(detail, "The form") {
			t.Errorf("%q: %q does not say once what to send", body, detail)
		}
	}
}

func TestFormOfThousands(t *testing.T) {
	var body strings.Builder
	for i := range 9000 {
		fmt.Fprintf(&body, "field%d=x&", i)
	}
	_, err := decodeForm(body.String())
	if p, ok := errors.AsType[*problem](err); !ok || len(p.Errors) != maxForeign {
		t.Errorf("%v", err)
	}
}

// TestJSONSentAsForm: curl -d '{…}' without a type is the commonest of mistakes.
func TestJSONSentAsForm(t *testing.T) {
	for _, body := range []string{
		`{"user_name":"Mina","message":"hello"}`, "\n {\"text\": \"hi\"}\n", `{}`, `{"message":"a","message":"b&message=c"}`,
	} {
		status, detail := refusal(second(decodeForm(body)))
		if status != http.StatusUnprocessableEntity || !strings.Contains(detail, "application/json") {
			t.Errorf("%q: %d %q", body, status, detail)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// FuzzForm: a form is a text as it was typed, or fields as they were filled in, or refused.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"hello", "a=b&c=d", "x=1", "payload=%7B%7D", `{"message":"hi"}`, "user_name=Mina&message=a%0D%0Ab", "m%65ssage=hi", "message=%zz", "message=a&message=b",
		"client_id=1&user_name=%ff&message=", "&&=&", "한글=한글", "message=a;b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := decodeForm(body)
		if err != nil {
			if p := problemOf(err); p.Status != http.StatusBadRequest && p.Status != http.StatusUnprocessableEntity {
				t.Errorf("%q: %d %v", body, p.Status, err)
			}
			return
		}
		if in.bare {
			if typed := strings.TrimSuffix(strings.TrimSuffix(body, "\n"), "\r"); in.text != typed || in.userName != "" || in.clientID != "" {
				t.Errorf("%q is read as %+v", body, in)
			}
			return
		}
		values, err := url.ParseQuery(body)
		if err != nil || in.text != values.Get("message") || in.userName != values.Get("user_name") || in.clientID != values.Get("client_id") {
			t.Errorf("%q is read as %+v, and as %v, %v", body, in, values, err)
		}
	})
}
