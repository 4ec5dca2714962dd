package perspective

import "github.com/tamis-moderation/tamis/models"

// attribute is what one of the original's names means here.
type attribute struct {
	label models.Label // empty where none of our labels means that
	// english marks what the original answered in English alone; a strict key
	// is refused it in French.
	english bool
}

// attributes is the whole mapping. An attribute is mapped where a label of ours
// was learned for the same question; the others are known and refused with the
// error for which clients drop an attribute and try again.
var attributes = func() map[string]attribute {
	all := map[string]attribute{
		"TOXICITY":          {label: models.Toxic},
		"SEVERE_TOXICITY":   {label: models.SevereToxic},
		"IDENTITY_ATTACK":   {label: models.IdentityAttack},
		"INSULT":            {label: models.Insult},
		"PROFANITY":         {label: models.Obscene},
		"THREAT":            {label: models.Threat},
		"TOXICITY_FAST":     {label: models.Toxic, english: true},
		"SEXUALLY_EXPLICIT": {label: models.Sexual, english: true},
		"OBSCENE":           {label: models.Obscene, english: true},
		"SPAM":              {label: models.Spam, english: true},
	}
	// The original took both names of these, in every language.
	for _, name := range []string{"TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"} {
		all[name+"_EXPERIMENTAL"] = all[name]
	}
	for _, name := range []string{
		"FLIRTATION", "ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "INCOHERENT", "INFLAMMATORY", "LIKELY_TO_REJECT", "UNSUBSTANTIAL",
		"AFFINITY_EXPERIMENTAL", "COMPASSION_EXPERIMENTAL", "CONSTRUCTIVE_EXPERIMENTAL", "CURIOSITY_EXPERIMENTAL",
		"NUANCE_EXPERIMENTAL", "PERSONAL_STORY_EXPERIMENTAL", "REASONING_EXPERIMENTAL", "RESPECT_EXPERIMENTAL",
		"ALIENATION_EXPERIMENTAL", "FEARMONGERING_EXPERIMENTAL", "GENERALIZATION_EXPERIMENTAL", "MORAL_OUTRAGE_EXPERIMENTAL",
		"POWER_APPEAL_EXPERIMENTAL", "SCAPEGOATING_EXPERIMENTAL",
	} {
		all[name] = attribute{}
	}
	return all
}()

// Label is the label that an attribute means here, for who reads old scores;
// empty for an attribute that no label of ours means, false for none at all.
func Label(name string) (models.Label, bool) {
	a, ok := attributeOf(name)
	return a.label, ok
}

// attributeOf finds an attribute, also under a version ("TOXICITY@5").
func attributeOf(name string) (attribute, bool) {
	for i := range len(name) {
		if name[i] == '@' {
			name = name[:i]
			break
		}
	}
	a, ok := attributes[name]
	return a, ok
}
