package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const source = `package v1
import "time"
type thingOut struct {
	ID   string     ` + "`json:\"id\"`" + `
	At   *time.Time ` + "`json:\"at\"`" + `
	Part *partOut   ` + "`json:\"part\"`" + `
	Note *string    ` + "`json:\"note,omitempty\"`" + `
}
type thingIn struct {
	ID string ` + "`json:\"id\"`" + `
}
`

const broken = `{"externalDocs":{"url":""},"paths":{"/form":{"post":{"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"oneOf":[{"type":"object"},{"title":"blog","type":"string"},{"title":"key","type":"string"}]}}}},
 "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/akismet.usageOut"}}},"description":"OK"}}}},"/x":{"post":{
 "requestBody":{"content":{"application/json":{"schema":{"oneOf":[{"type":"object"},{"$ref":"#/components/schemas/v1.thingIn","summary":"body"}]}}}},
 "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/v1.thingOut"}}},"description":"OK"},
  "404":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/problem.Document"}}},"description":"Bad Request"}}}}},
 "components":{"schemas":{"akismet.usageOut":{"type":"object"},"problem.Document":{"type":"object"},"v1.thingIn":{"type":"object","properties":{"id":{"type":"string"}}},
  "v1.partOut":{"type":"object"},
  "v1.thingOut":{"type":"object","properties":{"id":{"type":"string","x-enum-varnames":["A"]},"at":{"type":"string"},
   "part":{"$ref":"#/components/schemas/v1.partOut"},"note":{"type":"string","uniqueItems":false}}}}}}`

const mended = `{"paths":{"/form":{"post":{"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"type":"object","properties":{"blog":{"type":"string"},"key":{"type":"string"}}}}}},
 "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/AkismetUsage"}}},"description":"OK"}}}},"/x":{"post":{
 "requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/ThingInput"}}}},
 "responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/Thing"}}},"description":"OK"},
  "404":{"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}},"description":"Not Found"}}}}},
 "components":{"schemas":{"AkismetUsage":{"type":"object"},"Problem":{"type":"object"},"ThingInput":{"type":"object","properties":{"id":{"type":"string"}}},
  "Part":{"type":"object"},
  "Thing":{"type":"object","required":["at","id","part"],"properties":{"id":{"type":"string"},"at":{"type":["string","null"],"format":"date-time"},
   "part":{"anyOf":[{"$ref":"#/components/schemas/Part"},{"type":"null"}]},"note":{"type":"string"}}}}}}`

func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestMending(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(strings.NewReader(broken), &out, []string{folder(t)}); err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(mended), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMendingRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, folder, want string }{
		"what is no JSON":        {"{", t.TempDir(), "EOF"},
		"Go that can't be read":  {"{}", badFolder(t), "expected"},
		"two names that collide": {`{"components":{"schemas":{"a.X":{},"b.X":{}}}}`, t.TempDir(), "would both be named"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := run(strings.NewReader(tt.in), &bytes.Buffer{}, []string{tt.folder})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want one with %q", err, tt.want)
			}
		})
	}
}

func badFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
