package transformer

import "github.com/tamis-moderation/tamis/classifier"

// Rows tells how many windows scoring the inputs takes.
func (s *Scorer) Rows(inputs []classifier.Input) int {
	texts := make([][]uint32, len(inputs))
	for i, in := range inputs {
		texts[i] = s.tokenizer.ids(prepare(in.Text))
	}
	return len(plan(texts, s.manifest.MaxTokens, s.manifest.Overlap))
}
