package console

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// Policies keeps rulesets.
type Policies interface {
	Policy(ctx context.Context, site models.SiteID) (models.Policy, error)
	// PolicyVersion gives one version; 0 is the default.
	PolicyVersion(ctx context.Context, site models.SiteID, version int64) (models.Policy, error)
	History(ctx context.Context, site models.SiteID) ([]models.Policy, error)
	// SetPolicy keeps raw as the version after base.
	SetPolicy(ctx context.Context, site models.SiteID, raw []byte, base int64, by string) (models.Policy, error)
	// Restore puts an older version in force, as a new one.
	Restore(ctx context.Context, site models.SiteID, version int64, by string) (models.Policy, error)
}

func (c *Console) policyRoutes() []route {
	return []route{
		{"GET /settings/policy", models.ActPolicy, c.policyPage},
		{"POST /settings/policy", models.ActPolicy, c.setPolicyForm},
		{"POST /settings/policy/json", models.ActPolicy, c.setPolicyJSON},
		{"GET /settings/policy/{version}", models.ActPolicy, c.policyVersion},
		{"POST /settings/policy/{version}/restore", models.ActPolicy, c.restorePolicy},
	}
}

// langBounds are the thresholds of a label in one language, a line of the form.
type langBounds struct {
	Label models.Label
	Lang  string
	models.Bounds
}

// langLines lists what labels have of their own in a language, and an empty line.
func langLines(rules models.Ruleset) []langBounds {
	var out []langBounds
	for _, l := range models.Labels() {
		own := rules.Labels[l].Langs
		for _, lang := range slices.Sorted(maps.Keys(own)) {
			out = append(out, langBounds{l, lang, own[lang]})
		}
	}
	return append(out, langBounds{})
}

type policyData struct {
	Policy  models.Policy
	Labels  []models.Label
	Langs   []langBounds
	JSON    string
	History []models.Policy
	Faults  []models.FieldError
	Broken  bool // the JSON is none
}

func (c *Console) policyPage(w http.ResponseWriter, r *http.Request) error {
	p, err := c.deps.Policies.Policy(r.Context(), viewOf(r).Site.ID)
	if err != nil {
		return err
	}
	return c.showPolicy(w, r, http.StatusOK, policyData{Policy: p})
}

func (c *Console) showPolicy(w http.ResponseWriter, r *http.Request, status int, data policyData) error {
	var err error
	if data.History, err = c.deps.Policies.History(r.Context(), viewOf(r).Site.ID); err != nil {
		return err
	}
	if data.JSON == "" {
		data.JSON = indented(data.Policy.Ruleset)
	}
	data.Labels, data.Langs = models.Labels(), langLines(data.Policy.Ruleset)
	return c.renderAs(w, r, status, "policy", data)
}

func (c *Console) setPolicyForm(w http.ResponseWriter, r *http.Request) error {
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	// What the form does not show stays as it is in the version it was made from.
	from, err := c.deps.Policies.PolicyVersion(r.Context(), viewOf(r).Site.ID, base)
	if err != nil {
		return err
	}
	rules, found := rulesetOf(r, from.Ruleset)
	if len(found) > 0 {
		return c.showPolicy(w, r, http.StatusUnprocessableEntity, policyData{Policy: models.Policy{Version: base, Ruleset: rules}, Faults: found})
	}
	return c.savePolicy(w, r, []byte(indented(rules)), base, rules)
}

func (c *Console) setPolicyJSON(w http.ResponseWriter, r *http.Request) error {
	base, err := strconv.ParseInt(r.PostFormValue("base"), 10, 64)
	if err != nil {
		return badForm(err)
	}
	from, err := c.deps.Policies.PolicyVersion(r.Context(), viewOf(r).Site.ID, base)
	if err != nil {
		return err
	}
	return c.savePolicy(w, r, []byte(r.PostFormValue("json")), base, from.Ruleset)
}

// savePolicy keeps a version, or shows the form again with what is wrong in it.
func (c *Console) savePolicy(w http.ResponseWriter, r *http.Request, raw []byte, base int64, shown models.Ruleset) error {
	v := viewOf(r)
	made, err := c.deps.Policies.SetPolicy(r.Context(), v.Site.ID, raw, base, v.by())
	data := policyData{Policy: models.Policy{Version: base, Ruleset: shown}, JSON: string(raw)}
	if e := invalid(err); e != nil {
		data.Faults = e.Fields
		return c.showPolicy(w, r, http.StatusUnprocessableEntity, data)
	}
	if models.KindOf(err) == models.Malformed {
		data.Broken = true
		return c.showPolicy(w, r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	c.flash(w, r, "policy.saved", "Version", made.Version)
	return c.back(w, r, "/settings/policy")
}

func (c *Console) policyVersion(w http.ResponseWriter, r *http.Request) error {
	n, err := versionIn(r)
	if err != nil {
		return err
	}
	p, err := c.deps.Policies.PolicyVersion(r.Context(), viewOf(r).Site.ID, n)
	if err != nil {
		return err
	}
	return c.render(w, r, "policyversion", policyData{Policy: p, JSON: indented(p.Ruleset)})
}

// restorePolicy puts an older version in force, as a new one.
func (c *Console) restorePolicy(w http.ResponseWriter, r *http.Request) error {
	n, err := versionIn(r)
	if err != nil {
		return err
	}
	v := viewOf(r)
	made, err := c.deps.Policies.Restore(r.Context(), v.Site.ID, n, v.by())
	if err != nil {
		return err
	}
	c.flash(w, r, "policy.saved", "Version", made.Version)
	return c.back(w, r, "/settings/policy")
}

func versionIn(r *http.Request) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil || n < 0 {
		return 0, errNoPage
	}
	return n, nil
}

// rulesetOf reads the form over the version it was made from.
func rulesetOf(r *http.Request, from models.Ruleset) (models.Ruleset, []models.FieldError) {
	f := &ruleForm{r: r}
	rules := from
	rules.Labels = map[models.Label]models.Thresholds{}
	for _, l := range models.Labels() {
		t := models.Thresholds{
			Hold:   f.share("labels." + string(l) + ".hold"),
			Reject: f.share("labels." + string(l) + ".reject"),
			Shadow: f.tick("labels." + string(l) + ".shadow"),
		}
		if _, was := from.Labels[l]; was || t.Hold > 0 || t.Reject > 0 || t.Shadow {
			rules.Labels[l] = t
		}
	}
	f.langs(&rules)
	rules.Links.HoldAbove, rules.Links.RejectAbove = f.whole("links.hold_above"), f.whole("links.reject_above")
	rules.Links.AllowedHosts, rules.Links.BlockedHosts = f.list("links.allowed_hosts"), f.list("links.blocked_hosts")
	rules.FirstComment.Mode = r.PostFormValue("first_comment.mode")
	rules.Reports.HoldAt = f.whole("reports.hold_at")
	hold, route := f.tick("leaks.hold"), f.tick("distress.route")
	rules.Leaks.Hold, rules.Distress.Route = &hold, &route
	rules.Leaks.Terms = f.list("leaks.terms")
	rules.Words = nil
	for i := 0; r.PostForm.Has(fmt.Sprintf("words[%d].name", i)); i++ {
		p := fmt.Sprintf("words[%d].", i)
		w := models.WordList{
			Name: strings.TrimSpace(r.PostFormValue(p + "name")), Action: r.PostFormValue(p + "action"), Words: f.list(p + "words"),
			Lang: strings.TrimSpace(r.PostFormValue(p + "lang")), Shadow: f.tick(p + "shadow"),
		}
		if w.Name != "" || len(w.Words) > 0 {
			rules.Words = append(rules.Words, w)
		}
	}
	return rules, f.faults
}

// ruleForm reads fields and gathers what can't be read.
type ruleForm struct {
	r      *http.Request
	faults []models.FieldError
}

func (f *ruleForm) tick(name string) bool { return f.r.PostFormValue(name) != "" }

func (f *ruleForm) share(name string) float64 {
	value := strings.Replace(strings.TrimSpace(f.r.PostFormValue(name)), ",", ".", 1)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n >= 0 && n <= 1) {
		f.faults = append(f.faults, models.FieldError{Field: name, Detail: "must be a number from 0 to 1"})
		return 0
	}
	return n
}

func (f *ruleForm) whole(name string) int {
	value := strings.TrimSpace(f.r.PostFormValue(name))
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		f.faults = append(f.faults, models.FieldError{Field: name, Detail: "must be a whole number, 0 or more"})
		return 0
	}
	return n
}

// langs reads the lines of thresholds in one language; a line without a language
// is left out.
func (f *ruleForm) langs(rules *models.Ruleset) {
	for i := 0; f.r.PostForm.Has(fmt.Sprintf("langs[%d].lang", i)); i++ {
		p := fmt.Sprintf("langs[%d].", i)
		label, lang := models.Label(f.r.PostFormValue(p+"label")), strings.ToLower(strings.TrimSpace(f.r.PostFormValue(p+"lang")))
		if lang == "" {
			continue
		}
		t := rules.Labels[label]
		if _, twice := t.Langs[lang]; twice {
			f.faults = append(f.faults, models.FieldError{Field: p + "lang", Detail: fmt.Sprintf("%s has a line for %q already", label, lang)})
			continue
		}
		if t.Langs == nil {
			t.Langs = map[string]models.Bounds{}
		}
		t.Langs[lang] = models.Bounds{Hold: f.share(p + "hold"), Reject: f.share(p + "reject")}
		rules.Labels[label] = t
	}
}

func (f *ruleForm) list(name string) []string {
	var out []string
	for line := range strings.Lines(f.r.PostFormValue(name)) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func indented(rules models.Ruleset) string {
	raw, err := json.MarshalIndent(rules, "", "  ")
	if err != nil {
		return "{}" // a ruleset is made of what JSON can say
	}
	return string(raw)
}
