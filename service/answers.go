package service

import (
	"context"
	"errors"

	"plainchat/chat"
	"plainchat/policy"
)

// errNoAsks is the state of a question where nobody keeps any.
var errNoAsks = errors.New("service: nobody knows the questions")

// Answered is the refusal of an answer that came too late: policy.Answered or policy.Expired to errors.Is.
type Answered struct {
	policy.Asked
}

func (a *Answered) Error() string { return a.Over().Error() }
func (a *Answered) Unwrap() error { return a.Over() }

// asked returns what there is at a message that somebody makes a question, or answers; nil if it is none.
func (s *Service) asked(ctx context.Context, of uint64, by chat.Person) (*policy.Asked, error) {
	if s.asks == nil {
		return nil, errNoAsks
	}
	return s.asks.Asked(ctx, of, by)
}

// settle returns nil if an answer that is in the log counts, and an *Answered if another was faster. Of those that
// were let in at the same moment the log's order decides, which is the same for all who read it.
func (s *Service) settle(ctx context.Context, ev chat.Event, answer chat.Answer) error {
	asked, err := s.asked(ctx, answer.Of, ev.From)
	switch {
	case err != nil:
		return err
	case asked == nil: // deleted since
		return policy.NoQuestion
	case asked.Answer == 0, asked.Answer == ev.ID.Seq, asked.Poll && ev.ID.Seq < asked.Answer:
		return nil
	}
	return &Answered{*asked}
}
