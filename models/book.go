package models

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Book is a site's house rules and what its people say with them: charter,
// replies, queues. It is itself a stored document, hence its JSON tags.
type Book struct {
	Charter []Sentence   `json:"charter"`
	Replies []Reply      `json:"replies"`
	Queues  []NamedQueue `json:"queues"`
}

// Words are a text in French, English or both.
type Words struct {
	FR string `json:"fr,omitempty"`
	EN string `json:"en,omitempty"`
}

// In gives the text in lang: French when it starts with "fr", else English;
// the other where that is missing.
func (w Words) In(lang string) string {
	if both := [2]string{w.FR, w.EN}; both[wordingIndex(lang)] != "" {
		return both[wordingIndex(lang)]
	}
	return w.FR + w.EN
}

// Sentence is one numbered rule of the charter.
type Sentence struct {
	ID     string  `json:"id"` // stays the same when the sentence moves or is reworded
	Text   Words   `json:"text"`
	Labels []Label `json:"labels,omitempty"` // what it is about, to show it beside such comments
}

// Reply is a short human text to send or to leave with a comment.
type Reply struct {
	ID       string `json:"id"`
	Name     Words  `json:"name"`
	Text     Words  `json:"text"`
	Sentence string `json:"sentence,omitempty"` // of the charter
}

// NamedQueue is a place to hand comments to: support, press, a person.
type NamedQueue struct {
	ID     string   `json:"id"`
	Name   Words    `json:"name"`
	Labels []Label  `json:"labels,omitempty"` // where comments of these labels are proposed to be passed on to
	Direct bool     `json:"direct,omitempty"` // what is held for one of Labels waits there from the start
	Topics []string `json:"topics,omitempty"` // what is said to be of these topics goes there: question, complaint, …
	People []string `json:"people,omitempty"` // e-mail addresses of who answers there
}

// SiteBook is one version of a site's book. Version 0 is the built-in one.
type SiteBook struct {
	Site    SiteID
	Version int64
	Book    Book
	By      string
	At      time.Time
}

// Sentence gives a sentence of the charter with its number from 1; 0 when there
// is none of that id.
func (b Book) Sentence(id string) (Sentence, int) {
	i := slices.IndexFunc(b.Charter, func(s Sentence) bool { return s.ID == id })
	if i < 0 {
		return Sentence{}, 0
	}
	return b.Charter[i], i + 1
}

// About gives the number of the first sentence that is about one of labels, 0
// when none is.
func (b Book) About(labels ...Label) int {
	for _, l := range labels {
		for i, s := range b.Charter {
			if slices.Contains(s.Labels, l) {
				return i + 1
			}
		}
	}
	return 0
}

// QueueFor gives the id of the queue in which a comment waits that is held for
// labels: the first that takes one of them directly; empty = everybody's.
func (b Book) QueueFor(labels []Label) string {
	for _, q := range b.Queues {
		if q.Direct && slices.ContainsFunc(labels, func(l Label) bool { return slices.Contains(q.Labels, l) }) {
			return q.ID
		}
	}
	return ""
}

// QueueIDs lists the ids of the named queues.
func (b Book) QueueIDs() []string {
	ids := make([]string, len(b.Queues))
	for i, q := range b.Queues {
		ids[i] = q.ID
	}
	return ids
}

// Limits of a book.
const (
	maxBookEntries = 100
	maxBookText    = 2000 // bytes of one text
	maxBookName    = 80
)

// Validate reports every faulty field at once.
func (b Book) Validate() error {
	var faults []FieldError
	fault := func(field, detail string) { faults = append(faults, FieldError{field, detail}) }
	words := func(field string, w Words, limit int) {
		if w.FR == "" && w.EN == "" {
			fault(field, "is empty in both languages")
		}
		for lang, text := range map[string]string{"fr": w.FR, "en": w.EN} {
			if len(text) > limit {
				fault(field+"."+lang, fmt.Sprintf("is %d bytes long, the limit is %d", len(text), limit))
			}
		}
	}
	ids := map[string]bool{}
	id := func(field, id string) {
		list, _, _ := strings.Cut(field, "[")
		switch {
		case id == "" || len(id) > 64:
			fault(field+".id", "must be 1 to 64 bytes long")
		case ids[list+" "+id]:
			fault(field+".id", fmt.Sprintf("%q is there twice", id))
		}
		ids[list+" "+id] = true
	}
	for what, n := range map[string]int{"charter": len(b.Charter), "replies": len(b.Replies), "queues": len(b.Queues)} {
		if n > maxBookEntries {
			fault(what, fmt.Sprintf("has %d entries, the limit is %d", n, maxBookEntries))
		}
	}
	for i, s := range b.Charter {
		field := fmt.Sprintf("charter[%d]", i)
		id(field, s.ID)
		words(field+".text", s.Text, maxBookText)
		checkLabels(field, s.Labels, fault)
	}
	for i, r := range b.Replies {
		field := fmt.Sprintf("replies[%d]", i)
		id(field, r.ID)
		words(field+".name", r.Name, maxBookName)
		words(field+".text", r.Text, maxBookText)
		if _, n := b.Sentence(r.Sentence); r.Sentence != "" && n == 0 {
			fault(field+".sentence", fmt.Sprintf("the charter has no sentence %q", r.Sentence))
		}
	}
	for i, q := range b.Queues {
		field := fmt.Sprintf("queues[%d]", i)
		id(field, q.ID)
		words(field+".name", q.Name, maxBookName)
		checkLabels(field, q.Labels, fault)
		if q.Direct && len(q.Labels) == 0 {
			fault(field+".labels", "say what comes here directly")
		}
	}
	if len(faults) > 0 {
		return Fields(faults...)
	}
	return nil
}

func checkLabels(field string, labels []Label, fault func(field, detail string)) {
	for _, l := range labels {
		if !slices.Contains(Labels(), l) {
			fault(field+".labels", fmt.Sprintf("%q is no label", l))
		}
	}
}
