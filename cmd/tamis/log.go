package main

import (
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/tamis-moderation/tamis/config"
)

// newLog makes the process's log. Attributes that could carry a secret or a
// comment's words are struck out, should a line ever carry one by mistake.
func newLog(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // checked with the settings
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: redact}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

func redact(_ []string, a slog.Attr) slog.Attr {
	secret := []string{"text", "body", "key", "secret", "token", "password", "authorization", "email", "ip", "author", "database", "redis"}
	if slices.Contains(secret, strings.ToLower(a.Key)) {
		return slog.String(a.Key, "(redacted)")
	}
	return a
}
