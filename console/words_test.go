package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/pelletier/go-toml/v2"

	"github.com/tamis-moderation/tamis/models"
)

// keysOf gives the keys of a language, a counted one by its forms.
func keysOf(t *testing.T, lang string) map[string]string {
	t.Helper()
	files, err := fs.Glob(locales, "locales/"+lang+"/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	keys := map[string]string{}
	var walk func(prefix string, table map[string]any)
	walk = func(prefix string, table map[string]any) {
		for name, value := range table {
			switch value := value.(type) {
			case map[string]any:
				walk(prefix+name+".", value)
			case string:
				if strings.TrimSpace(value) == "" {
					t.Errorf("%s: %s%s is empty", lang, prefix, name)
				}
				if _, twice := keys[prefix+name]; twice {
					t.Errorf("%s: %s%s is there twice", lang, prefix, name)
				}
				keys[prefix+name] = value
			}
		}
	}
	for _, name := range files {
		raw, err := locales.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		table := map[string]any{}
		if err := toml.Unmarshal(raw, &table); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		walk("", table)
	}
	return keys
}

// A French colon or exclamation mark never begins a line: its space does not break.
func TestFrenchMarksStayWithTheirWords(t *testing.T) {
	t.Parallel()
	loose := regexp.MustCompile(` [:;!?»]|« `)
	for key, text := range keysOf(t, "fr") {
		if loose.MatchString(text) {
			t.Errorf("%s: %q: the space before a mark must be U+00A0", key, text)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\.(\w+)\}\}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	t.Parallel()
	fr, en := keysOf(t, "fr"), keysOf(t, "en")
	for key, text := range en {
		other, ok := fr[key]
		if !ok {
			t.Errorf("fr lacks %s", key)
			continue
		}
		if got, want := parametersOf(other), parametersOf(text); !slices.Equal(got, want) {
			t.Errorf("%s names %v in French and %v in English", key, got, want)
		}
	}
	for key := range fr {
		if _, ok := en[key]; !ok {
			t.Errorf("en lacks %s", key)
		}
	}
}

func parametersOf(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestEveryWordThatIsSaidIsThere(t *testing.T) {
	t.Parallel()
	keys := keysOf(t, "en")
	has := func(key string) bool {
		_, whole := keys[key]
		_, counted := keys[key+".other"]
		return whole || counted
	}
	said := 0
	for where, key := range keysInTemplates(t) {
		said++
		if !has(key) {
			t.Errorf("%s says %q", where, key)
		}
	}
	for where, key := range keysInCode(t) {
		said++
		if !has(key) {
			t.Errorf("%s says %q", where, key)
		}
	}
	for _, p := range navigation() {
		if !has(p.Key) {
			t.Errorf("the navigation says %q", p.Key)
		}
	}
	for kind, p := range problems {
		if !has("problem."+p.words+".title") || !has("problem."+p.words+".text") {
			t.Errorf("the kind %v has no words", kind)
		}
	}
	for _, family := range families() {
		for _, one := range family.of {
			if key := family.prefix + one; !has(key) {
				t.Errorf("there are no words %q", key)
			}
		}
	}
	if said < 100 {
		t.Errorf("found %d words only: the test looks in the wrong place", said)
	}
}

// families are the keys that templates make of a value.
func families() []struct {
	prefix string
	of     []string
} {
	list := func(of any) []string {
		var out []string
		switch of := of.(type) {
		case []models.Role:
			for _, x := range of {
				out = append(out, string(x))
			}
		case []models.Scope:
			for _, x := range of {
				out = append(out, string(x))
			}
		}
		return out
	}
	var acts []string
	for _, a := range auditActs() {
		acts = append(acts, strings.ReplaceAll(a, ".", "_"))
	}
	return []struct {
		prefix string
		of     []string
	}{
		{"role.", list(models.Roles())},
		{"role_text.", list(models.Roles())},
		{"scope.", list(models.Scopes())},
		{"hold_as.", models.HoldAsWords()},
		{"action.", []string{string(models.Allow), string(models.Hold), string(models.Reject)}},
		{"delivery.", []string{string(models.DeliveryDue), string(models.DeliveryDone), string(models.DeliveryFailed)}},
		{"topic.", topics()},
		{"language.", languages()},
		{"audit.act.", acts},
	}
}

// keysInTemplates gives the keys that stand in templates as such.
func keysInTemplates(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	eachTemplate(t, func(file string, node parse.Node) {
		call, ok := node.(*parse.CommandNode)
		if !ok || len(call.Args) < 2 {
			return
		}
		name, ok := call.Args[0].(*parse.IdentifierNode)
		key, literal := call.Args[1].(*parse.StringNode)
		if ok && literal && (name.Ident == "t" || name.Ident == "tn") {
			found[file+" "+strconv.Itoa(int(call.Pos))] = key.Text
		}
	})
	return found
}

// keysInCode gives the keys of flash, flashCount, T, word and count, as literals.
func keysInCode(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			callee, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains([]string{"flash", "flashCount", "T", "word", "count"}, callee.Sel.Name) {
				return true
			}
			for _, arg := range call.Args {
				lit, ok := arg.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				if key, _ := strconv.Unquote(lit.Value); strings.Contains(key, ".") && !strings.HasSuffix(key, ".") {
					found[set.Position(lit.Pos()).String()] = key
				}
				break // what follows are parameters
			}
			return true
		})
	}
	return found
}

// eachTemplate visits every node of every template.
func eachTemplate(t *testing.T, visit func(file string, node parse.Node)) {
	t.Helper()
	err := fs.WalkDir(templates, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := templates.ReadFile(path)
		if err != nil {
			return err
		}
		mode := parse.New(path)
		mode.Mode = parse.SkipFuncCheck
		trees := map[string]*parse.Tree{}
		if _, err := mode.Parse(string(raw), "", "", trees); err != nil {
			return err
		}
		trees[""] = mode
		for _, tree := range trees {
			if tree.Root != nil {
				walkNode(tree.Root, func(n parse.Node) { visit(path, n) })
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func walkNode(node parse.Node, visit func(parse.Node)) {
	visit(node)
	branch := func(b *parse.BranchNode) {
		walkNode(b.Pipe, visit)
		walkNode(b.List, visit)
		if b.ElseList != nil {
			walkNode(b.ElseList, visit)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			walkNode(child, visit)
		}
	case *parse.ActionNode:
		walkNode(n.Pipe, visit)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			walkNode(n.Pipe, visit)
		}
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			walkNode(c, visit)
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			walkNode(a, visit)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}

var (
	tags     = regexp.MustCompile(`(?s)<[^>]*>`)
	openTag  = regexp.MustCompile(`(?s)^[^<]*>`)
	cutTag   = regexp.MustCompile(`(?s)<[^<>]*$`)
	letters  = regexp.MustCompile(`\p{L}{2,}`)
	readable = regexp.MustCompile(`\b(?:title|alt|placeholder|aria-label)="([^"{]*\p{L}[^"{]*)"`)
	entities = regexp.MustCompile(`&\w+;`)
)

// Text that stands in a template itself would be read in one language only.
func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	t.Parallel()
	allowed := []string{"Tamis", "https"} // a name, and the beginning of an address
	eachTemplate(t, func(file string, node parse.Node) {
		text, ok := node.(*parse.TextNode)
		if !ok {
			return
		}
		raw := string(text.Text)
		for _, m := range readable.FindAllStringSubmatch(raw, -1) {
			if !slices.ContainsFunc(allowed, func(a string) bool { return strings.Contains(m[1], a) }) {
				t.Errorf("%s: %s", file, m[0])
			}
		}
		// A node may begin or end inside a tag, whose values are actions.
		plain := raw
		if i := strings.IndexByte(plain, '>'); i >= 0 && (strings.IndexByte(plain, '<') < 0 || strings.IndexByte(plain, '<') > i) {
			plain = openTag.ReplaceAllString(plain, "")
		} else if i < 0 && !strings.Contains(plain, "<") && insideTag(plain) {
			plain = ""
		}
		plain = entities.ReplaceAllString(tags.ReplaceAllString(cutTag.ReplaceAllString(plain, ""), " "), " ")
		for _, word := range letters.FindAllString(plain, -1) {
			if !slices.Contains(allowed, word) {
				t.Errorf("%s: the word %q stands in the template", file, word)
			}
		}
	})
}

// insideTag tells an attribute's rest from text.
func insideTag(s string) bool {
	return strings.Contains(s, `="`) || strings.HasPrefix(strings.TrimSpace(s), `"`) || strings.TrimSpace(s) == "" ||
		regexp.MustCompile(`^[\s\w.\-/?=&"\[\]]*$`).MatchString(s) && !strings.Contains(strings.TrimSpace(s), " ")
}

func TestNoStyleAttributeAndNoInlineScript(t *testing.T) {
	t.Parallel()
	inline := regexp.MustCompile(`(?i)\sstyle=|<script(?:\s[^>]*)?>[^<]|\son[a-z]+=|<style`)
	eachTemplate(t, func(file string, node parse.Node) {
		if text, ok := node.(*parse.TextNode); ok && inline.Match(text.Text) {
			t.Errorf("%s: %s", file, inline.Find(text.Text))
		}
	})
}

// Templates quote with <q>, whose marks are those of the page's language.
func TestQuotationMarksAreTheLanguagesOwn(t *testing.T) {
	t.Parallel()
	for key, words := range keysOf(t, "en") {
		if strings.ContainsAny(words, "«»") {
			t.Errorf("en: %s has French quotation marks: %s", key, words)
		}
	}
	err := fs.WalkDir(templates, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(templates, name)
		if strings.ContainsAny(string(raw), "«»“”") {
			t.Errorf("%s has the quotation marks of one language", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
