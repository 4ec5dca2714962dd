package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/models"
)

func newUser() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage the people of the console"}
	cmd.AddCommand(
		newUserAdd(), newUserList(),
		userAct("passwd EMAIL", "Set a password, read from the terminal or standard input", setPassword),
		userAct("disable EMAIL", "End an account's access; its decisions stay", disableUser),
		userAct("enable EMAIL", "Give an account its access back", enableUser),
		userAct("totp-off EMAIL", "Remove the second step of somebody who lost it", endTOTP),
		userAct("link EMAIL", "Print a one-time sign-in link, good for a day", linkUser),
	)
	return cmd
}

func newUserAdd() *cobra.Command {
	var name, role, until string
	var scope []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a person; the first sign-in is by `tamis user link`",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			users := &admin.Users{Store: db, Now: time.Now}
			want := models.User{Email: args[0], Name: name, Role: models.Role(role), Scope: scopeOf(scope)}
			if until != "" {
				day, err := time.Parse(time.DateOnly, until)
				if err != nil {
					return usageError{fmt.Errorf("--until: %q is not a date like 2026-12-31", until)}
				}
				want.ExpiresAt = day.AddDate(0, 0, 1).Add(-time.Second)
			}
			made, err := users.AddWith(cmd.Context(), want, "cli")
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"id": made.ID, "email": made.Email, "role": made.Role})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "added %s as %s\n", made.Email, made.Role)
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name shown to colleagues")
	cmd.Flags().StringVar(&role, "role", "moderator", "admin, manager, moderator, helper or auditor")
	cmd.Flags().StringSliceVar(&scope, "site", nil, "a site to which access is bounded, or SITE/SECTION (default: every site)")
	cmd.Flags().StringVar(&until, "until", "", "last day of the access, as in 2026-12-31")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newUserList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			users, err := db.ListUsers(cmd.Context())
			if err != nil {
				return err
			}
			rows := make([][]any, 0, len(users))
			for _, u := range users {
				rows = append(rows, []any{u.Email, u.Name, u.Role, scopeText(u.Scope), u.TOTPSecret != "", stamp(u.CreatedAt), stamp(u.ExpiresAt), stamp(u.DisabledAt)})
			}
			return printTable(cmd.OutOrStdout(), asJSON,
				[]string{"email", "name", "role", "scope", "second_step", "created_at", "expires_at", "disabled_at"}, rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// userAct makes a command that does one act to one account.
func userAct(use, short string, act func(cmd *cobra.Command, u *admin.Users, c config.Config, email string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, c, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return act(cmd, &admin.Users{Store: db, Now: time.Now}, c, args[0])
		},
	}
}

func setPassword(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	password, err := readPassword(cmd)
	if err != nil {
		return err
	}
	return u.SetPassword(cmd.Context(), email, password, "cli")
}

func disableUser(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	return u.Disable(cmd.Context(), email, "cli")
}

func enableUser(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	return u.Enable(cmd.Context(), email, "cli")
}

func endTOTP(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	return u.EndTOTP(cmd.Context(), email, "cli")
}

// scopeOf reads SITE and SITE/SECTION.
func scopeOf(flags []string) []models.SiteScope {
	var scope []models.SiteScope
	for _, f := range flags {
		site, section, bounded := strings.Cut(f, "/")
		i := slices.IndexFunc(scope, func(s models.SiteScope) bool { return string(s.Site) == site })
		if i < 0 {
			scope = append(scope, models.SiteScope{Site: models.SiteID(site)})
			i = len(scope) - 1
		}
		if bounded {
			scope[i].Sections = append(scope[i].Sections, section)
		}
	}
	return scope
}

func scopeText(scope []models.SiteScope) string {
	var words []string
	for _, s := range scope {
		if len(s.Sections) == 0 {
			words = append(words, string(s.Site))
		}
		for _, section := range s.Sections {
			words = append(words, string(s.Site)+"/"+section)
		}
	}
	return strings.Join(words, ",")
}

func linkUser(cmd *cobra.Command, u *admin.Users, c config.Config, email string) error {
	secret, err := u.Link(cmd.Context(), email, "cli")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), models.SignInAddress(c.BaseURL(), "", secret))
	return err
}

// readPassword asks on a terminal without showing, and otherwise takes one line.
func readPassword(cmd *cobra.Command) (string, error) {
	if f, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(cmd.ErrOrStderr(), "New password: ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(cmd.ErrOrStderr())
		return string(b), err
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
