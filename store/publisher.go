package store

import (
	"context"
	"errors"
	"sync"
	"time"
)

// inFlight is how many batches are published at the same time.
const inFlight = 2

// publishAgain is how long after a batch of unknown fate it is published again. Tests make it shorter.
var publishAgain = 50 * time.Millisecond

// publisher gives records to a journal, those that wait at the same time together.
type publisher struct {
	journal Journal
	placed  func(id RecordID, place uint64) // is told where a record stands
	queue   chan *publication

	handover sync.RWMutex // held for reading while a record is handed over
	stopped  bool
	running  sync.WaitGroup
}

// publication is a record on its way.
type publication struct {
	ctx    context.Context // of who wants to know
	record Record
	failed chan error // has room for one
}

func startPublisher(j Journal, placed func(RecordID, uint64)) *publisher {
	p := &publisher{journal: j, placed: placed, queue: make(chan *publication, maxBatch)}
	p.running.Go(p.run)
	return p
}

// submit hands a record over. What it cannot be published for is told by the channel.
func (p *publisher) submit(ctx context.Context, record Record) (failed <-chan error, err error) {
	p.handover.RLock()
	defer p.handover.RUnlock()
	if p.stopped {
		return nil, ErrClosed
	}
	each := &publication{ctx, record, make(chan error, 1)}
	select {
	case p.queue <- each:
		return each.failed, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// stop waits until all that was handed over is published, or cannot be.
func (p *publisher) stop() {
	p.handover.Lock()
	if !p.stopped {
		p.stopped = true
		close(p.queue)
	}
	p.handover.Unlock()
	p.running.Wait()
}

func (p *publisher) run() {
	places := make(chan struct{}, inFlight)
	var publishing sync.WaitGroup
	defer publishing.Wait()
	for first := range p.queue {
		places <- struct{}{}
		batch := p.gather(first)
		publishing.Go(func() {
			p.publish(batch)
			<-places
		})
	}
}

// gather adds what is waiting already.
func (p *publisher) gather(first *publication) []*publication {
	batch := []*publication{first}
	for size := placesOf(first.record); size < maxBatch-1; {
		select {
		case next, open := <-p.queue:
			if !open {
				return batch
			}
			batch = append(batch, next)
			size += placesOf(next.record)
		default:
			return batch
		}
	}
	return batch
}

// placesOf is how many records stand for one: the claim of a name has a place of its own.
func placesOf(r Record) int {
	if r.Draft.Claims {
		return 2
	}
	return 1
}

// publish publishes a batch until it is in the journal, or nobody waits for it any more.
func (p *publisher) publish(batch []*publication) {
	for {
		batch = waitedFor(batch)
		if len(batch) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), closeWait)
		records := recordsOf(batch)
		last, err := p.journal.Publish(ctx, records)
		cancel()
		switch {
		case err == nil:
			for i, r := range records {
				p.placed(r.ID, last-uint64(len(records)-1-i)) // #nosec G115 -- no more than a batch
			}
			return
		case errors.Is(err, ErrUncertain):
			time.Sleep(publishAgain)
		default:
			for _, each := range batch {
				each.failed <- err
			}
			return
		}
	}
}

// waitedFor returns those for which somebody waits.
func waitedFor(batch []*publication) []*publication {
	waited := make([]*publication, 0, len(batch))
	for _, each := range batch {
		if each.ctx.Err() == nil {
			waited = append(waited, each)
		}
	}
	return waited
}

func recordsOf(batch []*publication) []Record {
	records := make([]Record, 0, len(batch))
	for _, each := range batch {
		records = append(records, each.record)
		if d := each.record.Draft; d.Claims {
			records = append(records, Record{ID: NewRecordID(), Draft: d.Claim(), Claim: true})
		}
	}
	return records
}
