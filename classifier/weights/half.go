package weights

import (
	"encoding/binary"
	"fmt"
	"math"
)

// ReadTensor widens the half-precision values that begin at byte offset of the
// tensor file into out, as little-endian single precision: len(out)/4 values.
func (b *Bundle) ReadTensor(offset int64, out []byte) error {
	if len(out)%4 != 0 {
		return fmt.Errorf("weights: %d bytes are no whole number of values", len(out))
	}
	n := int64(len(out) / 4)
	in, err := b.HalfTensor(offset, n)
	if err != nil {
		return err
	}
	for i := range n {
		bits := widen(binary.LittleEndian.Uint16(in[2*i:]))
		binary.LittleEndian.PutUint32(out[4*i:], bits)
	}
	return nil
}

// HalfTensor gives n half-precision values, little-endian, that begin at byte
// offset of the tensor file. They are the bundle's own: not to be written to.
func (b *Bundle) HalfTensor(offset, n int64) ([]byte, error) {
	if n < 0 || offset < 0 || offset%2 != 0 || offset > int64(len(b.tensors)) || n > (int64(len(b.tensors))-offset)/2 {
		return nil, fmt.Errorf("weights: no tensor of %d values at byte %d of %s", n, offset, tensorMember)
	}
	return b.tensors[offset : offset+2*n], nil
}

// widen gives the single-precision bits of a half-precision number.
func widen(h uint16) uint32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10)&0x1f, uint32(h)&0x3ff
	switch exp {
	case 0: // zero and subnormals: frac × 2⁻²⁴
		return sign | math.Float32bits(float32(frac)*0x1p-24)
	case 0x1f: // infinity and NaN
		return sign | 0x7f800000 | frac<<13
	default:
		return sign | (exp+112)<<23 | frac<<13
	}
}
