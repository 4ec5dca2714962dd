package console

import (
	"embed"
	"fmt"
	"io/fs"
	"path"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/pelletier/go-toml/v2"
	"golang.org/x/text/language"
)

//go:embed locales
var locales embed.FS

// languages are those that the console speaks.
func languages() []string { return []string{"fr", "en"} }

// words are all that the console says.
type words struct {
	by map[string]*i18n.Localizer
}

func loadWords() (*words, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	w := &words{by: map[string]*i18n.Localizer{}}
	for _, lang := range languages() {
		files, err := fs.Glob(locales, "locales/"+lang+"/*.toml")
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			raw, err := locales.ReadFile(name)
			if err != nil {
				return nil, err
			}
			// The library reads the language from a name like fr.toml.
			if _, err := bundle.ParseMessageFileBytes(raw, path.Join(path.Base(name), lang+".toml")); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		w.by[lang] = i18n.NewLocalizer(bundle, lang)
	}
	return w, nil
}

// word gives the text of a key; pairs are name and value of its parameters.
func (w *words) word(lang, key string, pairs ...any) string {
	return w.say(lang, &i18n.LocalizeConfig{MessageID: key, TemplateData: parameters(pairs)})
}

// count gives the text of a key for a number, which it may name as {{.N}}.
func (w *words) count(lang, key string, n int, pairs ...any) string {
	data := parameters(pairs)
	data["N"] = number(lang, n)
	return w.say(lang, &i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
}

func (w *words) say(lang string, config *i18n.LocalizeConfig) string {
	text, err := w.by[lang].Localize(config)
	if text == "" && err != nil {
		return "⟦" + config.MessageID + "⟧" // a test finds every key that is missing
	}
	return text
}

func parameters(pairs []any) map[string]any {
	data := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return data
}

// has reports whether a key has a text.
func (w *words) has(lang, key string) bool {
	text, err := w.by[lang].Localize(&i18n.LocalizeConfig{MessageID: key})
	return err == nil && text != ""
}
