package cluster

import (
	"encoding/json"
	"testing"
	"time"
)

// Streams of one name in several accounts are told apart.
func TestCopiesOfSeveralAccounts(t *testing.T) {
	const told = `{"account_details":[
		{"name":"work","stream_detail":[{"name":"chat","created":"2026-01-01T00:00:00Z","state":{"messages":9,"first_seq":1,"last_seq":10}},{"name":"other"}]},
		{"name":"play","stream_detail":[{"name":"chat","created":"2026-01-02T00:00:00Z","state":{"messages":1,"first_seq":1,"last_seq":10}}]}]}`
	var streams monitoredStreams
	if err := json.Unmarshal([]byte(told), &streams); err != nil {
		t.Fatal(err)
	}
	copies := streams.copiesOf("chat")
	if len(copies) != 2 || copies[0].holes() != 1 || copies[1].holes() != 9 || !copies[1].created.Equal(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the copies are %+v", copies)
	}
}
