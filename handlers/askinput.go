package handlers

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"plainchat/chat"
)

// askInput is a question as a client sends it.
type askInput struct {
	UserName string   `json:"user_name"`
	Message  string   `json:"message"`
	ClientID string   `json:"client_id"`
	ReplyTo  string   `json:"reply_to"`
	Choices  []string `json:"choices"`
	From     []string `json:"from"`
	Wait     waitTime `json:"wait"`
	Default  string   `json:"default"`
	Poll     bool     `json:"poll"`
}

// receiveAsk reads a question while its body counts.
func (s *Server) receiveAsk(w http.ResponseWriter, r *http.Request) (askInput, error) {
	size, err := s.takeBody(r, maxBody)
	if err != nil {
		return askInput{}, err
	}
	defer s.returnBody(r, size)
	return readAsk(w, r)
}

// readAsk reads a question from JSON or a form.
func readAsk(w http.ResponseWriter, r *http.Request) (in askInput, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return in, unreadable(err)
	}
	if err := checkUTF8(body); err != nil {
		return in, err
	}
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what is wrong is no type of ours
	switch {
	case mediaType == "application/json":
		err = json.Unmarshal(body, &in, json.RejectUnknownMembers(true))
	case mediaType != typeForm:
		return in, errMediaType
	case isJSONObject(string(body)):
		return in, badField("message", "not_a_form", "problem.json_as_form")
	default:
		return in, in.readForm(string(body))
	}
	if invalid, ok := errors.AsType[*problem](err); ok {
		return in, invalid
	}
	if err != nil {
		p := malformed("problem.not_ask")
		p.cause = err
		return in, p
	}
	return in, nil
}

// readForm reads a form, in which choices and from may come several times.
func (in *askInput) readForm(body string) error {
	if strings.Count(body, "&") >= maxFields {
		return malformed("problem.form_too_many")
	}
	values, err := url.ParseQuery(body)
	if err != nil {
		return malformed("problem.form_escape")
	}
	single := map[string]*string{
		"user_name": &in.UserName, "message": &in.Message, "client_id": &in.ClientID, "reply_to": &in.ReplyTo, "default": &in.Default,
	}
	for name, given := range values {
		var err error
		switch {
		case name == "choices":
			in.Choices = given
		case name == "from":
			in.From = given
		case len(given) > 1:
			err = malformed("problem.form_twice", "name", clip(name))
		case name == "wait":
			in.Wait, err = parseWait(given[0])
		case name == "poll":
			in.Poll = given[0] != "false"
		case single[name] != nil:
			*single[name] = given[0]
		default:
			err = badField(clip(name), "unknown", "problem.ask_field")
		}
		if err != nil {
			return err
		}
	}
	return checkUTF8([]byte(strings.Join(append(append(in.Choices, in.From...), in.UserName, in.Message, in.Default), "")))
}

// ask checks what is asked, and for how long.
func (in *askInput) ask() (chat.Ask, error) {
	ask, err := chat.NewAsk(in.Choices, in.From, in.Default)
	ask.Poll = in.Poll
	if err == nil && in.Poll && in.Default != "" { // a poll has no one answer
		err = badField("default", "of_poll", "problem.default_of_poll")
	}
	return ask, err
}

// waitTime is for how long something is waited for; 0 if that was not said.
type waitTime time.Duration

// UnmarshalJSON implements json.Unmarshaler: a number of seconds, or a string as parseWait takes it.
func (t *waitTime) UnmarshalJSON(data []byte) (err error) {
	text := string(data)
	if bytes.HasPrefix(data, []byte(`"`)) {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	*t, err = parseWait(text)
	return err
}

// parseWait reads a duration as chat.ParseDuration does, or as a number of seconds.
func parseWait(text string) (waitTime, error) {
	d, err := chat.ParseDuration(text)
	if seconds, isNumber := strconv.ParseFloat(text, 64); isNumber == nil && seconds < chat.MaxAskTime.Seconds() {
		d, err = time.Duration(seconds*float64(time.Second)), nil
	}
	if err != nil || d < 0 || d > chat.MaxAskTime {
		return 0, badField("wait", "not_a_duration", "problem.not_wait")
	}
	return waitTime(d.Truncate(time.Millisecond)), nil
}
