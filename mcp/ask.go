package mcp

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

const (
	// longestWait is how long a tool waits for an answer at most, and defaultWait unless the assistant says. Many
	// clients give up after a minute.
	longestWait, defaultWait = 5 * time.Minute, 45 * time.Second
	// sign is after how long without an answer the assistant gets a sign that it is still waited for.
	sign = 10 * time.Second
)

type askInput struct {
	Room     string   `json:"room" jsonschema:"the name of the room"`
	Question string   `json:"question" jsonschema:"what is asked"`
	Choices  []string `json:"choices" jsonschema:"the answers to choose from, up to 10, of a few words each"`
	From     []string `json:"from,omitempty" jsonschema:"the names of those whose answers count; without it, anybody's"`
	OpenFor  string   `json:"open_for,omitempty" jsonschema:"how long it can be answered, like 10m or 2h; without it, as long as it takes"`
	Default  string   `json:"default,omitempty" jsonschema:"the choice that counts if nobody answers while it is open"`
	Wait     *int     `json:"wait,omitempty" jsonschema:"how many seconds to wait for the answer, 0 to 300; 45 if it is left out"`
}

type answerInput struct {
	Room string `json:"room" jsonschema:"the name of the room"`
	ID   string `json:"id" jsonschema:"the id of the question"`
	Wait *int   `json:"wait,omitempty" jsonschema:"how many seconds to wait for the answer, 0 to 300; 45 if it is left out"`
}

// asked is a question, and how it stands with it.
type asked struct {
	ID   string   `json:"id" jsonschema:"the id of the question, for answer_of"`
	Room string   `json:"room"`
	Ask  question `json:"ask"`
}

func (t tools) ask(ctx context.Context, request *sdk.CallToolRequest, in askInput) (*sdk.CallToolResult, asked, error) {
	body := struct {
		Message string   `json:"message"`
		Choices []string `json:"choices"`
		From    []string `json:"from,omitempty"`
		Wait    string   `json:"wait,omitempty"`
		Default string   `json:"default,omitempty"`
	}{in.Question, in.Choices, in.From, in.OpenFor, in.Default}
	wait, err := waitFor(in.Wait)
	if err != nil {
		return nil, asked{}, err
	}
	var a asked
	if err := t.post(ctx, roomPath(in.Room, "/asks"), body, &a); err != nil {
		return nil, a, err
	}
	// It is asked, whatever becomes of the waiting.
	_ = t.await(ctx, request, &a, wait)
	return nil, a, nil
}

func (t tools) answerOf(ctx context.Context, request *sdk.CallToolRequest, in answerInput) (*sdk.CallToolResult, asked, error) {
	a := asked{ID: in.ID, Room: in.Room}
	wait, err := waitFor(in.Wait)
	if err != nil {
		return nil, a, err
	}
	if err := t.look(ctx, &a, 0); err != nil {
		return nil, a, err
	}
	_ = t.await(ctx, request, &a, wait) // it is known how it stood
	return nil, a, nil
}

// waitFor returns how long to wait for an answer.
func waitFor(seconds *int) (time.Duration, error) {
	if seconds == nil {
		return defaultWait, nil
	}
	wait := time.Duration(*seconds) * time.Second
	if wait < 0 || wait > longestWait {
		return 0, fmt.Errorf("wait is %d seconds; it can be 0 to %.0f", *seconds, longestWait.Seconds())
	}
	return wait, nil
}

// await waits until a question is no longer open, or for a time.
func (t tools) await(ctx context.Context, request *sdk.CallToolRequest, a *asked, wait time.Duration) error {
	begun := time.Now()
	for left := wait; left > 0 && a.Ask.State == "open"; left = wait - time.Since(begun) {
		if err := tell(ctx, request, wait-left, wait); err != nil {
			return err
		}
		if err := t.look(ctx, a, min(left, sign)); err != nil {
			return err
		}
	}
	return nil
}

// tell tells an assistant that wants to know it for how long it was waited, and how long it is at most.
func tell(ctx context.Context, request *sdk.CallToolRequest, waited, most time.Duration) error {
	token := request.Params.GetProgressToken()
	if token == nil {
		return nil
	}
	return request.Session.NotifyProgress(ctx, &sdk.ProgressNotificationParams{
		ProgressToken: token, Progress: waited.Seconds(), Total: most.Seconds(), Message: "waiting for the answer",
	})
}

// look reads how it stands with a question: at once, or when it is answered within a time.
func (t tools) look(ctx context.Context, a *asked, wait time.Duration) error {
	query := url.Values{"wait": {strconv.FormatFloat(wait.Seconds(), 'f', 3, 64)}}
	_, err := t.get(ctx, roomPath(a.Room, "/asks/"+url.PathEscape(a.ID)), query, a)
	return err
}
