package normalise

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// gluedFrench and gluedEnglish are common words that stand beside abuse when
// the spaces are left out. A word is made of one language.
var gluedFrench = set(`
	je tu il elle on nous vous ils elles me te se le la les un une des du de ta ton tes ma mon mes sa son ses ce cet cette ces
	est es et suis sont était qui que quoi dans par pour avec sans sur très trop bien plus pas
	va vas vais allez vont faire fais fait ferme fermez casse dégage degage espèce espece bande sale sales gros grosse
	petit petite pauvre vieux vieille vraiment tous toutes tout toute jamais encore mais aussi alors
	père mère pere mere soeur frère frere race fils fille foutre mettre aller voir trou cul sac tas tête tete
	hais déteste deteste tue crève creve quel quelle gueule
`)

var gluedEnglish = set(`
	i you he she it we they me him her them my your his their our this that these those the a an is are was were am be been
	and or so but not no yes to of in on at for with from up off down out go get got shut suck eat lick hate love big fat dirty
	stupid dumb ugly old little such what who why all every mother father sister son daughter man woman face head hole piece
	yourself himself herself themselves damn god bloody black white just like really very too more kill
`)

// hateful are words that make gluing worth a second look, beside the abusive ones.
var hateful = set(`hate kill hais déteste`)

// Unglue parts words that were written without the spaces between them, where
// one of them is abuse: "saleconnard", "shutthefuckup". Other words stay, also
// those that happen to be made of smaller ones.
func Unglue(text string) string {
	var out strings.Builder
	kept := 0 // the text up to here is in out
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) {
			i += size
			continue
		}
		j := i
		for j < len(text) {
			r, size := utf8.DecodeRuneInString(text[j:])
			if !unicode.IsLetter(r) {
				break
			}
			j += size
		}
		if cuts := seams(text[i:j]); cuts != nil {
			for _, cut := range cuts {
				out.WriteString(text[kept : i+cut])
				out.WriteByte(' ')
				kept = i + cut
			}
		}
		i = j
	}
	if kept == 0 {
		return text
	}
	out.WriteString(text[kept:])
	return out.String()
}

const (
	minGlued   = 7  // letters, in bytes
	maxGlued   = 40 // beyond, a word is something else
	minAbusive = 4  // "con" and "ass" stand in too many words
)

// seams gives the places at which a word comes apart; nil when it does not.
func seams(word string) []int {
	if len(word) < minGlued || len(word) > maxGlued {
		return nil
	}
	lower := strings.ToLower(word)
	if len(lower) != len(word) || whole[lower] || abusive[lower] {
		return nil
	}
	if cuts := seamsIn(lower, gluedFrench); cuts != nil {
		return cuts
	}
	return seamsIn(lower, gluedEnglish)
}

// seamsIn makes a word of the fewest pieces, all of them abuse or in the set.
func seamsIn(lower string, glued map[string]bool) []int {
	// best[i] is the fewest pieces that make lower[:i], and where the last begins.
	type state struct {
		pieces, from int
		abuse        bool
	}
	best := make([]state, len(lower)+1)
	for end := 1; end <= len(lower); end++ {
		for begin := max(0, end-maxPiece); begin < end; begin++ {
			if begin > 0 && best[begin].pieces == 0 {
				continue
			}
			piece := lower[begin:end]
			bad := len(piece) >= minAbusive && abusive[piece] || hateful[piece]
			if !bad && !glued[piece] {
				continue
			}
			s := state{best[begin].pieces + 1, begin, best[begin].abuse || bad}
			if b := best[end]; b.pieces == 0 || s.abuse && !b.abuse || s.abuse == b.abuse && s.pieces < b.pieces {
				best[end] = s
			}
		}
	}
	last := best[len(lower)]
	if !last.abuse || last.pieces < 2 {
		return nil
	}
	var cuts []int
	for at := last.from; at > 0; at = best[at].from {
		cuts = append([]int{at}, cuts...)
	}
	return cuts
}

// maxPiece is the longest word of the lists, in bytes.
const maxPiece = 16

// whole are words of their own that the lists would take apart.
var whole = set(`painkiller painkillers overkill roadkill killian killjoy killall stupidest stupidity stupides stupida idiotes retardation
	dickinson dickson dickens beacons constate constates satanique younique assesses motherfuckers clusterfuck`)
