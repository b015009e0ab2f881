package service

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"plainchat/chat"
	"plainchat/policy"
)

// Report is Put for something that ends and may begin again: it is told of under one name, and each time that
// it begins anew, after it was chat.Resolved, has a message of its own, that people are told of. One whose
// message somebody has deleted has a new one too, if it is still chat.Firing; else the error is policy.Deleted.
//
// The draft's Key is the name. The keys of its messages are that, a dot, and a number that counts up.
func (s *Service) Report(ctx context.Context, c policy.Caller, d chat.Draft, status chat.Status) (ev chat.Event, written bool, err error) {
	name := d.Key + "."
	d.Key = name
	last, found, err := s.log.Last(ctx, d)
	if err != nil {
		return chat.Event{}, false, err
	}
	n := 0
	if found {
		n, _ = strconv.Atoi(strings.TrimPrefix(last.Key, name)) // 0 for a key that is none of these
		if status.State == chat.Firing && s.isOver(ctx, last) {
			n++
		}
	}
	d.Key = fmt.Sprintf("%s%08d", name, n)
	return s.Put(ctx, c, d, status)
}

// isOver reports whether what a message tells of has ended, or the message is no more. Where that is not known, it
// goes on: news in an older message are better than a message for each.
func (s *Service) isOver(ctx context.Context, ev chat.Event) bool {
	if _, erased := ev.Body.(chat.Erased); erased || s.standing == nil {
		return erased
	}
	_, stands, err := s.standing.Stands(ctx, ev.ID.Seq)
	return err == nil && stands.State == chat.Resolved
}
