package policy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/tamis-moderation/tamis/models"
)

// maxDocument is the largest ruleset that is read, in bytes.
const maxDocument = 1 << 20

// maxEntries bounds the words of all lists together.
const maxEntries = 20_000

//go:embed schema.json
var schemaJSON []byte

// Schema is the JSON Schema (draft 2020-12) of a ruleset.
func Schema() []byte { return bytes.Clone(schemaJSON) }

// compiled is the schema, ready; it fails only if the embedded file is broken.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("policy.json")
})

// Parse reads a ruleset and tells every fault at once, each with the path of
// its field as the sender wrote it ("labels.toxic.hold", "words[2].action").
func Parse(raw []byte) (models.Ruleset, error) {
	if len(raw) > maxDocument {
		return models.Ruleset{}, models.Errorf(models.TooLarge, "the ruleset is %d bytes long, the limit is %d", len(raw), maxDocument)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return models.Ruleset{}, models.Wrap(models.Malformed, err, "the ruleset is not JSON")
	}
	schema, err := compiled()
	if err != nil {
		return models.Ruleset{}, fmt.Errorf("policy schema: %w", err)
	}
	if err := schema.Validate(doc); err != nil {
		return models.Ruleset{}, schemaFaults(doc, err)
	}
	var rs models.Ruleset
	if err := json.Unmarshal(raw, &rs); err != nil {
		return models.Ruleset{}, models.Wrap(models.Malformed, err, "the ruleset can't be read")
	}
	if faults := check(rs); len(faults) > 0 {
		return models.Ruleset{}, models.Fields(faults...)
	}
	return rs, nil
}

// schemaFaults turns a tree of validation errors into one fault a field.
func schemaFaults(doc any, err error) error {
	invalid, ok := errors.AsType[*jsonschema.ValidationError](err)
	if !ok {
		return models.Wrap(models.Invalid, err, "the ruleset is not valid")
	}
	var faults []models.FieldError
	var walk func(e *jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) == 0 {
			faults = append(faults, faultsOf(doc, e)...)
		}
	}
	walk(invalid)
	slices.SortStableFunc(faults, func(a, b models.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return models.Fields(slices.Compact(faults)...)
}

// faultsOf words one leaf of the tree. A missing or unknown property is told
// under its own name, not under that of the object around it.
func faultsOf(doc any, e *jsonschema.ValidationError) []models.FieldError {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return faultsFor(doc, e.InstanceLocation, k.Missing, "is required")
	case *kind.AdditionalProperties:
		return faultsFor(doc, e.InstanceLocation, k.Properties, "is not a known field")
	}
	detail := e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	return []models.FieldError{{Field: fieldPath(doc, e.InstanceLocation), Detail: detail}}
}

func faultsFor(doc any, at, names []string, detail string) []models.FieldError {
	faults := make([]models.FieldError, 0, len(names))
	for _, name := range names {
		path := append(slices.Clone(at), name)
		faults = append(faults, models.FieldError{Field: fieldPath(doc, path), Detail: detail})
	}
	return faults
}

// fieldPath writes a location as the sender would: indexes in brackets.
func fieldPath(doc any, location []string) string {
	var b strings.Builder
	for _, step := range location {
		if list, ok := doc.([]any); ok {
			b.WriteString("[" + step + "]")
			if i, err := strconv.Atoi(step); err == nil && i < len(list) {
				doc = list[i]
			}
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(clip(step))
		object, _ := doc.(map[string]any)
		doc = object[step]
	}
	if b.Len() == 0 {
		return "(document)"
	}
	return b.String()
}

// clip keeps a property name that a stranger made up from filling an answer.
func clip(name string) string {
	const most = 64
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return name
}

// check finds what a schema can't say.
func check(rs models.Ruleset) []models.FieldError {
	return slices.Concat(checkLabels(rs), checkWords(rs), checkLinks(rs.Links), checkTerms(rs.Leaks.Terms))
}

func checkLabels(rs models.Ruleset) []models.FieldError {
	var faults []models.FieldError
	for _, label := range models.Labels() {
		t, at := rs.Labels[label], "labels."+string(label)
		faults = append(faults, checkBounds(at, models.Bounds{Hold: t.Hold, Reject: t.Reject})...)
		for _, lang := range slices.Sorted(maps.Keys(t.Langs)) {
			faults = append(faults, checkBounds(at+".langs."+lang, t.Langs[lang])...)
		}
	}
	return faults
}

func checkBounds(at string, b models.Bounds) []models.FieldError {
	if b.Reject == 0 || b.Hold <= b.Reject {
		return nil
	}
	return []models.FieldError{{Field: at + ".hold", Detail: fmt.Sprintf("is %g, above reject (%g)", b.Hold, b.Reject)}}
}

func checkWords(rs models.Ruleset) []models.FieldError {
	var faults []models.FieldError
	named := map[string]int{}
	entries := 0
	for i, list := range rs.Words {
		at := fmt.Sprintf("words[%d]", i)
		if first, twice := named[list.Name]; twice {
			faults = append(faults, models.FieldError{Field: at + ".name", Detail: fmt.Sprintf("is also the name of words[%d]", first)})
		} else {
			named[list.Name] = i
		}
		for j, w := range list.Words {
			if _, ok := newPhrase(w); !ok {
				faults = append(faults, models.FieldError{Field: fmt.Sprintf("%s.words[%d]", at, j), Detail: "has no letter, digit or symbol to match"})
			}
		}
		entries += len(list.Words)
	}
	if entries > maxEntries {
		faults = append(faults, models.FieldError{Field: "words", Detail: fmt.Sprintf("hold %d entries together, the limit is %d", entries, maxEntries)})
	}
	return faults
}

func checkLinks(l models.LinkRule) []models.FieldError {
	var faults []models.FieldError
	if l.HoldAbove > 0 && l.RejectAbove > 0 && l.HoldAbove > l.RejectAbove {
		faults = append(faults, models.FieldError{
			Field: "links.hold_above", Detail: fmt.Sprintf("is %d, above reject_above (%d)", l.HoldAbove, l.RejectAbove),
		})
	}
	allowed := map[string]bool{}
	for i, h := range l.AllowedHosts {
		faults = append(faults, checkHost(fmt.Sprintf("links.allowed_hosts[%d]", i), h)...)
		allowed[canonicalHost(h)] = true
	}
	for i, h := range l.BlockedHosts {
		at := fmt.Sprintf("links.blocked_hosts[%d]", i)
		faults = append(faults, checkHost(at, h)...)
		if allowed[canonicalHost(h)] {
			faults = append(faults, models.FieldError{Field: at, Detail: "is also an allowed host"})
		}
	}
	return faults
}

// checkHost wants a bare host name: "example.com", not an address of a page.
func checkHost(field, host string) []models.FieldError {
	bare := strings.TrimPrefix(host, "*.")
	if canonicalHost(bare) == "" || strings.ContainsAny(bare, "/\\@?#:* \t\r\n") {
		return []models.FieldError{{Field: field, Detail: "must be a host name such as example.com"}}
	}
	return nil
}
