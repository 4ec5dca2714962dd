package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/store"
)

func newKey() *cobra.Command {
	cmd := &cobra.Command{Use: "key", Short: "Create, list and revoke API keys"}
	cmd.AddCommand(newKeyCreate(), newKeyList(), newKeyRevoke())
	return cmd
}

func newKeyCreate() *cobra.Command {
	var site, name, wire, holdAs string
	var strict bool
	var scopes []string
	var days int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Create an API key; it is shown this once",
		Example: "  tamis key create --site default --scopes submit,read\n" +
			"  tamis key create --site blog --scopes submit --wire akismet",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			want := models.Key{Site: models.SiteID(site), Name: name, Wire: wire, Options: models.KeyOptions{Strict: strict, HoldAs: holdAs}}
			for _, s := range scopes {
				want.Scopes = append(want.Scopes, models.Scope(s))
			}
			if days > 0 {
				want.ExpiresAt = time.Now().AddDate(0, 0, days)
			}
			secret, made, err := keysOf(db).CreateKey(cmd.Context(), want, "cli")
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"id": made.ID, "key": secret, "site": made.Site, "scopes": made.Scopes})
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), secret)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&site, "site", "default", "site that the key belongs to")
	f.StringSliceVar(&scopes, "scopes", []string{"submit", "read"}, "what it may do: submit, read, review, admin")
	f.StringVar(&name, "name", "", "what it is for")
	f.StringVar(&wire, "wire", "", "akismet makes a 12-character key")
	f.StringVar(&holdAs, "hold-as", "", "what Akismet clients hear of a held comment: true (default), false, recheck or pending")
	f.BoolVar(&strict, "strict", false, "the Perspective wire refuses languages and text types as the original did")
	f.IntVar(&days, "days", 0, "days after which it ends (0: never)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newKeyList() *cobra.Command {
	var site string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List a site's keys, without their secrets",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			if _, err := db.Site(cmd.Context(), models.SiteID(site)); err != nil {
				return err
			}
			keys, err := db.ListKeys(cmd.Context(), models.SiteID(site))
			if err != nil {
				return err
			}
			rows := make([][]any, 0, len(keys))
			for _, k := range keys {
				rows = append(rows, []any{k.ID, k.Name, "…" + k.Last4, k.Scopes, k.Wire, stamp(k.CreatedAt), stamp(k.LastUsedAt), stamp(k.ExpiresAt), stamp(k.RevokedAt)})
			}
			return printTable(cmd.OutOrStdout(), asJSON, []string{"id", "name", "key", "scopes", "wire", "created_at", "last_used_at", "expires_at", "revoked_at"}, rows)
		},
	}
	cmd.Flags().StringVar(&site, "site", "default", "site whose keys are listed")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newKeyRevoke() *cobra.Command {
	var site string
	cmd := &cobra.Command{
		Use:   "revoke ID",
		Short: "End a key, everywhere within five seconds",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			if err := keysOf(db).RevokeKey(cmd.Context(), models.SiteID(site), args[0], "cli"); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "revoked key %s\n", args[0])
			return err
		},
	}
	cmd.Flags().StringVar(&site, "site", "default", "site that the key belongs to")
	return cmd
}

func keysOf(db store.Keys) *admin.Keys { return admin.NewKeys(db, time.Now, slog.Default()) }
