package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// secretName is the key of the secret in the bucket of the chat.
const secretName = "cookie"

// Secret returns the secret that all nodes of the chat share: the one that is given, if no node has
// given one before.
func (j *Journal) Secret(ctx context.Context, ours []byte) ([]byte, error) {
	for {
		secret, err := j.trySecret(ctx, ours)
		if err == nil {
			return secret, nil
		}
		select {
		case <-time.After(reconnectEvery):
		case <-ctx.Done():
			return nil, fmt.Errorf("cluster: the secret of the cookies: %w", err)
		}
	}
}

func (j *Journal) trySecret(ctx context.Context, ours []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*attempt)
	defer cancel()
	bucket, err := j.secrets(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := bucket.Create(ctx, secretName, ours); err == nil {
		return ours, nil
	} else if !errors.Is(err, jetstream.ErrKeyExists) {
		return nil, err
	}
	entry, err := bucket.Get(ctx, secretName)
	if err != nil {
		return nil, err
	}
	return entry.Value(), nil
}

// secrets opens the bucket of the chat, or makes it.
func (j *Journal) secrets(ctx context.Context) (jetstream.KeyValue, error) {
	bucket, err := j.js.KeyValue(ctx, j.opts.Stream+"-secrets")
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		bucket, err = j.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: j.opts.Stream + "-secrets", Replicas: j.opts.Replicas})
	}
	return bucket, err
}
