package ort

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

var errNoRuntime = errors.New("is a library, but not ONNX Runtime")

// inspect refuses a file that can't be the library, without loading it: a file
// that was cut short kills the process that loads it.
func inspect(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return errors.Unwrap(err) // the path is told by the caller
	}
	if !info.Mode().IsRegular() {
		return errors.New("is not a file")
	}
	if runtime.GOOS != "linux" {
		return nil // the loader there checks signatures and sizes itself
	}
	f, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("is no shared library, or only the beginning of one: %w", err)
	}
	defer f.Close()
	return inspectELF(f, info.Size())
}

func inspectELF(f *elf.File, size int64) error {
	machine := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
	if f.Type != elf.ET_DYN || f.Machine != machine {
		return fmt.Errorf("is for another kind of machine (%s, %s)", f.Machine, f.Type)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Off+p.Filesz > uint64(size) {
			return errors.New("is only the beginning of a shared library")
		}
	}
	symbols, err := f.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("is no shared library: %w", err)
	}
	if !slices.ContainsFunc(symbols, func(s elf.Symbol) bool { return s.Name == "OrtGetApiBase" && s.Section != elf.SHN_UNDEF }) {
		return errNoRuntime
	}
	return nil
}

// older compares versions by their first two numbers. One that is no version
// is older than any.
func older(version, than string) bool {
	a, b := numbers(version), numbers(than)
	return slices.Compare(a[:2], b[:2]) < 0
}

// numbers gives the first three numbers of a version.
func numbers(version string) [3]int {
	var out [3]int
	for i, part := range strings.SplitN(version, ".", 4) {
		if i == len(out) {
			break
		}
		n, err := strconv.Atoi(part)
		if err != nil {
			break
		}
		out[i] = n
	}
	return out
}
