package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store"
)

// Names in a stream's metadata.
const (
	epochKey = "plainchat-epoch"
	idKey    = "plainchat-id"    // tells the stream from others of the epoch
	movedKey = "plainchat-moved" // the last place of the log that was moved into it; absent if none was
	stateKey = "plainchat-state" // why no log may follow the stream; absent if logs may
)

// What a stream is that no log may follow.
const (
	stateMoving = "moving" // a log is being moved into it
	stateLeft   = "left"   // its log was moved away
)

// open opens the stream, or makes it. Of two who make it at the same time one is the first.
func (j *Journal) open(ctx context.Context, epoch string) error {
	said := ""
	for {
		err := j.tryOpen(ctx, epoch)
		switch {
		case err == nil:
			return nil
		case isLasting(err):
			return err
		case ctx.Err() != nil:
			return fmt.Errorf("cluster: the stream %q: %w", j.opts.Stream, err)
		case err.Error() != said:
			said = err.Error()
			j.opts.Logger.Warn("the chat's stream cannot be opened yet; trying again", "err", err)
		}
		select {
		case <-time.After(reconnectEvery):
		case <-ctx.Done():
		}
	}
}

func (j *Journal) tryOpen(ctx context.Context, epoch string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*attempt)
	defer cancel()
	stream, err := j.js.Stream(ctx, j.opts.Stream)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		if j.opts.Existing {
			return locale.NewError("cli.nats.no_stream", "stream", j.opts.Stream)
		}
		stream, err = j.js.CreateStream(ctx, j.config(epoch))
		if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			stream, err = j.js.Stream(ctx, j.opts.Stream)
		}
	}
	if err != nil {
		return explained(err)
	}
	switch state, err := j.use(stream); {
	case err != nil:
		return err
	case state == stateMoving:
		return locale.NewError("cli.replica.moving")
	case state == stateLeft:
		return locale.NewError("cli.replica.moved")
	case stream.CachedInfo().Config.Replicas == 1:
		j.opts.Logger.Warn("the chat is kept on one NATS server only: that is for development, as its disk is the only one")
	}
	return nil
}

// use has the journal be a stream that is there, and returns what the stream is.
func (j *Journal) use(stream jetstream.Stream) (state string, err error) {
	config := stream.CachedInfo().Config
	j.stream, j.epoch = stream, config.Metadata[epochKey]
	if j.epoch == "" {
		return "", locale.NewError("cli.nats.stream", "stream", j.opts.Stream)
	}
	moved, _ := strconv.ParseUint(config.Metadata[movedKey], 10, 64)
	j.origin = store.Origin{ID: config.Metadata[idKey], First: max(1, config.FirstSeq), Moved: moved}
	return config.Metadata[stateKey], nil
}

// explained makes sentences of what does not go away by itself.
func explained(err error) error {
	api, _ := errors.AsType[*jetstream.APIError](err)
	switch {
	case errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		return locale.NewError("cli.nats.account")
	case api != nil && api.ErrorCode == noReplicas:
		return locale.NewError("cli.nats.replicas")
	}
	return err
}

// isLasting reports whether an error is one of those.
func isLasting(err error) bool {
	_, is := errors.AsType[*locale.Error](err)
	return is
}

// noReplicas is what JetStream answers where one server is to have a stream of several.
const noReplicas jetstream.ErrorCode = 10074

// config is what the stream is made with. It refuses what it has no room for: nothing is removed
// for something new.
func (j *Journal) config(epoch string) jetstream.StreamConfig {
	limit := j.opts.MaxBytes
	if limit == 0 {
		limit = -1
	}
	id := store.NewEpoch() // of the same form
	return jetstream.StreamConfig{
		Name: j.opts.Stream, Subjects: []string{j.logOf(id) + ">"},
		Storage: jetstream.FileStorage, Replicas: j.opts.Replicas, Retention: jetstream.LimitsPolicy,
		Discard: jetstream.DiscardNew, MaxBytes: limit,
		AllowDirect: true, AllowAtomicPublish: true,
		RePublish: &jetstream.RePublish{Source: j.logOf(id) + ">", Destination: j.tailOf(id) + ">"},
		Metadata:  map[string]string{epochKey: epoch, idKey: id},
	}
}

// subjectOf is where a record is published: by what becomes of it in time, and by its room.
func (j *Journal) subjectOf(r store.Record) string {
	class := passing
	if r.Kept() {
		class = kept
	}
	return j.logOf(j.origin.ID) + class + hashOf(r.Draft.Room)
}

// logOf begins the subjects of the records of a stream by its id, and tailOf those of what is told of them as they are stored: in
// a stream that was made anew with the same name, nobody writes to what is not theirs, or reads that.
func (j *Journal) logOf(id string) string  { return j.opts.Stream + ".log." + id + "." }
func (j *Journal) tailOf(id string) string { return j.opts.Stream + ".tail." + id + "." }

// hashOf stands for a room in a subject: a room may have any letters, and a subject only some.
func hashOf(room chat.Room) string {
	sum := sha256.Sum256([]byte(room))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Subjects of what retention removes, and of what stays.
const (
	passing = "passing."
	kept    = "kept."
)

// Bounds implements store.Journal. It is the leader that answers.
func (j *Journal) Bounds(ctx context.Context) (first, last uint64, err error) {
	if err := j.link.await(ctx); err != nil {
		return 0, 0, err
	}
	first, last, err = j.askBounds(ctx)
	j.goElsewhere(err)
	return first, last, err
}

func (j *Journal) askBounds(ctx context.Context) (first, last uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	info, err := j.stream.Info(ctx)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		return 0, 0, fmt.Errorf("%w: %w", store.ErrReplaced, err)
	case err != nil:
		return 0, 0, fmt.Errorf("%w: %w", store.ErrNoLeader, err)
	case info.Cluster != nil && info.Cluster.Leader == "": // without one, any server tells what it has
		return 0, 0, store.ErrNoLeader
	case info.Config.Metadata[idKey] != j.origin.ID:
		return 0, 0, fmt.Errorf("%w: its epoch is %q, and was %q", store.ErrReplaced, info.Config.Metadata[epochKey], j.epoch)
	}
	return info.State.FirstSeq, info.State.LastSeq, nil
}

// Erase implements store.Journal. The stream overwrites it on every server; the servers' own logs
// have it until they are compacted, which takes minutes under traffic.
func (j *Journal) Erase(ctx context.Context, seq uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 2*attempt)
	defer cancel()
	if stands, err := j.stands(ctx, seq); err != nil || !stands { // to erase what is gone costs the servers as much
		return err
	}
	err := j.stream.SecureDeleteMsg(ctx, seq)
	if failed, is := errors.AsType[*jetstream.APIError](err); is && failed.ErrorCode == noMessage {
		return nil
	}
	return err
}

// stands asks the leader whether there is something at a place. What is of another epoch is not to be touched.
func (j *Journal) stands(ctx context.Context, seq uint64) (bool, error) {
	reply, err := j.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+j.opts.Stream, fmt.Appendf(nil, `{"seq":%d}`, seq))
	if err != nil {
		return false, unavailable(err)
	}
	var got struct {
		Message struct {
			Subject string `json:"subject"`
		} `json:"message"`
		Error *jetstream.APIError `json:"error"`
	}
	err = json.Unmarshal(reply.Data, &got)
	switch {
	case err != nil:
		return false, unavailable(err)
	case got.Error == nil && !strings.HasPrefix(got.Message.Subject, j.logOf(j.origin.ID)):
		return false, store.ErrReplaced
	case got.Error == nil:
		return true, nil
	case got.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return false, nil
	}
	return false, unavailable(got.Error)
}

// Trim implements store.Journal.
func (j *Journal) Trim(ctx context.Context, upto uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 10*attempt)
	defer cancel()
	return j.stream.Purge(ctx, jetstream.WithPurgeSequence(upto+1), jetstream.WithPurgeSubject(j.logOf(j.origin.ID)+passing+">"))
}

// noMessage is what JetStream answers for a place that has nothing.
const noMessage jetstream.ErrorCode = 10057
