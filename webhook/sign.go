// Package webhook tells sites what changed: it signs events after Standard
// Webhooks 1.0.0, delivers them, backs off, and gives up on endpoints that stay
// silent. It owns the outbox's emptying and which addresses may be called; it
// refuses comment text: an event carries ids and labels alone.
package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

const (
	secretPrefix = "whsec_"
	secretBytes  = 32
)

// NewSecret makes a signing secret: whsec_ and 32 random bytes in base64.
func NewSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(b)
}

// Sign gives the webhook-signature header: one "v1,…" for each secret, so that a
// receiver that knows either the old or the new one accepts.
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
func Sign(secrets []string, id string, at time.Time, body []byte) string {
	signed := id + "." + strconv.FormatInt(at.Unix(), 10) + "."
	signatures := make([]string, 0, len(secrets))
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, secretPrefix))
		if err != nil {
			continue // a secret that we did not make signs nothing
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signed))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signatures, " ")
}
