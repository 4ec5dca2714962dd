// Package config owns the settings: one struct, their defaults, where they are
// read from (file, environment, flags, in rising order) and what is wrong with
// them. It refuses to act on them; cmd alone imports it.
package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// EnvPrefix starts the name of every environment variable that is read.
const EnvPrefix = "TAMIS_"

// DefaultFile is read when it exists and no other file is named.
const DefaultFile = "tamis.yaml"

// Config is every setting.
type Config struct {
	Addr           string      `koanf:"addr"`            // host:port to listen on
	Data           string      `koanf:"data"`            // folder of the SQLite file and pulled weights
	Database       string      `koanf:"database"`        // sqlite:PATH or postgres://…; empty = sqlite in Data
	Redis          string      `koanf:"redis"`           // redis://…; empty = judge in process
	Weights        string      `koanf:"weights"`         // folder of other weights; empty = the embedded ones
	Runtime        string      `koanf:"runtime"`         // auto, go or onnx
	PublicURL      string      `koanf:"public_url"`      // as browsers see the service
	TrustedProxies []string    `koanf:"trusted_proxies"` // CIDRs whose X-Forwarded-For counts
	Locale         string      `koanf:"locale"`          // fr or en, for sites that choose none
	Log            Log         `koanf:"log"`
	ONNX           ONNX        `koanf:"onnx"`
	Judge          Judge       `koanf:"judge"`
	Worker         Worker      `koanf:"worker"`
	Limits         Limits      `koanf:"limits"`
	Retention      Retention   `koanf:"retention"`
	Webhooks       Webhooks    `koanf:"webhooks"`
	Coral          Coral       `koanf:"coral"`
	Assistant      Assistant   `koanf:"assistant"`
	Perspective    Perspective `koanf:"perspective"`
	OIDC           OIDC        `koanf:"oidc"`
	SMTP           SMTP        `koanf:"smtp"`
}

// Log says what is logged and how.
type Log struct {
	Level  string `koanf:"level"`  // debug, info, warn, error
	Format string `koanf:"format"` // json, text
}

// ONNX is about ONNX Runtime, where that runs the weights.
type ONNX struct {
	Library   string `koanf:"library"`   // file, or the folder it lies in; empty = the usual places
	Precision string `koanf:"precision"` // fp32 or int8
}

// Judge sizes the judging.
type Judge struct {
	Workers int `koanf:"workers"` // batches judged at once; 0 = one per core
	Batch   int `koanf:"batch"`   // comments in a batch, 1 to 64
}

// Worker is what only worker processes read.
type Worker struct {
	Addr string `koanf:"addr"` // host:port of health and metrics; empty = none
}

// Limits bounds what one key may ask.
type Limits struct {
	Rate float64 `koanf:"rate"` // requests a second per key; 0 = no limit
}

// Retention says after how many days things are removed; 0 = kept.
type Retention struct {
	Texts       int `koanf:"texts"`       // text and personal fields of settled comments
	Comments    int `koanf:"comments"`    // settled comments whole
	Events      int `koanf:"events"`      // announced changes and finished deliveries
	Audit       int `koanf:"audit"`       // audit entries
	Idempotency int `koanf:"idempotency"` // answers saved under an Idempotency-Key; at least 1
}

// Webhooks says where deliveries may go.
type Webhooks struct {
	Allow []string `koanf:"allow"` // host:port or CIDR of private addresses that may be called
}

// OIDC is about signing in to the console at an identity provider.
type OIDC struct {
	Issuer       string `koanf:"issuer"` // empty = no such sign-in
	ClientID     string `koanf:"client_id"`
	ClientSecret string `koanf:"client_secret"`
	Name         string `koanf:"name"` // as the button says it
}

// Coral is about the sites whose comments Coral asks about.
type Coral struct {
	Secrets []string `koanf:"secrets"` // SITE=SECRET; several of a site while one is being rolled
	Budget  int      `koanf:"budget"`  // milliseconds from a request to its answer
	GraphQL []string `koanf:"graphql"` // SITE=URL of Coral's own API, told of later verdicts
	Tokens  []string `koanf:"tokens"`  // SITE=TOKEN of an account there that may moderate
}

// Assistant is about the sites whose scores go to conversationai-moderator.
type Assistant struct {
	Callbacks []string `koanf:"callbacks"` // SITE=URL below which scores may be posted
	Secrets   []string `koanf:"secrets"`   // SITE=SECRET that signs what is posted; then any public address may be named
	Tokens    []string `koanf:"tokens"`    // SITE=TOKEN sent to addresses of Callbacks alone
}

// Perspective is about asking Google's API too, while it answers.
type Perspective struct {
	MirrorKey string `koanf:"mirror_key"` // Google's key; empty = no text leaves the machine
	MirrorURL string `koanf:"mirror_url"`
}

// SMTP is about what goes by mail.
type SMTP struct {
	Addr       string `koanf:"addr"` // host:port of the mail server; empty = no mail
	From       string `koanf:"from"`
	Username   string `koanf:"username"`
	Password   string `koanf:"password"`
	TLS        string `koanf:"tls"`         // starttls, tls or none
	DigestHour int    `koanf:"digest_hour"` // UTC
}

// setting is one row of the table that names every setting once.
type setting struct {
	key   string
	value any
	usage string
}

// settings lists every setting with its default and its line of help.
func settings() []setting {
	return []setting{
		{"addr", "127.0.0.1:8080", "address to listen on"},
		{"data", "data", "folder of the SQLite file and of pulled weights"},
		{"database", "", "sqlite:PATH or postgres://… (default: tamis.db in the data folder)"},
		{"redis", "", "redis://… hands judging to worker processes (default: judge in process)"},
		{"weights", "", "name or folder of other weights (default: the embedded ones)"},
		{"runtime", "auto", "what runs the weights: auto, go or onnx (ONNX Runtime or no start)"},
		{"onnx.library", "", "file or folder of ONNX Runtime's shared library (default: the usual places)"},
		{"onnx.precision", "fp32", "fp32, or int8: twice as fast, scores rounded"},
		{"public_url", "", "address of the service as browsers see it"},
		{"trusted_proxies", []string{}, "CIDRs of proxies whose X-Forwarded-For counts"},
		{"locale", "en", "language of reasons for sites that choose none: fr or en"},
		{"log.level", "info", "debug, info, warn or error"},
		{"log.format", "json", "json or text"},
		{"judge.workers", 0, "batches judged at once (0: one per core)"},
		{"judge.batch", 16, "comments in a batch, 1 to 64"},
		{"worker.addr", "", "address of a worker's /healthz, /readyz and /metrics (default: none)"},
		{"limits.rate", 0.0, "requests a second per key (0: no limit)"},
		{"retention.texts", 0, "days after which settled comments lose their text (0: kept)"},
		{"retention.comments", 0, "days after which settled comments are removed (0: kept)"},
		{"retention.events", 30, "days that events and finished deliveries are kept (0: for ever)"},
		{"retention.audit", 0, "days that the audit log is kept (0: for ever)"},
		{"retention.idempotency", 7, "days that answers to an Idempotency-Key are kept"},
		{"webhooks.allow", []string{}, "private host:port or CIDR that webhooks may call"},
		{"coral.secrets", []string{}, "SITE=SECRET of Coral's external moderation phases; several of a site while one is rolled"},
		{"smtp.addr", "", "host:port of a mail server, for digests, alerts and sign-in links (default: no mail)"},
		{"smtp.from", "", "whom mails come from: tamis@example.org, or \"Tamis <tamis@example.org>\""},
		{"smtp.username", "", "to sign in at the mail server (default: without)"},
		{"smtp.password", "", "its password"},
		{"smtp.tls", "starttls", "starttls, tls, or none for a server on the same machine"},
		{"smtp.digest_hour", 7, "hour of the day, UTC, from which digests are sent"},
		{"oidc.issuer", "", "OpenID Connect provider at which people of the console may sign in (default: none)"},
		{"oidc.client_id", "", "the console's name there"},
		{"oidc.client_secret", "", "its secret there"},
		{"oidc.name", "OpenID", "what the button calls the provider"},
		{"coral.budget", 150, "milliseconds in which Coral is answered, below its phase's timeout"},
		{"coral.graphql", []string{}, "SITE=URL of Coral's API (…/api/graphql), told of verdicts that come later"},
		{"coral.tokens", []string{}, "SITE=TOKEN of an account of Coral's that may moderate"},
		{"assistant.callbacks", []string{}, "SITE=URL below which scores may be posted back (conversationai-moderator)"},
		{"assistant.secrets", []string{}, "SITE=SECRET (whsec_…) that signs posted scores: then any public address may be named"},
		{"assistant.tokens", []string{}, "SITE=TOKEN sent in Authorization to assistant.callbacks alone"},
		{"perspective.mirror_key", "", "SENDS TEXTS OUT: asks Google's Perspective API too with this key, to compare (default: off)"},
		{"perspective.mirror_url", "https://commentanalyzer.googleapis.com/v1alpha1", "where mirror_key is used"},
	}
}

// Flags adds a flag for every setting: log.level becomes --log-level.
func Flags(fs *pflag.FlagSet) {
	fs.String("config", "", "settings file (default: "+DefaultFile+" when it exists)")
	for _, s := range settings() {
		name := flagName(s.key)
		switch v := s.value.(type) {
		case string:
			fs.String(name, v, s.usage)
		case int:
			fs.Int(name, v, s.usage)
		case float64:
			fs.Float64(name, v, s.usage)
		case []string:
			fs.StringSlice(name, v, s.usage)
		}
	}
}

// Default gives the settings that hold where nothing is set.
func Default() Config {
	c, err := decode(koanf.New("."))
	if err != nil {
		panic(err) // the table above and the struct disagree: a fault of the build
	}
	return c
}

// Load reads the file, then the environment, then the flags that were set, and
// checks the whole. Flags may be nil.
func Load(fs *pflag.FlagSet, environ []string) (Config, error) {
	k := koanf.New(".")
	if err := loadFile(k, fs); err != nil {
		return Config{}, err
	}
	byEnv := map[string]string{}
	for _, s := range settings() {
		byEnv[envName(s.key)] = s.key
	}
	source := env.Provider(".", env.Opt{
		Prefix:      EnvPrefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			return byEnv[name], split(byEnv[name], value)
		},
	})
	if err := k.Load(source, nil); err != nil {
		return Config{}, fmt.Errorf("environment: %w", err)
	}
	if fs != nil {
		source := posflag.ProviderWithFlag(fs, ".", nil, func(f *pflag.Flag) (string, any) {
			if !f.Changed {
				return "", nil
			}
			return keyOfFlag(f.Name), posflag.FlagVal(fs, f)
		})
		if err := k.Load(source, nil); err != nil {
			return Config{}, fmt.Errorf("flags: %w", err)
		}
	}
	c, err := decode(k)
	if err != nil {
		return Config{}, err
	}
	return c, c.Check()
}

// SQLitePath is the path of the SQLite file, empty when PostgreSQL is used.
func (c Config) SQLitePath() string {
	switch {
	case c.Database == "":
		return filepath.Join(c.Data, "tamis.db")
	case strings.HasPrefix(c.Database, "sqlite:"):
		return strings.TrimPrefix(c.Database, "sqlite:")
	default:
		return ""
	}
}

func loadFile(k *koanf.Koanf, fs *pflag.FlagSet) error {
	name := ""
	if fs != nil {
		name, _ = fs.GetString("config")
	}
	if name == "" {
		if _, err := os.Stat(DefaultFile); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		name = DefaultFile
	}
	if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	known := map[string]bool{}
	for _, s := range settings() {
		known[s.key] = true
	}
	var faults []error
	for _, key := range k.Keys() {
		if !known[key] {
			faults = append(faults, fmt.Errorf("%s: %q is not a setting", name, key))
		}
	}
	return errors.Join(faults...)
}

// decode lays what was set over the defaults.
func decode(set *koanf.Koanf) (Config, error) {
	k := koanf.New(".")
	defaults := map[string]any{}
	for _, s := range settings() {
		defaults[s.key] = s.value
	}
	if err := k.Load(confmap.Provider(defaults, "."), nil); err != nil {
		return Config{}, err
	}
	if err := k.Merge(set); err != nil {
		return Config{}, err
	}
	var c Config
	if err := k.Unmarshal("", &c); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	return c, nil
}

// split turns an environment value, separated by commas or spaces, into the
// list it stands for. A token may have spaces in it.
func split(key, value string) any {
	spaced := strings.HasSuffix(key, ".tokens")
	for _, s := range settings() {
		if _, list := s.value.([]string); s.key == key && list {
			return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' && !spaced })
		}
	}
	return value
}

func envName(key string) string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func flagName(key string) string { return strings.NewReplacer(".", "-", "_", "-").Replace(key) }

func keyOfFlag(name string) string {
	for _, s := range settings() {
		if flagName(s.key) == name {
			return s.key
		}
	}
	return ""
}

// BaseURL is the address of the service for people: public_url, or http and
// the address it listens on.
func (c Config) BaseURL() string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	return "http://" + c.Addr
}
