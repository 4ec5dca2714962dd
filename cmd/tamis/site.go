package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/admin"
)

func newSite() *cobra.Command {
	cmd := &cobra.Command{Use: "site", Short: "Add and list sites"}
	cmd.AddCommand(newSiteAdd(), newSiteList())
	return cmd
}

func newSiteAdd() *cobra.Command {
	var name, locale string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add SITE",
		Short: "Add a site (a forum or a blog with its own comments, keys and policy)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, c, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			if locale == "" {
				locale = c.Locale
			}
			sites := &admin.Sites{Store: db, Now: time.Now}
			made, err := sites.Add(cmd.Context(), args[0], name, locale, "cli")
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"site": made.ID, "name": made.Name, "locale": made.Locale})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "added site %s; make its key with: tamis key create --site %s\n", made.ID, made.ID)
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name for people (default: the site itself)")
	cmd.Flags().StringVar(&locale, "site-locale", "", "language of the site's reasons, fr or en (default: the setting locale)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newSiteList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sites",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			sites, err := db.ListSites(cmd.Context())
			if err != nil {
				return err
			}
			rows := make([][]any, 0, len(sites))
			for _, s := range sites {
				rows = append(rows, []any{s.ID, s.Name, s.Locale, s.CreatedAt})
			}
			return printTable(cmd.OutOrStdout(), asJSON, []string{"site", "name", "locale", "created_at"}, rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
