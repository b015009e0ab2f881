package mcp

import (
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// addTools adds what an assistant can do.
func addTools(s *sdk.Server, t tools) {
	reads := func(title string) *sdk.ToolAnnotations {
		return &sdk.ToolAnnotations{Title: title, ReadOnlyHint: true, OpenWorldHint: new(false)}
	}
	writes := func(title string) *sdk.ToolAnnotations {
		return &sdk.ToolAnnotations{Title: title, DestructiveHint: new(false), OpenWorldHint: new(false)}
	}
	sdk.AddTool(s, &sdk.Tool{
		Name: "send", Annotations: writes("Send a message"),
		Description: "Sends a message to a room of the chat, where people read it at once.",
	}, t.send)
	sdk.AddTool(s, &sdk.Tool{
		Name: "read", Annotations: reads("Read messages"),
		Description: "Reads messages of a room, the oldest first: the newest ones, or those before or after one.",
	}, t.read)
	sdk.AddTool(s, &sdk.Tool{
		Name: "search", Annotations: reads("Search messages"),
		Description: "Finds messages by words in them and by who wrote them, the newest first.",
	}, t.search)
	sdk.AddTool(s, &sdk.Tool{
		Name: "rooms", Annotations: reads("List rooms"),
		Description: "Lists the rooms, those with the newest messages first.",
	}, t.rooms)
	sdk.AddTool(s, &sdk.Tool{
		Name: "ask", Annotations: writes("Ask people"),
		Description: "Asks the people in a room a question with buttons to answer it, and waits for the answer for a while. " +
			"If nobody has answered by then, the question stays open, and answer_of tells later how it stands.",
	}, t.ask)
	sdk.AddTool(s, &sdk.Tool{
		Name: "answer_of", Annotations: reads("Look for an answer"),
		Description: "Tells how it stands with a question that was asked before, and waits for the answer for a while.",
	}, t.answerOf)
}
