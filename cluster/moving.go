package cluster

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"plainchat/locale"
	"plainchat/store"
)

// Mover is a stream that a log is moved into, or away from.
type Mover struct{ *Journal }

var (
	_ store.Destination = Mover{}
	_ store.Source      = Mover{}
)

// Dial connects to NATS for a move: Begin or Find comes next. Its errors are sentences.
func Dial(ctx context.Context, opts Options) (Mover, error) {
	j, err := dial(ctx, opts)
	return Mover{j}, err
}

// Begin implements store.Destination.
func (m Mover) Begin(ctx context.Context, epoch string, first, last uint64) (begun, done bool, err error) {
	err = m.again(ctx, func(ctx context.Context) error {
		stream, err := m.js.Stream(ctx, m.opts.Stream)
		begun = err == nil
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			config := m.config(epoch)
			config.FirstSeq, config.Metadata[stateKey], config.Metadata[movedKey] = first, stateMoving, strconv.FormatUint(last, 10)
			stream, err = m.js.CreateStream(ctx, config)
		}
		if err != nil {
			return explained(err)
		}
		state, err := m.use(stream)
		switch done = state == ""; {
		case err != nil:
			return err
		case m.epoch != epoch:
			return locale.NewError("cli.cluster.foreign", "stream", m.opts.Stream)
		case state == stateLeft:
			return locale.NewError("cli.migrate.left", "stream", m.opts.Stream)
		}
		return nil
	})
	return begun, done, err
}

// Resume implements store.Destination.
func (m Mover) Resume(ctx context.Context) (done bool, err error) {
	state, err := m.find(ctx)
	if err == nil && state == stateLeft {
		err = locale.NewError("cli.migrate.left", "stream", m.opts.Stream)
	}
	return state == "", err
}

// Find opens the stream of a chat that is to be moved away, or was.
func (m Mover) Find(ctx context.Context) error {
	state, err := m.find(ctx)
	if err == nil && state == stateMoving {
		err = locale.NewError("cli.replica.moving")
	}
	return err
}

func (m Mover) find(ctx context.Context) (state string, err error) {
	err = m.again(ctx, func(ctx context.Context) error {
		stream, err := m.js.Stream(ctx, m.opts.Stream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return locale.NewError("cli.migrate.no_stream", "stream", m.opts.Stream)
		} else if err != nil {
			return explained(err)
		}
		state, err = m.use(stream)
		return err
	})
	return state, err
}

// again tries something until it succeeds, or fails for good.
func (m Mover) again(ctx context.Context, try func(context.Context) error) error {
	for {
		attempted, cancel := context.WithTimeout(ctx, 5*attempt)
		err := try(attempted)
		cancel()
		if err == nil || isLasting(err) || ctx.Err() != nil {
			return err
		}
		m.opts.Logger.Warn("NATS does not do what is asked of it yet; trying again", "err", err)
		select {
		case <-time.After(reconnectEvery):
		case <-ctx.Done():
		}
	}
}

// expectedLast is the header of a message that is taken only after a place.
const expectedLast = "Nats-Expected-Last-Sequence"

// PublishAfter implements store.Destination.
func (m Mover) PublishAfter(ctx context.Context, last uint64, batch []store.Record) error {
	if err := m.link.await(ctx); err != nil {
		return err
	}
	messages := m.messages(batch)
	messages[0].Header.Set(expectedLast, strconv.FormatUint(last, 10))
	_, err := m.publish(ctx, messages)
	return err
}

// KeepSecret implements store.Destination.
func (m Mover) KeepSecret(ctx context.Context, secret []byte) error {
	return m.again(ctx, func(ctx context.Context) error {
		bucket, err := m.secrets(ctx)
		if err == nil {
			_, err = bucket.Put(ctx, secretName, secret)
		}
		return err
	})
}

// Remove implements store.Destination.
func (m Mover) Remove(ctx context.Context) error {
	return m.again(ctx, func(ctx context.Context) error {
		err := m.js.DeleteStream(ctx, m.opts.Stream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return nil
		}
		return err
	})
}

// Finish implements store.Destination.
func (m Mover) Finish(ctx context.Context) error { return m.setState(ctx, "") }

// MarkLeft implements store.Source.
func (m Mover) MarkLeft(ctx context.Context) error { return m.setState(ctx, stateLeft) }

func (m Mover) setState(ctx context.Context, state string) error {
	return m.again(ctx, func(ctx context.Context) error {
		info, err := m.stream.Info(ctx)
		if err != nil {
			return err
		}
		config := info.Config
		config.Metadata = maps.Clone(config.Metadata)
		if config.Metadata[stateKey] = state; state == "" {
			delete(config.Metadata, stateKey)
		}
		_, err = m.js.UpdateStream(ctx, config)
		return err
	})
}
