package cluster

import (
	"context"
	"slices"
	"time"
)

const (
	// watchEvery is how often the copies of the servers are compared.
	watchEvery = time.Minute
	// looks is how many times they are compared, looksApart apart, before one is damaged: servers do not store and erase
	// at the same moment.
	looks      = 5
	looksApart = 500 * time.Millisecond
)

// Lost returns how many entries each server lacks that others have, by the server's name, as of when it was looked
// at last. Servers whose monitoring ports do not answer are left out.
func (j *Journal) Lost() map[string]uint64 {
	if lost := j.lost.Load(); lost != nil {
		return *lost
	}
	return nil
}

// damagedServers returns the names of those that lack something, as of when they were looked at last.
func (j *Journal) damagedServers() (names []string) {
	for name, lost := range j.Lost() {
		if lost > 0 {
			names = append(names, name)
		}
	}
	return names
}

// WatchServers compares the copies of the servers from time to time, until ctx ends.
func (j *Journal) WatchServers(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		before := j.Lost()
		servers, err := j.CompareServers(ctx)
		if err != nil {
			return
		}
		for _, s := range servers {
			if s.Lost > 0 && before[s.Name] != s.Lost {
				j.opts.Logger.Warn("a NATS server has lost entries: give it a new copy of the stream, as docs/cluster.md shows", "server", s.Name, "entries", s.Lost)
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

// CompareServers looks at all servers as Servers does, until their copies are the same, or one of them has had fewer
// entries each time. It notes that for Lost.
func (j *Journal) CompareServers(ctx context.Context) (servers []Server, err error) {
	least := make(map[string]uint64) // that each has lost, by id
	for look := range looks {
		if look > 0 {
			select {
			case <-time.After(looksApart):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		servers = j.Servers(ctx)
		for i, s := range servers {
			if before, seen := least[s.ID]; seen {
				servers[i].Lost = min(s.Lost, before)
			}
			least[s.ID] = servers[i].Lost
		}
		if !slices.ContainsFunc(servers, func(s Server) bool { return s.Lost > 0 }) {
			break
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	j.noteLost(servers)
	return servers, nil
}

func (j *Journal) noteLost(servers []Server) {
	lost := make(map[string]uint64)
	for _, s := range servers {
		if s.copied() {
			lost[s.Name] = s.Lost
		}
	}
	j.lost.Store(&lost)
}
