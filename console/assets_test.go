package console

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"
)

func TestScriptsAreSmall(t *testing.T) {
	t.Parallel()
	a, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for name, f := range a.files {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write(f.body)
		_ = z.Close()
		total += out.Len()
	}
	if const60 := 60 * 1024; total > const60 || total == 0 {
		t.Errorf("the scripts weigh %d bytes gzipped, the limit is %d", total, const60)
	}
}

// Colours stand in the token file alone, so that both themes have them.
func TestColoursAreTokens(t *testing.T) {
	t.Parallel()
	sheet, err := joined("static/css/*.css", "/* ", " */\n")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(sheet), "/* 1-base.css */")
	if !ok {
		t.Fatal("the base is not where it was")
	}
	literal := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[^{]*;|oklch\(|rgba?\(|hsla?\(`)
	if found := literal.FindString(rest); found != "" {
		t.Errorf("outside the tokens there is %q", found)
	}
}
