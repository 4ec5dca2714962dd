//go:build (linux || darwin) && (amd64 || arm64)

package e2e

import (
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier/transformer/ort/orttest"
)

func TestONNXRuntimeServesAndStops(t *testing.T) {
	library, err := orttest.Library()
	if err != nil {
		t.Fatal(err)
	}
	for precision, want := range map[string]string{"fp32": `precision="fp32",runtime="onnx"`, "int8": `precision="int8",runtime="onnx"`} {
		s := start(t, t.TempDir(), []string{"TAMIS_RUNTIME=onnx", "TAMIS_ONNX_LIBRARY=" + library, "TAMIS_ONNX_PRECISION=" + precision}, "serve").ready()
		c := s.as(s.firstKey())
		if a := c.call("POST", "/v1/check", map[string]any{"text": "You are a complete idiot", "explain": true}); a.status != 200 || !strings.Contains(string(a.raw), `"evidence"`) {
			t.Errorf("%s: status %d: %s", precision, a.status, a.raw)
		}
		if a := c.call("GET", "/metrics", nil); !strings.Contains(string(a.raw), want) {
			t.Errorf("%s: %s is not in the metrics", precision, want)
		}
		if code := s.stop(); code != 0 {
			t.Errorf("%s: stopped with %d:\n%s", precision, code, s.output())
		}
		if strings.Contains(s.output(), "idiot") {
			t.Errorf("%s: the comment is in the log", precision)
		}
	}
}

func TestNoStartWithoutTheRuntimeAskedFor(t *testing.T) {
	empty := t.TempDir()
	s := start(t, t.TempDir(), []string{"TAMIS_RUNTIME=onnx", "TAMIS_ONNX_LIBRARY=" + empty}, "serve")
	<-s.done
	if code, out := s.cmd.ProcessState.ExitCode(), s.output(); code != 1 || !strings.Contains(out, "runtime: onnx is set") || !strings.Contains(out, empty) {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
