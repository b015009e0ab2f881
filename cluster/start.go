package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"plainchat/locale"
)

// minVersion is the oldest server that is good enough: those before need ten times as long for a message
// that is synced.
var minVersion = [3]int{2, 15, 3}

var errNobodyAnswers = errors.New("no server answers: start them, or look at --nats and the network")

// awaitConnection waits until there is a connection, and says why there is none yet.
func (j *Journal) awaitConnection(ctx context.Context) error {
	said, err := "", errNobodyAnswers
	for !j.conn.IsConnected() {
		if last := j.conn.LastError(); last != nil {
			err = last
		}
		if errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) {
			return locale.NewError("cli.nats.refused", "cause", err)
		}
		if err.Error() != said {
			said = err.Error()
			j.opts.Logger.Warn("there is no connection to NATS yet; trying again", "err", err)
		}
		select {
		case <-time.After(reconnectEvery):
		case <-ctx.Done():
			return fmt.Errorf("cluster: %w", ctx.Err())
		}
	}
	return nil
}

// checkServers refuses servers on which a chat cannot be kept. Those that cannot be reached now are not
// looked at.
func (j *Journal) checkServers(ctx context.Context) error {
	servers := j.Servers(ctx)
	j.seen = servers
	jetStream := len(servers) == 0
	for _, s := range servers {
		if isOlder(s.Version, minVersion) {
			return locale.NewError("cli.nats.version", "server", s.Name, "address", s.Address, "version", s.Version, "least", versionText(minVersion))
		}
		jetStream = jetStream || s.JetStream
	}
	if !jetStream {
		return locale.NewError("cli.nats.jetstream", "server", servers[0].Name)
	}
	j.warnOfServers(servers)
	return nil
}

// warnOfServers tells of what the servers could lose.
func (j *Journal) warnOfServers(servers []Server) {
	unseen := ""
	for _, s := range servers {
		switch {
		case s.Monitored == nil:
			unseen = s.Name
		case !s.Monitored.SyncAlways:
			j.opts.Logger.Warn("a power cut of the NATS servers would lose acknowledged messages: put this line into the block jetstream of the server's nats.conf, and restart it",
				"server", s.Name, "line", "sync_interval: always")
		}
	}
	if unseen != "" {
		j.opts.Logger.Warn("it cannot be seen whether the NATS servers sync each message: name their monitoring ports with --nats-monitor", "server", unseen)
	}
}

// isOlder compares a version such as 2.15.3-RC.1 by its numbers. One of another form is not older.
func isOlder(version string, least [3]int) bool {
	var v [3]int
	if n, _ := fmt.Sscanf(version, "%d.%d.%d", &v[0], &v[1], &v[2]); n < 2 {
		return false
	}
	for i := range v {
		if v[i] != least[i] {
			return v[i] < least[i]
		}
	}
	return false
}

func versionText(v [3]int) string { return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]) }
