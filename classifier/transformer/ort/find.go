package ort

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Places are the folders where the library is looked for, in order. The
// working folder and the folder of data are none of them: what others may write
// to must not be run.
func Places() []string {
	var out []string
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			dir := filepath.Dir(exe)
			out = append(out, dir, filepath.Join(dir, "..", "lib"))
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("LD_LIBRARY_PATH")) {
		if filepath.IsAbs(dir) {
			out = append(out, dir)
		}
	}
	out = append(out, "/usr/local/lib", "/opt/onnxruntime/lib")
	if runtime.GOOS == "darwin" {
		return append(out, "/opt/homebrew/lib")
	}
	triple := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	return append(out, "/usr/lib/"+triple, "/usr/lib64", "/usr/lib")
}

// Find gives the library's file: named is a file, or a folder to look in, and
// empty looks in all places. Not finding any is an error that lists them.
func Find(named string, places []string) (string, error) {
	if named != "" {
		info, err := os.Stat(named)
		if err != nil {
			return "", fmt.Errorf("there is no %s", named)
		}
		if !info.IsDir() {
			return filepath.Abs(named)
		}
		places = []string{named}
	}
	for _, dir := range places {
		if file := newest(dir); file != "" {
			return filepath.Abs(file)
		}
	}
	if len(places) == 0 {
		return "", errors.New("there is no place to look for ONNX Runtime")
	}
	return "", fmt.Errorf("no %s (or with its version) in %s", Name(), strings.Join(places, ", "))
}

// Name is what the library is called here. A version may be part of it.
func Name() string {
	if runtime.GOOS == "darwin" {
		return "libonnxruntime.dylib"
	}
	return "libonnxruntime.so"
}

// newest gives the library in a folder: of several the plain name, then the
// highest version; empty = none.
func newest(dir string) string {
	plain := filepath.Join(dir, Name())
	if info, err := os.Stat(plain); err == nil && !info.IsDir() {
		return plain
	}
	pattern := "libonnxruntime.so.*"
	if runtime.GOOS == "darwin" {
		pattern = "libonnxruntime.*.dylib"
	}
	files, err := filepath.Glob(filepath.Join(escape(dir), pattern))
	if err != nil || len(files) == 0 {
		return ""
	}
	version := func(file string) string {
		name := strings.TrimPrefix(filepath.Base(file), "libonnxruntime.")
		return strings.TrimSuffix(strings.TrimPrefix(name, "so."), ".dylib")
	}
	return slices.MaxFunc(files, func(a, b string) int {
		x, y := numbers(version(a)), numbers(version(b))
		return cmp.Or(slices.Compare(x[:], y[:]), strings.Compare(a, b))
	})
}

// escape takes what a folder is called for no pattern.
func escape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}
