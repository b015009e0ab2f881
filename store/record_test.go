package store_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

func someRecords() []store.Record {
	records := []store.Record{{ID: store.NewRecordID(), Void: true, Time: time.UnixMilli(1).UTC()}, {ID: store.NewRecordID(), Void: true, Expired: 1 << 40}, {Void: true, End: true}, {Void: true, Past: &store.Past{Upto: 1}}}
	for _, kind := range chat.Kinds {
		d := chat.Draft{Room: "방", From: chat.Person{ID: "g1", Name: "지민"}, Key: "k\u2028", Body: kind.Sample}
		records = append(records,
			store.Record{ID: store.NewRecordID(), Draft: d},
			store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Body: kind.Sample, Claims: true, Unseen: 300}, Time: time.UnixMilli(-5).UTC()},
			store.Record{ID: store.NewRecordID(), Draft: d, Claim: true, Target: &store.Tombstone{Kind: kind, From: d.From, Time: time.UnixMilli(7).UTC(), Key: "k"}},
			store.Record{Draft: d, Settled: true, Time: time.UnixMilli(9).UTC()},
			store.Record{Draft: chat.Draft{Body: chat.Erased{Was: kind}}, Settled: true, Target: &store.Tombstone{Kind: kind, Time: time.UnixMilli(0).UTC(), Room: "straße"}},
			store.Record{Void: true, Past: &store.Past{Upto: 1 << 20, Events: []chat.Event{
				{ID: chat.ID{Seq: 3}, Time: time.UnixMilli(1).UTC(), Room: "r", From: d.From, Key: "\x01made", Body: kind.Sample},
				{ID: chat.ID{Seq: 1 << 20}, Time: time.UnixMilli(2).UTC(), Body: chat.Erased{Was: kind}},
			}}},
		)
	}
	return records
}

func TestRecord(t *testing.T) {
	for _, want := range someRecords() {
		data := want.Append(nil)
		got, err := store.ParseRecord(data)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
		for i := range data {
			damaged := bytes.Clone(data)
			damaged[i] ^= 0x10
			if _, err := store.ParseRecord(damaged); !errors.Is(err, store.ErrRecord) {
				t.Errorf("byte %d of %+v can be damaged: %v", i, want, err)
			}
			if _, err := store.ParseRecord(data[:i]); !errors.Is(err, store.ErrRecord) {
				t.Errorf("%+v can be cut short: %v", want, err)
			}
		}
	}
}

// What a newer program has written is not taken for damage.
func TestNewerRecord(t *testing.T) {
	for _, change := range []func([]byte){
		func(data []byte) { data[0]++ },
		func(data []byte) { data[store.RecordHead] |= 0x80 },
		func(data []byte) { copy(data[bytes.Index(data, []byte("message")):], "massage") },
	} {
		data := store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", Body: chat.Message{Text: "hi"}}}.Append(nil)
		change(data)
		if _, err := store.ParseRecord(store.SealRecord(data)); !errors.Is(err, store.ErrNewer) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

// FuzzParseRecord puts anything behind a right checksum.
func FuzzParseRecord(f *testing.F) {
	for _, r := range someRecords() {
		f.Add(r.Append(nil)[store.RecordHead:])
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		r, err := store.ParseRecord(store.SealRecord(append([]byte{1, 0, 0, 0, 0}, rest...)))
		if err != nil {
			return
		}
		again, err := store.ParseRecord(r.Append(nil))
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("%+v became %+v, %v", r, again, err)
		}
	})
}
