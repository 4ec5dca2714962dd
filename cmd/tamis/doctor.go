package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/worker"
)

// finding is one line of the doctor's report.
type finding struct {
	Check  string `json:"check"`
	Status string `json:"status"` // ok, warning, error
	Detail string `json:"detail"`
}

func newDoctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check settings, database, Redis, weights, runtime, clock and disk, and say what to do",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			findings := examine(cmd)
			if err := printFindings(cmd.OutOrStdout(), asJSON, findings); err != nil {
				return err
			}
			for _, f := range findings {
				if f.Status == "error" {
					return errReported
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func examine(cmd *cobra.Command) []finding {
	c, err := settings(cmd)
	if err != nil {
		return []finding{{"settings", "error", err.Error()}}
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), time.Minute)
	defer cancel()
	findings := []finding{{"settings", "ok", "every setting is valid"}}
	findings = append(findings, examineBuild(), examinePublicURL(c), examineDisk(c))
	findings = append(findings, examineDatabase(ctx, c)...)
	if c.Redis != "" {
		findings = append(findings, examineRedis(ctx, c))
	}
	if c.Perspective.MirrorKey != "" {
		findings = append(findings, examineMirror(c))
	}
	return append(findings, examineWeights(ctx, c)...)
}

// examineMirror warns of the one setting by which texts leave the machine.
func examineMirror(c config.Config) finding {
	return finding{"mirror", "warning", "perspective.mirror_key is set: texts of the Perspective wire are sent to " +
		c.Perspective.MirrorURL + " too; take it out once tamis migrate-scores has read " + filepath.Join(c.Data, mirrorFile)}
}

func examineBuild() finding {
	v := readVersion()
	if !v.SIMD && v.Platform == "linux/amd64" {
		return finding{"build", "warning", "built without GOEXPERIMENT=simd: scoring is 3 to 5 times slower; build with make"}
	}
	return finding{"build", "ok", fmt.Sprintf("%s, %s, %s", v.Version, v.Go, v.Platform)}
}

func examinePublicURL(c config.Config) finding {
	if c.PublicURL == "" {
		return finding{"public_url", "warning", "not set: links for people start with " + c.BaseURL()}
	}
	return finding{"public_url", "ok", c.PublicURL}
}

// leastDisk is when to worry: room for a write-ahead log and some days of comments.
const leastDisk = 1 << 30

func examineDisk(c config.Config) finding {
	dir, err := filepath.Abs(c.Data)
	if err != nil {
		return finding{"disk", "error", err.Error()}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return finding{"disk", "error", fmt.Sprintf("%s can't be made: %v", dir, err)}
	}
	probe, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return finding{"disk", "error", dir + " can't be written to: check its owner, or set data to another folder"}
	}
	probe.Close()
	os.Remove(probe.Name())
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return finding{"disk", "warning", "free space is not known: " + err.Error()}
	}
	free := int64(fs.Bavail) * int64(fs.Bsize) //nolint:unconvert // the type differs by platform
	if free < leastDisk {
		return finding{"disk", "warning", fmt.Sprintf("only %d MiB free in %s", free>>20, dir)}
	}
	return finding{"disk", "ok", fmt.Sprintf("%d GiB free in %s", free>>30, dir)}
}

func examineDatabase(ctx context.Context, c config.Config) []finding {
	db, err := openStore(ctx, c)
	if err != nil {
		return []finding{{"database", "error", err.Error() + ": is it running, and is database right?"}}
	}
	defer db.Close()
	if err := db.Ping(ctx); err != nil {
		return []finding{{"database", "error", err.Error() + ": is it running, and is database right?"}}
	}
	list, err := db.MigrationStatus(ctx)
	if err != nil {
		return []finding{{"database", "error", err.Error()}}
	}
	missing := 0
	for _, m := range list {
		if m.AppliedAt.IsZero() {
			missing++
		}
	}
	if missing > 0 {
		return []finding{{"database", "warning", fmt.Sprintf("answers; %d migrations are missing: run tamis migrate up, or start the service", missing)}}
	}
	found := []finding{{"database", "ok", fmt.Sprintf("answers, %d migrations applied", len(list))}, examineClock(ctx, db)}
	n, oldest, err := db.PendingStats(ctx)
	switch {
	case err != nil:
		return append(found, finding{"pending", "error", err.Error()})
	case n > 0 && time.Since(oldest) > time.Minute:
		return append(found, finding{"pending", "warning", fmt.Sprintf("%d comments wait, the oldest for %s: is a worker running?", n, time.Since(oldest).Round(time.Second))})
	}
	return append(found, finding{"pending", "ok", fmt.Sprintf("%d comments wait", n)})
}

// examineClock compares with the database's clock: leases and retries are timed
// by each process, so machines must agree.
func examineClock(ctx context.Context, db database) finding {
	there, err := db.Clock(ctx)
	if err != nil {
		return finding{"clock", "warning", "the database's clock is not known: " + err.Error()}
	}
	if off := time.Since(there).Abs(); off > 2*time.Second {
		return finding{"clock", "error", fmt.Sprintf("%s away from the database's clock: run a time service on both", off.Round(time.Millisecond))}
	}
	return finding{"clock", "ok", "agrees with the database's"}
}

func examineRedis(ctx context.Context, c config.Config) finding {
	r, err := worker.ParseRedis(c.Redis)
	if err == nil {
		err = r.Ping(ctx)
	}
	if err != nil {
		return finding{"redis", "error", err.Error() + ": comments would be kept, and judged once it answers"}
	}
	return finding{"redis", "ok", "answers"}
}

func printFindings(w io.Writer, asJSON bool, findings []finding) error {
	if asJSON {
		return json.NewEncoder(w).Encode(findings)
	}
	for _, f := range findings {
		if _, err := fmt.Fprintf(w, "%-8s %-11s %s\n", f.Status, f.Check, f.Detail); err != nil {
			return err
		}
	}
	return nil
}
