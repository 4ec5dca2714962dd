//go:build (linux || darwin) && (amd64 || arm64) && !static

// Package ort runs ONNX files with ONNX Runtime, whose shared library it finds
// and loads while the program runs: no C compiler is needed to build, and none
// of it to run. It owns everything native; it refuses to know what the numbers
// mean. What a library or a file gets wrong is an error here, not a crash.
package ort

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/ebitengine/purego"
	native "github.com/shota3506/onnxruntime-purego/onnxruntime"
)

// Supported reports whether this build can load ONNX Runtime.
const Supported = true

// apiVersion is what the bindings speak: ONNX Runtime 1.23 and later know it.
const (
	apiVersion   = 23
	leastVersion = "1.23"
)

// Library is a loaded ONNX Runtime. What is loaded stays for the life of the
// process, so a program opens one and keeps it.
type Library struct {
	Path    string
	Version string
	runtime *native.Runtime
	env     *native.Env
}

// Open loads the library in a file. The file is looked at before anything of
// it runs.
func Open(path string) (l *Library, err error) {
	defer recoverAs(&err)
	if err := inspect(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	version, err := versionOf(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if older(version, leastVersion) {
		return nil, fmt.Errorf("%s: ONNX Runtime %s is too old, %s or later is needed", path, version, leastVersion)
	}
	r, err := native.NewRuntime(path, apiVersion)
	if err != nil {
		return nil, fmt.Errorf("%s: ONNX Runtime %s can't be used: %w", path, version, err)
	}
	env, err := r.NewEnv("tamis", native.LoggingLevelFatal) // errors come back as such
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: ONNX Runtime %s can't be started: %w", path, version, err), r.Close())
	}
	return &Library{Path: path, Version: version, runtime: r, env: env}, nil
}

// versionOf loads the file and asks for its version in the one way that has
// been the same in every version.
func versionOf(path string) (string, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return "", err
	}
	if _, err := purego.Dlsym(handle, "OrtGetApiBase"); err != nil {
		return "", errNoRuntime
	}
	var base func() *struct{ api, version uintptr }
	purego.RegisterLibFunc(&base, handle, "OrtGetApiBase")
	b := base()
	if b == nil || b.version == 0 {
		return "", errNoRuntime
	}
	var version func() string
	purego.RegisterFunc(&version, b.version)
	return version(), nil
}

// Close frees the library's environment. Sessions are closed before.
func (l *Library) Close() {
	l.env.Close()
	_ = l.runtime.Close() // it only forgets pointers
}

// The names that a graph's inputs have. Both are [rows, tokens].
const (
	idsInput  = "input_ids"
	maskInput = "attention_mask"
)

// Session is an ONNX file ready to run. One call computes on its caller's
// thread; calls may run side by side.
type Session struct {
	library *Library
	using   sync.RWMutex // held for reading by calls, so that Close waits for them
	session *native.Session
	output  string
}

// Session reads an ONNX file.
func (l *Library) Session(model []byte) (s *Session, err error) {
	defer recoverAs(&err)
	n, err := l.runtime.NewSessionFromReader(l.env, bytes.NewReader(model), &native.SessionOptions{IntraOpNumThreads: 1})
	if err != nil {
		return nil, fmt.Errorf("load the graph: %w", err)
	}
	inputs, outputs := n.InputNames(), n.OutputNames()
	if len(inputs) != 2 || !slices.Contains(inputs, idsInput) || !slices.Contains(inputs, maskInput) || len(outputs) != 1 {
		n.Close()
		return nil, fmt.Errorf("the graph has inputs %q and outputs %q, not %s, %s and one output", inputs, outputs, idsInput, maskInput)
	}
	return &Session{library: l, session: n, output: outputs[0]}, nil
}

// ErrClosed is given to a call after Close.
var ErrClosed = errors.New("the session is closed")

// Run gives one row of outputs for each row of ids, padded to the longest of
// them. A call that has begun goes on to its end whatever becomes of ctx.
func (s *Session) Run(ctx context.Context, rows [][]uint32) (out [][]float32, err error) {
	defer recoverAs(&err)
	ids, mask, shape := pad(rows)
	if len(ids) == 0 {
		return nil, errors.New("there are no ids")
	}
	s.using.RLock()
	defer s.using.RUnlock()
	if s.session == nil {
		return nil, ErrClosed
	}
	// The runtime reads these slices where they are.
	defer runtime.KeepAlive(ids)
	defer runtime.KeepAlive(mask)
	first, err := native.NewTensorValue(s.library.runtime, ids, shape)
	if err != nil {
		return nil, fmt.Errorf("prepare the ids: %w", err)
	}
	defer first.Close()
	second, err := native.NewTensorValue(s.library.runtime, mask, shape)
	if err != nil {
		return nil, fmt.Errorf("prepare the mask: %w", err)
	}
	defer second.Close()
	outputs, err := s.session.Run(ctx, map[string]*native.Value{idsInput: first, maskInput: second})
	if err != nil {
		return nil, fmt.Errorf("run the graph: %w", err)
	}
	value := outputs[s.output]
	defer value.Close()
	return split(value, len(rows))
}

// split copies an output of [rows, numbers] out of the runtime's memory.
func split(value *native.Value, rows int) ([][]float32, error) {
	data, shape, err := native.GetTensorData[float32](value)
	if err != nil {
		return nil, fmt.Errorf("read the output: %w", err)
	}
	if len(shape) != 2 || shape[0] != int64(rows) || int64(len(data)) != shape[0]*shape[1] {
		return nil, fmt.Errorf("the graph gave numbers of shape %v for %d texts", shape, rows)
	}
	out := make([][]float32, rows)
	n := int(shape[1])
	for i := range out {
		out[i] = data[i*n : (i+1)*n : (i+1)*n]
	}
	return out, nil
}

// pad makes one block of ids and one of ones where a row has an id.
func pad(rows [][]uint32) (ids, mask []int64, shape []int64) {
	longest := 0
	for _, r := range rows {
		longest = max(longest, len(r))
	}
	block := make([]int64, 2*len(rows)*longest)
	ids, mask = block[:len(block)/2], block[len(block)/2:]
	for i, r := range rows {
		for j, id := range r {
			ids[i*longest+j], mask[i*longest+j] = int64(id), 1
		}
	}
	return ids, mask, []int64{int64(len(rows)), int64(longest)}
}

// Close frees the session once the calls under way have ended.
func (s *Session) Close() {
	s.using.Lock()
	defer s.using.Unlock()
	if s.session != nil {
		s.session.Close()
		s.session = nil
	}
}

// recoverAs turns a panic of the bindings into an error: they panic where a
// library lacks a function.
func recoverAs(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("ONNX Runtime's bindings panicked: %v", r)
	}
}
