package postgres

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/tamis-moderation/tamis/migrations"
	"github.com/tamis-moderation/tamis/models"
)

// lockWait is for how many seconds a process waits for another that migrates.
const lockWait = 300

// Migrate brings the schema up to date. Many processes may do so at once: one
// does, the others wait for it.
func (s *Store) Migrate(ctx context.Context) error {
	return s.migrations(func(p *goose.Provider) error {
		_, err := p.Up(ctx)
		return err
	})
}

// MigrationStatus tells each step of the schema and when it was applied (zero
// when it was not).
func (s *Store) MigrationStatus(ctx context.Context) ([]models.Migration, error) {
	var out []models.Migration
	err := s.migrations(func(p *goose.Provider) error {
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

func (s *Store) migrations(do func(*goose.Provider) error) error {
	files, err := fs.Sub(migrations.Postgres, "postgres")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, lockWait))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	db := stdlib.OpenDB(*s.migrationConfig())
	defer db.Close()
	p, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrate: %w", translate(err))
	}
	return nil
}

// migrationConfig is a connection without the time limits of acts: a step may
// rewrite a large table.
func (s *Store) migrationConfig() *pgx.ConnConfig {
	config := s.pool.Config().ConnConfig
	config.RuntimeParams["statement_timeout"] = "0"
	config.RuntimeParams["lock_timeout"] = "0"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	return config
}
