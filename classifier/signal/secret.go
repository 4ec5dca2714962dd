package signal

import (
	"regexp"
	"strings"
	"unicode"
)

// secretPattern finds the tokens of well-known services by their prefixes.
var secretPattern = regexp.MustCompile(`` +
	`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b` + // AWS
	`|\bgh[pousr]_[0-9A-Za-z]{36,255}\b|\bgithub_pat_[0-9A-Za-z_]{22,255}\b` + // GitHub
	`|\bglpat-[0-9A-Za-z_-]{20,}` + // GitLab
	`|\bxox[abeoprs]-[0-9A-Za-z-]{10,250}|hooks\.slack\.com/services/[0-9A-Za-z/]{20,}` + // Slack
	`|\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{16,}\b|\bwhsec_[0-9A-Za-z+/=]{24,}` + // Stripe, webhooks
	`|\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}` + // JWT
	`|\bAIza[0-9A-Za-z_-]{35}` + // Google
	`|\bsk-(?:proj-|ant-)?[0-9A-Za-z_-]{20,}` +
	`|\btam_[0-9A-Za-z]{36}\b` +
	`|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[0-9A-Za-z+/=\s:,.-]*`)

// passwordPattern finds a password that is told with its name.
var passwordPattern = regexp.MustCompile(`(?i)(?:\b(?:password|passwd|pwd|passphrase|mot\s+de\s+passe|mdp|api[_ -]?key|api[_ -]?secret|secret[_ -]?key|access[_ -]?token|client[_ -]?secret|clé\s+(?:api|secrète))(?:\s+[\pL'’]{1,14}){0,5}?\s*(?:(?:is|est|c'est|c’est)\s*:?|[:=]+)\s*["'«“` + "`" + `]?\s*)([^\s"'»”` + "`" + `]{4,128})`)

// secrets finds tokens, private keys and passwords.
func secrets(text string) []hit {
	var hits []hit
	for _, m := range secretPattern.FindAllStringIndex(text, maxHits) {
		begin, end := m[0], m[1]
		if block := text[begin:end]; strings.HasPrefix(block, "-----") {
			end = begin + len(strings.TrimRightFunc(block, unicode.IsSpace))
			if i := strings.Index(block[5:], "-----END"); i >= 0 {
				end = begin + min(len(block), 5+i+len("-----END"))
			}
		}
		hits = append(hits, hit{Secret, begin, end, Sure})
	}
	for _, m := range passwordPattern.FindAllStringSubmatchIndex(text, maxHits) {
		word := strings.TrimRight(text[m[2]:m[3]], ".,;:!?)")
		if passwordLike(word) {
			hits = append(hits, hit{Secret, m[2], m[2] + len(word), Sure})
		}
	}
	return hits
}

// passwordLike tells a password from the next word of a sentence: "mot de
// passe : oublié" tells none.
func passwordLike(w string) bool {
	if len(w) < 4 {
		return false
	}
	kinds := map[string]bool{}
	for i, r := range w {
		switch {
		case unicode.IsDigit(r):
			kinds["digit"] = true
		case unicode.IsUpper(r) && i > 0:
			kinds["upper"] = true
		case unicode.IsLower(r):
			kinds["lower"] = true
		case !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' && r != '.':
			kinds["sign"] = true
		}
	}
	return kinds["digit"] && len(kinds) >= 2 || kinds["sign"] && kinds["lower"] && kinds["upper"] ||
		kinds["digit"] && len(w) >= 4 && !kinds["lower"] || kinds["upper"] && kinds["lower"]
}
