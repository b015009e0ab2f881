package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// inFlight is how many batches are published at the same time.
	inFlight = 2
	// batchBytes is how much text a batch may have before nothing is added to it: what is published has a
	// second to get to most of the servers' disks.
	batchBytes = 1 << 20
)

// publishAgain is how long after a batch of unknown fate it is published again. Tests make it shorter.
var publishAgain = 50 * time.Millisecond

// attemptTime is how long one try may take at the most; a journal should be quicker to give up.
const attemptTime = 5 * time.Second

// publisher gives records to a journal, those that wait at the same time together.
type publisher struct {
	journal Journal
	placed  func(id RecordID, place uint64) // is told where a record stands
	queue   chan *publication
	outage  outage
	onPlace func(took time.Duration) // unless nil, is told how long it took until a batch had its places
	retries atomic.Int64             // batches that were tried again

	handover sync.RWMutex // held for reading while a record is handed over
	stopped  bool
	running  sync.WaitGroup
	open     context.Context // ends when what is under way is given up
	giveUp   context.CancelFunc
}

// publication is a record on its way.
type publication struct {
	ctx    context.Context // of who wants to know
	record Record
	failed chan error  // has room for one
	sent   atomic.Bool // the journal may have it
}

// unanswered is what it means that nobody waits for it any more, and why.
func (p *publication) unanswered(cause error) error {
	if p.sent.Load() {
		return fmt.Errorf("%w: %w", ErrUncertain, cause)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, cause)
}

func startPublisher(j Journal, placed func(RecordID, uint64), opts Options) *publisher {
	p := &publisher{
		journal: j, placed: placed, queue: make(chan *publication, maxBatch), outage: outage{logger: opts.Logger}, onPlace: opts.OnPublish,
	}
	p.open, p.giveUp = context.WithCancel(context.Background())
	p.running.Go(p.run)
	return p
}

// submit hands a record over, and returns it on its way; ErrUnavailable if the journal is known to
// take nothing.
func (p *publisher) submit(ctx context.Context, record Record) (*publication, error) {
	p.handover.RLock()
	defer p.handover.RUnlock()
	if p.stopped {
		return nil, ErrClosed
	}
	if !p.outage.admit() {
		return nil, ErrUnavailable
	}
	each := &publication{ctx: ctx, record: record, failed: make(chan error, 1)}
	select {
	case p.queue <- each:
		return each, nil
	case <-ctx.Done():
		p.outage.ended()
		return nil, each.unanswered(context.Cause(ctx))
	case <-p.open.Done():
		return nil, ErrClosed
	}
}

// stop waits until all that was handed over is published, or cannot be; for closeWait at the most.
func (p *publisher) stop() {
	defer time.AfterFunc(closeWait, p.giveUp).Stop() // also on those who wait for room in the queue
	p.handover.Lock()
	if !p.stopped {
		p.stopped = true
		close(p.queue)
	}
	p.handover.Unlock()
	p.running.Wait()
	p.giveUp()
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
	bytes := len(first.record.Draft.Text())
	for size := placesOf(first.record); size < maxBatch-1 && bytes < batchBytes; {
		select {
		case next, open := <-p.queue:
			if !open {
				return batch
			}
			batch = append(batch, next)
			size += placesOf(next.record)
			bytes += len(next.record.Draft.Text())
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

// publish publishes a batch until it is in the journal, cannot be, or nobody waits for it any more.
func (p *publisher) publish(batch []*publication) {
	defer p.outage.ended()
	uncertain, began := false, time.Now()
	for {
		batch = waitedFor(batch)
		if len(batch) == 0 {
			return
		}
		err := p.attempt(batch)
		if err == nil {
			p.outage.succeeded()
			if p.onPlace != nil {
				p.onPlace(time.Since(began))
			}
			return
		}
		uncertain = uncertain || !isNotTaken(err)
		lasts := p.outage.failed(err)
		if again := errors.Is(err, ErrUncertain) || errors.Is(err, ErrNoLeader); !again || lasts || p.open.Err() != nil {
			fail(batch, meaning(err, uncertain))
			return
		}
		if !uncertain {
			for _, each := range batch {
				each.sent.Store(false)
			}
		}
		p.retries.Add(1)
		select {
		case <-time.After(publishAgain):
		case <-p.open.Done(): // it is tried once more, and fails
		}
	}
}

// attempt tries once.
func (p *publisher) attempt(batch []*publication) error {
	for _, each := range batch {
		each.sent.Store(true)
	}
	ctx, cancel := context.WithTimeout(p.open, attemptTime)
	defer cancel()
	records := recordsOf(batch)
	last, err := p.journal.Publish(ctx, records)
	if err != nil {
		return err
	}
	for i, r := range records {
		p.placed(r.ID, last-uint64(len(records)-1-i)) // #nosec G115 -- no more than a batch
	}
	return nil
}

// isNotTaken reports whether an error of a journal says that it has not taken a batch.
func isNotTaken(err error) bool {
	return errors.Is(err, ErrNoLeader) || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrFull)
}

// meaning returns what the last failure of a batch means to those who wait for it, of which it may be
// uncertain since an earlier one whether it was taken.
func meaning(err error, uncertain bool) error {
	switch {
	case uncertain && !errors.Is(err, ErrUncertain):
		return fmt.Errorf("%w: %w", ErrUncertain, err)
	case errors.Is(err, ErrNoLeader):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

func fail(batch []*publication, err error) {
	for _, each := range batch {
		each.failed <- err
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
