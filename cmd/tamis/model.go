package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/classifier/weights"
	"github.com/tamis-moderation/tamis/models"
)

// dataDir gives the folder of data once the settings are known.
type dataDir func() (string, error)

// newModelCommand makes tamis model with its subcommands. Nothing but pull
// uses the network.
func newModelCommand(dir dataDir) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "model",
		Short: "The weights on this machine",
		Args:  usageArgs(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	shelf := &weightsShelf{dir: dir}
	cmd.AddCommand(shelf.listCommand(), shelf.showCommand(), shelf.verifyCommand(), shelf.pullCommand(http.DefaultTransport))
	cmd.SetFlagErrorFunc(usageFlags)
	return cmd
}

// weightsShelf is where weights are kept: the binary and the data folder.
type weightsShelf struct{ dir dataDir }

func (s *weightsShelf) folder() (string, error) {
	dir, err := s.dir()
	return filepath.Join(dir, "weights"), err
}

// openWeights opens weights by what the setting says: empty = those in the
// binary; a name = pulled ones, or those in the binary under their own name; a
// path = a folder.
func openWeights(name, data string) (*weights.Bundle, error) {
	embedded, err := weights.Embedded()
	if err != nil {
		return nil, err
	}
	switch {
	case name == "":
		return embedded, nil
	case strings.ContainsRune(name, filepath.Separator):
		return weights.Open(name)
	}
	folder := filepath.Join(data, "weights", name)
	if _, err := os.Stat(folder); os.IsNotExist(err) && name == embedded.Manifest.Name {
		return embedded, nil
	}
	return weights.Open(folder)
}

func (s *weightsShelf) open(args []string) (*weights.Bundle, error) {
	dir, err := s.dir()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return openWeights("", dir)
	}
	return openWeights(args[0], dir)
}

// weightsRow is one line of the list.
type weightsRow struct {
	Name      string         `json:"name"`
	Revision  string         `json:"revision,omitempty"`
	Languages []string       `json:"languages,omitempty"`
	Labels    []models.Label `json:"labels,omitempty"`
	Bytes     int64          `json:"bytes,omitempty"`
	Digest    string         `json:"digest,omitempty"`
	Where     string         `json:"where"`
	Error     string         `json:"error,omitempty"`
}

func rowOf(name, where string, b *weights.Bundle, err error) weightsRow {
	if err != nil {
		return weightsRow{Name: name, Where: where, Error: shown(err)}
	}
	m := b.Manifest
	return weightsRow{
		Name: m.Name, Revision: m.Revision, Languages: m.Languages, Labels: m.Labels,
		Bytes: m.Data.Bytes, Digest: b.Ref.Digest, Where: where,
	}
}

func (s *weightsShelf) listCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the weights in the binary and the pulled ones", Args: usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := s.rows()
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(cmd.OutOrStdout(), rows)
			}
			t := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			fmt.Fprintln(t, "NAME\tREVISION\tLANGUAGES\tSIZE\tDIGEST\tWHERE")
			for _, r := range rows {
				if r.Error != "" {
					fmt.Fprintf(t, "%s\t-\t-\t-\terror: %s\t%s\n", r.Name, r.Error, r.Where)
					continue
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%.1f MB\t%.12s\t%s\n", r.Name, r.Revision, strings.Join(r.Languages, ", "), float64(r.Bytes)/1e6, r.Digest, r.Where)
			}
			return t.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

func (s *weightsShelf) rows() ([]weightsRow, error) {
	folder, err := s.folder()
	if err != nil {
		return nil, err
	}
	b, err := weights.Embedded()
	rows := []weightsRow{rowOf("embedded", "binary", b, err)}
	names, err := weights.Installed(folder)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		where := filepath.Join(folder, name)
		b, err := weights.Open(where)
		rows = append(rows, rowOf(name, where, b, err))
	}
	return rows, nil
}

func (s *weightsShelf) showCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show [NAME]", Short: "Show the manifest of weights; of those in the binary without a name",
		Args: usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := s.open(args)
			if err != nil {
				return err
			}
			return writeJSON(cmd.OutOrStdout(), struct {
				Digest string `json:"digest"`
				weights.Manifest
			}{b.Ref.Digest, b.Manifest})
		},
	}
}

func (s *weightsShelf) verifyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "verify [NAME]", Short: "Check digests and golden scores of weights",
		Args: usageArgs(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			b, err := s.open(args)
			if err != nil {
				return err
			}
			scorer, err := transformer.Open(cmd.Context(), b, transformer.Options{Callers: 1})
			if err != nil {
				return err
			}
			scorer.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "%s %s: digests match, %d golden texts score as they must\n", b.Manifest.Name, b.Ref.Digest, len(b.Golden))
			return nil
		},
	}
}

func (s *weightsShelf) pullCommand(transport http.RoundTripper) *cobra.Command {
	var sum string
	cmd := &cobra.Command{
		Use: "pull FILE|https://…", Short: "Store weights under the data folder",
		Long: `Store weights under the data folder. The archive is a tar of manifest.json and
weights.bin; it must have the SHA-256 that is given.`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if raw, err := hex.DecodeString(sum); err != nil || len(raw) != 32 {
				return usageError{fmt.Errorf("--sha256 must be the 64 hexadecimal digits of the archive's SHA-256")}
			}
			folder, err := s.folder()
			if err != nil {
				return err
			}
			archive, err := openArchive(cmd.Context(), args[0], transport)
			if err != nil {
				return err
			}
			defer archive.Close()
			m, err := weights.Unpack(archive, sum, folder)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s revision %s is in %s\n", m.Name, m.Revision, filepath.Join(folder, m.Name))
			return nil
		},
	}
	cmd.Flags().StringVar(&sum, "sha256", "", "hexadecimal SHA-256 of the archive (required)")
	return cmd
}

// pullTimeout is enough for large weights on a slow line.
const pullTimeout = 30 * time.Minute

// openArchive opens a file, or a download over https and nothing weaker.
func openArchive(ctx context.Context, from string, transport http.RoundTripper) (io.ReadCloser, error) {
	if !strings.Contains(from, "://") {
		f, err := os.Open(from)
		if err != nil {
			return nil, fmt.Errorf("open the archive: %w", err)
		}
		return f, nil
	}
	client := &http.Client{Transport: transport, Timeout: pullTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != "https" || len(via) >= 10 {
			return fmt.Errorf("redirected to %s, which is not followed", r.URL.Redacted())
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil || r.URL.Scheme != "https" {
		return nil, usageError{fmt.Errorf("%q is neither a file nor an https address", from)}
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("download the archive: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close() // nothing of it is used
		return nil, fmt.Errorf("download the archive: the server answered %s", answer.Status)
	}
	return answer.Body, nil
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
