package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newMigrate() *cobra.Command {
	cmd := &cobra.Command{Use: "migrate", Short: "Bring the schema up to date, or tell where it stands"}
	cmd.AddCommand(newMigrateUp(), newMigrateStatus())
	return cmd
}

func newMigrateUp() *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Apply the migrations that are missing (serve and worker do so at their start)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := settings(cmd)
			if err != nil {
				return err
			}
			db, err := openStore(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer db.Close()
			if err := db.Migrate(cmd.Context()); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "the schema is up to date")
			return err
		},
	}
}

func newMigrateStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "List the migrations and when each was applied",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := settings(cmd)
			if err != nil {
				return err
			}
			db, err := openStore(cmd.Context(), c)
			if err != nil {
				return err
			}
			defer db.Close()
			list, err := db.MigrationStatus(cmd.Context())
			if err != nil {
				return err
			}
			rows := make([][]any, 0, len(list))
			for _, m := range list {
				rows = append(rows, []any{m.Version, m.Name, stamp(m.AppliedAt)})
			}
			return printTable(cmd.OutOrStdout(), asJSON, []string{"version", "name", "applied_at"}, rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
