package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier/transformer"
)

// version is the release; the Makefile sets it from the tag or the commit.
var version = "dev" //nolint:gochecknoglobals // set by the linker

type versionInfo struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	SIMD     bool   `json:"simd"`
	ONNX     bool   `json:"onnx"` // can load ONNX Runtime
}

func readVersion() versionInfo {
	v := versionInfo{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, ONNX: transformer.Native}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "GOEXPERIMENT" {
				v.SIMD = strings.Contains(s.Value, "simd")
			}
		}
	}
	return v
}

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version and how this binary was built",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := readVersion()
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			}
			simd := "without SIMD (scoring is 3 to 5 times slower; build with GOEXPERIMENT=simd on amd64)"
			if v.SIMD {
				simd = "with SIMD"
			}
			onnx := "static: can't load ONNX Runtime"
			if v.ONNX {
				onnx = "can load ONNX Runtime"
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "tamis %s, %s, %s, %s, %s\n", v.Version, v.Go, v.Platform, simd, onnx)
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
