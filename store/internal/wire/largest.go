package wire

import (
	"cmp"
	"slices"

	"github.com/tamis-moderation/tamis/models"
)

// Largest is up to limit waves of each kind: the kinds in their order, the
// largest of each first.
func Largest(found []models.Wave, limit int) []models.Wave {
	kinds := models.WaveKinds()
	slices.SortFunc(found, func(a, b models.Wave) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(b.Size, a.Size), cmp.Compare(a.Key, b.Key),
		)
	})
	counts := map[models.WaveKind]int{}
	return slices.DeleteFunc(found, func(w models.Wave) bool {
		counts[w.Kind]++
		return counts[w.Kind] > limit
	})
}
