package normalise

import (
	"iter"
	"strings"
	"unicode"
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

// endings are abusive words that known words end or begin with: "Martinique".
// Only the short lists part them.
var endings = set(`nique niquer cons conne connes hais hate kill pede bite chier crève`)

// Unglue parts words that were written without the spaces between them, where
// one of them is abuse: "saleconnard", "shutthefuckup". Other words stay, also
// those that happen to be made of smaller ones. What stands beside the abuse is
// a common word, or one that knows, where it is given, has in small letters.
// Where many words of a text are two known ones, all of these come apart.
func Unglue(text string, knows func(word string) bool) string {
	var cuts, halves []int // places in text, in order
	words, glued := 0, 0
	for begin, end := range runs(text) {
		words++
		if of := seams(text[begin:end], knows); of != nil {
			for _, cut := range of {
				cuts, halves = append(cuts, begin+cut), append(halves, begin+cut)
			}
			continue
		}
		if cut := middle(text[begin:end], knows); cut > 0 {
			glued++
			halves = append(halves, begin+cut)
		}
	}
	if glued >= manyGlued && glued*gluedShare >= words {
		cuts = halves
	}
	if cuts == nil {
		return text
	}
	var out strings.Builder
	kept := 0 // the text up to here is in out
	for _, cut := range cuts {
		out.WriteString(text[kept:cut])
		out.WriteByte(' ')
		kept = cut
	}
	out.WriteString(text[kept:])
	return out.String()
}

// runs gives where the words of a text begin and end: its runs of letters.
func runs(text string) iter.Seq2[int, int] {
	return func(yield func(begin, end int) bool) {
		begin := -1
		for i, r := range text {
			switch letter := unicode.IsLetter(r); {
			case letter && begin < 0:
				begin = i
			case !letter && begin >= 0:
				if !yield(begin, i) {
					return
				}
				begin = -1
			}
		}
		if begin >= 0 {
			yield(begin, len(text))
		}
	}
}

const (
	minGlued   = 7  // letters, in bytes
	maxGlued   = 40 // beyond, a word is something else
	minAbusive = 4  // "con" and "ass" stand in too many words
	minKnown   = 4  // shorter words are taken from the lists alone
	maxEnding  = 3  // letters that a known word may have behind it: "cocktails"

	minHalf    = 3 // letters of a known word that is glued to another
	manyGlued  = 2 // words of a text that are two, from which on it is meant
	gluedShare = 4 // and one in so many
)

// middle gives the place at which an unknown word comes apart into two known
// ones, a small one first of all; 0 when it does not.
func middle(word string, knows func(word string) bool) int {
	lower := strings.ToLower(word)
	if knows == nil || len(word) < minHalf+1 || len(word) > maxGlued || len(lower) != len(word) || knows(lower) {
		return 0
	}
	best, most := 0, 0
	for cut := range lower {
		left, right := lower[:cut], lower[cut:]
		smallLeft, smallRight := gluedFrench[left] || gluedEnglish[left], gluedFrench[right] || gluedEnglish[right]
		if !smallLeft && (len(left) < minHalf || !knows(left)) || !smallRight && (len(right) < minHalf || !knows(right)) {
			continue
		}
		worth := min(len(left), len(right))
		if smallLeft || smallRight {
			worth += maxGlued
		}
		if worth > most {
			best, most = cut, worth
		}
	}
	return best
}

// seams gives the places at which a word comes apart; nil when it does not.
func seams(word string, knows func(word string) bool) []int {
	if len(word) < minGlued || len(word) > maxGlued {
		return nil
	}
	lower := strings.ToLower(word)
	if len(lower) != len(word) || whole[lower] || abusive[lower] {
		return nil
	}
	for _, list := range []map[string]bool{gluedFrench, gluedEnglish} {
		if cuts := seamsIn(lower, nil, func(piece string) bool { return list[piece] }); cuts != nil {
			return cuts
		}
	}
	if knows == nil || inflected(lower, knows) {
		return nil
	}
	return seamsIn(lower, endings, func(piece string) bool { return len(piece) >= minKnown && knows(piece) })
}

// inflected reports a known word, or one with an ending.
func inflected(lower string, knows func(word string) bool) bool {
	for end := len(lower); end >= minGlued-maxEnding && end >= len(lower)-maxEnding; end-- {
		if knows(lower[:end]) {
			return true
		}
	}
	return false
}

// seamsIn makes a word of the fewest pieces, all of them glued or abuse that is
// not among the spared.
func seamsIn(lower string, spared map[string]bool, glued func(piece string) bool) []int {
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
			bad := (len(piece) >= minAbusive && abusive[piece] || hateful[piece]) && !spared[piece]
			if !bad && !glued(piece) {
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
	dickinson dickson dickens bordelaise bordelaises commémorons beacons constate constates satanique younique assesses motherfuckers clusterfuck`)
