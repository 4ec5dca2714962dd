//go:build !((linux || darwin) && (amd64 || arm64) && !static)

// Package ort stands in for the bindings to ONNX Runtime where there are none:
// on other platforms, and in a build that shall need no shared library at all.
package ort

import (
	"context"
	"errors"
	"runtime"
)

// Supported reports whether this build can load ONNX Runtime.
const Supported = false

// Library is never made here.
type Library struct{ Path, Version string }

// Session is never made here.
type Session struct{}

// ErrClosed is given to a call after Close.
var ErrClosed = errors.New("the session is closed")

var errUnsupported = errors.New("this build (" + runtime.GOOS + "/" + runtime.GOARCH + ") can't load ONNX Runtime")

// Open says why there is no library.
func Open(string) (*Library, error) { return nil, errUnsupported }

// Close does nothing.
func (*Library) Close() {}

// Session says why there is none.
func (*Library) Session([]byte) (*Session, error) { return nil, errUnsupported }

// Run says why there is no score.
func (*Session) Run(context.Context, [][]uint32) ([][]float32, error) { return nil, errUnsupported }

// Close does nothing.
func (*Session) Close() {}
