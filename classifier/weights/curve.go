package weights

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/tamis-moderation/tamis/models"
)

// Curve turns the raw scores of one label into a calibrated probability: a
// straight line on the logits (Platt, 1999), or straight pieces between points
// on the transformer's probability.
type Curve struct {
	Label models.Label `json:"label"`
	Lang  string       `json:"lang,omitempty"` // empty = every language without a curve of its own
	Platt *Platt       `json:"platt,omitempty"`
	// Points are pairs (raw, calibrated), both rising; outside of them the
	// nearest point's value holds.
	Points [][2]float64 `json:"points,omitempty"`
}

// Platt is calibrated logit = Slope × transformer's logit + Grams × linear
// voice's logit + Intercept.
type Platt struct {
	Slope     float64 `json:"slope"`
	Grams     float64 `json:"grams,omitempty"`
	Intercept float64 `json:"intercept"`
}

// Calibrate gives the calibrated probability of label for a text in lang, of
// the transformer's probability and the linear voice's logit (0 where there is
// no such voice).
func (m *Manifest) Calibrate(label models.Label, lang string, p, grams float64) float64 {
	var general *Curve
	base, _, _ := strings.Cut(lang, "-")
	for i := range m.Curves {
		c := &m.Curves[i]
		if c.Label != label {
			continue
		}
		if c.Lang == base && base != "" {
			return c.apply(p, grams)
		}
		if c.Lang == "" {
			general = c
		}
	}
	if general == nil {
		return p
	}
	return general.apply(p, grams)
}

func (c *Curve) apply(p, grams float64) float64 {
	if c.Platt != nil {
		// The edge keeps the logit finite; a score of exactly 0 or 1 stays extreme.
		const edge = 1e-9
		p = min(max(p, edge), 1-edge)
		logit := math.Log(p / (1 - p))
		return 1 / (1 + math.Exp(-(c.Platt.Slope*logit + c.Platt.Grams*grams + c.Platt.Intercept)))
	}
	first, last := c.Points[0], c.Points[len(c.Points)-1]
	if p <= first[0] {
		return first[1]
	}
	for i := 1; i < len(c.Points); i++ {
		a, b := c.Points[i-1], c.Points[i]
		if p <= b[0] {
			return a[1] + (b[1]-a[1])*(p-a[0])/(b[0]-a[0])
		}
	}
	return last[1]
}

// validate refuses a curve that could turn the order of two texts around.
func (c *Curve) validate() error {
	if !c.Label.Valid() {
		return fmt.Errorf("%q is not a label", c.Label)
	}
	if (c.Platt == nil) == (len(c.Points) == 0) {
		return errors.New("needs either platt or points")
	}
	if c.Platt != nil {
		if !(c.Platt.Slope > 0) || !(c.Platt.Grams >= 0) || !finite(c.Platt.Slope, c.Platt.Grams, c.Platt.Intercept) {
			return errors.New("platt.slope must be above 0, platt.grams not below 0, all finite")
		}
		return nil
	}
	for i, p := range c.Points {
		if !(p[0] >= 0 && p[0] <= 1 && p[1] >= 0 && p[1] <= 1) {
			return fmt.Errorf("points[%d] is outside 0 to 1", i)
		}
		if i > 0 && (p[0] <= c.Points[i-1][0] || p[1] < c.Points[i-1][1]) {
			return fmt.Errorf("points[%d] does not rise", i)
		}
	}
	return nil
}

func finite(numbers ...float64) bool {
	for _, x := range numbers {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
