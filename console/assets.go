package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

//go:embed static
var static embed.FS

// asset is a file that browsers keep.
type asset struct {
	body      []byte
	mediaType string
	hash      string
}

// assets are the one stylesheet, the one script, htmx and the icons.
type assets struct {
	files map[string]asset
	icons map[string]string // name → what is inside the svg element
}

func loadAssets() (*assets, error) {
	a := &assets{files: map[string]asset{}, icons: map[string]string{}}
	css, err := joined("static/css/*.css", "/* ", " */\n")
	if err != nil {
		return nil, err
	}
	js, err := joined("static/js/*.js", "// ", "\n")
	if err != nil {
		return nil, err
	}
	htmx, err := static.ReadFile("static/vendor/htmx.min.js")
	if err != nil {
		return nil, err
	}
	logo, err := static.ReadFile("static/logo.svg")
	if err != nil {
		return nil, err
	}
	a.add("app.css", "text/css; charset=utf-8", css)
	a.add("app.js", "text/javascript; charset=utf-8", js)
	a.add("htmx.js", "text/javascript; charset=utf-8", htmx)
	a.add("logo.svg", "image/svg+xml", logo)
	icons, err := fs.Glob(static, "static/icons/*.svg")
	if err != nil {
		return nil, err
	}
	for _, name := range icons {
		raw, err := static.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m := svgBody.FindSubmatch(raw)
		if m == nil {
			return nil, errors.New(name + " is no icon")
		}
		a.icons[strings.TrimSuffix(path.Base(name), ".svg")] = strings.Join(strings.Fields(string(m[1])), " ")
	}
	return a, nil
}

var svgBody = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// joined puts files one after the other, in the order of their names.
func joined(pattern, open, end string) ([]byte, error) {
	files, err := fs.Glob(static, pattern)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, name := range files {
		raw, err := static.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out.WriteString(open + path.Base(name) + end)
		out.Write(raw)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

func (a *assets) add(name, mediaType string, body []byte) {
	sum := sha256.Sum256(body)
	a.files[name] = asset{body: body, mediaType: mediaType, hash: hex.EncodeToString(sum[:6])}
}

// path is where a file is served.
func (a *assets) path(name string) (string, error) {
	f, ok := a.files[name]
	if !ok {
		return "", errors.New("no file " + name)
	}
	return "/static/" + f.hash + "/" + name, nil
}
