package normalise

import (
	"strings"
	"unicode"
)

// doubles are words with double letters that people draw out, by their form
// without any. What is not here loses its drawn-out letters to a single one.
var doubles = func() map[string]string {
	m := map[string]string{}
	for w := range strings.FieldsSeq(doubled) {
		m[single(w)] = w
	}
	return m
}()

const doubled = `
	connard connards connarde connasse connasses conne connes connerie conneries connaud couillon couillons couille couilles
	pétasse petasse pétasses pouffiasse poufiasse pouffe grosse grosses bouffon bouffonne bouffons nulle nulles folle folles
	batarde crevasse grognasse radasse chiennasse bonnasse feignasse pourri pourris pourriture pourrie
	dégueulasse degueulasse dégueulasses cassos casse cassez tapette tapettes tarlouze gouinasse fiotte fiottes lopette lopettes
	enfoirée suceuse branleur branleurs racaille racailles bougnoule négresse chinetoque
	barre barrez elle elles belle allez aller allô allo personne personnes homme femme femmes comme bonne
	arrête arrêter arrêtez arrete guerre terre année honneur commence comment accord attends attention assez aussi belle ville fille filles
	appelle grossier grossière horrible terrible intelligent intelligente immigrés flemme gamme pomme somme donne donner tonne
	asshole assholes ass asses badass dumbass jackass bitch pussy pussies nigger niggers nigga niggas faggot faggots bullshit
	hell kill killed killing killer piss pissed pissing loser losers sissy wanker bugger bollocks twat 
	bloody silly jerk scumbag shitty crappy creepy freaking effing hooker ugly nasty filthy pathetic disgusting worthless fool fools
	too good cool see need feel been keep free really hello well tell all call called happy sorry dummy daddy buddy funny
	pretty wanna gonna boobs boob tits balls horny butt butthole stinky creep creeps sick sucker
	needs wheel freedom dood mood blood food look looks looking book soon moon root
`

// single cuts every run of a letter to one.
func single(w string) string {
	var b strings.Builder
	last := rune(-1)
	for _, r := range w {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// squeeze cuts the drawn-out letters of the word at cells[from:]: runs of
// three and more, or pairs where every letter of a long word is a pair.
func squeeze(cells []cell, from int) ([]cell, bool) {
	longest, runs, lone := measure(cells[from:])
	stutter := lone == 0 && len(cells)-from >= 6
	if runs <= 1 || longest < 3 && !stutter {
		return cells, false // "www" and "xxx" are words
	}
	want := []rune(doubles[single(string(lowered(nil, cells[from:])))])
	out := from
	for i := from; i < len(cells); {
		j := i + 1
		for j < len(cells) && same(cells[j].r, cells[i].r) {
			j++
		}
		keep := j - i
		if keep >= 3 || stutter {
			keep = 1
		}
		if len(want) > 0 {
			keep = 1
			for keep < len(want) && want[keep] == want[0] {
				keep++
			}
			want = want[keep:]
			keep = min(keep, j-i)
		}
		last := out + keep - 1
		copy(cells[out:], cells[i:i+keep])
		out += keep
		cells[last].end = cells[j-1].end
		i = j
	}
	return cells[:out], true
}

// measure gives the longest run of a letter, the number of runs, and of those
// with one letter. Digits do not count as drawn out.
func measure(word []cell) (longest, runs, lone int) {
	for i := 0; i < len(word); {
		j := i + 1
		for j < len(word) && same(word[j].r, word[i].r) {
			j++
		}
		runs++
		if j-i == 1 || digit(word[i].r) {
			lone++
		}
		if letterOrMark(word[i].r) {
			longest = max(longest, j-i)
		}
		i = j
	}
	return longest, runs, lone
}

func same(a, b rune) bool { return a == b || !digit(a) && unicode.ToLower(a) == unicode.ToLower(b) }
