package body_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tamis-moderation/tamis/api/body"
	"github.com/tamis-moderation/tamis/models"
)

type sample struct {
	Text   string         `json:"text"`
	Count  int            `json:"count"`
	Ratio  float64        `json:"ratio"`
	Yes    bool           `json:"yes"`
	List   []string       `json:"list"`
	Object map[string]any `json:"object"`
	Inner  struct {
		Name string `json:"name"`
	} `json:"inner"`
}

func TestDecodeNamesTheFieldOfAWrongType(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ raw, field, detail string }{
		"number for string": {`{"text":1}`, "text", "must be a string, not a number"},
		"string for number": {`{"count":"1"}`, "count", "must be a whole number, not a string"},
		"half a number":     {`{"count":1.5}`, "count", "must be a whole number, not a number"},
		"object for ratio":  {`{"ratio":{}}`, "ratio", "must be a number, not an object"},
		"string for truth":  {`{"yes":"true"}`, "yes", "must be true or false, not a string"},
		"truth for list":    {`{"list":true}`, "list", "must be an array, not true or false"},
		"array for object":  {`{"object":[]}`, "object", "must be an object, not an array"},
		"inside":            {`{"inner":{"name":[]}}`, "inner.name", "must be a string, not an array"},
		"too large":         {`{"count":1e999}`, "count", "must be a whole number, not a number"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v sample
			var e *models.Error
			if err := body.Decode([]byte(tt.raw), &v); !errors.As(err, &e) || e.Kind != models.Malformed {
				t.Fatalf("got %v", err)
			}
			if len(e.Fields) != 1 || e.Fields[0] != (models.FieldError{Field: tt.field, Detail: tt.detail}) {
				t.Errorf("got %v", e.Fields)
			}
		})
	}
}

func TestIsJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		media, encoding string
		want            bool
	}{
		"nothing told":      {"", "", true},
		"JSON":              {"application/json", "", true},
		"JSON in capitals":  {"Application/JSON", "", true},
		"JSON in UTF-8":     {"application/json; charset=UTF-8", "identity", true},
		"a kind of JSON":    {"application/merge-patch+json", "", true},
		"another charset":   {"application/json; charset=utf-16", "", false},
		"a form":            {"application/x-www-form-urlencoded", "", false},
		"text":              {"text/plain", "", false},
		"nonsense":          {";;;", "", false},
		"compressed":        {"application/json", "gzip", false},
		"JSON in its name":  {"application/jsonp", "", false},
		"a list of formats": {"application/json, text/html", "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			if tt.media != "" {
				h.Set("Content-Type", tt.media)
			}
			if tt.encoding != "" {
				h.Set("Content-Encoding", tt.encoding)
			}
			if got := body.IsJSON(h); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// counter tells how much of a body was read.
type counter struct {
	io.Reader
	read int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

func (c *counter) Close() error { return nil }

func TestRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		sent   int
		told   int64
		want   models.Kind
		atMost int // of the body is read
	}{
		"as told":              {100, 100, models.Internal, 100},
		"without being told":   {100, -1, models.Internal, 100},
		"the limit itself":     {1000, 1000, models.Internal, 1000},
		"told to be over":      {5000, 5000, models.TooLarge, 0},
		"over without a word":  {5000, -1, models.TooLarge, 1001},
		"less than it is told": {50, 100, models.Malformed, 50},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _ := gin.CreateTestContext(httptest.NewRecorder())
			c := &counter{Reader: strings.NewReader(strings.Repeat("a", tt.sent))}
			g.Request = &http.Request{Body: c, ContentLength: tt.told}
			raw, err := body.Read(g, 1000)
			if c.read > tt.atMost {
				t.Errorf("%d bytes were read, want at most %d", c.read, tt.atMost)
			}
			if err != nil {
				if models.KindOf(err) != tt.want {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				return
			}
			again, err := body.Read(g, 1000)
			if len(raw) != tt.sent || tt.want != models.Internal || err != nil || string(again) != string(raw) {
				t.Errorf("got %d bytes, then %d, %v", len(raw), len(again), err)
			}
		})
	}
}

// FuzzDecode holds the one-pass checks to what the decoder itself finds.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"text":"a\\\"[{","inner":{"name":"\ud800"}}`))
	f.Add([]byte(`{"list":["a",null],"object":{"a":[[[]]]}} x`))
	f.Add([]byte("{\"text\":\"\xff\"}"))
	f.Add([]byte(strings.Repeat(`{"object":`, 70) + "1" + strings.Repeat("}", 70)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v sample
		err := body.Decode(raw, &v)
		if err != nil {
			if models.KindOf(err) != models.Malformed {
				t.Fatalf("got %v", err)
			}
			return
		}
		if !json.Valid(raw) || !utf8.Valid(raw) || depth(raw) > 64 {
			t.Fatalf("taken: %q", raw)
		}
		if !utf8.ValidString(v.Text) || !utf8.ValidString(v.Inner.Name) {
			t.Fatalf("decoded to invalid UTF-8: %q", raw)
		}
	})
}

// depth counts levels as the decoder's own tokens show them.
func depth(raw []byte) int {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	deep, most := 0, 0
	for {
		token, err := d.Token()
		if err != nil {
			return most
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			deep++
			most = max(most, deep)
		case json.Delim('}'), json.Delim(']'):
			deep--
		}
	}
}
