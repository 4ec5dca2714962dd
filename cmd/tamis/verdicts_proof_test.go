//go:build proof

package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/classifiertest"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/evaluation"
	"github.com/tamis-moderation/tamis/models"
)

// TestProofVerdicts measures the verdicts of the shipped path under the default
// policy on hand-written suites and on the dev rows of the corpus, and writes
// the table to the file that TAMIS_WRITE names. It judges nothing: which figure
// is good enough stands in the table's text.
func TestProofVerdicts(t *testing.T) {
	ensemble := proofVoices(t)
	p := &verdictsProof{T: t, ensemble: ensemble, decide: decideByDefault(), draw: rand.New(rand.NewPCG(3, 5))}
	w := ensemble.Weights()
	p.line("# How good the verdicts are\n")
	p.line("Measured by `make proof-verdicts`, which writes this page anew: the shipped scoring path under the")
	p.line("default policy, weights `%s` (%.12s). *Stopped* is held or rejected. The texts of the first three", w.Name, w.Digest)
	p.line("suites are hand-written and in `classifier/classifiertest/testdata` and `evaluation/testdata`; none")
	p.line("of them may be trained on. *dev* is the corpus' dev set. Intervals are 95 %%. The rules for spam, threats,")
	p.line("leaks and distress were widened after a look at what these suites missed: there they flatter the rules.\n")
	p.trade()
	p.contrast()
	p.harmless(classifiertest.Criticism(), "Criticism without an insult", "Courteous and blunt; asked for: at most 2 % stopped.")
	p.harmless(classifiertest.Address(), "People who speak to one another", "By name and in the second person, without an insult.")
	p.french()
	rows := p.dev()
	p.register(rows)
	p.evasion(rows)
	p.buried(rows)
	p.calibration(rows)
	t.Log("\n" + p.page.String())
	if file := os.Getenv("TAMIS_WRITE"); file != "" {
		if err := os.WriteFile(file, []byte(p.page.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// proofVoices opens the shipped voices: the embedded weights or those of
// TAMIS_WEIGHTS, on ONNX Runtime where TAMIS_ONNX_LIBRARY names its library.
func proofVoices(t *testing.T) *classifier.Ensemble {
	t.Helper()
	ensemble, err := openVoices(t.Context(), voiceOptions{
		weights: os.Getenv("TAMIS_WEIGHTS"), data: os.Getenv("TAMIS_DATA"),
		scoring: transformer.Options{Runtime: transformer.Auto, Library: os.Getenv("TAMIS_ONNX_LIBRARY")},
	})
	if err != nil || ensemble.Transformer == nil {
		t.Fatalf("no weights: %v", err)
	}
	return ensemble
}

type verdictsProof struct {
	*testing.T
	ensemble *classifier.Ensemble
	decide   decideFunc
	draw     *rand.Rand
	page     strings.Builder
}

func (p *verdictsProof) line(format string, args ...any) {
	fmt.Fprintf(&p.page, format+"\n", args...)
}

// judge gives the verdict on each comment.
func (p *verdictsProof) judge(e *classifier.Ensemble, comments []models.Comment) []models.Verdict {
	p.Helper()
	inputs := make([]classifier.Input, len(comments))
	for i, c := range comments {
		inputs[i] = classifier.Input{Text: c.Text, Lang: c.Lang}
	}
	out := make([]models.Verdict, len(comments))
	err := assessEach(p.Context(), e, inputs, func(i int, a models.Assessment, err error) {
		if err != nil {
			p.Fatalf("%q: %v", comments[i].Text, err)
		}
		out[i] = p.decide(comments[i], a)
	})
	if err != nil {
		p.Fatal(err)
	}
	return out
}

func stopped(v models.Verdict) bool { return v.Action != models.Allow }

// share words hits of n with its interval.
func share(hits, n int) string {
	if n == 0 {
		return "–"
	}
	e := evaluation.Proportion(hits, n)
	return fmt.Sprintf("%.1f %% (%.0f–%.0f)", 100*e.Value, 100*e.Low, 100*e.High)
}

// why lists what stopped a comment.
func why(v models.Verdict) string {
	var out []string
	for _, r := range v.Reasons {
		if r.Action != models.Allow {
			out = append(out, fmt.Sprintf("%s %s %.2f", r.Rule, r.Label, r.Score))
		}
	}
	if out == nil {
		for _, l := range []models.Label{models.Toxic, models.Insult, models.Threat, models.IdentityAttack, models.Spam} {
			out = append(out, fmt.Sprintf("%s %.2f", l, v.Scores[l]))
		}
	}
	return strings.Join(out, ", ")
}

// tallyOf counts hits by a name, in the order in which names come.
type tallyOf struct {
	names   []string
	hits, n map[string]int
}

func (t *tallyOf) add(name string, hit bool) {
	if t.n == nil {
		t.n, t.hits = map[string]int{}, map[string]int{}
	}
	if t.n[name] == 0 {
		t.names = append(t.names, name)
	}
	t.n[name]++
	if hit {
		t.hits[name]++
	}
}

func (p *verdictsProof) trade() {
	cases := classifiertest.Trade()
	comments := make([]models.Comment, len(cases))
	for i, c := range cases {
		comments[i] = c.Comment
	}
	var all, families tallyOf
	for i, v := range p.judge(p.ensemble, comments) {
		right := slices.Contains(cases[i].Accept, v.Action)
		all.add("all", right)
		all.add(cases[i].Comment.Lang, right)
		families.add(cases[i].Family, right)
		if !right {
			p.Logf("trade: %s %s for %q: %s", cases[i].Family, v.Action, cases[i].Comment.Text, why(v))
		}
	}
	p.line("## Cases of the trade\n")
	p.line("What a sensible moderator would do; asked for: 90 %%, no family under 60 %%.\n")
	p.line("| family | cases | right |\n| --- | ---: | --- |")
	for _, t := range []tallyOf{all, families} {
		for _, name := range t.names {
			p.line("| %s | %d | %s |", name, t.n[name], share(t.hits[name], t.n[name]))
		}
	}
	p.line("")
}

func (p *verdictsProof) contrast() {
	texts := classifiertest.Contrasts()
	comments := make([]models.Comment, len(texts))
	for i, c := range texts {
		comments[i] = models.Comment{Text: c.Text, Lang: c.Lang}
	}
	var langs, kinds tallyOf
	auc := map[string]*evaluation.Sample{"en": {}, "fr": {}}
	for i, v := range p.judge(p.ensemble, comments) {
		c := texts[i]
		side := "harmless"
		if c.Hateful {
			side = "hateful"
		}
		right := stopped(v) == c.Hateful
		langs.add(c.Lang+" "+side, right)
		kinds.add(c.Lang+" "+side+": "+c.Kind, right)
		auc[c.Lang].Add(max(v.Scores[models.Toxic], v.Scores[models.IdentityAttack], v.Scores[models.Threat]), c.Hateful)
		if !right {
			p.Logf("contrast: %s %s for %q: %s", c.Kind, v.Action, c.Text, why(v))
		}
	}
	p.line("## Hate and what only looks like it\n")
	p.line("Asked for: English 80 %% of the hateful stopped while 60 %% of the harmless pass; French 70 %% and 55 %%.\n")
	p.line("| language | hateful | stopped | harmless | pass | AUC (worst of toxic, identity_attack, threat) |\n| --- | ---: | --- | ---: | --- | --- |")
	for _, lang := range []string{"en", "fr"} {
		h, l := lang+" hateful", lang+" harmless"
		p.line("| %s | %d | %s | %d | %s | %.3f |", lang, langs.n[h], share(langs.hits[h], langs.n[h]), langs.n[l], share(langs.hits[l], langs.n[l]), auc[lang].AUC().Value)
	}
	p.line("\n| kind | texts | right |\n| --- | ---: | --- |")
	for _, name := range slices.Sorted(slices.Values(kinds.names)) {
		p.line("| %s | %d | %d |", name, kinds.n[name], kinds.hits[name])
	}
	p.line("")
}

// harmless counts what is stopped of texts that nobody should stop.
func (p *verdictsProof) harmless(comments []models.Comment, title, about string) {
	var held tallyOf
	for i, v := range p.judge(p.ensemble, comments) {
		held.add(comments[i].Lang, stopped(v))
		held.add("all", stopped(v))
		if stopped(v) {
			p.Logf("harmless: %s for %q: %s", v.Action, comments[i].Text, why(v))
		}
	}
	p.line("## %s\n\n%s\n", title, about)
	p.line("| language | texts | stopped |\n| --- | ---: | --- |")
	for _, name := range slices.Sorted(slices.Values(held.names)) {
		p.line("| %s | %d | %s |", name, held.n[name], share(held.hits[name], held.n[name]))
	}
	p.line("")
}

// row is a labelled comment.
type row struct {
	Text   string
	Lang   string
	Group  string
	Labels map[models.Label]float64
}

func (r row) comment() models.Comment {
	c := models.Comment{Text: r.Text, Lang: r.Lang}
	c.Clean()
	return c
}

func (p *verdictsProof) ownFrench() []row {
	p.Helper()
	f, err := os.Open(filepath.Join("..", "..", "evaluation", "testdata", "french.jsonl"))
	if err != nil {
		p.Fatal(err)
	}
	defer f.Close()
	return p.read(json.NewDecoder(f))
}

func (p *verdictsProof) french() {
	rows := p.ownFrench()
	comments := make([]models.Comment, len(rows))
	for i, r := range rows {
		comments[i] = r.comment()
	}
	var groups tallyOf
	samples := map[models.Label]*evaluation.Sample{}
	for i, v := range p.judge(p.ensemble, comments) {
		groups.add(rows[i].Group, stopped(v))
		for label, truth := range rows[i].Labels {
			if samples[label] == nil {
				samples[label] = &evaluation.Sample{}
			}
			samples[label].Add(v.Scores[label], truth == 1)
		}
		if harmful := sum(rows[i].Labels) > 0; harmful != stopped(v) {
			p.Logf("french: %s %s for %q: %s", rows[i].Group, v.Action, rows[i].Text, why(v))
		}
	}
	p.line("## French of our own\n")
	p.line("`evaluation/testdata/french.jsonl`: threats, spam, forum register, talk about groups, which dev has too")
	p.line("little of. `tamis eval` reads it too.\n")
	p.line("| group | texts | stopped |\n| --- | ---: | --- |")
	for _, name := range groups.names {
		p.line("| %s | %d | %s |", name, groups.n[name], share(groups.hits[name], groups.n[name]))
	}
	p.line("\n| label | positive | AUC |\n| --- | ---: | --- |")
	for _, label := range models.Labels() {
		if s := samples[label]; s != nil && s.Positives() > 0 {
			e := s.AUC()
			p.line("| %s | %d | %.3f (%.3f–%.3f) |", label, s.Positives(), e.Value, e.Low, e.High)
		}
	}
	p.line("")
}

func sum(labels map[models.Label]float64) (n float64) {
	for _, v := range labels {
		n += v
	}
	return n
}

func (p *verdictsProof) read(d *json.Decoder) []row {
	p.Helper()
	var out []row
	for d.More() {
		var r row
		if err := d.Decode(&r); err != nil {
			p.Fatal(err)
		}
		if c := r.comment(); c.Validate() == nil {
			out = append(out, r)
		}
	}
	return out
}

func (p *verdictsProof) dev() []row {
	p.Helper()
	corpus := os.Getenv("TAMIS_CORPUS")
	if corpus == "" {
		corpus = filepath.Join("..", "..", "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(corpus, "dev", "labelled.jsonl.gz"))
	if err != nil {
		p.Fatalf("TAMIS_CORPUS must name the folder of the corpus: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		p.Fatal(err)
	}
	return p.read(json.NewDecoder(z))
}

// toxicity picks rows of a language by their truth, n at most, in the file's order.
func toxicity(rows []row, lang string, truth float64, n int) []models.Comment {
	var out []models.Comment
	for _, r := range rows {
		if v, known := r.Labels[models.Toxic]; known && v == truth && r.Lang == lang && r.Labels[models.Spam] == 0 && len(out) < n {
			out = append(out, r.comment())
		}
	}
	return out
}

// register rewrites harmless rows and sees whether they are stopped for it.
func (p *verdictsProof) register(rows []row) {
	p.line("## Register\n")
	p.line("Rows of dev that are not toxic, and in French our own as dev has few, rewritten; asked for: false positives")
	p.line("differ by at most 3 points.\n")
	p.line("| rewritten | language | texts | stopped as they are | stopped rewritten | points |\n| --- | --- | ---: | ---: | ---: | ---: |")
	rows = append(slices.Clone(rows), p.ownFrench()...)
	for _, c := range classifiertest.Criticism() {
		rows = append(rows, row{Text: c.Text, Lang: c.Lang, Labels: map[models.Label]float64{models.Toxic: 0}})
	}
	p.rewritten("SMS French", "fr", toxicity(rows, "fr", 0, 1000), toSMS)
	for _, lang := range []string{"fr", "en"} {
		harmless := toxicity(rows, lang, 0, 1000)
		p.rewritten("capitals", lang, harmless, strings.ToUpper)
		named := slices.DeleteFunc(toxicity(rows, lang, 0, 1<<30), func(c models.Comment) bool { return swapIdentity(c.Text) == c.Text })
		p.rewritten("identity word swapped", lang, named, swapIdentity)
	}
	p.line("")
}

func (p *verdictsProof) rewritten(name, lang string, comments []models.Comment, rewrite func(string) string) {
	p.Helper()
	changed := slices.Clone(comments)
	for i := range changed {
		changed[i].Text = rewrite(changed[i].Text)
	}
	count := func(verdicts []models.Verdict) (n float64) {
		for _, v := range verdicts {
			if stopped(v) {
				n++
			}
		}
		return 100 * n / float64(len(verdicts))
	}
	before, after := count(p.judge(p.ensemble, comments)), count(p.judge(p.ensemble, changed))
	p.line("| %s | %s | %d | %.1f %% | %.1f %% | %+.1f |", name, lang, len(comments), before, after, after-before)
}

// toSMS writes French as it is typed on a telephone.
func toSMS(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		core := strings.TrimRightFunc(w, unicode.IsPunct)
		if short, ok := sms[strings.ToLower(core)]; ok {
			words[i] = short + w[len(core):]
		}
	}
	return strings.NewReplacer("é", "e", "è", "e", "ê", "e", "à", "a", "ç", "c", "ù", "u", "ô", "o", "î", "i", "qu'", "k'", "C'est ", "c ", "c'est ", "c ", "J'ai ", "g ", "j'ai ", "g ").Replace(strings.Join(words, " "))
}

var sms = map[string]string{
	"que": "ke", "qui": "ki", "quoi": "koi", "pourquoi": "pk", "parce": "pask", "avec": "avc", "pour": "pr", "dans": "ds", "tout": "tt", "tous": "ts",
	"toujours": "tjs", "beaucoup": "bcp", "vous": "vs", "nous": "ns", "est": "é", "les": "lé", "des": "dé", "je": "j", "pas": "pa", "plus": "+",
	"bien": "b1", "rien": "r1", "temps": "tps", "quand": "qd", "comme": "com", "même": "mm", "quelque": "kelk", "jamais": "jms", "sans": "ss",
	"demain": "2m1", "aujourd'hui": "ojd", "salut": "slt", "merci": "mci", "s'il": "sil", "mais": "mé", "fait": "fé", "faire": "fer", "vraiment": "vrmt", "problème": "pb",
}

// identities stand for one another.
var identities = [][]string{
	{"musulmans", "juifs", "catholiques", "bouddhistes"}, {"arabes", "noirs", "blancs", "chinois"}, {"femmes", "hommes"}, {"femme", "fille"}, {"homosexuels", "hétérosexuels"},
	{"Muslims", "Jews", "Christians", "Hindus"}, {"muslim", "jewish", "christian", "buddhist"}, {"black", "white", "asian"}, {"gay", "straight", "lesbian"},
	{"women", "men"}, {"woman", "man"}, {"immigrants", "tourists"}, {"Mexican", "Canadian", "Irish"}, {"immigrés", "expatriés"},
}

func swapIdentity(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		core := strings.TrimRightFunc(w, unicode.IsPunct)
		for _, set := range identities {
			if at := slices.IndexFunc(set, func(s string) bool { return strings.EqualFold(s, core) }); at >= 0 {
				words[i] = set[(at+1)%len(set)] + w[len(core):]
				break
			}
		}
	}
	return strings.Join(words, " ")
}

// evasion hides the words of what the machine stops, and sees whether it still does.
func (p *verdictsProof) evasion(rows []row) {
	const perLanguage = 100
	var abuse []models.Comment
	for _, lang := range []string{"fr", "en"} {
		found := p.stoppedOf(toxicity(rows, lang, 1, 4*perLanguage))
		abuse = append(abuse, found[:min(len(found), perLanguage)]...)
	}
	p.line("## Evasive spelling\n")
	p.line("Rows of dev that are stopped, with every word of three letters and more hidden by one trick. Asked for:")
	p.line("reversible tricks keep 99 %% of the verdicts, the others 90 %% of what was found, and folding stops at most")
	p.line("0.5 points more of what is harmless.\n")
	p.line("| trick | texts | still stopped |\n| --- | ---: | --- |")
	p.tricked("reversible", abuse, classifiertest.Reversible)
	lossy := maps.Clone(classifiertest.Lossy)
	p.tricked("not reversible", abuse, lossy)
	p.line("| words glued | %d | %s |", len(abuse), p.still(abuse, classifiertest.Glue))
	folding, ok := p.ensemble.Transformer.(classifier.Folding)
	if !ok {
		p.Fatal("the shipped path does not fold")
	}
	bare := &classifier.Ensemble{Transformer: folding.Scorer, Lexicon: p.ensemble.Lexicon.(classifier.FoldingLexicon).Lexicon, Detector: p.ensemble.Detector}
	p.line("\n| harmless rows of dev | texts | stopped unfolded | stopped | points |\n| --- | ---: | ---: | ---: | ---: |")
	for _, lang := range []string{"fr", "en"} {
		harmless := toxicity(rows, lang, 0, 2000)
		n := float64(len(harmless)) / 100
		var with, without float64
		folded := p.judge(p.ensemble, harmless)
		for i, v := range p.judge(bare, harmless) {
			if stopped(v) {
				without++
			}
			if stopped(folded[i]) {
				with++
			}
			if stopped(folded[i]) && !stopped(v) {
				p.Logf("folding stops %q: %s", harmless[i].Text, why(folded[i]))
			}
		}
		p.line("| %s | %d | %.1f %% | %.1f %% | %+.2f |", lang, len(harmless), without/n, with/n, (with-without)/n)
	}
	p.line("")
}

// buried puts abuse that is stopped on its own among harmless sentences.
func (p *verdictsProof) buried(rows []row) {
	p.line("## One sentence among many\n")
	p.line("Toxic rows of dev of at most fifteen words that are stopped on their own, among harmless sentences of the")
	p.line("suites above, 100 words or more in all; and as many harmless sentences without them.\n")
	p.line("| language | texts | stopped | the harmless sentences alone, stopped |\n| --- | ---: | --- | --- |")
	for _, lang := range []string{"fr", "en"} {
		var calm, among []models.Comment
		harmless := slices.DeleteFunc(append(classifiertest.Criticism(), classifiertest.Address()...), func(c models.Comment) bool { return c.Lang != lang })
		short := slices.DeleteFunc(toxicity(rows, lang, 1, 1000), func(c models.Comment) bool { return len(strings.Fields(c.Text)) > 15 })
		abuse := p.stoppedOf(short)
		for _, c := range abuse {
			before, after := p.sentences(harmless, 50), p.sentences(harmless, 50)
			calm = append(calm, models.Comment{Text: before + " " + after, Lang: lang})
			among = append(among, models.Comment{Text: before + " " + c.Text + " " + after, Lang: lang})
		}
		p.line("| %s | %d | %s | %s |", lang, len(abuse), share(len(p.stoppedOf(among)), len(among)), share(len(p.stoppedOf(calm)), len(calm)))
	}
	p.line("")
}

// sentences joins texts drawn at random until they have as many words.
func (p *verdictsProof) sentences(of []models.Comment, words int) string {
	var out []string
	for n := 0; n < words; {
		text := of[p.draw.IntN(len(of))].Text
		out, n = append(out, text), n+len(strings.Fields(text))
	}
	return strings.Join(out, " ")
}

// stoppedOf picks the comments that are stopped.
func (p *verdictsProof) stoppedOf(comments []models.Comment) []models.Comment {
	var out []models.Comment
	for i, v := range p.judge(p.ensemble, comments) {
		if stopped(v) {
			out = append(out, comments[i])
		}
	}
	return out
}

func (p *verdictsProof) tricked(name string, abuse []models.Comment, tricks map[string]classifiertest.Trick) {
	hits, n := 0, 0
	for _, trick := range slices.Sorted(maps.Keys(tricks)) {
		kept := 0
		hidden := p.hidden(abuse, func(r *rand.Rand, text string) string { return classifiertest.Hide(r, text, tricks[trick]) })
		for i, v := range p.judge(p.ensemble, hidden) {
			if stopped(v) {
				kept++
			} else {
				p.Logf("%s lets pass %q: %s", trick, hidden[i].Text, why(v))
			}
		}
		p.line("| %s | %d | %s |", trick, len(hidden), share(kept, len(hidden)))
		hits, n = hits+kept, n+len(hidden)
	}
	p.line("| **%s** | %d | **%s** |", name, n, share(hits, n))
}

func (p *verdictsProof) hidden(abuse []models.Comment, hide func(*rand.Rand, string) string) []models.Comment {
	out := slices.Clone(abuse)
	for i := range out {
		out[i].Text = hide(p.draw, out[i].Text)
	}
	return slices.DeleteFunc(out, func(c models.Comment) bool { return c.Validate() != nil })
}

func (p *verdictsProof) still(abuse []models.Comment, hide func(*rand.Rand, string) string) string {
	hidden := p.hidden(abuse, hide)
	kept := 0
	for i, v := range p.judge(p.ensemble, hidden) {
		if stopped(v) {
			kept++
		} else {
			p.Logf("glued passes %q: %s", hidden[i].Text, why(v))
		}
	}
	return share(kept, len(hidden))
}

// calibration measures on the half of dev that curves must not be fitted on:
// texts whose SHA-256 begins with 8 to f.
func (p *verdictsProof) calibration(rows []row) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return models.TextHash(r.Text)[0] < '8' })
	comments := make([]models.Comment, len(rows))
	for i, r := range rows {
		comments[i] = r.comment()
	}
	type key struct {
		label models.Label
		lang  string
	}
	samples := map[key]*evaluation.Sample{}
	for i, v := range p.judge(p.ensemble, comments) {
		for label, truth := range rows[i].Labels {
			k := key{label, rows[i].Lang}
			if samples[k] == nil {
				samples[k] = &evaluation.Sample{}
			}
			samples[k].Add(v.Scores[label], truth == 1)
		}
	}
	p.line("## Calibration\n")
	p.line("Expected calibration error, 15 bins, on the half of dev whose texts' SHA-256 begins with 8 to f (the")
	p.line("other half is for fitting). Asked for: 0.03 where there are 200 rows of each class; spam's score is the")
	p.line("verdict's, structure included. *By chance* is what exactly calibrated scores would show on as many rows.\n")
	p.line("| label | language | rows | positive | error | by chance | |\n| --- | --- | ---: | ---: | --- | --- | --- |")
	for _, label := range models.Labels() {
		for _, lang := range []string{"en", "fr"} {
			s := samples[key{label, lang}]
			if s == nil || s.Positives() == 0 {
				continue
			}
			e, chance, note := s.CalibrationError(), s.CalibrationErrorByChance(), "few"
			if s.Positives() >= 200 && s.Len()-s.Positives() >= 200 {
				note = ""
			}
			p.line("| %s | %s | %d | %d | %.3f (%.3f–%.3f) | %.3f (%.3f–%.3f) | %s |", label, lang, s.Len(), s.Positives(),
				e.Value, e.Low, e.High, chance.Value, chance.Low, chance.High, note)
		}
	}
}
