package natstest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"plainchat/cluster/natstest"
)

// What links pass, they do not while they are cut: a leader without the others cannot store anything,
// and with one of them it can.
func TestCut(t *testing.T) {
	c := natstest.StartWith(t, natstest.Options{Servers: 3, Links: true})
	for name, cut := range map[string]func(a, b *natstest.Server){"cut": c.Cut, "sever": c.Sever} {
		t.Run(name, func(t *testing.T) {
			makeStream(t, c, name)
			leader := c.Leader(name)
			var others []*natstest.Server
			for _, s := range c.Servers {
				if s != leader {
					others = append(others, s)
				}
			}
			conn, publish := publisher(t, leader, name)
			defer conn.Close()
			cut(leader, others[0])
			if err := publish(20 * time.Second); err != nil {
				t.Errorf("with one follower: %v", err)
			}
			cut(leader, others[1])
			if err := publish(2 * time.Second); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("without followers: %v", err)
			}
			c.Mend(leader, others[0])
			c.Mend(leader, others[1])
			for _, s := range c.Servers {
				s.AwaitHealth()
			}
			c.Leader(name)
		})
	}
}

// makeStream makes a stream that all servers keep.
func makeStream(t *testing.T, c *natstest.Cluster, name string) {
	t.Helper()
	conn, err := nats.Connect(c.Servers[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	config := jetstream.StreamConfig{Name: name, Subjects: []string{name}, Replicas: len(c.Servers)}
	for {
		_, err = js.CreateStream(ctx, config)
		if err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// publisher returns what publishes at one server alone, until it is stored.
func publisher(t *testing.T, s *natstest.Server, subject string) (*nats.Conn, func(time.Duration) error) {
	t.Helper()
	conn, err := nats.Connect(s.URL, nats.IgnoreDiscoveredServers())
	if err != nil {
		t.Fatal(err)
	}
	return conn, func(limit time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		for {
			attempt, cancel := context.WithTimeout(ctx, time.Second)
			_, err := conn.RequestWithContext(attempt, subject, nil)
			cancel()
			if err == nil || ctx.Err() != nil {
				return err
			}
		}
	}
}
