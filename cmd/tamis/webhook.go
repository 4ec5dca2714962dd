package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tamis-moderation/tamis/models"
	"github.com/tamis-moderation/tamis/webhook"
)

func newWebhook() *cobra.Command {
	var site string
	cmd := &cobra.Command{Use: "webhook", Short: "Add, list, test and replay webhooks"}
	cmd.PersistentFlags().StringVar(&site, "site", "default", "site that the webhook belongs to")
	cmd.AddCommand(newWebhookAdd(&site), newWebhookList(&site), newWebhookTest(&site), newWebhookReplay(&site))
	return cmd
}

// withHooks runs act with the use case on the database of the settings.
func withHooks(cmd *cobra.Command, act func(h *webhook.Hooks) error) error {
	db, c, err := openForAdmin(cmd)
	if err != nil {
		return err
	}
	defer db.Close()
	guard, err := webhook.NewGuard(c.Webhooks.Allow)
	if err != nil {
		return err
	}
	// The running service finds what is due by itself within a second.
	return act(&webhook.Hooks{Store: db, Guard: guard, Now: time.Now, Changed: func() {}})
}

func newWebhookAdd(site *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add URL",
		Short: "Add an address that hears of every change; its secret is shown this once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHooks(cmd, func(h *webhook.Hooks) error {
				w, err := h.AddWebhook(cmd.Context(), models.SiteID(*site), args[0], "cli")
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"id": w.ID, "site": w.Site, "url": w.URL, "secret": w.Secrets[0]})
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "id      %s\nsecret  %s\n", w.ID, w.Secrets[0])
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newWebhookList(site *string) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List a site's webhooks and how they fare",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withHooks(cmd, func(h *webhook.Hooks) error {
				hooks, err := h.Webhooks(cmd.Context(), models.SiteID(*site))
				if err != nil {
					return err
				}
				rows := make([][]any, 0, len(hooks))
				for _, w := range hooks {
					rows = append(rows, []any{w.ID, w.URL, stamp(w.CreatedAt), stamp(w.FailingSince), stamp(w.DisabledAt), w.DisabledCause})
				}
				return printTable(cmd.OutOrStdout(), asJSON, []string{"id", "url", "created_at", "failing_since", "disabled_at", "disabled_cause"}, rows)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newWebhookTest(site *string) *cobra.Command {
	return &cobra.Command{
		Use:   "test ID",
		Short: "Send a webhook.test event",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withHooks(cmd, func(h *webhook.Hooks) error {
				return h.TestWebhook(cmd.Context(), models.SiteID(*site), args[0], "cli")
			})
		},
	}
}

func newWebhookReplay(site *string) *cobra.Command {
	var delivery, since string
	cmd := &cobra.Command{
		Use:   "replay ID",
		Short: "Send one delivery again, or all that failed since a time",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			from := time.Time{}
			if since != "" {
				var err error
				if from, err = time.Parse(time.RFC3339, since); err != nil {
					return models.Fields(models.FieldError{Field: "since", Detail: "is not a time such as 2026-01-31T08:00:00Z"})
				}
			}
			return withHooks(cmd, func(h *webhook.Hooks) error {
				n, err := h.Replay(cmd.Context(), models.SiteID(*site), args[0], delivery, from)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d to be sent again\n", n)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&delivery, "delivery", "", "id of one delivery (default: all that failed)")
	cmd.Flags().StringVar(&since, "since", "", "only what failed since then, RFC 3339")
	return cmd
}
