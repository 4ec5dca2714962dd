package models

import "slices"

// Label names what a score is about.
type Label string

// The labels that Tamis may give. A scorer covers some of them.
const (
	Toxic          Label = "toxic"
	SevereToxic    Label = "severe_toxic"
	Insult         Label = "insult"
	Threat         Label = "threat"
	IdentityAttack Label = "identity_attack"
	Obscene        Label = "obscene"
	Sexual         Label = "sexual"
	Spam           Label = "spam"
	Distress       Label = "distress"
	Leak           Label = "leak"
)

// Labels lists every label in the order in which tables show them.
func Labels() []Label {
	return []Label{Toxic, SevereToxic, Insult, Threat, IdentityAttack, Obscene, Sexual, Spam, Distress, Leak}
}

// Valid reports whether l is one of [Labels].
func (l Label) Valid() bool { return slices.Contains(Labels(), l) }

// Scores maps labels to calibrated probabilities in [0, 1]. A label that no
// scorer covers is absent, which is not the same as 0.
type Scores map[Label]float64
