// Package migrations holds the schema of both databases as numbered SQL files
// in goose's format, the same numbers and names in both folders. It owns the
// files alone; running them is the keepers' business. Files only go forward,
// and each is safe beside the binary of the release before.
package migrations

import "embed"

// Postgres holds the files of folder postgres.
//
//go:embed postgres/*.sql
var Postgres embed.FS

// SQLite holds the files of folder sqlite.
//
//go:embed sqlite/*.sql
var SQLite embed.FS
