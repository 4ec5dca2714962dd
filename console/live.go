package console

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

const (
	// beat is how often the pulse of a site is felt while somebody looks at it.
	beat = time.Second
	// quiet is how long a stream says nothing before it shows that it lives.
	quiet = 20 * time.Second
	// maxListeners is how many streams one process keeps open.
	maxListeners = 2000
)

// pulses feels the pulse of the sites that somebody looks at: one question a
// second and site, however many look, and none when nobody does. So a change
// that any process made reaches the pages of all.
type pulses struct {
	feel func(ctx context.Context, site models.SiteID) (int64, error)

	mu    sync.Mutex
	sites map[models.SiteID]*pulse
	count int
}

// pulse is one site's.
type pulse struct {
	listeners map[chan int64]struct{}
	stop      context.CancelFunc
}

// listen gives a channel that tells each change; done ends it. It refuses when
// too many listen.
func (p *pulses) listen(site models.SiteID) (changes <-chan int64, done func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count >= maxListeners {
		return nil, nil, false
	}
	p.count++
	if p.sites == nil {
		p.sites = map[models.SiteID]*pulse{}
	}
	s := p.sites[site]
	if s == nil {
		ctx, cancel := context.WithCancel(context.Background()) // ends with the last listener
		s = &pulse{listeners: map[chan int64]struct{}{}, stop: cancel}
		p.sites[site] = s
		go p.run(ctx, site, s)
	}
	heard := make(chan int64, 1)
	s.listeners[heard] = struct{}{}
	return heard, func() { p.leave(site, s, heard) }, true
}

func (p *pulses) leave(site models.SiteID, s *pulse, heard chan int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count--
	delete(s.listeners, heard)
	if len(s.listeners) == 0 {
		s.stop()
		delete(p.sites, site)
	}
}

// run feels one site's pulse until nobody listens. A database that is away is
// asked again: what changed meanwhile is told then.
func (p *pulses) run(ctx context.Context, site models.SiteID, s *pulse) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	var last int64
	known := false
	for {
		if now, err := p.feel(ctx, site); err == nil {
			if known && now != last {
				p.tell(s, now)
			}
			last, known = now, true
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tell wakes those who listen; who is behind hears of the latest only.
func (p *pulses) tell(s *pulse, now int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for heard := range s.listeners {
		select {
		case heard <- now:
		default:
		}
	}
}

// live streams changes of the site: that there was one, never what.
func (c *Console) live(w http.ResponseWriter, r *http.Request) error {
	changes, done, ok := c.pulses.listen(viewOf(r).Site.ID)
	if !ok {
		return models.Errorf(models.TooMany, "too many pages listen")
	}
	defer done()
	out := http.NewResponseController(w)
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("live: %w", err)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	// A page that was cut off comes back after a moment that is not everybody's.
	say := func(format string, args ...any) bool {
		_, err := fmt.Fprintf(w, format, args...)
		return err == nil && out.Flush() == nil
	}
	if !say("retry: 3000\n\n") {
		return nil
	}
	// A session that ends ends its streams: the page asks again and is refused.
	end := time.NewTimer(5 * time.Minute)
	defer end.Stop()
	alive := time.NewTicker(quiet)
	defer alive.Stop()
	for {
		var heard bool
		select {
		case <-r.Context().Done():
			return nil
		case <-c.deps.Closing:
			return nil
		case <-end.C:
			return nil
		case n := <-changes:
			heard = say("event: change\ndata: %d\n\n", n)
		case <-alive.C:
			heard = say(": still here\n\n")
		}
		if !heard {
			return nil
		}
	}
}
