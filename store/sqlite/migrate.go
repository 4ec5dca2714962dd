package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/tamis-moderation/tamis/migrations"
	"github.com/tamis-moderation/tamis/models"
)

// migrateTries is how often a migration is tried again when another process
// made the same step first.
const migrateTries = 5

// Migrate brings the schema up to date. Many processes may do so at once.
func (s *Store) Migrate(ctx context.Context) error {
	return s.migrations(ctx, func(p *goose.Provider) error {
		var err error
		for range migrateTries {
			if _, err = p.Up(ctx); err == nil || ctx.Err() != nil {
				break
			}
		}
		return err
	})
}

// MigrationStatus tells each step of the schema and when it was applied (zero
// when it was not).
func (s *Store) MigrationStatus(ctx context.Context) ([]models.Migration, error) {
	var out []models.Migration
	err := s.migrations(ctx, func(p *goose.Provider) error {
		steps, err := p.Status(ctx)
		for _, step := range steps {
			m := models.Migration{Version: step.Source.Version, Name: step.Source.Path}
			if step.State == goose.StateApplied {
				m.AppliedAt = step.AppliedAt.UTC().Truncate(time.Microsecond)
			}
			out = append(out, m)
		}
		return err
	})
	return out, err
}

func (s *Store) migrations(ctx context.Context, do func(*goose.Provider) error) error {
	files, err := fs.Sub(migrations.SQLite, "sqlite")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db, err := sql.Open("sqlite", s.dsn+"?_txlock=immediate&"+pragmas())
	if err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	return nil
}
