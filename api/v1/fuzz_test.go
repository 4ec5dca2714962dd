package v1_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever is sent, the answer is JSON of a status that is the sender's.
func FuzzSubmit(f *testing.F) {
	f.Add(`{"text":"Bonjour","author":{"id":"u"},"metadata":{"a":"\u0000"},"posted_at":"2026-01-01T00:00:00Z"}`)
	f.Add(`{"text":"\ud800","x":[[[[1e999]]]]}`)
	f.Add(`{"comments":[{"text":5},{"text":"ok"},null]}`)
	f.Add("\xff{")
	door := newHouse().handler(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, path := range []string{"/v1/comments", "/v1/comments/batch", "/v1/check"} {
			w := httptest.NewRecorder()
			door.ServeHTTP(w, call{"POST", path, body, map[string]string{"Idempotency-Key": "k"}}.request())
			answerIsSound(t, w)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("held", "spam", "2026-01-01T00:00:00Z", "abc", "10")
	f.Add("\x00", "\xff", "9999-99-99", strings.Repeat("c", 2000), "1e9")
	door := newHouse().handler(f)
	f.Fuzz(func(t *testing.T, status, label, since, cursor, limit string) {
		q := url.Values{"status": {status}, "label": {label}, "since": {since}, "cursor": {cursor}, "limit": {limit}}
		w := httptest.NewRecorder()
		door.ServeHTTP(w, call{"GET", "/v1/comments?" + q.Encode(), "", nil}.request())
		answerIsSound(t, w)
	})
}

func answerIsSound(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	switch w.Code {
	case http.StatusOK, http.StatusAccepted, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge:
	default:
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if !json.Valid(w.Body.Bytes()) || !utf8.Valid(w.Body.Bytes()) {
		t.Fatalf("the answer can't be read: %q", w.Body)
	}
}
