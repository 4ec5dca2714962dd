package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/classifier"
	"github.com/tamis-moderation/tamis/classifier/transformer"
	"github.com/tamis-moderation/tamis/classifier/transformer/graph"
	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/policy"
)

// loadEnsemble loads the voices that judge, and logs what is missing.
func loadEnsemble(ctx context.Context, c config.Config, log *slog.Logger) (*classifier.Ensemble, error) {
	e, err := openVoices(ctx, voicesOf(c))
	if err != nil {
		return nil, err
	}
	if e.Degraded != "" {
		log.ErrorContext(ctx, "degraded: the lexicon judges alone and what it can't judge is held", "cause", e.Degraded)
	}
	if refused := e.Runtime.Refused; refused != "" {
		log.WarnContext(ctx, "ONNX Runtime was found and is not used as it was asked for", "cause", refused, "runtime", e.Runtime.String())
	}
	debug.FreeOSMemory() // reading the weights took twice what keeping them does
	return e, nil
}

func voicesOf(c config.Config) voiceOptions {
	return voiceOptions{weights: c.Weights, data: c.Data, scoring: transformer.Options{
		Callers: c.Judge.Workers, Runtime: transformer.Runtime(c.Runtime),
		Library: c.ONNX.Library, Precision: graph.Precision(c.ONNX.Precision),
	}}
}

// examineWeights is the doctor's look at the weights, golden self-test
// included, and at what runs them.
func examineWeights(ctx context.Context, c config.Config) []finding {
	t, err := openTransformer(ctx, voicesOf(c))
	if errors.Is(err, transformer.ErrRuntime) {
		return []finding{{"runtime", "error", err.Error() + ": the service would not start; set onnx.library, or runtime: auto"}}
	}
	if err != nil {
		return []finding{{"weights", "error", err.Error() + ": the lexicon would judge alone; check the setting weights, or build again"}}
	}
	defer t.Close()
	return []finding{{"weights", "ok", t.Weights().Name + " gives its golden scores"}, examineRuntime(t.Runtime(), c)}
}

func examineRuntime(r classifier.Runtime, c config.Config) finding {
	switch {
	case r.Refused != "":
		return finding{"runtime", "warning", fmt.Sprintf("%s, because of what was found: %s", r, r.Refused)}
	case r.Missing != "":
		return finding{"runtime", "ok", fmt.Sprintf("%s; ONNX Runtime would be faster, and is not used: %s", r, r.Missing)}
	case r.Name == string(transformer.Go) && c.Runtime == string(transformer.Go):
		return finding{"runtime", "ok", r.String() + ", as the setting runtime says"}
	default:
		return finding{"runtime", "ok", r.String()}
	}
}

// Score, eval, model and migrate-scores need no database: they are handed the weights alone.

func newScore() *cobra.Command {
	var locale string
	var cmd *cobra.Command
	cmd = newScoreCommand(
		func(ctx context.Context) (*classifier.Ensemble, error) {
			c, err := settings(cmd)
			if err != nil {
				return nil, err
			}
			locale = c.Locale
			return loadEnsemble(ctx, c, newLog(os.Stderr, c.Log))
		},
		decideByDefault(),
		func() string { return locale },
	)
	return cmd
}

func newEval() *cobra.Command {
	var cmd *cobra.Command
	cmd = newEvalCommand(func(ctx context.Context) (*classifier.Ensemble, error) {
		c, err := settings(cmd)
		if err != nil {
			return nil, err
		}
		return loadEnsemble(ctx, c, newLog(os.Stderr, c.Log))
	})
	return cmd
}

func newMigrateScores() *cobra.Command {
	var cmd *cobra.Command
	cmd = newMigrateScoresCommand(func(ctx context.Context) (*classifier.Ensemble, error) {
		c, err := settings(cmd)
		if err != nil {
			return nil, err
		}
		return loadEnsemble(ctx, c, newLog(os.Stderr, c.Log))
	})
	return cmd
}

func newModel() *cobra.Command {
	var cmd *cobra.Command
	cmd = newModelCommand(func() (string, error) {
		c, err := settings(cmd)
		return c.Data, err
	})
	return cmd
}

// decideByDefault judges under the built-in policy.
func decideByDefault() decideFunc {
	rules := policy.Compile(models.Policy{Ruleset: policy.Default()})
	return func(c models.Comment, a models.Assessment) models.Verdict {
		classifier.Examine(&a, &c, classifier.SpamContext{})
		return rules.Decide(c, a, models.History{})
	}
}
