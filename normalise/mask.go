package normalise

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// masked are the abusive words by length, for those with stars in them. The
// earlier one counts where two fit.
var masked = func() map[int][]string {
	m := map[int][]string{}
	for w := range abusive {
		n := utf8.RuneCountInString(w)
		m[n] = append(m[n], w)
	}
	for _, words := range m {
		slices.Sort(words)
	}
	return m
}()

// abusive are words that settle a doubt: what may be read as one is one.
var abusive = set(`fuck fucks fucked fucker fuckers fucking motherfucker motherfuckers shit shits shitty bullshit bitch bitches
		cunt cunts dick dicks pussy whore whores slut sluts nigger niggers nigga faggot faggots retard retards retarded asshole assholes
		bastard bastards moron morons idiot idiots stupid kill die
		merde merdes merdeux connard connards connasse connasses con cons conne connes connerie conneries putain pute putes
		salope salopes salaud salauds salopard encule enculé enculés enculer foutre bordel nique niquer niquez bite couilles chier
		pédé pédés pede tapette tapettes bâtard batard bâtards batards gueule crevard ordure ordures abruti abrutis débile débiles
		nègre nègres negre bougnoule bougnoules youpin youpins crève crever ass asses`)

// unmask fills in the stars of a swear word. Its first letter and half of all
// must be there, so that a*b and 3*4 stay what they are.
func unmask(lower []byte) (string, bool) {
	if bytes.IndexByte(lower, '*') < 1 {
		return "", false
	}
	pattern := []rune(string(lower))
	stars := bytes.Count(lower, []byte("*"))
	if len(pattern) < 3 || stars > (len(pattern)+1)/2 || stars == len(pattern)-1 {
		return "", false
	}
	for _, w := range masked[len(pattern)] {
		if fits(pattern, w) {
			return w, true
		}
	}
	return "", false
}

func fits(pattern []rune, w string) bool {
	i := 0
	for _, r := range w {
		if p := pattern[i]; p != '*' && p != r && leet[p] != r {
			return false
		}
		i++
	}
	return true
}
