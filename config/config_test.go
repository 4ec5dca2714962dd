package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/tamis-moderation/tamis/config"
)

func load(t *testing.T, file string, environ []string, args ...string) (config.Config, error) {
	t.Helper()
	fs := pflag.NewFlagSet("tamis", pflag.ContinueOnError)
	config.Flags(fs)
	if file != "" {
		path := filepath.Join(t.TempDir(), "tamis.yaml")
		if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", path)
	}
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return config.Load(fs, environ)
}

func TestDefaultsAreValid(t *testing.T) {
	t.Parallel()
	if err := config.Default().Check(); err != nil {
		t.Fatal(err)
	}
	got, err := load(t, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default(), got); diff != "" {
		t.Errorf("nothing set (-default +loaded):\n%s", diff)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	t.Parallel()
	file := "addr: 127.0.0.1:1\nlog:\n  level: debug\njudge:\n  batch: 4\nwebhooks:\n  allow: [10.0.0.0/8]\n"
	environ := []string{"TAMIS_ADDR=127.0.0.1:2", "TAMIS_JUDGE_BATCH=8", "TAMIS_TRUSTED_PROXIES=10.0.0.1, 10.1.0.0/16", "OTHER=x"}
	got, err := load(t, file, environ, "--addr", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Addr, want.Log.Level, want.Judge.Batch = "127.0.0.1:3", "debug", 8
	want.Webhooks.Allow = []string{"10.0.0.0/8"}
	want.TrustedProxies = []string{"10.0.0.1", "10.1.0.0/16"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryFaultIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(t, "", []string{
		"TAMIS_DATABASE=foo", "TAMIS_REDIS=bar", "TAMIS_ADDR=nowhere", "TAMIS_JUDGE_BATCH=0", "TAMIS_LOCALE=de",
		"TAMIS_WEBHOOKS_ALLOW=x", "TAMIS_PUBLIC_URL=ftp://a", "TAMIS_RETENTION_IDEMPOTENCY=0", "TAMIS_TRUSTED_PROXIES=y", "TAMIS_WORKER_ADDR=z",
		"TAMIS_RUNTIME=cuda", "TAMIS_ONNX_PRECISION=int4", "TAMIS_CORAL_SECRETS=blog=short", "TAMIS_CORAL_BUDGET=10",
		"TAMIS_CORAL_GRAPHQL=blog=https://coral.example", "TAMIS_CORAL_TOKENS==short", "TAMIS_ASSISTANT_CALLBACKS=blog=osmod",
		"TAMIS_ASSISTANT_SECRETS=blog=whsec_short", "TAMIS_ASSISTANT_TOKENS=short", "TAMIS_PERSPECTIVE_MIRROR_URL=x",
		"TAMIS_SMTP_ADDR=mailhost", "TAMIS_SMTP_TLS=maybe", "TAMIS_SMTP_DIGEST_HOUR=24",
	})
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "short") {
		t.Errorf("a secret is shown in:\n%v", err)
	}
	for _, key := range []string{
		`database: "foo" is neither sqlite: nor postgres://`, "redis:", "addr:", "judge.batch:", "locale:",
		"webhooks.allow:", "public_url:", "retention.idempotency:", "trusted_proxies:", "worker.addr:",
		`runtime: "cuda" is not one of auto, go, onnx`, `onnx.precision: "int4" is not one of fp32, int8`,
		"coral.secrets[0]:", "coral.budget:", `coral.graphql: needs coral.tokens for the site "blog"`, "coral.tokens[0]:",
		"assistant.callbacks[0]:", "assistant.secrets[0]:", "assistant.tokens[0]:", "perspective.mirror_url:",
		"smtp.addr:", "smtp.from:", "smtp.tls:", "smtp.digest_hour:",
	} {
		if !strings.Contains(err.Error(), key) {
			t.Errorf("%q is not reported in:\n%v", key, err)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file    string
		environ []string
		want    string
	}{
		"unknown setting in the file": {file: "adr: x\n", want: `"adr" is not a setting`},
		"file is not YAML":            {file: "a: [", want: "tamis.yaml"},
		"redis beside SQLite":         {environ: []string{"TAMIS_REDIS=redis://h"}, want: "redis: needs database"},
		"sqlite without a path":       {environ: []string{"TAMIS_DATABASE=sqlite:"}, want: "needs a path"},
		"a number that is none":       {environ: []string{"TAMIS_JUDGE_BATCH=many"}, want: "judge.batch"},
		"a password stays hidden":     {environ: []string{"TAMIS_DATABASE=mysql://u:hush@h/d"}, want: "xxxxx"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, tt.file, tt.environ)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hush") {
				t.Errorf("the password is shown: %v", err)
			}
		})
	}
}

func TestATokenMayHaveSpaces(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", []string{"TAMIS_ASSISTANT_TOKENS=blog=JWT a,other=b", "TAMIS_WEBHOOKS_ALLOW=127.0.0.1:80 10.0.0.0/8"})
	if err != nil || len(c.Assistant.Tokens) != 2 || c.Assistant.Tokens[0] != "blog=JWT a" || len(c.Webhooks.Allow) != 2 {
		t.Errorf("got %q, %q, %v", c.Assistant.Tokens, c.Webhooks.Allow, err)
	}
}

func TestSQLitePath(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ database, want string }{
		"by default in the data folder": {"", filepath.Join("data", "tamis.db")},
		"named":                         {"sqlite:/var/t.db", "/var/t.db"},
		"none with PostgreSQL":          {"postgres://h/d", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.Database = tt.database
			if got := c.SQLitePath(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
