package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Check reports every fault at once, each naming its setting.
func (c Config) Check() error {
	var faults []error
	fault := func(key, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			fault(key, "%q is not one of %s", value, strings.Join(allowed, ", "))
		}
	}
	between := func(key string, value, low, high int) {
		if value < low || value > high {
			fault(key, "%d is not between %d and %d", value, low, high)
		}
	}

	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		fault("addr", "%q is not host:port", c.Addr)
	}
	if _, _, err := net.SplitHostPort(c.Worker.Addr); c.Worker.Addr != "" && err != nil {
		fault("worker.addr", "%q is not host:port", c.Worker.Addr)
	}
	if c.Data == "" {
		fault("data", "must name a folder")
	}
	if c.Database != "" && !hasScheme(c.Database, "sqlite:", "postgres://", "postgresql://") {
		fault("database", "%q is neither sqlite: nor postgres://", redactURL(c.Database))
	}
	if c.Database == "sqlite:" {
		fault("database", "sqlite: needs a path")
	}
	if c.Redis != "" && !hasScheme(c.Redis, "redis://", "rediss://", "unix://") {
		fault("redis", "%q is not redis://", redactURL(c.Redis))
	}
	if c.Redis != "" && c.SQLitePath() != "" {
		fault("redis", "needs database: postgres://… (one SQLite file serves one process)")
	}
	oneOf("runtime", c.Runtime, "auto", "go", "onnx")
	oneOf("onnx.precision", c.ONNX.Precision, "fp32", "int8")
	oneOf("locale", c.Locale, "fr", "en")
	oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	oneOf("log.format", c.Log.Format, "json", "text")
	between("judge.workers", c.Judge.Workers, 0, 1024)
	between("judge.batch", c.Judge.Batch, 1, 64)
	if c.Limits.Rate < 0 {
		fault("limits.rate", "%v is below 0", c.Limits.Rate)
	}
	between("retention.texts", c.Retention.Texts, 0, 36_500)
	between("retention.comments", c.Retention.Comments, 0, 36_500)
	between("retention.events", c.Retention.Events, 0, 36_500)
	between("retention.audit", c.Retention.Audit, 0, 36_500)
	between("retention.idempotency", c.Retention.Idempotency, 1, 36_500)
	if u, err := url.Parse(c.PublicURL); c.PublicURL != "" &&
		(err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https")) {
		fault("public_url", "%q is not an http:// or https:// address", c.PublicURL)
	}
	for _, p := range c.TrustedProxies {
		if !isPrefix(p) {
			fault("trusted_proxies", "%q is neither an address nor a CIDR", p)
		}
	}
	for _, a := range c.Webhooks.Allow {
		if _, _, err := net.SplitHostPort(a); err != nil && !isPrefix(a) {
			fault("webhooks.allow", "%q is neither host:port nor a CIDR", a)
		}
	}
	for i, pair := range c.Coral.Secrets {
		if site, secret, _ := strings.Cut(pair, "="); site == "" || len(secret) < 16 {
			fault(fmt.Sprintf("coral.secrets[%d]", i), "is not SITE=SECRET with a secret of 16 characters or more") // without showing it
		}
	}
	if c.OIDC.Issuer != "" {
		if u, err := url.Parse(c.OIDC.Issuer); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			fault("oidc.issuer", "%q is not an http:// or https:// address", c.OIDC.Issuer)
		}
		if c.OIDC.ClientID == "" {
			fault("oidc.client_id", "is needed with oidc.issuer")
		}
		if c.OIDC.Name == "" {
			fault("oidc.name", "must not be empty")
		}
	}
	between("coral.budget", c.Coral.Budget, 20, 9_000)
	for key, pairs := range map[string][]string{"coral.graphql": c.Coral.GraphQL, "assistant.callbacks": c.Assistant.Callbacks} {
		for i, pair := range pairs {
			site, address, _ := strings.Cut(pair, "=")
			if u, err := url.Parse(address); site == "" || err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				fault(fmt.Sprintf("%s[%d]", key, i), "%q is not SITE=URL with an http:// or https:// address", pair)
			}
		}
	}
	for key, pairs := range map[string][]string{"coral.tokens": c.Coral.Tokens, "assistant.tokens": c.Assistant.Tokens} {
		for i, pair := range pairs {
			if site, token, _ := strings.Cut(pair, "="); site == "" || token == "" {
				fault(fmt.Sprintf("%s[%d]", key, i), "is not SITE=TOKEN") // without showing it
			}
		}
	}
	for i, pair := range c.Assistant.Secrets {
		site, secret, _ := strings.Cut(pair, "=")
		if key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_")); site == "" || err != nil || len(key) < 16 {
			fault(fmt.Sprintf("assistant.secrets[%d]", i), "is not SITE=SECRET with whsec_ and 16 bytes or more in base64")
		}
	}
	for _, pair := range c.Coral.GraphQL {
		site, _, _ := strings.Cut(pair, "=")
		if !slices.ContainsFunc(c.Coral.Tokens, func(t string) bool { return strings.HasPrefix(t, site+"=") }) {
			fault("coral.graphql", "needs coral.tokens for the site %q", site)
		}
	}
	if u, err := url.Parse(c.Perspective.MirrorURL); err != nil || u.Host == "" {
		fault("perspective.mirror_url", "%q is not an address", c.Perspective.MirrorURL)
	}
	if c.SMTP.Addr != "" {
		if _, _, err := net.SplitHostPort(c.SMTP.Addr); err != nil {
			fault("smtp.addr", "%q is not host:port", c.SMTP.Addr)
		}
		if _, err := mail.ParseAddress(c.SMTP.From); err != nil {
			fault("smtp.from", "is needed with smtp.addr: an address such as tamis@example.org")
		}
	}
	oneOf("smtp.tls", c.SMTP.TLS, "starttls", "tls", "none")
	between("smtp.digest_hour", c.SMTP.DigestHour, 0, 23)
	return errors.Join(faults...)
}

func isPrefix(s string) bool {
	if _, err := netip.ParsePrefix(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

func hasScheme(s string, schemes ...string) bool {
	return slices.ContainsFunc(schemes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// redactURL hides a password, for messages.
func redactURL(s string) string {
	if u, err := url.Parse(s); err == nil {
		return u.Redacted()
	}
	return "(unreadable)"
}
