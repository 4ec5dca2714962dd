package transformer

import (
	"context"
	"slices"
	"sync"
)

// line is where batches wait for a slot. Those of several callers that are of
// like length are computed together once one gets it: what comes in while the
// network is busy makes the next batch larger, not the wait longer.
type line struct {
	slots chan struct{} // one for each batch in the works
	run   func(ctx context.Context, rows [][]uint32) ([][]float32, error)

	mu      sync.Mutex
	waiting []*job
}

// job is one batch in line.
type job struct {
	rows   [][]uint32
	bucket int // tokens that the rows are padded to at most
	out    [][]float32
	err    error
	done   chan struct{} // closed once out or err is there
}

// compute gives the outputs of rows, computed by this caller or by another
// whose batch they joined. When ctx ends before they are begun they are not; no
// work goes on after the answer.
func (l *line) compute(ctx context.Context, rows [][]uint32, bucket int) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := &job{rows: rows, bucket: bucket, done: make(chan struct{})}
	l.mu.Lock()
	l.waiting = append(l.waiting, j)
	l.mu.Unlock()
	select {
	case l.slots <- struct{}{}:
		if jobs := l.take(j); jobs != nil {
			l.work(ctx, jobs)
		}
		<-l.slots
	case <-j.done:
	case <-ctx.Done():
		if l.leave(j) {
			return nil, ctx.Err()
		}
	}
	<-j.done
	return j.out, j.err
}

// take gives j and others like it from the line, in numbers of rows that are
// batch buckets; nil when somebody else has taken j.
func (l *line) take(j *job) []*job {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.waiting, j)
	if at < 0 {
		return nil
	}
	l.waiting = slices.Delete(l.waiting, at, at+1)
	jobs, best := []*job{j}, 1
	n := len(j.rows)
	for _, other := range l.waiting {
		if other.bucket != j.bucket || n+len(other.rows) > min(maxBatch, max(batchTokens/j.bucket, 1)) {
			continue
		}
		jobs, n = append(jobs, other), n+len(other.rows)
		if slices.Contains(batchBuckets, n) {
			best = len(jobs)
		}
	}
	jobs = jobs[:best]
	l.waiting = slices.DeleteFunc(l.waiting, func(w *job) bool { return slices.Contains(jobs, w) })
	return jobs
}

// leave takes j out of the line; false when it was taken already.
func (l *line) leave(j *job) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := slices.Index(l.waiting, j)
	if at >= 0 {
		l.waiting = slices.Delete(l.waiting, at, at+1)
	}
	return at >= 0
}

// work computes jobs together and, should that fail, each alone: a caller's
// rows cost another nothing but time.
func (l *line) work(ctx context.Context, jobs []*job) {
	defer func() {
		for _, j := range jobs {
			close(j.done)
		}
	}()
	if len(jobs) == 1 {
		jobs[0].out, jobs[0].err = l.run(ctx, jobs[0].rows)
		return
	}
	var rows [][]uint32
	for _, j := range jobs {
		rows = append(rows, j.rows...)
	}
	out, err := l.run(ctx, rows)
	for _, j := range jobs {
		if err != nil {
			j.out, j.err = l.run(ctx, j.rows)
			continue
		}
		j.out, out = out[:len(j.rows)], out[len(j.rows):]
	}
}
