package handlers

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
)

// The position before the first event is one like any other.
func TestPagesFromTheVeryBeginning(t *testing.T) {
	s := newUnlistened(t, 0)
	for range 5 {
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: "me"}, Body: chat.Message{Text: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	zero := chat.ID{Epoch: s.Store.Epoch()}.String()
	for query, want := range map[string][]uint64{
		"limit=2":                {4, 5},
		"limit=2&after=" + zero:  {1, 2},
		"limit=2&before=" + zero: {},
		"after=" + zero:          {1, 2, 3, 4, 5},
	} {
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/messages?"+query, nil))
		var page struct {
			Messages []struct{ Seq uint64 }
		}
		if err := json.NewDecoder(answer.Body).Decode(&page); err != nil || answer.Code != http.StatusOK {
			t.Fatalf("%s: %d, %v", query, answer.Code, err)
		}
		got := []uint64{}
		for _, m := range page.Messages {
			got = append(got, m.Seq)
		}
		if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
		link := strings.Join(answer.Header().Values("Link"), " ")
		if strings.Contains(query, "limit=2&after") && !strings.Contains(link, `rel="next"`) {
			t.Errorf("%s: the Link header %q leads no further", query, link)
		}
	}
}
