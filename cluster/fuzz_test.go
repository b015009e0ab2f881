package cluster

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
)

// What comes over NATS may be damaged, or of somebody else: it changes nothing then.

// heldLog is a log that holds a message at each second position, up to 100, and has lost 50.
type heldLog struct{}

const heldUpto, heldLost = 100, 50

func (heldLog) Held(_ context.Context, from, upto uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for seq := from; seq <= min(upto, heldUpto); seq++ {
			e, err := store.Entry{Seq: seq, Record: sampleRecord()}, error(nil)
			if seq == heldLost {
				e, err = store.Entry{}, &store.Missing{From: seq, Upto: seq}
			} else if seq%2 == 1 {
				continue
			}
			if !yield(e, err) {
				return
			}
		}
		if upto > heldUpto {
			yield(store.Entry{}, &store.Missing{From: max(from, heldUpto+1), Upto: upto})
		}
	}
}

func (heldLog) Digest(_ context.Context, from, upto, step uint64) (store.Digest, error) {
	return store.Digest{First: 1, Applied: heldUpto, Sums: make([]store.Sum, (upto-from)/step+1)}, nil
}

func (heldLog) Reach(context.Context, uint64) (bool, error) { return true, nil }

func sampleRecord() store.Record {
	return store.Record{ID: store.RecordID{1}, Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "hello"}}}
}

func FuzzRepairQuestion(f *testing.F) {
	for _, seed := range []string{
		`{"spans":[{"from":1,"upto":3},{"from":5,"upto":5}]}`, `{"spans":[{"from":40,"upto":200}]}`, `{"spans":[]}`, `{}`, `{"spans":[{"from":3,"upto":1}]}`,
		`{"spans":[{"from":0,"upto":18446744073709551615}]}`, `{"spans":[{"from":9223372036854775807,"upto":9223372036854775807}]}`, `[`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, question []byte) {
		answer := holdingOf(t.Context(), heldLog{}, question)
		var w wanted
		if answer == nil || json.Unmarshal(question, &w) != nil {
			return
		}
		told := parseHolding(answer, w.Spans)
		if told == nil {
			t.Fatalf("%q is answered with %q, which is no answer", question, answer)
		}
		if left := outside(w.Spans, told.unknown); len(left) > 0 && left[len(left)-1].Upto > heldUpto {
			t.Errorf("%q: more is known than there is: %+v", question, left)
		}
	})
}

func FuzzRepairAnswer(f *testing.F) {
	spans := []span{{1, 10}, {20, 30}}
	question, err := json.Marshal(wanted{spans})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(holdingOf(context.Background(), heldLog{}, question))
	for _, seed := range []string{
		`{"entries":[],"unknown":[]}`, `{"entries":[],"unknown":[{"from":1,"upto":10},{"from":20,"upto":30}]}`, `{"entries":[],"unknown":[{"from":5,"upto":40}]}`,
		`{"entries":[{"seq":2,"time":"2026-01-01T00:00:00Z","record":"AQ=="}],"unknown":[]}`, `{"entries":null,"unknown":null}`, `{}`, `[]`, ``,
		`{"entries":[],"unknown":[{"from":1,"upto":18446744073709551615}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		told := parseHolding(answer, spans)
		if told == nil {
			return
		}
		last := uint64(0)
		for _, e := range told.entries {
			if e.Seq <= last || len(outside([]span{{e.Seq, e.Seq}}, spans)) > 0 {
				t.Errorf("%q tells of %d", answer, e.Seq)
			}
			last = e.Seq
		}
		if len(outside(told.unknown, spans)) > 0 {
			t.Errorf("%q tells of %+v", answer, told.unknown)
		}
	})
}

func FuzzDigest(f *testing.F) {
	for _, seed := range []string{
		`{"from":1,"upto":100,"step":10,"after":5}`, `{"from":1,"upto":18446744073709551615,"step":1}`, `{"from":1,"upto":1,"step":0}`, `{"from":0}`, `{"from":9,"upto":1,"step":1}`, ``,
	} {
		f.Add([]byte(seed), []byte(`{"node":"a","id":"b","first":1,"applied":9,"sums":[{"n":1,"crc":2}]}`))
	}
	f.Fuzz(func(t *testing.T, question, answer []byte) {
		var s summing
		own := digestOf(t.Context(), heldLog{}, question, "a", "b")
		if own == nil || json.Unmarshal(question, &s) != nil {
			return
		}
		if d := parseDigest(own, s); d == nil {
			t.Errorf("%q is answered with %q, which is no answer", question, own)
		}
		if d := parseDigest(answer, s); d != nil && uint64(len(d.Sums)) != (s.Upto-s.From)/s.Step+1 {
			t.Errorf("%q: there are %d sums", question, len(d.Sums))
		}
	})
}

func FuzzServerInfo(f *testing.F) {
	for _, seed := range []string{`INFO {"server_id":"A","server_name":"n1","version":"2.15.3","jetstream":true}`, `INFO {`, `INFO `, `HTTP/1.1 400 Bad Request`, ``, `INFO {"version":"2.-1.99999999999999999999"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if s, err := parseInfo(line); err == nil {
			_ = isOlder(s.Version, minVersion)
		}
	})
}

// knownListeners wants only rooms and names that there can be.
type knownListeners struct{ t *testing.T }

func (l knownListeners) Hear(_ string, changes []broker.Whereabouts)      { l.want(changes) }
func (l knownListeners) HearAll(_ string, everybody []broker.Whereabouts) { l.want(everybody) }
func (l knownListeners) Lose(string)                                      {}
func (l knownListeners) TellAll()                                         {}

func (l knownListeners) HearTyping(room chat.Room, names []chat.Name) {
	for _, name := range names {
		l.want([]broker.Whereabouts{{Room: room, Name: name}})
	}
}

func (l knownListeners) want(people []broker.Whereabouts) {
	for _, w := range people {
		if !isRoom(w.Room) || !isName(w.Name) {
			l.t.Errorf("it hears of %+v", w)
		}
	}
}

func FuzzPeople(f *testing.F) {
	for _, seed := range []string{
		`{"node":"a","number":1,"people":[{"room":"r","name":"me","here":true}]}`, `{"node":"a","number":1,"part":0,"parts":2,"people":[{"room":"r","name":"me"}]}`,
		`{"node":"a","number":2,"part":1,"parts":2}`, `{"node":"a","number":1,"gone":true}`, `{"node":"a","number":1,"part":-1,"parts":-1}`, `{"node":"a","room":"r","names":["me",""]}`,
		`{"node":"a","number":18446744073709551615,"people":[{"room":"no room","name":"\u0000"}]}`, `{"number":1}`, `null`, ``,
	} {
		f.Add([]byte(seed), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		p := newPeople(nil, "chat", slog.New(slog.DiscardHandler))
		p.local = knownListeners{t}
		for _, data := range [][]byte{first, second} {
			p.hear(data, time.Now())
			p.hearTyping(data)
		}
		p.loseSilent(time.Now().Add(time.Hour))
		if len(p.nodes) > 0 {
			t.Errorf("%d nodes are never forgotten", len(p.nodes))
		}
	})
}

func FuzzEntry(f *testing.F) {
	f.Add("7", "2026-01-01T00:00:00Z", sampleRecord().Append(nil))
	f.Add("", "", []byte{})
	f.Add("18446744073709551616", "never", []byte{1})
	f.Fuzz(func(t *testing.T, seq, at string, data []byte) {
		m := nats.NewMsg("chat.log.r")
		m.Header.Set("Nats-Sequence", seq)
		m.Header.Set("Nats-Time-Stamp", at)
		m.Data = data
		e, err := entryOf(m)
		if err == nil && e.Record.Draft.Body == nil && !e.Record.Void {
			t.Errorf("%q is a record of nothing", data)
		}
		if err == nil {
			if again, err := store.ParseRecord(e.Record.Append(nil)); err != nil || again.Draft != e.Record.Draft {
				t.Errorf("%q is read as %+v, and that as %+v, %v", data, e.Record, again, err)
			}
		}
	})
}
