// Package orttest tells tests where ONNX Runtime's library is. It owns the place
// where make need puts it, and refuses to fetch anything.
package orttest

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/tamis-moderation/tamis/classifier/transformer/ort"
)

// version is what .ci/need fetches.
const version = "1.32.0"

// Library gives the library's file: what TAMIS_TEST_ONNX names, or what make
// need fetched.
func Library() (string, error) {
	named := os.Getenv("TAMIS_TEST_ONNX")
	if named == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("no folder to look for ONNX Runtime: %w", err)
		}
		named = filepath.Join(cache, "tamis", "onnxruntime-"+version)
	}
	file, err := ort.Find(named, nil)
	if err != nil {
		return "", fmt.Errorf("ONNX Runtime's library is needed: run make need, or set TAMIS_TEST_ONNX to its file: %w", err)
	}
	return file, nil
}
