package main

import "math"

// narrow gives the half-precision bits nearest to f, ties to even. It reports
// false when f is not finite or too large for half precision.
func narrow(f float32) (uint16, bool) {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	abs := bits & 0x7fffffff
	switch {
	case abs >= 0x477ff000: // rounds to 65,536 or more, infinite, not a number
		return 0, false
	case abs < 0x38800000: // below 2⁻¹⁴: a multiple of 2⁻²⁴
		scaled := float64(math.Float32frombits(abs)) * (1 << 24)
		return sign | uint16(math.RoundToEven(scaled)), true
	default:
		rounded := abs + 0xfff + (abs >> 13 & 1)
		return sign | uint16((rounded-0x38000000)>>13), true
	}
}
