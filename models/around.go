package models

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Around is what a person wants to see beside an item before they decide.
type Around struct {
	Waves      []Wave
	Precedents []Precedent
	Author     AuthorStory
	Thread     Thread
	Parent     *Comment // the comment that it answers, when it is kept
	Reports    []Report // the latest
	Readers    int      // how many reported it
	Triage     *Triage
	Suggested  TriageKind // what it looks like; empty = nothing in particular
}

// Precedent is a decided comment like another.
type Precedent struct {
	Comment
	SameWords bool    // nearly; else the same label with close scores
	Distance  float64 // between the scores: 0 = the same
}

// ScoreDistance is how far apart two sets of scores are: the mean over the
// labels that both have.
func ScoreDistance(a, b Scores) float64 {
	var sum float64
	n := 0
	for l, x := range a {
		if y, ok := b[l]; ok {
			sum += math.Abs(x - y)
			n++
		}
	}
	if n == 0 {
		return 1
	}
	return sum / float64(n)
}

// Severity is how grave what an item is held for is, in four steps.
type Severity int

// The steps.
const (
	Mild Severity = iota
	Serious
	Severe
	Pressing
)

// SeverityOf gives the step of the gravest of labels.
func SeverityOf(labels []Label) Severity {
	worst := Mild
	for _, l := range labels {
		switch l {
		case Threat, Distress:
			worst = max(worst, Pressing)
		case SevereToxic, IdentityAttack, Leak:
			worst = max(worst, Severe)
		case Toxic, Insult, Sexual:
			worst = max(worst, Serious)
		default:
		}
	}
	return worst
}

var severityWords = [4][2]string{
	Mild: {"sans gravité", "mild"}, Serious: {"sérieux", "serious"}, Severe: {"grave", "severe"}, Pressing: {"urgent", "pressing"},
}

// Text words the severity in lang.
func (s Severity) Text(lang string) string { return severityWords[s][wordingIndex(lang)] }

// UrgencyText says in a few words why an item stands where it does: severity,
// age, reports, and whether somebody passed it on.
func (i *ReviewItem) UrgencyText(readers int, lang string, now time.Time) string {
	fr := wordingIndex(lang) == 0
	var labels []Label
	if i.Comment.Verdict != nil {
		labels = i.Comment.Verdict.Labels
	}
	parts := []string{SeverityOf(labels).Text(lang), ageText(now.Sub(i.FiledAt), fr)}
	switch {
	case readers > 1 && fr:
		parts = append(parts, strconv.Itoa(readers)+" signalements")
	case readers > 1:
		parts = append(parts, strconv.Itoa(readers)+" reports")
	case readers == 1 && fr:
		parts = append(parts, "1 signalement")
	case readers == 1:
		parts = append(parts, "1 report")
	}
	switch {
	case i.Escalated && fr:
		parts = append(parts, "transmis")
	case i.Escalated:
		parts = append(parts, "passed on")
	}
	return strings.Join(parts, ", ")
}

func ageText(d time.Duration, fr bool) string {
	n, unit := int(d.Minutes()), [2]string{"minute", "minute"}
	switch {
	case n < 1 && fr:
		return "à l'instant"
	case n < 1:
		return "just now"
	case n >= 48*60:
		n, unit = n/(24*60), [2]string{"jour", "day"}
	case n >= 120:
		n, unit = n/60, [2]string{"heure", "hour"}
	}
	s := ""
	if n > 1 {
		s = "s"
	}
	if fr {
		return fmt.Sprintf("depuis %d %s%s", n, unit[0], s)
	}
	return fmt.Sprintf("%d %s%s old", n, unit[1], s)
}
