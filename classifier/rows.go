package classifier

// Rows tells how many rows of the network judging the inputs takes: a long text
// takes several. Who scores a text again and again keeps account with it.
func (e *Ensemble) Rows(inputs []Input) int {
	if m, ok := e.voice().(interface{ Rows(inputs []Input) int }); ok {
		return m.Rows(e.prepare(inputs))
	}
	return len(inputs)
}
