package main

import (
	"context"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/postgres"
	"github.com/tamis-moderation/tamis/store/sqlite"
)

// database is a keeper with what only operation asks of it.
type database interface {
	store.Store
	Migrate(ctx context.Context) error
	MigrationStatus(ctx context.Context) ([]models.Migration, error)
}

// openStore opens the database of the settings. It changes no schema.
func openStore(ctx context.Context, c config.Config) (database, error) {
	if path := c.SQLitePath(); path != "" {
		return sqlite.Open(ctx, path, sqlite.Options{})
	}
	return postgres.Open(ctx, c.Database, postgres.Options{})
}

// openForAdmin opens the same database as the running service, for one act.
func openForAdmin(cmd *cobra.Command) (database, config.Config, error) {
	c, err := settings(cmd)
	if err != nil {
		return nil, c, err
	}
	slog.SetDefault(newLog(cmd.ErrOrStderr(), c.Log))
	db, err := openStore(cmd.Context(), c)
	if err != nil {
		return nil, c, err
	}
	if err := db.Migrate(cmd.Context()); err != nil {
		db.Close()
		return nil, c, err
	}
	return db, c, nil
}
