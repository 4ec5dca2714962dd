// Command tamis is the comment moderation service and its tools in one binary.
// It owns the wiring: which keeper, which scorer and which faces a process has.
// It refuses decisions, which belong to the rooms that it joins.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/config"
)

// Exit codes, as interface documents promise.
const (
	exitOK = iota
	exitFailure
	exitUsage
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// execute runs the command line and gives the exit code: what fails before a
// command runs is a matter of usage.
func execute(ctx context.Context, args []string) int {
	began := false
	root := newRoot(&began)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if !errors.Is(err, errReported) {
		fmt.Fprintln(os.Stderr, "tamis:", err)
	}
	if _, ok := errors.AsType[usageError](err); ok || !began {
		return exitUsage
	}
	return exitFailure
}

// errReported fails a command that has already said why.
var errReported = errors.New("failed")

func newRoot(began *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "tamis",
		Short: "Comment moderation on your own machine",
		Long: "Tamis judges comments with a local model, lets people settle the doubtful ones,\n" +
			"and tells the site. Settings come from tamis.yaml, TAMIS_… variables and flags.",
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: func(*cobra.Command, []string) error { *began = true; return nil },
	}
	config.Flags(root.PersistentFlags())
	root.AddCommand(
		newServe(), newWorker(), newMigrate(), newDoctor(),
		newScore(), newEval(), newModel(), newMigrateScores(),
		newSite(), newKey(), newUser(), newWebhook(),
		newVersion(),
	)
	return root
}

// settings reads the configuration for a command.
func settings(cmd *cobra.Command) (config.Config, error) {
	return config.Load(cmd.Root().PersistentFlags(), os.Environ())
}
