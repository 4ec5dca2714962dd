package console

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// heart is a pulse that a test sets, and that counts how often it is felt.
type heart struct {
	now  atomic.Int64
	felt atomic.Int64
	away atomic.Bool
}

func (h *heart) feel(context.Context, models.SiteID) (int64, error) {
	h.felt.Add(1)
	if h.away.Load() {
		return 0, errors.New("the database is away")
	}
	return h.now.Load(), nil
}

// until waits for something that another goroutine brings about.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

func TestEveryListenerHearsOfAChangeAndASiteIsFeltOnce(t *testing.T) {
	t.Parallel()
	h := &heart{}
	p := &pulses{feel: h.feel}
	one, endOne, _ := p.listen("blog")
	two, endTwo, _ := p.listen("blog")
	defer endTwo()
	until(t, "felt", func() bool { return h.felt.Load() > 0 })
	h.now.Store(7)
	for _, heard := range []<-chan int64{one, two} {
		select {
		case n := <-heard:
			if n != 7 {
				t.Errorf("heard %d, want 7", n)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing was heard")
		}
	}
	endOne()
	if len(p.sites) != 1 || p.count != 1 {
		t.Errorf("%d sites, %d listeners", len(p.sites), p.count)
	}
}

func TestNobodyIsAskedWhenNobodyListens(t *testing.T) {
	t.Parallel()
	h := &heart{}
	p := &pulses{feel: h.feel}
	_, end, _ := p.listen("blog")
	until(t, "felt", func() bool { return h.felt.Load() > 0 })
	end()
	if len(p.sites) != 0 || p.count != 0 {
		t.Errorf("%d sites, %d listeners are left", len(p.sites), p.count)
	}
}

func TestWhatChangedWhileTheDatabaseWasAwayIsTold(t *testing.T) {
	t.Parallel()
	h := &heart{}
	p := &pulses{feel: h.feel}
	heard, end, _ := p.listen("blog")
	defer end()
	until(t, "felt", func() bool { return h.felt.Load() > 0 })
	h.away.Store(true)
	h.now.Store(3)
	before := h.felt.Load()
	until(t, "asked again", func() bool { return h.felt.Load() > before })
	h.away.Store(false)
	select {
	case n := <-heard:
		if n != 3 {
			t.Errorf("heard %d, want 3", n)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was heard")
	}
}

func TestTooManyListenersAreRefused(t *testing.T) {
	t.Parallel()
	h := &heart{}
	p := &pulses{feel: h.feel, count: maxListeners}
	if _, _, ok := p.listen("blog"); ok {
		t.Error("one more was let in")
	}
}
