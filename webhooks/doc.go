// Package webhooks tells other programs of messages: it posts them to addresses that the
// operator has given, signed as the specification Standard Webhooks has it
// (https://www.standardwebhooks.com), or in the form of Slack's outgoing webhooks.
//
// What is to be delivered follows from the log: a view has a row for each message that a
// webhook asks for, until an event of the kind delivery says what has come of it. There is no
// queue in memory, so that no restart loses a delivery. Each is made at least once; the header
// webhook-id is the same for every try, for receivers to know what they had before.
package webhooks
