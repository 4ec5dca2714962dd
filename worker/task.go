// Package worker carries the news that work waits: asynq tasks of ids where
// there is Redis, goroutines where there is none, and the sweeper that finds
// what either lost. It owns task names and payloads, clients and servers; it
// refuses to know what judging is. The store is the truth, the queue a hint: a
// task may run twice, late, or never.
package worker

import (
	"encoding/json"
	"fmt"

	"github.com/hibiken/asynq"

	"github.com/tamis-moderation/tamis/models"
)

// taskJudge asks to judge comments by id.
const taskJudge = "comments:judge"

// MaxIDs is how many ids a task carries at most.
const MaxIDs = 64

// judgePayload carries ids, never text: Redis is no place for what people wrote.
type judgePayload struct {
	IDs []models.CommentID `json:"ids"`
}

func newJudgeTask(ids []models.CommentID) (*asynq.Task, error) {
	body, err := json.Marshal(judgePayload{IDs: ids})
	if err != nil {
		return nil, fmt.Errorf("task: %w", err)
	}
	return asynq.NewTask(taskJudge, body), nil
}

// parseJudgeTask reads a payload. What it can't read can never be: Malformed.
func parseJudgeTask(t *asynq.Task) ([]models.CommentID, error) {
	var p judgePayload
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return nil, models.Wrap(models.Malformed, err, "the task's payload can't be read")
	}
	if len(p.IDs) > MaxIDs {
		return nil, models.Errorf(models.Malformed, "the task carries %d ids, the limit is %d", len(p.IDs), MaxIDs)
	}
	for _, id := range p.IDs {
		if !models.ValidID(string(id)) {
			return nil, models.Errorf(models.Malformed, "the task carries what is no id")
		}
	}
	return p.IDs, nil
}

// taskError turns a use case's error into what asynq should do: try again when
// a part was away, and never otherwise, since the sweeper will.
func taskError(err error) error {
	switch {
	case err == nil:
		return nil
	case models.KindOf(err) == models.Unavailable:
		return err
	default:
		return fmt.Errorf("%w: %w", err, asynq.SkipRetry)
	}
}
