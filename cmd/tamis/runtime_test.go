package main

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/config"
)

// Who asks for ONNX Runtime by name gets it, or no service: not a slower or a
// degraded one without a word.
func TestARuntimeAskedForByNameIsNotReplaced(t *testing.T) {
	t.Parallel()
	o := voiceOptions{data: t.TempDir(), scoring: transformer.Options{Callers: 1, Runtime: transformer.ONNX, Library: t.TempDir()}}
	if e, err := openVoices(t.Context(), o); !errors.Is(err, transformer.ErrRuntime) || e != nil {
		t.Errorf("by name: %v, %v", e, err)
	}
	o.scoring.Runtime = transformer.Auto
	e, err := openVoices(t.Context(), o)
	if err != nil || e.Runtime.Name != "go" || e.Runtime.Refused+e.Runtime.Missing == "" {
		t.Errorf("auto: %+v, %v", e, err)
	}
}

func TestTheDoctorSaysWhatRuns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		runtime        classifier.Runtime
		setting        string
		status, detail string
	}{
		"found":        {classifier.Runtime{Name: "onnx", Version: "1.32.0", Library: "/lib/x.so", Precision: "fp32"}, "auto", "ok", "ONNX Runtime 1.32.0 fp32 from /lib/x.so"},
		"not found":    {classifier.Runtime{Name: "go", Missing: "no x.so in /lib"}, "auto", "ok", "no x.so in /lib"},
		"not trusted":  {classifier.Runtime{Name: "go", Refused: "golden text 0"}, "auto", "warning", "golden text 0"},
		"not int8":     {classifier.Runtime{Name: "onnx", Precision: "fp32", Refused: "int8: no"}, "auto", "warning", "int8: no"},
		"not asked to": {classifier.Runtime{Name: "go"}, "go", "ok", "as the setting runtime says"},
	}
	for name, tt := range tests {
		got := examineRuntime(tt.runtime, config.Config{Runtime: tt.setting})
		if got.Check != "runtime" || got.Status != tt.status || !strings.Contains(got.Detail, tt.detail) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestMetricsSayWhatRuns(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]classifier.Runtime{
		`tamis_runtime_info{precision="int8",runtime="onnx",version="1.32.0"} 1`: {Name: "onnx", Version: "1.32.0", Precision: "int8", Library: "/secret/path"},
		`tamis_runtime_info{precision="fp32",runtime="go",version=""} 1`:         {Name: "go", Precision: "fp32"},
	} {
		m := newMetrics()
		m.runs(r)
		answer := httptest.NewRecorder()
		m.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
		if body := answer.Body.String(); !strings.Contains(body, want) || strings.Contains(body, "secret") {
			t.Errorf("%q is not in the metrics", want)
		}
	}
	m := newMetrics()
	m.runs(classifier.Runtime{})
	answer := httptest.NewRecorder()
	m.handler().ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if strings.Contains(answer.Body.String(), "tamis_runtime_info") {
		t.Error("the lexicon alone has a runtime")
	}
}
