package main

import (
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/api/compat/perspective"
	"github.com/tamis-moderation/tamis/models"
)

// oldScores is one entry of a log of Perspective's scores.
type oldScores struct {
	line   int
	id     string
	text   string // empty where the log holds both scores
	lang   string
	scores map[string]float64 // Perspective's, by attribute
	tamis  *float64           // ours, where the log holds it; then scores has one entry
}

// logLine is an entry as JSON: scores by attribute, an answer of Perspective's
// as it came, or one attribute with its score.
type logLine struct {
	ID              string              `json:"id"`
	Text            string              `json:"text"`
	Lang            string              `json:"lang"`
	Attribute       string              `json:"attribute"`
	Score           *float64            `json:"score"`
	Perspective     *float64            `json:"perspective"`
	Tamis           *float64            `json:"tamis"`
	Scores          map[string]*float64 `json:"scores"`
	AttributeScores map[string]struct {
		SummaryScore struct {
			Value *float64 `json:"value"`
		} `json:"summaryScore"`
	} `json:"attributeScores"`
}

// entry reads what a line says, or names its fault.
func (l logLine) entry(number int) (oldScores, error) {
	e := oldScores{line: number, id: l.ID, text: l.Text, lang: l.Lang, tamis: l.Tamis, scores: map[string]float64{}}
	all := map[string]*float64{}
	maps.Copy(all, l.Scores)
	for name, a := range l.AttributeScores {
		all[name] = a.SummaryScore.Value
	}
	for _, p := range []*float64{l.Score, l.Perspective} {
		if p != nil {
			all[orToxicity(l.Attribute)] = p
		}
	}
	for name, p := range all {
		if p == nil {
			continue
		}
		e.scores[strings.ToUpper(name)] = *p
	}
	return e, e.check()
}

func orToxicity(attribute string) string {
	if attribute == "" {
		return "TOXICITY"
	}
	return attribute
}

func (e oldScores) check() error {
	var faults []models.FieldError
	for name, p := range e.scores {
		if _, ok := perspective.Label(name); !ok {
			faults = append(faults, models.FieldError{Field: "attribute", Detail: strconv.QuoteToASCII(name) + " is none of Perspective's"})
		} else if !(p >= 0 && p <= 1) {
			faults = append(faults, models.FieldError{Field: name, Detail: "must be between 0 and 1"})
		}
	}
	if len(e.scores) == 0 {
		faults = append(faults, models.FieldError{Field: "score", Detail: "is missing"})
	}
	if len(faults) > 0 {
		return models.Fields(faults...)
	}
	if e.tamis == nil {
		return models.ValidateText("text", e.text)
	}
	if !(*e.tamis >= 0 && *e.tamis <= 1) {
		return models.Fields(models.FieldError{Field: "tamis", Detail: "must be between 0 and 1"})
	}
	if len(e.scores) != 1 {
		return models.Fields(models.FieldError{Field: "tamis", Detail: "stands beside one score alone"})
	}
	return nil
}

// logReader reads entries in chunks, io.EOF with the last; a bad one is told to fault.
type logReader func(fault func(line int, err error)) ([]oldScores, error)

// jsonLog reads JSON Lines.
func jsonLog(in *lineReader) logReader {
	return func(fault func(int, error)) ([]oldScores, error) {
		lines, err := in.chunk()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		var entries []oldScores
		for _, l := range lines {
			e, bad := readLogLine(l)
			if bad != nil {
				fault(l.number, bad)
				continue
			}
			entries = append(entries, e)
		}
		return entries, err
	}
}

func readLogLine(l line) (oldScores, error) {
	if l.err != nil {
		return oldScores{}, l.err
	}
	var sent logLine
	if err := decodeLine(l.raw, &sent); err != nil {
		return oldScores{}, err
	}
	return sent.entry(l.number)
}

// csvLog reads comma-separated values under a line of names: text, lang, id,
// attribute and score, perspective, tamis, or a column named for each attribute.
func csvLog(in io.Reader) (logReader, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	names, err := r.Read()
	if err != nil {
		return nil, models.Errorf(models.Malformed, "the file has no line of names")
	}
	names = slices.Clone(names)
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	}
	return func(fault func(int, error)) ([]oldScores, error) {
		var entries []oldScores
		for len(entries) < chunkLines {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return entries, io.EOF
			}
			if broken, ok := errors.AsType[*csv.ParseError](err); ok {
				fault(broken.StartLine, models.Errorf(models.Malformed, "the quotes of the record don't match"))
				continue
			}
			if err != nil {
				return entries, err
			}
			number, _ := r.FieldPos(0)
			e, err := csvEntry(names, record, number)
			if err != nil {
				fault(number, err)
				continue
			}
			entries = append(entries, e)
		}
		return entries, nil
	}, nil
}

func csvEntry(names, record []string, number int) (oldScores, error) {
	l, err := pairOf(names, record)
	if err != nil {
		return oldScores{}, err
	}
	return l.entry(number)
}

// pairOf reads one record by the names of its columns.
func pairOf(names, record []string) (logLine, error) {
	l := logLine{Scores: map[string]*float64{}}
	for i, value := range record {
		if i >= len(names) || value == "" {
			continue
		}
		texts := map[string]*string{"id": &l.ID, "text": &l.Text, "comment": &l.Text, "lang": &l.Lang, "language": &l.Lang, "attribute": &l.Attribute}
		if into, ok := texts[names[i]]; ok {
			*into = value
			continue
		}
		numbers := map[string]**float64{"score": &l.Score, "perspective": &l.Perspective, "tamis": &l.Tamis}
		into, ok := numbers[names[i]]
		attribute := strings.ToUpper(names[i])
		if _, known := perspective.Label(attribute); !ok && !known {
			continue
		}
		p, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return l, models.Fields(models.FieldError{Field: names[i], Detail: "is not a number"})
		}
		if ok {
			*into = &p
		} else {
			l.Scores[attribute] = &p
		}
	}
	return l, nil
}
