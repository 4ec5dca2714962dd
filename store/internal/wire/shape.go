package wire

import (
	"strconv"
	"strings"
	"time"

	"github.com/tamis-moderation/tamis/models"
)

// ShapeEdges are the times between the ages of [models.Shape].
func ShapeEdges(at time.Time) [3]time.Time {
	return [...]time.Time{at.Add(-time.Hour), at.Add(-6 * time.Hour), at.Add(-24 * time.Hour)}
}

// ShapeText counts review items i that pass a condition, a row for each age: age,
// all, those that are hard, the oldest. The edges of the ages follow the
// condition's args. Each age is a range of the index, so that no row is compared.
func ShapeText(where string, args int, hard string) string {
	var ages []string
	for age := range len(models.Shape{}.Ages) {
		text := `SELECT ` + strconv.Itoa(age) + `, count(*), ` + hard + `, min(i.filed_at) FROM review_items i ` + where
		if age < len(ShapeEdges(time.Time{})) {
			text += ` AND i.filed_at > $` + strconv.Itoa(args+age+1)
		}
		if age > 0 {
			text += ` AND i.filed_at <= $` + strconv.Itoa(args+age)
		}
		ages = append(ages, text)
	}
	return strings.Join(ages, " UNION ALL ")
}
